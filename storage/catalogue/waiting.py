"""What blocks a video, and what waits for a person: facts with an owner, a date, and something to link to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Subquery, and_, select, union_all

from pipeline.script import LineId
from pipeline.words import Words
from storage.catalogue.current import last_revision
from storage.catalogue.engine import Transaction
from storage.catalogue.facts import Code, Of, Subject, asked, errands, facts
from storage.catalogue.rows import row
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.script import LineTextRow, ScriptLineRow
from storage.catalogue.terms import CourseId, PersonId, VideoId


@dataclass(frozen=True, slots=True)
class Waits:
    """One fact that a video waits for.

    `what` and `detail` fill its sentence in; `many` counts what it stands for. `subject` and `subject_id` are what to
    link to. `line` and `number` (as people count) are of the last script, None when it has no such line.
    """

    code: Code
    course_id: CourseId
    course: str
    video: VideoId
    video_code: str
    owner: PersonId | None
    owner_name: str
    due: date | None
    line: LineId | None
    number: int | None
    what: str
    detail: str
    many: int
    subject: Subject
    subject_id: UUID


def blockers(tx: Transaction, video: VideoId) -> tuple[Waits, ...]:
    """Everything that keeps a video from being done, soonest due first. One query.

    Raises:
        NotFound: there is no such video.
    """
    row(tx, VideoRow, video)
    return _found(tx, _statement("video"), {"video": video})


def waiting(tx: Transaction, person: PersonId) -> tuple[Waits, ...]:
    """Everything that waits for a person, in all courses that go on, soonest due first. One query.

    Raises:
        NotFound: there is no such person.
    """
    row(tx, PersonRow, person)
    return _found(tx, _statement("person"), {"person": person})


def sentence(waits: Waits, words: Words) -> str:
    """The fact in words, with its owner and date when it has them."""
    number = waits.number if waits.number is not None else words.say("waits.nowhere")
    fields = {"n": waits.many, "what": waits.what, "detail": waits.detail, "number": number}
    said = fact_in_words(waits.code, fields, words)
    by = [words.say("waits.owner", name=waits.owner_name)] if waits.owner is not None else []
    by += [words.say("waits.due", date=waits.due.isoformat())] if waits.due is not None else []
    return f"{said} ({', '.join(by)})" if by else said


def fact_in_words(code: str, fields: Mapping[str, object], words: Words) -> str:
    """What is lacking, in words: `n`, `what`, `detail` and `number` fill it in."""
    what = fields["what"] if code != "stage-due" else words.say(f"stage.{fields['what']}")
    return words.say(f"waits.{code}", **{**fields, "what": what})


@cache
def _statement(of: Of) -> Select[*tuple[Any, ...]]:
    """Built once, since building takes longer than asking."""
    return named(everything(of))


def everything(of: Of) -> Subquery:
    """All facts at once: the columns of `facts.asked`."""
    wanted = facts() if of == "video" else (*facts(), *errands())
    return union_all(*(query for fact in wanted for query in asked(fact, of))).subquery("fact")


def named(found: Subquery) -> Select[*tuple[Any, ...]]:
    """Facts with the names and numbers that a sentence says, soonest due first."""
    said = LineTextRow
    soonest = (found.c.due.is_(None), found.c.due, VideoRow.id)
    return (
        select(
            found,
            CourseRow.id.label("course_id"),
            CourseRow.code.label("course_code"),
            VideoRow.code.label("video_code"),
            PersonRow.name.label("owner_name"),
            ScriptLineRow.name.label("line_name"),
            said.position,
        )
        .join(VideoRow, VideoRow.id == found.c.video_id)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .outerjoin(PersonRow, PersonRow.id == found.c.owner_id)
        .outerjoin(ScriptLineRow, ScriptLineRow.id == found.c.line_id)
        .outerjoin(said, and_(said.line_id == found.c.line_id, said.revision_id == last_revision(found.c.video_id)))
        .order_by(*soonest, said.position.is_not(None), said.position, found.c.code, found.c.subject_id)
    )


def _found(tx: Transaction, statement: Select[*tuple[Any, ...]], values: dict[str, UUID]) -> tuple[Waits, ...]:
    return tuple(as_waits(one) for one in tx.execute(statement, values))


def as_waits(one: Row[Any]) -> Waits:
    """One row of `named`."""
    return Waits(
        code=one.code,
        course_id=CourseId(one.course_id),
        course=one.course_code,
        video=VideoId(one.video_id),
        video_code=one.video_code,
        owner=None if one.owner_id is None else PersonId(one.owner_id),
        owner_name=one.owner_name or "",
        due=one.due,
        line=None if one.line_name is None else LineId(one.line_name),
        number=one.position,
        what=one.what,
        detail=one.detail,
        many=one.many,
        subject=one.subject,
        subject_id=one.subject_id,
    )
