"""Notes as people and programs write them, checked at the door; who may do what with them. For pages and API alike."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, field_validator

from pipeline.drawings import drawing, drawn
from pipeline.errors import BadDrawing
from pipeline.spans import Span
from storage.catalogue.assets import approve_version
from storage.catalogue.casting import Cast, resolved, version_of
from storage.catalogue.engine import Transaction
from storage.catalogue.noting import NoteSeen, note_seen
from storage.catalogue.reviewing import Remark, add_note, answer_note, attach_file, delete_note, edit_note, send_back
from storage.catalogue.terms import (
    CastingId,
    CourseId,
    Decision,
    DraftId,
    NoteId,
    NoteState,
    PersonId,
    Visibility,
)
from web.desk import Desk
from web.given import MOST
from web.language import N_
from web.problems import NotThis, Refused, not_here
from web.rules import APPROVER, MEMBER
from web.sketching import keep_sketch, redrawn
from web.visitor import Visitor

LONGEST: Final = 4000
"""Letters of a note: two pages of a letter."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
NAMED: Final = 20
"""People whom one note may name."""


class WordsGiven(BaseModel):
    """What a note or an answer says, and whom it names. `drawing`: strokes (`pipeline.drawings`), or as JSON text."""

    text: Text
    mentions: list[UUID] = Field(default_factory=list[UUID], max_length=NAMED)
    drawing: Any = None

    @property
    def people(self) -> tuple[PersonId, ...]:
        """Whom it names."""
        return tuple(PersonId(one) for one in self.mentions)

    @property
    def strokes(self) -> dict[str, Any] | None:
        """What is drawn, as it is kept; None when nothing is.

        Raises:
            BadDrawing: it cannot be kept.
        """
        given = self.drawing
        if isinstance(given, str):
            try:
                given = json.loads(given) if given.strip() else None
            except ValueError as error:
                message = "the drawing is no JSON"
                raise BadDrawing(message, todo="draw it again") from error
        made = drawing(given) if given is not None else None
        return drawn(made) if made is not None else None


class NoteGiven(WordsGiven):
    """A note on the frames `[start, stop)` of a draft; without `stop` on one. `blocks`: the video waits for it.

    `id`: given by who sends it, so that it is there once when it is sent again.
    """

    id: UUID | None = None
    start: int = Field(ge=0, le=MOST)
    stop: int | None = Field(None, ge=1, le=MOST)
    blocks: bool = False
    internal: bool = False
    owner: UUID | None = None

    @field_validator("id", "stop", "owner", mode="before")
    @classmethod
    def _nothing(cls, value: object) -> object:
        """What an empty field of a form sends."""
        return None if value == "" else value


class StateGiven(BaseModel):
    """Whether a note is open or resolved."""

    state: NoteState


class OwnerGiven(BaseModel):
    """Who answers for a note, and whether the video waits for it."""

    owner: UUID | None = None
    blocks: bool = False

    @field_validator("owner", mode="before")
    @classmethod
    def _nothing(cls, value: object) -> object:
        """What an empty field of a form sends."""
        return None if value == "" else value


class VerdictGiven(BaseModel):
    """A decision on a line of a draft, or on all of it. A change comes with what is to change."""

    decision: Decision
    line: str | None = Field(None, max_length=100)
    comment: str = Field("", max_length=2000)

    @field_validator("line", mode="before")
    @classmethod
    def _nothing(cls, value: object) -> object:
        """What an empty field of a form sends."""
        return None if value == "" else value


