"""The figures of a draft, on timelines made by hand."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.framing import Composed, compose
from pipeline.geometry import Box
from pipeline.metrics import cuts_inside_words, jump_cuts, metrics
from pipeline.presets import Style
from pipeline.script import LineId
from pipeline.spans import Span
from pipeline.takes import Chosen, Said, Telling
from pipeline.timeline import Clip, Filmed, Knot, Locked, Move, Moving, Overlay, Path, Plain, Timeline
from pipeline.tracks import Watched
from pipeline.values import Key
from tests.unit.heads import HD, RATE, UHD, at, take, watched

HEAD = at(1920, 420, 405)


def filmed(start: int, stop: int, framing: str, path: Path, density: int = 1000) -> Clip:
    picture = Filmed("a.mp4", Key("k"), Span(start, stop), UHD, framing, path, density)
    return Clip(picture, stop - start)


def joined(clip: Clip) -> Clip:
    return replace(clip, joins=True)


def timeline(*clips: Clip, overlays: tuple[Overlay, ...] = ()) -> Timeline:
    return Timeline(RATE, HD, "fr", clips, overlays)


def full(at: Span, *, frames: int = 100, after: str = "hold") -> Overlay:
    return Overlay(Key("o"), "o", "asset", at, HD.box, frames, after=after, place="full", fills=True)  # type: ignore[arg-type]


def said(*spans: tuple[int, int]) -> Chosen:
    words = tuple(Said(index, Span(*span), 900) for index, span in enumerate(spans))
    whole = Span(spans[0][0], spans[-1][1]) if spans else Span(0, 1)
    telling = Telling(LineId("l1"), range(len(spans)), 0, whole, words, 950)
    return Chosen((), (take(),), (telling,), written=12, spoken=len(spans), missing=12 - len(spans), added=2)


@pytest.fixture(scope="module")
def seen() -> Watched:
    return watched(HEAD)


@pytest.fixture(scope="module")
def table(seen: Watched, course: Style) -> tuple[Composed, ...]:
    return compose((take(),), (seen,), course, RATE)


def paths(table: Sequence[Composed]) -> dict[str, Path]:
    return {framing.id: framing.path for framing in table[0].framings}


def test_a_draft_framed_as_composed_is_perfect(seen: Watched, table: tuple[Composed, ...], course: Style) -> None:
    clips = [filmed(0, 100, "medium", paths(table)["medium"]), filmed(100, 250, "close", paths(table)["close"], 867)]
    figures = metrics(timeline(*clips), table, (seen,), said((10, 20), (30, 40)), course)
    assert figures["subject_inclusion"] == 100
    assert 0 <= figures["headroom_error"] <= 0.005
    assert 0 <= figures["eye_line_error"] <= 0.005
    assert figures["density_min"] == 0.867
    assert (figures["static_jitter"], figures["moving_jitter"], figures["moves"]) == (0, 0, 0)
    assert (figures["jump_cuts"], figures["cuts_inside_words"]) == (0, 0)
    assert (figures["shots"], figures["shot_least"], figures["shot_median"], figures["shot_most"]) == (2, 4, 5, 6)
    counts = ["words_written", "words_spoken", "words_missing", "words_added"]
    assert [figures[count] for count in counts] == [12, 2, 10, 2]


def test_a_draft_of_slates_alone_has_figures(course: Style) -> None:
    figures = metrics(timeline(Clip(Plain("#000000"), 50)), (), (), Chosen((), (), ()), course)
    assert figures["subject_inclusion"] == 100
    assert figures["density_min"] == 0
    assert figures["shots"] == 1


def test_a_face_cut_by_the_frame_is_not_included(seen: Watched, table: tuple[Composed, ...], course: Style) -> None:
    cut = Locked(Box(0, 0, 1920, 1080))  # its right edge runs through the nose
    clips = [filmed(0, 100, "medium", paths(table)["medium"]), filmed(100, 400, "medium", cut)]
    assert metrics(timeline(*clips), table, (seen,), said(), course)["subject_inclusion"] == 25


def test_somebody_elses_face_does_not_count(table: tuple[Composed, ...], course: Style) -> None:
    both = watched(HEAD, at(3600, 420, 200))
    clip = filmed(0, 100, "medium", paths(table)["medium"])
    assert metrics(timeline(clip), table, (both,), said(), course)["subject_inclusion"] == 100


def test_too_much_air_is_told_as_a_share_of_the_height(
    seen: Watched, table: tuple[Composed, ...], course: Style
) -> None:
    box = table[0].framings[1].box
    clip = filmed(0, 100, table[0].framings[1].name, Locked(box.shifted(0, -round(box.height / 20))))
    figures = metrics(timeline(clip), table, (seen,), said(), course)
    assert figures["headroom_error"] == pytest.approx(0.05, abs=0.006)
    assert figures["eye_line_error"] == pytest.approx(0.05, abs=0.006)


WIDE, TIGHT, LIKE = Box(0, 0, 3840, 2160), Box(900, 300, 1920, 1080), Box(300, 150, 3200, 1800)


@pytest.mark.parametrize(
    ("clips", "jumps"),
    [
        ([filmed(0, 50, "wide", Locked(WIDE)), filmed(50, 90, "close", Locked(TIGHT))], []),
        ([filmed(0, 50, "wide", Locked(WIDE)), joined(filmed(70, 90, "close", Locked(TIGHT)))], []),
        # the same size over a join, or one 1.2 times tighter
        ([filmed(0, 50, "wide", Locked(WIDE)), joined(filmed(70, 90, "wide", Locked(WIDE)))], [50]),
        ([filmed(0, 50, "wide", Locked(WIDE)), joined(filmed(70, 90, "close", Locked(LIKE)))], [50]),
        # a punch-in of 1.2 in one go
        ([filmed(0, 50, "wide", Locked(WIDE)), filmed(50, 90, "close", Locked(LIKE))], [50]),
        # the same picture going on is no cut; a push begins where the camera was
        ([filmed(0, 50, "wide", Locked(WIDE)), filmed(50, 90, "wide", Locked(WIDE))], []),
        (
            [
                filmed(0, 50, "wide", Locked(WIDE)),
                filmed(50, 90, "close", Moving((Knot(50, WIDE), Knot(80, TIGHT)), "smooth")),
            ],
            [],
        ),
        # what stands on the two sides of a slate
        (
            [
                filmed(0, 50, "wide", Locked(WIDE)),
                Clip(Plain("#000000"), 25),
                joined(filmed(70, 90, "wide", Locked(WIDE))),
            ],
            [],
        ),
    ],
)
def test_jump_cuts(clips: list[Clip], jumps: list[int], table: tuple[Composed, ...], course: Style) -> None:
    assert list(jump_cuts(timeline(*clips), table, course)) == jumps


@pytest.mark.parametrize(
    ("overlay", "covered"),
    [
        (full(Span(30, 70)), True),
        (full(Span(50, 70)), False),  # begins with the cut
        (full(Span(30, 50)), False),  # ends with it
        (full(Span(30, 70), frames=10, after="gone"), False),  # over before it
        (full(Span(30, 70), frames=10), True),  # its last picture is held
        (replace(full(Span(30, 70)), fills=False), False),  # it may be seen through, or past
        (replace(full(Span(45, 70)), enter=Move(8)), False),  # not yet there
        (replace(full(Span(30, 52)), leave=Move(4)), False),  # going
        (replace(full(Span(45, 70)), fade=8), False),
    ],
)
def test_a_graphic_that_fills_the_frame_covers_a_jump(
    overlay: Overlay, covered: bool, table: tuple[Composed, ...], course: Style
) -> None:
    clips = filmed(0, 50, "wide", Locked(WIDE)), joined(filmed(70, 90, "wide", Locked(WIDE)))
    assert (not jump_cuts(timeline(*clips, overlays=(overlay,)), table, course)) == covered


def test_a_head_that_came_nearer_between_two_takes_changes_the_size_too(course: Style) -> None:
    """The same box, but in the second take the head is 1.5 times as large: it looks like another size."""
    far, near = watched(at(1920, 420, 280), rush="far.mp4"), watched(at(1920, 420, 420), rush="near.mp4")
    tables = compose((take(rush="far.mp4"), take(rush="near.mp4")), (far, near), course, RATE)
    one, two = filmed(0, 50, "wide", Locked(WIDE)), filmed(0, 50, "wide", Locked(WIDE))
    assert isinstance(one.picture, Filmed)
    one = replace(one, picture=replace(one.picture, rush="far.mp4"))
    two = joined(replace(two, picture=replace(one.picture, rush="near.mp4")))  # type: ignore[arg-type]
    assert not jump_cuts(timeline(one, two), tables, course)
    assert jump_cuts(timeline(one, joined(one)), tables, course)


@pytest.mark.parametrize(
    ("spans", "words", "inside"),
    [
        ([(0, 50), (50, 90)], [(10, 20), (50, 60)], 0),
        ([(0, 50), (50, 90)], [(10, 20), (45, 55)], 1),  # one edge of two clips counts once
        ([(0, 50), (52, 90)], [(10, 20), (45, 55)], 2),
        ([(10, 50)], [(10, 50)], 0),
    ],
)
def test_cuts_inside_words(spans: list[tuple[int, int]], words: list[tuple[int, int]], inside: int) -> None:
    clips = [filmed(*span, "wide", Locked(WIDE)) for span in spans]
    assert len(cuts_inside_words(timeline(*clips), said(*words))) == inside


def test_a_camera_that_moves_is_told_and_its_jitter_measured(
    seen: Watched, table: tuple[Composed, ...], course: Style
) -> None:
    calm = Moving((Knot(0, WIDE), Knot(75, TIGHT)), "smooth")
    shaken = Moving(tuple(Knot(frame, TIGHT.shifted(frame % 2 * 40, 0)) for frame in range(100)), "linear")
    one = metrics(timeline(filmed(0, 100, "close", calm)), table, (seen,), said(), course)
    other = metrics(timeline(filmed(0, 100, "close", shaken)), table, (seen,), said(), course)
    assert (one["moves"], other["moves"]) == (1, 1)
    assert 0 < one["moving_jitter"] < 2e-4
    assert other["moving_jitter"] == pytest.approx(80 / 1920, rel=0.01)
    assert other["static_jitter"] == 0


def test_a_clip_that_rests_on_a_moving_path_is_still(table: tuple[Composed, ...], course: Style) -> None:
    path = Moving((Knot(0, WIDE), Knot(75, TIGHT)), "smooth")
    assert metrics(timeline(filmed(80, 120, "close", path)), table, (), said(), course)["moves"] == 0
