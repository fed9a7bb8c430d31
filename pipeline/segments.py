"""The timeline in pieces: each self-contained, independent of its place, named by all that changes its pixels."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.geometry import Box, Size
from pipeline.presets import Encode
from pipeline.spans import Span
from pipeline.timeline import Path
from pipeline.values import Key, digest, one_of

RECIPE = 1
"""Raised whenever the same segment would give other pixels than before."""


@dataclass(frozen=True, slots=True)
class Source:
    """Frames of a conformed rush. Knots of a moving path count from the segment's first frame here."""

    key: Key
    span: Span
    size: Size
    path: Path


@dataclass(frozen=True, slots=True)
class Ground:
    """A plain colour, `#rrggbb`."""

    colour: str


Base = Source | Ground
one_of(Base)


@dataclass(frozen=True, slots=True)
class Laid:
    """A normalised asset or card over a segment. `at` in frames of the segment; `offset` is its frame shown first.

    `box`: where the whole picture as made lands in output pixels. `fade_in`, `fade_out`: (frames, frame of `at` they
    began, negative when before this segment); (0, 0) for none.
    """

    key: Key
    at: Span
    box: Box
    frames: int
    offset: int
    after: Literal["hold", "gone"]
    fade_in: tuple[int, int] = (0, 0)
    fade_out: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Segment:
    """Everything that changes its pixels and nothing else."""

    base: Base
    frames: int
    overlays: tuple[Laid, ...]
    rate: Fraction
    size: Size
    encode: Encode
    build: str
    tier: Literal["mezzanine", "rush"] = "mezzanine"
    recipe: int = RECIPE

    @property
    def key(self) -> Key:
        """sha256 of its canonical JSON."""
        return digest(self)
