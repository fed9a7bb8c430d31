"""Notes as they are read beside a draft: each where its words stand there, with its answers, files and people."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from pipeline.errors import NotFound
from pipeline.hanging import Hung, standings
from pipeline.script import LineId
from pipeline.spans import Span
from pipeline.timeline import Timeline
from pipeline.values import from_json
from storage.catalogue.carrying import places
from storage.catalogue.engine import Transaction
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
    RevisionId,
    VideoId,
    Visibility,
)

Where = Literal["here", "carried", "orphan"]
"""It was written on this draft; its words were found in it; it has none of them."""


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


def notes_beside(
    tx: Transaction, draft_id: DraftId, *, internal: bool, only: NoteId | None = None
) -> tuple[NoteSeen, ...]:
    """Every note written on a draft or one before it, by when it was written; answers among them. Nine queries.

    `internal`: those that guests are not shown as well. `only`: that note alone, with its answers. A note that was
    deleted is there while somebody's answer to it is.
    """
    draft = row(tx, DraftRow, draft_id)
    wanted: list[ColumnElement[bool]] = [NoteRow.video_id == draft.video_id, DraftRow.number <= draft.number]
    if not internal:
        wanted.append(NoteRow.visibility == "public")
    if only is not None:
        wanted.append(or_(NoteRow.id == only, NoteRow.parent_id == only))
    found = _found(tx, draft.id, wanted)
    stand = _standing(tx, draft, found)
    seen = _seen(tx, draft, found, stand)
    answered = {one.parent for one in seen if not one.deleted}
    return tuple(one for one in seen if not one.deleted or one.id in answered)


def note_seen(tx: Transaction, note_id: NoteId, *, internal: bool) -> NoteSeen:
    """A note beside the draft that it was written on.

    Raises:
        NotFound: there is none that may be shown.
    """
    of = row(tx, NoteRow, note_id)
    seen = notes_beside(tx, DraftId(of.draft_id), internal=internal, only=note_id)
    found = next((one for one in seen if one.id == note_id), None)
    if found is None:
        raise NotFound("there is no such note here", todo="go back and look again")
    return found


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


def root_of(tx: Transaction, note_id: NoteId) -> NoteId:
    """The note that this one answers; itself where it answers none."""
    return NoteId(row(tx, NoteRow, note_id).parent_id or note_id)


@dataclass(frozen=True, slots=True)
class _Found:
    """A note with the number and revision of its draft, and the names around it. `line`: the one with its words."""

    note: NoteRow
    number: int
    revision: RevisionId
    author: str
    owner: str
    resolver: str
    line: str | None
    cue: UUID | None
    remade: int


def _found(tx: Transaction, beside: UUID, wanted: Sequence[ColumnElement[bool]]) -> list[_Found]:
    shows = aliased(DraftInputRow)
    author, owner, resolver, taker = aliased(PersonRow), aliased(PersonRow), aliased(PersonRow), aliased(ScriptLineRow)
    found = tx.execute(
        select(
            NoteRow,
            DraftRow.number,
            DraftRow.revision_id,
            author.name,
            func.coalesce(owner.name, ""),
            func.coalesce(resolver.name, ""),
            case((ScriptLineRow.gone_in_id.is_(None), ScriptLineRow.name), else_=taker.name),
            NoteCueRow.casting_id,
            func.coalesce(VersionRow.number, 0),
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
            shows, and_(shows.draft_id == beside, shows.kind == "asset", shows.reference == CastingRow.reference)
        )
        .outerjoin(VersionRow, and_(VersionRow.id == shows.version_id, VersionRow.created_at > NoteCueRow.sent_at))
        .where(*wanted)
        .order_by(NoteRow.created_at, NoteRow.id)
    )
    return [
        _Found(note, number, RevisionId(revision), wrote, owns, settled, line, cue, remade)
        for note, number, revision, wrote, owns, settled, line, cue, remade in found
    ]


def _standing(tx: Transaction, draft: DraftRow, found: Sequence[_Found]) -> dict[UUID, Span | None]:
    """Where each note stands in the draft; those that were written on it stand where they were put."""
    out = {one.note.id: Span(one.note.start, one.note.stop) if one.note.draft_id == draft.id else None for one in found}
    elsewhere = [one for one in found if one.note.draft_id != draft.id and one.note.hung is not None]
    if not elsewhere or draft.timeline is None:
        return out
    timeline = from_json(Timeline, draft.timeline)
    of_revision: defaultdict[RevisionId, list[NoteRow]] = defaultdict(list)
    for one in elsewhere:
        of_revision[one.revision].append(one.note)
    now = places(tx, VideoId(draft.video_id), of_revision, RevisionId(draft.revision_id))
    for revision, some in of_revision.items():
        stand = standings([from_json(Hung, note.hung) for note in some], now[revision], timeline)
        out |= dict(zip((note.id for note in some), stand, strict=True))
    return out


def _seen(
    tx: Transaction, draft: DraftRow, found: Sequence[_Found], stand: Mapping[UUID, Span | None]
) -> tuple[NoteSeen, ...]:
    mentions, files = _named(tx, draft.video_id), _attached(tx, draft.video_id)
    return tuple(
        NoteSeen(
            id=NoteId(note.id),
            video=VideoId(note.video_id),
            parent=None if note.parent_id is None else NoteId(note.parent_id),
            where="here" if note.draft_id == draft.id else "orphan" if stand[note.id] is None else "carried",
            at=stand[note.id],
            was=Span(note.start, note.stop),
            written_on=one.number,
            line=None if one.line is None else LineId(one.line),
            quote=note.quote,
            body=note.body,
            drawing=note.drawing,
            author=PersonId(note.author_id),
            author_name=one.author,
            visibility=note.visibility,
            blocks=note.blocks,
            owner=None if note.owner_id is None else PersonId(note.owner_id),
            owner_name=one.owner,
            state=note.state,
            resolved_by=one.resolver,
            resolved_at=note.resolved_at,
            created_at=note.created_at,
            edited_at=note.edited_at,
            deleted=note.deleted_at is not None,
            mentions=mentions[note.id],
            files=tuple(files[note.id]),
            cue=None if one.cue is None else CastingId(one.cue),
            remade=one.remade,
        )
        for one in found
        for note in (one.note,)
    )


def _named(tx: Transaction, video_id: UUID) -> Mapping[UUID, dict[PersonId, str]]:
    out: defaultdict[UUID, dict[PersonId, str]] = defaultdict(dict)
    found = tx.execute(
        select(NoteMentionRow.note_id, PersonRow.id, PersonRow.name)
        .join(PersonRow, PersonRow.id == NoteMentionRow.person_id)
        .join(NoteRow, NoteRow.id == NoteMentionRow.note_id)
        .where(NoteRow.video_id == video_id)
        .order_by(PersonRow.name)
    )
    for note_id, person, name in found:
        out[note_id][PersonId(person)] = name
    return out


def _attached(tx: Transaction, video_id: UUID) -> Mapping[UUID, list[Attached]]:
    out: defaultdict[UUID, list[Attached]] = defaultdict(list)
    found = tx.execute(
        select(NoteFileRow, MediaRow)
        .join(MediaRow, MediaRow.id == NoteFileRow.media_id)
        .join(NoteRow, NoteRow.id == NoteFileRow.note_id)
        .where(NoteRow.video_id == video_id)
        .order_by(NoteFileRow.position)
    )
    for file, media in found:
        out[file.note_id].append(Attached(file.position, file.name, media.size or 0, file.picture, media.object_name))
    return out
