"""Coming in and going out, in a real browser and by hostile hands."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from storage.catalogue.entry import one_time_link
from storage.catalogue.people import set_active
from tests.web.browsing import browsing
from tests.web.serving import PASSWORD, Served


def test_a_director_signs_in_and_out(site: Served, chromium: Browser) -> None:
    email = site.with_password("director")
    with browsing(chromium, site, language="en") as page:
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")  # their own language, from here on
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Home")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("status").first).to_contain_text("You are signed out")
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_first_admin_comes_in_once(site: Served, chromium: Browser) -> None:
    with site.catalogue.writing() as tx:
        old = one_time_link(tx, "first_admin", None, timedelta(hours=1))
        secret = one_time_link(tx, "first_admin", None, timedelta(hours=1))
    with site.client() as client:
        assert client.get(f"/first/{old}").status_code == 404, "a newer link ends the one before"
    with browsing(chromium, site, language="en") as page:
        page.goto(f"/first/{secret}")
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("E-mail").fill("ada@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Open the studio").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    with site.client() as client:
        assert client.get(f"/first/{secret}").status_code == 404
        form = {"name": "Eve", "email": "eve@example.org", "password": PASSWORD}
        assert client.post(f"/first/{secret}", data=form).status_code == 404


def test_wrong_passwords_are_refused_and_soon_not_even_looked_at(site: Served) -> None:
    email = site.with_password("writer")
    limits = site.desk.limits
    with site.client() as client:
        said = [
            client.post("/sign-in", data={"email": email, "password": f"wrong {n}"})
            for n in range(limits.tries_account)
        ]
        assert {one.status_code for one in said} == {422}
        right = client.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert right.status_code == 429
        assert "Too many wrong passwords" in right.text
        assert "set-cookie" not in right.headers


@pytest.mark.parametrize("kept", ["", "a wrong token", "a" * 4000])
def test_a_cookie_that_is_nobodys_lets_nobody_in(site: Served, kept: str) -> None:
    with site.client() as client:
        client.cookies.set("rushes", kept)
        answer = client.get("/", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_session_is_never_taken_over_from_before_signing_in(site: Served) -> None:
    email = site.with_password("motion")
    with site.client() as client:
        fixed = {"Cookie": "rushes=fixed-by-somebody-else"}
        client.post("/sign-in", data={"email": email, "password": PASSWORD}, headers=fixed)
        assert client.cookies["rushes"] != "fixed-by-somebody-else"
        assert client.get("/", headers=fixed | {"Accept": "text/html"}, follow_redirects=False).status_code == 303


TOKENS = tuple({"X-CSRF-Token": one} for one in ("", "0" * 64))
SITES = tuple({"Sec-Fetch-Site": one} for one in ("cross-site", "same-site"))


@pytest.mark.parametrize("headers", TOKENS + SITES)
def test_a_change_that_another_site_asks_for_is_refused(site: Served, headers: dict[str, str]) -> None:
    with site.client("director") as client:
        assert client.post("/sign-out", headers=headers).status_code == 403
        assert client.get("/", follow_redirects=False).status_code == 200


def test_somebody_who_was_shut_out_is_out_at_once(site: Served) -> None:

    with site.client("reviewer") as client:
        assert client.get("/", follow_redirects=False).status_code == 200
        with site.catalogue.writing() as tx:
            set_active(tx, site.person("reviewer"), active=False)
        assert client.get("/", follow_redirects=False).status_code == 303


def test_an_address_never_leads_off_the_site(site: Served) -> None:
    with site.client() as client:
        for back in ("https://evil.example", "//evil.example", "/\\evil.example"):
            answer = client.post("/language", data={"wanted": "en", "back": back}, follow_redirects=False)
            assert answer.headers["location"] == "/"
