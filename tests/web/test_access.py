"""Every page that stands, in both languages and both lights: axe finds nothing, and its picture is kept to look at."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser

from storage.catalogue.entry import one_time_link
from storage.catalogue.scripts import revision
from storage.sealing import stop_token
from tests.web.browsing import FURTHER, LOOKS, Look, browsing, in_nobodys_way
from tests.web.serving import Served
from tests.web.worlds import world
from web.app import PAGES

NO_PAGES = {
    "home_again", "standing_part", "sent_fragment", "owed_part", "shelf_part", "versions_part", "work_again",
    "studio_now", "sketch", "file_of_draft", "brief_file", "version_file", "version_preview",
    "leave", "come_back", "opened_link", "chosen", "changes_of_draft", "notes_part", "note_part", "notes_news",
    "verdicts_part", "note_file", "copies_part", "copy_file", "notes_file", "draft_file",
}  # fmt: skip
"""Routes that give no page: parts of pages, files, steps of signing in."""

ELSEWHERE = {"brief_page", "first_page"}
"""Pages that a world does not show: `test_assets` and `test_entry` look at them."""

ALONE: dict[str, tuple[str | None, int | None]] = {
    "sign-in": (None, None),
    "password": (None, None),
    "stop": (None, None),
    "not-there": ("studio", 404),
}
"""Pages that are looked at in a browser of their own: who is signed in, and the refusal that is meant."""


def pages(site: Served) -> dict[str, str]:
    """Every page of the app, by a name for its picture: those of the things of a world, for who may see them all."""
    named = {**world(site.studio).named, "number": 1, "before": 1, "name": "director"}
    with site.catalogue.reading() as tx:
        line = revision(tx, site.studio.video, site.desk.framings).script.lines[0].id
    with site.catalogue.writing() as tx:
        reviewer, hour = site.person("reviewer"), timedelta(hours=1)
        password = one_time_link(tx, "password", reviewer, hour)
    stop = stop_token(site.desk.outside.secret or b"", reviewer)
    asks = {"propose_page": f"?line={line}", "home": "?course=C1&blocked=1"}
    paths = {
        "password_page": f"/password/{password}",
        "stop_page": f"/mail/stop/{stop}",
    }
    found: dict[str, str] = {"not-there": "/no-such-page", "course": "/?course=C1&blocked=1"}
    for module in PAGES:
        for route in module.router.routes:
            if not isinstance(route, APIRoute) or "GET" not in route.methods or route.name in NO_PAGES | ELSEWHERE:
                continue
            path = paths.get(route.name) or route.path.format(**named) + asks.get(route.name, "")
            found[route.name.removesuffix("_page").replace("_", "-")] = path
    return found


@pytest.mark.parametrize(
    "look",
    [*LOOKS, *(pytest.param(one, marks=pytest.mark.soak) for one in FURTHER)],
    ids=["fr-light", "en-dark-small", "fr-dark-small", "en-dark", "en-light-small"],
)
def test_no_page_stands_in_anyones_way(site: Served, chromium: Browser, tmp_path: Path, look: Look) -> None:
    nothing_in_the_way(site, chromium, pages(site), tmp_path, look)


def nothing_in_the_way(
    site: Served,
    chromium: Browser,
    pages: dict[str, str],
    folder: Path,
    look: Look,
) -> None:
    """Looks at pages in one look, those of `ALONE` each in a browser of its own, all others in one."""
    spoken, dark, size = look
    together = [name for name in pages if name not in ALONE]
    for names in (together, *([name] for name in pages if name in ALONE)):
        who, refused = ALONE.get(names[0], ("studio", None))
        with browsing(chromium, site, who, language=spoken, dark=dark, size=size, refused=refused) as page:
            for name in names:
                page.goto(pages[name])
                if name == "studio":  # what workers tell comes a moment later
                    page.get_by_text("rushes@machine").wait_for()
                in_nobodys_way(page, folder, f"{name}-{spoken}-{'dark' if dark else 'light'}-{size[0]}")


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
