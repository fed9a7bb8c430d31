"""How one is told by e-mail: chosen on one's own page, ended by the link in each."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from storage.catalogue.engine import Transaction
from storage.catalogue.mails import HOWS, Choice, choice, choose_mails
from storage.catalogue.terms import How, PersonId
from storage.sealing import stops_whom
from web.desk import Desk
from web.language import N_
from web.paper import onwards, page
from web.problems import NotThis, not_here
from web.rules import ANYONE, SIGNED_IN, SIGNED_LINK, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
SAID: Final[dict[How, str]] = {
    "never": N_("never"),
    "at_once": N_("at once"),
    "daily": N_("once a day"),
}


@router.post("/me/mails", dependencies=[may(SIGNED_IN)])
def choose(
    desk: Asked, visitor: Who, how: Annotated[str, Form(max_length=20)], hour: Annotated[int, Form(ge=0, le=23)]
) -> Response:
    """Keeps how one wants to be told."""
    wanted: How | None = next((one for one in HOWS if one == how), None)
    if wanted is None:
        raise NotThis(N_("there is no such choice"), N_("choose one of the list"))
    with desk.catalogue.writing(visitor.id) as tx:
        choose_mails(tx, visitor.id, Choice(wanted, hour), desk.telling, desk.outside.zone)
    return onwards("/me", "saved")


@router.get("/mail/stop/{secret}", dependencies=[may(ANYONE)])
def stop_page(request: Request, desk: Asked, secret: str) -> Response:
    """Asks whether one wants no more: what only follows links (a scanner of e-mails) stops nothing."""
    _whose(desk, secret)
    return page(request, "mail_stop.html", {"secret": secret, "done": False})


@router.post("/mail/stop/{secret}", dependencies=[may(SIGNED_LINK)])
def stop(request: Request, desk: Asked, secret: str) -> Response:
    """Stops e-mails to whose link it is: by the page, or by their mail program alone (RFC 8058)."""
    person = _whose(desk, secret)
    with desk.catalogue.writing(person) as tx:
        hour = choice(tx, person, desk.telling).hour
        choose_mails(tx, person, Choice("never", hour), desk.telling, desk.outside.zone)
    return page(request, "mail_stop.html", {"secret": secret, "done": True})


def mail_values(tx: Transaction, desk: Desk, person: PersonId) -> dict[str, Any]:
    """What one's own page says of e-mails."""
    return {"mails": choice(tx, person, desk.telling), "hows": SAID, "outside": desk.outside}


def _whose(desk: Desk, secret: str) -> PersonId:
    own = desk.outside.secret
    found = None if own is None else stops_whom(own, secret)
    if found is None:
        raise not_here()
    return PersonId(found)
