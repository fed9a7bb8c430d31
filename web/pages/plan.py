"""When each stage of a video is due and who answers for it; which stage it is in; whether it is drafted by itself."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from storage.catalogue.courses import STAGES, Due, course, dues, set_drafting, set_due, set_stage, video_called
from storage.catalogue.engine import Transaction
from storage.catalogue.people import people_on
from storage.catalogue.terms import CourseId, Stage
from web.given import DueGiven, PlanGiven
from web.language import N_, language_of
from web.pages.video import VIDEO, Address, at
from web.paper import onwards, page
from web.problems import NotThis
from web.rules import DIRECTOR, MEMBER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
UNSAID: Final = Due(None, None)


@dataclass(frozen=True, slots=True)
class Row:
    """A stage, by its name in the reader's language, and what is said of it."""

    stage: Stage
    called: str
    due: Due


@router.get(f"{VIDEO}/plan", dependencies=[may(MEMBER)])
def plan_page(request: Request, desk: Asked, address: Address) -> Response:
    """The page."""
    words = desk.words[language_of(request)]
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, said, people = course(tx, found.course), dues(tx, found.id), people_on(tx, found.course)
    rows = [Row(one, words.say(f"stage.{one}"), said.get(one, UNSAID)) for one in STAGES]
    return page(request, "plan.html", {"video": found, "at": at(found, of), "rows": rows, "people": people})


@router.post(f"{VIDEO}/plan", dependencies=[may(DIRECTOR)])
def plan_form(desk: Asked, visitor: Who, address: Address, given: Annotated[PlanGiven, Form()]) -> Response:
    """Says which stage the video is in, and whether it is drafted by itself."""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        if found.stage != given.stage:
            set_stage(tx, found.id, given.stage)
        if found.drafting != given.drafting:
            set_drafting(tx, found.id, given.drafting)
    desk.wake()
    return onwards(f"/videos/{address}/plan", "saved")


@router.post(f"{VIDEO}/plan/{{stage}}", dependencies=[may(DIRECTOR)])
def due_form(desk: Asked, visitor: Who, address: Address, stage: Stage, given: Annotated[DueGiven, Form()]) -> Response:
    """Says when a stage is due and who answers for it."""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        _checked(tx, found.course, given)
        set_due(tx, found.id, stage, given.due, given.person)
    return onwards(f"/videos/{address}/plan", "saved")


def _checked(tx: Transaction, of: CourseId, given: DueGiven) -> None:
    if given.person is not None and given.person not in {one.id for one in people_on(tx, of)}:
        raise NotThis(
            N_("they have no role on this course"), N_("give them one first"), owner=N_("choose one of the list")
        )
