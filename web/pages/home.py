"""The home page: every course and video, how far each has come, and what waits for whom."""

from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from pipeline.errors import Clash
from storage.catalogue.grid import Shown, courses_seen, grid
from storage.catalogue.heaps import heaps
from storage.catalogue.people import give_role
from storage.catalogue.waiting import sentence
from web import language
from web.adding import new_course, new_video
from web.desk import Desk
from web.language import N_
from web.paper import onwards, page
from web.problems import NotThis
from web.rules import DIRECTOR, SIGNED_IN, STUDIO_ADMIN, may
from web.standing import HEAPS, MOST_PAGES, by_course, cells
from web.visitor import Asked, Visitor, Who

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=300)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says is shown. `n` is the page, from 0."""

    course: Annotated[str, Query(max_length=100)] = ""
    mine: bool = False
    blocked: bool = False
    n: Annotated[int, Query(ge=0, le=MOST_PAGES)] = 0

    def address(self, **changes: str | bool | int) -> str:
        """The address of the same with changes, as short as it can be; on its first page unless `n` is changed."""
        wanted = {"course": self.course, "mine": self.mine, "blocked": self.blocked, "n": 0} | changes
        said = {name: value if name in {"course", "n"} else 1 for name, value in wanted.items() if value}
        return f"/?{urlencode(said)}" if said else "/"

    def shown(self, visitor: Visitor) -> Shown:
        """What of it a visitor may see."""
        only = None if visitor.admin else visitor.courses
        return Shown(self.course.strip(), visitor.id if self.mine else None, self.blocked, only, self.n)


HEADS = (N_("Script"), N_("Rushes"), N_("Takes"), N_("Animations"), N_("Last draft"), N_("Review"), N_("Delivery"))
"""The heads of the grid, one for each of a video's cells."""

SOONEST: Final = 6
"""Facts of a heap that are shown: what somebody does next, not all they have to do."""

FilteredBy = Annotated[Filters, Depends()]


@router.get("/", dependencies=[may(SIGNED_IN)])
def home(request: Request, desk: Asked, visitor: Who, filters: FilteredBy) -> Response:
    """The home page."""
    return _home(request, desk, visitor, filters)


@router.get("/grid", dependencies=[may(SIGNED_IN)])
def home_again(request: Request, desk: Asked, visitor: Who, filters: FilteredBy) -> Response:
    """What of the home page changes as things happen."""
    return page(request, "home_live.html", _values(request, desk, visitor, filters))


@router.post("/courses", dependencies=[may(STUDIO_ADMIN)])
def course_form(
    request: Request, desk: Asked, visitor: Who, code: Text, title: Text, spoken: Text, style: Text
) -> Response:
    """Adds a course, and shows it."""
    try:
        with desk.catalogue.writing(visitor.id) as tx:
            made = new_course(tx, code, title, spoken, style, desk.styles)
            give_role(tx, visitor.id, made, "admin")
    except (NotThis, Clash) as error:
        values = {"code": code, "title": title, "spoken": spoken, "style": style}
        return _home(request, desk, visitor, Filters(), _wrong("course", error, values))
    return onwards(Filters(course=code.strip()).address(), "saved")


@router.post("/courses/{course_code}/videos", dependencies=[may(DIRECTOR)])
def video_form(request: Request, desk: Asked, visitor: Who, course_code: str, code: Text, title: Text) -> Response:
    """Adds a video after the others of a course, and shows the course."""
    filters = Filters(course=course_code)
    try:
        with desk.catalogue.writing(visitor.id) as tx:
            new_video(tx, request.state.course, code, title)
    except (NotThis, Clash) as error:
        return _home(request, desk, visitor, filters, _wrong("video", error, {"code": code, "title": title}))
    return onwards(filters.address(), "saved")


def _wrong(form: str, error: NotThis | Clash, values: dict[str, str]) -> dict[str, Any]:
    fields = error.fields if isinstance(error, NotThis) else {}
    return {"form": form, "what": error.message, "todo": error.todo, "fields": fields, **values}


def _home(
    request: Request, desk: Desk, visitor: Visitor, filters: Filters, wrong: dict[str, Any] | None = None
) -> Response:
    values = _values(request, desk, visitor, filters) | {"wrong": wrong, "styles": [(one, one) for one in desk.styles]}
    return page(request, "home.html", values, 422 if wrong else 200)


def _values(request: Request, desk: Desk, visitor: Visitor, filters: Filters) -> dict[str, Any]:
    shown = filters.shown(visitor)
    with desk.catalogue.reading() as tx:
        now = tx.now()
        today = now.astimezone(UTC).date()
        waits = heaps(tx, visitor.id, today, SOONEST)
        found, more = grid(tx, shown)
        courses = courses_seen(tx, shown.courses)
    chosen = next((one for one in courses if one.code.casefold() == shown.course.casefold()), None)
    words = desk.words[language.language_of(request)]
    return {
        "filters": filters,
        "courses": courses,
        "chosen": chosen,
        "adds_videos": chosen is not None and visitor.may(chosen.id, "director"),
        "heaps": [(*HEAPS[heap.kind], heap) for heap in waits],
        "sentence": partial(sentence, words=words),
        "grid": {course: [(one, cells(one, today)) for one in some] for course, some in by_course(found).items()},
        "more": more,
        "ago": partial(language.ago, now=now, language=language.language_of(request)),
        "heads": HEADS,
    }
