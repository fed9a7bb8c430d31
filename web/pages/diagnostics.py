"""A page on which anyone tries whether their own browser shows the very frames that it is asked for."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.paper import page
from web.patterns import PATTERNS
from web.rules import SIGNED_IN, may
from web.statics import static

router = APIRouter(include_in_schema=False)


@router.get("/diagnostics/player", dependencies=[may(SIGNED_IN)])
def player(request: Request) -> Response:
    """The page, with a film for each rate."""
    films = [
        {
            "name": one.name,
            "rate": f"{one.rate.numerator}/{one.rate.denominator}",
            "frames": one.frames,
            "seams": one.seams,
            "film": static(f"pattern/{one.name}.mp4"),
        }
        for one in PATTERNS
    ]
    return page(request, "diagnostics.html", {"films": films})
