"""People: who is in the studio, what they do on which course, and how they come in. For admins of the studio."""

from datetime import timedelta
from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline.errors import PipelineError
from storage.catalogue.courses import course_of
from storage.catalogue.entry import one_time_link, sign_out_everywhere
from storage.catalogue.grid import courses_seen
from storage.catalogue.people import add_person, give_role, members, person, set_active, take_role
from storage.catalogue.terms import PersonId, Role
from web.desk import LANGUAGES, Desk
from web.language import N_
from web.pages.entry import told
from web.paper import onwards, page
from web.problems import NotThis
from web.rules import STUDIO_ADMIN, may
from web.visitor import Asked, Visitor, Who

router = APIRouter(include_in_schema=False, prefix="/people")
Text = Annotated[str, Form(max_length=300)]
ROLES: tuple[Role, ...] = get_args(Role)
SAID = {
    "admin": N_("admin of the course"),
    "director": N_("director"),
    "writer": N_("writer"),
    "motion": N_("motion designer"),
    "reviewer": N_("reviewer"),
}


@router.get("", dependencies=[may(STUDIO_ADMIN)])
def people_page(request: Request, desk: Asked) -> Response:
    """Everyone, and a form for one more."""
    return _page(request, desk)


@router.post("", dependencies=[may(STUDIO_ADMIN)])
def new_person(request: Request, desk: Asked, visitor: Who, name: Text, email: Text, language: Text = "fr") -> Response:
    """Adds somebody, and shows the link by which they choose a password: once, here."""
    try:
        told(name, email)
        with desk.catalogue.writing(visitor.id) as tx:
            chosen = next((one for one in LANGUAGES if one == language), LANGUAGES[0])
            added = add_person(tx, name.strip(), email, language=chosen)
    except PipelineError as error:
        values = {"error": error.message, "todo": error.todo, "name": name, "email": email}
        return _page(request, desk, status=422, **values)
    return _with_link(request, desk, visitor, added)


@router.post("/{person_id}/link", dependencies=[may(STUDIO_ADMIN)])
def new_link(request: Request, desk: Asked, visitor: Who, person_id: UUID) -> Response:
    """Shows a new link by which somebody chooses a password; the one before is over."""
    return _with_link(request, desk, visitor, PersonId(person_id))


@router.post("/{person_id}/active", dependencies=[may(STUDIO_ADMIN)])
def let_in(desk: Asked, visitor: Who, person_id: UUID, active: Text) -> Response:
    """Shuts somebody out at once, or lets them in again; what they wrote stays."""
    if person_id == visitor.id:
        raise NotThis(N_("you would shut yourself out"), N_("ask another admin of the studio"))
    with desk.catalogue.writing(visitor.id) as tx:
        set_active(tx, PersonId(person_id), active=active == "yes")
        if active != "yes":
            sign_out_everywhere(tx, PersonId(person_id))
    return onwards("/people", "saved")


@router.post("/{person_id}/roles", dependencies=[may(STUDIO_ADMIN)])
def change_role(desk: Asked, visitor: Who, person_id: UUID, course: Text, role: Text, has: Text = "yes") -> Response:
    """Gives somebody a role on a course, or takes it."""
    wanted: Role | None = next((one for one in ROLES if one == role), None)
    if wanted is None:
        raise NotThis(N_("there is no such role"), N_("choose one of the list"), role=N_("choose one of the list"))
    with desk.catalogue.writing(visitor.id) as tx:
        person(tx, PersonId(person_id))
        if has == "yes":
            give_role(tx, PersonId(person_id), course_of(tx, course), wanted)
        else:
            take_role(tx, PersonId(person_id), course_of(tx, course), wanted)
    return onwards("/people", "saved")


def _with_link(request: Request, desk: Desk, visitor: Visitor, who: PersonId) -> Response:
    with desk.catalogue.writing(visitor.id) as tx:
        name = person(tx, who).name
        secret = one_time_link(tx, "password", who, timedelta(hours=desk.limits.link_hours))
    return _page(request, desk, link=f"{desk.site.url}/password/{secret}", link_of=name)


def _page(request: Request, desk: Desk, status: int = 200, **values: str) -> Response:
    with desk.catalogue.reading() as tx:
        shown, courses = members(tx), courses_seen(tx, None)
    empty = {"error": "", "todo": "", "name": "", "email": "", "link": "", "link_of": ""}
    given = {"members": shown, "courses": courses, "roles": SAID, "hours": desk.limits.link_hours}
    return page(request, "people.html", {**empty, **values, **given}, status)
