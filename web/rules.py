"""Who may use a route. Every route names one rule; the app does not start with a route that has none."""

import hmac
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends, Request
from fastapi.params import Depends as DependsOn
from starlette.concurrency import run_in_threadpool

from pipeline.errors import PipelineError
from storage.catalogue.belonging import Thing, course_of_thing
from storage.catalogue.courses import course_of, video_called
from storage.catalogue.guests import who_shared
from storage.catalogue.terms import CourseId, Role
from web.desk import Desk
from web.guests import Asking, Right, grants, guest_of, id_in
from web.language import N_
from web.pacing import Pace, Paces
from web.problems import LinkOver, Refused, WantsSignIn, WrongToken, not_here
from web.signing import came_from
from web.visitor import Visitor, desk_of, found_visitor, secret_of, why_not

CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
THINGS: Final[dict[str, Thing]] = {
    f"{thing}_id": thing
    for thing in (
        "course", "video", "asset", "version", "rush", "take", "casting", "proposal", "draft", "note", "job", "link",
        "upload", "webhook",
    )
}  # fmt: skip
"""Names of what stands in a path, and what they are ids of."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a route: everyone (`public`), who is signed in, an admin of the studio, or who has one of `roles`.

    `signed`: the link is the right, whoever's browser follows it; it needs no word of ours beside it.
    `sends`: a program's token that may send, and no more, is let in. `by_hand`: no token is.
    `apart`: what is of no course is for admins of the studio alone.
    `guests`: what a share link must allow for its guests to be let in as well, to what it covers; None: none is.

    Roles are on a course: that of the thing that the path names, such as `/videos/{video_id}`, or
    `/{course_code}/{video_code}`.

    What is of another course is not there (404); what is of theirs but not for them is refused (403).
    """

    name: str
    public: bool = False
    admin: bool = False
    roles: frozenset[Role] | None = None
    signed: bool = False
    sends: bool = False
    by_hand: bool = False
    apart: bool = False
    guests: Right | None = None

    async def __call__(self, request: Request) -> None:
        """Lets a request in, with who asks in `request.state.visitor`.

        Raises:
            WantsSignIn: nobody is signed in.
            Refused: it is not for them or not for their token, or their form is not one of ours.
            WrongToken: they come with a token that lets nobody in.
            TooOften: more requests than a token may make, or wrong tokens.
            NotFound: what the path names is not there, or is none of theirs.
            LinkOver: they came in by a share link that lets nobody in any more.
            WantsName: they are a guest who is about to say something, and gave no name yet.
        """
        request.state.visitor = visitor = await run_in_threadpool(self._let_in, request)
        if (
            not self.signed
            and request.method in CHANGES
            and (visitor.session is None or visitor.session.through == "browser")
        ):
            await _ours(request, visitor, self.public)

    def _let_in(self, request: Request) -> Visitor:
        desk = desk_of(request)
        visitor = found_visitor(desk, request)
        if self.public:
            return visitor
        self._refuse_token(request, visitor)
        if visitor.session is None and not (self.guests and visitor.passes):
            raise self._nobody(desk, visitor)
        if self.admin and not visitor.admin:
            raise Refused(N_("this is for admins of the studio"), todo=N_("ask one of them"))
        if self.roles is not None:
            course = _course(desk, request)
            if self.guests and visitor.passes and not visitor.sees(course):
                visitor = guest_of(
                    desk, visitor, Asking(request.path_params, course, request.method in CHANGES), self.guests
                )
                request.state.course = course
                return visitor
            if not visitor.sees(course) or (self.apart and course is None and not visitor.admin):
                raise not_here()
            if not visitor.may(course, *self.roles):
                raise Refused(N_("your role on this course does not allow it"), todo=N_("ask who runs the course"))
            request.state.course = course
        return visitor

    def _nobody(self, desk: Desk, visitor: Visitor) -> PipelineError:
        """What is told to whom nothing lets in."""
        if not self.guests or not visitor.lapsed:
            return WantsSignIn()
        with desk.catalogue.reading() as tx:
            return LinkOver(who_shared(tx, visitor.lapsed))

    def allows(self, visitor: Visitor, course: CourseId) -> bool:
        """Whether somebody who was let in to see something of a course may do this with it as well, for pages."""
        if visitor.guest is not None:
            return self.guests is not None and grants(visitor.guest, self.guests)
        return self.roles is not None and visitor.may(course, *self.roles)

    def _refuse_token(self, request: Request, visitor: Visitor) -> None:
        """Refuses a token that lets nobody in, does not go so far, or comes too often."""
        desk, (secret, token) = desk_of(request), secret_of(request)
        if not token:
            return
        paces: Paces = request.app.state.paces
        held = visitor.session
        if held is None:
            wrong = Pace(desk.limits.tries_address, desk.limits.tries_minutes * 60)
            paces.spend(f"wrong token from {came_from(desk, request)}", wrong)
            raise WrongToken(why_not(desk, secret), todo=N_("make another on your own page, and use that"))
        paces.spend(f"token {held.id}", Pace(desk.limits.token_requests_minute, 60))
        if self.by_hand:
            raise Refused(N_("no token may do this"), todo=N_("sign in with a browser"))
        if request.method in CHANGES and (held.reach == "read" or (held.reach == "send" and not self.sends)):
            raise Refused(N_("this token may not do this"), todo=N_("make one that goes further, on your own page"))


