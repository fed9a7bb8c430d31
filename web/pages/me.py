"""One's own account: the password, and where one is signed in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from storage.catalogue.entry import sessions, sign_out, sign_out_everywhere
from storage.catalogue.people import set_password
from storage.catalogue.terms import SessionId
from web.desk import Desk
from web.pages.mails import mail_values
from web.paper import onwards, page
from web.passwords import kept_as
from web.problems import NotThis, TooOften, not_here
from web.rules import SIGNED_IN, may
from web.signing import checked
from web.visitor import Asked, Visitor, Who

router = APIRouter(include_in_schema=False, prefix="/me")
Password = Annotated[str, Form(max_length=300)]


@router.get("", dependencies=[may(SIGNED_IN)])
def me(request: Request, desk: Asked, visitor: Who) -> Response:
    """The page."""
    return _page(request, desk, visitor)


@router.post("/password", dependencies=[may(SIGNED_IN)])
def change_password(request: Request, desk: Asked, visitor: Who, old: Password, password: Password) -> Response:
    """Keeps a new password, where the old one is right, and ends every other session."""
    who, held = visitor.person, visitor.session
    if who is None or held is None or who.email is None:
        raise not_here()
    try:
        checked(desk, request, who.email, old)
        hashed = kept_as(password, desk.limits)
    except (NotThis, TooOften) as error:
        return _page(request, desk, visitor, error.message, error.todo)
    with desk.catalogue.writing(who.id) as tx:
        set_password(tx, who.id, hashed)
        sign_out_everywhere(tx, who.id, but=held.id)
    return onwards("/me", "password")


@router.post("/sessions/{session_id}/end", dependencies=[may(SIGNED_IN)])
def end_session(desk: Asked, visitor: Who, session_id: UUID) -> Response:
    """Signs out elsewhere: a browser, or a program's token."""
    with desk.catalogue.writing(visitor.id) as tx:
        if session_id not in {one.id for one in sessions(tx, visitor.id)}:
            raise not_here()
        sign_out(tx, SessionId(session_id))
    return onwards("/me", "saved")


def _page(request: Request, desk: Desk, visitor: Visitor, error: str = "", todo: str = "") -> Response:
    with desk.catalogue.reading() as tx:
        held, mails = sessions(tx, visitor.id), mail_values(tx, desk, visitor.id)
    own = visitor.session.id if visitor.session is not None else None
    values = {"sessions": held, "own": own, "error": error, "todo": todo, **mails}
    return page(request, "me.html", values, 422 if error else 200)
