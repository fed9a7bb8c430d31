"""Tokens of programs: made by hand, shown once, going as far as they say and no further."""

import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, expect

from pipeline.errors import NotFound
from storage.catalogue.engine import Catalogue
from storage.catalogue.entry import make_token, session, sessions
from storage.catalogue.log import since
from storage.catalogue.terms import Reach
from tests.stack.commanding import data, told
from tests.web.browsing import LOOKS, browsing, in_nobodys_way
from tests.web.serving import Served
from tests.web.test_rules import UNKNOWN, routes
from tests.web.worlds import world
from web.app import app
from web.rules import BY_HAND, SENDER, rule_of
from workers.data_folder import CATALOGUE


def token_of(site: Served, who: str, reach: Reach = "send", lasts: timedelta = timedelta(days=1)) -> str:
    with site.catalogue.writing() as tx:
        return make_token(tx, site.person(who), "a machine", reach, lasts)


def program(site: Served, token: str) -> httpx.Client:
    return httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def test_a_token_is_made_shown_once_used_and_ended(site: Served, chromium: Browser) -> None:
    with browsing(chromium, site, "director", language="en") as page:
        page.goto("/me")
        page.get_by_label("Name").fill("the cutting room's machine")
        page.get_by_label("It may").select_option("read, and send rushes and animations")
        page.get_by_label("It ends after").select_option("30 days")
        page.get_by_role("button", name="Make a token, and show it").click()
        secret = page.locator("#token").inner_text()
        row = page.get_by_role("row", name=re.compile("the cutting room's machine"))
        expect(row).to_contain_text("never")
        with program(site, secret) as client:
            me = client.get("/api/v1/me").raise_for_status().json()
            assert (me["email"], me["through"], me["reach"], me["api"]) == ("director@example.org", "token", "send", 1)
        page.goto("/me")
        expect(page.get_by_text(secret)).to_have_count(0)
        expect(row).not_to_contain_text("never")
        page.get_by_role("button", name="End the token the cutting room's machine").click()
        expect(row).to_have_count(0)
    with program(site, secret) as client:
        answer = client.get("/api/v1/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong-token")
    with site.catalogue.reading() as tx:
        told = since(tx, 0)
        assert [one.kind for one in told if one.kind.startswith("token.")] == ["token.made", "token.ended"]
        assert secret not in repr(told)


def test_the_page_with_a_token_is_for_everyone(site: Served, chromium: Browser, tmp_path: Path) -> None:
    token_of(site, "director", "read")
    for spoken, dark, size in LOOKS:
        with browsing(chromium, site, "director", language=spoken, dark=dark, size=size) as page:
            page.goto("/me")
            page.locator("#label").fill("la machine du plateau")
            page.locator("form[action='/me/tokens'] button").click()
            page.locator("#token").wait_for()
            in_nobodys_way(page, tmp_path, f"me-token-{spoken}-{'dark' if dark else 'light'}-{size[0]}")


def test_every_change_wants_a_token_that_goes_so_far(site: Served) -> None:
    """What a token may not is refused by the app, on each route; what it may is not."""
    named = UNKNOWN | world(site.studio).named
    reaches: tuple[Reach, ...] = ("read", "send", "all")
    clients = {reach: program(site, token_of(site, "studio", reach)) for reach in reaches}
    seen = 0
    for route in routes(app(site.desk)):
        rule, method = rule_of(route), min(route.methods)
        assert rule is not None
        if rule.public:
            continue
        path = re.sub(r"{(\w+)(?::\w+)?}", lambda name: quote(str(named.get(name[1]) or "1")), route.path)
        for reach, client in clients.items():
            reads = method in {"GET", "HEAD"}
            allowed = rule != BY_HAND and (reads or reach == "all" or (reach == "send" and rule == SENDER))
            if not allowed:
                answer = client.request(method, path)
                assert (answer.status_code, answer.json()["code"]) == (403, "refused"), f"{method} {path} by {reach}"
                seen += 1
    for client in clients.values():
        assert client.get("/api/v1/courses").status_code == 200
        client.close()
    assert seen > 50
    with program(site, token_of(site, "motion")) as client:
        body = {"path": "C0001.mov", "size": 1000, "fingerprint": "one"}
        assert client.post(f"/api/v1/videos/{site.studio.video}/uploads", json=body).status_code == 200
        assert client.post(f"/api/v1/videos/{site.studio.video}/drafts").status_code == 403


