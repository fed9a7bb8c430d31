"""The home page: every course and video, and what waits for whom."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.paper import page
from web.rules import SIGNED_IN, may

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[may(SIGNED_IN)])
def home(request: Request) -> Response:
    """The home page."""
    return page(request, "home.html")
