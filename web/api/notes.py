"""`/api/v1`: notes beside a draft, and what is decided of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from pipeline.deciding import Decided
from pipeline.script import LineId
from storage.catalogue.engine import Transaction
from storage.catalogue.noting import NoteSeen, Where, note_seen, notes_beside
from storage.catalogue.reviewing import assign_note, set_note
from storage.catalogue.terms import CastingId, CourseId, Decision, DraftId, NoteId, NoteState, PersonId, Verdicts
from storage.catalogue.verdicts import LineDecided, decide, set_policy, verdicts
from web.api.courses import Added
from web.remarks import (
    CueOfNote,
    NoteGiven,
    OwnerGiven,
    Sent,
    StateGiven,
    VerdictGiven,
    WordsGiven,
    attach,
    drop_note,
    insider,
    members_only,
    return_note,
    rewrite_note,
    write_answer,
    write_note,
)
from web.rules import APPROVER, COMMENTER, COURSE_ADMIN, WATCHER, may
from web.visitor import Asked, Who

router = APIRouter(prefix="/api/v1", tags=["notes"])


@dataclass(frozen=True, slots=True)
class FileTold:
    """A file of a note. A picture may be shown; anything else is saved."""

    name: str
    bytes: int
    picture: bool
    href: str


@dataclass(frozen=True, slots=True)
class NoteTold:
    """A note beside a draft. Frames are half-open: `[start, stop)` on that draft, null for an orphan; `was` on the
    draft it was written on, whose number is `written_on`. `line`: the id of the line that has its words now.
    `sent_back`: its animation was; `remade`: the number of the version made since that the draft shows, 0 for none.
    """  # noqa: D205 (one sentence, too long for a line)

    id: UUID
    parent: UUID | None
    where: Where
    start: int | None
    stop: int | None
    written_on: int
    was: tuple[int, int]
    line: str | None
    quote: str
    text: str
    drawing: dict[str, Any] | None
    author: str
    mine: bool
    internal: bool
    blocks: bool
    owner: str
    state: NoteState
    resolved_by: str
    resolved_at: datetime | None
    created_at: datetime
    edited_at: datetime | None
    deleted: bool
    mentions: list[str]
    files: list[FileTold]
    sent_back: bool
    remade: int


@dataclass(frozen=True, slots=True)
class SaidTold:
    """A verdict that holds, and the draft on which it was given."""

    person: str
    decision: Decision
    comment: str
    draft: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DecidedTold:
    """What is decided. `line` is null for the whole draft; `waits`: the reviewers it waits for."""

    line: str | None
    start: int | None
    stop: int | None
    state: Decided
    said: list[SaidTold]
    waits: list[str]


@dataclass(frozen=True, slots=True)
class VerdictsTold:
    """What is decided of a draft: together, as a whole, and of each line that it shows."""

    state: Decided
    policy: Verdicts
    whole: DecidedTold
    lines: list[DecidedTold]


@dataclass(frozen=True, slots=True)
class PolicyGiven:
    """How lines of a course are approved: by `all` of its reviewers, or by the `first`; a change is always a veto."""

    policy: Verdicts


@router.get("/drafts/{draft_id}/notes", dependencies=[may(WATCHER)])
def notes_told(desk: Asked, visitor: Who, draft_id: UUID) -> list[NoteTold]:
    """Every note that was written on the draft or one before it, where its words stand in it."""
    with desk.catalogue.reading() as tx:
        found = notes_beside(tx, DraftId(draft_id), internal=insider(visitor))
    return [_told(one, visitor) for one in found]


@router.post("/drafts/{draft_id}/notes", status_code=201, dependencies=[may(COMMENTER)])
def note_added(desk: Asked, visitor: Who, draft_id: UUID, given: NoteGiven) -> NoteTold:
    """Writes a note on frames of the draft."""
    with desk.catalogue.writing(visitor.id) as tx:
        return _one(tx, visitor, write_note(tx, visitor, DraftId(draft_id), given))


@router.get("/notes/{note_id}", dependencies=[may(WATCHER)])
def note_told(desk: Asked, visitor: Who, note_id: UUID) -> NoteTold:
    """A note beside the draft that it was written on."""
    with desk.catalogue.reading() as tx:
        return _one(tx, visitor, NoteId(note_id))


@router.post("/notes/{note_id}/answers", status_code=201, dependencies=[may(COMMENTER)])
def note_answered(desk: Asked, visitor: Who, note_id: UUID, given: WordsGiven) -> Added:
    """Answers a note."""
    with desk.catalogue.writing(visitor.id) as tx:
        return Added(write_answer(tx, visitor, NoteId(note_id), given))


@router.put("/notes/{note_id}", dependencies=[may(COMMENTER)])
def note_edited(desk: Asked, visitor: Who, note_id: UUID, given: WordsGiven) -> NoteTold:
    """Says something else in a note of one's own."""
    with desk.catalogue.writing(visitor.id) as tx:
        rewrite_note(tx, visitor, NoteId(note_id), given)
        return _one(tx, visitor, NoteId(note_id))


@router.delete("/notes/{note_id}", status_code=204, dependencies=[may(COMMENTER)])
def note_deleted(request: Request, desk: Asked, visitor: Who, note_id: UUID) -> None:
    """Deletes a note of one's own; what others answered stays."""
    with desk.catalogue.writing(visitor.id) as tx:
        drop_note(tx, visitor, CourseId(request.state.course), NoteId(note_id))


