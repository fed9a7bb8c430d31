"""Ten minutes joined from copied segments at every rate: each picture at its frame, the sound as long as pictures."""

import tempfile
from fractions import Fraction
from pathlib import Path

import av

from pipeline.geometry import Size
from pipeline.media import join, render, shelf, sound
from pipeline.segments import Ground, Segment
from pipeline.spans import SAMPLE_RATE
from pipeline.timeline import Clip, Plain, Timeline
from tests.bench.cold import Lesson
from tests.bench.drafting import ffmpeg
from tests.bench.figures import Figure

RATES = (Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001))
LENGTHS = (127, 31, 74)
"""Frames of the segments that are joined over and over; none is a whole second at any rate."""
MINUTES = 10
AAC_FRAME = 1024


def measures(lesson: Lesson) -> list[Figure]:
    """The rows of time: what is wrong at all rates together."""
    wrong, off, count = 0, 0, 0
    for rate in RATES:
        with tempfile.TemporaryDirectory(dir=lesson.place) as scratch:
            film, frames, samples = joined(Path(scratch), rate)
            wrong += wrong_times(film, rate, frames)
            off = max(off, abs(heard(film) - samples))
            count += frames
    rates = ", ".join(f"{float(rate):.5g}" for rate in RATES)
    assert wrong == 0, f"{wrong} of {count} pictures stand at a wrong time"
    assert off <= AAC_FRAME, f"sound {off} samples off"
    return [
        Figure("pictures at a wrong time in ten minutes", wrong, 0, "", f"{count} pictures at {rates}"),
        Figure("sound longer or shorter than the picture", off, AAC_FRAME, "samples", "one AAC frame is 1024"),
    ]


def joined(folder: Path, rate: Fraction) -> tuple[Path, int, int]:
    """A film of ten minutes at that rate; its frames, its samples at 48 kHz."""
    style = shelf.style()
    program = ffmpeg()
    files: dict[int, Path] = {}
    for length in LENGTHS:
        one = Segment(Ground("#204060"), length, (), rate, Size(320, 180), style.encode, program.build)
        files[length] = folder / f"{length}.mp4"
        render.render(one, {}, {}, files[length], program)
    lengths: list[int] = []
    while sum(lengths) < MINUTES * 60 * rate:
        lengths.append(LENGTHS[len(lengths) % len(LENGTHS)])
    timeline = Timeline(rate, Size(320, 180), "fr", tuple(Clip(Plain("#204060"), length) for length in lengths))
    sound.mixed(timeline, style.loudness, {}, folder / "sound.m4a", program, style.encode.audio_bitrate)
    out = folder / "film.mp4"
    join.join([files[n] for n in lengths], lengths, rate, folder / "sound.m4a", out, (), "ten minutes", "fr")
    return out, timeline.frames, timeline.samples


def wrong_times(film: Path, rate: Fraction, frames: int) -> int:
    """Pictures that do not stand at exactly their number in frames, and those too many or missing."""
    wrong, count = 0, 0
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        for packet in container.demux(stream):
            if packet.size:
                wrong += packet.pts is None or packet.pts * (stream.time_base or 0) != count / rate
                count += 1
    return wrong + abs(frames - count)


def heard(film: Path) -> int:
    """Samples of its sound as players give it, the edit list respected."""
    with av.open(str(film)) as container:
        stream = container.streams.audio[0]
        return round((stream.duration or 0) * (stream.time_base or 0) * SAMPLE_RATE)