ANYONE: Final = Rule("anyone", public=True)
SIGNED_IN: Final = Rule("signed in")
BY_HAND: Final = Rule("by hand", by_hand=True)
"""Whoever is signed in with a browser: a token that was lost makes no others, and changes no password."""
SIGNED_LINK: Final = Rule("signed link", public=True, signed=True)
"""Whoever holds the link: it is signed, for one thing and not for long, and the route itself asks for that."""
STUDIO_ADMIN: Final = Rule("studio admin", admin=True)
MEMBER: Final = Rule("member", roles=frozenset({"admin", "director", "writer", "motion", "reviewer"}))
WATCHER: Final = Rule("watcher", roles=MEMBER.roles, guests="view")
"""Who may watch drafts; guests of share links as well, as in the three that follow."""
COMMENTER: Final = Rule("commenter", roles=MEMBER.roles, guests="comment")
"""Who may write notes on them."""
APPROVER: Final = Rule("approver", roles=frozenset({"admin", "director", "reviewer"}), guests="approve")
"""Who may decide on them."""
DOWNLOADER: Final = Rule("downloader", roles=MEMBER.roles, guests="download")
"""Who may take their files home."""
COURSE_ADMIN: Final = Rule("course admin", roles=frozenset({"admin"}))
WRITER: Final = Rule("writer", roles=frozenset({"writer", "director"}))
DIRECTOR: Final = Rule("director", roles=frozenset({"director"}))
MAKER: Final = Rule("maker", roles=frozenset({"director", "writer", "motion"}))
"""Everyone but reviewers: who sends, attaches, suggests, drafts."""
HOOKER: Final = Rule("who runs webhooks", roles=COURSE_ADMIN.roles, apart=True)
"""Admins of the course; those of no course are for admins of the studio alone."""
SHARER: Final = WRITER
"""Who may share drafts with guests, by links: those who answer for what is said and shown."""
STEERER: Final = Rule("who steers a job", roles=MAKER.roles, apart=True)
"""The same, of jobs: those that are of no course are for admins of the studio alone."""

SENDER: Final = Rule("sender", roles=MAKER.roles, sends=True)
"""The same, where it is files that are sent."""


def may(rule: Rule) -> DependsOn:
    """The dependency that a route names its rule by."""
    return Depends(rule)


def rule_of(route: Any) -> Rule | None:
    """The rule of a route, None when it has none (or several, which is as bad)."""
    found = [one.dependency for one in route.dependencies if isinstance(one.dependency, Rule)]
    return found[0] if len(found) == 1 else None


def _course(desk: Desk, request: Request) -> CourseId | None:
    """The course of what the path names; every thing that it names is looked at, and they agree."""
    path = request.path_params
    found: set[CourseId | None] = set()
    with desk.catalogue.reading() as tx:
        if "video_code" in path:
            found.add(video_called(tx, f"{path['course_code']}/{path['video_code']}").course)
        elif "course_code" in path:
            found.add(course_of(tx, path["course_code"]))
        for name, thing in THINGS.items():
            if name in path:
                found.add(course_of_thing(tx, thing, id_in(path[name])))
    if len(found) != 1:
        raise not_here()
    return found.pop()


async def _ours(request: Request, visitor: Visitor, public: bool) -> None:
    """Refuses a change that another site's page asks for: the browser says so itself, and the form lacks our word.

    `public`: anybody may ask for it, so that a page of any link that was opened here may hold the form.

    Raises:
        Refused: it comes from elsewhere, or from a page of another session.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Refused(N_("this form was sent from another site"), todo=N_("open the page here, and send it again"))
    if visitor.session is None and visitor.guest is None:
        return  # nobody's rights are used
    given = request.headers.get("x-csrf-token", "")
    if not given and request.headers.get("content-type", "").startswith(FORMS):
        given = str((await request.form()).get("csrf", ""))
    words = (visitor.csrf, *(one.csrf for one in visitor.passes if public))
    if not any(hmac.compare_digest(given.encode(), one.encode()) for one in words):
        raise Refused(N_("this form is too old, or not one of ours"), todo=N_("load the page again, and send it again"))
