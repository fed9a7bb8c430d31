"""What every page must hold: nothing that axe finds, in both languages, light and dark, and no scrolling sideways."""

from importlib import resources

from playwright.sync_api import Browser, Page

from tests.web.browsing import browsing
from tests.web.serving import Served

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text()
LOOKS = tuple((language, dark) for language in ("fr", "en") for dark in (False, True))


def found_by_axe(page: Page) -> list[str]:
    """What axe finds on a page: rule and place. Evaluated in the page, since its policy lets no script in."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def assert_fit_for_all(chromium: Browser, site: Served, who: str, address: str) -> None:
    """The page at that address holds, however it is looked at, and is as wide as a phone."""
    for language, dark in LOOKS:
        with browsing(chromium, site, who, language=language, dark=dark, size=(360, 740)) as page:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, (address, language)
            page.set_viewport_size({"width": 1366, "height": 768})
            assert found_by_axe(page) == [], (address, language, dark)
