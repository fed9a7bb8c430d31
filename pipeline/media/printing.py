"""Pages on paper (PDF): A4, the project's own fonts, a head on each page and its number of how many."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from pipeline.copies import Titled
from pipeline.media import shelf

READ, BOLD, MONO = "Read", "Bold", "Mono"
FONTS: Final = {
    READ: "AtkinsonHyperlegibleNext-Regular.ttf",
    BOLD: "AtkinsonHyperlegibleNext-Bold.ttf",
    MONO: "AtkinsonHyperlegibleMono-Regular.ttf",
}
"""Those that ship: a brand's own may be OpenType with PostScript outlines, which PDFs of reportlab cannot hold."""
INK, QUIET, RULE, PENCIL = (HexColor(one) for one in ("#1A1A1A", "#595959", "#C9C9C9", "#8A5A00"))
MARGIN: Final = 16 * mm
PADDING: Final = 6
"""Points that reportlab's frames keep free inside their margins."""
PORTRAIT, LANDSCAPE = A4, landscape(A4)


def style(font: str = READ, size: float = 9.5, ink: Color = INK, **more: Any) -> ParagraphStyle:
    """A style of paragraphs, `size` in points."""
    _ready()
    return ParagraphStyle(f"{font}{size}", fontName=font, fontSize=size, leading=size * 1.35, textColor=ink, **more)


def paragraph(text: str, of: ParagraphStyle) -> Paragraph:
    """Text as it is, its line breaks kept; nothing in it is taken for markup."""
    return Paragraph("<br/>".join(escape(line) for line in text.split("\n")), of)


@cache
def _ready() -> None:
    """Makes the fonts known, once in a process."""
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(shelf.folder() / "brand" / "fonts" / file)))


class _Pages(Canvas):
    """Holds pages back until it is known how many there are."""

    head: Titled

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._held: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 (reportlab's)
        """Keeps the page, and begins another."""
        self._held.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined] (the stubs lack it)

    def save(self) -> None:
        """Writes every page with its number."""
        held = self._held
        for number, page in enumerate(held, 1):
            self.__dict__.update(page)
            self._numbered(number, len(held))
            super().showPage()
        super().save()

    def _numbered(self, number: int, of: int) -> None:
        wide, _ = self._pagesize  # type: ignore[attr-defined] (the stubs lack it)
        self.setFont(READ, 8)
        self.setFillColor(QUIET)
        self.drawString(MARGIN, 9 * mm, self.head.title)
        self.drawRightString(wide - MARGIN, 9 * mm, self.head.page.format(n=number, of=of))


def printed(head: Titled, story: Sequence[Flowable], out: Path, size: tuple[float, float] = PORTRAIT) -> None:
    """Writes the pages to `out`, under a title. The same things make the same bytes.

    Raises:
        OSError: it cannot be written.
    """
    _ready()
    pages = type("_Headed", (_Pages,), {"head": head})
    document = SimpleDocTemplate(
        str(out),
        pagesize=size,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=MARGIN - PADDING,
        bottomMargin=MARGIN - PADDING,
        title=head.title,
        subject=head.about,
        lang=head.language,
        creator="Rushes",
        invariant=1,
    )
    heading = style(BOLD, 16, spaceAfter=1 * mm)
    about = style(READ, 10, QUIET, spaceAfter=5 * mm)
    document.build([paragraph(head.title, heading), paragraph(head.about, about), *story], canvasmaker=pages)
