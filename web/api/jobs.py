"""`/api/v1/jobs`: what the farm does, for programs: listed, done again, given up."""

from uuid import UUID

from fastapi import APIRouter

from storage.catalogue.jobs import job
from storage.catalogue.steering import do_again, give_up_job
from storage.catalogue.terms import JobId
from web.rules import MEMBER, SIGNED_IN, STEERER, may
from web.visitor import Asked, Who
from web.work import JobTold, Shown, WorkTold, job_told, name_of, work_told

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])


@router.get("", dependencies=[may(SIGNED_IN)])
def jobs(desk: Asked, visitor: Who, state: Shown | None = None) -> WorkTold:
    """The jobs that whoever asks may see, by what they are for; those in one `state` where it is named."""
    with desk.catalogue.reading() as tx:
        return work_told(tx, visitor, state)


@router.get("/{job_id}", dependencies=[may(MEMBER)])
def one_job(desk: Asked, job_id: UUID) -> JobTold:
    """One job, whatever its state."""
    return _told(desk, job_id)


@router.post("/{job_id}/retry", dependencies=[may(STEERER)])
def retry(desk: Asked, visitor: Who, job_id: UUID) -> JobTold:
    """Has it done again, and the draft that failed with it."""
    with desk.catalogue.writing(visitor.id) as tx:
        do_again(tx, JobId(job_id), name_of(visitor))
    desk.wake()
    return _told(desk, job_id)


@router.post("/{job_id}/cancel", dependencies=[may(STEERER)])
def cancel(desk: Asked, visitor: Who, job_id: UUID) -> JobTold:
    """Gives it up."""
    with desk.catalogue.writing(visitor.id) as tx:
        give_up_job(tx, JobId(job_id), name_of(visitor))
    return _told(desk, job_id)


def _told(desk: Asked, job_id: UUID) -> JobTold:
    with desk.catalogue.reading() as tx:
        return job_told(job(tx, JobId(job_id)), tx.now())
