"""Looks for flashes that can harm (see `pipeline.flashes`) in normalised animations: one alone, several as shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.flashes import GRID, Flashing, Grid, flashing, linear
from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.placing import visible
from pipeline.spans import Span, rounded
from pipeline.timeline import Overlay

FINE = 2
"""Pixels a cell is made of, each way: light is averaged as light, so that a fine bright line counts for what it is."""

CANVAS = Size(GRID.width * FINE, GRID.height * FINE)
"""What stands for the whole picture while it is looked at."""

GROUNDS = (0, 255)
"""What an animation with alpha is looked at over, since it may lie over anything: black, and white."""


def flashes(normal: Normal, picture: Path, rate: Fraction) -> tuple[Flashing, ...]:
    """Where a normalised animation flashes too much, by its own frames; a still never does.

    `picture` is its stored picture. The whole of it as made is taken for the screen: shown smaller it harms less.
    """
    if normal.still:
        return ()
    return flashing(_grids(normal, picture), rate)


def _grids(normal: Normal, picture: Path) -> Iterator[Grid]:
    """Each frame over each ground, as light."""
    place = _placed(normal.box, normal.size)
    empty = _empty(GROUNDS if normal.alpha else GROUNDS[:1])
    for colour, alpha in _small(picture, place.size, alpha=normal.alpha):
        shown = empty.copy()
        _lay(shown, place, colour, alpha)
        yield _light(shown)


@dataclass(frozen=True, slots=True)
class Laid:
    """A moving animation as a film shows it: its normal form, the file of its picture, where and when it is laid."""

    normal: Normal
    picture: Path
    overlay: Overlay


def flashes_laid(laid: Sequence[Laid], size: Size, rate: Fraction) -> tuple[Flashing, ...]:
    """Where animations that are laid over one film of that size flash too much as they are seen, by its frames.

    In order of stacking. They are taken as there from their first frame to their last: that they fade is left out. One
    that is alone and goes round is looked at until it has done so: then it is the same again.
    """
    first = laid[0].overlay
    at = first.at
    for one in laid[1:]:
        at = at.hull(one.overlay.at)
    if len(laid) == 1 and first.after == "loop":
        at = Span(at.start, min(at.stop, at.start + first.frames + int(2 * rate)))
    found = flashing(_grids_laid(laid, at, size), rate)
    return tuple(Flashing(one.kind, one.span.shifted(at.start)) for one in found)


def _grids_laid(laid: Sequence[Laid], at: Span, size: Size) -> Iterator[Grid]:
    empty = _empty(GROUNDS)
    playing = [_Playing(one, size) for one in laid]
    for frame in range(at.start, at.stop):
        shown = empty.copy()
        for one in playing:
            one.lay(shown, frame)
        yield _light(shown)


class _Playing:
    """An animation being played as it is laid, from its first frame on."""

    def __init__(self, laid: Laid, size: Size) -> None:
        self._laid = laid
        there = visible(laid.normal.size, laid.normal.box, laid.overlay.box)
        self._place = _placed(there, size)
        inside = there.common(size.box) or there
        wide, high = Fraction(self._place.width, inside.width), Fraction(self._place.height, inside.height)
        self._whole = Size(max(1, rounded(there.width * wide)), max(1, rounded(there.height * high)))
        self._from = rounded((inside.x - there.x) * wide), rounded((inside.y - there.y) * high)
        self._reel = self._started()
        self._next = 0
        self._now = next(self._reel)

    def _started(self) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        return _small(self._laid.picture, self._whole, alpha=self._laid.normal.alpha)

    def lay(self, shown: NDArray[np.float32], frame: int) -> None:
        """Lays what is seen of it at that frame of the film, if anything, over what is shown."""
        index = self._laid.overlay.shows(frame)
        if index is None:
            return
        if index < self._next:  # it has begun again
            self._reel, self._next = self._started(), 0
            self._now = next(self._reel)
        while self._next < index:
            self._now = next(self._reel)
            self._next += 1
        left, top = self._from
        rows = slice(top, top + self._place.height)
        columns = slice(left, left + self._place.width)
        colour, alpha = (part[rows, columns] for part in self._now)
        _lay(shown, self._place, colour, alpha)


def _empty(grounds: Sequence[int]) -> NDArray[np.float32]:
    out = np.empty((len(grounds), CANVAS.height, CANVAS.width, 3), np.float32)
    out[:] = np.reshape(grounds, (-1, 1, 1, 1))
    return out


def _lay(shown: NDArray[np.float32], place: Box, colour: NDArray[np.float32], alpha: NDArray[np.float32]) -> None:
    part = shown[:, place.y : place.bottom, place.x : place.right]
    part += (colour - part) * alpha


def _light(shown: NDArray[np.float32]) -> Grid:
    light = linear(np.rint(shown).astype(np.uint8))
    return light.reshape(len(shown), GRID.height, FINE, GRID.width, FINE, 3).mean(axis=(2, 4))


def _placed(box: Box, size: Size) -> Box:
    """Where a part of a picture of `size` lands on the canvas: at least a pixel, inside it."""
    left, right = (round(Fraction(edge * CANVAS.width, size.width)) for edge in (box.x, box.right))
    top, bottom = (round(Fraction(edge * CANVAS.height, size.height)) for edge in (box.y, box.bottom))
    left, top = min(max(0, left), CANVAS.width - 1), min(max(0, top), CANVAS.height - 1)
    return Box(left, top, max(1, min(right, CANVAS.width) - left), max(1, min(bottom, CANVAS.height) - top))


def _small(picture: Path, size: Size, *, alpha: bool) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Each frame at that size: its colour, and its alpha from 0 to 1 (all 1 without)."""
    whole = np.ones((size.height, size.width, 1), np.float32)
    with av.open(str(picture)) as film:
        film.streams.video[0].thread_type = "AUTO"
        for frame in film.decode(video=0):
            small = frame.reformat(
                size.width,
                size.height * (2 if alpha else 1),
                format="rgb24",
                src_colorspace="ITU709",
                interpolation="AREA",
            )
            colours: NDArray[np.float32] = small.to_ndarray().astype(np.float32)
            yield colours[: size.height], colours[size.height :, :, :1] * np.float32(1 / 255) if alpha else whole
