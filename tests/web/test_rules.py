"""Every route x role x own or foreign course: who may use it is what its rule says, and nothing else lets anyone in."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request

from pipeline.errors import NotFound, PipelineError
from tests.stack.studio import Studio
from tests.web.serving import ROLES, Served
from tests.web.worlds import World, world
from web import rules
from web.app import app
from web.problems import Refused, WantsSignIn
from web.rules import Rule, rule_of
from web.visitor import COOKIE, csrf_of

WHO = (None, "stranger", *ROLES, "studio")
UNKNOWN = {
    "secret": "a-secret-of-nobody",
    "token": "a-token-of-nobody",
    "name": "x",
    "number": "1",
    "person_id": "",
    "session_id": "",
}
"""What paths name besides things of a course: of no course, so that only being signed in is asked."""


def routes(made: FastAPI) -> list[APIRoute]:
    return [one for one in made.routes if isinstance(one, APIRoute)]


def refusal(rule: Rule, who: str | None, own: bool) -> type[PipelineError] | None:
    """What is raised for somebody, None when they are let in: said here once more, by hand."""
    if rule.public or (who == "studio"):
        return None
    if who is None:
        return WantsSignIn
    if rule.roles is None:
        return Refused if rule.admin else None
    if who == "stranger" or not own:
        return NotFound
    return None if who in rule.roles | {"admin"} else Refused


def asked(site: Served, made: FastAPI, route: APIRoute, who: str | None, path: dict[str, Any]) -> Request:
    headers = [(b"host", b"127.0.0.1")]
    if who is not None:
        headers += [(b"cookie", f"{COOKIE}={site.secret(who)}".encode())]
        headers += [(b"x-csrf-token", csrf_of(site.secret(who)).encode())]
    method = min(route.methods)
    scope = {"type": "http", "app": made, "method": method, "path": route.path, "headers": headers, "query_string": b""}
    return Request(scope | {"path_params": path, "state": {}})


@pytest.fixture
def worlds(site: Served) -> dict[bool, World]:
    """Whether it is theirs, and the course."""
    return {True: world(site.studio), False: world(Studio(site.catalogue, "C2"))}


def test_every_route_lets_in_whom_its_rule_names(site: Served, worlds: dict[bool, World]) -> None:
    made, seen = app(site.desk), 0
    for route in routes(made):
        rule = rule_of(route)
        assert rule is not None, f"{route.path} has no rule"
        names = re.findall(r"{(\w+)(?::\w+)?}", route.path)
        for own, there in worlds.items():
            path = {name: there.named.get(name, UNKNOWN.get(name, "1")) for name in names}
            for who in WHO:
                wanted = refusal(rule, who, own or not rule.roles)
                found = raised(rule, asked(site, made, route, who, path))
                assert found is wanted, f"{route.methods} {route.path}: {who}, {'own' if own else 'foreign'} course"
                seen += 1
    assert seen == len(routes(made)) * len(WHO) * 2 > 200


def raised(rule: Rule, request: Request) -> type[PipelineError] | None:
    try:
        with ThreadPoolExecutor(1) as apart:  # a browser's loop runs in this thread
            apart.submit(asyncio.run, rule(request)).result()
    except PipelineError as error:
        return type(error)
    return None


def test_whom_a_rule_refuses_is_refused_by_the_app(site: Served, worlds: dict[bool, World]) -> None:
    status = {WantsSignIn: {303, 401}, Refused: {403}, NotFound: {404}}
    clients = {who: site.client(who) for who in WHO}
    for route in routes(app(site.desk)):
        rule = rule_of(route)
        assert rule is not None
        for own, there in worlds.items():
            named = {name: quote(str(value)) for name, value in (UNKNOWN | there.named).items()}
            path = re.sub(r"{(\w+)(?::\w+)?}", lambda name, named=named: named.get(name[1]) or "1", route.path)
            for who, client in clients.items():
                wanted = refusal(rule, who, own or not rule.roles)
                if wanted is not None:
                    for method in route.methods:
                        answer = client.request(method, path, follow_redirects=False)
                        assert answer.status_code in status[wanted], f"{method} {path} as {who}: {answer.status_code}"
    for client in clients.values():
        client.close()


def test_things_of_two_courses_in_one_path_are_refused(site: Served, worlds: dict[bool, World]) -> None:
    mixed = {"video_id": worlds[True].named["video_id"], "asset_id": worlds[False].named["asset_id"]}
    made = app(site.desk)
    route = routes(made)[0]
    for who in ("director", "studio"):
        assert raised(rules.MEMBER, asked(site, made, route, who, mixed)) is NotFound


def test_a_route_without_a_rule_stops_the_app(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_to_all() -> str:
        return "come in"

    careless = APIRouter()
    careless.add_api_route("/open", open_to_all)
    monkeypatch.setattr("web.app.API", (SimpleNamespace(router=careless),))
    with pytest.raises(ValueError, match="wanted exactly one rule"):
        app(site.desk)
