"""Notes as they are read beside a draft: each where its words stand there, with its answers, files and people."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased

from pipeline.errors import NotFound
from pipeline.script import LineId
from pipeline.spans import Span
from storage.catalogue.engine import Transaction
from storage.catalogue.hanging import Beside, Stand, Where, beside, stands
from storage.catalogue.rows import row
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.draft import DraftInputRow, DraftRow
from storage.catalogue.tables.media import MediaRow, VersionRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.review import NoteCueRow, NoteFileRow, NoteMentionRow, NoteRow
from storage.catalogue.tables.script import ScriptLineRow
from storage.catalogue.terms import (
    CastingId,
    DraftId,
    NoteId,
    NoteState,
    PersonId,
    VideoId,
    Visibility,
)

FEW: Final = 500
"""Notes that are asked for by name; more are read with all of their video (SQLite takes 32,766 values)."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a note, by its place there. A `picture` may be shown; anything else is only ever saved."""

    position: int
    name: str
    size: int
    picture: bool
    key: str


@dataclass(frozen=True, slots=True)
class NoteSeen:
    """A note beside a draft. `at` are its frames there, None for an orphan; `was` those of draft `written_on`.

    `line` holds its words now, None where none does. `parent`: the note that it answers. One that was `deleted` has no
    words any more. `cue`: the one it was sent back for; `remade`: the number of the version made since that the draft
    shows there, 0 for none.
    """

    id: NoteId
    video: VideoId
    parent: NoteId | None
    where: Where
    at: Span | None
    was: Span
    written_on: int
    line: LineId | None
    quote: str
    body: str
    drawing: Mapping[str, Any] | None
    author: PersonId
    author_name: str
    visibility: Visibility
    blocks: bool
    owner: PersonId | None
    owner_name: str
    state: NoteState
    resolved_by: str
    resolved_at: datetime | None
    created_at: datetime
    edited_at: datetime | None
    deleted: bool
    mentions: Mapping[PersonId, str]
    files: tuple[Attached, ...]
    cue: CastingId | None
    remade: int


def notes_beside(tx: Transaction, draft_id: DraftId, *, internal: bool) -> tuple[NoteSeen, ...]:
    """Every note written on a draft or one before it, by when it was written; answers among them. Ten queries at most.

    `internal`: those that guests are not shown as well. A note that was deleted is there while somebody's answer is.
    """
    draft = beside(tx, draft_id)
    return notes_standing(tx, draft, stands(tx, draft, internal=internal))


def notes_standing(tx: Transaction, draft: Beside, wanted: Sequence[Stand]) -> tuple[NoteSeen, ...]:
    """What these notes say, in their order. Three queries."""
    ids = [one.id for one in wanted]
    of = NoteRow.id.in_(ids) if len(ids) <= FEW else NoteRow.video_id == draft.video
    found, mentions, files = _found(tx, draft, of), _named(tx, of), _attached(tx, of)
    return tuple(
        _seen(stand, found[stand.id], draft, mentions.get(stand.id, {}), tuple(files.get(stand.id, ())))
        for stand in wanted
    )


def note_seen(tx: Transaction, note_id: NoteId, *, internal: bool) -> NoteSeen:
    """A note beside the draft that it was written on.

    Raises:
        NotFound: there is none that may be shown.
    """
    draft = beside(tx, DraftId(row(tx, NoteRow, note_id).draft_id))
    stand = [one for one in stands(tx, draft, internal=internal, only=[note_id]) if one.id == note_id]
    if not stand:
        raise NotFound("there is no such note here", todo="go back and look again")
    return notes_standing(tx, draft, stand)[0]


@dataclass(frozen=True, slots=True)
class Returned:
    """A note with which an animation was sent back: who says what, on which frame of which draft."""

    id: NoteId
    author: str
    body: str
    draft: int
    frame: int


def notes_of_cues(tx: Transaction, castings: Collection[CastingId]) -> Mapping[CastingId, tuple[Returned, ...]]:
    """By cue, the open notes for which its animation is to be made again, oldest first. One query, none for no cue."""
    out: dict[CastingId, tuple[Returned, ...]] = dict.fromkeys(castings, ())
    if not castings:
        return out
    found = tx.execute(
        select(NoteCueRow.casting_id, NoteRow, PersonRow.name, DraftRow.number)
        .join(NoteCueRow, NoteCueRow.note_id == NoteRow.id)
        .join(PersonRow, PersonRow.id == NoteRow.author_id)
        .join(DraftRow, DraftRow.id == NoteRow.draft_id)
        .where(NoteCueRow.casting_id.in_(castings), NoteRow.state == "open", NoteRow.deleted_at.is_(None))
        .order_by(NoteRow.created_at, NoteRow.id)
    )
    for casting, note, author, number in found:
        out[CastingId(casting)] += (Returned(NoteId(note.id), author, note.body, number, note.start),)
    return out


