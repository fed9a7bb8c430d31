"""What is drawn for motion designers: guide layers, frames with their areas, the labels of reference clips."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline import edges
from pipeline.brief import Areas
from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.labels import Label
from pipeline.media import shelf
from pipeline.media.card_marks import rgb
from pipeline.media.card_text import CAPITAL, DESCENT
from pipeline.media.join import QUALITY
from pipeline.media.overlays import PICTURE_STILL, bled, seen_box, written
from pipeline.presets import Brand

FREE, FACE, SAFE, CAPTIONS = "#35d07f", "#ff5a4f", "#fafaf9", "#6ea8ff"
"""Four that stand apart on skin, grey and white, and to those who see no red and green: each has its word beside it."""

TYPE, CAPTION_TYPE = 0.026, 0.044
"""Ems as shares of the height: words of a guide are read at half size, captions as players set them (4 to 5 %)."""

STROKE = 0.0028
"""Width of a guide's lines, a share of the height: 3 px at 1080."""

CHIP = 200
"""Opacity (of 255) of the ground under words: white on it reads at 7:1 or more on a white picture (WCAG AAA)."""


def guide(areas: Areas, size: Size, brand: Brand, named: Mapping[str, str]) -> Image.Image:
    """The guide layer: RGBA, transparent, as large as the frame.

    `named` says `safe`, `captions`, `free` and `face` in the reader's language; areas tell their own size.
    """
    desk = _Desk(size, brand)
    desk.hatched(areas.captions, CAPTIONS)
    for box in areas.free:
        desk.tinted(box, FREE, 34)
    desk.edged(areas.safe, SAFE, dashed=True)
    for box in areas.faces:
        desk.tinted(box, FACE, 60)
        desk.hatched(box, FACE)
        desk.edged(box, FACE)
    for box in areas.free:
        desk.edged(box, FREE)
    named_at = desk.unit // 3
    desk.named(named["captions"], areas.captions.x + areas.safe.x + named_at, areas.captions.y + named_at)
    desk.named(named["safe"], areas.safe.right - desk.wide(named["safe"]), areas.safe.y - 2 * desk.unit)
    for box in areas.free:
        desk.named(f"{named['free']}  {box.width} \u00d7 {box.height}", box.x + named_at, box.y + named_at)
    for box in areas.faces:
        desk.named(named["face"], box.x, box.bottom)
    return desk.page


def drawn(frame: bytes, layer: Image.Image) -> bytes:
    """A frame (JPEG) with its guide layer over it, as JPEG of the same size."""
    picture = Image.open(BytesIO(frame)).convert("RGBA")
    picture.alpha_composite(layer)
    return jpeg(picture)


def jpeg(picture: Image.Image) -> bytes:
    """The picture as JPEG, its alpha left out."""
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def smaller(picture: bytes, width: int) -> bytes:
    """A JPEG at most `width` pixels wide."""
    image = Image.open(BytesIO(picture))
    if image.width <= width:
        return picture
    return jpeg(image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS))


