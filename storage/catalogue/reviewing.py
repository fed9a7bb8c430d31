"""Notes and verdicts on drafts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from pipeline.errors import Clash, NotFound
from pipeline.script import LineId
from pipeline.spans import Span
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.scripts import line_rows
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.draft import DraftLineRow, DraftRow
from storage.catalogue.tables.review import NoteRow, VerdictRow
from storage.catalogue.tables.script import LineTextRow, ScriptLineRow
from storage.catalogue.terms import (
    CourseId,
    Decision,
    DraftId,
    NoteId,
    NoteState,
    PersonId,
    VideoId,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class Remark:
    """A note as it is written: on frames of a draft, on a line, perhaps on one word of it."""

    body: str
    span: Span
    line: LineId | None = None
    word: int | None = None
    blocks: bool = False
    owner: PersonId | None = None
    visibility: Visibility = "internal"
    drawing: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it stands. Its line is the one that now holds its words; `orphan`: no line does any more.

    `quote`: the words it was written about, as they were.
    """

    id: NoteId
    draft: DraftId
    remark: Remark
    author: PersonId
    state: NoteState
    orphan: bool
    quote: str
    offset: int
    parent: NoteId | None
    created_at: datetime


def add_note(tx: Transaction, draft_id: DraftId, author: PersonId, remark: Remark) -> NoteId:
    """A note on a draft.

    Raises:
        NotFound: the video never had such a line.
        Clash: the frames are not in the draft.
    """
    found = row(tx, DraftRow, draft_id)
    video = row(tx, VideoRow, found.video_id)
    if found.frames is None or remark.span.start < 0 or remark.span.stop > found.frames:
        raise Clash(
            f"draft {found.number} has {found.frames} frames; the note is on {remark.span}",
            todo="give frames of that draft",
        )
    line = None
    if remark.line is not None:
        line = line_rows(tx, VideoId(video.id)).get(remark.line)
        if line is None:
            raise NotFound(f"the video has no line {remark.line!r}", todo="give the id of a line")
    place = tx.get(DraftLineRow, (draft_id, line)) if line is not None else None
    added = NoteRow(
        video_id=video.id,
        draft_id=draft_id,
        line_id=line,
        word=remark.word,
        quote=_quoted(tx, found, line, remark.word),
        offset=remark.span.start - place.start if place is not None else 0,
        start=remark.span.start,
        stop=remark.span.stop,
        author_id=author,
        owner_id=remark.owner,
        body=remark.body,
        drawing=remark.drawing,
        visibility=remark.visibility,
        blocks=remark.blocks,
    )
    tx.add(added)
    tx.flush()
    tx.tell("note.added", added.id, course=CourseId(video.course_id), video=VideoId(video.id), draft=found.number)
    return NoteId(added.id)


def _quoted(tx: Transaction, found: DraftRow, line: UUID | None, word: int | None) -> str:
    """The words of a line, or one of them, as the draft has them.

    Raises:
        Clash: the line has no such word.
    """
    said = None if line is None else tx.get(LineTextRow, (found.revision_id, line))
    if said is None or word is None:
        return "" if said is None else said.text
    words = said.text.split(" ")
    if not 0 <= word < len(words):
        raise Clash(f"the line has {len(words)} words; the note is on word {word}", todo="count words from 0")
    return words[word]


def answer_note(tx: Transaction, note_id: NoteId, author: PersonId, body: str) -> NoteId:
    """An answer to a note, on the same frames and words."""
    to = row(tx, NoteRow, note_id)
    added = NoteRow(
        video_id=to.video_id,
        draft_id=to.draft_id,
        line_id=to.line_id,
        word=to.word,
        quote=to.quote,
        offset=to.offset,
        start=to.start,
        stop=to.stop,
        parent_id=to.parent_id or to.id,
        author_id=author,
        body=body,
        visibility=to.visibility,
    )
    tx.add(added)
    tx.flush()
    tx.tell("note.answered", added.id, course=_course(tx, to), video=VideoId(to.video_id), note=str(note_id))
    return NoteId(added.id)


