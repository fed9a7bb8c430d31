"""How graphics come, go, loop and change their speed: read from the pixels that the real ffmpeg drew."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.geometry import Box
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from pipeline.segments import Ground, segments
from pipeline.spans import Span, rounded
from pipeline.timeline import Clip, Move, Overlay, Plain, Timeline, Travel
from tests.media.pictures import colour, near, planes
from tests.media.rendering import RATE, SIZE, Bench, laid

BLACK = Ground("#000000")
RED, WHITE = (255, 0, 0, 255), (255, 255, 255, 255)


@pytest.fixture
def bench(tmp_path: Path, ffmpeg: Ffmpeg, course: Style) -> Bench:
    return Bench(tmp_path, ffmpeg, course)


def lit(luma: np.ndarray) -> tuple[int, int, int, int] | None:
    """The columns and rows of all that is not black: left, right, top, bottom, half-open; None: nothing."""
    rows, columns = np.nonzero(luma > 24)
    if not len(rows):
        return None
    return int(columns.min()), int(columns.max()) + 1, int(rows.min()), int(rows.max()) + 1


def away(step: int, frames: int, ease: str) -> float:
    """The share of the way that is left at a step of a move, by its definition."""
    left = 1 - step / (frames + 1)
    return {"linear": left, "out": left**3, "smooth": left * left * (3 - 2 * left)}[ease]


def even(value: float) -> int:
    return 2 * int(np.floor(value / 2 + 0.5))


@pytest.mark.parametrize("ease", ["linear", "out", "smooth"])
def test_a_graphic_slides_to_its_place_and_away_again(bench: Bench, ease: str) -> None:
    rest, by, frames = Box(100, 60, 80, 40), (64, -32), 6
    key = bench.still(WHITE, rest.size, rest.size.box)
    travel = Travel(*by, ease=ease)  # type: ignore[arg-type]
    over = laid(key, Span(3, 23), box=rest, fade_in=(frames, 3), fade_out=(frames, 17), enter=travel, leave=travel)
    found = planes(bench.rendered(bench.segment(BLACK, 26, over)))
    for frame, (luma, _, _) in enumerate(found):
        if not 3 <= frame < 23:
            assert lit(luma) is None, frame
            continue
        share = away(frame - 2, frames, ease) if frame < 9 else away(23 - frame, frames, ease) if frame >= 17 else 0
        x, y = even(rest.x + by[0] * share), even(rest.y + by[1] * share)
        assert lit(luma) == (x, x + rest.width, y, y + rest.height), frame
        opacity = min((frame - 2) / 7, (23 - frame) / 7, 1)
        assert luma[y + 20, x + 40] == pytest.approx(16 + 219 * opacity, abs=3), frame


def test_a_graphic_grows_about_its_middle(bench: Bench) -> None:
    rest, frames = Box(60, 40, 200, 100), 4
    key = bench.still(WHITE, rest.size, rest.size.box)
    travel = Travel(scale=Fraction(1, 2))
    over = laid(key, Span(0, 8), box=rest, fade_in=(frames, 0), enter=travel)
    for frame, (luma, _, _) in enumerate(planes(bench.rendered(bench.segment(BLACK, 8, over)))):
        scale = 1 - away(frame + 1, frames, "linear") / 2 if frame < frames else 1
        wide, high = even(200 * scale), even(100 * scale)
        left, right, top, bottom = lit(luma) or (0, 0, 0, 0)
        assert (right - left, bottom - top) == (pytest.approx(wide, abs=2), pytest.approx(high, abs=2)), frame
        assert ((left + right) / 2, (top + bottom) / 2) == (pytest.approx(160, abs=2), pytest.approx(90, abs=2)), frame


def test_a_graphic_fades_with_its_ground_as_one_picture(bench: Bench) -> None:
    key = bench.moving([WHITE] * 12, Box(0, 0, 160, SIZE.height))
    place = Box(80, 0, 160, SIZE.height)
    over = laid(key, Span(0, 12), 12, box=place, fade_in=(5, 0), fade_out=(5, 7), ground="#000000")
    found = planes(bench.rendered(bench.segment(Ground("#ff0000"), 12, over)))
    red = 63  # of #ff0000 in BT.709
    for frame, (luma, _, _) in enumerate(found):
        opacity = min((frame + 1) / 6, (12 - frame) / 6, 1)
        beside, inside = (red + opacity * (end - red) for end in (16, 235))
        assert luma[90, 20] == pytest.approx(beside, abs=3), frame
        assert luma[90, 160] == pytest.approx(inside, abs=3), frame


def test_a_ground_on_a_ground_of_its_colour_is_drawn(bench: Bench) -> None:
    key = bench.moving([WHITE] * 12, Box(0, 0, 160, SIZE.height))
    over = laid(key, Span(0, 12), 12, box=Box(80, 0, 160, SIZE.height), ground="#000000")
    for luma, _, _ in planes(bench.rendered(bench.segment(BLACK, 12, over, over))):
        assert lit(luma) == (80, 240, 0, SIZE.height)


def test_an_animation_grows_and_slides_while_it_plays(bench: Bench) -> None:
    key = bench.moving([RED] * 3 + [(0, 255, 0, 255)] * 12, Box(0, 0, 80, 60))
    travel = Travel(40, 20, Fraction(1, 2))
    over = laid(key, Span(0, 15), 15, box=Box(100, 60, 80, 60), fade_in=(6, 0), enter=travel)
    found = planes(bench.rendered(bench.segment(BLACK, 15, over)))
    assert near(colour(found[14], 140, 90), (0, 255, 0), 3)
    assert lit(found[14][0]) == (100, 180, 60, 120)
    left, right, top, _ = lit(found[2][0]) or (0, 0, 0, 0)
    assert left > 110
    assert right - left < 70
    assert top > 66


@pytest.mark.parametrize("kind", ["slide", "scale", "fade"])
@pytest.mark.parametrize("cut", [1, 4, 7, 20, 27])
def test_a_move_cut_in_two_is_the_same_picture(bench: Bench, course: Style, kind: str, cut: int) -> None:
    """A segment may begin in the middle of an entrance or of an exit: lossless, so the pixels are equal."""
    key = bench.moving([(20 * n, 255 - 20 * n, 40, 255) for n in range(12)], Box(0, 0, 80, 60))
    travel = {
        "slide": Travel(40, -24, ease="out"),
        "scale": Travel(scale=Fraction(3, 5), ease="smooth"),
        "fade": Travel(),
    }[kind]
    over = Overlay(
        key, "logo", "asset", Span(2, 30), Box(100, 60, 80, 60), 12, enter=Move(7, travel), leave=Move(5, travel),
        after="loop", ground="#204060",
    )  # fmt: skip
    style = replace(course, encode=replace(bench.encode, crf=0))
    ground = Plain("#000000")
    clips = (Clip(ground, cut), Clip(ground, 32 - cut))
    parts = segments(Timeline(RATE, SIZE, "fr", clips, (over,)), style, "build")
    [whole] = segments(Timeline(RATE, SIZE, "fr", (Clip(ground, 32),), (over,)), style, "build")
    pieces = [*planes(bench.rendered(parts[0], "one")), *planes(bench.rendered(parts[1], "two"))]
    for frame, (one, other) in enumerate(zip(pieces, planes(bench.rendered(whole, "whole")), strict=True)):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True)), frame


def shades(count: int) -> list[tuple[int, int, int, int]]:
    return [(15 * n, 15 * n, 15 * n, 255) for n in range(1, count + 1)]


def shown(bench: Bench, *overlays: object, frames: int) -> list[int]:
    """Which of the `shades` each frame shows, from 0; -1 for none."""
    segment = bench.segment(BLACK, frames, *overlays)  # type: ignore[arg-type]
    return [round(colour(one, 160, 90)[1] / 15) - 1 for one in planes(bench.rendered(segment))]


@pytest.mark.parametrize("alpha", [True, False])
def test_a_loop_begins_again_without_a_seam_wherever_its_segment_begins(bench: Bench, alpha: bool) -> None:
    key = bench.moving(shades(5), alpha=alpha)
    for offset in (0, 1, 4):
        found = shown(bench, laid(key, Span(1, 18), 5, offset=offset, after="loop"), frames=20)
        assert found == [-1, *((offset + n) % 5 for n in range(17)), -1, -1]
    assert shown(bench, laid(key, Span(0, 3), 5, offset=1, after="loop"), frames=3) == [1, 2, 3]


def test_two_loops_of_one_animation_lie_over_each_other(bench: Bench) -> None:
    key = bench.moving(shades(3))
    one, other = laid(key, Span(0, 6), 3, after="loop"), laid(key, Span(2, 9), 3, after="loop")
    assert shown(bench, one, other, frames=9) == [0, 1, 0, 1, 2, 0, 1, 2, 0]


@pytest.mark.parametrize(("made", "there"), [(15, 12), (12, 15), (16, 13), (10, 8), (5, 6)])
def test_another_speed_shows_the_nearest_frame_the_first_first_and_the_last_last(
    bench: Bench, course: Style, made: int, there: int
) -> None:
    key = bench.moving(shades(made))
    speed = Fraction(made - 1, there - 1)
    wanted = [rounded(n * speed) for n in range(there)]
    assert (wanted[0], wanted[-1]) == (0, made - 1)
    assert shown(bench, laid(key, Span(0, there), made, speed=speed), frames=there) == wanted
    over = Overlay(key, "a", "asset", Span(0, there), SIZE.box, made, speed=speed)
    for cut in (1, 4, there - 1):
        clips = (Clip(Plain("#000000"), cut), Clip(Plain("#000000"), there - cut))
        parts = segments(Timeline(RATE, SIZE, "fr", clips, (over,)), course, "build")
        found: list[int] = []
        for part in parts:
            found += shown(bench, *part.overlays, frames=part.frames)
        assert found == wanted, cut


def test_a_ground_stands_around_a_graphic_of_another_shape(bench: Bench) -> None:
    key = bench.moving([RED] * 3, Box(0, 0, 80, 60), alpha=False)
    over = laid(key, Span(1, 6), 3, box=Box(40, 0, 240, 180), ground="#e8a400")
    found = planes(bench.rendered(bench.segment(Ground("#0000ff"), 8, over)))
    for frame, picture in enumerate(found):
        inside, around = ((255, 0, 0), (232, 164, 0)) if 1 <= frame < 6 else ((0, 0, 255), (0, 0, 255))
        assert near(colour(picture, 160, 90), inside, 3), frame
        assert near(colour(picture, 10, 90), around), frame