def label(shown: Label, brand: Brand, folder: Path) -> Normal:
    """Writes a label as a normalised still into `folder` (scratch, there already), `normal.json` last."""
    desk = _Desk(shown.size, brand)
    if shown.kind == "caption":
        desk.captioned(shown.lines)
    else:
        [words] = shown.lines
        desk.named(words, (shown.size.width - desk.wide(words)) // 2, desk.unit // 2)
    whole = np.asarray(desk.page)
    box = seen_box(whole[..., 3])
    assert box is not None  # noqa: S101 (its ground alone is seen)
    box = box.common(shown.size.box) or box
    picture = bled(whole)[box.y : box.bottom, box.x : box.right]
    Image.fromarray(np.ascontiguousarray(picture)).save(folder / PICTURE_STILL)
    return written(Normal(shown.size, box, 1, alpha=True, still=True), folder)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A face at a size: its font, and its em in pixels."""

    font: ImageFont.FreeTypeFont
    em: int


class _Desk:
    """A transparent page of the frame's size, drawn on with the brand's face."""

    def __init__(self, size: Size, brand: Brand) -> None:
        self.size, self.brand = size, brand
        self.page = Image.new("RGBA", (size.width, size.height))
        self.unit = max(8, round(TYPE * size.height))
        self.stroke = max(1, round(STROKE * size.height))
        self._sheet = self._set(TYPE)

    def _set(self, share: float) -> _Sheet:
        em = max(8, round(share * self.size.height))
        return _Sheet(ImageFont.truetype(str(shelf.font(self.brand.font_bold)), em), em)

    def tinted(self, box: Box, colour: str, opacity: int) -> None:
        """A tint over the box."""
        layer = Image.new("RGBA", self.page.size)
        ImageDraw.Draw(layer).rectangle(_corners(box), fill=(*rgb(colour), opacity))
        self.page.alpha_composite(layer)

    def hatched(self, box: Box, colour: str) -> None:
        """Strokes at 45° over the box: told from a tint without its colour."""
        layer = Image.new("RGBA", (box.width, box.height))
        pen = ImageDraw.Draw(layer)
        for at in range(-box.height, box.width, self.unit):
            pen.line((at, box.height, at + box.height, 0), fill=(*rgb(colour), 110), width=self.stroke)
        self._laid(layer, box)

    def edged(self, box: Box, colour: str, *, dashed: bool = False) -> None:
        """The box's own outermost pixels, on a dark line so that it is seen on any picture."""
        layer = Image.new("RGBA", (box.width, box.height))
        pen = ImageDraw.Draw(layer)
        edge = (0, 0, box.width - 1, box.height - 1)
        pen.rectangle(edge, outline=(*rgb(self.brand.leader.ground), 150), width=2 * self.stroke)
        pen.rectangle(edge, outline=(*rgb(colour), 255), width=self.stroke)
        if dashed:
            layer.putalpha(Image.fromarray(np.minimum(np.asarray(layer)[..., 3], _dashes(box.size, self.unit))))
        self._laid(layer, box)

    def _laid(self, layer: Image.Image, box: Box) -> None:
        seen = box.common(self.size.box)
        if seen is not None:
            part = layer.crop((seen.x - box.x, seen.y - box.y, seen.right - box.x, seen.bottom - box.y))
            self.page.alpha_composite(part, (seen.x, seen.y))

    def wide(self, words: str) -> int:
        """Pixels across of those words with their ground."""
        return round(self._sheet.font.getlength(words)) + self.unit

    def named(self, words: str, x: int, y: int) -> None:
        """Small words on a dark ground, its top left at (`x`, `y`), moved inside the frame where it would leave it."""
        width, height = self.wide(words), round(1.7 * self.unit)
        x = min(max(0, x), max(0, self.size.width - width))
        y = min(max(0, y), self.size.height - height)
        self._written([words], self._sheet, Box(x, y, width, height), 0)

    def captioned(self, lines: tuple[str, ...]) -> None:
        """Captions, centred, in the uppermost part of their band that is as high as any frame leaves them."""
        sheet = self._set(CAPTION_TYPE)
        room = edges.safe_edge(self.brand, self.size).width - sheet.em
        widest = max(sheet.font.getlength(line) for line in lines)
        if widest > room:
            sheet = self._set(CAPTION_TYPE * room / widest)
        step = round(1.3 * sheet.em)
        wide = round(max(sheet.font.getlength(line) for line in lines)) + sheet.em
        high = step * len(lines) + sheet.em // 3
        band = round(self.brand.caption_band * self.size.height)
        top = edges.captions(self.brand, self.size).y + (band - high) // 2
        self._written(lines, sheet, Box((self.size.width - wide) // 2, top, wide, high), step)

    def _written(self, lines: tuple[str, ...] | list[str], sheet: _Sheet, ground: Box, step: int) -> None:
        layer = Image.new("RGBA", self.page.size)
        pen = ImageDraw.Draw(layer)
        pen.rectangle(_corners(ground), fill=(*rgb(self.brand.leader.ground), CHIP))
        text = round((CAPITAL + DESCENT) * sheet.em) + step * (len(lines) - 1)
        first = ground.y + (ground.height - text) // 2 + round(CAPITAL * sheet.em)
        for index, line in enumerate(lines):
            x = ground.x + (ground.width - sheet.font.getlength(line)) / 2
            ink = (*rgb(self.brand.leader.ink), 255)
            pen.text((x, first + index * step), line, font=sheet.font, fill=ink, anchor="ls")
        self.page.alpha_composite(layer)


def _corners(box: Box) -> tuple[int, int, int, int]:
    """As Pillow takes a box: its last pixels inclusive."""
    return box.x, box.y, box.right - 1, box.bottom - 1


def _dashes(size: Size, unit: int) -> np.ndarray:
    """Where a dashed edge is drawn (255): every other `unit` pixels along the longer way."""
    rows, columns = np.mgrid[0 : size.height, 0 : size.width]
    level = (rows < 2 * unit // 3) | (rows >= size.height - 2 * unit // 3)
    along = np.where(level, columns, rows)
    return np.where(along // unit % 2 == 0, 255, 0).astype(np.uint8)
