"""What a share link opens: its password, the videos it leads to, and the name of its guest."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from storage.catalogue.courses import course
from storage.catalogue.guests import name_guest
from storage.catalogue.sharing import Opening, link, rooms
from storage.catalogue.terms import CourseId, LinkId
from web.admitting import admitted, check_password, found_link, is_in, leads_to
from web.desk import Desk
from web.language import N_, language_of
from web.paper import inside, onwards, page
from web.problems import NotThis, TooOften, not_here
from web.rules import ANYONE, WATCHER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=300)]
LONGEST_NAME = 80
"""Letters of a guest's name: it stands on the picture."""


@router.get("/r/{token}", dependencies=[may(ANYONE)])
def opened_link(request: Request, desk: Asked, visitor: Who, token: str) -> Response:
    """Leads to what is shared, or asks for the password of the link."""
    found = found_link(desk, request, token)
    known = is_in(desk, visitor, found)
    if not known and found.link.terms.password is not None:
        return page(request, "shared_password.html", {"error": "", "todo": "", "by": found.by})
    return _let_in(desk, found, known)


@router.post("/r/{token}", dependencies=[may(ANYONE)])
def open_link(request: Request, desk: Asked, visitor: Who, token: str, password: Text) -> Response:
    """Opens a link that has a password."""
    found = found_link(desk, request, token)
    known = is_in(desk, visitor, found)
    try:
        if not known and found.link.terms.password is not None:
            check_password(desk, request, found.link, password)
    except (NotThis, TooOften) as error:
        values = {"error": error.message, "todo": error.todo, "by": found.by}
        return page(request, "shared_password.html", values, 429 if isinstance(error, TooOften) else 422)
    return _let_in(desk, found, known)


@router.get("/shared/{link_id}", dependencies=[may(WATCHER)])
def shared(request: Request, desk: Asked, link_id: UUID) -> Response:
    """The videos that a link leads to, where they are several; else the one."""
    with desk.catalogue.reading() as tx:
        of = link(tx, LinkId(link_id))
        there, address = rooms(tx, of), leads_to(tx, of)
        title = course(tx, CourseId(request.state.course)).title
    if address != request.url.path:
        return onwards(address)
    return page(request, "shared.html", {"rooms": there, "title": title})


@router.post("/shared/{link_id}/name", dependencies=[may(WATCHER)])
def name_form(request: Request, desk: Asked, visitor: Who, link_id: UUID, name: Text, back: Text = "") -> Response:
    """Keeps the name of a guest, and goes back to where it was asked."""
    if visitor.guest is None:
        raise not_here()
    try:
        told = plain_name(name)
    except NotThis as error:
        values = {"link": link_id, "back": back, "name": visitor.guest.name, "error": error.message, "todo": error.todo}
        return page(request, "shared_name.html", values, 422)
    with desk.catalogue.writing(visitor.guest.person) as tx:
        name_guest(tx, visitor.guest, told, language_of(request))
    return onwards(inside(back, f"/shared/{link_id}"), "named")


def plain_name(name: str) -> str:
    """A guest's name: one line, without what cannot be seen.

    Raises:
        NotThis: it is empty or too long.
    """
    told = " ".join("".join(one if one.isprintable() else " " for one in name).split())
    if not told:
        raise NotThis(N_("the name is empty"), N_("write a name"), name=N_("write a name"))
    if len(told) > LONGEST_NAME:
        raise NotThis(
            N_("the name has more than 80 letters"), N_("write a shorter one"), name=N_("write a shorter one")
        )
    return told


def _let_in(desk: Desk, found: Opening, known: bool) -> Response:
    with desk.catalogue.reading() as tx:
        answer = onwards(leads_to(tx, found.link))
    if not known:
        admitted(desk, answer, found)
    return answer
