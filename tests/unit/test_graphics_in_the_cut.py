"""Graphics in the edit: they move with their words and are never dropped, and the cut knows that they are there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.camera import place_at
from pipeline.media import shelf
from pipeline.phrases import stands_alone
from pipeline.placing import landing, safe
from pipeline.script import Cue, Line
from pipeline.segments import check
from pipeline.spans import Span, frames_in
from pipeline.timeline import Clip, Filmed, Overlay, Timeline
from tests.unit.lessons import Lesson, lesson, moving, still, table

CALM = shelf.style("course").graphics.calm_seconds
STOPPED = 80
"""Frames of silence that go: the speaker stopped, and time jumps."""


def cuts(timeline: Timeline) -> Iterator[tuple[int, Clip, Clip]]:
    """The frame of each cut between two clips that were filmed, and the two."""
    for (before, _), (clip, span) in pairwise(zip(timeline.clips, timeline.spans(), strict=True)):
        if isinstance(before.picture, Filmed) and isinstance(clip.picture, Filmed):
            yield span.start, before, clip


def wanted(before: Clip, clip: Clip) -> bool:
    """True for a cut that has to be: time jumps, the script asks for it, a graphic needs the room, or it is a hold."""
    codes = {why.code for why in clip.why}
    stopped = any(why.removed > STOPPED for why in clip.why)
    assert isinstance(before.picture, Filmed)
    assert isinstance(clip.picture, Filmed)
    apart = before.picture.rush != clip.picture.rush or before.picture.span.stop > clip.picture.span.start
    return bool(codes & {"cue", "take-join", "shot-join", "speech-removed", "graphic", "hold"}) or stopped or apart


def replaced(one: Overlay, timeline: Timeline) -> bool:
    """True where another one takes its place before it would have gone."""
    return any(other is not one and other.at.start == one.at.stop for other in timeline.overlays)


def hides(timeline: Timeline, at: int) -> bool:
    return any(one.fills and one.covers and one.covers.start <= at <= one.covers.stop for one in timeline.overlays)


def well_cut(timeline: Timeline) -> None:
    """Passes when no cut that need not be falls where a graphic comes or goes, or under one beside."""
    calm = frames_in(CALM, timeline.rate)
    shown = [one for one in timeline.overlays if one.name not in {"title", "slate-take", "slate-asset"}]
    for at, before, clip in cuts(timeline):
        makes_room = any(one.place == "beside" and at <= one.at.start < at + calm for one in shown)
        if wanted(before, clip) or hides(timeline, at) or makes_room:
            continue
        for one in shown:
            assert not one.at.start < at < min(one.at.stop, one.at.start + calm), (at, one)
            if not replaced(one, timeline):
                assert not max(one.at.start, one.at.stop - calm) < at < one.at.stop, (at, one)
            if one.place == "beside":
                assert not one.at.start < at < one.at.stop, (at, one)


@st.composite
def talks(draw: st.DrawFn) -> Lesson:
    """Long paragraphs of one take, which are cut at the ends of sentences, with many graphics near them."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 2))):
        words: list[str] = []
        for _ in range(draw(st.integers(3, 6))):
            sentence = ["Mot", *["mot"] * draw(st.integers(8, 16)), "mot."]
            for _ in range(draw(st.integers(0, 2))):
                place = draw(st.sampled_from(("over", "beside", "corner", "full enter fade", "full")))
                cue = f"[show data {place} for {draw(st.integers(8, 90))}f]"
                sentence.insert(draw(st.integers(max(0, len(sentence) - 4), len(sentence) - 1)), cue)
            words += sentence
        lines.append(" ".join(words))
    return lesson("# Un\n\n" + "\n\n".join(lines) + "\n", assets=(still("data"),))


@settings(max_examples=60, deadline=None)
@given(talks())
def test_a_long_talk_is_cut_clear_of_its_graphics(case: Lesson) -> None:
    well_cut(case.timeline())


def test_a_sentence_during_which_a_graphic_goes_is_not_cut_from_the_next() -> None:
    """Without the graphic the shot ends there: the cut would fall in the last half second of the graphic."""
    long = "mot " * 28
    free = lesson(f"# Un\n\nMot {long}mot. Mot {long}mot.\n").timeline()
    [(at, _, _)] = cuts(free)
    timeline = lesson(
        f"# Un\n\nMot {long}[show data over for 25f] mot. Mot {long}mot.\n", assets=(still("data"),)
    ).timeline()
    [data] = timeline.overlays
    assert data.at.stop - 13 < at < data.at.stop
    assert not list(cuts(timeline))


