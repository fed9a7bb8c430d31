"""Whether the app lives, and whether it can work."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse

from pipeline.errors import PipelineError
from web.desk import Desk
from web.rules import ANYONE, may
from web.visitor import desk_of

router = APIRouter()


@router.get("/health", dependencies=[may(ANYONE)])
def health() -> dict[str, str]:
    """It lives."""
    return {"status": "ok"}


@router.get("/ready", dependencies=[may(ANYONE)])
def ready(desk: Annotated[Desk, Depends(desk_of)]) -> JSONResponse:
    """Whether its catalogue and store answer; 503 when one does not. Of what is wrong only which it is is told."""
    found = {"catalogue": True, "store": True}
    try:
        stands, wants = desk.catalogue.standing()
        found["catalogue"] = stands == wants
    except PipelineError:
        found["catalogue"] = False
    try:
        desk.store.stat("incoming/none")
    except PipelineError:
        found["store"] = False
    well = all(found.values())
    return JSONResponse({"status": "ok" if well else "not ready", **found}, 200 if well else 503)
