"""Help: what each of the three kinds of people does here, on one page."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.paper import page
from web.rules import ANYONE, may

router = APIRouter(include_in_schema=False)


@router.get("/help", dependencies=[may(ANYONE)])
def help_page(request: Request) -> Response:
    """The page."""
    return page(request, "help.html")
