"""Hostile hands: lying and oversized bodies, scripts in names, forms of other sites, old links, secrets in logs."""

import contextlib
import gzip
import json
import re
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser

from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video
from storage.catalogue.entry import make_token, one_time_link
from storage.catalogue.filming import Filed, add_rush
from storage.catalogue.people import add_person
from tests.web.browsing import browsing
from tests.web.serving import PASSWORD, Served
from tests.web.test_rules import UNKNOWN, routes
from tests.web.worlds import world
from web import passwords
from web.app import app
from web.rules import CHANGES, rule_of

SCRIPT = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"


def raw(site: Served, request: bytes) -> bytes:
    """What is answered to these very bytes."""
    host = urlsplit(site.url)
    with socket.create_connection((host.hostname, host.port), timeout=10) as wire:
        found = b""
        with contextlib.suppress(OSError):  # closed while we still spoke, or silent: it waits for more
            wire.sendall(request)
            wire.settimeout(1)
            while data := wire.recv(65536):
                found += data
    return found


def statuses(answer: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"^HTTP/1\.1 (\d+)", answer, re.MULTILINE)]


FORM = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SMUGGLED = b"GET /me HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        FORM + b"Content-Length: -1\r\n\r\n",
        FORM + b"Content-Length: 1e3\r\n\r\nx",
        FORM + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        FORM + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        FORM + b"Content-Length: 99999999999999999999\r\n\r\nx",
        FORM + b"X: " + b"x" * 100_000 + b"\r\n\r\n",
        FORM + b"".join(b"X-%d: x\r\n" % one for one in range(20_000)) + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
    ],
    ids=range(13),
)
def test_what_is_no_request_is_refused(site: Served, request_: bytes) -> None:
    answer = raw(site, request_)
    assert all(400 <= one < 500 for one in statuses(answer)), answer
    assert b"Traceback" not in answer
    with site.client() as client:
        assert client.get("/health").status_code == 200


def test_a_body_that_never_comes_holds_nobody_up(site: Served) -> None:
    """Fifty that promise a body and are silent: others are answered meanwhile; their end is the end of it."""
    host = urlsplit(site.url)
    silent = [socket.create_connection((host.hostname, host.port)) for _ in range(50)]
    try:
        for one in silent:
            one.sendall(FORM + b"Content-Length: 1000\r\n\r\nemail=")
        began = time.monotonic()
        with site.client() as client:
            assert client.get("/health").status_code == 200
            assert client.post("/sign-in", data={"email": "x@y.z", "password": "x"}).status_code == 422
        assert time.monotonic() - began < 10
    finally:
        for one in silent:
            one.close()


def deep(opening: str, times: int = 100_000) -> str:
    return opening * times


