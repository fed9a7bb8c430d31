"""Coming in: signing in and out, the first admin, choosing a password, the language."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline.errors import NotFound
from storage.catalogue.engine import Transaction
from storage.catalogue.entry import (
    anyone_signs_in,
    sign_out,
    sign_out_everywhere,
    whom_it_lets_in,
)
from storage.catalogue.people import add_person, person, set_language, set_password
from web import language
from web.desk import LANGUAGES
from web.language import N_
from web.paper import inside, onwards, page
from web.passwords import kept_as
from web.problems import NotThis, TooOften
from web.rules import ANYONE, SIGNED_IN, may
from web.signing import begun, checked, sign_in_again
from web.visitor import Asked, Who, cookie

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=300)]


@router.get("/sign-in", dependencies=[may(ANYONE)])
def sign_in_page(request: Request, desk: Asked, visitor: Who) -> Response:
    """Where one signs in; a studio without anyone says how its first admin comes in."""
    if visitor.session is not None:
        return onwards("/")
    return sign_in_again(request, desk, None, 200)


@router.post("/sign-in", dependencies=[may(ANYONE)])
def sign_in_form(request: Request, desk: Asked, email: Text, password: Text) -> Response:
    """Signs in."""
    try:
        found = checked(desk, request, email, password)
    except (NotThis, TooOften) as error:
        return sign_in_again(request, desk, error, 429 if isinstance(error, TooOften) else 422, email=email)
    answer = onwards("/")
    begun(desk, request, answer, found.id)
    return answer


@router.post("/sign-out", dependencies=[may(SIGNED_IN)])
def sign_out_form(desk: Asked, visitor: Who) -> Response:
    """Signs out."""
    if visitor.session is not None:
        with desk.catalogue.writing(visitor.id) as tx:
            sign_out(tx, visitor.session.id)
    answer = onwards("/sign-in", "signed-out")
    answer.delete_cookie(cookie(desk), path="/", secure=desk.site.secure, httponly=True, samesite="lax")
    return answer


@router.get("/first/{secret}", dependencies=[may(ANYONE)])
def first_page(request: Request, desk: Asked, secret: str) -> Response:
    """Where the first admin says who they are."""
    with desk.catalogue.reading() as tx:
        _first(tx, secret, use=False)
    return page(request, "first_admin.html", {"error": "", "todo": "", "name": "", "email": "", "secret": secret})


@router.post("/first/{secret}", dependencies=[may(ANYONE)])
def first_form(request: Request, desk: Asked, secret: str, name: Text, email: Text, password: Text) -> Response:
    """Makes the first admin, and signs them in."""
    with desk.catalogue.reading() as tx:
        _first(tx, secret, use=False)  # before the password costs us anything
    try:
        hashed = kept_as(password, desk.limits)
        told(name, email)
    except NotThis as error:
        values = {"error": error.message, "todo": error.todo, "name": name, "email": email, "secret": secret}
        return page(request, "first_admin.html", values, 422)
    with desk.catalogue.writing() as tx:
        _first(tx, secret, use=True)
        added = add_person(tx, name.strip(), email, language=language.language_of(request), admin=True)
        set_password(tx, added, hashed)
    answer = onwards("/")
    begun(desk, request, answer, added)
    return answer


@router.get("/password/{secret}", dependencies=[may(ANYONE)])
def password_page(request: Request, desk: Asked, secret: str) -> Response:
    """Where somebody who was invited, or forgot it, chooses a password."""
    with desk.catalogue.reading() as tx:
        who = whom_it_lets_in(tx, secret, "password")
        name = person(tx, who).name if who is not None else ""
    return page(request, "password.html", {"error": "", "todo": "", "secret": secret, "name": name})


@router.post("/password/{secret}", dependencies=[may(ANYONE)])
def password_form(request: Request, desk: Asked, secret: str, password: Text) -> Response:
    """Keeps the new password, ends what was open with the old one, and signs in."""
    with desk.catalogue.reading() as tx:
        whom_it_lets_in(tx, secret, "password")  # before the password costs us anything
    try:
        hashed = kept_as(password, desk.limits)
    except NotThis as error:
        values = {"error": error.message, "todo": error.todo, "secret": secret, "name": ""}
        return page(request, "password.html", values, 422)
    with desk.catalogue.writing() as tx:
        who = whom_it_lets_in(tx, secret, "password", use=True)
        if who is None:
            raise NotFound(N_("this link works no more: it was used, or it is too old"), todo=N_("ask for a new one"))
        set_password(tx, who, hashed)
        sign_out_everywhere(tx, who)
    answer = onwards("/", "password")
    begun(desk, request, answer, who)
    return answer


@router.post("/language", dependencies=[may(ANYONE)])
def language_form(desk: Asked, visitor: Who, wanted: Text, back: Text = "/") -> Response:
    """Goes on in another language: kept in the profile, and in a cookie for who is not signed in."""
    chosen = next((one for one in LANGUAGES if one == wanted), LANGUAGES[0])
    if visitor.session is not None:
        with desk.catalogue.writing(visitor.id) as tx:
            set_language(tx, visitor.id, chosen)
    answer = onwards(inside(back))
    answer.set_cookie(language.COOKIE, chosen, max_age=365 * 86400, samesite="lax", secure=desk.site.secure)
    return answer


def told(name: str, email: str) -> None:
    """Refuses a name or an address that says nothing.

    Raises:
        NotThis: one of them is empty, or the address is none.
    """
    if not name.strip():
        raise NotThis(N_("the name is empty"), N_("write a name"), name=N_("write a name"))
    local, at, host = email.strip().partition("@")
    if not (local and at and host) or any(one.isspace() for one in email.strip()):
        todo = N_("write it as name@example.org")
        raise NotThis(N_("this is no e-mail address"), todo, email=todo)


def _first(tx: Transaction, secret: str, *, use: bool) -> None:
    whom_it_lets_in(tx, secret, "first_admin", use=use)
    if anyone_signs_in(tx):
        raise NotFound(N_("this link works no more: it was used, or it is too old"), todo=N_("ask for a new one"))
