"""A quick look at a file: its length and timecode from the header, nothing decoded, nothing read to the end."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.errors import UnreadableMedia
from pipeline.media.opening import opened
from pipeline.pairing import timecode_seconds

MICROSECONDS = 1_000_000
"""The tick of a container's length (libavformat's AV_TIME_BASE)."""


@dataclass(frozen=True, slots=True)
class Glance:
    """Length in seconds, 0 where the header does not say; `begins`: its timecode in seconds since midnight."""

    lasts: Fraction
    begins: Fraction | None = None


def glanced(path: Path) -> Glance | None:
    """What the header says, or None when the file cannot be opened; `probe` says why it cannot."""
    try:
        with opened(path) as container:
            lasts = Fraction(container.duration or 0, MICROSECONDS)
            told = {**container.metadata}
            for stream in container.streams:
                told = {**stream.metadata, **told}
            video = next(iter(container.streams.video), None)
            sound = next(iter(container.streams.audio), None)
            rate = Fraction(video.average_rate) if video is not None and video.average_rate else Fraction(0)
            begins = timecode_seconds(told["timecode"], rate) if "timecode" in told else None
            # BWF (EBU Tech 3285): samples since midnight
            reference = told.get("time_reference", "")
            if begins is None and sound is not None and reference.isdecimal() and int(reference):
                begins = Fraction(int(reference), sound.codec_context.sample_rate)
            return Glance(lasts, begins)
    except UnreadableMedia:
        return None
