"""What a share link covers and allows: each thing of a course x each kind of link, each right x each rule."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from pipeline.errors import NotFound, PipelineError
from storage.catalogue.sharing import Terms, change_terms, revoke
from storage.catalogue.terms import LinkId, Rights
from tests.stack.studio import Studio
from tests.web.serving import Served
from tests.web.sharing import Lent, named, secret_of
from tests.web.test_rules import UNKNOWN, raised, routes
from tests.web.worlds import world
from web import rules
from web.guests import covers
from web.problems import LinkOver, Refused, WantsSignIn
from web.rules import Rule, rule_of
from web.visitor import GUEST, WantsName, csrf_of

RULES = {"view": rules.WATCHER, "comment": rules.COMMENTER, "approve": rules.APPROVER, "download": rules.DOWNLOADER}
ROOM = "/videos/C1/V1/drafts"


def asks(made: FastAPI, client: httpx.Client, link: LinkId, path: dict[str, Any], method: str = "GET") -> Request:
    """What a guest's browser asks, of a path with these names."""
    secret = secret_of(client, link)
    headers = [(b"host", b"127.0.0.1"), (b"cookie", f"{GUEST}{link.hex}={secret}".encode())]
    headers += [(b"x-csrf-token", csrf_of(secret).encode())]
    scope = {"type": "http", "app": made, "method": method, "path": "/", "headers": headers, "query_string": b""}
    return Request(scope | {"path_params": path, "state": {}})


def refused(lent: Lent, rule: Rule, client: httpx.Client, link: LinkId, **path: Any) -> type[PipelineError] | None:
    return raised(rule, asks(lent.site.app, client, link, path))


def test_a_link_to_a_draft_covers_it_and_no_other(lent: Lent) -> None:
    link, token = lent.share()
    second, other = lent.draft(), lent.another_video()
    with lent.guest(token) as client:
        assert client.get(f"{ROOM}/1").status_code == 200
        assert client.get(f"{ROOM}/2").status_code == 404, "a newer draft"
        assert client.get(f"{ROOM}/2/poster.jpg").status_code == 404
        assert client.get(f"{ROOM}/3").status_code == 404, "none"
        for path in (
            {"draft_id": second.id},
            {"draft_id": lent.drafts[-1].id},
            {"video_id": other},
            {"video_id": lent.site.studio.video},
            {"draft_id": lent.drafts[0].id, "video_id": other},
            {"course_code": "C1"},
            {"course_code": "C1", "video_code": "V1"},
            {"course_code": "C1", "video_code": "V1", "before": "1", "after": "2"},
            {"course_code": "C1", "video_code": "V1", "number": "1" * 30},
            {"draft_id": uuid4()},
            {"link_id": uuid4()},
        ):
            assert refused(lent, rules.WATCHER, client, link, **path) is NotFound, path
        for path in (
            {"draft_id": lent.drafts[0].id},
            {"draft_id": lent.drafts[0].id, "video_id": lent.site.studio.video},
            {"course_code": "C1", "video_code": "V1", "number": "1"},
            {"link_id": link},
        ):
            assert refused(lent, rules.WATCHER, client, link, **path) is None, path


def test_always_the_latest_leads_to_the_new_draft_and_keeps_the_one_that_is_watched(lent: Lent) -> None:
    lent.draft()
    link, token = lent.share((None, lent.site.studio.video, None))
    with lent.guest(token) as client:
        assert client.get(f"/r/{token}").headers["location"] == f"{ROOM}/2"
        assert client.get(f"{ROOM}/1").status_code == 404, "older than the link"
        lent.draft()
        assert client.get(f"/r/{token}").headers["location"] == f"{ROOM}/3"
        assert client.get(f"/shared/{link}").headers["location"] == f"{ROOM}/3"
        assert client.get(f"{ROOM}/3").status_code == 200
        assert client.get(f"{ROOM}/2").status_code == 200, "who watches it goes on"
        assert client.get(f"{ROOM}/1").status_code == 404


def test_a_draft_that_is_not_done_is_not_there(lent: Lent) -> None:
    _, token = lent.share((None, lent.site.studio.video, None))
    with lent.site.client("director") as director:
        director.post("/videos/C1/V1/draft")
    with lent.guest(token) as client:
        assert client.get(f"/r/{token}").headers["location"] == f"{ROOM}/1"
        assert client.get(f"{ROOM}/2").status_code == 404