def roots_of(tx: Transaction, notes: Collection[NoteId]) -> tuple[NoteId, ...]:
    """The notes that these are or answer, each once. One query."""
    found = tx.scalars(select(func.coalesce(NoteRow.parent_id, NoteRow.id)).where(NoteRow.id.in_(notes)).distinct())
    return tuple(NoteId(one) for one in found)


def _found(tx: Transaction, draft: Beside, of: ColumnElement[bool]) -> dict[NoteId, Any]:
    """What each note says, with the names around it. `line`: the one that has its words."""
    shows = aliased(DraftInputRow)
    author, owner, resolver, taker = aliased(PersonRow), aliased(PersonRow), aliased(PersonRow), aliased(ScriptLineRow)
    found = tx.execute(
        select(
            NoteRow.id,
            NoteRow.quote,
            NoteRow.body,
            NoteRow.drawing,
            NoteRow.author_id,
            NoteRow.visibility,
            NoteRow.owner_id,
            NoteRow.resolved_at,
            NoteRow.edited_at,
            DraftRow.number.label("written_on"),
            author.name.label("author"),
            func.coalesce(owner.name, "").label("owner"),
            func.coalesce(resolver.name, "").label("resolver"),
            case((ScriptLineRow.gone_in_id.is_(None), ScriptLineRow.name), else_=taker.name).label("line"),
            NoteCueRow.casting_id.label("cue"),
            func.coalesce(VersionRow.number, 0).label("remade"),
        )
        .join(DraftRow, DraftRow.id == NoteRow.draft_id)
        .join(author, author.id == NoteRow.author_id)
        .outerjoin(owner, owner.id == NoteRow.owner_id)
        .outerjoin(resolver, resolver.id == NoteRow.resolved_by_id)
        .outerjoin(ScriptLineRow, ScriptLineRow.id == NoteRow.line_id)
        .outerjoin(taker, taker.id == ScriptLineRow.merged_into_id)
        .outerjoin(NoteCueRow, NoteCueRow.note_id == NoteRow.id)
        .outerjoin(CastingRow, CastingRow.id == NoteCueRow.casting_id)
        .outerjoin(
            shows, and_(shows.draft_id == draft.id, shows.kind == "asset", shows.reference == CastingRow.reference)
        )
        .outerjoin(VersionRow, and_(VersionRow.id == shows.version_id, VersionRow.created_at > NoteCueRow.sent_at))
        .where(of)
    )
    return {NoteId(one.id): one for one in found}


def _seen(
    stand: Stand, one: Any, draft: Beside, mentions: Mapping[PersonId, str], files: tuple[Attached, ...]
) -> NoteSeen:
    return NoteSeen(
        id=stand.id,
        video=draft.video,
        parent=stand.parent,
        where=stand.where,
        at=stand.at,
        was=stand.was,
        written_on=one.written_on,
        line=None if one.line is None else LineId(one.line),
        quote=one.quote,
        body=one.body,
        drawing=one.drawing,
        author=PersonId(one.author_id),
        author_name=one.author,
        visibility=one.visibility,
        blocks=stand.blocks,
        owner=None if one.owner_id is None else PersonId(one.owner_id),
        owner_name=one.owner,
        state=stand.state,
        resolved_by=one.resolver,
        resolved_at=one.resolved_at,
        created_at=stand.created_at,
        edited_at=one.edited_at,
        deleted=stand.deleted,
        mentions=mentions,
        files=files,
        cue=None if one.cue is None else CastingId(one.cue),
        remade=one.remade,
    )


def _named(tx: Transaction, of: ColumnElement[bool]) -> Mapping[UUID, dict[PersonId, str]]:
    out: defaultdict[UUID, dict[PersonId, str]] = defaultdict(dict)
    found = tx.execute(
        select(NoteMentionRow.note_id, PersonRow.id, PersonRow.name)
        .join(PersonRow, PersonRow.id == NoteMentionRow.person_id)
        .join(NoteRow, NoteRow.id == NoteMentionRow.note_id)
        .where(of)
        .order_by(PersonRow.name)
    )
    for note_id, person, name in found:
        out[note_id][PersonId(person)] = name
    return out


def _attached(tx: Transaction, of: ColumnElement[bool]) -> Mapping[UUID, list[Attached]]:
    out: defaultdict[UUID, list[Attached]] = defaultdict(list)
    found = tx.execute(
        select(NoteFileRow, MediaRow)
        .join(MediaRow, MediaRow.id == NoteFileRow.media_id)
        .join(NoteRow, NoteRow.id == NoteFileRow.note_id)
        .where(of)
        .order_by(NoteFileRow.position)
    )
    for file, media in found:
        out[file.note_id].append(Attached(file.position, file.name, media.size or 0, file.picture, media.object_name))
    return out
