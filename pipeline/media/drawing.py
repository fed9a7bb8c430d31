"""`python -m pipeline.media.drawing KIND PATH WIDTHxHEIGHT RATE FRAMES`: writes raw pictures to its standard output.

Straight alpha, 4 bytes a pixel in the order BGRA. Drawings come from anywhere and are drawn by native code: so in a
process of its own, that writes no file, and ends when it takes too much.
"""

import io
import resource
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image
from thorvg_python.animation.lottie import LottieAnimation
from thorvg_python.base import Colorspace, Result
from thorvg_python.canvas.sw import SwCanvas
from thorvg_python.engine import Engine
from thorvg_python.paint.text import Text

from pipeline.geometry import Size
from pipeline.media import lottie, played, shelf, svg
from pipeline.media.matte import nearest_unmultiplied

SECONDS, MEMORY = 900, 2 << 30
"""CPU seconds and bytes of address space one drawing may take: a minute of animated SVG in 1080p takes 200 s."""

SANS, MONO = "Atkinson Hyperlegible Next", "Atkinson Hyperlegible Mono"
"""What the generic families are drawn in; the first also where no font is named, or one that is not here."""

CHANNELS = [2, 1, 0, 3]
"""RGBA to BGRA, and back."""


def lottie_pictures(content: bytes, name: str, size: Size, rate: Fraction, frames: int) -> Iterator[np.ndarray]:
    """`frames` pictures of a Lottie at `rate`, each as it stands at its time, between two of its own frames too.

    Raises:
        ValueError: the renderer does not take it.
    """
    told = lottie.animation(name, content)
    engine = Engine(threads=0)
    for path in shelf.font_files():
        Text(engine).font_load(str(path))
    moving = LottieAnimation(engine)
    picture = moving.get_picture()
    if picture.load_data(told.text.encode(), "lottie", None, copy=True) != Result.SUCCESS:
        raise ValueError("it is no Lottie that the renderer takes")
    picture.set_size(size.width, size.height)
    canvas = SwCanvas(engine)
    canvas.set_target(size.width, size.height, None, Colorspace.ARGB8888S)  # straight; BGRA in memory
    canvas.add(picture)
    assert canvas.buffer_arr is not None  # noqa: S101 (a target was set)
    shown = np.frombuffer(memoryview(canvas.buffer_arr), np.uint8).reshape(size.height, size.width, 4)
    for frame in range(frames):
        moving.set_frame(float(min(told.frames - 1, frame * told.rate / rate)))
        canvas.update()
        canvas.draw(True)  # noqa: FBT003 (cleared first; the binding names it otherwise in each version)
        canvas.sync()
        yield nearest_unmultiplied(shown)


def svg_pictures(content: bytes, name: str, size: Size, rate: Fraction, frames: int) -> Iterator[np.ndarray]:
    """`frames` pictures of an SVG at `rate`: as it stands at the time of each frame."""
    told = svg.drawing(name, content)
    fonts = [str(path) for path in shelf.font_files()]
    before, picture = "", np.zeros(0, np.uint8)
    for frame in range(frames):
        text = told.at(frame / rate)
        if text != before:
            png = resvg_py.svg_to_bytes(
                svg_string=text, width=size.width, height=size.height, skip_system_fonts=True, font_files=fonts,
                font_family=SANS, sans_serif_family=SANS, serif_family=SANS, cursive_family=SANS,
                fantasy_family=SANS, monospace_family=MONO,
            )  # fmt: skip
            picture = _fitted(np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA")), size)
            before = text
        yield picture[..., CHANNELS]


def _fitted(picture: np.ndarray, size: Size) -> np.ndarray:
    """Exactly of that size: the renderer keeps proportions, and may give a row or a column less."""
    height, width = picture.shape[:2]
    if (width, height) == (size.width, size.height):
        return picture
    out = np.zeros((size.height, size.width, 4), np.uint8)
    high, wide = min(height, size.height), min(width, size.width)
    out[:high, :wide] = picture[:high, :wide]
    return out


def pictures(kind: str, path: Path, size: Size, rate: Fraction, frames: int) -> Iterator[np.ndarray]:
    """The pictures of any kind of drawing."""
    if kind == played.PLAYED:
        return (picture[..., CHANNELS] for picture in played.pictures(path, rate, frames))
    if kind == "svg":
        return svg_pictures(path.read_bytes(), path.name, size, rate, frames)
    content = lottie.unpacked(path) if kind == "dotlottie" else path.read_bytes()
    return lottie_pictures(content, path.name, size, rate, frames)


def main(kind: str, path: str, size: str, rate: str, frames: str) -> None:
    """Writes them all."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    width, _, height = size.partition("x")
    wanted = Size(int(width), int(height))
    for picture in pictures(kind, Path(path), wanted, Fraction(rate), int(frames)):
        sys.stdout.buffer.write(picture.tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
