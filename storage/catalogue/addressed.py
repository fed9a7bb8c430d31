"""Notes that name somebody, are given to them or answer theirs: told to them alone by e-mail, once, if they may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import aliased

from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.log import Event
from storage.catalogue.occasions import Told
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.tables.review import NoteMentionRow, NoteRow
from storage.catalogue.tables.telling import MailItemRow, MailRow
from storage.catalogue.terms import CourseId, PersonId

NAMING: Final = frozenset({"note.added", "note.answered", "note.edited"})
GIVING: Final = frozenset({"note.added", "note.assigned"})
ANSWERING: Final = "note.answered"
AGAIN: Final = "note.open"
"""A note that was resolved and is open again is told once more to whoever answers for it."""
WAITS: Final = "waits.note-open"


@dataclass(frozen=True, slots=True)
class _Note:
    """A note, the number of its draft, its video and the code of its course. `asked`: who wrote what it answers."""

    row: NoteRow
    draft: int
    video: VideoRow
    course: str
    asked: UUID | None

    @property
    def path(self) -> str:
        """The page that shows it on its frame."""
        at = f"/videos/{quote(self.course, safe='')}/{quote(self.video.code, safe='')}/drafts/{self.draft}"
        return f"{at}?f={self.row.start}&note={self.row.parent_id or self.row.id}#note-{self.row.id}"


@dataclass(frozen=True, slots=True)
class _Notes:
    """Notes as they now are, and who is around them. `members` of their courses see all of them, nobody else does."""

    found: Mapping[UUID, _Note]
    named: Mapping[UUID, Sequence[PersonId]]
    members: frozenset[tuple[UUID, UUID]]
    names: Mapping[UUID, str] = field(default_factory=dict[UUID, str])

    def sees(self, person: UUID, note: UUID) -> bool:
        """Whether a note is still there, and for that person to see."""
        return note in self.found and (person, self.found[note].video.course_id) in self.members


def notes_told(tx: Transaction, happened: Iterable[Event]) -> tuple[Told, ...]:
    """What these events tell of notes, in order: whom they name, to whom they are given, whose note they answer.

    Five queries at most.

    Nobody is told of what they did themselves, nor twice that a note names them or is theirs, whatever was changed in
    it meanwhile.
    """
    wanted = [one for one in happened if one.kind in NAMING | GIVING | {AGAIN}]
    if not wanted:
        return ()
    notes = _notes(tx, {one.subject for one in wanted}, {one.by for one in wanted if one.by is not None})
    known = _known(tx, notes)
    out: list[Told] = []
    for event in wanted:
        if event.subject not in notes.found:
            continue
        for person, said in _addressed(event, notes).items():
            about = f"{said} {event.subject.hex}" + (f" {event.id}" if event.kind == AGAIN else "")
            if (person, about) not in known and person != event.by and notes.sees(person, event.subject):
                known.add((person, about))
                out.append(_told(event, person, said, about, notes))
    return tuple(out)


def without_notes(tx: Transaction, waits: Sequence[tuple[Told, UUID]]) -> Iterable[Told]:
    """What waits for people, each with what it is about. A note's leads to the note itself.

    No e-mail has it where its person is told of the note already, wrote it, or may not see it. Three queries at most.
    """
    about = {subject for one, subject in waits if one.said == WAITS}
    notes = _notes(tx, about, set()) if about else _Notes({}, {}, frozenset())
    for one, subject in waits:
        if one.said != WAITS or subject not in notes.found:
            yield one
            continue
        note = notes.found[subject].row
        known = {note.author_id, note.owner_id, *notes.named.get(subject, ())}
        mailed = all(who not in known and notes.sees(who, subject) for who in one.to)
        yield replace(one, path=notes.found[subject].path, mailed=mailed)


def drop_untrue(tx: Transaction) -> None:
    """Takes out of the e-mails that were not sent yet what tells of notes that are deleted, settled or not theirs now.

    An e-mail that told nothing else is never sent. Five queries at most, one where no note waits to be told.
    """
    untold = (
        select(MailItemRow.id, MailItemRow.person_id, MailItemRow.about, MailItemRow.mail_id)
        .outerjoin(MailRow, MailRow.id == MailItemRow.mail_id)
        .where(MailItemRow.kind == "note", (MailItemRow.mail_id.is_(None)) | (MailRow.state == "waiting"))
    )
    found = [(item, who, *_about(about), mail) for item, who, about, mail in tx.execute(untold)]
    if not found:
        return
    notes = _notes(tx, {note for _, _, _, note, _ in found}, set())
    gone = {item: mail for item, who, said, note, mail in found if not _still(notes, who, said, note)}
    if not gone:
        return
    tx.execute(delete(MailItemRow).where(MailItemRow.id.in_(gone)), execution_options=QUIET)
    mails = {mail for mail in gone.values() if mail is not None}
    told = select(MailItemRow.mail_id).where(MailItemRow.mail_id.in_(mails))
    if empty := mails - set(tx.scalars(told)):
        tx.execute(delete(MailRow).where(MailRow.id.in_(empty)), execution_options=QUIET)


def _still(notes: _Notes, person: UUID, said: str, note: UUID) -> bool:
    """Whether what was to be told to somebody of a note is still so."""
    if not notes.sees(person, note):
        return False
    if said == "answered":
        return True
    if said == "named":
        return person in notes.named.get(note, ())
    of = notes.found[note].row
    return of.owner_id == person and of.state == "open"


def _addressed(event: Event, notes: _Notes) -> dict[PersonId, str]:
    """To whom an event is told, and as what, each in one way: given before named before answered."""
    note, asked = notes.found[event.subject].row, notes.found[event.subject].asked
    out: dict[PersonId, str] = {}
    if event.kind == ANSWERING and asked is not None:
        out[PersonId(asked)] = "answered"
    if event.kind in NAMING:
        out |= dict.fromkeys(notes.named.get(event.subject, ()), "named")
    if event.kind in GIVING | {AGAIN} and note.owner_id is not None:
        out[PersonId(note.owner_id)] = "again" if event.kind == AGAIN else "given"
    return out


def _told(event: Event, person: PersonId, said: str, about: str, notes: _Notes) -> Told:
    note = notes.found[event.subject]
    by = notes.names.get(event.by or note.row.author_id, "")
    fields: dict[str, str | int] = {"by": by, "title": note.video.title, "number": note.draft, "what": note.row.body}
    return Told(
        event=event.id,
        at=event.at,
        kind="note",
        said=f"told.note-{said}",
        fields=fields,
        courses=frozenset({CourseId(note.video.course_id)}),
        course=note.course,
        video=note.video.code,
        path=note.path,
        to=frozenset({person}),
        about=about,
    )


def _about(about: str) -> tuple[str, UUID]:
    said, note = about.split(" ")[:2]
    return said, UUID(note)


def _known(tx: Transaction, notes: _Notes) -> set[tuple[PersonId, str]]:
    """Who was told already, or will be, that a note names them, is theirs or answers them."""
    people = {who for some in notes.named.values() for who in some}
    around = [who for one in notes.found.values() for who in (one.row.owner_id, one.asked)]
    people |= {PersonId(who) for who in around if who is not None}
    abouts = [f"{said} {note.hex}" for note in notes.found for said in ("named", "given", "answered")]
    found = select(MailItemRow.person_id, MailItemRow.about).where(
        MailItemRow.person_id.in_(people), MailItemRow.kind == "note", MailItemRow.about.in_(abouts)
    )
    return {(PersonId(who), about) for who, about in tx.execute(found)}


def _notes(tx: Transaction, ids: set[UUID], people: set[PersonId]) -> _Notes:
    answered = aliased(NoteRow)
    rows = tx.execute(
        select(NoteRow, DraftRow.number, VideoRow, CourseRow.code, answered.author_id)
        .join(DraftRow, DraftRow.id == NoteRow.draft_id)
        .join(VideoRow, VideoRow.id == NoteRow.video_id)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .outerjoin(answered, answered.id == NoteRow.parent_id)
        .where(NoteRow.id.in_(ids), NoteRow.deleted_at.is_(None))
    )
    found = {note.id: _Note(note, number, video, course, asked) for note, number, video, course, asked in rows}
    named: dict[UUID, list[PersonId]] = {}
    mentions = select(NoteMentionRow.note_id, NoteMentionRow.person_id).where(NoteMentionRow.note_id.in_(found))
    for note, person in tx.execute(mentions):
        named.setdefault(note, []).append(PersonId(person))
    courses = {one.video.course_id for one in found.values()}
    of = select(MembershipRow.person_id, MembershipRow.course_id).where(MembershipRow.course_id.in_(courses))
    members = frozenset((person, course) for person, course in tx.execute(of))
    who = people | {one.row.author_id for one in found.values()}
    names = dict(tx.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(who))).all())
    return _Notes(found, named, members, names)
