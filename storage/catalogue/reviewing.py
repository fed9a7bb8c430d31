"""Notes on drafts: written, answered, changed, settled. `storage.catalogue.noting` reads them, `…verdicts` decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import aliased

from pipeline.changes import Shown
from pipeline.errors import Clash, NotFound
from pipeline.hanging import Hung, hung
from pipeline.script import LineId
from pipeline.spans import Span
from pipeline.values import as_json
from storage.catalogue.carrying import places
from storage.catalogue.drafts import shown
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.scripts import line_rows
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.draft import DraftLineRow, DraftRow
from storage.catalogue.tables.people import MembershipRow
from storage.catalogue.tables.review import NoteCueRow, NoteFileRow, NoteMentionRow, NoteRow
from storage.catalogue.tables.script import LineTextRow, RevisionRow, ScriptLineRow
from storage.catalogue.terms import (
    CastingId,
    CourseId,
    DraftId,
    MediaId,
    NoteId,
    NoteState,
    PersonId,
    RevisionId,
    VideoId,
    Visibility,
    new_id,
)

QUOTED = 200
"""Letters of a note's quote at most: two lines of a card."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A note as it is written: on frames of a draft, on a line, perhaps on one word of it.

    Without a line it is on the words said under its frames. `mentions`: people of the course whom it names.
    """

    body: str
    span: Span
    line: LineId | None = None
    word: int | None = None
    blocks: bool = False
    owner: PersonId | None = None
    visibility: Visibility = "internal"
    drawing: dict[str, Any] | None = None
    mentions: tuple[PersonId, ...] = ()


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


def add_note(
    tx: Transaction, draft_id: DraftId, author: PersonId, remark: Remark, note_id: NoteId | None = None
) -> NoteId:
    """A note on a draft. `note_id`: the one that who sends it gave it; sent again, it is there already and stays.

    Raises:
        NotFound: the video never had such a line; somebody whom it names, or who is to answer for it, is not of the
            course.
        Clash: the frames are not in the draft, or the draft is not done; another note has that id.
    """
    found = row(tx, DraftRow, draft_id)
    video = row(
        tx, VideoRow, found.video_id, lock=True
    )  # no revision is saved between finding its words and keeping it
    there = None if note_id is None else tx.get(NoteRow, note_id)
    if there is not None:
        if (there.draft_id, there.author_id) != (draft_id, author):
            raise Clash("another note has this id", todo="give it another")
        return NoteId(there.id)
    if found.frames is None or remark.span.start < 0 or remark.span.stop > found.frames:
        raise Clash(
            f"draft {found.number} has {found.frames} frames; the note is on {remark.span}",
            todo="give frames of that draft",
        )
    _of_course(tx, video, {*remark.mentions, *([remark.owner] if remark.owner is not None else [])})
    its = shown(tx, draft_id)
    on = hung(its.timeline, remark.span)
    first = (LineId(on.words[0].line), on.words[0].first) if on.words else (LineId(on.line), None)
    name, word = (remark.line, remark.word) if remark.line is not None else first
    lines = line_rows(tx, VideoId(video.id))
    line = lines.get(name) if name else None
    if line is None and remark.line is not None:
        raise NotFound(f"the video has no line {remark.line!r}", todo="give the id of a line")
    place = tx.get(DraftLineRow, (draft_id, line)) if line is not None else None
    quote = _said(its, on) if remark.line is None else _quoted(tx, found, line, word)
    line_now, word_now = _now(tx, found, name, word, lines)
    added = NoteRow(
        id=note_id or new_id(),
        video_id=video.id,
        draft_id=draft_id,
        line_id=line_now or line,
        word=word_now,
        quote=quote,
        offset=remark.span.start - place.start if place is not None else 0,
        start=remark.span.start,
        stop=remark.span.stop,
        author_id=author,
        owner_id=remark.owner,
        body=remark.body,
        drawing=remark.drawing,
        visibility=remark.visibility,
        blocks=remark.blocks,
        hung=as_json(on),
    )
    tx.add(added)
    tx.flush()
    _mention(tx, added.id, remark.mentions)
    tx.tell(
        "note.added",
        added.id,
        course=CourseId(video.course_id),
        video=VideoId(video.id),
        draft=found.number,
        mentions=[str(one) for one in remark.mentions],
    )
    return NoteId(added.id)


def _now(
    tx: Transaction, found: DraftRow, name: LineId | None, word: int | None, lines: Mapping[LineId, UUID]
) -> tuple[UUID | None, int | None]:
    """Where a word of a draft stands in the last script; scripts are saved while people watch drafts of older ones."""
    last = tx.scalars(
        select(RevisionRow.id).filter_by(video_id=found.video_id).order_by(RevisionRow.number.desc()).limit(1)
    ).one()
    if not name or word is None or last == found.revision_id:
        return None, word
    of = RevisionId(found.revision_id)
    now = places(tx, VideoId(found.video_id), (of,), RevisionId(last))[of].get((name, word))
    return (None, None) if now is None else (lines[now[0]], now[1])


def _said(its: Shown, on: Hung) -> str:
    """The words that a note is on, as the draft has them."""
    wanted = {(run.line, word) for run in on.words for word in range(run.first, run.stop)}
    words = [word.text for clip in its.timeline.clips for word in clip.words if (word.line, word.word) in wanted]
    quote = " ".join(words)
    return quote if len(quote) <= QUOTED else quote[:QUOTED].rsplit(" ", 1)[0] + " …"


def _of_course(tx: Transaction, video: VideoRow, people: Collection[PersonId]) -> None:
    known = tx.scalars(
        select(MembershipRow.person_id).where(
            MembershipRow.course_id == video.course_id, MembershipRow.person_id.in_(people)
        )
    )
    if people and set(people) - set(known):
        raise NotFound("somebody who is named is not of this course", todo="choose people of the course")


def _mention(tx: Transaction, note_id: UUID, people: Collection[PersonId]) -> None:
    tx.add_all(NoteMentionRow(note_id=note_id, person_id=one) for one in dict.fromkeys(people))
    tx.flush()


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


def answer_note(
    tx: Transaction, note_id: NoteId, author: PersonId, body: str, mentions: Collection[PersonId] = ()
) -> NoteId:
    """An answer to a note, on the same frames and words.

    Raises:
        NotFound: somebody whom it names is not of the course.
        Clash: the note was deleted, with nobody's answer.
    """
    to = row(tx, NoteRow, note_id, lock=True)
    _of_course(tx, row(tx, VideoRow, to.video_id), mentions)
    if to.deleted_at is not None:
        raise Clash("the note was deleted meanwhile", todo="write another")
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
        hung=to.hung,
    )
    tx.add(added)
    tx.flush()
    _mention(tx, added.id, mentions)
    _tell(tx, added, "note.answered", note=str(added.parent_id))
    return NoteId(added.id)


def edit_note(
    tx: Transaction, note_id: NoteId, body: str, drawing: dict[str, Any] | None, mentions: Collection[PersonId]
) -> None:
    """Says something else in a note, in place of what it said.

    Raises:
        NotFound: somebody whom it names is not of the course.
        Clash: it was deleted.
    """
    found = row(tx, NoteRow, note_id, lock=True)
    _of_course(tx, row(tx, VideoRow, found.video_id), mentions)
    if found.deleted_at is not None:
        raise Clash("the note was deleted meanwhile", todo="write another")
    found.body, found.drawing, found.edited_at = body, drawing, moment()
    tx.execute(delete(NoteMentionRow).where(NoteMentionRow.note_id == note_id))
    _mention(tx, note_id, mentions)
    _tell(tx, found, "note.edited")


def delete_note(tx: Transaction, note_id: NoteId) -> None:
    """Takes back what a note says; what others answered stays. It blocks nothing any more."""
    found = row(tx, NoteRow, note_id, lock=True)
    found.body, found.drawing, found.blocks, found.owner_id = "", None, False, None
    found.deleted_at = found.deleted_at or moment()
    for kind in (NoteMentionRow, NoteFileRow, NoteCueRow):
        tx.execute(delete(kind).where(kind.note_id == note_id))
    _tell(tx, found, "note.deleted")


def set_note(tx: Transaction, note_id: NoteId, state: NoteState) -> None:
    """Resolves a note, or opens it again."""
    found = row(tx, NoteRow, note_id, lock=True)
    found.state = state
    done = state == "resolved"
    found.resolved_by_id, found.resolved_at = (tx.by, moment()) if done else (None, None)
    _tell(tx, found, f"note.{state}")


def assign_note(tx: Transaction, note_id: NoteId, owner: PersonId | None, *, blocks: bool) -> None:
    """Says who answers for a note, and whether the video waits for it.

    Raises:
        NotFound: they are not of the course.
    """
    found = row(tx, NoteRow, note_id, lock=True)
    _of_course(tx, row(tx, VideoRow, found.video_id), [owner] if owner is not None else [])
    found.owner_id, found.blocks = owner, blocks
    _tell(tx, found, "note.assigned", blocks=blocks)


def attach_file(tx: Transaction, note_id: NoteId, media: MediaId, name: str, *, picture: bool, most: int) -> int:
    """Puts a file to a note; its place among the note's files, from 0.

    Raises:
        Clash: it has `most` files already.
    """
    found = row(tx, NoteRow, note_id, lock=True)
    there = tx.scalars(select(NoteFileRow.position).filter_by(note_id=note_id)).all()
    if len(there) >= most:
        raise Clash(f"a note has at most {most} files", todo="write another note for the others")
    position = max(there, default=-1) + 1
    tx.add(NoteFileRow(note_id=note_id, position=position, media_id=media, name=name, picture=picture))
    _tell(tx, found, "note.attached", name=name)
    return position


def send_back(tx: Transaction, note_id: NoteId, casting: CastingId) -> None:
    """Puts a note to the cue whose animation it is about: its designer is told of it in the brief."""
    found = row(tx, NoteRow, note_id, lock=True)
    tx.merge(NoteCueRow(note_id=note_id, casting_id=casting))
    _tell(tx, found, "note.sent-back", casting=str(casting))


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


def _tell(tx: Transaction, found: NoteRow, kind: str, **details: Any) -> None:
    course = CourseId(row(tx, VideoRow, found.video_id).course_id)
    tx.tell(kind, found.id, course=course, video=VideoId(found.video_id), **details)
