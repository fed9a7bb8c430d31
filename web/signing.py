"""Signing in and out: the only place that sets or removes a session's cookie."""

from datetime import timedelta

from fastapi import Request, Response

from pipeline.errors import PipelineError
from storage.catalogue.entry import anyone_signs_in, forgiven, session, sign_in, sign_out, tried
from storage.catalogue.people import Person, password_hash, person_of
from storage.catalogue.terms import PersonId
from web.desk import Desk
from web.language import N_
from web.pacing import Paces
from web.paper import page
from web.passwords import right
from web.problems import NotThis, TooOften
from web.visitor import COOKIE, cookie, secret_of

AWAY = timedelta(minutes=10)
"""How long somebody who left to sign in elsewhere is waited for."""


def checked(desk: Desk, request: Request, email: str, password: str) -> Person:
    """Whose address and password it is.

    Raises:
        NotThis: they are nobody's; which of the two is wrong is not told.
        TooOften: it was tried too often for that account, or from that address.
    """
    limits = desk.limits
    within = timedelta(minutes=limits.tries_minutes)
    account, place = f"password of {email.strip().lower()}", f"password from {came_from(desk, request)}"
    paces: Paces = request.app.state.paces
    if paces.is_shut(account, place):
        raise TooOften(N_("too many wrong passwords"), limits.tries_minutes * 60)
    with desk.catalogue.writing() as tx:
        # what one address names no longer counts for anybody: it would fill the table, and lock others out
        over = place if tried(tx, place, within) > limits.tries_address else ""
        over = over or (account if tried(tx, account, within) > limits.tries_account else "")
    if over:
        paces.shut(over)
        raise TooOften(N_("too many wrong passwords"), limits.tries_minutes * 60)
    with desk.catalogue.reading() as tx:
        found = person_of(tx, email)
        kept = password_hash(tx, found.id) if found is not None else None
    if not right(password, kept) or found is None:
        wrong = N_("the address or the password is wrong")
        raise NotThis(wrong, N_("try again, or ask an admin for a new link"), password=wrong)
    with desk.catalogue.writing() as tx:
        forgiven(tx, account)
    return found


def came_from(desk: Desk, request: Request) -> str:
    """The network address of whoever asks: what our own proxy says, where there is one."""
    if desk.site.proxied and (said := request.headers.get("x-forwarded-for", "")):
        return said.rpartition(",")[2].strip()
    return request.client.host if request.client is not None else ""


def begun(desk: Desk, request: Request, answer: Response, person: PersonId) -> None:
    """Signs a person in with a new secret: one that was there before is over, never taken over (session fixation)."""
    lasts = timedelta(days=desk.limits.session_days)
    before, token = secret_of(request)
    with desk.catalogue.writing(person) as tx:
        held = session(tx, before, tx.now()) if before and not token else None
        if held is not None and held.through == "browser":
            sign_out(tx, held.id)
        secret = sign_in(tx, person, "browser", lasts, request.headers.get("user-agent", "")[:200])
    answer.set_cookie(
        cookie(desk),
        secret,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=desk.site.secure,
        httponly=True,
        samesite="lax",
    )


def away(desk: Desk) -> str:
    """The name of the cookie of a browser that is away to sign in elsewhere."""
    return f"{'__Host-' if desk.site.secure else ''}{COOKIE}-away"


def sign_in_again(request: Request, desk: Desk, error: PipelineError | None, status: int, **given: str) -> Response:
    """The page to sign in, with what was wrong."""
    with desk.catalogue.reading() as tx:
        waits = not anyone_signs_in(tx)
    said = {"error": error.message, "todo": error.todo} if error is not None else {"error": "", "todo": ""}
    named = desk.provider.name if desk.provider is not None else ""
    values = {"email": "", **given, **said, "waits_for_first": waits, "provider": named, "here": "/sign-in"}
    return page(request, "sign_in.html", values, status)
