"""`/events`: what happens, as it happens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import StreamingResponse

from web.live import Hub
from web.rules import SIGNED_IN, may
from web.visitor import Visitor, visitor_of

router = APIRouter()


@router.get("/events", dependencies=[may(SIGNED_IN)], response_class=StreamingResponse)
async def events(
    request: Request,
    visitor: Annotated[Visitor, Depends(visitor_of)],
    last_event_id: Annotated[str, Header()] = "",
) -> StreamingResponse:
    """Server-sent events of all that this person may see. `Last-Event-ID` goes on from there."""
    hub: Hub = request.app.state.hub
    after = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 19 else None
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(hub.stream(visitor, after), media_type="text/event-stream", headers=headers)
