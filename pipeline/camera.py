"""How the camera moves: where a path is at a frame, and the calm path that keeps a moving head in its place."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.later import imported
from pipeline.presets import Framings
from pipeline.spans import rounded
from pipeline.timeline import Knot, Locked, Moving, Path
from pipeline.tracks import percentile

MIDDLE = (Fraction(5, 100), Fraction(95, 100))
"""Percentiles between which a head counts as moving (the outermost tenth of the time does not move a camera)."""

EASE_LEAST = 0.8
"""Seconds that the shortest eased move lasts (0.8 to 1.5 s is what operators take for a correction)."""

REACTION = 0.2
"""Seconds after the head has begun to move that the camera follows."""

WEIGHTS = (200.0, 1.0, 100.0)
"""What speed, acceleration and jerk cost: 10, 1, 100 of Grundmann, Kwatra, Essa (CVPR 2011) with rest made dearer:
with 10 only one step in ten of a calm head's path stood quite still."""

OUT_OF_PLACE = 1000.0
"""What it costs to let the head leave its place: only done when the camera may not move faster."""

STRAIGHT = 0.5
"""Pixels by which a path may differ from the straight line between two of its knots for those between to go."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """A box at one frame of a moving camera, in fractions of a pixel."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction

    def box(self) -> Box:
        """The nearest box of whole pixels."""
        return Box(rounded(self.x), rounded(self.y), max(1, rounded(self.width)), max(1, rounded(self.height)))


def place_at(path: Path, frame: int) -> Place:
    """Where the camera is at `frame` of the rush: before the first knot and after the last it rests.

    `smooth` is 3u² - 2u³ from knot to knot, as the renderer draws it.
    """
    if isinstance(path, Locked):
        return _place(path.box)
    after = bisect_right(path.knots, frame, key=lambda knot: knot.frame)
    if after in {0, len(path.knots)}:
        return _place(path.knots[min(after, len(path.knots) - 1)].box)
    one, other = path.knots[after - 1], path.knots[after]
    u = Fraction(frame - one.frame, other.frame - one.frame)
    return _between(_place(one.box), _place(other.box), u * u * (3 - 2 * u) if path.ease == "smooth" else u)


def cover(path: Path) -> Box:
    """The smallest box that holds the whole path."""
    if isinstance(path, Locked):
        return path.box
    box = path.knots[0].box
    for knot in path.knots[1:]:
        box = box.cover(knot.box)
    return box


def pushed(start: Path, end: Path, at: int, frames: int, step: int) -> Path:
    """From where `start` is to where `end` is, eased, in `frames` from frame `at` on; both may move meanwhile.

    `step`: frames between knots where they do.
    """
    if isinstance(start, Locked) and isinstance(end, Locked):
        if start == end:
            return end
        return Moving((Knot(at, start.box), Knot(at + frames, end.box)), "smooth")
    after = end.knots if isinstance(end, Moving) else ()
    times = sorted({*range(at, at + frames, step), at + frames, *(k.frame for k in after if k.frame > at + frames)})
    return Moving(
        tuple(Knot(time, _pushing(start, end, time, Fraction(time - at, frames))) for time in times), "linear"
    )


def _pushing(start: Path, end: Path, frame: int, share: Fraction) -> Box:
    u = min(Fraction(1), share)
    return _between(place_at(start, frame), place_at(end, frame), u * u * (3 - 2 * u)).box()


def _place(box: Box) -> Place:
    return Place(Fraction(box.x), Fraction(box.y), Fraction(box.width), Fraction(box.height))


def _between(one: Place, other: Place, share: Fraction) -> Place:
    def edge(a: Fraction, b: Fraction) -> Fraction:
        return a + share * (b - a)

    return Place(
        edge(one.x, other.x), edge(one.y, other.y), edge(one.width, other.width), edge(one.height, other.height)
    )


def calm(values: Sequence[int], width: int, side: int, hz: Fraction, rules: Framings) -> tuple[Fraction, ...]:
    """Where the camera aims along one axis at each knot, for a head at `values`, `hz` knots a second.

    One value all along when the head stays within `still_range` of the crop's `width`; eased once when it shifts place
    once, by at most `ease_range`; else an L1-optimal path that keeps the head within `follow_slack` of its place, a
    share of the crop's `side` along this axis. Speed and acceleration are bounded by the crop's width.
    """
    middle = percentile(values, Fraction(1, 2))
    low, high = (percentile(values, share) for share in MIDDLE)
    if high - low <= rules.still_range * width:
        return (Fraction(middle),) * len(values)
    if high - low <= rules.ease_range * width and (eased := _eased(values, width, float(hz), rules)):
        return eased
    return _followed(values, width, float(rules.follow_slack * side / width), float(hz), rules)