def test_a_link_to_a_course_shows_its_videos_with_a_draft_and_no_other_course(lent: Lent) -> None:
    lent.another_video()
    empty = lent.site.studio.another_video()
    foreign = world(Studio(lent.site.catalogue, "C2")).named
    link, token = lent.share((lent.site.studio.course, None, None))
    with lent.guest(token) as client:
        assert client.get(f"/r/{token}").headers["location"] == f"/shared/{link}"
        page = client.get(f"/shared/{link}").text
        there = re.findall(r'href="(/videos/[^"]+)"', page)
        assert len(there) == 2, "one of the three has no draft"
        assert all(client.get(one).status_code == 200 for one in there)
        assert refused(lent, rules.WATCHER, client, link, video_id=empty) is NotFound
        assert refused(lent, rules.WATCHER, client, link, course_code="C1") is None
        for name in ("course_code", "course_id", "video_id", "draft_id", "note_id", "link_id"):
            assert refused(lent, rules.WATCHER, client, link, **{name: foreign[name]}) is NotFound, name


def test_a_link_to_a_video_shows_no_other_video_of_the_course(lent: Lent) -> None:
    other = lent.another_video()
    link, token = lent.share((None, lent.site.studio.video, None))
    with lent.guest(token) as client:
        assert refused(lent, rules.WATCHER, client, link, video_id=lent.site.studio.video) is None
        assert refused(lent, rules.WATCHER, client, link, video_id=other) is NotFound
        assert refused(lent, rules.WATCHER, client, link, draft_id=lent.drafts[-1].id) is NotFound


def test_notes_that_guests_may_see_and_those_they_may_not(lent: Lent) -> None:
    public, internal = lent.note(), lent.note("internal")
    second = lent.draft()
    later, foreign = lent.note(draft=second), world(Studio(lent.site.catalogue, "C2")).named["note_id"]
    lent.another_video()
    elsewhere = lent.note(draft=lent.drafts[-1])
    first, token = lent.share(rights="comment")
    newer, other = lent.share((None, None, second.id), rights="comment")
    with lent.guest(token) as client:
        assert refused(lent, rules.COMMENTER, client, first, note_id=public) is None
        for note in (internal, later, elsewhere, foreign, uuid4()):
            assert refused(lent, rules.COMMENTER, client, first, note_id=note) is NotFound
    with lent.guest(other) as client:
        assert refused(lent, rules.COMMENTER, client, newer, note_id=public) is None, "a later draft shows it"
        assert refused(lent, rules.COMMENTER, client, newer, note_id=later) is None


ALLOWED = {"view": {"view"}, "comment": {"view", "comment"}, "approve": {"view", "comment", "approve"}}


@pytest.mark.parametrize("rights", ["view", "comment", "approve"])
@pytest.mark.parametrize("downloads", [False, True])
def test_each_right_opens_its_rules_and_no_other(lent: Lent, rights: Rights, downloads: bool) -> None:
    link, token = lent.share(rights=rights, downloads=downloads)
    with lent.guest(token) as client:
        for right, rule in RULES.items():
            allowed = right in ALLOWED[rights] or (right == "download" and downloads)
            path = {"draft_id": lent.drafts[0].id}
            assert raised(rule, asks(lent.site.app, client, link, path)) is (None if allowed else Refused), right
            nameless = None if right == "view" else WantsName
            change = raised(rule, asks(lent.site.app, client, link, path, "POST"))
            assert change is (nameless if allowed else Refused), f"{right}: without a name nothing is said"
        assert named(client, link, "Ada").status_code == 303
        for right, rule in RULES.items():
            allowed = right in ALLOWED[rights] or (right == "download" and downloads)
            change = raised(rule, asks(lent.site.app, client, link, path, "POST"))
            assert change is (None if allowed else Refused), right


def test_lowered_rights_act_at_once(lent: Lent) -> None:
    link, token = lent.share(rights="approve", downloads=True)
    with lent.guest(token) as client:
        path = {"draft_id": lent.drafts[0].id}
        assert refused(lent, rules.APPROVER, client, link, **path) is None
        with lent.site.catalogue.writing() as tx:
            change_terms(tx, link, Terms("view"))
        for rule in (rules.APPROVER, rules.COMMENTER, rules.DOWNLOADER):
            assert refused(lent, rule, client, link, **path) is Refused
        assert refused(lent, rules.WATCHER, client, link, **path) is None


