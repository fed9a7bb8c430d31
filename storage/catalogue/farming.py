"""Which jobs a draft waits for, which drafts can go on, and which jobs nobody waits for any more."""

from collections.abc import Iterable

from sqlalchemy import delete, exists, insert, select, update

from storage.catalogue.drafts import UNDER_WAY
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.jobs import UNDONE, Job, as_job
from storage.catalogue.rows import row
from storage.catalogue.tables.draft import DraftRow, WaitRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.terms import DraftId, JobId, VideoId

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


def ready_drafts(tx: Transaction) -> tuple[DraftId, ...]:
    """The drafts under way that wait for nothing any more, the one that was gone on with longest ago first. One query.

    Done, failed and cancelled jobs are not waited for: what they came to is found when the draft goes on.
    """
    undone = (
        select(WaitRow.job_id)
        .join(JobRow, JobRow.id == WaitRow.job_id)
        .where(WaitRow.draft_id == DraftRow.id, JobRow.state.in_(UNDONE))
    )
    found = tx.scalars(
        select(DraftRow.id)
        .where(DraftRow.state.in_(UNDER_WAY), ~undone.exists())
        .order_by(DraftRow.advanced_at.is_not(None), DraftRow.advanced_at, DraftRow.id)
    )
    return tuple(DraftId(one) for one in found)


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
