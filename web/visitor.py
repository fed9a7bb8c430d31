"""Who asks: read once for each request from its cookie or token."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from pipeline.errors import PipelineError
from storage.catalogue.entry import SEEN, Session, ran_out, seen, session
from storage.catalogue.guests import Guest, guests
from storage.catalogue.people import Person
from storage.catalogue.terms import CourseId, LinkId, PersonId, Role
from web.desk import Desk
from web.language import N_

COOKIE = "rushes"
GUEST = f"{COOKIE}-guest-"
"""How cookies of guests begin: one for each link that was opened in a browser."""
MOST_LINKS = 50
"""Links that one browser is a guest of at a time, at most: more cookies than that are no browser's of ours."""


class WantsName(PipelineError):
    """A guest is about to say something, and gave no name yet. `csrf`: what the form that asks for it must carry."""

    code = "wants-name"

    def __init__(self, link: LinkId, csrf: str) -> None:
        super().__init__(N_("you have not said who you are"), todo=N_("give your name, and try again"))
        self.link, self.csrf = link, csrf


@dataclass(frozen=True, slots=True)
class Pass:
    """What a link that was opened in this browser lets it do; `csrf` is what its forms must carry."""

    guest: Guest
    csrf: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks; `session` is None for those who are not signed in. `csrf` is what their forms must carry.

    `guest`: they come in by a share link, to what that link covers, and are nobody else here: pages show them no way
    to anything else, and nothing internal. `passes` are those of all links that were opened in this browser; `lapsed`
    the secrets of guests that let nobody in any more.
    """

    session: Session | None = None
    csrf: str = ""
    guest: Guest | None = None
    passes: tuple[Pass, ...] = ()
    lapsed: tuple[str, ...] = field(default=(), repr=False)

    @property
    def person(self) -> Person | None:
        """The person, when signed in."""
        return self.session.person if self.session is not None else None

    @property
    def id(self) -> PersonId:
        """The id of whoever is signed in, or of a guest: routes that ask for it have a rule that wants one.

        Raises:
            WantsName: a guest gave no name yet.
        """
        if self.guest is not None:
            if self.guest.person is None:
                raise WantsName(self.guest.link, self.csrf)
            return self.guest.person
        assert self.session is not None  # noqa: S101 (the rule of the route has seen to it)
        return self.session.person.id

    @property
    def admin(self) -> bool:
        """Whether the whole studio is theirs."""
        return self.session is not None and self.session.person.admin

    @property
    def courses(self) -> frozenset[CourseId]:
        """The courses that they do something on; an admin sees all the others as well."""
        return frozenset(self.session.roles) if self.session is not None else frozenset()

    def roles(self, course: CourseId | None) -> frozenset[Role]:
        """What they do on a course; None: on any, for what is the whole studio's."""
        if self.session is None:
            return frozenset()
        if course is None:
            return frozenset(role for some in self.session.roles.values() for role in some)
        return self.session.roles.get(course, frozenset())

    def sees(self, course: CourseId | None) -> bool:
        """Whether a course, or what is the whole studio's, may be shown to them."""
        return self.admin or (self.session is not None and (course is None or course in self.session.roles))

    def may(self, course: CourseId | None, *wanted: Role) -> bool:
        """Whether they have one of these roles there; who is admin of the course, or of the studio, may do all."""
        return self.admin or bool(self.roles(course) & {*wanted, "admin"})


def csrf_of(secret: str) -> str:
    """What forms of a session carry: known only to who has its secret, and of no use to sign in with."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def desk_of(request: Request) -> Desk:
    """What the app works with."""
    return request.app.state.desk


def visitor_of(request: Request) -> Visitor:
    """Who asks, as the rule of the route found them."""
    return request.state.visitor


def secret_of(request: Request) -> tuple[str, bool]:
    """The secret that a request carries, empty for none; and whether it is a program's token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(), True
    return request.cookies.get(cookie(desk_of(request)), ""), False


def cookie(desk: Desk) -> str:
    """The name of the cookie: by HTTPS one that no other host can set (RFC 6265bis, `__Host-`)."""
    return f"__Host-{COOKIE}" if desk.site.secure else COOKIE


def found_visitor(desk: Desk, request: Request) -> Visitor:
    """Who asks, by the cookie or token of a request; nobody when it is nobody's."""
    secret, token = secret_of(request)
    opened = () if token else _opened(request)
    if not secret and not opened:
        return Visitor()
    with desk.catalogue.reading() as tx:
        now = tx.now()
        found = session(tx, secret, now) if secret else None
        held = guests(tx, opened, now)
    passes = tuple(Pass(guest, csrf_of(one)) for one, guest in held.items())
    lapsed = tuple(one for one in opened if one not in held)
    if found is None or (found.through == "token") != token:
        return Visitor(passes=passes, lapsed=lapsed)
    if found.seen_at + SEEN < now or (token and not found.used):
        with desk.catalogue.writing() as tx:
            seen(tx, found.id, timedelta(days=desk.limits.session_days))
    return Visitor(found, csrf_of(secret), passes=passes, lapsed=lapsed)


def guest_cookie(desk: Desk, link: LinkId) -> str:
    """The name of the cookie of a link's guest. It tells which link to this browser alone, which has it."""
    return f"{'__Host-' if desk.site.secure else ''}{GUEST}{link.hex}"


def _opened(request: Request) -> tuple[str, ...]:
    """The secrets of the links that were opened in this browser."""
    begins = f"{'__Host-' if desk_of(request).site.secure else ''}{GUEST}"
    return tuple(value for name, value in request.cookies.items() if name.startswith(begins) and value)[:MOST_LINKS]


def why_not(desk: Desk, secret: str) -> str:
    """What is wrong with a token that lets nobody in."""
    with desk.catalogue.reading() as tx:
        over = ran_out(tx, secret, tx.now())
    return N_("this token is too old") if over else N_("this token is nobody's: it was ended, or is not whole")


Asked = Annotated[Desk, Depends(desk_of)]
"""A route's argument: what the app works with."""
Who = Annotated[Visitor, Depends(visitor_of)]
"""A route's argument: who asks."""
