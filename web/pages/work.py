"""The page of the work under way: what fails, runs, waits and was done lately; done again or given up."""

from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from babel.dates import format_timedelta
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from storage.catalogue.steering import cancel_draft, do_again, give_up_job, retry_video
from storage.catalogue.terms import DraftId, JobId, Role, VideoId
from storage.catalogue.work import Whose
from web import language
from web.desk import Desk
from web.language import N_
from web.paper import onwards, page
from web.problems import NotThis
from web.rules import DIRECTOR, MAKER, SIGNED_IN, STEERER, may
from web.visitor import Asked, Visitor, Who
from web.work import SHOWN, STATES, Shown, name_of, work_told

router = APIRouter(include_in_schema=False, prefix="/work")
State = Annotated[str, Query(max_length=20)]


@router.get("", dependencies=[may(SIGNED_IN)])
def work_page(request: Request, desk: Asked, visitor: Who, state: State = "") -> Response:
    """The page."""
    return page(request, "work.html", _values(request, desk, visitor, state))


@router.get("/now", dependencies=[may(SIGNED_IN)])
def work_again(request: Request, desk: Asked, visitor: Who, state: State = "") -> Response:
    """What of the page changes as things happen."""
    return page(request, "work_live.html", _values(request, desk, visitor, state))


@router.post("/jobs/{job_id}/retry", dependencies=[may(STEERER)])
def retry_form(desk: Asked, visitor: Who, job_id: UUID) -> Response:
    """Has a job done again, and the draft that failed with it."""
    with desk.catalogue.writing(visitor.id) as tx:
        do_again(tx, JobId(job_id), name_of(visitor))
    desk.wake()
    return onwards("/work", "job-again")


@router.post("/jobs/{job_id}/cancel", dependencies=[may(STEERER)])
def cancel_form(desk: Asked, visitor: Who, job_id: UUID) -> Response:
    """Gives one job up."""
    with desk.catalogue.writing(visitor.id) as tx:
        give_up_job(tx, JobId(job_id), name_of(visitor))
    return onwards("/work", "job-cancelled")


@router.post("/drafts/{draft_id}/cancel", dependencies=[may(DIRECTOR)])
def cancel_draft_form(desk: Asked, visitor: Who, draft_id: UUID) -> Response:
    """Gives a draft up that is under way, with what only it waits for."""
    with desk.catalogue.writing(visitor.id) as tx:
        cancel_draft(tx, DraftId(draft_id), name_of(visitor))
    return onwards("/work", "job-cancelled")


@router.post("/videos/{video_id}/retry", dependencies=[may(STEERER)])
def retry_video_form(desk: Asked, visitor: Who, video_id: UUID) -> Response:
    """Has all that failed of a video done again, and its last draft, where it failed."""
    with desk.catalogue.writing(visitor.id) as tx:
        again, drafted = retry_video(tx, VideoId(video_id), f"asked again by {name_of(visitor)}")
        if not again and drafted is None:
            raise NotThis(N_("nothing failed or was given up"), N_("load the page again"))
    desk.wake()
    return onwards("/work", "job-again")


def _values(request: Request, desk: Desk, visitor: Visitor, state: str) -> dict[str, Any]:
    only: Shown | None = next((one for one in SHOWN if one == state), None)
    spoken = language.language_of(request)
    with desk.catalogue.reading() as tx:
        now = tx.now()
        told = work_told(tx, visitor, only)
    return {
        "it": told,
        "only": only or "",
        "states": STATES,
        "shown": SHOWN,
        "ago": partial(language.ago, now=now, language=spoken),
        "lasts": partial(_lasts, spoken=spoken),
        "kinds": desk.words[spoken].sentences,
        "steers": partial(_may, visitor, MAKER.roles or ()),
        "directs": partial(_may, visitor, ("director",)),
    }


def _may(visitor: Visitor, roles: Collection[Role], whose: Whose) -> bool:
    """Whether they may do something about it: what is of no course is for admins of the studio alone."""
    return visitor.admin if whose.course_id is None else visitor.may(whose.course_id, *roles)


def _lasts(seconds: int, spoken: str) -> str:
    return format_timedelta(timedelta(seconds=seconds), granularity="second", threshold=1.5, locale=spoken)
