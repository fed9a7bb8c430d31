"""`/api/v1/drafts/{draft_id}`: watching a draft together, for its page: who is here, who leads, what is written."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from storage.catalogue.drafts import Drafted, draft
from storage.catalogue.terms import DraftId
from storage.catalogue.together import Place, Writing, be_here, lead, leave
from web.given import MOST
from web.live import After, streamed
from web.rules import COMMENTER, MEMBER, WATCHER, may
from web.visitor import Asked, Who

router = APIRouter(prefix="/api/v1/drafts/{draft_id}", tags=["together"])
FASTEST = 1600
"""Hundredths of a film's speed: twice what browsers play at, either way."""


class HereGiven(BaseModel):
    """Where somebody's page stands: a frame, running at `pace` hundredths of its speed; and the note being written."""

    model_config = ConfigDict(extra="forbid")
    frame: int = Field(0, ge=0, le=MOST)
    pace: int = Field(0, ge=-FASTEST, le=FASTEST)
    writing: str = Field("", max_length=2000)
    on: int = Field(0, ge=0, le=MOST)
    shown: bool = False


class LeadGiven(BaseModel):
    """Whether somebody leads."""

    model_config = ConfigDict(extra="forbid")
    leads: bool


@router.get("/events", dependencies=[may(WATCHER)], response_class=StreamingResponse)
async def events(
    request: Request,
    desk: Asked,
    visitor: Who,
    draft_id: UUID,
    last_event_id: Annotated[str, Header()] = "",
    after: After = "",
) -> StreamingResponse:
    """Server-sent events: what `/events` tells, and who watches this draft."""

    def found() -> Drafted:
        with desk.catalogue.reading() as tx:
            return draft(tx, DraftId(draft_id))

    return streamed(request, visitor, last_event_id or after, await run_in_threadpool(found))


@router.put("/presence", status_code=204, dependencies=[may(WATCHER)])
def here(request: Request, desk: Asked, visitor: Who, draft_id: UUID, given: HereGiven) -> None:
    """Says that somebody has the draft open, every ten seconds, and what their page shows when it changes."""
    writes = given.writing and COMMENTER.allows(visitor, request.state.course)
    writing = Writing(given.writing, given.on, given.shown) if writes else None
    with desk.catalogue.writing(visitor.id) as tx:
        be_here(tx, DraftId(draft_id), visitor.id, Place(given.frame, given.pace), writing)


@router.delete("/presence", status_code=204, dependencies=[may(WATCHER)])
def gone(desk: Asked, visitor: Who, draft_id: UUID) -> None:
    """Says that they have closed it."""
    with desk.catalogue.writing(visitor.id) as tx:
        leave(tx, DraftId(draft_id), visitor.id)


@router.put("/lead", status_code=204, dependencies=[may(MEMBER)])
def leads(desk: Asked, visitor: Who, draft_id: UUID, given: LeadGiven) -> None:
    """Leads the others, in place of whoever does, or stops leading."""
    with desk.catalogue.writing(visitor.id) as tx:
        lead(tx, DraftId(draft_id), visitor.id, leads=given.leads)
