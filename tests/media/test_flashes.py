"""Animations that flash, generated, normalised as drafts do it, and looked through."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.flashes import Flashing
from pipeline.geometry import Size
from pipeline.media import overlays
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.probe import probe
from pipeline.spans import Span

RATE = Fraction(25)
WIDE, HIGH = 320, 180
CLEAR, BLACK, WHITE, RED = (0, 0, 0, 0), (0, 0, 0, 255), (255, 255, 255, 255), (180, 0, 0, 255)
SMALL = (WIDE // 9, HIGH // 6)
"""A rectangle of less than a quarter of a third of the picture each way."""

Pixel = tuple[int, int, int, int]


def blinking(times: int, lit: Pixel, ground: Pixel, part: tuple[int, int] = (WIDE, HIGH)) -> list[np.ndarray]:
    """Five frames of `ground`, then `times` flashes of three frames `lit` and three of `ground`, then ten of rest."""
    dark = np.full((HIGH, WIDE, 4), ground, np.uint8)
    light = dark.copy()
    light[: part[1], : part[0]] = lit
    return [dark] * 5 + ([light] * 3 + [dark] * 3) * times + [dark] * 10


@pytest.fixture
def found(tmp_path: Path, ffmpeg: Ffmpeg) -> Callable[[Sequence[np.ndarray]], tuple[Flashing, ...]]:
    """What the normal form of an animation of these RGBA pictures says of its flashes."""

    def look(pictures: Sequence[np.ndarray]) -> tuple[Flashing, ...]:
        raw, made = tmp_path / "a.raw", tmp_path / "a.mov"
        raw.write_bytes(b"".join(picture.tobytes() for picture in pictures))
        source = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{WIDE}x{HIGH}", "-r", "25", "-i", str(raw)]
        run(ffmpeg, [*source, "-c:v", "qtrle", str(made)], what="a test animation")
        folder = tmp_path / "normal"
        folder.mkdir()
        normal = overlays.normalised(made, probe(made), overlays.Wanted(RATE, Size(1920, 1080)), folder, ffmpeg)
        assert normal.alpha
        return normal.flashes

    return look


def test_three_flashes_a_second_pass(found) -> None:
    assert found(blinking(3, WHITE, BLACK)) == ()


def test_four_flashes_a_second_are_found_with_their_frames(found) -> None:
    assert found(blinking(4, WHITE, BLACK)) == (Flashing("general", Span(5, 27)),)


def test_a_small_area_passes(found) -> None:
    assert found(blinking(5, WHITE, BLACK, SMALL)) == ()


def test_red_flashes_are_found_though_their_light_hardly_changes(found) -> None:
    assert {one.kind for one in found(blinking(4, RED, BLACK))} == {"red"}


@pytest.mark.parametrize("colour", [BLACK, WHITE])
def test_what_blinks_over_the_film_is_found_whatever_is_under_it(found, colour: Pixel) -> None:
    assert [one.kind for one in found(blinking(4, colour, CLEAR))] == ["general"]


def test_a_badge_that_blinks_in_a_corner_of_an_empty_picture_passes(found) -> None:
    assert found(blinking(6, WHITE, CLEAR, SMALL)) == ()
