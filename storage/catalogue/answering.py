"""Who answers for a stage of a video: whom it is given to by name, else whoever has the role for it."""

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from storage.catalogue.tables.course import CourseRow, DueRow, VideoRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.terms import Role, Stage

PERSON = bindparam("person", type_=Uuid())


def going() -> ColumnElement[bool]:
    """Videos that people still work on."""
    course = select(CourseRow.id).where(CourseRow.archived_at.is_(None), CourseRow.id == VideoRow.course_id)
    return and_(VideoRow.stage != literal_column("'published'"), course.correlate(VideoRow).exists())


ANSWERS: Final[dict[Stage, Role]] = {
    "script": "writer",
    "filmed": "director",
    "motion": "motion",
    "draft": "director",
    "review": "reviewer",
    "final": "director",
}
"""Who answers for a stage of a video as long as nobody is named for it; admins of the course do so for all."""


@cache
def theirs() -> CTE:
    """The stages that a person answers for, of videos that go on: found once, however many facts start from them.

    They are named for them, or nobody is and it is of their role; an admin of the studio has those of courses in which
    nobody has a role yet.
    """
    named = (
        select(DueRow.video_id, DueRow.stage, DueRow.owner_id, DueRow.due)
        .join(VideoRow, VideoRow.id == DueRow.video_id)
        .where(DueRow.owner_id == PERSON, going())
    )
    names = select(func.count(DueRow.owner_id)).where(DueRow.video_id == VideoRow.id, DueRow.stage.in_(ANSWERS))
    some = names.scalar_subquery() < len(ANSWERS)
    unnamed = select(VideoRow.id, VideoRow.course_id).where(some, going()).cte("unnamed")
    everyone = [_open_to(unnamed, stage, role) for stage, role in ANSWERS.items()]
    return union_all(named, *everyone).cte("theirs")


def _open_to(unnamed: CTE, stage: Stage, role: Role) -> Select[*tuple[Any, ...]]:
    """A stage of the videos for which nobody is named, of courses in which the person has the role for it."""
    of_course = MembershipRow.course_id == unnamed.c.course_id
    has_role = select(MembershipRow.id).where(
        of_course, MembershipRow.person_id == PERSON, MembershipRow.role.in_((role, "admin"))
    )
    alone = and_(
        select(PersonRow.id).where(PersonRow.id == PERSON, PersonRow.admin).exists(),
        ~select(MembershipRow.id).where(of_course).exists(),
    )
    name: ColumnElement[Any] = literal_column(f"'{stage}'", String(16))
    set_for = select(DueRow.due).where(DueRow.video_id == unnamed.c.id, DueRow.stage == name)
    named = set_for.where(DueRow.owner_id.is_not(None)).exists()
    return select(unnamed.c.id, name, cast(null(), Uuid()), set_for.scalar_subquery()).where(
        or_(has_role.exists(), alone), ~named
    )