BODIES: dict[str, tuple[str, bytes]] = {
    "deep lists": ("application/json", deep("[").encode()),
    "deep objects": ("application/json", deep('{"a":').encode()),
    "a deep field": ("application/json", ('{"code": ' + deep("[", 50_000) + deep("]", 50_000) + "}").encode()),
    "no JSON": ("application/json", b"\xff\xfe\x00"),
    "half a letter": ("application/json", b'{"code": "\\ud800", "title": "x"}'),
    "nothing": ("application/json", b'{"code": "a\\u0000b", "title": "a\\u0000b"}'),
    "not a number": ("application/json", b'{"code": NaN, "title": Infinity}'),
    "a number of a thousand figures": ("application/json", b'{"code": ' + b"9" * 5000 + b', "title": "x"}'),
    "gzip": ("application/json", gzip.compress(json.dumps({"code": "C9", "title": "x" * 10_000_000}).encode())),
    "many fields": ("application/x-www-form-urlencoded", b"&".join(b"f%d=x" % one for one in range(100_000))),
    "many files": (
        "multipart/form-data; boundary=x",
        b"".join(
            b'--x\r\nContent-Disposition: form-data; name="f%d"; filename="f"\r\n\r\nx\r\n' % n for n in range(5000)
        ) + b"--x--\r\n",
    ),
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "another boundary": ("multipart/form-data; boundary=y", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_bodies_made_to_hurt_are_refused_at_once(site: Served, name: str) -> None:
    kind, body = BODIES[name]
    for path in ("/api/v1/courses", "/me/tokens", "/people"):
        with site.client("studio", **{"Content-Type": kind}) as client:
            if name == "gzip":
                client.headers["Content-Encoding"] = "gzip"
            began = time.process_time()
            answer = client.post(path, content=body)
            assert 400 <= answer.status_code < 500, f"{path}: {answer.status_code} {answer.text[:300]}"
            assert time.process_time() - began < 3, "it took long"


def test_scripts_in_names_are_words(site: Served, chromium: Browser) -> None:
    """Whatever people may name, in every page that shows it: no element of theirs, and nothing runs."""
    written = SCRIPT.replace("<", "\\<")  # HTML is refused in a script, its letters are not
    site.studio.write(f"# {written}", f"Voici {written}.", "Et voilà.")
    media, admin = site.studio.ready_file(), site.person("studio")
    with site.catalogue.writing(site.person("director")) as tx:
        course = add_course(tx, Course("C2", SCRIPT))
        video = add_video(tx, add_chapter(tx, add_part(tx, course, SCRIPT), SCRIPT), "V1", SCRIPT)
        add_rush(tx, site.studio.video, media, Filed(f"{SCRIPT}.mov", SCRIPT, shot=SCRIPT))
        add_person(tx, SCRIPT, "eve@example.org")
        make_token(tx, admin, SCRIPT, "all", timedelta(days=1))
    assert video
    pages = ("/", "/me", "/people", "/videos/C1/V1", "/videos/C1/V1/send", "/videos/C2/V1", "/videos/C1/V1/script")
    with browsing(chromium, site, "studio", language="en") as page:
        for path in pages:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert "pwned" not in page.title().replace(SCRIPT, ""), path
            assert page.locator("[onerror]").count() == 0, path
            assert page.locator("script:not([src]):not([type='application/json'])").count() == 0, path


def test_every_form_wants_its_own_page(site: Served) -> None:
    """Each route that changes something, asked by another site, or without the word that our forms carry."""
    named = UNKNOWN | world(site.studio).named
    seen = 0
    with site.client("studio") as signed_in, site.client() as nobody:
        for route in routes(app(site.desk)):
            rule = rule_of(route)
            assert rule is not None
            method = min(route.methods)
            if method not in CHANGES or rule.signed:
                continue
            path = re.sub(r"{(\w+)(?::\w+)?}", lambda name: quote(str(named.get(name[1]) or "1")), route.path)
            for headers in ({"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"Sec-Fetch-Site": "cross-site"}):
                answer = signed_in.request(method, path, headers=headers)
                assert answer.status_code == 403, f"{method} {path} {headers}: {answer.status_code}"
                seen += 1
            if rule.public:
                assert nobody.request(method, path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert seen > 60


def test_links_that_work_once_work_once_and_not_for_ever(site: Served) -> None:
    person = site.person("writer")
    with site.catalogue.writing() as tx:
        old = one_time_link(tx, "password", person, timedelta(seconds=-1))
        replaced = one_time_link(tx, "password", person, timedelta(hours=1))
        secret = one_time_link(tx, "password", person, timedelta(hours=1))
        other = one_time_link(tx, "first_admin", None, timedelta(hours=1))
    form = {"password": PASSWORD}
    for one in (old, replaced, other, secret[:-1], secret.upper(), "%00", "../x"):
        with site.client() as client:
            assert client.get(f"/password/{one}").status_code in {400, 404}, one
            assert client.post(f"/password/{one}", data=form).status_code in {400, 404, 405}, one
            assert client.cookies.get("rushes") is None

    def used(_: int) -> int:
        return httpx.post(f"{site.url}/password/{secret}", data=form, timeout=60).status_code

    with ThreadPoolExecutor(4) as crowd:
        codes = list(crowd.map(used, range(4)))
    assert sorted(codes) == [303] + [404] * 3, "used at once by four, it lets one in"


def wrong_passwords(site: Served, many: int, at_once: int) -> tuple[list[int], float]:
    """Tries wrong passwords of one account: the statuses, and the seconds that it took."""
    email = site.with_password("writer")

    def some(turn: int) -> list[int]:
        with site.client() as client:
            form = {"email": email, "password": f"wrong {turn}"}
            return [client.post("/sign-in", data=form).status_code for _ in range(many // at_once)]

    began = time.monotonic()
    with ThreadPoolExecutor(at_once) as crowd:
        codes = [code for found in crowd.map(some, range(at_once)) for code in found]
    return codes, time.monotonic() - began


def counted(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When a password was looked at by argon2: the real one, which is counted."""
    looked: list[float] = []
    hasher = passwords._hasher

    def verify(*given: str) -> bool:
        looked.append(time.monotonic())
        return hasher.verify(*given)

    monkeypatch.setattr(passwords, "_hasher", SimpleNamespace(verify=verify, hash=hasher.hash))
    return looked


def test_hundreds_of_wrong_passwords_cost_little(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    site.with_password("writer")
    with site.client() as client:
        client.post("/sign-in", data={"email": "nobody@example.org", "password": "x"})
    looked = counted(monkeypatch)
    codes, _ = wrong_passwords(site, 200, 8)
    assert codes.count(422) == site.desk.limits.tries_account
    assert codes.count(429) == 200 - site.desk.limits.tries_account
    assert len(looked) == site.desk.limits.tries_account


@pytest.mark.soak
def test_ten_thousand_wrong_passwords_cost_little(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.client() as client:
        client.post("/sign-in", data={"email": "nobody@example.org", "password": "x"})
    site.with_password("writer")
    looked = counted(monkeypatch)
    codes, seconds = wrong_passwords(site, 10_000, 8)
    sys.stdout.write(f"10,000 wrong passwords: {seconds:.0f} s, {len(looked)} looked at by argon2\n")
    assert len(looked) == site.desk.limits.tries_account
    assert codes.count(429) == 10_000 - site.desk.limits.tries_account


def test_faults_of_our_own_servers_are_told_without_their_names(site: Served, caplog: pytest.LogCaptureFixture) -> None:
    canary = str(site.catalogue.engine.url.database)
    with site.client("director") as client:
        client.get("/")
        site.catalogue.engine.dispose()
        Path(canary).rename(f"{canary}.away")
        Path(canary).mkdir()
        try:
            for path in ("/api/v1/me", "/", "/ready"):
                answer = client.get(path)
                assert answer.status_code == 503
                assert canary not in answer.text
                assert "sqlite" not in answer.text
        finally:
            Path(canary).rmdir()
            Path(f"{canary}.away").rename(canary)
    assert canary in caplog.text