@router.put("/notes/{note_id}/state", status_code=204, dependencies=[may(COMMENTER)])
def note_settled(desk: Asked, visitor: Who, note_id: UUID, given: StateGiven) -> None:
    """Resolves a note, or opens it again."""
    with desk.catalogue.writing(visitor.id) as tx:
        note_seen(tx, NoteId(note_id), internal=insider(visitor))
        set_note(tx, NoteId(note_id), given.state)


@router.put("/notes/{note_id}/owner", status_code=204, dependencies=[may(COMMENTER)])
def note_assigned(request: Request, desk: Asked, visitor: Who, note_id: UUID, given: OwnerGiven) -> None:
    """Says who answers for a note, and whether the video waits for it. Not for guests."""
    members_only(visitor, CourseId(request.state.course))
    owner = None if given.owner is None else PersonId(given.owner)
    with desk.catalogue.writing(visitor.id) as tx:
        assign_note(tx, NoteId(note_id), owner, blocks=given.blocks)


@router.put("/notes/{note_id}/cue", status_code=204, dependencies=[may(COMMENTER)])
def note_returned(request: Request, desk: Asked, visitor: Who, note_id: UUID, given: CueOfNote) -> None:
    """Sends the animation that a note is about back to its designer, with the note in its brief."""
    with desk.catalogue.writing(visitor.id) as tx:
        return_note(tx, visitor, CourseId(request.state.course), NoteId(note_id), CastingId(given.casting))
    desk.wake()


@router.post("/notes/{note_id}/files", status_code=201, dependencies=[may(COMMENTER)])
async def note_file_added(
    request: Request, desk: Asked, visitor: Who, note_id: UUID, name: Annotated[str, Query(max_length=200)]
) -> FileTold:
    """Puts a file, which is the body, to a note of one's own."""
    sent = Sent(name, await request.body())
    with desk.catalogue.writing(visitor.id) as tx:
        position = attach(tx, desk, visitor, NoteId(note_id), sent)
        return next(one for one in _one(tx, visitor, NoteId(note_id)).files if one.href.endswith(f"/{position}"))


@router.get("/drafts/{draft_id}/verdicts", dependencies=[may(WATCHER)])
def verdicts_told(desk: Asked, draft_id: UUID) -> VerdictsTold:
    """What is decided of a draft and of its lines, verdicts on other drafts that still hold included."""
    with desk.catalogue.reading() as tx:
        return _verdicts(tx, DraftId(draft_id))


@router.post("/drafts/{draft_id}/verdicts", status_code=201, dependencies=[may(APPROVER)])
def draft_decided(desk: Asked, visitor: Who, draft_id: UUID, given: VerdictGiven) -> VerdictsTold:
    """Approves a line or the whole draft, or asks for a change."""
    line = None if given.line is None else LineId(given.line)
    with desk.catalogue.writing(visitor.id) as tx:
        decide(tx, DraftId(draft_id), visitor.id, given.decision, line, given.comment.strip())
        return _verdicts(tx, DraftId(draft_id))


@router.put("/courses/{course_id}/verdicts", status_code=204, dependencies=[may(COURSE_ADMIN)])
def policy_set(desk: Asked, visitor: Who, course_id: UUID, given: PolicyGiven) -> None:
    """Says by which policy lines of a course are approved."""
    with desk.catalogue.writing(visitor.id) as tx:
        set_policy(tx, CourseId(course_id), given.policy)


def _one(tx: Transaction, visitor: Who, note: NoteId) -> NoteTold:
    return _told(note_seen(tx, note, internal=insider(visitor)), visitor)


def _told(one: NoteSeen, visitor: Who) -> NoteTold:
    person = visitor.person.id if visitor.person is not None else visitor.guest and visitor.guest.person
    return NoteTold(
        id=one.id,
        parent=one.parent,
        where=one.where,
        start=None if one.at is None else one.at.start,
        stop=None if one.at is None else one.at.stop,
        written_on=one.written_on,
        was=(one.was.start, one.was.stop),
        line=one.line,
        quote=one.quote,
        text=one.body,
        drawing=None if one.drawing is None else dict(one.drawing),
        author=one.author_name,
        mine=one.author == person,
        internal=one.visibility == "internal",
        blocks=one.blocks,
        owner=one.owner_name,
        state=one.state,
        resolved_by=one.resolved_by,
        resolved_at=one.resolved_at,
        created_at=one.created_at,
        edited_at=one.edited_at,
        deleted=one.deleted,
        mentions=list(one.mentions.values()),
        files=[FileTold(of.name, of.size, of.picture, f"/notes/{one.id}/files/{of.position}") for of in one.files],
        sent_back=one.cue is not None,
        remade=one.remade,
    )


def _verdicts(tx: Transaction, draft: DraftId) -> VerdictsTold:
    found = verdicts(tx, draft)
    lines = [_decided(one, line, span.start, span.stop) for line, (span, one) in found.lines.items()]
    return VerdictsTold(found.state, found.policy, _decided(found.whole), lines)


def _decided(
    one: LineDecided, line: str | None = None, start: int | None = None, stop: int | None = None
) -> DecidedTold:
    said = [SaidTold(of.name, of.decision, of.comment, of.draft, of.at) for of in one.said]
    return DecidedTold(line, start, stop, one.state, said, list(one.waits))
