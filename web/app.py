"""The app: every route with its rule, and what surrounds them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import Mount

from pipeline.errors import PipelineError
from web import problems
from web.api import assets as asset_api
from web.api import called, changes, courses, described, health, jobs, news, notes, parts, together, uploads, videos
from web.api import links as link_api
from web.api import me as me_api
from web.desk import Desk
from web.guard import Guard
from web.live import Hub
from web.openid import OpenId
from web.pacing import Paces
from web.pages import (
    assets,
    compare,
    diagnostics,
    elsewhere,
    entry,
    guide,
    home,
    links,
    mails,
    me,
    out,
    owing,
    people,
    plan,
    proposals,
    script,
    send,
    shared,
    studio,
    video,
    watch,
    webhooks,
    work,
)
from web.pages import notes as note_pages
from web.rules import rule_of
from web.statics import Statics

PAGES = (
    *(entry, elsewhere, guide, home, me, people, video, script, proposals, send, compare, note_pages, watch, out),
    *(owing, assets, plan, work, studio, webhooks, mails, shared, links, diagnostics),
)
API = (
    *(changes, called, courses, described, health, me_api, news, videos, parts, uploads, asset_api, jobs, link_api),
    *(together, notes),
)


def app(desk: Desk) -> FastAPI:
    """The app of a studio.

    Raises:
        ValueError: a route has no rule, so that nobody knows who may use it.
    """
    made = FastAPI(
        title="Rushes",
        version="1",
        lifespan=_living,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # the API's description has a route of ours, with a rule
    )
    made.state.desk, made.state.hub, made.state.paces = desk, Hub(desk.catalogue), Paces()
    made.state.openid = None if desk.provider is None else OpenId(desk.provider)
    for module in (*API, *PAGES):  # taken over as they are: a router that is included would hide its routes
        made.router.routes.extend(module.router.routes)
    for route in made.router.routes:
        if not isinstance(route, APIRoute) or rule_of(route) is None:
            message = f"{route}: wanted exactly one rule that says who may use it"
            raise ValueError(message)
    made.router.routes.insert(0, Mount("/static", Statics(), name="static"))  # asked for most often: looked for first
    made.add_exception_handler(PipelineError, problems.answer_pipeline_error)
    made.add_exception_handler(HTTPException, problems.answer_http)
    made.add_exception_handler(RequestValidationError, problems.answer_invalid)
    made.add_exception_handler(ClientDisconnect, problems.answer_gone)
    made.add_exception_handler(Exception, problems.answer_fault)
    made.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    made.add_middleware(Guard, desk=desk)
    return made


@contextlib.asynccontextmanager
async def _living(made: FastAPI) -> AsyncGenerator[None]:
    looking = asyncio.create_task(made.state.hub.run())
    yield
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking
