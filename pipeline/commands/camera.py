"""The virtual camera in ffmpeg: a box of a larger picture, resting or moving, scaled to the output."""

from fractions import Fraction
from typing import Literal

import ffmpeg

from pipeline.geometry import Box, Size
from pipeline.spans import rounded
from pipeline.timeline import Knot, Locked, Moving, Path

SCALER = "bicubic+accurate_rnd+bitexact"
"""Bicubic: 7 ms a 4K frame against 9 for Lanczos, no difference a draft shows. Bit-exact: the same on every CPU."""

MARGIN = 4
"""Source pixels kept around a moving camera's boxes: the cubic kernel reads two on each side."""


def framed(picture: ffmpeg.Stream, path: Path, source: Size, size: Size) -> ffmpeg.Stream:
    """What the camera on `path` sees of a picture of size `source`, at `size`. Knots count from the first frame."""
    if isinstance(path, Locked):
        return _scaled(_cropped(picture, path.box, source), path.box.size, size)
    return _moved(picture, path, source, size)


def _cropped(picture: ffmpeg.Stream, box: Box, whole: Size) -> ffmpeg.Stream:
    if box == whole.box:
        return picture
    return picture.filter("crop", box.width, box.height, box.x, box.y)


def _scaled(picture: ffmpeg.Stream, found: Size, wanted: Size) -> ffmpeg.Stream:
    if found == wanted:
        return picture
    return picture.filter("scale", wanted.width, wanted.height, flags=SCALER, out_range="tv")


def _moved(picture: ffmpeg.Stream, path: Moving, source: Size, size: Size) -> ffmpeg.Stream:
    """Resampled to fractions of a pixel: an animated `crop` moves by whole ones and shakes (100 times worse, measured).

    `perspective` works within the hull of all boxes; where even the smallest is larger than the output, the hull is
    scaled down first, so that nothing is resampled finer than can be seen.
    """
    boxes = [knot.box for knot in path.knots]
    hull = _hull(boxes, source)
    least = min(box.width for box in boxes)
    shrunk = min(Fraction(1), Fraction(size.width, least))
    work = Size(_even(hull.width * shrunk), _even(hull.height * shrunk))
    wide, high = Fraction(work.width, hull.width), Fraction(work.height, hull.height)
    largest = max(boxes, key=lambda box: box.width)
    # the picture lands in a corner of the frame, as large as the largest box: it is never made coarser here
    landed = Size(min(work.width, _even(largest.width * wide)), min(work.height, _even(largest.height * high)))
    x = _expression(path, "x", wide, hull.x)
    y = _expression(path, "y", high, hull.y)
    width = _expression(path, "width", wide / landed.width, 0)
    height = _expression(path, "height", high / landed.height, 0)
    # a pixel's colour stands at its centre: half a pixel here is (source px per px) / 2 - 1/2 there
    left, top = f"({x})+(({width})-1)/2", f"({y})+(({height})-1)/2"
    right, bottom = f"{left}+W*({width})", f"{top}+H*({height})"
    moved = _scaled(_cropped(picture, hull, source), hull.size, work).filter(
        "perspective",
        x0=left, y0=top, x1=right, y1=top, x2=left, y2=bottom, x3=right, y3=bottom,
        sense="source", eval="frame", interpolation="cubic",
    )  # fmt: skip
    return _scaled(_cropped(moved, landed.box, work), landed, size)


def _hull(boxes: list[Box], source: Size) -> Box:
    """The even box, inside the picture, that holds every box and what the kernel reads around it."""
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.cover(box)
    x, y = max(0, whole.x - MARGIN) & ~1, max(0, whole.y - MARGIN) & ~1
    right = min(source.width, whole.right + MARGIN + 1) & ~1
    bottom = min(source.height, whole.bottom + MARGIN + 1) & ~1
    return Box(x, y, right - x, bottom - y)


def _even(value: Fraction) -> int:
    return max(2, rounded(value / 2) * 2)


def _expression(path: Moving, edge: Literal["x", "y", "width", "height"], factor: Fraction, origin: int) -> str:
    """`(edge - origin) * factor` over time, in ffmpeg's language; its `on` counts frames from 1.

    A sum of one clipped ramp a knot: nested conditions would end at ffmpeg's depth of 100.
    """
    values = [(getattr(knot.box, edge) - origin) * factor for knot in path.knots]
    terms = [_number(values[0])]
    for index, (one, other) in enumerate(zip(path.knots, path.knots[1:], strict=False)):
        change = values[index + 1] - values[index]
        if change:
            terms.append(f"({_number(change)})*{_ramp(one, other, path.ease)}")
    return "+".join(terms)


def _ramp(one: Knot, other: Knot, ease: Literal["smooth", "linear"]) -> str:
    """0 up to the first knot, 1 from the other on; `smooth` is 3u² - 2u³."""
    share = f"clip((on-{one.frame + 1})/{other.frame - one.frame},0,1)"
    if ease == "linear":
        return share
    return f"(st(0,{share})*0+ld(0)*ld(0)*(3-2*ld(0)))"


def _number(value: Fraction) -> str:
    return f"{float(value):.9g}"
