"""The grid of videos: how far each has come, in two queries for a whole page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    distinct,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from pipeline.references import folded
from storage.catalogue.casting import version_used
from storage.catalogue.current import last_done, last_number, last_revision
from storage.catalogue.engine import Transaction
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import ChapterRow, CourseRow, DueRow, PartRow, VideoRow
from storage.catalogue.tables.draft import DraftLineRow, DraftRow, SegmentRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.tables.media import MediaRow, RushRow, TakeRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.tables.review import NoteRow, VerdictRow
from storage.catalogue.tables.script import RevisionRow
from storage.catalogue.terms import CourseId, DraftState, PersonId, Stage, VideoId

PAGE: Final = 100
"""Videos of one page of the grid: some screens of rows, and the query stays far below what a person notices."""
PLACE: Final = (CourseRow.folded, PartRow.position, ChapterRow.position, VideoRow.position)
"""The order of videos."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one video has come.

    `owner` and `due` are of its stage. `revision` 0: nothing is written; `draft` 0: none was asked for. `rushes` are
    the camera's, of which `rushes_ready` can be used and `rushes_failed` cannot. `untold`: lines that the last
    finished draft has no take of. `animations` are the cues that show something, `animations_ready` those that have it.
    `notes`: open ones that the video waits for. `lines` of its last draft, of which `approved` are approved by the
    policy of the course, and of `changes` somebody wants another; all three are 0 but in review. `blocked`: something
    failed, or such a note is open.
    """

    video: VideoId
    course: str
    course_title: str
    code: str
    title: str
    stage: Stage
    owner: PersonId | None
    owner_name: str
    due: date | None
    revision: int
    written_at: datetime | None
    rushes: int
    rushes_ready: int
    rushes_failed: int
    filmed_at: datetime | None
    takes: int
    untold: int
    animations: int
    animations_ready: int
    draft: int
    draft_state: DraftState | None
    drafted_at: datetime | None
    notes: int
    lines: int
    approved: int
    changes: int
    blocked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Which videos a grid shows: those of one course (its code), those that are someone's, those that are blocked.

    `courses`: the only ones that may be seen; None for all. `page` counts from 0.
    """

    course: str = ""
    mine: PersonId | None = None
    blocked: bool = False
    courses: frozenset[CourseId] | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class CourseName:
    """A course as it is chosen from a list."""

    id: CourseId
    code: str
    title: str


def grid(tx: Transaction, shown: Shown) -> tuple[tuple[Standing, ...], bool]:
    """One page of videos in the order of courses and chapters, and whether more follow. Two queries.

    In one, PostgreSQL would look up the last script and draft of every video that there is: it moves no more than eight
    joined tables (`join_collapse_limit`), and the page would be the ninth.
    """
    page = _joined(select(VideoRow.id)).where(*_wanted(shown)).order_by(*PLACE)
    videos = tx.scalars(page.limit(PAGE + 1).offset(PAGE * shown.page)).all()
    found = tx.execute(_standing(), {"page": videos[:PAGE]}).all()
    return tuple(_standings(found)), len(videos) > PAGE


def courses_seen(tx: Transaction, only: frozenset[CourseId] | None) -> tuple[CourseName, ...]:
    """The courses that go on, by code; of them `only` those, None for all. One query."""
    wanted = select(CourseRow.id, CourseRow.code, CourseRow.title).where(CourseRow.archived_at.is_(None))
    if only is not None:
        wanted = wanted.where(CourseRow.id.in_(only))
    found = tx.execute(wanted.order_by(CourseRow.folded))
    return tuple(CourseName(CourseId(course), code, title) for course, code, title in found)


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        query.join(CourseRow, CourseRow.id == VideoRow.course_id)
        .join(ChapterRow, ChapterRow.id == VideoRow.chapter_id)
        .join(PartRow, PartRow.id == ChapterRow.part_id)
    )


def _wanted(shown: Shown) -> Iterable[ColumnElement[bool]]:
    yield CourseRow.archived_at.is_(None)
    if shown.courses is not None:
        yield CourseRow.id.in_(shown.courses)
    if shown.course:
        yield CourseRow.folded == folded(shown.course)
    if shown.mine is not None:
        theirs = select(DueRow.video_id).where(DueRow.video_id == VideoRow.id, DueRow.owner_id == shown.mine)
        yield theirs.correlate(VideoRow).exists()
    if shown.blocked:
        yield VideoRow.stage != literal_column("'published'")
        yield _blocked()


def _blocked() -> ColumnElement[bool]:
    failed = select(JobRow.id).where(JobRow.video_id == VideoRow.id, JobRow.state == literal_column("'failed'"))
    draft = select(DraftRow.id).where(
        DraftRow.video_id == VideoRow.id,
        DraftRow.number == last_number(VideoRow.id),
        DraftRow.state == literal_column("'failed'"),
    )
    rush = (
        select(RushRow.id)
        .join(MediaRow, MediaRow.id == RushRow.media_id)
        .where(RushRow.video_id == VideoRow.id, _lost())
    )
    return or_(*(one.correlate(VideoRow).exists() for one in (failed, draft, rush, _notes(select(NoteRow.id)))))


def _lost() -> ColumnElement[bool]:
    return or_(MediaRow.state == literal_column("'failed'"), MediaRow.state == literal_column("'missing'"))


