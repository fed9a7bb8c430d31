"""Films that ship to try browsers with: each of their pictures holds its own number (`tests/media/patterned.py`)."""

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

RATES: Final = {
    "23.976": Fraction(24_000, 1001), "24": Fraction(24), "25": Fraction(25), "29.97": Fraction(30_000, 1001),
    "30": Fraction(30), "50": Fraction(50), "59.94": Fraction(60_000, 1001), "60": Fraction(60),
}  # fmt: skip
"""Those that drafts are made at, by the names that people call them."""
CUT: Final = (Fraction(2), Fraction(1, 2), Fraction(3), Fraction(5, 2))
"""Seconds of the segments that each film is joined of."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Such a film: its rate, and the frames of each of its segments."""

    name: str
    rate: Fraction

    @property
    def lengths(self) -> tuple[int, ...]:
        """The frames of each segment."""
        return tuple(round(part * self.rate) for part in CUT)

    @property
    def frames(self) -> int:
        """How many it has."""
        return sum(self.lengths)

    @property
    def seams(self) -> tuple[int, ...]:
        """The first frame of each segment but the first."""
        return tuple(itertools.accumulate(self.lengths))[:-1]


PATTERNS: Final = tuple(Pattern(name, rate) for name, rate in RATES.items())