def test_what_fills_the_frame_covers_a_join_only_while_it_is_there_whole() -> None:
    """Two takes in one framing, the join 24 frames after a graphic comes; it fades in over 9, and out over 6."""
    told: dict[tuple[str, str], bool] = {}
    for ways in (("cut", "cut"), ("fade", "cut"), ("cut", "fade")):
        for lasts in ("for 2s", "for 26f"):
            enter, leave = ways
            show = f"[show clip full enter {enter} leave {leave} {lasts}]"
            case = lesson(
                f"Mot mot mot {show} mot.\n\nMot mot mot mot mot mot mot.\n",
                [1, 2],
                ("wide",),
                sides=False,
                assets=(moving("clip", 100, alpha=False),),
            )
            timeline = case.timeline()
            [(at, _, _)] = cuts(timeline)
            [clip] = timeline.overlays
            assert clip.covers is not None
            covered = "jump-cut" not in [remark.code for remark in timeline.remarks]
            assert covered == (clip.covers.start <= at <= clip.covers.stop), (ways, lasts, at, clip.covers)
            told[leave, lasts] = covered
    assert told["cut", "for 2s"]
    assert not told["fade", "for 26f"]


ASSETS = (moving("clip", 100, alpha=False), moving("drawn", 40), still("data"))
PLACES = ("", " over", " beside", " beside left", " full", " corner", " for 2s", " corner loop", " beside enter scale")


@dataclass
class Draw:
    """A script as it is edited: paragraphs of words and cues, each cue once; which take says each paragraph."""

    paragraphs: list[list[str]]
    takes: list[int | None]
    pauses: dict[int, int]

    def lesson(self) -> Lesson:
        texts = [" ".join(one) for one in self.paragraphs]
        return lesson("# Un\n\n" + "\n\n".join(texts) + "\n", self.takes, assets=ASSETS, pauses=self.pauses)


@st.composite
def edited(draw: st.DrawFn) -> list[Lesson]:
    """A lesson, and as it is after each of some edits: words come and go, paragraphs move, takes change or go."""
    paragraphs: list[list[str]] = []
    for _ in range(draw(st.integers(1, 3))):
        words = ["mot"] * draw(st.integers(2, 14))
        for _ in range(draw(st.integers(0, 2))):
            name = draw(st.sampled_from(("clip", "drawn", "data", "gone")))
            cue = f"[show {name}{draw(st.sampled_from(PLACES))}]"
            words.insert(draw(st.integers(0, len(words))), cue)
        paragraphs.append([*words[:-1], words[-1] + "." if words[-1] == "mot" else words[-1]])
    state = Draw(paragraphs, [draw(st.sampled_from((1, 1, 2, None))) for _ in paragraphs], {})
    out = [state.lesson()]
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(state.paragraphs) - 1))
        words = list(state.paragraphs[index])
        match draw(st.sampled_from(("add", "take away", "move", "take", "pause"))):
            case "add":
                words.insert(draw(st.integers(0, len(words))), "mot")
            case "take away":
                spoken = [at for at, word in enumerate(words) if word.startswith("mot")]
                if len(spoken) > 1:
                    del words[draw(st.sampled_from(spoken))]
            case "move":
                state.paragraphs.append(state.paragraphs.pop(index))
                index = len(state.paragraphs) - 1
            case "take":
                state.takes[index] = draw(st.sampled_from((1, 2, 3, None)))
            case "pause":
                state.pauses[draw(st.integers(1, 20))] = draw(st.integers(0, 120))
        state.paragraphs[index] = words
        out.append(state.lesson())
    return out


def begins(case: Lesson, timeline: Timeline, line: Line, cue: Cue) -> int:
    """The frame at which a graphic has to come: its word's, or that of the next word that is said; else the last."""
    lines = [one.id for one in case.script.lines]
    here = (lines.index(line.id), cue.at)
    starts = {
        (lines.index(word.line), word.word): span.start + word.span.start
        for clip, span in zip(timeline.clips, timeline.spans(), strict=True)
        for word in clip.words
    }
    later = [starts[one] for one in sorted(starts) if one >= here]
    return later[0] if later else timeline.frames - 1


