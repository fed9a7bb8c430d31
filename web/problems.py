"""Errors as people and programs get them: what, why, what to do, and a code (RFC 9457, problem+json)."""

import http
import logging
import secrets
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from pipeline.errors import Damaged, NotFound, PipelineError, ScriptError
from pipeline.values import as_json
from web.language import N_
from web.paper import page
from web.visitor import WantsName, desk_of, found_visitor

log = logging.getLogger(__name__)

SECRETS: Final = ("token", "secret")
"""What in a path lets its holder in."""
MEDIA_TYPE: Final = "application/problem+json"


class Refused(PipelineError):
    """It is there, and this person may not."""

    code = "refused"


class WantsSignIn(PipelineError):
    """Nobody is signed in."""

    code = "sign-in"

    def __init__(self) -> None:
        super().__init__(N_("you are not signed in"), todo=N_("sign in, and try again"))


class LinkOver(PipelineError):
    """A share link lets nobody in: it is over, was revoked, or is none; which of the three is not told.

    `by`: who made it, empty where that is not known.
    """

    code = "link-over"

    def __init__(self, by: str = "") -> None:
        super().__init__(N_("this link lets nobody in"), todo=N_("ask whoever sent it for a new one"))
        self.by = by


class WrongToken(PipelineError):
    """A program came with a token that lets nobody in."""

    code = "wrong-token"


class SignInRefused(PipelineError):
    """Who comes from the identity provider is not let in."""

    code = "sign-in-refused"


class ProviderAway(PipelineError):
    """The identity provider cannot be asked."""

    code = "provider-away"

    def __init__(self, message: str = N_("the identity provider does not answer")) -> None:
        super().__init__(message, todo=N_("try again in a minute; if it stays, tell an admin of the studio"))


class TooOften(PipelineError):
    """It was tried too often. `seconds`: until it may be tried again, at most."""

    code = "too-often"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message, todo=f"wait {-(-seconds // 60)} minutes, then try again")
        self.seconds = seconds


class NotThis(PipelineError):
    """What was filled in cannot be taken. `fields` says of each what is wrong with it."""

    code = "not-this"

    def __init__(self, message: str, todo: str = "", **fields: str) -> None:
        super().__init__(message, todo=todo)
        self.fields = fields


def not_here() -> NotFound:
    """That what an address names is not there, or is none of theirs: which of the two is not told."""
    return NotFound(N_("there is no such thing here"), todo=N_("go back and look again"))


STATUS: Final = {
    "sign-in": 401,
    "wrong-token": 401,
    "refused": 403,
    "sign-in-refused": 403,
    "link-refused": 403,
    "not-found": 404,
    "link-over": 404,
    "wrong-folder": 404,
    "clash": 409,
    "wants-name": 409,
    "already-there": 409,
    "original-kept": 409,
    "not-this": 422,
    "script": 422,
    "preset": 422,
    "timeline": 422,
    "drawing": 422,
    "nothing-to-draft": 422,
    "unreadable-media": 422,
    "damaged": 422,
    "wrong-hash": 422,
    "too-often": 429,
    "storage": 503,
    "contended": 503,
    "provider-away": 503,
    "disk-full": 507,
}
"""The HTTP status of a code; any other is a fault of ours, 500."""


SAID_OF_OURS: Final = {
    "storage": N_("what the studio keeps cannot be reached now"),
    "storage-refused": N_("what the studio keeps cannot be reached now"),
    "contended": N_("another change was made at the same time"),
    "disk-full": N_("the disk of the studio is full"),
}
"""What is told of faults of our own servers: their names and folders stand in the log alone."""


