"""The contact sheet of a draft: a picture of each shot from its middle frame, as pages and as one picture."""

import math
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, Table

from pipeline.copies import SHEET, SHEET_PICTURE, Cell, ContactSheet
from pipeline.markers import one_line
from pipeline.media import shelf
from pipeline.media.join import QUALITY, stills
from pipeline.media.printing import BOLD, FONTS, LANDSCAPE, MARGIN, MONO, QUIET, READ, paragraph, printed, style
from pipeline.media.watermark import marked

PIXELS = 480
"""Width of a picture, in pixels."""

COLUMNS = 4
"""Pictures in a row on paper: 63 mm each, as contact sheets of film had them and a little more."""

PAD = 16
"""Pixels between pictures on the sheet that is one picture."""

LINE = 26
"""Pixels of a line under a picture: text of 20 px."""

GROUND, INK, SOFT = "#fafaf9", "#1a1a1a", "#595959"


def contact_sheet(wanted: ContactSheet, film: Path, folder: Path, progress: Callable[[int], None]) -> None:
    """Writes the sheet into `folder`, as PDF and as JPEG; `progress` is told pictures."""
    shown: dict[int, bytes] = {}
    for frame, picture in stills(film, wanted.film.rate, {one.frame for one in wanted.cells}, width=PIXELS):
        shown[frame] = marked(picture, wanted.mark)
        progress(len(shown))
    _pages(wanted, shown, folder / SHEET)
    _picture(wanted, shown).save(folder / SHEET_PICTURE, "JPEG", quality=QUALITY, optimize=True)


def _pages(wanted: ContactSheet, shown: Mapping[int, bytes], out: Path) -> None:
    wide = (LANDSCAPE[0] - 2 * MARGIN) / COLUMNS
    room = wide - 4 * mm
    cells = [_cell(one, shown[one.frame], room) for one in wanted.cells]
    cells += [[]] * (-len(cells) % COLUMNS)
    rows = [cells[at : at + COLUMNS] for at in range(0, len(cells), COLUMNS)]
    sides = [(f"{side}PADDING", (0, 0), (-1, -1), pad) for side, pad in
             (("LEFT", 0), ("RIGHT", 4 * mm), ("TOP", 0), ("BOTTOM", 4 * mm))]  # fmt: skip
    story: list[Flowable] = []
    if rows:
        story.append(Table(rows, [wide] * COLUMNS, style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *sides], hAlign="LEFT"))
    printed(wanted.head, story, out, LANDSCAPE)


def _cell(cell: Cell, picture: bytes, room: float) -> list[Flowable]:
    with Pictures.open(BytesIO(picture)) as one:
        high = room * one.height / one.width
    top = " · ".join(part for part in (cell.line, cell.framing) if part)
    return [
        Image(BytesIO(picture), room, high, hAlign="LEFT"),
        paragraph(cell.at, style(MONO, 7.5, QUIET, spaceBefore=1 * mm)),
        paragraph(top, style(BOLD, 8)),
        paragraph(cell.words, style(READ, 8)),
    ]


def _picture(wanted: ContactSheet, shown: Mapping[int, bytes]) -> Pictures.Image:
    """All of it as one picture, about as wide as high: JPEG ends at 65,535 pixels, which are 30,000 shots."""
    size = wanted.film.size
    high = round(PIXELS * size.height / size.width)
    step_x, step_y = PIXELS + PAD, high + 3 * LINE + 2 * PAD
    cells = wanted.cells
    columns = min(max(1, len(cells)), max(COLUMNS, math.ceil(math.sqrt(len(cells) * step_y / step_x))))
    rows = max(1, math.ceil(len(cells) / columns))
    sheet = Pictures.new("RGB", (columns * step_x + PAD, rows * step_y + 2 * LINE + 2 * PAD), GROUND)
    pen = ImageDraw.Draw(sheet)
    bold, read, mono = (_font(name, size) for name, size in ((BOLD, 20), (READ, 20), (MONO, 18)))
    pen.text(
        (PAD, PAD), _fitting(f"{wanted.head.title}  ·  {wanted.head.about}", bold, sheet.width - 2 * PAD), INK, bold
    )
    for index, cell in enumerate(cells):
        row, column = divmod(index, columns)
        x, y = PAD + column * step_x, 2 * LINE + PAD + row * step_y
        with Pictures.open(BytesIO(shown[cell.frame])) as picture:
            sheet.paste(picture, (x, y))
        top = " · ".join(part for part in (cell.line, cell.framing) if part)
        for line, (text, font, ink) in enumerate(((cell.at, mono, SOFT), (top, bold, INK), (cell.words, read, INK))):
            pen.text((x, y + high + PAD // 2 + line * LINE), _fitting(text, font, PIXELS), ink, font)
    return sheet


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(shelf.folder() / "brand" / "fonts" / FONTS[name]), size)


def _fitting(text: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    """As much of the text as there is room for."""
    text = one_line(text)
    while text and font.getlength(text) > room:
        text = text.rstrip(" …")[:-1] + "…" if len(text) > 1 else ""
    return text
