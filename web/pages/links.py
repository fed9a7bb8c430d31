"""Share links of a course: made, listed with who came by them, changed, revoked."""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from pipeline.errors import NotFound
from storage.catalogue.courses import course, video_of, videos
from storage.catalogue.drafts import draft_numbered
from storage.catalogue.sharing import revoke
from storage.catalogue.terms import CourseId, LinkId, Rights
from storage.catalogue.visits import shared_links
from web.desk import Desk
from web.given import MOST
from web.language import N_
from web.lending import ChangeGiven, LinkGiven, TermsGiven, address, change, lent
from web.paper import onwards, page
from web.problems import NotThis
from web.rules import SHARER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
Code = Annotated[str, Query(max_length=100)]
Numbered = Annotated[int, Query(ge=0, le=MOST)]
RIGHTS: Final[dict[Rights, str]] = {
    "view": N_("watch"),
    "comment": N_("watch and write notes"),
    "approve": N_("watch, write notes and decide"),
}
DAYS: Final = (1, 3, 7, 14, 30, 60, 90)
"""Lengths that the page offers."""


class FormGiven(TermsGiven):
    """The form: `target` is `course`, or `video:` or `draft:` with its id."""

    target: str = "course"

    def wanted(self) -> LinkGiven:
        """What it asks for.

        Raises:
            NotFound: it leads nowhere.
        """
        to, _, of = self.target.partition(":")
        try:
            return LinkGiven(**self.model_dump(exclude={"target"}), to=to, of=of or None)  # type: ignore[reportArgumentType] (they are checked here)
        except ValueError as error:
            raise NotFound(N_("there is no such thing here"), todo=N_("go back and look again")) from error


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form holds, and what is wrong with it; or the address that was just made, and for whom."""

    given: FormGiven
    made: str = ""
    made_for: str = ""
    error: str = ""
    todo: str = ""


@router.get("/courses/{course_code}/links", dependencies=[may(SHARER)])
def links_page(request: Request, desk: Asked, course_code: str, video: Code = "", draft: Numbered = 0) -> Response:
    """The links of a course, and a form for one more: to that draft of a video, where it is named."""
    del course_code  # the rule of the route found the course by it
    return _page(request, desk, video, draft)


@router.post("/courses/{course_code}/links", dependencies=[may(SHARER)])
def make_link(
    request: Request,
    desk: Asked,
    visitor: Who,
    course_code: str,
    given: Annotated[FormGiven, Form()],
    video: Code = "",
    draft: Numbered = 0,
) -> Response:
    """Makes a link, and shows its address: once, here."""
    del course_code
    try:
        _, token = lent(desk.catalogue, desk.limits, request.state.course, given.wanted(), visitor.id)
    except NotThis as error:
        return _page(request, desk, video, draft, Filled(given, error=error.message, todo=error.todo))
    begun = FormGiven(days=desk.limits.share_days)
    return _page(request, desk, video, draft, Filled(begun, address(desk.site.url, token), given.label))


@router.post("/links/{link_id}", dependencies=[may(SHARER)])
def change_link(
    request: Request, desk: Asked, visitor: Who, link_id: UUID, given: Annotated[ChangeGiven, Form()]
) -> Response:
    """Gives a link other terms, at once."""
    change(desk.catalogue, desk.limits, LinkId(link_id), given, visitor.id)
    return _back(request, desk)


@router.post("/links/{link_id}/revoke", dependencies=[may(SHARER)])
def revoke_link(request: Request, desk: Asked, visitor: Who, link_id: UUID) -> Response:
    """Closes a link, for ever."""
    with desk.catalogue.writing(visitor.id) as tx:
        revoke(tx, LinkId(link_id))
    return _back(request, desk)


def _back(request: Request, desk: Desk) -> Response:
    with desk.catalogue.reading() as tx:
        return onwards(f"/courses/{course(tx, CourseId(request.state.course)).code}/links", "saved")


def _page(
    request: Request,
    desk: Desk,
    code: str,
    number: int,
    filled: Filled | None = None,
) -> Response:
    of: CourseId = request.state.course
    form = filled or Filled(FormGiven(days=desk.limits.share_days))
    with desk.catalogue.reading() as tx:
        there, known, found = course(tx, of), videos(tx, of), shared_links(tx, of)
        chosen = video_of(tx, of, code) if code else None
        shown = draft_numbered(tx, chosen.id, number) if chosen is not None and number else None
    targets = [(f"video:{one.id}", f"{one.code} · {one.title}") for one in known if chosen in {None, one}]
    values: dict[str, Any] = {
        "course": there,
        "chosen": chosen,
        "draft": shown,
        "targets": targets,
        "links": found,
        "rights": RIGHTS,
        "days": [one for one in DAYS if one <= desk.limits.share_days_most],
        "form": form,
        "filled": form.given,
    }
    return page(request, "links.html", values, 422 if form.error else 200)