def set_note(tx: Transaction, note_id: NoteId, state: NoteState) -> None:
    """Resolves a note, or opens it again."""
    found = row(tx, NoteRow, note_id, lock=True)
    found.state = state
    done = state == "resolved"
    found.resolved_by_id, found.resolved_at = (tx.by, moment()) if done else (None, None)
    tx.tell(f"note.{state}", note_id, course=_course(tx, found), video=VideoId(found.video_id))


def assign_note(tx: Transaction, note_id: NoteId, owner: PersonId | None, *, blocks: bool) -> None:
    """Says who answers for a note, and whether the video waits for it."""
    found = row(tx, NoteRow, note_id, lock=True)
    found.owner_id, found.blocks = owner, blocks
    tx.tell("note.assigned", note_id, course=_course(tx, found), video=VideoId(found.video_id), blocks=blocks)


def notes(tx: Transaction, video_id: VideoId) -> tuple[Note, ...]:
    """Every note of a video, oldest first, each on the line that now holds its words. One query."""
    taker = aliased(ScriptLineRow)
    found = tx.execute(
        select(NoteRow, ScriptLineRow, taker.name)
        .outerjoin(ScriptLineRow, ScriptLineRow.id == NoteRow.line_id)
        .outerjoin(taker, taker.id == ScriptLineRow.merged_into_id)
        .where(NoteRow.video_id == video_id)
        .order_by(NoteRow.created_at, NoteRow.id)
    )
    return tuple(_note(one, line, taken) for one, line, taken in found)


def _note(found: NoteRow, line: ScriptLineRow | None, taken: str | None) -> Note:
    gone = line is not None and line.gone_in_id is not None
    name = None if line is None else LineId(taken if gone and taken is not None else line.name)
    return Note(
        id=NoteId(found.id),
        draft=DraftId(found.draft_id),
        remark=Remark(
            body=found.body,
            span=Span(found.start, found.stop),
            line=name,
            word=found.word,
            blocks=found.blocks,
            owner=None if found.owner_id is None else PersonId(found.owner_id),
            visibility=found.visibility,
            drawing=found.drawing,
        ),
        author=PersonId(found.author_id),
        state=found.state,
        orphan=gone and taken is None,
        quote=found.quote,
        offset=found.offset,
        parent=None if found.parent_id is None else NoteId(found.parent_id),
        created_at=found.created_at,
    )


def decide(
    tx: Transaction,
    draft_id: DraftId,
    person: PersonId,
    decision: Decision,
    line: LineId | None = None,
    comment: str = "",
) -> None:
    """A verdict on a line of a draft, or on all of it. To approve a draft is to approve each of its lines.

    It holds for every later draft in which the line is shown by the same segments.

    Raises:
        NotFound: the draft does not show such a line.
        Clash: the draft is not done.
    """
    found = row(tx, DraftRow, draft_id)
    if found.digest is None:
        raise Clash(f"draft {found.number} is {found.state}; there is nothing to decide", todo="wait until it is done")
    lines = tx.execute(
        select(DraftLineRow, ScriptLineRow.name)
        .join(ScriptLineRow, ScriptLineRow.id == DraftLineRow.line_id)
        .where(DraftLineRow.draft_id == draft_id)
    ).all()
    of = [(one.line_id, one.digest) for one, name in lines if line is None or name == line]
    if line is not None and not of:
        raise NotFound(f"draft {found.number} shows no line {line!r}", todo="give the id of a line that it shows")
    if line is None:
        of = [(None, found.digest), *(of if decision == "approve" else [])]
    tx.add_all(
        VerdictRow(
            video_id=found.video_id,
            draft_id=draft_id,
            line_id=line_id,
            person_id=person,
            decision=decision,
            digest=digest,
            comment=comment,
        )
        for line_id, digest in of
    )
    tx.flush()
    tx.tell(
        f"verdict.{decision}",
        draft_id,
        course=_course(tx, found),
        video=VideoId(found.video_id),
        draft=found.number,
        line=line,
        person=str(person),
    )


def _course(tx: Transaction, found: NoteRow | DraftRow) -> CourseId:
    return CourseId(row(tx, VideoRow, found.video_id).course_id)
