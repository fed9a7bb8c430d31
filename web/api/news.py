"""`/events`: what happens, as it happens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import StreamingResponse

from web.live import After, streamed
from web.rules import SIGNED_IN, may
from web.visitor import Visitor, visitor_of

router = APIRouter()


@router.get("/events", dependencies=[may(SIGNED_IN)], response_class=StreamingResponse)
async def events(
    request: Request,
    visitor: Annotated[Visitor, Depends(visitor_of)],
    last_event_id: Annotated[str, Header()] = "",
    after: After = "",
) -> StreamingResponse:
    """Server-sent events of all that this person may see. `Last-Event-ID`, or `after`, goes on from there."""
    return streamed(request, visitor, last_event_id or after)
