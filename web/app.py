"""The app: every route with its rule, and what surrounds them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from pipeline.errors import PipelineError
from web import problems
from web.api import health, news, videos
from web.desk import Desk
from web.guard import Guard
from web.live import Hub
from web.pages import entry, home
from web.rules import rule_of
from web.statics import Statics

PAGES = (entry, home)
API = (health, news, videos)


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
    made.state.desk, made.state.hub = desk, Hub(desk.catalogue)
    for module in API:
        made.include_router(module.router)
    for module in PAGES:
        made.include_router(module.router, include_in_schema=False)
    made.mount("/static", Statics(), "static")
    for route in made.routes:
        if isinstance(route, APIRoute) and rule_of(route) is None:
            message = f"{route.path}: wanted exactly one rule that says who may use it"
            raise ValueError(message)
    made.add_exception_handler(PipelineError, problems.answer_pipeline_error)
    made.add_exception_handler(HTTPException, problems.answer_http)
    made.add_exception_handler(RequestValidationError, problems.answer_invalid)
    made.add_exception_handler(Exception, problems.answer_fault)
    made.add_middleware(Guard, desk=desk)
    return made


@contextlib.asynccontextmanager
async def _living(made: FastAPI) -> AsyncGenerator[None]:
    looking = asyncio.create_task(made.state.hub.run())
    yield
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking
