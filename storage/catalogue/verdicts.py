"""Verdicts on drafts and their lines: given, and what they come to by the policy of the course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, select

from pipeline.deciding import Decided, Verdict, decided, holding, together
from pipeline.errors import Clash, NotFound
from pipeline.script import LineId
from pipeline.spans import Span
from pipeline.values import Key
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftLineRow, DraftRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.tables.review import VerdictRow
from storage.catalogue.tables.script import LineTextRow, ScriptLineRow
from storage.catalogue.terms import CourseId, Decision, DraftId, PersonId, Verdicts, VideoId


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict that holds: whose, what, on which draft it was given, and when."""

    person: PersonId
    name: str
    decision: Decision
    comment: str
    draft: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LineDecided:
    """What is decided of a line, or of a whole draft. `waits`: the names of reviewers that it waits for.

    `text` is what the line says in that draft; empty for a whole draft.
    """

    state: Decided
    said: tuple[Said, ...]
    waits: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class DraftDecided:
    """What is decided of a draft: together, of it as a whole, and of each line that it shows, with its frames."""

    state: Decided
    policy: Verdicts
    whole: LineDecided
    lines: Mapping[LineId, tuple[Span, LineDecided]]


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
        course=CourseId(row(tx, VideoRow, found.video_id).course_id),
        video=VideoId(found.video_id),
        draft=found.number,
        line=line,
        person=str(person),
    )


def verdicts(tx: Transaction, draft_id: DraftId) -> DraftDecided:
    """What is decided of a draft that is done, verdicts on earlier and later drafts included as far as they hold.

    Five queries.

    Raises:
        Clash: it is not done.
    """
    found = row(tx, DraftRow, draft_id)
    if found.digest is None:
        raise Clash(f"draft {found.number} is {found.state}; there is nothing to decide", todo="wait until it is done")
    course = tx.scalars(
        select(CourseRow).join(VideoRow, VideoRow.course_id == CourseRow.id).where(VideoRow.id == found.video_id)
    ).one()
    reviewers = dict(
        tx.execute(
            select(PersonRow.id, PersonRow.name)
            .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
            .where(MembershipRow.course_id == course.id, MembershipRow.role == "reviewer", PersonRow.active)
            .order_by(PersonRow.name)
        ).all()
    )
    lines = tx.execute(
        select(DraftLineRow, ScriptLineRow.name, LineTextRow.text)
        .join(ScriptLineRow, ScriptLineRow.id == DraftLineRow.line_id)
        .join(
            LineTextRow,
            and_(LineTextRow.line_id == DraftLineRow.line_id, LineTextRow.revision_id == found.revision_id),
        )
        .where(DraftLineRow.draft_id == draft_id)
        .order_by(DraftLineRow.start)
    ).all()
    digests = {found.digest, *(one.digest for one, _, _ in lines)}
    given = tx.execute(
        select(VerdictRow, PersonRow.name, DraftRow.number)
        .join(PersonRow, PersonRow.id == VerdictRow.person_id)
        .join(DraftRow, DraftRow.id == VerdictRow.draft_id)
        .where(VerdictRow.video_id == found.video_id, VerdictRow.digest.in_(digests))
        .order_by(VerdictRow.id)
    ).all()
    of: dict[object, list[tuple[VerdictRow, str, int]]] = {}
    for verdict, name, number in given:
        of.setdefault(verdict.line_id, []).append((verdict, name, number))
    names = {PersonId(who): name for who, name in reviewers.items()}
    policy = course.verdicts
    whole = _decided(of.get(None, ()), Key(found.digest), names, policy)
    shown = {
        LineId(name): (
            Span(one.start, one.stop),
            replace(_decided(of.get(one.line_id, ()), Key(one.digest), names, policy), text=text),
        )
        for one, name, text in lines
    }
    state = together([line.state for _, line in shown.values()], whole.state)
    return DraftDecided(state, policy, whole, shown)


def _decided(
    given: Sequence[tuple[VerdictRow, str, int]], digest: Key, reviewers: Mapping[PersonId, str], policy: Verdicts
) -> LineDecided:
    rows = {one.id: (one, name, number) for one, name, number in given}
    last = holding((Verdict(PersonId(one.person_id), one.decision, Key(one.digest)) for one, _, _ in given), digest)
    state = decided(last, reviewers, policy)
    newest = {PersonId(one.person_id): one.id for one, _, _ in given if one.digest == digest}
    said = tuple(
        Said(PersonId(one.person_id), name, one.decision, one.comment, number, one.created_at)
        for one, name, number in (rows[newest[person]] for person in last)
    )
    waits = tuple(name for person, name in reviewers.items() if person not in last) if state == "waiting" else ()
    return LineDecided(state, said, waits)


def history_of_verdicts(tx: Transaction, video_id: VideoId) -> tuple[tuple[Said, LineId | None], ...]:
    """Every verdict ever given on a video, newest first, with its line; None for a whole draft. One query."""
    found = tx.execute(
        select(VerdictRow, PersonRow.name, DraftRow.number, ScriptLineRow.name)
        .join(PersonRow, PersonRow.id == VerdictRow.person_id)
        .join(DraftRow, DraftRow.id == VerdictRow.draft_id)
        .outerjoin(ScriptLineRow, ScriptLineRow.id == VerdictRow.line_id)
        .where(VerdictRow.video_id == video_id)
        .order_by(VerdictRow.id.desc())
    )
    out: list[tuple[Said, LineId | None]] = []
    for one, name, number, line in found:
        said = Said(PersonId(one.person_id), name, one.decision, one.comment, number, one.created_at)
        out.append((said, None if one.line_id is None else LineId(line)))
    return tuple(out)


def set_policy(tx: Transaction, course_id: CourseId, policy: Verdicts) -> None:
    """Says by which policy lines of a course are approved; what was decided stays, and is read by it."""
    found = row(tx, CourseRow, course_id, lock=True)
    found.verdicts = policy
    tx.tell("course.verdicts", course_id, course=course_id, code=found.code, policy=policy)
