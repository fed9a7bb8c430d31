"""Whether the colour of a picture with alpha was multiplied by its alpha, and how that is undone.

In a premultiplied picture no colour is above its alpha: one that is proves it straight. Where none is, it cannot be
told, only guessed: of a straight picture, as many half-transparent pixels should be brighter than their alpha as its
opaque ones are.
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np

Guess = Literal["", "straight", "premultiplied"]

HALF = (16, 239)
"""Alpha of pixels that tell: below, codecs leave noise; above, both readings look alike."""

DARK = 4
"""Colour that is black to the eye: both readings of a black shadow are the same."""

SLACK = 24
"""Levels that lossy codecs put a colour above its alpha where edges are sharp (ProRes and VP9 of 4:2:0)."""

PROVES = 0.02
"""Share of half-transparent pixels above their alpha that proves a lossy picture straight."""

EXPECTED = 0.05
"""Share that would be above, were it straight, from which their absence tells."""


def unmultiplied(picture: np.ndarray) -> np.ndarray:
    """Straight from premultiplied: 8 bits, (height, width, 4), alpha last; clear pixels become black."""
    alpha = picture[..., 3]
    rows, columns = np.nonzero((alpha > 0) & (alpha < 255))
    out = picture.copy()
    part = picture[rows, columns]
    opacity = part[:, 3:].astype(np.uint32)
    out[rows, columns, :3] = np.minimum(255, (part[:, :3].astype(np.uint32) * 255 + opacity // 2) // opacity)
    out[alpha == 0] = 0
    return out


def nearest_unmultiplied(picture: np.ndarray) -> np.ndarray:
    """The same as `unmultiplied`, of a picture that was divided already, but with what was left over cut off.

    ThorVG does so: half of its half-transparent colours come out a level too dark. What it divided is known again, for
    a level of that is more than a level of the colour.
    """
    rows, columns = np.nonzero((picture[..., 3] > 0) & (picture[..., 3] < 255))
    part = picture[rows, columns].astype(np.uint32)
    opacity = part[:, 3:]
    multiplied = (part[:, :3] * opacity + 254) // 255
    out = picture.copy()
    out[rows, columns, :3] = np.minimum(255, (multiplied * 255 + opacity // 2) // opacity)
    return out


def guess(pictures: Iterable[np.ndarray], *, lossless: bool) -> Guess:
    """What RGBA pictures (height, width, 4) are taken for, where that is to be asked; empty where there is no doubt.

    There is none when they are proved straight, have no half-transparent pixel, or black ones only.
    """
    half = above = dark = 0
    alphas, opaque = np.zeros(256, np.int64), np.zeros(256, np.int64)
    slack = 1 if lossless else SLACK
    for picture in pictures:
        colour, alpha = picture[..., :3].max(axis=-1), picture[..., 3]
        tells = (alpha >= HALF[0]) & (alpha <= HALF[1])
        bright, opacity = colour[tells].astype(int), alpha[tells].astype(int)
        half += len(bright)
        above += int((bright > opacity + slack).sum())
        dark += int((bright <= DARK).sum())
        alphas += np.bincount(opacity, minlength=256)
        opaque += np.bincount(colour[alpha > HALF[1]].ravel(), minlength=256)
    if half == dark or (above if lossless else above > PROVES * half):
        return ""
    whole = opaque.sum()
    brighter = 1 - np.cumsum(opaque) / whole if whole else np.ones(256)
    expected = float((alphas * brighter).sum() / half)
    return "premultiplied" if expected >= EXPECTED else "straight"
