"""The notes of a draft as they leave the room: each with its answers, in the order of the film."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from pipeline.markers import Answer, Marked, Marker
from pipeline.spans import Span
from storage.catalogue.courses import video
from storage.catalogue.drafts import Drafted, shown
from storage.catalogue.engine import Transaction
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.review import NoteRow
from storage.catalogue.tables.script import LineTextRow
from storage.catalogue.terms import DraftId


@dataclass(frozen=True, slots=True)
class Said:
    """A note with what was drawn over its first frame, as it is kept (JSON data); None where nothing was."""

    marker: Marker
    drawing: dict[str, Any] | None


def said_of(tx: Transaction, draft: DraftId, *, internal: bool) -> tuple[Said, ...]:
    """The notes of a draft, in the order of the film. `internal`: those that guests are not shown as well. One query.

    The line of each has the number and the words that it has in the script of that draft.
    """
    wanted = (
        select(NoteRow, PersonRow.name, LineTextRow.position, LineTextRow.text)
        .join(DraftRow, DraftRow.id == NoteRow.draft_id)
        .join(PersonRow, PersonRow.id == NoteRow.author_id)
        .outerjoin(
            LineTextRow,
            and_(LineTextRow.line_id == NoteRow.line_id, LineTextRow.revision_id == DraftRow.revision_id),
        )
        .where(NoteRow.draft_id == draft)
        .order_by(NoteRow.created_at, NoteRow.id)
    )
    if not internal:
        wanted = wanted.where(NoteRow.visibility == "public")
    found = tx.execute(wanted).all()
    answers: dict[UUID, list[Answer]] = {}
    for note, author, _, _ in found:
        if note.parent_id is not None:
            answers.setdefault(note.parent_id, []).append(Answer(author, note.body))
    said = [
        Said(
            Marker(
                Span(note.start, note.stop),
                note.body,
                author,
                position,
                text or "",
                note.blocks,
                note.state == "resolved",
                tuple(answers.get(note.id, ())),
            ),
            note.drawing,
        )
        for note, author, position, text in found
        if note.parent_id is None
    ]
    return tuple(sorted(said, key=lambda one: one.marker.span))


@dataclass(frozen=True, slots=True)
class Leaving:
    """A draft about to leave: what it is called, its film's facts, its notes. `called`: how its files are named."""

    film: Marked
    title: str
    called: str
    drawings: tuple[dict[str, Any] | None, ...] = field(default=())


def leaving(tx: Transaction, drafted: Drafted, *, internal: bool, start: int = 0) -> Leaving:
    """A draft with its notes. `start`: the number that timecode gives its first frame. Three queries.

    Raises:
        Clash: the draft is not done.
    """
    of, timeline = video(tx, drafted.video), shown(tx, drafted.id).timeline
    said = said_of(tx, drafted.id, internal=internal)
    called = f"{of.code}-{drafted.number}"
    markers = tuple(one.marker for one in said)
    film = Marked(called, f"{called}.mp4", timeline.rate, timeline.frames, timeline.size, markers, start)
    return Leaving(film, of.title, called, tuple(one.drawing for one in said))
