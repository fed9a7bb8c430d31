"""Spans and time: integers of frames at one rate held as a `Fraction`; sound in integer samples.

Float seconds exist nowhere past the probe.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

SAMPLE_RATE = 48_000
"""Samples a second of every sound inside Rushes (video's own rate: SMPTE 272M, EBU R 128 material)."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open interval of frames (or samples, where said) `[start, stop)`; never empty.

    >>> Span(10, 25).frames
    15
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        if self.stop <= self.start:
            message = f"a span runs forward: wanted start < stop, found [{self.start}, {self.stop})"
            raise ValueError(message)

    @property
    def frames(self) -> int:
        """How many frames it holds, at least 1."""
        return self.stop - self.start

    def shifted(self, by: int) -> Self:
        """The same length, `by` frames later (earlier when negative)."""
        return type(self)(self.start + by, self.stop + by)

    def holds(self, frame: int) -> bool:
        """True when `frame` is one of its frames."""
        return self.start <= frame < self.stop

    def within(self, other: "Span") -> bool:
        """True when every frame of it is a frame of `other`."""
        return other.start <= self.start and self.stop <= other.stop

    def meets(self, other: "Span") -> bool:
        """True when the two share at least one frame."""
        return self.start < other.stop and other.start < self.stop

    def common(self, other: "Span") -> "Span | None":
        """The frames both have, or None.

        >>> Span(0, 10).common(Span(5, 20))
        Span(start=5, stop=10)
        """
        start, stop = max(self.start, other.start), min(self.stop, other.stop)
        return Span(start, stop) if start < stop else None

    def hull(self, other: "Span") -> "Span":
        """The shortest span with all frames of both."""
        return Span(min(self.start, other.start), max(self.stop, other.stop))


def merged(spans: Iterable[Span], gap: int = 0) -> tuple[Span, ...]:
    """The spans in order, those that touch, overlap or stand at most `gap` frames apart made one."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].stop + gap:
            out[-1] = out[-1].hull(span)
        else:
            out.append(span)
    return tuple(out)


def rounded(value: Fraction) -> int:
    """The nearest integer, halves up (Python's own `round` goes to even: two neighbours could meet).

    >>> rounded(Fraction(5, 2))
    3
    """
    return (value.numerator * 2 + value.denominator) // (value.denominator * 2)


def frames_in(seconds: Fraction | float | str, rate: Fraction) -> int:
    """How many frames at `rate` last nearest to `seconds`.

    >>> frames_in("1.5", Fraction(30000, 1001))
    45
    """
    return rounded(Fraction(str(seconds) if isinstance(seconds, float) else seconds) * rate)


def sample_at(frame: int, rate: Fraction, sample_rate: int = SAMPLE_RATE) -> int:
    """The sample that sounds as `frame` begins.

    >>> sample_at(25, Fraction(25))
    48000
    """
    return rounded(frame * sample_rate / rate)


def seconds_at(frame: int, rate: Fraction) -> Fraction:
    """The exact time at which `frame` begins; for printing and for ffmpeg, never for reckoning."""
    return frame / rate


STANDARD_RATES = tuple(
    Fraction(n, d)
    for n, d in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1))
)
"""Rates that cameras and players agree on (SMPTE ST 2051, ITU-R BT.709 §1)."""


def standard_rate(rate: Fraction, tolerance: Fraction = Fraction(1, 1000)) -> Fraction:
    """The standard rate within `tolerance` (relative) of `rate`, else `rate` itself.

    >>> standard_rate(Fraction(2997, 100))
    Fraction(30000, 1001)
    """
    best = min(STANDARD_RATES, key=lambda standard: abs(standard - rate))
    return best if abs(best - rate) <= best * tolerance else rate
