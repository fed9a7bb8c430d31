"""What a motion designer owes, over all courses: each cue that needs an animation, the most pressing first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from pipeline.script import LineId
from pipeline.values import Key
from storage.catalogue.briefs import its_file, newest, newest_of_casting, owed_condition
from storage.catalogue.current import last_revision
from storage.catalogue.engine import Transaction
from storage.catalogue.tables.casting import BriefRow, CastingRow
from storage.catalogue.tables.course import CourseRow, DueRow, VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.media import AssetRow
from storage.catalogue.tables.script import LineTextRow, RevisionRow, ScriptLineRow
from storage.catalogue.terms import AssetId, CastingId, CourseId, PersonId, VideoId

Why = Literal["unsent", "failed", "rejected", "lacking"]
"""Nothing was sent; what was sent cannot be used; it was rejected; the script wants another version."""

MOST = 500
"""Rows of the list: more than anybody makes in a year."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A cue that needs an animation. `words` are those of its line, `cause` why what was sent cannot be used.

    `mine`: it is this person's by name or by stage; else it is nobody's yet. `told` is its brief, of draft `draft`;
    `key` names that brief's pictures and clip; all three are empty while no draft was told of.
    """

    casting: CastingId
    course_id: CourseId
    course: str
    video: VideoId
    video_code: str
    title: str
    line: LineId
    number: int | None
    words: str
    language: str
    reference: str
    wanted: int
    asset: AssetId | None
    why: Why
    cause: str
    mine: bool
    due: date | None
    since: datetime
    told: Mapping[str, Any] | None
    key: Key | None
    draft: int | None


def owed(tx: Transaction, person: PersonId, courses: frozenset[CourseId]) -> tuple[Owed, ...]:
    """What a person owes: theirs by name, or as who answers for the motion design of a video; soonest due first.

    With it what nobody is asked for, in `courses` (those on which they are a motion designer). One query.
    """
    stage = and_(DueRow.video_id == VideoRow.id, DueRow.stage == "motion")
    nobodys = and_(AssetRow.owner_id.is_(None), DueRow.owner_id.is_(None), VideoRow.course_id.in_(courses))
    mine = or_(AssetRow.owner_id == person, and_(AssetRow.owner_id.is_(None), DueRow.owner_id == person))
    due = func.coalesce(AssetRow.due, DueRow.due)
    found = tx.execute(
        _owing(mine, due)
        .outerjoin(DueRow, stage)
        .where(owed_condition(), VideoRow.stage != "published", CourseRow.archived_at.is_(None), or_(mine, nobodys))
        .order_by(due.is_(None), due, CastingRow.created_at, VideoRow.id, LineTextRow.position, CastingRow.id)
        .limit(MOST)
    )
    return tuple(_owed(one) for one in found)


def owed_cue(tx: Transaction, casting: CastingId, person: PersonId) -> Owed | None:
    """A cue as the list has it, whoever owes it; None when nothing is owed for it. One query."""
    stage = and_(DueRow.video_id == VideoRow.id, DueRow.stage == "motion")
    mine = or_(AssetRow.owner_id == person, and_(AssetRow.owner_id.is_(None), DueRow.owner_id == person))
    found = tx.execute(
        _owing(mine, func.coalesce(AssetRow.due, DueRow.due))
        .outerjoin(DueRow, stage)
        .where(owed_condition(), CastingRow.id == casting)
    ).first()
    return None if found is None else _owed(found)


def _owing(mine: ColumnElement[bool], due: ColumnElement[date]) -> Select[*tuple[Any, ...]]:
    why = case(
        (newest.approval == "rejected", "rejected"),
        (newest.id.is_(None), "unsent"),
        (its_file.state.in_(("failed", "missing")), "failed"),
        else_="lacking",
    )
    revision = aliased(RevisionRow)
    return (
        select(
            CastingRow,
            CourseRow.code.label("course"),
            VideoRow,
            ScriptLineRow.name.label("line"),
            LineTextRow.position,
            LineTextRow.text,
            revision.language,
            why.label("why"),
            func.coalesce(its_file.cause, "").label("cause"),
            mine.label("mine"),
            due.label("due"),
            BriefRow,
            DraftRow.number.label("draft"),
        )
        .select_from(CastingRow)
        .join(VideoRow, VideoRow.id == CastingRow.video_id)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .join(ScriptLineRow, ScriptLineRow.id == CastingRow.line_id)
        .outerjoin(revision, revision.id == last_revision(VideoRow.id))
        .outerjoin(LineTextRow, and_(LineTextRow.line_id == CastingRow.line_id, LineTextRow.revision_id == revision.id))
        .outerjoin(AssetRow, AssetRow.id == CastingRow.asset_id)
        .outerjoin(newest, newest_of_casting())
        .outerjoin(its_file, its_file.id == newest.media_id)
        .outerjoin(BriefRow, BriefRow.casting_id == CastingRow.id)
        .outerjoin(DraftRow, DraftRow.id == BriefRow.draft_id)
    )


def _owed(found: Row[*tuple[Any, ...]]) -> Owed:
    casting, video, brief = found.CastingRow, found.VideoRow, found.BriefRow
    return Owed(
        casting=CastingId(casting.id),
        course_id=CourseId(video.course_id),
        course=found.course,
        video=VideoId(video.id),
        video_code=video.code,
        title=video.title,
        line=LineId(found.line),
        number=found.position,
        words=found.text or "",
        language=found.language or "",
        reference=casting.reference,
        wanted=casting.wanted,
        asset=None if casting.asset_id is None else AssetId(casting.asset_id),
        why=found.why,
        cause=found.cause,
        mine=bool(found.mine),
        due=found.due,
        since=casting.created_at,
        told=None if brief is None else brief.told,
        key=None if brief is None else Key(brief.key),
        draft=found.draft,
    )
