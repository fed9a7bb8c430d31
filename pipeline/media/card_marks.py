"""What cards are drawn with beside words: rules, the pencil ring, soft shade, panels. RGBA, straight alpha."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from pipeline.errors import UnreadableMedia
from pipeline.geometry import Box, Size
from pipeline.later import imported
from pipeline.presets import Tone

FINE = 3
"""Pencil strokes are drawn this much larger, then reduced: their edges are smooth."""

TURN = (-2.55, 4.25)
"""The pencil's path about its centre in radians, more than once around, as a hand that circles a word does."""


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def plain(size: Size, colour: str, opacity: float = 1) -> np.ndarray:
    """A rectangle: a rule, a panel."""
    out = np.empty((size.height, size.width, 4), np.uint8)
    out[..., :3], out[..., 3] = rgb(colour), round(255 * opacity)
    return out


def border(size: Size, colour: str, stroke: int, opacity: float = 1) -> np.ndarray:
    """A hairline frame, inside `size`."""
    out = plain(size, colour, opacity)
    if size.width > 2 * stroke and size.height > 2 * stroke:
        out[stroke:-stroke, stroke:-stroke, 3] = 0
    return out


def pictured(path: Path, room: Size) -> np.ndarray:
    """A picture file as large as fits in `room`; an SVG is drawn at that size.

    Raises:
        UnreadableMedia: it is no picture.
    """
    if path.suffix.casefold() == ".svg":
        return _drawn(path, room)
    try:
        with Image.open(path) as image:
            whole = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        why = f"the logo cannot be read ({error})"
        raise UnreadableMedia(path.name, why, todo="export it again as PNG or SVG") from error
    fitted = _fitted(Size(whole.width, whole.height), room)
    return np.asarray(whole.resize((fitted.width, fitted.height), Image.Resampling.LANCZOS))


def _drawn(path: Path, room: Size) -> np.ndarray:
    """An SVG, still, drawn as animations are."""
    content = path.read_bytes()
    size = _fitted(imported("pipeline.media.svg").drawing(path.name, content).size, room)
    drawing = imported("pipeline.media.drawing")
    picture: np.ndarray = next(drawing.svg_pictures(content, path.name, size, Fraction(1), 1))
    return picture[..., drawing.CHANNELS]


def _fitted(made: Size, room: Size) -> Size:
    part = min(room.width / made.width, room.height / made.height)
    return Size(max(1, round(made.width * part)), max(1, round(made.height * part)))


def strokes(size: Size, lit: int, of: int, tone: Tone) -> np.ndarray:
    """`of` strokes in a row as long as `size`, the first `lit` of them lit, on a shade one stroke wider all around.

    Where there are too many to be told apart it is one stroke, lit for its share.
    """
    thick = size.height
    out = plain(Size(size.width + 2 * thick, 3 * thick), tone.ground, float(tone.shade))
    row = out[thick : 2 * thick, thick : thick + size.width]
    gap = 2 * thick if size.width >= of * 4 * thick else 0
    for number in range(of):
        start, stop = number * (size.width + gap) // of, (number + 1) * (size.width + gap) // of - gap
        stroke = rgb(tone.ink) if number < lit else _between(tone.ground, tone.ink, UNLIT)
        row[:, start:stop] = (*stroke, 255 if number < lit else round(255 * max(UNLIT, float(tone.shade))))
    return out


UNLIT = 0.35
"""How far from the ground to the ink a stroke is that is not lit: seen, and never taken for one that is."""


def _between(one: str, other: str, part: float) -> tuple[int, int, int]:
    first, second = rgb(one), rgb(other)
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue


def shade(size: Size, colour: str, opacity: float, whole: Box, soft: int) -> np.ndarray:
    """A dark patch, whole over the box `whole` of it, that falls away to nothing `soft` px from there, all around."""
    across = _beyond(size.width, whole.x, whole.right)
    down = _beyond(size.height, whole.y, whole.bottom)
    near = np.clip(1 - np.hypot(down[:, None], across[None, :]) / max(1, soft), 0, 1)
    out = plain(size, colour)
    # smootherstep: no edge is seen where it begins or ends
    out[..., 3] = np.rint(255 * opacity * near**3 * (near * (6 * near - 15) + 10))
    return out


def _beyond(length: int, start: int, stop: int) -> np.ndarray:
    """How far each of `length` pixels lies outside `[start, stop)`."""
    at = np.arange(length)
    return np.maximum(np.maximum(start - at, at - stop + 1), 0).astype(np.float32)


def ring(size: Size, colour: str, stroke: int, drift: int, lines: int = 1) -> np.ndarray:
    """A grease-pencil ring that fills `size`: drawn by hand, the wax catching on the paper.

    It goes more than once around and ends up to `drift` px inside where it began. About several lines it is squarer.
    """
    width, height, pen = size.width * FINE, size.height * FINE, stroke * FINE
    page = Image.new("L", (width, height))
    draw = ImageDraw.Draw(page)
    wide, high = width / 2 - pen, height / 2 - pen
    square = 0.8 if lines == 1 else 0.5
    before: tuple[float, float] | None = None
    steps = 720
    for step in range(steps + 1):
        part = step / steps
        angle = TURN[0] + (TURN[1] - TURN[0]) * part
        # the hand drifts inward as it goes around, and wavers
        inward = drift * FINE * (part + 0.18 * math.sin(2.3 * angle + 1))
        x = width / 2 + (wide - max(0, inward)) * _squared(math.cos(angle), square)
        y = (
            height / 2
            + (high - max(0, inward)) * _squared(math.sin(angle), square)
            + drift * FINE * 0.25 * (0.5 - part)
        )
        press = min(1.0, 0.4 + 6 * part, 0.3 + 7 * (1 - part)) * (0.88 + 0.12 * math.sin(3 * angle))
        if before:
            draw.line((*before, x, y), fill=255, width=max(1, round(pen * press)))
        radius = pen * press / 2
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        before = x, y
    out = plain(size, colour)
    out[..., 3] = np.asarray(page.resize((size.width, size.height), Image.Resampling.LANCZOS)) * _wax(size)
    return out


def _squared(value: float, power: float) -> float:
    """Between an ellipse (1) and a box (0), so that the ring runs along words instead of far above their middle."""
    return math.copysign(abs(value) ** power, value)


def _wax(size: Size) -> np.ndarray:
    """Opacity of a wax stroke, 0.78 to 1: the same grain every time."""
    grain = np.random.default_rng(1).random((size.height // 2 + 1, size.width // 2 + 1))
    grain = grain.repeat(2, axis=0).repeat(2, axis=1)[: size.height, : size.width]
    return 0.78 + 0.22 * np.clip(grain * 1.8, 0, 1)
