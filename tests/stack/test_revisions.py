"""Revisions of scripts: what hangs on lines and words never lands on others, on both databases."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lines import KEPT, bare, text
from pipeline.media import shelf
from pipeline.reading import read
from pipeline.script import Line, LineId
from pipeline.spans import Span
from storage.catalogue.assets import approve_version
from storage.catalogue.casting import Cast, cast, resolved
from storage.catalogue.engine import Catalogue
from storage.catalogue.reviewing import Remark, add_note, answer_note, notes
from storage.catalogue.scripts import revision, save_revision
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE, THREE, TWO, edits


def casts(studio: Studio) -> dict[tuple[LineId, str], Cast]:
    with studio.catalogue.reading() as tx:
        return {(one.line, one.reference): one for one in resolved(tx, studio.video)}


def noted(studio: Studio, line: LineId, word: int | None = None) -> None:
    """A note on a line of the last draft, which must be there."""
    drafted = studio.draft()
    with studio.catalogue.writing() as tx:
        add_note(tx, drafted.id, studio.people["reviewer"], Remark("À revoir.", Span(0, 10), line, word))


def where(studio: Studio) -> list[tuple[LineId | None, int | None, bool]]:
    with studio.catalogue.reading() as tx:
        return [(note.remark.line, note.remark.word, note.orphan) for note in notes(tx, studio.video)]


def test_a_script_is_given_back_as_it_was_kept(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    first = studio.write(ONE, f"[show collect] {TWO}", "[title Fin]")
    second = studio.write(ONE + " " + TWO, THREE, "[title Fin]")
    with catalogue.reading() as tx:
        assert revision(tx, studio.video, shelf.framings(), 1) == first
        assert revision(tx, studio.video, shelf.framings()) == second
    assert (first.number, second.number) == (1, 2)
    assert second.script.lines[0].merged == (first.script.lines[1].id,)
    again = studio.write(ONE + " " + TWO, THREE, "[title Fin]")
    assert again == second


def test_a_note_goes_with_its_word_through_split_and_merge(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    (line,) = studio.write(TWO).script.lines
    index = [bare(word.text) for word in line.words].index("verrons")
    noted(studio, line.id, index)
    first, second = TWO.split(" Puis ")
    parts = studio.write(ONE, first, "Puis " + second).script.lines
    assert where(studio) == [(parts[2].id, 2, False)]
    studio.write(TWO, ONE)
    assert where(studio) == [(line.id, index, False)]
    studio.write(TWO.replace("verrons", "dirons"), ONE)
    assert where(studio) == [(line.id, None, False)]


def test_a_note_on_a_line_that_is_gone_is_orphaned_not_moved(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    _, two = studio.write(ONE, TWO).script.lines
    noted(studio, two.id)
    with catalogue.writing() as tx:
        (only,) = notes(tx, studio.video)
        answer_note(tx, only.id, studio.people["director"], "Vu.")
    studio.write(ONE, THREE)
    assert where(studio) == [(two.id, None, True)] * 2
    studio.write(ONE, THREE, "Encore une autre phrase, tout à fait nouvelle.")
    assert where(studio) == [(two.id, None, True)] * 2


def test_a_merged_line_shows_the_notes_of_both_until_the_words_part_again(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    one, two = studio.write(ONE, TWO).script.lines
    noted(studio, two.id)
    studio.write(f"{ONE} {TWO}")
    assert where(studio) == [(one.id, None, False)]
    studio.write(ONE, TWO)
    assert where(studio) == [(two.id, None, True)]  # its words are now a line of another id


def test_a_casting_goes_with_its_cue(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    asset = studio.asset("collect")
    first = studio.send(asset)
    studio.send(asset)
    (line,) = studio.write(TWO.replace("Puis", "Puis [show collect]")).script.lines
    (own,) = casts(studio).values()
    assert (own.line, own.asset, own.number) == (line.id, asset, 2)
    with catalogue.writing() as tx:
        cast(tx, own.id, asset, "pinned", first.id)
    before, after = TWO.split(" Puis ")
    part = studio.write(before, f"Puis [show collect] {after}").script.lines[1]
    assert {key: (one.policy, one.number) for key, one in casts(studio).items()} == {
        (part.id, "collect"): ("pinned", 1)
    }
    studio.write(before + " Puis " + after)
    assert casts(studio) == {}
    studio.write(before, f"Puis [show Collect] {after}", "[show collect] " + THREE)
    assert sorted((one.reference, one.policy) for one in casts(studio).values()) == [
        ("Collect", "latest"),
        ("collect", "latest"),
    ]


def test_a_cue_uses_what_its_policy_or_the_script_says(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(f"[show collect] {ONE}", f"[show collect v1] {TWO}")
    assert {one.asset for one in casts(studio).values()} == {None}
    asset = studio.asset("Collect")
    assert {(one.asset, one.number) for one in casts(studio).values()} == {(asset, None)}
    versions = [studio.send(asset) for _ in range(3)]
    by_name = {one.reference: one for one in casts(studio).values()}
    assert {name: one.number for name, one in by_name.items()} == {"collect": 3, "collect@v1": 1}
    with catalogue.writing() as tx:
        cast(tx, by_name["collect"].id, asset, "latest_approved")
    assert {one.number for one in casts(studio).values()} == {None, 1}
    with catalogue.writing(studio.people["director"]) as tx:
        approve_version(tx, versions[1].id, "approved")
    assert {one.number for one in casts(studio).values()} == {2, 1}


def test_a_name_without_its_folder_means_the_only_one(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(f"[show logo] {ONE}", f"[show outro/logo] {TWO}")
    first = studio.asset("intro/logo")
    assert [one.asset for one in casts(studio).values()] == [first, None]
    second = studio.asset("outro/logo")
    assert [one.asset for one in casts(studio).values()] == [first, second]
    studio.write(f"[show logo] {ONE} [show logo] {TWO}", f"[show logo] {THREE}")
    assert None in {one.asset for one in casts(studio).values()}  # two are meant by the new cue: none is guessed


def holds(line: Line, words: tuple[str, ...]) -> bool:
    return (Counter(text(line)) & Counter(words)).total() >= KEPT * len(words)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_nothing_ever_lands_on_other_words(shared: Studio, data: Any) -> None:
    """Revisions at random, each from the one before; notes on lines and on words; castings on some lines."""
    shared.video = shared.another_video()
    state, after = data.draw(edits())
    cue = data.draw(st.integers(0, 5), "line with a cue")
    kept = _saved(shared, state, cue)
    line = kept.lines[data.draw(st.integers(0, len(kept.lines) - 1), "line")]
    word = data.draw(st.integers(0, len(line.words) - 1), "word")
    noted(shared, line.id, word)
    noted(shared, line.id)
    last = {line.id: text(line)}
    for _ in range(3):
        state = [one.words for one in after]
        if not state:
            return
        _, after = data.draw(edits(state))
        now = _saved(shared, state, cue)
        lines = {one.id: one for one in now.lines}
        last |= {name: text(one) for name, one in lines.items() if name in last}
        (on_word, index, lost), (on_line, _, orphan) = where(shared)
        if index is not None:
            assert bare(lines[on_word].words[index].text) == bare(line.words[word].text)  # type: ignore[index]
        assert lost or on_word in lines
        assert orphan == (on_line not in lines)
        if not orphan:
            assert holds(lines[on_line], last[line.id])  # type: ignore[index]
        cued = {(one.id, c.reference) for one in now.lines for c in one.cues if c.name == "show"}
        assert {(one.line, one.reference) for one in casts(shared).values()} == cued


def _saved(studio: Studio, state: list[list[str]], cue: int) -> Any:
    paragraphs = [
        f"[show clip{len(words)}] {' '.join(words)}" if n == cue else " ".join(words) for n, words in enumerate(state)
    ]
    with studio.catalogue.writing() as tx:
        return save_revision(tx, studio.video, read("\n\n".join(paragraphs), shelf.framings())).script
