"""Webhooks are added, tried, stopped by who may; people choose their e-mails; the studio at a glance."""

import re

from playwright.sync_api import Browser, expect

from storage.catalogue.mails import Choice, choice
from storage.catalogue.terms import DeliveryId
from storage.catalogue.webhooks import add_webhook, deliveries, webhook, webhooks
from storage.sealing import stop_token
from tests.stack.receiving import receiving
from tests.web.browsing import browsing
from tests.web.serving import Served
from workers.telling import Reach, Teller


def look(site: Served) -> None:
    """The farm tells what there is to tell."""
    Teller(site.catalogue, Reach(site.url, secret=site.desk.outside.secret, private=True)).look()


def test_a_course_admin_adds_one_sees_its_secret_once_and_what_was_sent(site: Served, chromium: Browser) -> None:
    site.person("admin")
    with receiving() as got, browsing(chromium, site, "admin", language="en") as page:
        page.goto("/courses/C1/webhooks")
        page.get_by_label("Address").fill(f"{got.url}/hook?key=canary")
        page.get_by_label("a version has landed").uncheck()
        page.get_by_role("button", name="Add, and show the secret").click()
        secret = page.locator("#secret").inner_text()
        assert re.fullmatch(r"whsec_[\w+/]{43}=", secret)
        assert "canary" not in page.content()
        got.answers = [500, 200]
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("#secret")).to_have_count(0)
        look(site)
        page.reload()
        expect(page.locator("#sent")).to_contain_text("answer 500")
        page.get_by_role("button", name="Send again: a test").click()
        look(site)
        page.reload()
        expect(page.locator("#sent")).to_contain_text("arrived")
        page.get_by_role("button", name="Stop it").click()
        expect(page.get_by_role("main")).to_contain_text("stopped")
        assert len({one.headers["webhook-id"] for one in got.got}) == 1
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_role("main")).to_contain_text("There is no webhook yet")


def test_those_of_others_and_of_the_studio_are_not_theirs(site: Served) -> None:
    own = site.desk.outside.secret or b""
    with site.catalogue.writing() as tx:
        common, _ = add_webhook(tx, None, "https://a.example.org/", ("failed",), own)
        mine, _ = add_webhook(tx, site.studio.course, "https://b.example.org/", ("failed",), own)
        other, _ = add_webhook(tx, site.studio.course, "https://c.example.org/", ("failed",), own)
    with site.client("admin") as admin, site.client("director") as director, site.client("studio") as studio:
        assert admin.get(f"/webhooks/{common}").status_code == 404
        assert admin.get("/webhooks").status_code == 403
        assert director.get(f"/webhooks/{mine}").status_code == 403
        assert "a.example.org" in studio.get("/webhooks").text
        assert admin.post(f"/webhooks/{mine}/test").status_code == 303
        with site.catalogue.reading() as tx:
            [sent] = deliveries(tx, mine)
        look(site)
        assert admin.post(f"/webhooks/{other}/deliveries/{sent.id}/replay").status_code == 404
        assert admin.post(f"/webhooks/{mine}/deliveries/x/replay").status_code == 422
        assert admin.post(f"/webhooks/{mine}/deliveries/{DeliveryId(mine)}/replay").status_code == 404


def test_an_address_that_nothing_is_sent_to_is_refused(site: Served) -> None:
    with site.client("admin") as admin:
        for url in ("ftp://a.example.org/", "https://u:p@a.example.org/", "nothing", f"https://a.org/{'x' * 490}"):
            answer = admin.post("/courses/C1/webhooks", data={"url": url, "kinds": "failed"})
            assert answer.status_code == 422, url
        assert admin.post("/courses/C1/webhooks", data={"url": "https://a.example.org/"}).status_code == 422
    with site.catalogue.reading() as tx:
        assert webhooks(tx, None) == ()


def test_a_new_secret_is_shown_to_who_asks_for_it(site: Served) -> None:
    with site.catalogue.writing() as tx:
        hook, first = add_webhook(
            tx, site.studio.course, "https://a.example.org/", ("failed",), site.desk.outside.secret or b""
        )
    with site.client("admin") as admin:
        page = admin.post(f"/webhooks/{hook}/secret").text
        assert first not in page
        assert "whsec_" in page
        assert "whsec_" not in admin.get(f"/webhooks/{hook}").text
    with site.catalogue.reading() as tx:
        assert webhook(tx, hook).generation == 2


def test_one_chooses_ones_e_mails_and_one_click_ends_them(site: Served, chromium: Browser) -> None:
    who = site.person("writer")
    with browsing(chromium, site, "writer", language="en") as page:
        page.goto("/me")
        page.get_by_label("Tell me of drafts").select_option("at_once")
        page.get_by_role("button", name="Keep this", exact=True).click()
        expect(page.get_by_label("Tell me of drafts")).to_have_value("at_once")
    path = f"/mail/stop/{stop_token(site.desk.outside.secret or b'', who)}"
    with site.client() as nobody:
        assert nobody.get(path).status_code == 200
        with site.catalogue.reading() as tx:
            assert choice(tx, who, site.desk.telling).how == "at_once", "following a link ends nothing"
        one_click = {"List-Unsubscribe": "One-Click"}
        elsewhere = {"sec-fetch-site": "cross-site"}
        assert nobody.post(path, data=one_click, headers=elsewhere).status_code == 200
        assert nobody.post(f"{path}x", data=one_click).status_code == 404
    with site.catalogue.reading() as tx:
        assert choice(tx, who, site.desk.telling) == Choice("never", 8)
    with site.client("writer") as client:
        assert client.post("/me/mails", data={"how": "hourly", "hour": 8}).status_code == 422


def test_an_admin_sees_queues_what_is_kept_and_workers(site: Served, chromium: Browser) -> None:
    site.studio.ready_file("x" * 3_000_000)
    with browsing(chromium, site, "studio", language="fr") as page:
        page.goto("/work/studio")
        expect(page.get_by_role("row", name=re.compile("Originaux"))).to_contain_text("3,0\u00a0Mo")
        expect(page.get_by_role("row", name=re.compile("rushes@machine"))).to_contain_text("40,0\u00a0Go sur 100,0")
        expect(page.locator("#now")).to_contain_text("3.0 GB are free, wanted 10")
    with site.client("director") as client:
        assert client.get("/work/studio").status_code == 403
