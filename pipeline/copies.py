"""Copies of a draft for taking home, as values: all that makes one, so that the same is made once and found again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, get_args

from pipeline.drawings import Drawing
from pipeline.geometry import Size
from pipeline.markers import Marked, Marker, clean, one_line, standing
from pipeline.saying import Saying
from pipeline.timecode import timecode
from pipeline.timeline import Filmed, Timeline
from pipeline.values import Key, as_json, digest, one_of
from pipeline.words import Words

RECIPE: Final = 1
"""Raised whenever the same copy would come out otherwise than before."""
CopyKind = Literal["watermark", "contact-sheet", "notes-pdf"]
COPY_KINDS: Final[tuple[CopyKind, ...]] = get_args(CopyKind)
FILM: Final = "film.mp4"
SHEET: Final = "sheet.pdf"
SHEET_PICTURE: Final = "sheet.jpg"
NOTES: Final = "notes.pdf"
FILES: Final[Mapping[CopyKind, tuple[str, ...]]] = {
    "watermark": (FILM,),
    "contact-sheet": (SHEET, SHEET_PICTURE),
    "notes-pdf": (NOTES,),
}
"""What there is of each kind once it is made."""
WORDS: Final = 9
"""Words of a shot that a contact sheet shows: two lines under a picture."""


@dataclass(frozen=True, slots=True)
class Film:
    """The film that is copied: the object it is in, its digest, its facts."""

    name: str
    sha256: str
    rate: Fraction
    frames: int
    size: Size


@dataclass(frozen=True, slots=True)
class Watermarked:
    """The film with a line of text over the whole picture, taken as it is."""

    film: Film
    text: str


@dataclass(frozen=True, slots=True)
class Titled:
    """What stands on every page. `page` has the fields `{n}` and `{of}`; `language` is that of the words."""

    title: str
    about: str
    page: str
    language: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A shot on a contact sheet: the frame that is shown, and what stands under it."""

    frame: int
    at: str
    line: str
    framing: str
    words: str


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """A picture of each shot, with `mark` over each where one is set."""

    film: Film
    head: Titled
    cells: tuple[Cell, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class NoteTold:
    """A note on paper. `drawing` is what was drawn over its first frame."""

    frame: int
    at: str
    author: str
    standing: str
    line: str
    text: str
    answers: tuple[str, ...]
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class NotesPrinted:
    """The notes of a draft, each with its picture. `none`: what is said where there is none; `mark` as of a sheet."""

    film: Film
    head: Titled
    notes: tuple[NoteTold, ...]
    none: str
    mark: str = ""


Wanted = Watermarked | ContactSheet | NotesPrinted
one_of(Wanted)


@dataclass(frozen=True, slots=True)
class Whom:
    """Who may have a copy: `internal`, it holds what guests are not shown; `name`, whose name it bears, if any."""

    language: str
    internal: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A copy as it is asked for."""

    wanted: Wanted
    whom: Whom


def kind_of(wanted: Wanted) -> CopyKind:
    """What kind of copy it is."""
    if isinstance(wanted, Watermarked):
        return "watermark"
    return "contact-sheet" if isinstance(wanted, ContactSheet) else "notes-pdf"


def copy_key(wanted: Wanted) -> Key:
    """Names the copy: the film's own bytes, and all that is put on it or taken from it."""
    return digest({"copy": RECIPE, "kind": kind_of(wanted), "of": as_json(wanted)})


def steps(wanted: Wanted) -> int:
    """How many units of progress it is worth: frames of a film, pictures of a page; at least 1."""
    if isinstance(wanted, Watermarked):
        return wanted.film.frames
    return max(1, len(wanted.cells if isinstance(wanted, ContactSheet) else wanted.notes))


def contact_sheet(
    film: Film, head: Titled, timeline: Timeline, numbers: Mapping[str, int], saying: Saying, mark: str = ""
) -> ContactSheet:
    """The contact sheet of a draft: of each shot the frame in its middle. `numbers`: of lines, by their ids."""
    cells: list[Cell] = []
    for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
        line = clip.line or next((word.line for word in clip.words), "")
        number, shown = numbers.get(line), clip.picture
        framing = saying.short(shown.framing) if isinstance(shown, Filmed) else saying.framing(shown.kind)
        said = [word.text for word in clip.words]
        words = " ".join(said[:WORDS]) + (" …" if len(said) > WORDS else "")
        called = saying.words.say("copies.line", number=number) if number else ""
        at = timecode(span.start, film.rate)
        cells.append(Cell((span.start + span.stop) // 2, at, called, framing, clean(words)))
    return ContactSheet(film, head, tuple(cells), mark)


def notes_printed(
    film: Film, head: Titled, marked: Marked, drawings: Sequence[Drawing | None], words: Words, mark: str = ""
) -> NotesPrinted:
    """The notes of a draft on paper. `drawings`: what was drawn with each, in the same order."""
    pairs = zip(marked.markers, drawings, strict=True)
    notes = tuple(_told(one, marked, drawn, words) for one, drawn in pairs)
    return NotesPrinted(film, head, notes, words.say("copies.none"), mark)


def _told(one: Marker, marked: Marked, drawing: Drawing | None, words: Words) -> NoteTold:
    first, last = (timecode(marked.start + frame, marked.rate) for frame in (one.span.start, one.span.stop - 1))
    line = words.say("notes.line", number=one.line) if one.line is not None else ""
    said = words.say("notes.said", words=one_line(one.said)) if one.said else ""
    return NoteTold(
        one.span.start,
        first if one.span.frames == 1 else f"{first} \N{EN DASH} {last}",
        one_line(one.author),
        standing(one, words),
        " ".join(part for part in (line, said) if part),
        clean(one.text),
        tuple(words.say("notes.answer", name=one_line(said.author), text=clean(said.text)) for said in one.answers),
        drawing,
    )
