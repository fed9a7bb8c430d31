"""Films that say their own frames: each picture holds its number in bits, and the complement of it, as pixels.

They are cut of segments that are rendered and joined as those of every draft. The films of the page that tries a
browser (`web/static/pattern`) are made again with: python -m tests.media.patterned web/static/pattern
"""

import itertools
import sys
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg, found, run
from pipeline.media.join import join
from pipeline.media.render import render
from pipeline.presets import Style
from pipeline.segments import Segment, Source
from pipeline.spans import SAMPLE_RATE, Span, sample_at
from pipeline.timeline import Locked
from pipeline.values import Key
from tests.media.pictures import written

SIZE = Size(160, 96)
BITS = 16
DARK, LIGHT = 16, 235
RATES = {
    "23.976": Fraction(24_000, 1001), "24": Fraction(24), "25": Fraction(25), "29.97": Fraction(30_000, 1001),
    "30": Fraction(30), "50": Fraction(50), "59.94": Fraction(60_000, 1001), "60": Fraction(60),
}  # fmt: skip
"""Those that drafts are made at, by the names that people call them."""
CUT = (Fraction(2), Fraction(1, 2), Fraction(3), Fraction(5, 2))
"""Seconds of the segments of a film."""


def bits(number: int) -> np.ndarray:
    """The picture of a frame: its bits above, their complement below, the lowest at the left."""
    row = [LIGHT if number >> bit & 1 else DARK for bit in range(BITS)]
    rows = np.array([row, [DARK + LIGHT - luma for luma in row]], np.uint8)
    return np.kron(rows, np.ones((SIZE.height // 2, SIZE.width // BITS), np.uint8))


def number(picture: np.ndarray) -> int | None:
    """The number that a grey picture of any size says; None where the two rows do not agree."""
    high, wide = picture.shape
    said = [
        [picture[round(high * at), round(wide * (bit + 0.5) / BITS)] > (DARK + LIGHT) / 2 for bit in range(BITS)]
        for at in (0.25, 0.75)
    ]
    if any(above == below for above, below in zip(*said, strict=True)):
        return None
    return sum(1 << bit for bit, light in enumerate(said[0]) if light)


def lengths(rate: Fraction) -> list[int]:
    """The frames of each segment of a film."""
    return [round(part * rate) for part in CUT]


def film(out: Path, rate: Fraction, style: Style, ffmpeg: Ffmpeg) -> Path:
    """A film of four segments whose pictures say their frames, with a silent sound track."""
    parts = lengths(rate)
    folder = out.parent
    rush, pictures = Key(f"rush-{out.stem}"), list[Path]()
    path = written(folder / f"{rush}.mp4", ffmpeg, SIZE, rate, sum(parts), bits)
    for place, frames in zip(itertools.accumulate([0, *parts]), parts, strict=False):
        base = Source(rush, Span(place, place + frames), SIZE, Locked(SIZE.box))
        segment = Segment(base, frames, (), rate, SIZE, style.encode, "build")
        pictures.append(folder / f"{segment.key[:16]}.mp4")
        render(segment, {rush: str(path)}, {}, pictures[-1], ffmpeg)
    sound, samples = folder / f"{rush}.m4a", sample_at(sum(parts), rate)
    source = ["-f", "lavfi", "-i", f"anullsrc=r={SAMPLE_RATE}:cl=stereo,atrim=end_sample={samples}"]
    run(ffmpeg, [*source, "-c:a", "aac", str(sound)], what="silence")
    join(pictures, parts, rate, sound, out, (), "", "und")
    return out


def main(folder: Path) -> None:
    """Writes the films that ship."""
    ffmpeg, style = found(None), shelf.style("course")
    with TemporaryDirectory() as scratch:
        for name, rate in RATES.items():
            made = film(Path(scratch) / f"{name}.mp4", rate, style, ffmpeg)
            (folder / made.name).write_bytes(made.read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
