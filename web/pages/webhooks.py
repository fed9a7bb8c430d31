"""Webhooks: addresses that are told what happens, what was sent to them and what they answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from storage.addresses import AddressRefused, receiver
from storage.catalogue.terms import CourseId, DeliveryId, Occasion, WebhookId
from storage.catalogue.webhooks import (
    add_webhook,
    deliveries,
    new_webhook_secret,
    remove_webhook,
    replay,
    set_webhook,
    try_webhook,
    webhook,
    webhooks,
)
from web import language
from web.desk import Desk
from web.language import N_
from web.paper import onwards, page
from web.problems import NotThis
from web.rules import COURSE_ADMIN, HOOKER, STUDIO_ADMIN, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=500)]
Kinds = Annotated[list[str], Form(max_length=10)]

KINDS: Final[dict[Occasion, str]] = {
    "draft.ready": N_("a draft is ready"),
    "version.landed": N_("a version has landed"),
    "waiting": N_("something waits for somebody"),
    "failed": N_("something failed"),
}
REFUSED: Final = (
    N_("this is no address"),
    N_("the address begins otherwise than with https"),
    N_("the address has a name or a password before the host"),
    N_("the address leads into the studio's own network"),
    N_("write an address such as https://chat.example.org/hooks/rushes"),
    N_("name a public one, or have the admin of the machines set RUSHES_WEBHOOKS_PRIVATE"),
)
"""What `storage.addresses` says of an address that nothing is sent to."""
CAUSES: Final = {
    "failing": N_("it failed for days, and was stopped"),
    "gone": N_("the receiver wants nothing more, and it was stopped"),
}
STATES: Final = {
    "waiting": ("waiting", N_("waits")),
    "delivered": ("approved", N_("arrived")),
    "failed": ("failed", N_("failed")),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, and what is wrong with it."""

    url: str = ""
    kinds: tuple[str, ...] = tuple(KINDS)
    error: str = ""
    todo: str = ""


@router.get("/webhooks", dependencies=[may(STUDIO_ADMIN)])
def all_webhooks(request: Request, desk: Asked) -> Response:
    """Those of the studio and of every course."""
    return _list(request, desk, "")


@router.get("/courses/{course_code}/webhooks", dependencies=[may(COURSE_ADMIN)])
def course_webhooks(request: Request, desk: Asked, course_code: str) -> Response:
    """Those of a course."""
    return _list(request, desk, course_code)


@router.post("/webhooks", dependencies=[may(STUDIO_ADMIN)])
def add_for_all(request: Request, desk: Asked, visitor: Who, url: Text, kinds: Kinds = []) -> Response:  # noqa: B006 (FastAPI copies it)
    """Adds one for the whole studio, and shows its secret: once, here."""
    return _added(request, desk, visitor, "", url, kinds)


@router.post("/courses/{course_code}/webhooks", dependencies=[may(COURSE_ADMIN)])
def add_for_course(
    request: Request,
    desk: Asked,
    visitor: Who,
    course_code: str,
    url: Text,
    kinds: Kinds = [],  # noqa: B006 (FastAPI copies it)
) -> Response:
    """Adds one for a course, and shows its secret: once, here."""
    return _added(request, desk, visitor, course_code, url, kinds)


@router.get("/webhooks/{webhook_id}", dependencies=[may(HOOKER)])
def one_webhook(request: Request, desk: Asked, webhook_id: UUID) -> Response:
    """One, with what was sent to it."""
    return _one(request, desk, WebhookId(webhook_id))


@router.post("/webhooks/{webhook_id}/secret", dependencies=[may(HOOKER)])
def new_secret(request: Request, desk: Asked, visitor: Who, webhook_id: UUID) -> Response:
    """Makes another secret, and shows it: once, here."""
    own = own_secret(desk)
    with desk.catalogue.writing(visitor.id) as tx:
        secret = new_webhook_secret(tx, WebhookId(webhook_id), own)
    return _one(request, desk, WebhookId(webhook_id), secret)


@router.post("/webhooks/{webhook_id}/test", dependencies=[may(HOOKER)])
def send_test(desk: Asked, visitor: Who, webhook_id: UUID) -> Response:
    """Has something sent to see whether it arrives."""
    with desk.catalogue.writing(visitor.id) as tx:
        try_webhook(tx, WebhookId(webhook_id))
    return onwards(f"/webhooks/{webhook_id}", "webhook-sent")


