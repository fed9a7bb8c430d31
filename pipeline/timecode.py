"""Timecode: the number of a frame as people and editing programs write it (SMPTE ST 12-1)."""

from fractions import Fraction
from typing import Final

DROPPING: Final = (Fraction(30000, 1001), Fraction(60000, 1001))
"""The rates whose timecode leaves numbers out, so that it keeps to the clock (SMPTE ST 12-1, §5.2.2; ST 12-3)."""
HOURS: Final = 24
"""Timecode begins again at midnight."""


def counted(rate: Fraction) -> int:
    """How many numbers a second of timecode has: the rate, rounded up to a whole one.

    >>> counted(Fraction(24000, 1001)), counted(Fraction(50))
    (24, 50)
    """
    return -(-rate.numerator // rate.denominator)


def drops(rate: Fraction) -> bool:
    """True when timecode at this rate leaves numbers out."""
    return rate in DROPPING


def timecode(frame: int, rate: Fraction) -> str:
    """Frame 0 is `00:00:00:00`; a semicolon stands before the frames where numbers are left out.

    >>> timecode(1800, Fraction(30000, 1001)), timecode(1800, Fraction(24000, 1001))
    ('00:01:00;02', '00:01:15:00')

    Raises:
        ValueError: the frame is before the first.
    """
    if frame < 0:
        message = f"wanted a frame from 0 on, found {frame}"
        raise ValueError(message)
    base = counted(rate)
    if drops(rate):
        frame += _left_out(frame, base)
    seconds, frames = divmod(frame, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours % HOURS:02}:{minutes:02}:{seconds:02}{';' if drops(rate) else ':'}{frames:02}"


def short(frame: int, rate: Fraction) -> str:
    """The same without hours, where there are none.

    >>> short(307, Fraction(25)), short(90000, Fraction(25))
    ('00:12:07', '01:00:00:00')

    Raises:
        ValueError: the frame is before the first.
    """
    return timecode(frame, rate).removeprefix("00:")


def _left_out(frame: int, base: int) -> int:
    """How many numbers are left out before a frame: the first two (of 30) of each minute but every tenth."""
    each = base // 15
    minute = 60 * base - each
    ten = 10 * minute + each
    tens, rest = divmod(frame, ten)
    return each * (9 * tens + max(0, rest - each) // minute)
