"""Where the subject is: sightings as detected, tracks as cleaned and smoothed."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

from pipeline.geometry import Box, Size, overlap
from pipeline.presets import Seeing
from pipeline.spans import Span, frames_in, rounded
from pipeline.takes import Take
from pipeline.values import Key

SIZE_MOST = Fraction(3, 2)
"""From one sampled frame to the next a face does not grow or shrink by more than this."""

WINDOW = 5
"""Sampled frames in the running median that outliers are told by (a second at 5 Hz; AutoFlip's history of 5)."""

OUTLIER = Fraction(1, 2)
"""A sighting whose middle lies further than this, in face widths, from the running median is no sighting."""

STILL = Fraction(2, 100)
"""A face that stays within this share of its width for a second or more is a poster's: a living head moves and the
detector's own noise on one is 1 to 2 % (measured)."""

STILL_WEIGHT = Fraction(1, 10)
"""What a still face counts for against one that moves."""

AGAIN_APART = 3
"""A face found again after it was lost is the same one within this many face widths."""

HAIR = Fraction(1, 4)
"""Quartile of the hair's height above the eyes that is taken: hair stays, and an outline errs upwards (measured: by up
to a tenth of a head before a dark, busy wall)."""

HEAD_WIDTH = Fraction(4, 5)
"""A head with its ears against its height, crown to chin (canon: two thirds, and the ears; measured on a man: 0.79)."""

EDGES = (Fraction(5, 100), Fraction(95, 100))
"""Percentiles of the body's edges taken for its reach: a hand that is there one time in twenty does not count."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face in one sampled frame of a conformed rush, in pixels of the conformed picture.

    `eyes` and `mouth` are (x, y) midpoints; `score` in thousandths. `body` is the person's extent where known,
    `crown` the first row of the head with its hair.
    """

    frame: int
    face: Box
    eyes: tuple[int, int]
    mouth: tuple[int, int]
    score: int
    body: Box | None = None
    crown: int | None = None

    @property
    def centre(self) -> int:
        """The column of the middle of the face."""
        return self.face.x + self.face.width // 2

    @property
    def head_height(self) -> int:
        """Crown to chin: three times eyes to mouth (canon of 7.5 heads: eyes at 0.50 of the head, mouth at 0.83)."""
        return max(1, 3 * (self.mouth[1] - self.eyes[1]))


@dataclass(frozen=True, slots=True)
class Watched:
    """All faces seen in one rush, by frame then score. `sampled` are the frames looked at, in order.

    `motion` is the mean absolute change of the sampled picture since the one before, in hundredths of a level.
    """

    rush: str
    key: Key
    size: Size
    sampled: tuple[int, ...]
    sightings: tuple[Sighting, ...]
    motion: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """The subject of one take. `head_height`, `eye_line`, `centre` and `crown` are medians over the take.

    `head_height` is crown to chin in pixels; `crown` the first row of the head, hair included; `eye_line` the row of
    the eyes; `centre` the column of the head. `face` covers the subject's face box over the whole take, `body` all
    that is seen of the person (hands in use included) where known. `centres` hold (frame, column of the head, row of
    the eyes) for every sampled frame of the take, gaps filled; `faces` the boxes really seen. `seen` is the share of
    sampled frames in which the subject was found, in thousandths; `lost` the longest run without, in frames. `bodies`:
    the person's extent, arms and hands included, in each sampled frame where it is known.
    """

    rush: str
    span: Span
    size: Size
    head_height: int
    crown: int
    eye_line: int
    centre: int
    face: Box
    body: Box | None
    centres: tuple[tuple[int, int, int], ...]
    seen: int
    lost: int
    faces: tuple[tuple[int, Box], ...] = ()
    bodies: tuple[tuple[int, Box], ...] = ()

    @property
    def head(self) -> Box:
        """The whole head where it mostly is: hair, chin and ears."""
        top, bottom = min(self.crown, self.eye_line - 1), self.eye_line + self.head_height // 2
        width = max(1, rounded(self.head_height * HEAD_WIDTH))
        return Box(self.centre - width // 2, top, width, bottom - top)


def track(take: Take, watched: Watched, seeing: Seeing, rate: Fraction) -> Track | None:
    """The subject of a take, cleaned; None when nobody is seen in it.

    The subject is the largest, most central, most present face. Sightings are linked by overlap and size; what
    stands out is dropped. A gap of at most `lost_interpolated` seconds is bridged in a straight line; in a longer one
    the head is held where it was last seen (`lost` says for how long): the camera never re-centres in mid-shot.
    """
    sampled = [frame for frame in watched.sampled if take.span.holds(frame)]
    within = [one for one in watched.sightings if take.span.holds(one.frame)]
    subject = _clean(_subject(_runs(within, seeing, rate), watched.size, rate))
    if not subject:
        return None
    hair = [one.eyes[1] - one.crown for one in subject if one.crown is not None]
    head_height = median_low([one.head_height for one in subject])
    eye_line = median_low([one.eyes[1] for one in subject])
    skull = head_height // 2
    return Track(
        rush=take.rush,
        span=take.span,
        size=watched.size,
        head_height=head_height,
        crown=eye_line - (max(skull, percentile(hair, HAIR)) if len(hair) * 2 >= len(subject) else skull),
        eye_line=eye_line,
        centre=median_low([one.centre for one in subject]),
        face=_cover([one.face for one in subject]),
        body=_reach([one.body for one in subject if one.body is not None]),
        centres=_filled(subject, sampled, frames_in(seeing.lost_interpolated, rate)),
        seen=len(subject) * 1000 // len(sampled),
        lost=_longest_gap([one.frame for one in subject], take.span),
        faces=tuple((one.frame, one.face) for one in subject),
        bodies=tuple((one.frame, one.body) for one in subject if one.body is not None),
    )


def _runs(sightings: Sequence[Sighting], seeing: Seeing, rate: Fraction) -> list[list[Sighting]]:
    """Sightings linked into runs of one face each: by overlap and size, over gaps of at most `lost_held` seconds."""
    held = frames_in(seeing.lost_held, rate)
    runs: list[list[Sighting]] = []
    for one in sorted(sightings, key=lambda one: (one.frame, -one.score, one.face)):
        candidates = [
            run
            for run in runs
            if run[-1].frame < one.frame <= run[-1].frame + held
            and overlap(run[-1].face, one.face) >= seeing.linked_overlap
            and _alike(run[-1], one)
        ]
        if candidates:
            max(candidates, key=lambda run: overlap(run[-1].face, one.face)).append(one)
        else:
            runs.append([one])
    return runs


def _alike(one: Sighting, other: Sighting) -> bool:
    small, large = sorted((one.face.width, other.face.width))
    return large <= small * SIZE_MOST


def _subject(runs: list[list[Sighting]], size: Size, rate: Fraction) -> list[Sighting]:
    """The run that weighs most, and those of the same face before and after: near it, as large, never at one time."""
    if not runs:
        return []
    ranked = sorted(runs, key=lambda run: _weight(run, size, rate), reverse=True)
    subject = list(ranked[0])
    for run in ranked[1:]:
        apart = all(run[-1].frame < one.frame or one.frame < run[0].frame for one in subject)
        before = [one for one in subject if one.frame < run[0].frame]
        nearest, end = (before[-1], run[0]) if before else (subject[0], run[-1])
        near = abs(nearest.centre - end.centre) <= AGAIN_APART * nearest.face.width
        if apart and near and _alike(nearest, end):
            subject = sorted([*subject, *run], key=lambda one: one.frame)
    return subject


def _weight(run: list[Sighting], size: Size, rate: Fraction) -> Fraction:
    """Width times how central, summed over the sightings; a face that does not move counts for little."""
    half = Fraction(size.width, 2)
    total = sum((one.face.width * (1 - abs(one.centre - half) / size.width) for one in run), Fraction(0))
    width = median_low([one.face.width for one in run])
    columns, rows = [one.centre for one in run], [one.eyes[1] for one in run]
    moved = max(max(columns) - min(columns), max(rows) - min(rows))
    long = run[-1].frame - run[0].frame >= rate
    return total * STILL_WEIGHT if long and moved <= width * STILL else total


def _clean(run: list[Sighting]) -> list[Sighting]:
    """The run without those that jump away from their neighbours (a hand, a poster, half a face)."""
    out: list[Sighting] = []
    for index, one in enumerate(run):
        near = run[max(0, index - WINDOW // 2) : index + WINDOW // 2 + 1]
        column, row = median_low([other.centre for other in near]), median_low([other.eyes[1] for other in near])
        limit = one.face.width * OUTLIER
        if abs(one.centre - column) <= limit and abs(one.eyes[1] - row) <= limit:
            out.append(one)
    return out


def _cover(boxes: Sequence[Box]) -> Box:
    out = boxes[0]
    for box in boxes[1:]:
        out = out.cover(box)
    return out


def _reach(bodies: Sequence[Box]) -> Box | None:
    if not bodies:
        return None
    low, high = EDGES
    x, y = percentile([box.x for box in bodies], low), percentile([box.y for box in bodies], low)
    right = percentile([box.right for box in bodies], high)
    bottom = percentile([box.bottom for box in bodies], high)
    return Box(x, y, max(1, right - x), max(1, bottom - y))


def percentile(values: Sequence[int], share: Fraction) -> int:
    """The value that `share` of the values do not exceed (nearest rank).

    >>> percentile([30, 10, 20], Fraction(1, 2))
    20
    """
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def _filled(subject: Sequence[Sighting], sampled: Sequence[int], bridged: int) -> tuple[tuple[int, int, int], ...]:
    """(frame, column, row) for each sampled frame: as seen, in a straight line over short gaps, held over long ones."""
    out: list[tuple[int, int, int]] = []
    after = 0
    for frame in sampled:
        while after < len(subject) and subject[after].frame < frame:
            after += 1
        before = subject[max(0, after - 1)]
        following = subject[min(after, len(subject) - 1)]
        gap = following.frame - before.frame
        if following.frame == frame or (0 < gap <= bridged):
            share = Fraction(frame - before.frame, gap) if gap > 0 else Fraction(1)
            x = before.centre + share * (following.centre - before.centre)
            y = before.eyes[1] + share * (following.eyes[1] - before.eyes[1])
            out.append((frame, rounded(x), rounded(y)))
        else:
            held = before if before.frame < frame else following
            out.append((frame, held.centre, held.eyes[1]))
    return tuple(out)


def _longest_gap(frames: Sequence[int], span: Span) -> int:
    """Most frames between two sightings, or between one and an end of the take."""
    edges = [span.start, *frames, span.stop]
    return max(stop - start for start, stop in pairwise(edges))