@router.post("/webhooks/{webhook_id}/active", dependencies=[may(HOOKER)])
def turn(desk: Asked, visitor: Who, webhook_id: UUID, active: Text) -> Response:
    """Stops it, or has it told again."""
    with desk.catalogue.writing(visitor.id) as tx:
        set_webhook(tx, WebhookId(webhook_id), active=active == "yes")
    return onwards(f"/webhooks/{webhook_id}", "saved")


@router.post("/webhooks/{webhook_id}/remove", dependencies=[may(HOOKER)])
def remove(desk: Asked, visitor: Who, webhook_id: UUID) -> Response:
    """Removes it, with what was sent to it."""
    with desk.catalogue.writing(visitor.id) as tx:
        course = webhook(tx, WebhookId(webhook_id)).course
        remove_webhook(tx, WebhookId(webhook_id))
    return onwards(_at(course), "saved")


@router.post("/webhooks/{webhook_id}/deliveries/{number}/replay", dependencies=[may(HOOKER)])
def send_again(desk: Asked, visitor: Who, webhook_id: UUID, number: str) -> Response:
    """Sends the same once more, under the same id."""
    try:
        delivery = DeliveryId(UUID(number))
    except ValueError as error:
        raise NotThis(N_("there is no such thing here"), N_("go back and look again")) from error
    with desk.catalogue.writing(visitor.id) as tx:
        replay(tx, WebhookId(webhook_id), delivery)
    return onwards(f"/webhooks/{webhook_id}", "webhook-sent")


def own_secret(desk: Desk) -> bytes:
    """The studio's own secret, that webhooks are signed with.

    Raises:
        NotThis: none is set.
    """
    if desk.outside.secret is None:
        raise NotThis(N_("webhooks need a secret of the studio to be signed with"), N_("have RUSHES_SECRET set"))
    return desk.outside.secret


def checked(desk: Desk, url: str, kinds: Iterable[str]) -> tuple[Occasion, ...]:
    """What a webhook is told, where it and its address can be taken.

    Raises:
        NotThis: they cannot.
        AddressRefused: nothing is sent to that address.
    """
    own_secret(desk)
    receiver(url, private=desk.outside.private)
    wanted: tuple[Occasion, ...] = tuple(one for one in KINDS if one in set(kinds))
    if not wanted:
        raise NotThis(N_("a webhook that is told nothing is of no use"), N_("choose what it is told"))
    return wanted


def _added(request: Request, desk: Desk, visitor: Who, code: str, url: str, kinds: list[str]) -> Response:
    course: CourseId | None = request.state.course if code else None
    try:
        wanted = checked(desk, url, kinds)
    except (NotThis, AddressRefused) as error:
        filled = Filled(url, tuple(kinds), error.message, error.todo)
        return _list(request, desk, code, filled)
    with desk.catalogue.writing(visitor.id) as tx:
        hook, secret = add_webhook(tx, course, url.strip(), wanted, own_secret(desk))
    return _one(request, desk, hook, secret)


def _list(request: Request, desk: Desk, code: str, filled: Filled = Filled()) -> Response:
    courses = None if not code else (request.state.course,)
    with desk.catalogue.reading() as tx:
        found = webhooks(tx, courses)
    values = _common(desk) | {"hooks": found, "code": code, "at": _at(code), "filled": filled}
    return page(request, "webhooks.html", values, 422 if filled.error else 200)


def _one(request: Request, desk: Desk, hook: WebhookId, secret: str = "") -> Response:
    with desk.catalogue.reading() as tx:
        now = tx.now()
        found, sent = webhook(tx, hook), deliveries(tx, hook)
    ago = partial(language.ago, now=now, language=language.language_of(request))
    values = {"hook": found, "sent": sent, "secret": secret, "ago": ago, "up": _at(found.course)}
    return page(request, "webhook.html", _common(desk) | values)


def _common(desk: Desk) -> dict[str, Any]:
    def shown(url: str) -> str:
        return receiver(url, private=True).shown

    return {
        "kinds": KINDS,
        "causes": CAUSES,
        "states": STATES,
        "shown": shown,
        "possible": desk.outside.secret is not None,
    }


def _at(course: str) -> str:
    return f"/courses/{course}/webhooks" if course else "/webhooks"