def test_a_token_goes_no_further_than_its_person(site: Served) -> None:
    with program(site, token_of(site, "reviewer", "all")) as client:
        body = {"path": "C0001.mov", "size": 1000, "fingerprint": "one"}
        assert client.post(f"/api/v1/videos/{site.studio.video}/uploads", json=body).status_code == 403
        assert client.post("/api/v1/courses", json={"code": "C9", "title": "x"}).status_code == 403
    with program(site, token_of(site, "stranger", "all")) as client:
        assert client.get(f"/api/v1/videos/{site.studio.video}").status_code == 404


def test_no_token_makes_another_or_changes_a_password(site: Served) -> None:
    with program(site, token_of(site, "director", "all")) as client:
        for path, form in (
            ("/me/tokens", {"label": "x", "reach": "all", "days": "365"}),
            ("/me/password", {"old": "x", "password": "quatre mots bien longs"}),
        ):
            assert client.post(path, data=form).status_code == 403


def test_a_token_is_no_cookie_and_a_cookie_no_token(site: Served) -> None:
    token = token_of(site, "director", "all")
    with site.client() as client:
        client.cookies.set("rushes", token)
        assert client.get("/me", follow_redirects=False).status_code == 303
    with program(site, site.secret("director")) as client:
        assert client.get("/api/v1/me").status_code == 401


def test_what_is_wrong_with_a_token_is_said_and_soon_refused(site: Served) -> None:
    old = token_of(site, "director", lasts=timedelta(seconds=-1))
    with program(site, old) as client:
        answer = client.get("/api/v1/me")
        assert (answer.status_code, answer.json()["detail"]) == (401, "this token is too old")
    with program(site, "x" * 22) as client:
        answer = client.get("/api/v1/me")
        assert "nobody's" in answer.json()["detail"]
        assert answer.json()["todo"]
        codes = [client.get("/api/v1/me").status_code for _ in range(site.desk.limits.tries_address)]
        assert codes[-1] == 429
        assert int(client.get("/api/v1/me").headers["Retry-After"]) > 0
    with program(site, token_of(site, "director")) as client:
        assert client.get("/api/v1/me").status_code == 200, "who has a right one at the same address is let in"


def test_one_token_does_not_take_the_app_for_itself(site: Served) -> None:
    with program(site, token_of(site, "director", "read")) as client:
        assert client.get("/api/v1/me").status_code == 200
        paces = site.app.state.paces
        [counted] = [name for name in paces._since if name.startswith("token ")]
        paces._since[counted] = (paces._since[counted][0], site.desk.limits.token_requests_minute)
        assert client.get("/api/v1/me").status_code == 429
    with program(site, token_of(site, "director", "read")) as client:
        assert client.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    "form", [{"label": " "}, {"label": "x\u202e"}, {"label": "x", "reach": "god"}, {"label": "x", "days": "9999"}]
)
def test_tokens_that_cannot_be_are_refused(site: Served, form: dict[str, str]) -> None:
    with site.client("writer") as client:
        assert client.post("/me/tokens", data={"reach": "send", "days": "30"} | form).status_code == 422
        with site.catalogue.reading() as tx:
            assert [one for one in sessions(tx, site.person("writer")) if one.through == "token"] == []


def test_nobody_has_tokens_without_number(site: Served) -> None:
    with site.client("writer") as client:
        form = {"label": "x", "reach": "send", "days": "30"}
        codes = [client.post("/me/tokens", data=form).status_code for _ in range(site.desk.limits.tokens_most + 1)]
        assert (set(codes[:-1]), codes[-1]) == ({200}, 422)


def test_tokens_are_made_listed_and_ended_on_the_studios_own_machine(tmp_path: Path) -> None:
    env = {name: "" for name in os.environ if name.startswith("RUSHES_")} | {"RUSHES_DATA": str(tmp_path)}
    told("person", "ada@example.org", "Ada", **env)
    secret = told("token", "make", "ada@example.org", "the archive", "--may", "read", "--days", "7", **env).strip()
    [found] = data("token", "list", "ada@example.org", **env)
    assert (found["name"], found["may"], found["used"]) == ("the archive", "read", None)
    assert "the archive: may read; never used; until" in told("token", "list", "ada@example.org", **env)
    assert secret not in told("token", "list", "ada@example.org", **env)
    catalogue = Catalogue(f"sqlite:///{tmp_path / CATALOGUE}")
    with catalogue.reading() as tx:
        held = session(tx, secret, tx.now())
        assert held is not None
        assert (held.person.name, held.reach) == ("Ada", "read")
    catalogue.close()
    told("token", "end", "ada@example.org", found["id"], **env)
    assert data("token", "list", "ada@example.org", **env) == []
    with pytest.raises(NotFound, match="has no token"):
        told("token", "end", "ada@example.org", found["id"], **env)
    told("token", "make", "ada@example.org", "x", "--days", "9999", status=2, **env)
