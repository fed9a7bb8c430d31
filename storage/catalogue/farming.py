"""Which jobs a draft waits for, which drafts can go on, and which jobs nobody waits for any more."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, exists, func, insert, or_, select, update

from storage.catalogue.drafts import UNDER_WAY, Drafted, as_drafted, start_draft
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.jobs import UNDONE, Job, as_job
from storage.catalogue.rows import row
from storage.catalogue.tables.draft import DraftRow, WaitRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.terms import DraftId, JobId, VideoId

LOST = "lost"
"""The cause of a cancelled job whose input, or whoever did it alone, is gone: it is asked for again."""
SUPERSEDED = "superseded"
"""The cause of a cancelled job that only drafts waited for which are over."""


def waits(tx: Transaction, draft: DraftId, jobs: Iterable[JobId]) -> None:
    """The draft waits for these jobs, and for no others.

    Raises:
        NotFound: there is no such draft.
    """
    wanted = tuple(dict.fromkeys(jobs))
    row(tx, DraftRow, draft, lock=True)  # of two that go on with it at once, one after the other
    tx.execute(delete(WaitRow).where(WaitRow.draft_id == draft), execution_options=QUIET)
    if wanted:
        rows = [{"draft_id": draft, "job_id": job} for job in wanted]
        tx.execute(insert(WaitRow), rows, execution_options=QUIET)


def waiting_on(tx: Transaction, job: JobId) -> tuple[DraftId, ...]:
    """The drafts under way that wait for a job, oldest first. One query."""
    found = tx.scalars(
        select(DraftRow.id)
        .join(WaitRow, WaitRow.draft_id == DraftRow.id)
        .where(WaitRow.job_id == job, DraftRow.state.in_(UNDER_WAY))
        .order_by(DraftRow.id)
    )
    return tuple(DraftId(one) for one in found)


def ready_drafts(tx: Transaction, before: datetime | None = None) -> tuple[DraftId, ...]:
    """The drafts under way that wait for nothing any more, the one that was gone on with longest ago first. One query.

    `before`: only those that nobody went on with since then.
    Done, failed and cancelled jobs are not waited for: what they came to is found when the draft goes on.
    """
    undone = (
        select(WaitRow.job_id)
        .join(JobRow, JobRow.id == WaitRow.job_id)
        .where(WaitRow.draft_id == DraftRow.id, JobRow.state.in_(UNDONE))
    )
    wanted = (
        select(DraftRow.id)
        .where(DraftRow.state.in_(UNDER_WAY), ~undone.exists())
        .order_by(DraftRow.advanced_at.is_not(None), DraftRow.advanced_at, DraftRow.id)
    )
    if before is not None:
        wanted = wanted.where(or_(DraftRow.advanced_at.is_(None), DraftRow.advanced_at < before))
    found = tx.scalars(wanted)
    return tuple(DraftId(one) for one in found)


def begin(tx: Transaction, draft: DraftId, *, joins: bool = False) -> Drafted | None:
    """The draft, to be gone on with now; None when it is over, or waits for a job that is not.

    `joins`: it is gone on with by the job that it waits for.

    Raises:
        NotFound: there is no such draft.
    """
    found = row(tx, DraftRow, draft, lock=True)
    if found.state not in UNDER_WAY or (not joins and _undone(tx, draft)):
        return None
    advanced(tx, draft)
    if found.state == "waiting":
        start_draft(tx, draft)
    return as_drafted(found)


def paused(tx: Transaction, draft: DraftId, jobs: Iterable[JobId]) -> bool:
    """The draft waits for these jobs; False when it waits for none that is not over, and is to be gone on with."""
    if row(tx, DraftRow, draft, lock=True).state not in UNDER_WAY:
        return True
    waits(tx, draft, jobs)
    return _undone(tx, draft)


def _undone(tx: Transaction, draft: DraftId) -> bool:
    wanted = select(WaitRow.job_id).join(JobRow, JobRow.id == WaitRow.job_id)
    return tx.scalar(wanted.where(WaitRow.draft_id == draft, JobRow.state.in_(UNDONE)).limit(1)) is not None


def rendered_for(tx: Transaction, draft: DraftId, kind: str) -> int:
    """How many jobs of that kind were done that this draft was the first to ask for."""
    done = select(func.count()).select_from(JobRow).filter_by(draft_id=draft, kind=kind, state="done")
    return tx.scalar(done) or 0


def advanced(tx: Transaction, draft: DraftId) -> None:
    """The draft was gone on with just now."""
    noted = update(DraftRow).where(DraftRow.id == draft).values(advanced_at=tx.now())
    tx.execute(noted, execution_options=QUIET)


def unwanted(tx: Transaction) -> tuple[Job, ...]:
    """Cancels the queued jobs that only drafts wait for which are over.

    A running one goes on: what it makes serves the next draft. Jobs that no draft ever waited for are left alone.
    """
    awaited = exists().where(WaitRow.job_id == JobRow.id)
    under_way = (
        select(WaitRow.job_id)
        .join(DraftRow, DraftRow.id == WaitRow.draft_id)
        .where(WaitRow.job_id == JobRow.id, DraftRow.state.in_(UNDER_WAY))
    )
    cancelled = tx.scalars(
        update(JobRow)
        .where(JobRow.state == "queued", awaited, ~under_way.exists())
        .values(state="cancelled", cause=SUPERSEDED, ended_at=tx.now())
        .returning(JobRow),
        execution_options={**QUIET, "synchronize_session": False, "populate_existing": True},
    ).all()
    for found in cancelled:
        video = None if found.video_id is None else VideoId(found.video_id)
        tx.tell("job.cancelled", found.id, video=video, key=found.key, cause=found.cause)
    return tuple(as_job(found) for found in cancelled)
