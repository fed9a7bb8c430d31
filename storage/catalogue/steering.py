"""What people do with the work under way: find a job, cancel a draft, have what failed done again."""

import re
from uuid import UUID

from sqlalchemy import Text, cast, or_, select

from pipeline.errors import Clash, NotFound
from storage.catalogue.drafts import Drafted, ask_draft, fail_draft, last_draft
from storage.catalogue.engine import Transaction
from storage.catalogue.farming import SUPERSEDED, waiting_on
from storage.catalogue.jobs import UNDONE, Job, as_job, cancel_job, job, jobs, retry_job
from storage.catalogue.tables.draft import WaitRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.terms import DraftId, JobId, VideoId

SHORT = 8
"""Characters at the end of a job's id by which people call it: the beginning is the time, alike for many jobs."""

_END = re.compile(rf"[0-9a-f]{{{SHORT},12}}")


def job_called(tx: Transaction, name: str) -> Job | None:
    """The job of that id, key, or end of its id (8 to 12 characters); None when there is none.

    Raises:
        NotFound: there are several.
    """
    wanted = [JobRow.key == name]
    try:
        wanted.append(JobRow.id == UUID(name))
    except ValueError:
        if _END.fullmatch(name):
            wanted.append(cast(JobRow.id, Text()).endswith(name))
    found = tx.scalars(select(JobRow).where(or_(*wanted)).limit(2)).all()
    if len(found) > 1:
        raise NotFound(f"several jobs end with {name}", todo="write the whole id; rushes jobs --json has it")
    return as_job(found[0]) if found else None


def jobs_of(tx: Transaction, draft_id: DraftId) -> tuple[Job, ...]:
    """The jobs that were asked for a draft, or that it waits for; first to last. One query."""
    awaited = select(WaitRow.job_id).where(WaitRow.draft_id == draft_id)
    wanted = select(JobRow).where(or_(JobRow.draft_id == draft_id, JobRow.id.in_(awaited)))
    return tuple(as_job(one) for one in tx.scalars(wanted.order_by(JobRow.created_at, JobRow.id)))


def cancel_draft(tx: Transaction, draft_id: DraftId, by: str) -> tuple[Job, ...]:
    """Gives a draft under way up, and what only it waits for; those jobs. `by` is who says so.

    The jobs may be asked for again by the next draft: nobody decided against them.

    Raises:
        Clash: it is over already.
    """
    fail_draft(tx, draft_id, f"cancelled by {by}")
    alone = [one for one in jobs_of(tx, draft_id) if one.state in UNDONE and not waiting_on(tx, one.id)]
    return tuple(one for one in alone if cancel_job(tx, one.id, SUPERSEDED))


def give_up_job(tx: Transaction, job_id: JobId, by: str) -> Job:
    """Cancels one job alone; `by` is who says so.

    Raises:
        NotFound: there is none.
        Clash: it is over already.
    """
    found = job(tx, job_id)
    if not cancel_job(tx, job_id, f"cancelled by {by}"):
        raise Clash(f"job {job_id} is {found.state}", todo="only what waits or runs can be cancelled")
    return found


def do_again(tx: Transaction, job_id: JobId, by: str) -> Drafted | None:
    """Has one job done again; and the last draft of its video, where it failed: that draft. `by` is who says so.

    Raises:
        NotFound: there is none.
        Clash: it waits or runs.
    """
    found = job(tx, job_id)
    if not retry_job(tx, job_id):
        raise Clash(f"job {job_id} is {found.state}", todo="wait for it, or cancel it first")
    return None if found.work.video is None else redraft(tx, found.work.video, f"asked again by {by}")


def retry_video(tx: Transaction, video_id: VideoId, cause: str) -> tuple[tuple[Job, ...], Drafted | None]:
    """The jobs of a video that failed or were cancelled by someone, queued again; and its last draft, if it failed.

    What was cancelled because nobody waits for it stays so.
    """
    over = [one for one in jobs(tx, ("failed", "cancelled"), video_id) if one.cause != SUPERSEDED]
    again = tuple(one for one in over if retry_job(tx, one.id))
    return again, redraft(tx, video_id, cause)


def redraft(tx: Transaction, video_id: VideoId, cause: str) -> Drafted | None:
    """The next draft of a video whose last one failed, in the same style; None when it did not fail."""
    last = last_draft(tx, video_id)
    if last is None or last.state != "failed":
        return None
    return ask_draft(tx, video_id, cause, style=last.style)
