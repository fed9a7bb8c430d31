"""Where the subject is: sightings as detected, tracks as cleaned and smoothed."""

from dataclasses import dataclass

from pipeline.geometry import Box, Size
from pipeline.spans import Span
from pipeline.values import Key


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face in one sampled frame of a conformed rush, in pixels of the conformed picture.

    `eyes` and `mouth` are (x, y) midpoints; `score` in thousandths. `body` is the person's extent where known.
    """

    frame: int
    face: Box
    eyes: tuple[int, int]
    mouth: tuple[int, int]
    score: int
    body: Box | None = None


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
    """The subject of one take. `head` and `eyes` are medians over the take; `centres` hold (frame, x, y) knots.

    `head_height` is crown to chin in pixels. `face` covers the subject's face box over the whole take, `body` all
    that is seen of the person (hands in use included) where known. `seen` is the share of sampled frames in which
    the subject was found, in thousandths; `lost` the longest run without, in frames.
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
