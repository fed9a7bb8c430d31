"""What holds for every answer: headers, hosts, sizes, errors that say what to do and give nothing away."""

import logging

import httpx
import pytest

from tests.web.serving import Served
from web.statics import FOREVER, static, tree_digest


def test_every_answer_has_its_headers(site: Served) -> None:
    with site.client("writer") as client:
        for path in ("/", "/no-such-page", "/health", static("css/tokens.css"), "/api/v1/openapi.json"):
            answer = client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert "server" not in answer.headers


def test_files_are_kept_for_ever_under_their_digest_and_pages_never(site: Served) -> None:
    with site.client("writer") as client:
        assert client.get(static("css/tokens.css")).headers["cache-control"] == FOREVER
        assert client.get("/static/of-an-older-page/css/tokens.css").headers["cache-control"] == "no-cache"
        assert client.get("/").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["../app.py", "%2e%2e/app.py", "css/../../app.py", "/etc/passwd", "..%5capp.py", "%00"]
)
def test_no_trick_leads_out_of_the_files(site: Served, path: str) -> None:
    with site.client() as client:
        answer = client.get(f"/static/{tree_digest()}/{path}")
        assert answer.status_code in {404, 400}
        assert "import" not in answer.text


def test_another_host_is_not_known(site: Served) -> None:
    with site.client() as client:
        assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 421
        assert client.get("/sign-in", headers={"Host": "localhost"}).status_code == 200


def test_a_body_that_is_too_large_is_refused_whatever_it_says(site: Served) -> None:
    too_much = b"x" * (site.desk.limits.body_kb * 1024 + 1)

    def dripping() -> object:
        for start in range(0, len(too_much), 65536):
            yield too_much[start : start + 65536]

    with site.client() as client:
        assert client.post("/sign-in", content=too_much).status_code == 413
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert client.post("/sign-in", content=dripping(), headers=form).status_code == 413  # type: ignore[arg-type]


def test_programs_get_problems_as_json(site: Served) -> None:
    with httpx.Client(base_url=site.url, headers={"Accept": "application/json"}) as client:
        answer = client.get("/api/v1/openapi.json")
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "sign-in"
        assert answer.json()["todo"]
        missing = client.get("/api/v1/no-such-thing")
        assert (missing.status_code, missing.json()["code"]) == (404, "not-found")


def test_what_is_secret_is_never_logged(site: Served, caplog: pytest.LogCaptureFixture) -> None:
    canary = "a-canary-that-nobody-may-see"
    with caplog.at_level(logging.DEBUG), site.client() as client:
        client.get(f"/first/{canary}")
        client.get(f"/?token={canary}")
        client.post("/sign-in", data={"email": "x@example.org", "password": canary})
        client.get("/", headers={"Authorization": f"Bearer {canary}", "Cookie": f"rushes={canary}"})
        client.post("/sign-in", json={"password": canary})
    own = [one for one in caplog.records if not one.name.startswith(("httpx", "httpcore", "hpack"))]
    assert canary not in "".join(one.getMessage() for one in own)


def test_it_lives_and_can_work(site: Served) -> None:
    with site.client() as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/ready").json() == {"status": "ok", "catalogue": True, "store": True}
