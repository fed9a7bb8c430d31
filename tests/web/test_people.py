"""People are added, given roles, shut out; each has their own account."""

import re

from playwright.sync_api import Browser, expect

from storage.catalogue.entry import sessions
from tests.stack.studio import Studio
from tests.web.browsing import browsing
from tests.web.serving import PASSWORD, Served


def test_an_admin_adds_somebody_who_comes_in_and_sees_their_course_alone(site: Served, chromium: Browser) -> None:
    Studio(site.catalogue, "C2")
    with browsing(chromium, site, "studio", language="en") as page:
        page.goto("/people")
        page.get_by_label("Name", exact=True).fill("Chloé Martin")
        page.get_by_label("E-mail").last.fill("Chloe@Example.org")
        page.get_by_role("button", name="Add, and show the link").click()
        link = page.locator("#link").inner_text()
        page.get_by_label("Course, for Chloé Martin").select_option("C1")
        page.get_by_label("Role, for Chloé Martin").select_option("motion")
        page.get_by_role("button", name="Give Chloé Martin this role").click()
        expect(page.get_by_role("row", name=re.compile("Chloé Martin"))).to_contain_text("C1 · motion designer")
        expect(page.get_by_text(link)).to_have_count(0)
    with browsing(chromium, site, language="en") as page:
        page.goto(link)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Keep this password").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Home")
        expect(page.get_by_role("main")).to_contain_text("C1")
        expect(page.get_by_role("main")).not_to_contain_text("C2")
    with site.client() as client:
        assert client.get(link.removeprefix(site.url)).status_code == 404, "it works once"


def test_who_is_shut_out_is_out_and_an_admin_cannot_shut_themselves_out(site: Served) -> None:
    with site.client("studio") as admin, site.client("writer") as writer:
        assert writer.get("/me").status_code == 200
        who = site.person("writer")
        assert admin.post(f"/people/{who}/active", data={"active": "no"}).status_code == 303
        assert writer.get("/me", follow_redirects=False).status_code == 303
        assert admin.post(f"/people/{who}/active", data={"active": "yes"}).status_code == 303
        assert writer.get("/me", follow_redirects=False).status_code == 303, "they sign in anew"
        assert admin.post(f"/people/{site.person('studio')}/active", data={"active": "no"}).status_code == 422


def test_a_role_is_taken_away_and_wrong_ones_are_refused(site: Served) -> None:
    with site.client("studio") as admin, site.client("motion") as motion:
        who = site.person("motion")
        assert motion.get("/videos/C1/V1").status_code == 200
        form = {"course": "C1", "role": "motion", "has": "no"}
        assert admin.post(f"/people/{who}/roles", data=form).status_code == 303
        assert motion.get("/videos/C1/V1").status_code == 404
        assert admin.post(f"/people/{who}/roles", data=form | {"role": "owner"}).status_code == 422
        assert admin.post(f"/people/{who}/roles", data=form | {"course": "C9"}).status_code == 404
        again = {"name": "x", "email": "motion@example.org"}
        assert admin.post("/people", data=again).status_code == 422


def test_a_password_is_changed_by_who_knows_the_old_one_and_ends_other_sessions(site: Served) -> None:
    email = site.with_password("director")
    with site.client("director") as client, site.client() as other:
        other.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert other.get("/me").status_code == 200
        new = "un tout autre mot de passe"
        assert client.post("/me/password", data={"old": "wrong", "password": new}).status_code == 422
        assert client.post("/me/password", data={"old": PASSWORD, "password": "court"}).status_code == 422
        assert client.post("/me/password", data={"old": PASSWORD, "password": new}).status_code == 303
        assert client.get("/me").status_code == 200
        assert other.get("/me", follow_redirects=False).status_code == 303
        assert other.post("/sign-in", data={"email": email, "password": new}).status_code == 303


def test_only_ones_own_sessions_are_ended(site: Served) -> None:
    with site.client("reviewer") as client, site.client("writer"):
        with site.catalogue.reading() as tx:
            foreign = sessions(tx, site.person("writer"))[0].id
            own = sessions(tx, site.person("reviewer"))[0].id
        assert client.post(f"/me/sessions/{foreign}/end").status_code == 404
        assert client.post(f"/me/sessions/{own}/end").status_code == 303
        assert client.get("/me", follow_redirects=False).status_code == 303
