"""Signing in at an identity provider: away to it, and back."""

import hmac
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from pipeline.errors import PipelineError
from storage.catalogue.engine import Transaction
from storage.catalogue.identities import came_back, depart, identified, identify
from storage.catalogue.people import Person, add_person, person, person_of
from web import language
from web.desk import Desk
from web.language import N_
from web.openid import ANEW, OpenId, derived
from web.pacing import Pace
from web.paper import onwards
from web.problems import STATUS, SignInRefused, not_here
from web.provider import Provider, Vouched
from web.rules import ANYONE, may
from web.signing import AWAY, away, begun, came_from, sign_in_again
from web.visitor import Asked

router = APIRouter(include_in_schema=False)
OFTEN: Final = Pace(300, 900)
"""From one address: a school behind one signs in on a Monday morning."""
Given = Annotated[str, Query(max_length=4096)]


@router.get("/sign-in/elsewhere", dependencies=[may(ANYONE)])
def leave(request: Request, desk: Asked) -> Response:
    """Sends a browser to the provider; it is known again by a cookie when it comes back."""
    openid = _openid(request)
    try:
        request.app.state.paces.spend(f"left from {came_from(desk, request)}", OFTEN)
        with desk.catalogue.writing() as tx:
            secret = depart(tx, AWAY)
        answer = RedirectResponse(openid.leaving(secret, _back(desk)), 303)
    except PipelineError as error:
        return sign_in_again(request, desk, error, STATUS.get(error.code, 500))
    answer.set_cookie(
        away(desk),
        secret,
        max_age=int(AWAY.total_seconds()),
        path="/",
        secure=desk.site.secure,
        httponly=True,
        samesite="lax",  # it comes back from another site
    )
    return answer


@router.get("/sign-in/back", dependencies=[may(ANYONE)])
def come_back(
    request: Request, desk: Asked, state: Given = "", code: Given = "", iss: Given = "", error: Given = ""
) -> Response:
    """Signs in whoever the provider vouches for; once for each time that they left."""
    openid = _openid(request)
    try:
        secret = _awaited(request, desk, state)
        if error or not code or iss not in {"", openid.provider.issuer}:
            raise _turned_away(error)
        found = openid.who(secret, code, _back(desk))
        spoken = language.language_of(request)
        with desk.catalogue.writing() as tx:
            who = known(tx, openid.provider, found, spoken)
    except PipelineError as refused:
        answer = sign_in_again(request, desk, refused, STATUS.get(refused.code, 500))
    else:
        answer = onwards("/")
        begun(desk, request, answer, who.id)
    answer.delete_cookie(away(desk), path="/", secure=desk.site.secure, httponly=True, samesite="lax")
    return answer


def known(tx: Transaction, provider: Provider, found: Vouched, spoken: str) -> Person:
    """The person that the provider vouches for: by its own name for them, else by an address that it has verified.

    Raises:
        SignInRefused: they are shut out, of another domain, or nobody here.
    """
    if provider.domains and found.domain not in provider.domains:
        raise SignInRefused(N_("your e-mail address is of a domain that is not let in"), todo=N_("ask an admin"))
    there = identified(tx, provider.issuer, found.subject)
    if there is None:
        if not found.email:
            todo = N_("have it confirm your address, or ask an admin for a link to come in by")
            raise SignInRefused(N_("the identity provider does not vouch for your e-mail address"), todo=todo)
        there = person_of(tx, found.email)
        if there is None and not provider.newcomers:
            raise SignInRefused(N_("nobody here has your e-mail address"), todo=N_("ask an admin to add you"))
        if there is None:
            there = person(tx, add_person(tx, found.name or found.email, found.email, language=spoken))
        identify(tx, there.id, provider.issuer, found.subject)
    if not there.active:
        raise SignInRefused(N_("you were shut out of this studio"), todo=N_("ask an admin"))
    return there


def _openid(request: Request) -> OpenId:
    found: OpenId | None = request.app.state.openid
    if found is None:
        raise not_here()
    return found


def _back(desk: Desk) -> str:
    return f"{desk.site.url}/sign-in/back"


def _awaited(request: Request, desk: Desk, state: str) -> str:
    """The secret of a browser that left from here not long ago, and comes back for the first time."""
    secret = request.cookies.get(away(desk), "")
    ours = bool(secret) and hmac.compare_digest(derived(secret, "state").encode(), state.encode())
    if ours:
        with desk.catalogue.writing() as tx:
            ours = came_back(tx, secret)
    if not ours:
        raise SignInRefused(N_("this was not begun here, or not just now"), todo=ANEW)
    return secret


def _turned_away(error: str) -> SignInRefused:
    if error == "access_denied":
        return SignInRefused(N_("you were not let in by the identity provider"), todo=ANEW)
    return SignInRefused(N_("the identity provider did not confirm that it is you"), todo=ANEW)
