"""What the farm does now, has failed at and did lately, by what it is for: a draft, a file, else a video."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select
from sqlalchemy.orm import aliased

from storage.catalogue.engine import Transaction
from storage.catalogue.jobs import Job, as_job
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.tables.media import AssetRow, MediaRow, VersionRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.terms import CourseId, DraftId, JobId, JobState, VideoId

MOST: Final = 400
"""Jobs that are looked at for one page: what fails or runs comes first, so that only what waits is ever left out."""
LATELY: Final = timedelta(days=1)
LATEST: Final = 30
"""What was done lately: so long ago at most, and so many at most."""
LISTED: Final[tuple[JobState, ...]] = ("failed", "running", "queued")


@dataclass(frozen=True, slots=True)
class Whose:
    """What jobs are for. Codes and names are empty where there is none; `number` is the draft's, `by` who asked."""

    course_id: CourseId | None
    course: str
    video: VideoId | None
    video_code: str
    title: str
    draft: DraftId | None
    number: int | None
    file: str
    by: str


@dataclass(frozen=True, slots=True)
class Lot:
    """The jobs that are for the same thing, those that failed first, then those that run.

    `finished` of the draft's own are done already, `began`: when the first of those was begun.
    """

    whose: Whose
    jobs: tuple[Job, ...]
    finished: int
    began: datetime | None

    @property
    def state(self) -> JobState:
        """How it stands: that of its first job."""
        return self.jobs[0].state


@dataclass(frozen=True, slots=True)
class Done:
    """What was done lately: so many jobs, the last of them then."""

    whose: Whose
    jobs: int
    at: datetime


def work(
    tx: Transaction, courses: Collection[CourseId] | None, states: Sequence[JobState] = LISTED
) -> tuple[tuple[Lot, ...], bool]:
    """What fails, runs or waits in those courses (None: in the whole studio); and whether more waits. Two queries."""
    rank = case({"failed": 0, "running": 1}, value=JobRow.state, else_=2)
    rows = tx.execute(
        _whose(select(JobRow), courses)
        .where(JobRow.state.in_(states))
        .order_by(rank, JobRow.priority.desc(), JobRow.created_at.desc(), JobRow.id)
        .limit(MOST + 1)
    ).all()
    kept = sorted(rows[:MOST], key=lambda row: _group(row[0]))
    drafts = {row[0].draft_id for row in kept if row[0].draft_id is not None}
    finished = _finished(tx, drafts)
    lots: list[Lot] = []
    for _, group in groupby(kept, key=lambda row: _group(row[0])):
        of = list(group)
        jobs = sorted((as_job(row[0]) for row in of), key=_urgent)
        done, began = finished.get(of[0][0].draft_id, (0, None))
        lots.append(Lot(_as_whose(of[0]), tuple(jobs), done, began))
    lots.sort(key=lambda lot: _urgent(lot.jobs[0]))
    return tuple(lots), len(rows) > MOST


def lately(tx: Transaction, courses: Collection[CourseId] | None) -> tuple[Done, ...]:
    """What was done in the last day, last first. One query."""
    last = func.max(JobRow.ended_at)
    rows = tx.execute(
        _whose(select(func.count(), last), courses)
        .where(JobRow.state == "done", JobRow.ended_at > tx.now() - LATELY)
        .group_by(*_columns(), JobRow.media_id)
        .order_by(last.desc())
        .limit(LATEST)
    )
    return tuple(Done(_as_whose(row), row[0], row[1]) for row in rows)


def whose(tx: Transaction, jobs: Iterable[JobId]) -> dict[JobId, tuple[Job, Whose]]:
    """Jobs, and what they are for, by id; those that are not there are left out. One query."""
    rows = tx.execute(_whose(select(JobRow), None).where(JobRow.id.in_(tuple(jobs)))).all()
    return {JobId(row[0].id): (as_job(row[0]), _as_whose(row)) for row in rows}


_asker, _sender = aliased(PersonRow), aliased(PersonRow)


def course_of_job() -> ColumnElement[Any]:
    """The course of a job, as a column beside the outer-joined video: that of its video, else of its file's asset."""
    asset = (
        select(AssetRow.course_id)
        .join(VersionRow, VersionRow.asset_id == AssetRow.id)
        .where(VersionRow.media_id == JobRow.media_id)
        .limit(1)
        .correlate(JobRow)
        .scalar_subquery()
    )
    return func.coalesce(VideoRow.course_id, asset)


def _columns() -> tuple[ColumnElement[Any], ...]:
    by = func.coalesce(_asker.name, _sender.name, literal_column("''"))
    file = func.coalesce(MediaRow.name, literal_column("''"))
    course: tuple[Any, ...] = (CourseRow.id, CourseRow.code)
    video: tuple[Any, ...] = (VideoRow.id, VideoRow.code, VideoRow.title)
    drafted: tuple[Any, ...] = (DraftRow.id, DraftRow.number)
    return (*course, *video, *drafted, file, by)


def _whose(query: Select[*tuple[Any, ...]], courses: Collection[CourseId] | None) -> Select[*tuple[Any, ...]]:
    """The query of jobs with what they are for, of those courses alone."""
    found = (
        query.add_columns(*_columns())
        .select_from(JobRow)
        .outerjoin(VideoRow, VideoRow.id == JobRow.video_id)
        .outerjoin(CourseRow, CourseRow.id == course_of_job())
        .outerjoin(DraftRow, DraftRow.id == JobRow.draft_id)
        .outerjoin(MediaRow, MediaRow.id == JobRow.media_id)
        .outerjoin(_asker, _asker.id == DraftRow.asked_by_id)
        .outerjoin(_sender, _sender.id == MediaRow.sender_id)
    )
    return found if courses is None else found.where(CourseRow.id.in_(tuple(courses)))


def _as_whose(row: Any) -> Whose:
    course_id, course, video, code, title, draft, number, file, by = row[-9:]
    return Whose(
        course_id=None if course_id is None else CourseId(course_id),
        course=course or "",
        video=None if video is None else VideoId(video),
        video_code=code or "",
        title=title or "",
        draft=None if draft is None else DraftId(draft),
        number=number,
        file=file,
        by=by,
    )


def _group(job: JobRow) -> tuple[str, str, str]:
    of_draft = str(job.draft_id or "")
    return of_draft, "" if of_draft else str(job.video_id or ""), "" if of_draft else str(job.media_id or "")


def _urgent(job: Job) -> tuple[int, float, JobId]:
    """Failures first, the last of them first; then what runs or waits longest."""
    age = job.since.timestamp()
    return LISTED.index(job.state), -age if job.state == "failed" else age, job.id


def _finished(tx: Transaction, drafts: Collection[Any]) -> dict[Any, tuple[int, datetime | None]]:
    """How many jobs of each draft are done, and when the first of them was begun."""
    if not drafts:
        return {}
    rows = tx.execute(
        select(JobRow.draft_id, func.count(), func.min(JobRow.started_at))
        .where(JobRow.draft_id.in_(tuple(drafts)), JobRow.state == "done")
        .group_by(JobRow.draft_id)
    )
    return {draft: (done, began) for draft, done, began in rows}
