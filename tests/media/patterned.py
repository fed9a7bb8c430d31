"""Films that say their own frames: each picture holds its number in bits, and the complement of it, as pixels.

They are cut of segments that are rendered and joined as those of every draft. The films of the page that tries a
browser (`web/static/pattern`) are made again with: python -m tests.media.patterned web/static/pattern
"""

import itertools
import sys
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
from web.patterns import PATTERNS, Pattern

SIZE = Size(160, 96)
BITS = 16
DARK, LIGHT = 16, 235


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


def film(out: Path, pattern: Pattern, style: Style, ffmpeg: Ffmpeg) -> Path:
    """A film of four segments whose pictures say their frames, with a silent sound track."""
    rate, parts = pattern.rate, pattern.lengths
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
        for pattern in PATTERNS:
            made = film(Path(scratch) / f"{pattern.name}.mp4", pattern, style, ffmpeg)
            (folder / made.name).write_bytes(made.read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