def _notes(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.where(
        NoteRow.video_id == VideoRow.id,
        NoteRow.state == literal_column("'open'"),
        NoteRow.blocks,
        NoteRow.parent_id.is_(None),
    )


def _decided() -> Iterable[ColumnElement[int]]:
    """How many lines the last draft shows, of how many somebody wants a change, and how many are approved.

    The same as `pipeline.deciding.decided` says of each.
    """
    later, verdict = aliased(VerdictRow), aliased(VerdictRow)
    overruled = select(later.id).where(
        later.line_id == verdict.line_id,
        later.person_id == verdict.person_id,
        later.digest == verdict.digest,
        later.id > verdict.id,
    )
    holds = select(verdict.id).where(
        verdict.line_id == DraftLineRow.line_id, verdict.digest == DraftLineRow.digest, ~overruled.exists()
    )
    wanted = holds.where(verdict.decision == literal_column("'change'")).exists()
    silent = (
        select(MembershipRow.id)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(
            MembershipRow.course_id == VideoRow.course_id,
            MembershipRow.role == literal_column("'reviewer'"),
            PersonRow.active,
            ~holds.where(verdict.person_id == MembershipRow.person_id).correlate(DraftLineRow, MembershipRow).exists(),
        )
    )
    missing = silent.correlate(DraftLineRow, VideoRow).exists()
    one_is_enough = CourseRow.verdicts == literal_column("'first'")
    lines = (
        select(func.count())
        .select_from(DraftLineRow)
        .where(VideoRow.stage == literal_column("'review'"), DraftLineRow.draft_id == last_done(VideoRow.id))
    )
    approved = lines.where(holds.correlate(DraftLineRow).exists(), ~wanted, or_(one_is_enough, ~missing))
    for name, query in (("lines", lines), ("approved", approved), ("changes", lines.where(wanted))):
        yield query.correlate(VideoRow, CourseRow).scalar_subquery().label(name)


def _number(query: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    return query.correlate(VideoRow).scalar_subquery()


@cache
def _standing() -> Select[*tuple[Any, ...]]:
    camera = (
        select(func.count())
        .select_from(RushRow)
        .join(MediaRow, MediaRow.id == RushRow.media_id)
        .where(RushRow.video_id == VideoRow.id, RushRow.kind == literal_column("'camera'"))
    )
    cues = (
        select(func.count())
        .select_from(CastingRow)
        .where(
            CastingRow.video_id == VideoRow.id,
            CastingRow.gone_in_id.is_(None),
            CastingRow.cue == literal_column("'show'"),
        )
    )
    untold = select(func.count(distinct(SegmentRow.line_id))).where(
        SegmentRow.draft_id == last_done(VideoRow.id), SegmentRow.missing == literal_column("'take'")
    )
    return (
        _joined(
            select(
                VideoRow.id,
                CourseRow.code.label("course"),
                CourseRow.title.label("course_title"),
                VideoRow.code,
                VideoRow.title,
                VideoRow.stage,
                DueRow.owner_id,
                PersonRow.name.label("owner_name"),
                DueRow.due,
                RevisionRow.number.label("revision"),
                RevisionRow.created_at.label("written_at"),
                _number(camera).label("rushes"),
                _number(camera.where(MediaRow.state == literal_column("'ready'"))).label("rushes_ready"),
                _number(camera.where(_lost())).label("rushes_failed"),
                _number(select(func.max(RushRow.created_at)).where(RushRow.video_id == VideoRow.id)).label("filmed_at"),
                _number(select(func.count()).select_from(TakeRow).where(TakeRow.video_id == VideoRow.id)).label(
                    "takes"
                ),
                _number(untold).label("untold"),
                _number(cues).label("animations"),
                _number(cues.where(version_used().is_not(None))).label("animations_ready"),
                DraftRow.number.label("draft"),
                DraftRow.state.label("draft_state"),
                func.coalesce(DraftRow.done_at, DraftRow.created_at).label("drafted_at"),
                _number(_notes(select(func.count()).select_from(NoteRow))).label("notes"),
                *_decided(),
                _blocked().label("blocked"),
            )
        )
        .outerjoin(DueRow, and_(DueRow.video_id == VideoRow.id, DueRow.stage == VideoRow.stage))
        .outerjoin(PersonRow, PersonRow.id == DueRow.owner_id)
        .outerjoin(RevisionRow, RevisionRow.id == last_revision(VideoRow.id))
        .outerjoin(DraftRow, and_(DraftRow.video_id == VideoRow.id, DraftRow.number == last_number(VideoRow.id)))
        .where(VideoRow.id.in_(bindparam("page", expanding=True)))
        .order_by(*PLACE)
    )


def _standings(found: Iterable[Any]) -> Iterable[Standing]:
    for one in found:
        yield Standing(
            video=VideoId(one.id),
            course=one.course,
            course_title=one.course_title,
            code=one.code,
            title=one.title,
            stage=one.stage,
            owner=None if one.owner_id is None else PersonId(one.owner_id),
            owner_name=one.owner_name or "",
            due=one.due,
            revision=one.revision or 0,
            written_at=one.written_at,
            rushes=one.rushes,
            rushes_ready=one.rushes_ready,
            rushes_failed=one.rushes_failed,
            filmed_at=one.filmed_at,
            takes=one.takes,
            untold=one.untold,
            animations=one.animations,
            animations_ready=one.animations_ready,
            draft=one.draft or 0,
            draft_state=one.draft_state,
            drafted_at=one.drafted_at,
            notes=one.notes,
            lines=one.lines,
            approved=one.approved,
            changes=one.changes,
            blocked=bool(one.blocked),
        )