def _eased(values: Sequence[int], side: int, hz: float, rules: Framings) -> tuple[Fraction, ...] | None:
    """One move from one resting place to another, or None when the head does not rest before and after it."""
    heads = np.asarray(values, dtype=float)
    slack = float(rules.still_range) * side
    first, last = _rest(heads, slack), len(heads) - _rest(heads[::-1], slack)
    if first > last:
        first = last = (first + last) // 2
    if not 0 < first <= last < len(heads):
        return None
    one, other = float(np.median(heads[:first])), float(np.median(heads[last:]))
    share = abs(other - one) / side
    speed, acceleration = float(rules.speed_most), float(rules.acceleration_most)
    seconds = max(EASE_LEAST, (last - first) / hz, 1.5 * share / speed, sqrt(6 * share / acceleration))
    if last - first > 2 * seconds * hz:
        return None
    begins = first + REACTION * hz
    u = np.clip((np.arange(len(heads)) - begins) / (seconds * hz), 0, 1)
    return _fractions(one + (other - one) * u * u * (3 - 2 * u))


def _rest(heads: Numbers, slack: float) -> int:
    """How many values from the first on stay within `slack` of one another."""
    spread = np.maximum.accumulate(heads) - np.minimum.accumulate(heads)
    beyond = np.flatnonzero(spread > slack)
    return int(beyond[0]) if len(beyond) else len(heads)


def _followed(values: Sequence[int], side: int, slack: float, hz: float, rules: Framings) -> tuple[Fraction, ...]:
    """The path of least speed, acceleration and jerk (L1) within reach of the head; speed and acceleration bounded.

    Grundmann, Kwatra, Essa: Auto-directed video stabilization with robust L1 optimal camera paths (CVPR 2011), as a
    linear programme in crop widths a knot.
    """
    sparse, optimize = (imported(f"scipy.{name}") for name in ("sparse", "optimize"))
    heads = np.asarray(values, dtype=float) / side
    count = len(heads)
    eye = sparse.identity(count, format="csr")
    rows: list[Any] = [eye]
    for _ in WEIGHTS:
        rows.append(rows[-1][1:] - rows[-1][:-1])
    bounds = [float(rules.speed_most) / hz, float(rules.acceleration_most) / hz**2, np.inf]
    used = [(row, weight, bound) for row, weight, bound in zip(rows[1:], WEIGHTS, bounds, strict=True) if row.shape[0]]
    sizes = [row.shape[0] for row, _, _ in used]
    left: list[list[Any]] = []
    right: list[Numbers] = []
    for index, (row, _, _) in enumerate(used):
        minus = [-sparse.identity(size) if place == index else None for place, size in enumerate(sizes)]
        left += [[row, *minus, None], [-row, *minus, None]]
        right += [np.zeros(sizes[index])] * 2
    nothing: list[Any] = [None] * len(used)
    left += [[eye, *nothing, -eye], [-eye, *nothing, -eye]]
    right += [heads + slack, slack - heads]
    costs = [np.zeros(count), *(np.full(size, use[1]) for size, use in zip(sizes, used, strict=True))]
    ranges: list[tuple[float | None, float | None]] = [(None, None)] * count
    for size, (_, _, bound) in zip(sizes, used, strict=True):
        ranges += [(0, bound)] * size
    solved = optimize.linprog(
        np.concatenate([*costs, np.full(count, OUT_OF_PLACE)]),
        A_ub=sparse.bmat(left, format="csr"),
        b_ub=np.concatenate(right),
        bounds=[*ranges, *[(0, None)] * count],
        method="highs",
    )
    return _fractions(solved.x[:count] * side)


def _fractions(values: Numbers) -> tuple[Fraction, ...]:
    """Hundredths of a pixel: finer cannot be seen, and the last bits of a solver's floats never reach a key."""
    return tuple(Fraction(round(float(value) * 100), 100) for value in values)


def straightened(knots: Sequence[Knot]) -> tuple[Knot, ...]:
    """The knots without those that lie on the way between their neighbours (Douglas and Peucker 1973)."""
    edges = np.array([[k.box.x, k.box.y, k.box.width, k.box.height] for k in knots], dtype=float)
    times = np.array([knot.frame for knot in knots], dtype=float)
    kept = {0, len(knots) - 1}
    open_spans = [(0, len(knots) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        share = (times[first + 1 : last, None] - times[first]) / (times[last] - times[first])
        way = edges[first] + share * (edges[last] - edges[first])
        off = np.abs(edges[first + 1 : last] - way).max(axis=1)
        worst = first + 1 + int(off.argmax())
        if off.max() > STRAIGHT:
            kept.add(worst)
            open_spans += [(first, worst), (worst, last)]
    return tuple(knots[index] for index in sorted(kept))
