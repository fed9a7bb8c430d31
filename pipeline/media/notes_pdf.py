"""The notes of a draft on paper: each with the very frame it is on, and what was drawn over it."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image as Pictures
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Image, KeepTogether, Spacer, Table

from pipeline.copies import NOTES, NotesPrinted, NoteTold
from pipeline.media.drawn_over import drawn_over
from pipeline.media.join import QUALITY, stills
from pipeline.media.printing import BOLD, MARGIN, MONO, PENCIL, PORTRAIT, QUIET, READ, RULE, paragraph, printed, style
from pipeline.media.watermark import marked

PIXELS = 960
"""Width of a picture: 240 to the inch at the width it is printed, where the eye tells no more at arm's length."""

SHOWN = 100 * mm
"""Width of a picture on paper."""

BESIDE = 90 * mm
"""Text that is higher than this stands under its picture, where it may go on over pages."""


def notes_pdf(wanted: NotesPrinted, film: Path, folder: Path, progress: Callable[[int], None]) -> None:
    """Writes the notes into `folder`; `progress` is told how many are done."""
    pictures = stills(film, wanted.film.rate, {one.frame for one in wanted.notes}, width=PIXELS)
    shown = {frame: marked(picture, wanted.mark) for frame, picture in pictures}
    story: list[Flowable] = [] if wanted.notes else [paragraph(wanted.none, style())]
    for number, one in enumerate(wanted.notes, 1):
        story += _note(number, one, _drawn(shown[one.frame], one))
        progress(number)
    printed(wanted.head, story, folder / NOTES)


def _drawn(frame: bytes, note: NoteTold) -> bytes:
    if note.drawing is None:
        return frame
    out = BytesIO()
    with Pictures.open(BytesIO(frame)) as picture:
        drawn_over(picture.convert("RGB"), note.drawing).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _note(number: int, note: NoteTold, picture: bytes) -> Iterator[Flowable]:
    """A note: its picture with the text beside it, or under it where that is long."""
    with Pictures.open(BytesIO(picture)) as one:
        high = SHOWN * one.height / one.width
    image = Image(BytesIO(picture), SHOWN, min(high, 150 * mm), kind="proportional", hAlign="LEFT")
    head, rest = _head(number, note), _rest(note)
    wide = PORTRAIT[0] - 2 * MARGIN
    room = wide - SHOWN - 5 * mm
    gap, rule = Spacer(1, 4 * mm), HRFlowable(width="100%", thickness=0.5, color=RULE, spaceAfter=4 * mm)
    if sum(one.wrap(room, 10_000)[1] for one in (*head, *rest)) <= max(high, BESIDE):
        plain = [("VALIGN", (0, 0), (-1, -1), "TOP"), *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in SIDES)]
        row = Table([[image, [*head, *rest]]], [SHOWN + 5 * mm, room], style=plain, hAlign="LEFT")
        yield KeepTogether([rule, row, gap])
        return
    yield KeepTogether([rule, *head, Spacer(1, 2 * mm), image, Spacer(1, 2 * mm)])
    yield from rest
    yield gap


SIDES = ("LEFT", "RIGHT", "TOP", "BOTTOM")


def _head(number: int, note: NoteTold) -> list[Flowable]:
    return [
        paragraph(f"{number}   {note.at}", style(MONO, 9, QUIET)),
        paragraph(note.author, style(BOLD, 10.5)),
        paragraph(note.standing, style(READ, 9, PENCIL)),
    ]


def _rest(note: NoteTold) -> list[Flowable]:
    out: list[Flowable] = []
    if note.line:
        out.append(paragraph(note.line, style(READ, 9, QUIET, spaceBefore=1.5 * mm)))
    out += [paragraph(part, style(spaceBefore=1 * mm)) for part in note.text.split("\n\n") if part.strip()]
    for one in note.answers:
        out.append(paragraph(one, style(READ, 9, leftIndent=4 * mm, spaceBefore=1.5 * mm)))
    if note.drawing is not None and note.drawing.alternative:
        out.append(paragraph(note.drawing.alternative, style(READ, 8.5, QUIET, spaceBefore=1.5 * mm)))
    return out
