"""Letting guests in by a share link: its token and password, how often they may be tried, and the guest's cookie."""

from datetime import timedelta
from typing import Final

from fastapi import Request, Response

from storage.catalogue.engine import Transaction
from storage.catalogue.entry import forgiven, tried
from storage.catalogue.guests import let_in, opened_again
from storage.catalogue.sharing import Link, Opening, opening, rooms
from web.desk import Desk
from web.language import N_
from web.pacing import Pace, Paces
from web.passwords import right
from web.problems import LinkOver, NotThis, TooOften
from web.signing import came_from
from web.visitor import Visitor, guest_cookie

OFTEN: Final = N_("too many links or passwords that are wrong")


def found_link(desk: Desk, request: Request, token: str) -> Opening:
    """The link of a token. Whoever guesses is let try no more for a while.

    Raises:
        LinkOver: it lets nobody in; who made it is told where there is one.
        TooOften: too many were tried from there that are none.
    """
    paces: Paces = request.app.state.paces
    guesses, minutes = f"links guessed from {came_from(desk, request)}", desk.limits.tries_minutes
    if paces.is_shut(guesses):
        raise TooOften(OFTEN, minutes * 60)
    with desk.catalogue.reading() as tx:
        found = opening(tx, token)
    if found is None:
        try:
            paces.spend(guesses, Pace(desk.limits.tries_address, minutes * 60))
        except TooOften:
            paces.shut(guesses)
            raise
        raise LinkOver
    if not found.open:
        raise LinkOver(found.by)
    return found


def check_password(desk: Desk, request: Request, link: Link, password: str) -> None:
    """Refuses a wrong password of a link.

    Raises:
        NotThis: it is not the one.
        TooOften: it was tried too often: there from one address, of one link from anywhere, or from one address at all.
    """
    limits, paces = desk.limits, request.app.state.paces
    place = came_from(desk, request)
    most = {
        f"password of link {link.id} from {place}": limits.tries_link,
        f"password of link {link.id}": limits.tries_address,
        f"password of links from {place}": limits.tries_address,
    }
    often = TooOften(N_("too many wrong passwords"), limits.tries_minutes * 60)
    if paces.is_shut(*most):
        raise often
    with desk.catalogue.writing() as tx:
        within = timedelta(minutes=limits.tries_minutes)
        over = next((what for what, times in most.items() if tried(tx, what, within) > times), None)
    if over is not None:
        paces.shut(over)
        raise often
    if not right(password, link.terms.password):
        wrong = N_("this is not the password of the link")
        raise NotThis(wrong, N_("try again, or ask whoever sent it"), password=wrong)
    with desk.catalogue.writing() as tx:
        for what in most:
            forgiven(tx, what)


def admitted(desk: Desk, answer: Response, found: Opening) -> None:
    """Lets a guest in, with a secret of their own in a cookie of this link."""
    lasts = timedelta(days=desk.limits.session_days)
    with desk.catalogue.writing() as tx:
        secret = let_in(tx, found.link.id, lasts)
    answer.set_cookie(
        guest_cookie(desk, found.link.id),
        secret,
        max_age=desk.limits.share_days_most * 86400,
        path="/",
        secure=desk.site.secure,
        httponly=True,
        samesite="lax",
    )


def is_in(desk: Desk, visitor: Visitor, found: Opening) -> bool:
    """Whether somebody may go where a link leads as they are: members of its course, and who opened it here before."""
    if visitor.session is not None and visitor.sees(found.course):
        return True
    held = next((one.guest for one in visitor.passes if one.guest.link == found.link.id), None)
    if held is not None:
        with desk.catalogue.writing() as tx:
            opened_again(tx, held, timedelta(days=desk.limits.session_days))
    return held is not None


def leads_to(tx: Transaction, link: Link) -> str:
    """The address of the room that a link opens; that of its own page where it opens several, or none yet."""
    there = rooms(tx, link)
    if link.course is None and there:
        return f"/videos/{there[0].course}/{there[0].video}/drafts/{there[0].number}"
    return f"/shared/{link.id}"
