"""Notes stay on their words through whatever becomes of script and cut, or stand nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.anchors import Anchor, carried
from pipeline.hanging import Hung, Run, hung, silent_clips, standing, word_places
from pipeline.lines import bare, kept
from pipeline.media import shelf
from pipeline.reading import read
from pipeline.script import LineId, Script
from pipeline.spans import Span
from pipeline.timeline import Timeline
from pipeline.values import as_json, from_json
from tests.unit.lessons import lesson
from tests.unit.test_lines import ONE, THREE, TWO, edits


def script(*paragraphs: str, after: Script | None = None, used: Sequence[LineId] = ()) -> Script:
    made = read("\n\n".join(paragraphs), shelf.framings())
    return made if after is None else kept(after, made, used)


def cut(of: Script, takes: Sequence[int | None] | None = None, pauses: dict[int, int] | None = None) -> Timeline:
    """A draft of a script, with the ids that its lines have there."""
    case = lesson(of.source, takes, pauses=pauses)
    names = dict(zip((line.id for line in case.script.lines), (line.id for line in of.lines), strict=True))
    timeline = case.timeline()
    clips = tuple(
        replace(
            clip,
            line=names.get(LineId(clip.line), clip.line),
            words=tuple(replace(word, line=names[LineId(word.line)]) for word in clip.words),
        )
        for clip in timeline.clips
    )
    return replace(timeline, clips=clips)


def frame_of(timeline: Timeline, text: str) -> int:
    """The first frame of the first word that is so written."""
    for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
        for word in clip.words:
            if bare(word.text) == text:
                return span.start + word.span.start
    raise AssertionError(text)


def last(revisions: Sequence[Script]) -> Mapping[Anchor, Anchor]:
    """Where the words of the first stand in the last; and the other way round it is the same."""
    there = carried(revisions, len(revisions) - 1)[0]
    back = carried(revisions, 0)[-1]
    assert {now: was for was, now in there.items()} == back
    return there


def said(timeline: Timeline, span: Span) -> list[tuple[LineId, int]]:
    return [place.anchor for place in word_places(timeline) if place.room.meets(span)]


def words(of: Script, anchors: Sequence[tuple[LineId, int]]) -> list[str]:
    return [bare(of.line(line).words[word].text) for line, word in anchors]


def test_a_note_goes_with_its_word_through_a_split_a_move_and_a_retake() -> None:
    old = script(ONE, TWO, THREE)
    before = cut(old)
    at = frame_of(before, "verrons") + 3
    note = hung(before, Span(at, at + 1))
    first, second = TWO.split(" Puis ")
    split = script(ONE, first, "Puis " + second, THREE, after=old)
    moved = script("Puis " + second, THREE, ONE, first, after=split)
    now = cut(moved, [2, 1, 1, 3], {1: 40})
    placed = standing(note, last((old, split, moved)), now)
    start = frame_of(now, "verrons") + 3
    assert placed == Span(start, start + 1)
    assert from_json(Hung, as_json(note)) == note


def test_a_range_keeps_its_ends_and_loses_what_was_taken_out_of_it() -> None:
    old = script(ONE, TWO)
    before = cut(old)
    span = Span(frame_of(before, "allons") + 2, frame_of(before, "chiffre") + 4)
    note = hung(before, span)
    assert [run.stop - run.first for run in note.words] == [4]
    same = standing(note, last((old,)), before)
    assert same == span
    new = script(ONE, TWO.replace("suivre un chiffre", "regarder"), after=old)
    now = cut(new)
    placed = standing(note, last((old, new)), now)
    assert placed is not None
    assert words(new, said(now, placed)) == ["allons"]
    assert placed.start == frame_of(now, "allons") + 2
    longer = script(ONE, TWO.replace("suivre un", "suivre pas à pas un"), after=old)
    over = standing(note, last((old, longer)), cut(longer))
    assert over is not None
    assert words(longer, said(cut(longer), over)) == ["allons", "suivre", "pas", "a", "pas", "un", "chiffre"]


def test_a_note_whose_words_are_gone_stands_nowhere() -> None:
    old = script(ONE, TWO, THREE)
    before = cut(old)
    at = frame_of(before, "verrons")
    note = hung(before, Span(at, at + 1))
    for paragraphs in ((ONE, THREE), (ONE, TWO.replace("verrons", "dirons"), THREE)):
        new = script(*paragraphs, after=old)
        assert standing(note, last((old, new)), cut(new)) is None


def test_a_note_on_a_title_stays_on_the_title_of_its_line() -> None:
    old = script("[title Les trois étapes]", ONE)
    before = cut(old)
    (title,) = silent_clips(before, old.lines[0].id)
    note = hung(before, Span(title.start + 5, title.start + 9))
    new = script(TWO, "[title Les quatre étapes]", ONE, after=old)
    now = cut(new)
    (there,) = silent_clips(now, old.lines[0].id)
    assert standing(note, last((old, new)), now) == Span(there.start + 5, there.start + 9)
    without = script(TWO, ONE, after=old)
    assert standing(note, last((old, without)), cut(without)) is None


def test_a_draft_that_leaves_the_words_out_has_no_place_for_a_note_on_them() -> None:
    old = script(ONE, TWO)
    note = hung(cut(old), Span(0, 1))
    assert note.words == (Run(old.lines[0].id, 0, 1),)
    new = script(f"~~{ONE}~~", TWO, after=old)
    assert standing(note, last((old, new)), cut(new)) is None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_note_never_stands_on_other_words(data: Any) -> None:
    """Scripts at random, each an edit of the one before; cut by other takes at another pace; notes on any frames."""
    paragraphs, after = data.draw(edits())
    revisions = [script(*(" ".join(line) for line in paragraphs))]
    used = [line.id for line in revisions[0].lines]
    for _ in range(data.draw(st.integers(1, 3))):
        lines = [one.words for one in after]
        if not lines:
            return
        revisions.append(script(*(" ".join(line) for line in lines), after=revisions[-1], used=used))
        used += [line.id for line in revisions[-1].lines]
        _, after = data.draw(edits(lines))
    old, new = revisions[0], revisions[-1]
    number = st.sampled_from((1, 2, None))
    takes = [data.draw(number) for _ in new.lines]
    before, now = cut(old), cut(new, takes, {2: data.draw(st.integers(0, 60))})
    start = data.draw(st.integers(0, before.frames - 1))
    span = Span(start, data.draw(st.integers(start + 1, min(before.frames, start + 200))))
    note, places = hung(before, span), last(revisions)
    assert standing(note, last((old,)), before) == span
    placed = standing(note, places, now)
    own = [places[anchor] for anchor in said(before, span) if anchor in places]
    there = {place.anchor for place in word_places(now)}
    assert (placed is None) == (not there.intersection(own)), "it stands wherever a word of its own is said"
    if placed is None:
        return
    found = said(now, placed)
    assert placed.within(Span(0, now.frames))
    assert {found[0], found[-1]} <= set(own)
    assert not (set(found) & set(places.values())) - set(own), "no word that another note would be on"
    assert set(words(new, [one for one in found if one in own])) <= set(words(old, said(before, span)))