def test_every_other_route_is_closed_to_guests(lent: Lent) -> None:
    """All routes, with the things that the link covers: only those of the four rules let its guests in."""
    there = world(lent.site.studio).named
    link, token = lent.share((lent.site.studio.course, None, None), rights="approve", downloads=True)
    opened = list[str]()
    with lent.guest(token) as client:
        named(client, link, "Ada")
        for route in routes(lent.site.app):
            rule = rule_of(route)
            assert rule is not None
            names = re.findall(r"{(\w+)(?::\w+)?}", route.path)
            path = {name: there.get(name, UNKNOWN.get(name, "1")) for name in names}
            path |= {name: value for name, value in {"link_id": link, "number": "2"}.items() if name in path}
            found = raised(rule, asks(lent.site.app, client, link, path, min(route.methods)))
            if rule.public:
                continue
            if rule.guests is None:
                assert found is WantsSignIn, route.path
            elif found is None:
                opened.append(route.path)
    assert "/videos/{course_code}/{video_code}/drafts/{number}" in opened
    assert not [one for one in opened if "script" in one or "send" in one or "asset" in one]


def test_routes_that_are_closed_answer_so(lent: Lent) -> None:
    link, token = lent.share((None, lent.site.studio.video, None), rights="approve", downloads=True)
    shut = ("/", "/videos/C1/V1", "/videos/C1/V1/script", "/videos/C1/V1/cuts", "/assets", "/work", "/me", "/people")
    with lent.guest(token) as client:
        named(client, link, "Ada")
        for path in (*shut, "/courses/C1/links", "/events"):
            assert client.get(path).headers.get("location") == "/sign-in", path
        for path in ("/api/v1/me", "/api/v1/courses", "/api/v1/courses/C1/links", f"/api/v1/videos/{uuid4()}"):
            assert client.get(path, headers={"Accept": "application/json"}).status_code == 401, path
        for path in ("/courses/C1/links", f"/links/{link}", f"/links/{link}/revoke", "/me/password", "/sign-out"):
            assert client.post(path).status_code == 401, path


def test_a_path_that_names_what_no_link_covers_is_closed(site: Served) -> None:
    """Were a route of assets given a rule for guests by mistake, they would still not come in."""
    link, course = uuid4(), site.studio.course
    guest: Any = SimpleNamespace(link=link, course=course, video=None, draft=None)
    with site.catalogue.reading() as tx:
        for name in ("asset_id", "version_id", "rush_id", "take_id", "job_id", "proposal_id", "person_id"):
            assert not covers(tx, guest, {name: uuid4(), "link_id": link}), name


def test_the_cookie_of_one_link_opens_no_other(lent: Lent) -> None:
    other = lent.another_video()
    first, token = lent.share()
    second, secret = lent.share((None, other, None))
    with lent.guest(token) as client, lent.guest(secret) as elsewhere:
        client.cookies.set(f"{GUEST}{second.hex}", secret_of(client, first))
        assert raised(rules.WATCHER, asks(lent.site.app, client, second, {"video_id": other})) is NotFound
        assert client.get(f"/shared/{second}").status_code == 404
        assert elsewhere.get(f"{ROOM}/1").status_code == 404
        assert client.get(f"{ROOM}/1").status_code == 200


def test_one_browser_is_the_guest_of_several_links(lent: Lent) -> None:
    lent.another_video()
    weak, token = lent.share()
    strong, more = lent.share(rights="approve")
    with lent.guest(token) as client:
        path = {"draft_id": lent.drafts[0].id}
        assert refused(lent, rules.APPROVER, client, weak, **path) is Refused
        assert client.get(f"/r/{more}").status_code == 303
        named(client, strong, "Ada")
        answer = client.post(f"/shared/{weak}/name", data={"name": "X"})
        assert answer.status_code == 403, "a form of one link says nothing for another"
        assert raised(rules.APPROVER, asks(lent.site.app, client, strong, path, "POST")) is None


def test_an_address_of_a_link_that_is_over_says_so_to_programs(lent: Lent) -> None:
    link, token = lent.share(rights="comment")
    with lent.guest(token) as client:
        with lent.site.catalogue.writing() as tx:
            revoke(tx, link)
        assert refused(lent, rules.COMMENTER, client, link, draft_id=lent.drafts[0].id) is LinkOver
