"""Small segments rendered by the real ffmpeg, for tests that look at their pixels."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.render import render
from pipeline.presets import Style
from pipeline.segments import Base, Laid, Segment
from pipeline.spans import Span
from pipeline.values import Key
from tests.media.pictures import counted, moving, still, written

SOURCE, SIZE = Size(640, 360), Size(320, 180)
RATE = Fraction(30_000, 1001)
OVER = Box(0, 0, 320, 180)


class Bench:
    """Renders small segments: give it a base and overlays, get the frames."""

    def __init__(self, folder: Path, ffmpeg: Ffmpeg, style: Style) -> None:
        self.folder, self.ffmpeg = folder, ffmpeg
        self.encode = replace(style.encode, crf=4)  # pixels are compared
        self.paths: dict[Key, str] = {}
        self.normals: dict[Key, Normal] = {}

    def film(self, rate: Fraction, frames: int, luma: Callable[[int], np.ndarray | int] = counted) -> Key:
        key = Key(f"film-{len(self.paths)}")
        self.paths[key] = str(written(self.folder / f"{key}.mp4", self.ffmpeg, SOURCE, rate, frames, luma))
        return key

    def still(self, rgba: tuple[int, int, int, int], size: Size = SIZE, box: Box = OVER) -> Key:
        key = Key(f"still-{len(self.paths)}")
        self.normals[key] = still(self.folder / key, size, box, rgba)
        self.paths[key] = str(self.folder / key / "picture.png")
        return key

    def moving(self, rgba: list[tuple[int, int, int, int]], box: Box = OVER, *, alpha: bool = True) -> Key:
        key = Key(f"moving-{len(self.paths)}")
        self.normals[key] = moving(self.folder / key, self.ffmpeg, box, RATE, rgba, alpha=alpha)
        self.paths[key] = str(self.folder / key / "picture.mp4")
        return key

    def segment(self, base: Base, frames: int, *overlays: Laid, rate: Fraction = RATE, size: Size = SIZE) -> Segment:
        return Segment(base, frames, overlays, rate, size, self.encode, "build")

    def rendered(self, segment: Segment, name: str = "out") -> Path:
        out = self.folder / f"{name}.mp4"
        render(segment, self.paths, self.normals, out, self.ffmpeg)
        return out


def laid(key: Key, at: Span, frames: int = 1, **more: object) -> Laid:
    fields: Mapping[str, object] = {"box": OVER, "offset": 0, "after": "hold"} | more
    return Laid(key=key, at=at, frames=frames, **fields)  # type: ignore[arg-type]