async def answer_pipeline_error(request: Request, error: Exception) -> Response:
    """The answer to an error that Rushes knows."""
    assert isinstance(error, PipelineError)  # noqa: S101 (registered for this class)
    status = STATUS.get(error.code, 500)
    if status >= 500 and not isinstance(error, ProviderAway):
        return _ours(request, error, status)
    if isinstance(error, WantsSignIn) and not _for_programs(request) and request.method == "GET":
        return RedirectResponse("/sign-in", 303)
    if not _for_programs(request) and isinstance(error, LinkOver | WantsName):
        return _to_guest(request, error, status)
    more: dict[str, Any] = {}
    if isinstance(error, ScriptError):
        more["problems"] = [as_json(one) for one in error.problems]
    if isinstance(error, NotThis):
        more["fields"] = error.fields
    if isinstance(error, Damaged):
        more["parts"] = list(error.parts)
    answer = _answer(request, status, error.code, error.message, error.todo, **more)
    if isinstance(error, TooOften):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _to_guest(request: Request, error: LinkOver | WantsName, status: int) -> Response:
    """A page for guests: whom to ask for a new link, or a form for their name, from where they came."""
    if isinstance(error, LinkOver):
        return page(request, "shared_over.html", {"by": error.by}, status)
    came = urlsplit(request.headers.get("referer", ""))
    back = came.path if came.netloc == request.headers.get("host") else ""
    values = {"link": error.link, "back": back, "name": "", "error": "", "todo": "", "csrf": error.csrf}
    return page(request, "shared_name.html", values, status)


def _ours(request: Request, error: PipelineError, status: int) -> Response:
    """What is told of a fault of our own; the whole of it is in the log."""
    number = secrets.token_hex(4)
    log.error("fault %s: %s %s: %s", number, request.method, _told_place(request), error.message)
    if error.code in SAID_OF_OURS:
        todo = N_("try again in a minute; if it stays, tell an admin of the studio")
        return _answer(request, status, error.code, SAID_OF_OURS[error.code], todo)
    return _answer(request, status, error.code, *_fault(number))


def _fault(number: str) -> tuple[str, str]:
    return f"a fault of Rushes itself, number {number}; nothing is lost", "try again; if it stays, tell that number"


async def answer_http(request: Request, error: Exception) -> Response:
    """The answer to what the framework refuses: no such page, a method that a page has not."""
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for this class)
    code = {404: "not-found", 405: "method", 413: "too-large", 400: "bad-request"}.get(error.status_code, "http")
    said = {
        "not-found": (N_("there is no such page here"), N_("go back and look again")),
        "method": (N_("this cannot be done here"), N_("go back and look again")),
    }.get(code, (str(error.detail), ""))
    request.state.visitor = await run_in_threadpool(found_visitor, desk_of(request), request)  # no rule has looked
    answer = _answer(request, error.status_code, code, *said)
    answer.headers.update(error.headers or {})
    return answer


async def answer_invalid(request: Request, error: Exception) -> Response:
    """The answer to a request that lacks something, or has something else there; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for this class)
    fields = {".".join(str(part) for part in one["loc"][1:]): str(one["msg"]) for one in error.errors()}
    message = "the request is not as it should be: " + "; ".join(f"{name}: {why}" for name, why in fields.items())
    return _answer(request, 422, "not-this", message, "correct it, and send it again", fields=fields)


async def answer_gone(request: Request, error: Exception) -> Response:
    """The answer to who closed their page while they were sending: nobody reads it, and it is no fault."""
    del request, error
    return Response(status_code=400)


async def answer_fault(request: Request, error: Exception) -> Response:
    """The answer to a fault of ours: its number is in the log, with what happened."""
    number = secrets.token_hex(4)
    log.error("fault %s: %s %s", number, request.method, _told_place(request), exc_info=error)
    return _answer(request, 500, "fault", *_fault(number))


def _told_place(request: Request) -> str:
    """The path of a request for the log: what of it is a secret is left out."""
    place = request.url.path
    for name in SECRETS:
        if secret := request.path_params.get(name):
            place = place.replace(str(secret), "…")
    return place


def _for_programs(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", "text/html")


def _answer(request: Request, status: int, code: str, what: str, todo: str, **more: Any) -> Response:
    if _for_programs(request):
        title = http.HTTPStatus(status).phrase
        body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": what, "todo": todo}
        return JSONResponse(body | more, status, media_type=MEDIA_TYPE)
    return page(request, "problem.html", {"code": code, "what": what, "todo": todo, **more}, status=status)
