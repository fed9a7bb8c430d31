"""What reviewers drew, laid over the picture they drew it on."""

import math
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw

from pipeline.drawings import Colour, Drawing, StrokeKind
from pipeline.media.card_marks import rgb

COLOURS: Mapping[Colour, str] = {"amber": "#e8a400", "red": "#ff5a4f", "blue": "#6ea8ff", "white": "#ffffff"}
"""The pencils of the review room (`tokens.css`)."""

WIDTH = 0.004
"""Of a stroke, a share of the picture's width: 5 px of 1280, as the room draws it."""

EDGE = (22, 22, 22)
"""Under each stroke, half again as wide: seen on any picture."""

HEAD = 0.028
"""Of an arrow, a share of the picture's width: its two barbs, 30 degrees apart from its shaft."""

FINE = 3
"""Drawn so many times larger, then made smaller: Pillow's own lines have steps."""

Points = Sequence[tuple[float, float]]


def drawn_over(picture: Image.Image, drawing: Drawing) -> Image.Image:
    """The picture (RGB) with the strokes of a drawing over it."""
    wide, high = picture.width * FINE, picture.height * FINE
    layer = Image.new("RGBA", (wide, high))
    pen = ImageDraw.Draw(layer)
    stroke = max(FINE, round(WIDTH * wide))
    for one in drawing.strokes:
        points = [(x * wide, y * high) for x, y in one.points]
        colour = rgb(COLOURS[one.colour])
        for ink, across in ((EDGE, round(stroke * 1.5)), (colour, stroke)):
            for path in _paths(one.kind, points, HEAD * wide):
                _inked(pen, path, ink, across)
    small = layer.resize(picture.size, Image.Resampling.LANCZOS)
    out = picture.convert("RGBA")
    out.alpha_composite(small)
    return out.convert("RGB")


def _paths(kind: StrokeKind, points: Points, head: float) -> list[Points]:
    """The lines that a stroke is drawn with."""
    if kind == "pen":
        return [points]
    (x, y), (to_x, to_y) = points[0], points[-1]
    if kind == "arrow":
        angle = math.atan2(to_y - y, to_x - x)
        barbs = [
            (to_x - head * math.cos(angle + turn), to_y - head * math.sin(angle + turn))
            for turn in (math.pi / 6, -math.pi / 6)
        ]
        return [[(x, y), (to_x, to_y)], [barbs[0], (to_x, to_y), barbs[1]]]
    if kind == "box":
        return [[(x, y), (to_x, y), (to_x, to_y), (x, to_y), (x, y)]]
    middle_x, middle_y, across, down = (x + to_x) / 2, (y + to_y) / 2, (to_x - x) / 2, (to_y - y) / 2
    turns = [math.tau * step / 72 for step in range(73)]
    return [[(middle_x + across * math.cos(turn), middle_y + down * math.sin(turn)) for turn in turns]]


def _inked(pen: ImageDraw.ImageDraw, path: Points, ink: tuple[int, ...], across: int) -> None:
    if len(path) > 1:
        pen.line(list(path), fill=(*ink, 255), width=across, joint="curve")
    half = across / 2
    for x, y in (path[0], path[-1]):  # round ends, and a dot where a pen only touched
        pen.ellipse((x - half, y - half, x + half, y + half), fill=(*ink, 255))
