"""One's own account: the password, where one is signed in, and the tokens of one's programs."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from storage.catalogue.engine import Transaction
from storage.catalogue.entry import make_token, sessions, sign_out, sign_out_everywhere
from storage.catalogue.people import password_hash, set_password
from storage.catalogue.terms import Reach, SessionId
from web.desk import Desk
from web.language import N_
from web.pages.mails import mail_values
from web.paper import onwards, page
from web.passwords import kept_as
from web.problems import NotThis, TooOften, not_here
from web.rules import BY_HAND, SIGNED_IN, may
from web.signing import checked
from web.visitor import Asked, Visitor, Who

router = APIRouter(include_in_schema=False, prefix="/me")
Password = Annotated[str, Form(max_length=300)]
REACHES: Final[dict[Reach, str]] = {
    "send": N_("read, and send rushes and animations"),
    "read": N_("read"),
    "all": N_("everything that you may"),
}
"""How far a token goes, in words."""
DAYS: Final = (7, 30, 90, 365)


@router.get("", dependencies=[may(SIGNED_IN)])
def me(request: Request, desk: Asked, visitor: Who) -> Response:
    """The page."""
    return _page(request, desk, visitor)


@router.post("/password", dependencies=[may(BY_HAND)])
def change_password(request: Request, desk: Asked, visitor: Who, old: Password, password: Password) -> Response:
    """Keeps a new password, where the old one is right, and ends every other session."""
    who, held = visitor.person, visitor.session
    if who is None or held is None or who.email is None:
        raise not_here()
    try:
        checked(desk, request, who.email, old)
        hashed = kept_as(password, desk.limits)
    except (NotThis, TooOften) as error:
        return _page(request, desk, visitor, 422, error=error.message, todo=error.todo)
    with desk.catalogue.writing(who.id) as tx:
        set_password(tx, who.id, hashed)
        sign_out_everywhere(tx, who.id, but=held.id)
    return onwards("/me", "password")


@router.post("/tokens", dependencies=[may(BY_HAND)])
def new_token(
    request: Request,
    desk: Asked,
    visitor: Who,
    label: Annotated[str, Form(max_length=100)],
    reach: Annotated[str, Form(max_length=10)] = "send",
    days: Annotated[int, Form(ge=1, le=DAYS[-1])] = 90,
) -> Response:
    """Makes a token, and shows it: once, here."""
    try:
        with desk.catalogue.writing(visitor.id) as tx:
            secret = token(tx, desk, visitor, label, reach, days)
    except NotThis as error:
        return _page(request, desk, visitor, 422, token_error=error.message, token_todo=error.todo, label=label)
    return _page(request, desk, visitor, secret=secret, secret_of=label.strip())


@router.post("/sessions/{session_id}/end", dependencies=[may(BY_HAND)])
def end_session(desk: Asked, visitor: Who, session_id: UUID) -> Response:
    """Signs out elsewhere: a browser, or a program's token."""
    with desk.catalogue.writing(visitor.id) as tx:
        if session_id not in {one.id for one in sessions(tx, visitor.id)}:
            raise not_here()
        sign_out(tx, SessionId(session_id))
    return onwards("/me", "saved")


def token(tx: Transaction, desk: Desk, visitor: Visitor, label: str, reach: str, days: int) -> str:
    """The secret of a new token.

    Raises:
        NotThis: it has no name, goes to no such length, lasts too long, or they have too many.
    """
    wanted: Reach | None = next((one for one in REACHES if one == reach), None)
    name = label.strip()
    if not name or not name.isprintable():
        raise NotThis(N_("the token has no name"), N_("say which program or machine it is for"))
    if wanted is None or not 1 <= days <= desk.limits.token_days:
        raise NotThis(N_("there is no such token"), N_("choose one of the list"))
    if sum(one.through == "token" for one in sessions(tx, visitor.id)) >= desk.limits.tokens_most:
        raise NotThis(N_("you have as many tokens as one person may have"), N_("end one that is no longer used"))
    return make_token(tx, visitor.id, name, wanted, timedelta(days=days))


def _page(request: Request, desk: Desk, visitor: Visitor, status: int = 200, **given: str) -> Response:
    with desk.catalogue.reading() as tx:
        held, mails = sessions(tx, visitor.id), mail_values(tx, desk, visitor.id)
        with_password = password_hash(tx, visitor.id) is not None
    empty = dict.fromkeys(("error", "todo", "token_error", "token_todo", "label", "secret", "secret_of"), "")
    values = {
        "sessions": [one for one in held if one.through == "browser"],
        "tokens": [one for one in held if one.through == "token"],
        "own": visitor.session.id if visitor.session is not None else None,
        "with_password": with_password,
        "reaches": REACHES,
        "days": [one for one in DAYS if one <= desk.limits.token_days],
    }
    return page(request, "me.html", {**empty, **given, **values, **mails}, status)
