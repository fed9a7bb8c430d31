"""A video's page: read, drafted, written, chosen for; by mouse, by keyboard, by each role, by hostile hands."""

from playwright.sync_api import Browser, expect

from storage.catalogue.people import set_language
from tests.web.browsing import browsing
from tests.web.serving import Served

AT = "/videos/C1/V1"
LINES = ("## Le début", "[show orbite] Une donnée part de l’orbite.", "Elle arrive au tableau de bord.")


def english(site: Served, who: str) -> None:
    """Somebody who reads English: what their profile says wins over their browser."""
    person = site.person(who)
    with site.catalogue.writing() as tx:
        set_language(tx, person, "en")


def test_a_page_says_line_by_line_what_is_there_and_what_is_missing(site: Served, chromium: Browser) -> None:
    site.studio.write(*LINES)
    site.studio.send(site.studio.asset("orbite"))
    site.studio.draft()
    english(site, "director")
    with browsing(chromium, site, "director") as page:
        page.goto(AT)
        expect(page.get_by_role("heading", level=1)).to_have_text("V1 · Collecter")
        expect(page.get_by_role("article")).to_have_count(2)
        first = page.get_by_role("article", name="Line 1")
        expect(first).to_contain_text("Une donnée part de l’orbite.")
        expect(first).to_contain_text("version 1")
        expect(page.get_by_role("link", name="Draft 1")).to_be_visible()
        page.screenshot(path="/tmp/shots/a.png", full_page=True)
