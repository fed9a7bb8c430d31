"""Work as rows: each piece once by its key, held under a lease, tried a few times, with what it said at the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from pipeline.links import unsigned
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.rows import kept_first, row
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.terms import CourseId, DraftId, JobId, JobState, MediaId, VideoId

ATTEMPTS = 3
"""How often a piece of work is begun before it is given up as poison."""

UNDONE: tuple[JobState, ...] = ("queued", "running")
OVER: tuple[JobState, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as it is asked for. `details` says what to load; never a secret."""

    key: str
    kind: str
    queue: str
    video: VideoId | None = None
    draft: DraftId | None = None
    media: MediaId | None = None
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    priority: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work as it stands, `since` when. `done` of `total` in its own units."""

    id: JobId
    work: Work
    state: JobState
    since: datetime
    worker: str
    lease_until: datetime | None
    run_after: datetime
    attempts: int
    done: int
    cause: str
    stderr_tail: str


def ask_job(tx: Transaction, work: Work) -> tuple[Job, bool]:
    """The job of that key, and whether it was asked for just now. What is over is asked for again only by `retry`."""
    there = tx.scalar(select(JobRow).filter_by(key=work.key))
    if there is not None:
        return as_job(there), False
    added = JobRow(
        key=work.key,
        kind=work.kind,
        queue=work.queue,
        priority=work.priority,
        video_id=work.video,
        draft_id=work.draft,
        media_id=work.media,
        details=work.details,
        total=work.total,
        run_after=tx.now(),
    )
    if not kept_first(tx, added):
        return as_job(tx.scalars(select(JobRow).filter_by(key=work.key)).one()), False
    tx.tell("job.asked", added.id, video=work.video, key=work.key, kind=work.kind, queue=work.queue)
    return as_job(added), True


def claim(tx: Transaction, job_id: JobId, worker: str, lease: timedelta) -> Job | None:
    """The job, held by this worker until the lease ends; None when it is not to be done now (held, over, too early)."""
    found = row(tx, JobRow, job_id, lock=True)
    now = tx.now()
    if found.state != "queued" or found.run_after > now:
        return None
    return _held(tx, found, worker, now + lease)


def claim_next(tx: Transaction, queue: str, worker: str, lease: timedelta) -> Job | None:
    """The most urgent job of a queue, held by this worker until the lease ends; None when there is none to do."""
    now = tx.now()
    found = tx.scalar(
        select(JobRow)
        .where(JobRow.queue == queue, JobRow.state == "queued", JobRow.run_after <= now)
        .order_by(JobRow.priority.desc(), JobRow.created_at, JobRow.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return None if found is None else _held(tx, found, worker, now + lease)


def _held(tx: Transaction, found: JobRow, worker: str, until: datetime) -> Job:
    found.state, found.worker, found.lease_until = "running", worker, until
    found.attempts, found.started_at, found.ended_at = found.attempts + 1, tx.now(), None
    tx.flush()
    _tell(tx, found, "job.started")
    return as_job(found)


def beat(
    tx: Transaction, job_id: JobId, worker: str, lease: timedelta, done: int | None = None, total: int | None = None
) -> bool:
    """Holds a job for longer and says how far it is; False when this worker holds it no longer, and must stop."""
    values: dict[str, Any] = {"lease_until": tx.now() + lease}
    values |= {name: value for name, value in (("done", done), ("total", total)) if value is not None}
    held = (JobRow.id == job_id, JobRow.state == "running", JobRow.worker == worker)
    changed = tx.execute(
        update(JobRow).where(*held).values(**values).returning(JobRow.id), execution_options=QUIET
    ).all()
    return len(changed) == 1


def finish_job(tx: Transaction, job_id: JobId, worker: str) -> bool:
    """It is done; False when this worker holds it no longer."""
    found = row(tx, JobRow, job_id, lock=True)
    if found.state != "running" or found.worker != worker:
        return False
    found.done = max(found.done, found.total)
    _over(tx, found, "done")
    return True


def fail_job(
    tx: Transaction, job_id: JobId, worker: str, cause: str, stderr_tail: str = "", again: timedelta | None = None
) -> bool:
    """It failed; `again`: to be tried once more after so long, unless it was tried too often. False when not held."""
    found = row(tx, JobRow, job_id, lock=True)
    if found.state != "running" or found.worker != worker:
        return False
    found.cause, found.stderr_tail = unsigned(cause), unsigned(stderr_tail)
    if again is not None and found.attempts < ATTEMPTS:
        _queued(tx, found, tx.now() + again)
        _tell(tx, found, "job.waits")
    else:
        _over(tx, found, "failed")
    return True


def postpone_job(tx: Transaction, job_id: JobId, worker: str, cause: str, after: timedelta) -> bool:
    """It could not be done for no fault of its own (the store is away); again after so long. False when not held.

    The attempt does not count: however long a store is away, no job becomes poison by it.
    """
    found = row(tx, JobRow, job_id, lock=True)
    if found.state != "running" or found.worker != worker:
        return False
    found.cause, found.attempts = unsigned(cause), found.attempts - 1
    _queued(tx, found, tx.now() + after)
    _tell(tx, found, "job.waits")
    return True


def reap(tx: Transaction) -> tuple[Job, ...]:
    """Jobs whose worker was not heard of before its lease ended: queued again, or failed when begun too often."""
    now = tx.now()
    late = tx.scalars(
        select(JobRow)
        .where(JobRow.state == "running", JobRow.lease_until < now)
        .order_by(JobRow.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    for found in late:
        if found.attempts < ATTEMPTS:
            _queued(tx, found, now)
            _tell(tx, found, "job.lost")
        else:
            found.cause = f"its worker was lost {found.attempts} times"
            _over(tx, found, "failed")
    return tuple(as_job(found) for found in late)


def cancel_job(tx: Transaction, job_id: JobId, cause: str = "") -> bool:
    """Nobody is to do it any more; whoever does is told at the next beat. False when it was over."""
    found = row(tx, JobRow, job_id, lock=True)
    if found.state in OVER:
        return False
    found.cause = cause
    _over(tx, found, "cancelled")
    return True


def retry_job(tx: Transaction, job_id: JobId, work: Work | None = None) -> bool:
    """It is to be done again from the start, as `work` now says where it is given; False while it is queued or running.

    What was asked for long ago, another version of Rushes may have asked for otherwise.
    """
    found = row(tx, JobRow, job_id, lock=True)
    if found.state not in OVER:
        return False
    if work is not None:
        found.draft_id, found.details, found.total = work.draft, work.details, work.total
        found.kind, found.queue, found.priority = work.kind, work.queue, work.priority
    found.attempts, found.done, found.cause, found.stderr_tail, found.ended_at = 0, 0, "", "", None
    _queued(tx, found, tx.now())
    _tell(tx, found, "job.retried")
    return True


def jobs(
    tx: Transaction,
    states: Sequence[JobState] = ("queued", "running", "failed"),
    video: VideoId | None = None,
    most: int = 500,
    queue: str | None = None,
) -> tuple[Job, ...]:
    """The jobs in those states, of one video or queue or of all, newest first."""
    wanted = select(JobRow).where(JobRow.state.in_(states)).order_by(JobRow.created_at.desc(), JobRow.id).limit(most)
    if video is not None:
        wanted = wanted.where(JobRow.video_id == video)
    if queue is not None:
        wanted = wanted.where(JobRow.queue == queue)
    return tuple(as_job(found) for found in tx.scalars(wanted))


def sent(tx: Transaction, job_ids: Iterable[JobId]) -> None:
    """The farm was told of these jobs just now."""
    told = update(JobRow).where(JobRow.id.in_(tuple(job_ids))).values(sent_at=tx.now())
    tx.execute(told, execution_options=QUIET)


def unsent(tx: Transaction, before: datetime, most: int = 500) -> tuple[Job, ...]:
    """Jobs that could be done now and that the farm was not told of since `before`, the most urgent first.

    A job that is queued again (tried again, lost, retried) was not told of since.
    """
    found = tx.scalars(
        select(JobRow)
        .where(
            JobRow.state == "queued",
            JobRow.run_after <= tx.now(),
            or_(JobRow.sent_at.is_(None), JobRow.sent_at < before),
        )
        .order_by(JobRow.priority.desc(), JobRow.created_at, JobRow.id)
        .limit(most)
    )
    return tuple(as_job(one) for one in found)


def job(tx: Transaction, job_id: JobId) -> Job:
    """The job of that id.

    Raises:
        NotFound: there is none.
    """
    return as_job(row(tx, JobRow, job_id))


def job_of(tx: Transaction, key: str) -> Job | None:
    """The job of that key."""
    found = tx.scalar(select(JobRow).filter_by(key=key))
    return None if found is None else as_job(found)


def _queued(tx: Transaction, found: JobRow, after: datetime) -> None:
    found.state, found.lease_until, found.run_after, found.sent_at = "queued", None, after, None
    tx.flush()


def _over(tx: Transaction, found: JobRow, state: JobState) -> None:
    found.state, found.lease_until, found.ended_at = state, None, tx.now()
    tx.flush()
    _tell(tx, found, f"job.{state}")


def _tell(tx: Transaction, found: JobRow, kind: str) -> None:
    video = None if found.video_id is None else VideoId(found.video_id)
    tx.tell(kind, found.id, video=video, key=found.key, worker=found.worker, attempt=found.attempts, cause=found.cause)


def as_job(found: JobRow) -> Job:
    """A row as a value."""
    return Job(
        id=JobId(found.id),
        work=Work(
            key=found.key,
            kind=found.kind,
            queue=found.queue,
            video=None if found.video_id is None else VideoId(found.video_id),
            draft=None if found.draft_id is None else DraftId(found.draft_id),
            media=None if found.media_id is None else MediaId(found.media_id),
            details=found.details,
            priority=found.priority,
            total=found.total,
        ),
        state=found.state,
        since=_since(found),
        worker=found.worker,
        lease_until=found.lease_until,
        run_after=found.run_after,
        attempts=found.attempts,
        done=found.done,
        cause=found.cause,
        stderr_tail=found.stderr_tail,
    )


def _since(found: JobRow) -> datetime:
    """Since when it stands as it does; a queued one: since when it could be done."""
    at = {"queued": found.run_after, "running": found.started_at}.get(found.state, found.ended_at)
    return at or found.created_at


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job that runs has come; `total` is 0 while it is not known."""

    job: JobId
    course: CourseId | None
    video: VideoId | None
    done: int
    total: int


def progress(tx: Transaction) -> tuple[Progress, ...]:
    """How far the jobs have come that run now. One query."""
    found = tx.execute(
        select(JobRow.id, VideoRow.course_id, JobRow.video_id, JobRow.done, JobRow.total)
        .outerjoin(VideoRow, VideoRow.id == JobRow.video_id)
        .where(JobRow.state == "running")
        .order_by(JobRow.id)
    )
    return tuple(
        Progress(JobId(job), course and CourseId(course), video and VideoId(video), done, total)
        for job, course, video, done, total in found
    )