@settings(max_examples=60, deadline=None)
@given(edited())
def test_whatever_is_edited_every_graphic_is_there_and_begins_at_its_word(lessons: list[Lesson]) -> None:
    for case in lessons:
        timeline = case.timeline()
        check(timeline, case.footage)
        well_cut(timeline)
        laid = list(timeline.overlays)
        for line in case.script.lines:
            for cue in line.cues:
                found = [one for one in laid if one.line == line.id and one.name == cue.asset]
                assert found, cue.source
                if stands_alone(cue, line, case.script):
                    laid.remove(found[0])
                    continue
                if cue.at == len(line.words):
                    laid.remove(found[0])  # it comes after its word: in the silence, or with the cut
                    continue
                start = begins(case, timeline, line, cue)
                there = [one for one in found if one.at.start == min(start, timeline.frames - 1)]
                assert there, (cue.source, start, [one.at for one in found])
                laid.remove(there[0])
                assert there[0].at.within(Span(0, timeline.frames))
                if cue.asset == "gone":
                    slates = [one for one in timeline.slates if one.kind == "asset" and one.frame == start]
                    assert slates, cue.source


@settings(max_examples=40, deadline=None)
@given(edited(), st.lists(st.integers(1300, 2500), min_size=3, max_size=3), st.booleans())
def test_beside_and_in_a_corner_no_face_is_covered_and_nothing_leaves_the_safe_area(
    lessons: list[Lesson], centres: list[int], sides: bool
) -> None:
    """Whatever shots lie under it, and wherever the speaker sits in each."""
    for lesson_ in lessons:
        tables = [
            table(one.take, sides=sides, centre=centre) for one, centre in zip(lesson_.composed, centres, strict=False)
        ]
        case = replace(lesson_, composed=tuple(tables))
        timeline = case.timeline()
        free = safe(case.style)
        for one in timeline.overlays:
            if one.place not in {"beside", "corner"} or one.name == "slate-take":
                continue
            for travel in (one.enter.travel, one.leave.travel):
                assert one.box.shifted(travel.x, travel.y).within(free), one
            for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
                if not isinstance(clip.picture, Filmed) or not span.meets(one.at):
                    continue
                track = next(made.track for made in tables if made.take.rush == clip.picture.rush)
                assert track is not None
                for frame in (clip.picture.span.start, clip.picture.span.stop - 1):
                    seen = place_at(clip.picture.path, frame).box()
                    assert landing(track.head, seen, case.style.size).common(one.box) is None, (one, clip.picture)


def test_a_graphic_given_less_time_than_it_lasts_is_played_faster_and_then_trimmed() -> None:
    """`[/show]` gives it the time from its word to that word; the style says what becomes of the rest."""
    made = {}
    for frames in (60, 45, 30):
        text = "Mot mot [show a over] mot mot mot mot [/show] mot mot.\n"
        [one] = lesson(text, assets=(moving("a", frames, alpha=False),)).timeline().overlays
        made[frames] = (one.at.frames, one.speed, one.after)
    lasts = made[60][0]
    assert 38 <= lasts <= 42
    assert made[60] == (lasts, Fraction(1), "hold")  # half as long again: trimmed
    assert made[45] == (lasts, Fraction(44, lasts - 1), "hold")
    assert made[30] == (lasts, Fraction(1), "hold")


def test_hands_in_use_and_every_clip_under_it_decide_where_a_graphic_stands() -> None:
    text = "Mot mot [show data beside] mot mot mot mot mot mot mot mot.\n"
    case = lesson(text, assets=(still("data"),))
    [before] = case.timeline().overlays
    take = case.composed[0]
    assert take.track is not None
    rest = replace(take.track.face, x=1500, width=840, height=1500)
    wide = replace(rest, width=1100)
    for reach, kept in ((rest, True), (wide, False)):
        bodies = tuple((frame, reach if frame % 25 == 0 and frame < 120 else rest) for frame in range(0, 300, 5))
        waving = replace(take, track=replace(take.track, bodies=bodies))
        [after] = replace(case, composed=(waving,)).timeline().overlays
        assert (after.box == before.box) == kept
        assert after.box.right <= before.box.right
