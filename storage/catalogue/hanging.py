"""Where all notes of a video stand beside a draft, with as much of each as they are chosen and ordered by."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, case, null, select, type_coerce

from pipeline.errors import NotFound
from pipeline.hanging import Hung, standings
from pipeline.spans import Span
from pipeline.timeline import Timeline
from pipeline.values import from_json
from storage.catalogue.carrying import places
from storage.catalogue.engine import Transaction
from storage.catalogue.tables.base import DATA
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.review import NoteMentionRow, NoteRow
from storage.catalogue.terms import DraftId, NoteId, NoteState, PersonId, RevisionId, VideoId

Where = Literal["here", "carried", "orphan"]
"""It was written on this draft; its words were found in it; it has none of them."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A draft that notes are read beside."""

    id: DraftId
    video: VideoId
    number: int
    revision: RevisionId


@dataclass(frozen=True, slots=True)
class Stand:
    """A note beside a draft, without what it says. `at`: its frames there, None for an orphan; `was` those it was put
    on. `people`: who wrote it, answers for it, or is named in it. One that is `deleted` stands for its answers.
    """  # noqa: D205 (one sentence, too long for a line)

    id: NoteId
    parent: NoteId | None
    where: Where
    at: Span | None
    was: Span
    people: frozenset[PersonId]
    blocks: bool
    state: NoteState
    created_at: datetime
    deleted: bool


def beside(tx: Transaction, draft_id: DraftId) -> Beside:
    """The draft of that id. One query.

    Raises:
        NotFound: there is none.
    """
    found = tx.execute(
        select(DraftRow.id, DraftRow.video_id, DraftRow.number, DraftRow.revision_id).where(DraftRow.id == draft_id)
    ).one_or_none()
    if found is None:
        raise NotFound(f"the catalogue has no draft {draft_id}", todo="look it up again")
    return Beside(DraftId(found[0]), VideoId(found[1]), found[2], RevisionId(found[3]))


def stands(
    tx: Transaction, draft: Beside, *, internal: bool, only: Collection[NoteId] | None = None
) -> tuple[Stand, ...]:
    """Every note written on a draft or one before it, by when it was written; answers among them. Six queries at most.

    `internal`: those that guests are not shown as well. `only`: those notes alone, with their answers. A note that was
    deleted is there while somebody's answer to it is.
    """
    wanted: list[ColumnElement[bool]] = [NoteRow.video_id == draft.video, DraftRow.number <= draft.number]
    if not internal:
        wanted.append(NoteRow.visibility == "public")
    if only is not None:
        wanted.append(NoteRow.id.in_(only) | NoteRow.parent_id.in_(only))
    found = tx.execute(
        select(
            NoteRow.id,
            NoteRow.parent_id,
            NoteRow.draft_id,
            NoteRow.start,
            NoteRow.stop,
            NoteRow.author_id,
            NoteRow.owner_id,
            NoteRow.blocks,
            NoteRow.state,
            NoteRow.created_at,
            NoteRow.deleted_at,
            DraftRow.revision_id,
            type_coerce(case((NoteRow.draft_id == draft.id, null()), else_=NoteRow.hung), DATA).label("hung"),
        )
        .join(DraftRow, DraftRow.id == NoteRow.draft_id)
        .where(*wanted)
        .order_by(NoteRow.created_at, NoteRow.id)
    ).all()
    answered = {one.parent_id for one in found if one.deleted_at is None}
    shown = [one for one in found if one.deleted_at is None or one.id in answered]
    named = _named(tx, draft.video)
    elsewhere = _elsewhere(tx, draft, shown)
    return tuple(_stand(one, draft, named, elsewhere) for one in shown)


def _stand(
    one: Any, draft: Beside, named: Mapping[UUID, frozenset[PersonId]], elsewhere: Mapping[UUID, Span | None]
) -> Stand:
    was = Span(one.start, one.stop)
    at = was if one.draft_id == draft.id else elsewhere.get(one.id)
    own = {PersonId(one.author_id)} if one.owner_id is None else {PersonId(one.author_id), PersonId(one.owner_id)}
    return Stand(
        id=NoteId(one.id),
        parent=None if one.parent_id is None else NoteId(one.parent_id),
        where="here" if one.draft_id == draft.id else "orphan" if at is None else "carried",
        at=at,
        was=was,
        people=named.get(one.id, frozenset()) | own,
        blocks=one.blocks,
        state=one.state,
        created_at=one.created_at,
        deleted=one.deleted_at is not None,
    )


def _elsewhere(tx: Transaction, draft: Beside, found: Sequence[Any]) -> dict[UUID, Span | None]:
    """Where each note that was written on another draft stands in this one."""
    of_revision: defaultdict[RevisionId, list[Any]] = defaultdict(list)
    for one in found:
        if one.hung is not None:
            of_revision[RevisionId(one.revision_id)].append(one)
    said = tx.execute(select(DraftRow.timeline).where(DraftRow.id == draft.id)).scalar() if of_revision else None
    if said is None:
        return {}
    timeline = from_json(Timeline, said)
    now = places(tx, draft.video, of_revision, draft.revision)
    out: dict[UUID, Span | None] = {}
    for revision, some in of_revision.items():
        stand = standings([from_json(Hung, one.hung) for one in some], now[revision], timeline)
        out |= dict(zip((one.id for one in some), stand, strict=True))
    return out


def _named(tx: Transaction, video: VideoId) -> dict[UUID, frozenset[PersonId]]:
    found = tx.execute(
        select(NoteMentionRow.note_id, NoteMentionRow.person_id)
        .join(NoteRow, NoteRow.id == NoteMentionRow.note_id)
        .where(NoteRow.video_id == video)
    )
    out: defaultdict[UUID, set[PersonId]] = defaultdict(set)
    for note, person in found:
        out[note].add(PersonId(person))
    return {note: frozenset(people) for note, people in out.items()}
