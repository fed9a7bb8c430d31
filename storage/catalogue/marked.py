"""The notes of a draft as they leave the room: each with its answers, in the order of the film."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from pipeline.drawings import Drawing, drawing
from pipeline.markers import Answer, Marked, Marker
from pipeline.script import LineId
from storage.catalogue.courses import video
from storage.catalogue.drafts import Drafted, shown
from storage.catalogue.engine import Transaction
from storage.catalogue.noting import NoteSeen, notes_beside
from storage.catalogue.tables.script import LineTextRow, ScriptLineRow
from storage.catalogue.terms import NoteId, RevisionId


@dataclass(frozen=True, slots=True)
class Said:
    """A note with what was drawn over its first frame; None where nothing was."""

    marker: Marker
    drawing: Drawing | None


def said_of(tx: Transaction, drafted: Drafted, *, internal: bool) -> tuple[Said, ...]:
    """The notes that are on frames of a draft, in the order of the film. Ten queries.

    Those written on it, and of those written on drafts before it the open ones whose words it has. `internal`: those
    that guests are not shown as well. The line of each has the number and the words of that draft's script.
    """
    found = notes_beside(tx, drafted.id, internal=internal)
    answers: defaultdict[NoteId | None, list[Answer]] = defaultdict(list)
    for one in found:
        if not one.deleted:
            answers[one.parent].append(Answer(one.author_name, one.body))
    lines = _lines(tx, drafted.revision)
    said = [_said(one, lines, tuple(answers[one.id])) for one in found if one.parent is None]
    return tuple(sorted((one for one in said if one is not None), key=lambda one: one.marker.span))


def _said(note: NoteSeen, lines: dict[LineId, tuple[int, str]], answers: tuple[Answer, ...]) -> Said | None:
    settled = note.state == "resolved"
    if note.at is None or note.deleted or (settled and note.where != "here"):
        return None
    number, text = lines.get(note.line, (None, "")) if note.line is not None else (None, "")
    marker = Marker(note.at, note.body, note.author_name, number, text, note.blocks, settled, answers)
    return Said(marker, None if note.drawing is None else drawing(note.drawing))


def _lines(tx: Transaction, revision: RevisionId) -> dict[LineId, tuple[int, str]]:
    """The number and the words of each line of a revision. One query."""
    found = tx.execute(
        select(ScriptLineRow.name, LineTextRow.position, LineTextRow.text)
        .join(LineTextRow, LineTextRow.line_id == ScriptLineRow.id)
        .where(LineTextRow.revision_id == revision)
    )
    return {LineId(name): (position, text) for name, position, text in found}


@dataclass(frozen=True, slots=True)
class Leaving:
    """A draft about to leave: its title, how its files are called, its film with its notes, and their drawings."""

    title: str
    called: str
    film: Marked
    drawings: tuple[Drawing | None, ...]


def leaving(tx: Transaction, drafted: Drafted, *, internal: bool, start: int = 0) -> Leaving:
    """A draft with its notes. `start`: the number that timecode gives its first frame. Twelve queries.

    Raises:
        Clash: the draft is not done.
    """
    of, timeline = video(tx, drafted.video), shown(tx, drafted.id).timeline
    said = said_of(tx, drafted, internal=internal)
    called = f"{of.code}-{drafted.number}"
    markers = tuple(one.marker for one in said)
    film = Marked(called, f"{called}.mp4", timeline.rate, timeline.frames, timeline.size, markers, start)
    return Leaving(of.title, called, film, tuple(one.drawing for one in said))
