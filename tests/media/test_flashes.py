"""Animations that flash, generated, normalised as drafts do it, and looked through."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.final import flashing_together, seen_together
from pipeline.flashes import Flashing
from pipeline.footage import Asset, Footage, Normal
from pipeline.geometry import Box, Size
from pipeline.graphics import After
from pipeline.media import overlays
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.flashes import Laid, flashes_laid
from pipeline.media.probe import probe
from pipeline.spans import Span
from pipeline.timeline import Clip, Overlay, Plain, Timeline
from pipeline.values import Key

RATE = Fraction(25)
WIDE, HIGH = 320, 180
OUT = Size(1920, 1080)
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


def normal_form(tmp_path: Path, ffmpeg: Ffmpeg, name: str, pictures: Sequence[np.ndarray]) -> tuple[Normal, Path]:
    folder = tmp_path / name
    folder.mkdir()
    raw, made = folder / "a.raw", folder / "a.mov"
    raw.write_bytes(b"".join(picture.tobytes() for picture in pictures))
    source = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{WIDE}x{HIGH}", "-r", "25", "-i", str(raw)]
    run(ffmpeg, [*source, "-c:v", "qtrle", str(made)], what="a test animation")
    normal = overlays.normalised(made, probe(made), overlays.Wanted(RATE, OUT), folder, ffmpeg)
    return normal, folder / overlays.PICTURE_MOVING


@pytest.fixture
def found(tmp_path: Path, ffmpeg: Ffmpeg) -> Callable[[Sequence[np.ndarray]], tuple[Flashing, ...]]:
    """What the normal form of an animation of these RGBA pictures says of its flashes."""

    def look(pictures: Sequence[np.ndarray]) -> tuple[Flashing, ...]:
        normal, _ = normal_form(tmp_path, ffmpeg, "normal", pictures)
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


@dataclass(frozen=True)
class Film:
    """A film of ten seconds over which animations are laid, and what there is of them."""

    shown: tuple[tuple[Normal, Path, Overlay], ...]

    def told(self) -> list[tuple[str, Mapping[str, str]]]:
        """What flashes only as it is shown: names, and the frames of the film."""
        assets = tuple(
            (one.name, Asset(one.name, one.key, "moving", one.key, made.size, made.box, made.frames, made.alpha))
            for made, _, one in self.shown
        )
        footage = Footage(RATE, assets=assets)
        timeline = Timeline(RATE, OUT, "fr", (Clip(Plain("#000000"), 250),), tuple(one for *_, one in self.shown))
        out: list[tuple[str, Mapping[str, str]]] = []
        for group in seen_together(footage, timeline):
            laid = [Laid(made, path, one) for made, path, one in self.shown if one in group]
            found = flashes_laid(laid, OUT, RATE)
            out += [(one.message, dict(one.facts)) for one in flashing_together(group, found, footage, timeline)]
        return out


def overlaid(name: str, made: Normal, start: int, frames: int, x: int = 0, after: After = "hold") -> Overlay:
    """An animation that begins at a frame of the film, in a box of two thirds of its width from `x` on."""
    box = Box(x, 0, 1280, 720)
    return Overlay(Key(name), name, "asset", Span(start, start + frames), box, made.frames, after=after)


def test_flashes_of_two_animations_add_up_where_both_are_seen(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    """Each flashes three times a second; one after the other in one place that is more, beside each other it is not."""
    made, path = normal_form(tmp_path, ffmpeg, "three", blinking(3, WHITE, CLEAR))
    assert made.flashes == ()
    one, soon = overlaid("one", made, 0, 24), overlaid("two", made, 14, 33)
    [(names, frames)] = Film(((made, path, one), (made, path, soon))).told()
    assert names == "one, two"
    assert (int(frames["first"]), int(frames["last"])) == (5, 34)
    far = overlaid("two", made, 14, 33, x=1280)
    assert Film(((made, path, one), (made, path, far))).told() == []
    later = overlaid("two", made, 60, 33)
    assert Film(((made, path, one), (made, path, later))).told() == []


def test_a_loop_that_flashes_too_often_only_as_it_goes_round(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    made, path = normal_form(tmp_path, ffmpeg, "loop", blinking(2, WHITE, BLACK)[5:-8])
    assert (made.frames, made.flashes) == (14, ())
    assert Film(((made, path, overlaid("loop", made, 50, 14, after="loop")),)).told() == []
    [(names, frames)] = Film(((made, path, overlaid("loop", made, 50, 150, after="loop")),)).told()
    assert (names, int(frames["first"])) == ("loop", 53)


def test_what_flashes_by_itself_is_not_told_twice(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    made, path = normal_form(tmp_path, ffmpeg, "five", blinking(5, WHITE, BLACK))
    shown = overlaid("five", made, 10, 50)
    asset = Asset("five", shown.key, "moving", shown.key, made.size, made.box, made.frames, made.alpha)
    footage = Footage(RATE, assets=(("five", replace(asset, flashes=made.flashes)),))
    timeline = Timeline(RATE, OUT, "fr", (Clip(Plain("#000000"), 250),), (shown,))
    found = flashes_laid([Laid(made, path, shown)], OUT, RATE)
    assert found
    assert list(flashing_together((shown,), found, footage, timeline)) == []
