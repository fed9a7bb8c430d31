"""Which recorder's files belong to which rushes: by timecode, else by shot and take, else by name, else by time.

The surest way that finds a rush for a file decides; a file that ran through several rushes belongs to each of them.
Sound itself is compared later (`pipeline.media.sync`): this only says what people should see together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Literal

from pipeline.naming import simplified

DAY = 24 * 3600
"""Timecode begins again at midnight."""

SHARED_LEAST = Fraction(1, 2)
"""Of the shorter of two files, how much must fall into the time of the other when only the clocks of the files' writing
tell: such clocks are off by seconds, and takes follow each other by seconds too."""

Way = Literal["timecode", "take", "name", "time"]


@dataclass(frozen=True, slots=True)
class Timed:
    """What is known of a file before it is read whole.

    `begins` is its timecode in seconds since midnight, `lasts` its length, `written` when its last byte was (seconds
    of Unix time); `shot` and `take` as its name says.
    """

    path: str
    lasts: Fraction
    begins: Fraction | None = None
    written: Fraction | None = None
    shot: str | None = None
    take: int | None = None


@dataclass(frozen=True, slots=True)
class Paired:
    """A recorder's file, the rushes it belongs to (none: nothing tells), and how that is known."""

    path: str
    rushes: tuple[str, ...]
    way: Way | None


def timecode_seconds(text: str, rate: Fraction) -> Fraction | None:
    """Seconds since midnight of `HH:MM:SS:FF` at `rate`; `;` before the frames drops numbers as SMPTE ST 12-1 does.

    >>> timecode_seconds("01:00:00:12", Fraction(24)), timecode_seconds("00:01:00;02", Fraction(30000, 1001))
    (Fraction(7201, 2), Fraction(3003, 50))
    """
    parts = text.replace(";", ":").replace(".", ":").split(":")
    if len(parts) != 4 or not all(part.isdecimal() for part in parts) or rate <= 0:
        return None
    hours, minutes, seconds, frames = map(int, parts)
    base = round(rate)
    count = (hours * 3600 + minutes * 60 + seconds) * base + frames
    if ";" in text or "." in text:
        whole = hours * 60 + minutes
        count -= base // 15 * (whole - whole // 10)
    return count / rate


def paired(rushes: Sequence[Timed], sounds: Sequence[Timed]) -> tuple[Paired, ...]:
    """Each recorder's file with its rushes."""
    return tuple(_paired(sound, rushes) for sound in sounds)


def groups(pairs: Sequence[Paired]) -> dict[str, str]:
    """The group of every file that has partners, by path; a group is called by the first path in it."""
    leader: dict[str, str] = {}

    def first(path: str) -> str:
        while leader.setdefault(path, path) != path:
            path = leader[path]
        return path

    for pair in pairs:
        for rush in pair.rushes:
            one, other = sorted((first(pair.path), first(rush)))
            leader[other] = one
    return {path: first(path) for path in leader}


def _paired(sound: Timed, rushes: Sequence[Timed]) -> Paired:
    by_timecode = [rush.path for rush in rushes if _together(sound, rush)]
    if by_timecode:
        return Paired(sound.path, tuple(by_timecode), "timecode")
    called = sound.shot is not None or sound.take is not None
    same = [rush.path for rush in rushes if called and (rush.shot, rush.take) == (sound.shot, sound.take)]
    if same and sound.take is not None:
        return Paired(sound.path, tuple(same), "take")
    stem = _stem(sound)
    named = [rush.path for rush in rushes if _stem(rush) == stem]
    if named:
        return Paired(sound.path, tuple(named), "name")
    timed = [rush.path for rush in rushes if _at_once(sound, rush)]
    return Paired(sound.path, tuple(timed), "time" if timed else None)


def _stem(one: Timed) -> str:
    return simplified(PurePosixPath(one.path).stem)


def _together(one: Timed, other: Timed) -> bool:
    """True when both have timecode and one second at least is in both."""
    if one.begins is None or other.begins is None:
        return False
    shared = max(_shared(one.begins + turn, one.lasts, other.begins, other.lasts) for turn in (-DAY, 0, DAY))
    return shared >= min(1, one.lasts, other.lasts) > 0


def _at_once(one: Timed, other: Timed) -> bool:
    if one.written is None or other.written is None:
        return False
    shared = _shared(one.written - one.lasts, one.lasts, other.written - other.lasts, other.lasts)
    return shared >= SHARED_LEAST * min(one.lasts, other.lasts) > 0


def _shared(start: Fraction, lasts: Fraction, other: Fraction, other_lasts: Fraction) -> Fraction:
    return min(start + lasts, other + other_lasts) - max(start, other)
