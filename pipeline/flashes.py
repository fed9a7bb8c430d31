"""Flashes that can harm: found in a film as it goes by, one small grid of colours a frame.

WCAG 2.2, success criterion 2.3.1, and its definitions of "flash" and "general flash and red flash thresholds" (working
definitions after ISO 9241-391 and Harding and Binnie 2002):

- a general flash is a pair of opposing changes in relative luminance of 10 % or more of the maximum (1.0), where the
  relative luminance of the darker image is below 0.80;
- a red flash is a pair of opposing transitions to or from a saturated red, R/(R + G + B) >= 0.8, whose states lie more
  than 0.2 apart in the CIE 1976 u'v' diagram;
- they harm where more than three of one kind fall within any one second, on more than 25 % of any 10 degrees of the
  visual field: a quarter of any rectangle of 341 x 256 pixels of a screen of 1024 x 768, a third of each of its sides.

Relative luminance is L = 0.2126 R + 0.7152 G + 0.0722 B with R, G, B linear (sRGB).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Size
from pipeline.spans import Span, merged

GRID = Size(96, 54)
"""Cells in which a picture is looked at. A cell is a third of a degree: WCAG leaves out patterns that are finer."""

FIELD = 3
"""A field of 10 degrees is one part in three of the picture's width and of its height (341 of 1024, 256 of 768)."""

AREA = Fraction(1, 4)
"""Share of a field beyond which flashes harm."""

MOST = 3
"""Flashes of one kind within one second that do no harm."""

CHANGE, DARKER = 0.10, 0.80
"""A change of relative luminance that counts, and what the darker of its two images is below."""

SATURATED, APART = 0.80, 0.20
"""R/(R + G + B) of a saturated red, and the distance in u'v' between the two states of a red transition."""

RED_LEAST = 1 / 16
"""R - G - B from which a red is strong enough to count: (R - G - B) x 320 > 20, the working definition of WCAG 2.0.
Without it the noise of a dark picture would be red."""

NEUTRAL = (0.1978, 0.4683)
"""u'v' of D65, taken for a black cell: it has no colour of its own."""

Grid = NDArray[np.float32]
Kind = Literal["general", "red"]


@dataclass(frozen=True, slots=True)
class Flashing:
    """A stretch of frames in which a picture flashes more than three times a second, on too large a part of it."""

    kind: Kind
    span: Span


def flashing(grids: Iterable[Grid], rate: Fraction) -> tuple[Flashing, ...]:
    """Where a film flashes too much, in order.

    `grids`: a frame each, (rows, columns, 3) of linear RGB from 0 to 1, all of one shape. The grid is the whole screen;
    axes before it are further screens that show the same film (over another ground): the worst of them counts.
    What is counted is how often each place flashes: an object that moves across many places flashes in none of them.
    """
    watches = (_Watch("general", rate), _Watch("red", rate))
    for frame, grid in enumerate(grids):
        for watch in watches:
            watch.see(frame, grid)
    found = [Flashing(watch.kind, span) for watch in watches for span in merged(watch.harmful)]
    return tuple(sorted(found, key=lambda one: (one.span, one.kind)))


class _Watch:
    """Counts the transitions of one kind in each cell over the last second."""

    def __init__(self, kind: Kind, rate: Fraction) -> None:
        self.kind: Kind = kind
        self.harmful: list[Span] = []
        self._period = int(rate)  # two transitions stand within a second if no more frames than this part them
        self._recent: deque[tuple[int, NDArray[np.bool_]]] = deque()
        self._counts = np.zeros((0, 0), np.int16)
        self._changes = _Luminance() if kind == "general" else _Red()

    def see(self, frame: int, grid: Grid) -> None:
        changed = self._changes.changed(grid)
        if not frame:
            self._counts = np.zeros(changed.shape, np.int16)
        while self._recent and self._recent[0][0] < frame - self._period:
            self._counts -= self._recent.popleft()[1]
        if not changed.any():
            return
        self._recent.append((frame, changed))
        self._counts += changed
        # a flash is two opposing transitions
        too_many = self._counts // 2 > MOST
        if (too_many & changed).any() and _large(too_many):
            first = next(at for at, some in self._recent if (some & too_many).any())
            self.harmful.append(Span(first, frame + 1))


