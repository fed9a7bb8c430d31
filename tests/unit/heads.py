"""Footage watched, made up: a head of a given height that stands or moves, as the detector would see it."""

from collections.abc import Callable
from fractions import Fraction

from pipeline.geometry import Box, Size
from pipeline.spans import Span
from pipeline.takes import Take
from pipeline.tracks import Sighting, Watched
from pipeline.values import Key

UHD = Size(3840, 2160)
HD = Size(1920, 1080)

Head = Callable[[int], tuple[float, float, float] | None]
"""(column of the middle, row of the eyes, head height) at a frame of the rush; None: not seen."""


def at(x: float, y: float, height: float) -> Head:
    """A head that stands still."""
    return lambda _: (x, y, height)


def sighting(frame: int, x: float, y: float, height: float, *, hair: float = 0.5, arms: float = 3) -> Sighting:
    """What is seen of a head: face box 0.8 heads wide, hair `hair` heads above the eyes, body `arms` heads wide."""
    side = round(0.8 * height)
    top = round(y - hair * height)
    body = Box(round(x - arms * height / 2), top, max(1, round(arms * height)), round(6 * height))
    return Sighting(
        frame,
        Box(round(x) - side // 2, round(y - 0.27 * height), side, side),
        (round(x), round(y)),
        (round(x), round(y) + round(height / 3)),
        900,
        body,
        top,
    )


def watched(
    *heads: Head,
    frames: int = 500,
    size: Size = UHD,
    rush: str = "a.mp4",
    step: int = 5,
    hair: float = 0.5,
    arms: float = 3,
) -> Watched:
    """A rush of `frames` at 25 a second, looked at each `step` frames, with those heads in it."""
    sampled = tuple(range(0, frames, step))
    seen = [
        sighting(frame, *place, hair=hair, arms=arms) for frame in sampled for head in heads if (place := head(frame))
    ]
    return Watched(rush, Key("k"), size, sampled, tuple(seen))


def take(start: int = 0, stop: int = 500, rush: str = "a.mp4") -> Take:
    """A take of that rush."""
    return Take("s1", rush, Span(start, stop), 1)


RATE = Fraction(25)
