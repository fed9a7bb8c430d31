"""Every page that stands, in both languages and both lights: axe finds nothing, and its picture is kept to look at.

Pictures lie in RUSHES_PICTURES where it is set, as what CI keeps.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.web.browsing import WIDE, browsing
from tests.web.serving import Served
from tests.web.worlds import world

PAGES = {
    "home": "/",
    "course": "/?course=C1&blocked=1",
    "video": "/videos/C1/V1",
    "draft": "/videos/C1/V1/draft",
    "send": "/videos/C1/V1/send",
    "people": "/people",
    "work": "/work",
    "studio": "/work/studio",
    "webhooks": "/webhooks",
    "me": "/me",
    "sign-in": "/sign-in",
    "help": "/help",
    "not-there": "/no-such-page",
}
SIZES = ((1366, 768), (360, 640))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("spoken", ["fr", "en"])
def test_nothing_stands_in_anyones_way(
    site: Served, chromium: Browser, tmp_path: Path, spoken: str, dark: bool
) -> None:
    world(site.studio)
    nothing_in_the_way(site, chromium, PAGES, tmp_path, spoken, dark=dark)


def nothing_in_the_way(
    site: Served,
    chromium: Browser,
    pages: dict[str, str],
    folder: Path,
    spoken: str,
    *,
    dark: bool,
    sizes: tuple[tuple[int, int], ...] = SIZES,
) -> None:
    """Looks at pages, wide and on a phone: axe finds nothing, nothing is wider than the screen; pictures are kept."""
    pictures = Path(os.environ.get("RUSHES_PICTURES", folder))
    pictures.mkdir(exist_ok=True)
    apart = {"sign-in", "not-there"} & pages.keys()
    together = pages.keys() - apart
    for names in ([name for name in pages if name in together], *([name] for name in apart)):
        who = None if names == ["sign-in"] else "studio"
        refused = 404 if names == ["not-there"] else None
        with browsing(chromium, site, who, language=spoken, dark=dark, refused=refused) as page:
            for size in sizes:
                page.set_viewport_size({"width": size[0], "height": size[1]})
                for name in names:
                    page.goto(pages[name])
                    if name == "studio":
                        page.get_by_text("rushes@machine").wait_for()
                    kept = f"{name}-{spoken}-{'dark' if dark else 'light'}-{size[0]}.png"
                    page.screenshot(path=pictures / kept, full_page=True)
                    found = Axe().run(page)
                    assert found.violations_count == 0, f"{pages[name]}: {found.generate_report()}"
                    wide = page.evaluate(WIDE, size[0])
                    assert wide == [], f"{pages[name]} is wider than a screen of {size[0]}: {wide}"


def test_the_first_page_loads_little(site: Served, chromium: Browser) -> None:
    """At most 60 KB of compressed JavaScript, as it is sent."""
    sent: dict[str, int] = {}
    with browsing(chromium, site, "studio") as page:
        page.goto("/")
        names = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    with site.client("studio") as client:
        for name in names:
            if name.endswith(".js"):
                sent[name] = client.get(name).num_bytes_downloaded
    assert sent
    assert sum(sent.values()) <= 60 * 1024, sent
