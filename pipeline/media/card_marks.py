"""What cards are drawn with beside words: rules, the pencil ring, soft shade, panels. RGBA, straight alpha."""

import math

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from pipeline.geometry import Size

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


def shade(size: Size, colour: str, opacity: float, soft: tuple[int, int, int, int]) -> np.ndarray:
    """A dark patch that ends softly: `soft` px of it at its left, top, right and bottom fall away to nothing."""
    left, top, right, bottom = soft
    across, down = _falling(size.width, left, right), _falling(size.height, top, bottom)
    out = plain(size, colour)
    out[..., 3] = np.rint(255 * opacity * np.outer(down, across))
    return out


def _falling(length: int, before: int, after: int) -> np.ndarray:
    """1 in the middle, smoothstep to 0 over the first `before` and the last `after` of `length`."""
    at = np.arange(length) + 0.5
    rise = np.clip(at / before, 0, 1) if before else np.ones(length)
    fall = np.clip((length - at) / after, 0, 1) if after else np.ones(length)
    ramp = np.minimum(rise, fall)
    return ramp * ramp * (3 - 2 * ramp)


def ring(size: Size, colour: str, stroke: int) -> np.ndarray:
    """A grease-pencil ring that fills `size`: drawn by hand, its ends crossing, the wax catching on the paper."""
    width, height, pen = size.width * FINE, size.height * FINE, stroke * FINE
    page = Image.new("L", (width, height))
    draw = ImageDraw.Draw(page)
    wide, high = width / 2 - pen * 1.4, height / 2 - pen * 1.4
    steps = max(240, (width + height) // max(1, pen))
    for step in range(steps * 4 + 1):
        part = step / (steps * 4)
        angle = TURN[0] + (TURN[1] - TURN[0]) * part
        # the hand drifts inward as it goes around, and wavers
        reach = 1 - 0.085 * part + 0.016 * math.sin(2.3 * angle + 1)
        x = width / 2 + wide * reach * _squared(math.cos(angle))
        y = height / 2 + high * (reach + 0.05 * (part - 0.5)) * _squared(math.sin(angle))
        press = min(1.0, 0.45 + 5 * part, 0.35 + 6 * (1 - part)) * (0.86 + 0.14 * math.sin(3 * angle))
        radius = pen * press / 2
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    out = plain(size, colour)
    out[..., 3] = np.asarray(page.resize((size.width, size.height), Image.Resampling.LANCZOS)) * _wax(size)
    return out


def _squared(value: float) -> float:
    """Between an ellipse and a box, so that the ring runs along a word instead of far above its middle."""
    return math.copysign(abs(value) ** 0.8, value)


def _wax(size: Size) -> np.ndarray:
    """Opacity of a wax stroke, 0.72 to 1: the same grain every time."""
    grain = np.random.default_rng(1).random((size.height // 2 + 1, size.width // 2 + 1))
    grain = grain.repeat(2, axis=0).repeat(2, axis=1)[: size.height, : size.width]
    return 0.72 + 0.28 * np.clip(grain * 1.8, 0, 1)
