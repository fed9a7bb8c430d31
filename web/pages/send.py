"""The page of a video on which rushes and animations are sent, and sorted by hand where their names say too little."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline.choose import shot_list
from pipeline.errors import NotFound
from storage.catalogue.courses import course, video, video_called
from storage.catalogue.engine import Transaction
from storage.catalogue.filming import match_rush, rush_of, rushes
from storage.catalogue.scripts import revision
from storage.catalogue.terms import RushId, VideoId
from web.desk import Desk
from web.language import N_
from web.paper import onwards, page
from web.problems import NotThis
from web.rules import MAKER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)


@router.get("/videos/{course_code}/{video_code}/send", dependencies=[may(MAKER)])
def send_page(request: Request, desk: Asked, course_code: str, video_code: str) -> Response:
    """Where files are dropped, and what became of those that were."""
    values = {"address": f"{course_code}/{video_code}"}
    with desk.catalogue.reading() as tx:
        of = video_called(tx, f"{course_code}/{video_code}")
        return page(request, "send.html", {**values, **_sorted(tx, desk, of.id), "video": of})


@router.get("/videos/{course_code}/{video_code}/send/rushes", dependencies=[may(MAKER)])
def sent_fragment(request: Request, desk: Asked, course_code: str, video_code: str) -> Response:
    """What became of the files, alone: fetched again when something happens."""
    values = {"address": f"{course_code}/{video_code}"}
    with desk.catalogue.reading() as tx:
        of = video_called(tx, f"{course_code}/{video_code}")
        return page(request, "sent.html", {**values, **_sorted(tx, desk, of.id), "video": of})


@router.post("/rushes/{rush_id}/shot", dependencies=[may(MAKER)])
def sort_form(desk: Asked, visitor: Who, rush_id: UUID, shot: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Says which shot a rush is of; empty: listening will tell."""
    with desk.catalogue.writing(visitor.id) as tx:
        rush = rush_of(tx, RushId(rush_id))
        if shot and shot not in _shots(tx, desk, rush.video):
            raise NotThis(N_("the script has no such shot"), N_("choose one of its shots"))
        match_rush(tx, rush.id, shot, rush.recorder_group)
        of = video(tx, rush.video)
        where = f"/videos/{course(tx, of.course).code}/{of.code}/send"
    desk.wake()
    return onwards(where, "saved")


def _sorted(tx: Transaction, desk: Desk, video_id: VideoId) -> dict[str, object]:
    found = rushes(tx, video_id)
    return {
        "shots": _shots(tx, desk, video_id),
        "unsorted": [one for one in found if not one.filed.shot],
        "matched": [one for one in found if one.filed.shot],
    }


def _shots(tx: Transaction, desk: Desk, video_id: VideoId) -> tuple[str, ...]:
    try:
        return tuple(shot.id for shot in shot_list(revision(tx, video_id, desk.framings).script))
    except NotFound:  # filmed before it is written down
        return ()
