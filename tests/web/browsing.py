"""The machine's own Chromium: pages that are signed in, and that tell every fault."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from storage.catalogue.people import set_language
from tests.web.serving import Served
from web.visitor import COOKIE

FAILED = "Failed to load resource: the server responded with a status of"
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")

Look = tuple[str, bool, tuple[int, int]]
"""A language, whether it is dark, and the size of the screen."""

LOOKS: tuple[Look, ...] = (("fr", False, (1366, 768)), ("en", True, (360, 640)))
"""Both languages, lights and sizes, in two looks."""
FURTHER: tuple[Look, ...] = (("fr", True, (360, 640)), ("en", True, (1366, 768)), ("en", False, (360, 640)))
"""Others, for `make soak`."""
WIDE = """most => document.documentElement.scrollWidth <= most ? [] : [document.documentElement.scrollWidth,
    ...[...document.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > most)
    .map(one => `${one.tagName}.${one.className} ${one.getBoundingClientRect().right}`)]"""
"""What is wider than the screen, when anything is."""


@contextlib.contextmanager
def browsing(
    chromium: Browser,
    site: Served,
    who: str | None = None,
    *,
    language: str = "fr",
    dark: bool = False,
    size: tuple[int, int] = (1366, 768),
    refused: int | None = None,
    elsewhere: str = "",
    touch: bool = False,
) -> Iterator[Page]:
    """A page of somebody's browser. At its end: no error on its console, and no request that left the host.

    `elsewhere`: another host that the test is about. `refused`: the status of a refusal that it is about, which
    Chromium writes on its console.
    """
    context = chromium.new_context(
        base_url=site.url,
        locale=language,
        color_scheme="dark" if dark else "light",
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        has_touch=touch,
    )
    if who is not None:
        with site.catalogue.writing() as tx:
            set_language(tx, site.person(who), language)  # what a profile says goes before what a browser asks
        context.add_cookies([{"name": COOKIE, "value": site.secret(who), "url": site.url}])
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    page = context.new_page()
    faults: list[str] = []
    allowed = (site.url, *site.desk.site.stores, "data:", "blob:", *([elsewhere] if elsewhere else []))

    def said(message: ConsoleMessage) -> None:
        meant = refused is not None and message.text.startswith(f"{FAILED} {refused} ")
        if message.type in {"error", "warning"} and not meant:
            faults.append(f"{message.text} ({message.location.get('url', '')})")

    def asked(request: Request) -> None:
        if not request.url.startswith(allowed):
            faults.append(f"left the host: {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", asked)
    yield page
    context.close()
    assert faults == [], faults


def in_nobodys_way(page: Page, folder: Path, name: str) -> None:
    """Axe finds nothing on a page as it is now, and nothing of it is wider than the screen. Its picture is kept.

    Pictures lie in RUSHES_PICTURES where that is set, as what CI keeps; else in `folder`.
    """
    pictures = Path(os.environ.get("RUSHES_PICTURES", folder))
    pictures.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    width = page.evaluate("window.innerWidth")
    wide = page.evaluate(WIDE, width)
    assert wide == [], f"{page.url} is wider than a screen of {width}: {wide}"
