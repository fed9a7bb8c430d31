"""Looks through a normalised animation for flashes that can harm (see `pipeline.flashes`)."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.flashes import GRID, Flashing, Grid, flashing, linear
from pipeline.footage import Normal
from pipeline.geometry import Box, Size

FINE = 2
"""Pixels a cell is made of, each way: light is averaged as light, so that a fine bright line counts for what it is."""

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
    canvas = Size(GRID.width * FINE, GRID.height * FINE)
    place = _placed(normal.box, normal.size, canvas)
    grounds = GROUNDS if normal.alpha else GROUNDS[:1]
    empty = np.empty((len(grounds), canvas.height, canvas.width, 3), np.float32)
    empty[:] = np.reshape(grounds, (-1, 1, 1, 1))
    for colour, alpha in _small(picture, place.size, alpha=normal.alpha):
        shown = empty.copy()
        part = shown[:, place.y : place.bottom, place.x : place.right]
        part += (colour - part) * alpha
        light = linear(np.rint(shown).astype(np.uint8))
        yield light.reshape(len(grounds), GRID.height, FINE, GRID.width, FINE, 3).mean(axis=(2, 4))


def _placed(box: Box, size: Size, canvas: Size) -> Box:
    """Where the stored part lands on the canvas that stands for the whole picture: at least a pixel, inside it."""
    left, right = (round(Fraction(edge * canvas.width, size.width)) for edge in (box.x, box.right))
    top, bottom = (round(Fraction(edge * canvas.height, size.height)) for edge in (box.y, box.bottom))
    left, top = min(left, canvas.width - 1), min(top, canvas.height - 1)
    return Box(left, top, max(1, min(right, canvas.width) - left), max(1, min(bottom, canvas.height) - top))


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