def _large(cells: NDArray[np.bool_]) -> bool:
    """True when those cells take more than `AREA` of some field of `FIELD`."""
    *screens, rows, columns = cells.shape
    high, wide = max(1, rows // FIELD), max(1, columns // FIELD)
    summed = np.zeros((*screens, rows + 1, columns + 1), np.int32)
    summed[..., 1:, 1:] = cells.cumsum(axis=-2, dtype=np.int32).cumsum(axis=-1, dtype=np.int32)
    lower, upper = summed[..., high:, :], summed[..., :-high, :]
    within = lower[..., wide:] - lower[..., :-wide] - upper[..., wide:] + upper[..., :-wide]
    return bool(within.max() > AREA * high * wide)


class _Luminance:
    """Opposing changes of relative luminance, cell by cell: each is told once, on the frame that completes it."""

    def __init__(self) -> None:
        self._low = self._high = np.zeros((0, 0), np.float32)
        self._way = np.zeros((0, 0), np.int8)

    def changed(self, grid: Grid) -> NDArray[np.bool_]:
        now = grid @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        if not self._way.size:
            self._low, self._high, self._way = now, now, np.zeros(now.shape, np.int8)
        self._low, self._high = np.minimum(self._low, now), np.maximum(self._high, now)
        rises = (self._way <= 0) & (now - self._low >= CHANGE) & (self._low < DARKER)
        falls = (self._way >= 0) & (self._high - now >= CHANGE) & (now < DARKER) & ~rises
        self._way = np.where(rises, 1, np.where(falls, -1, self._way)).astype(np.int8)
        # once it has turned, the change back is counted from the furthest it comes to
        self._low, self._high = np.where(rises | falls, now, self._low), np.where(rises | falls, now, self._high)
        return rises | falls


class _Red:
    """Transitions to and from a saturated red, cell by cell."""

    def __init__(self) -> None:
        self._state = np.zeros((0, 2), np.float32)
        self._was_red = np.zeros((0, 0), np.bool_)

    def changed(self, grid: Grid) -> NDArray[np.bool_]:
        state, red = _chromaticity(grid), _saturated(grid)
        if not self._was_red.size:
            self._state, self._was_red = state, red
        moved = np.hypot(*np.moveaxis(state - self._state, -1, 0)) > APART
        turned = moved & (red | self._was_red)
        self._state = np.where(turned[..., None], state, self._state)
        self._was_red = np.where(turned, red, self._was_red)
        return turned


def _saturated(grid: Grid) -> NDArray[np.bool_]:
    red, green, blue = np.moveaxis(grid, -1, 0)
    return (red >= SATURATED * (red + green + blue)) & (red - green - blue > RED_LEAST)


def _chromaticity(grid: Grid) -> Grid:
    """CIE 1976 u'v' of linear sRGB (IEC 61966-2-1): u' = 4X/(X + 15Y + 3Z), v' = 9Y/(X + 15Y + 3Z)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32)
    x, y, z = np.moveaxis(grid @ to_xyz.T, -1, 0)
    whole = x + 15 * y + 3 * z
    seen = whole > RED_LEAST
    safe = np.where(seen, whole, 1)
    both = np.stack((np.where(seen, 4 * x / safe, NEUTRAL[0]), np.where(seen, 9 * y / safe, NEUTRAL[1])), axis=-1)
    return both.astype(np.float32)


def linear(encoded: NDArray[np.uint8]) -> Grid:
    """Values of 8-bit sRGB as linear values from 0 to 1 (WCAG's own formula, IEC 61966-2-1)."""
    return _LINEAR[encoded]


_STEPS = np.arange(256) / 255
_LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4).astype(np.float32)
