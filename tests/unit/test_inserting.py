"""A cue put into a script: what is said stays as it is, wherever the cue begins and ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Clash
from pipeline.inserting import bracketed, cue_name, framed, with_framing, with_range
from pipeline.media import shelf
from pipeline.reading import read

FRAMINGS = shelf.framings()
SOURCE = "# Un\n\nUne donnée « part » de loin, *très* loin.\n\n- Elle arrive [show autre] au tableau (de bord).\n"
SCRIPT = read(SOURCE, FRAMINGS)


@given(st.data())
def test_a_range_stands_where_it_is_wanted_and_changes_no_word(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(SCRIPT.lines))
    start = data.draw(st.integers(0, len(line.words) - 1))
    stop = data.draw(st.one_of(st.none(), st.integers(start + 1, len(line.words))))
    try:
        made = with_range(SCRIPT, line.id, (start, stop), "[show carte beside]", FRAMINGS)
    except Clash:
        return  # inside emphasis or brackets: it is refused, not put elsewhere
    assert [[word.text for word in one.words] for one in made.lines] == [
        [word.text for word in one.words] for one in SCRIPT.lines
    ]
    there = next(one for one in made.lines if one.id == line.id)
    [cue] = [one for one in there.cues if one.reference == "carte"]
    assert cue.at == start
    assert (cue.until is None) == (stop is None)
    assert [one.id for one in made.lines] == [one.id for one in SCRIPT.lines]


@given(st.data())
def test_a_framing_is_written_once_however_often_it_changes(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(SCRIPT.lines))
    made = SCRIPT
    for framing in data.draw(st.lists(st.sampled_from(["auto", *(one.id for one in FRAMINGS.framing)]), min_size=1)):
        made = with_framing(made, line.id, framing, FRAMINGS)
        there = next(one for one in made.lines if one.id == line.id)
        assert [cue.reference for cue in there.cues if cue.name == "frame"] == [framing]
        assert framed(there) is not None
    assert [[word.text for word in one.words] for one in made.lines] == [
        [word.text for word in one.words] for one in SCRIPT.lines
    ]
    assert [one.id for one in made.lines] == [one.id for one in SCRIPT.lines]


def test_a_range_is_closed_after_its_last_word() -> None:
    made = with_range(SCRIPT, SCRIPT.lines[0].id, (1, 3), "[montrer carte]", FRAMINGS)
    assert "Une [montrer carte] donnée « part » [/montrer] de loin" in made.source
    assert cue_name("[montrer carte]") == "montrer"
    assert bracketed(" show x ") == "[show x]"


@pytest.mark.parametrize("span", [(2, 2), (3, 1), (0, 99), (99, None)])
def test_what_is_no_range_of_the_line_is_refused(span: tuple[int, int | None]) -> None:
    with pytest.raises(Clash):
        with_range(SCRIPT, SCRIPT.lines[0].id, span, "[show carte]", FRAMINGS)