class CueOfNote(BaseModel):
    """The cue whose animation a note is sent back for."""

    casting: UUID


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent with a note."""

    name: str
    data: bytes


def insider(visitor: Visitor) -> bool:
    """Whether somebody may see and write what is internal: guests may not."""
    return visitor.guest is None


def write_note(tx: Transaction, visitor: Visitor, draft: DraftId, given: NoteGiven) -> NoteId:
    """A note of whoever asks. What guests write everybody sees; they name nobody and give nobody work.

    Raises:
        NotThis: it ends before it begins.
        BadDrawing: what is drawn cannot be kept.
        Clash: the draft has no such frames.
    """
    stop = given.start + 1 if given.stop is None else given.stop
    if stop <= given.start:
        raise NotThis(N_("the note ends before it begins"), stop=N_("choose a later frame"))
    inside = insider(visitor)
    visibility: Visibility = "internal" if inside and given.internal else "public"
    remark = Remark(
        body=given.text,
        span=Span(given.start, stop),
        blocks=given.blocks,
        owner=PersonId(given.owner) if inside and given.owner is not None else None,
        visibility=visibility,
        drawing=given.strokes,
        mentions=given.people if inside else (),
    )
    return add_note(tx, draft, visitor.id, remark, None if given.id is None else NoteId(given.id))


def write_answer(tx: Transaction, visitor: Visitor, note: NoteId, given: WordsGiven) -> NoteId:
    """An answer of whoever asks to a note that they may see."""
    note_seen(tx, note, internal=insider(visitor))
    return answer_note(tx, note, visitor.id, given.text, given.people if insider(visitor) else ())


def own_note(tx: Transaction, visitor: Visitor, note: NoteId) -> NoteSeen:
    """A note that whoever asks wrote themselves.

    Raises:
        NotFound: there is none that they may see.
        Refused: somebody else wrote it.
    """
    found = note_seen(tx, note, internal=insider(visitor))
    if found.author != visitor.id:
        raise Refused(N_("this note is somebody else's"), todo=N_("answer it"))
    return found


def rewrite_note(tx: Transaction, visitor: Visitor, note: NoteId, given: WordsGiven) -> None:
    """Says something else in one's own note. A drawing that is not given stays as it is."""
    found = own_note(tx, visitor, note)
    kept = dict(found.drawing) if found.drawing is not None else None
    people = given.people if insider(visitor) else ()
    edit_note(tx, note, given.text, given.strokes if given.drawing is not None else kept, people)


def drop_note(tx: Transaction, visitor: Visitor, course: CourseId, note: NoteId) -> None:
    """Deletes one's own note; who runs the course may delete anyone's."""
    if not visitor.may(course, "admin"):
        own_note(tx, visitor, note)
    delete_note(tx, note)


def attach(tx: Transaction, desk: Desk, visitor: Visitor, note: NoteId, sent: Sent) -> int:
    """Puts a file to one's own note: a picture as one of ours, of its pixels; anything else as it is, to be saved.

    Raises:
        NotThis: it is empty, or larger than a file of a note may be.
        Clash: the note has as many files as one may have.
    """
    own_note(tx, visitor, note)
    if not sent.data or len(sent.data) > desk.limits.note_file_mb * 1024 * 1024:
        raise NotThis(N_("the file is empty, or too large for a note"), f"send at most {desk.limits.note_file_mb} MB")
    try:
        data, picture = redrawn(sent.data), True
    except NotThis:
        data, picture = sent.data, False
    name = (sent.name or "file")[-120:]
    media = keep_sketch(tx, desk, data, "picture.jpg" if picture else name)
    return attach_file(tx, note, media, name, picture=picture, most=desk.limits.note_files_most)


def cues_of(tx: Transaction, note: NoteSeen) -> tuple[Cast, ...]:
    """The animations of a note's line that it may be sent back for."""
    return tuple(one for one in resolved(tx, note.video) if one.line == note.line and one.asset is not None)


def return_note(tx: Transaction, visitor: Visitor, course: CourseId, note: NoteId, casting: CastingId) -> None:
    """Sends a note's animation back to its designer: the version in use is rejected, and the brief has the note.

    Raises:
        Refused: it is not for whoever asks to decide.
        NotFound: the line of the note has no such animation.
    """
    if visitor.guest is not None or not visitor.may(course, *(APPROVER.roles or ())):
        raise Refused(N_("your role on this course does not allow it"), todo=N_("ask who runs the course"))
    found = note_seen(tx, note, internal=True)
    if casting not in {one.id for one in cues_of(tx, found)}:
        raise not_here()
    used = version_of(tx, casting)
    if used is not None:
        approve_version(tx, used, "rejected")
    send_back(tx, note, casting)


def members_only(visitor: Visitor, course: CourseId) -> None:
    """Refuses guests.

    Raises:
        Refused: somebody came by a link.
    """
    if visitor.guest is not None or not visitor.may(course, *(MEMBER.roles or ())):
        raise Refused(N_("this is for people of the course"), todo=N_("ask one of them"))
