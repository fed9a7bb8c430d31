"""A gigabyte sent from a browser through all that can happen to it, and twenty people who send at once.

`make soak` runs them; small ones of both are in test_upload.py.
"""

import hashlib
import random
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.assets import versions
from storage.catalogue.casting import find_asset
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import file
from storage.catalogue.people import set_language
from tests.stack.conftest import seaweedfs  # noqa: F401 (fixture)
from tests.stack.databases import Databases
from tests.stack.studio import Studio
from tests.web.serving import Served, served
from tests.web.test_upload import (
    Way,
    again,
    announced,
    crowd_of,
    filmed,
    is_part,
    kept_sha256,
    looked_at,
    old,
    only_file,
    wait_for,
)
from web.visitor import COOKIE
from workers.object_server import ObjectServer
from workers.servers import free_ports

pytestmark = pytest.mark.soak
FRAMES = 583
"""Of 1.8 MB each: a gigabyte and a little."""
PART = 16 << 20


@dataclass
class Restarted:
    """A studio whose web app can be ended and served again, at the same address."""

    begin: Callable[[Studio | None], AbstractContextManager[Served]]
    site: Served
    _held: AbstractContextManager[Served]

    def again(self) -> None:
        """Ends the app, and serves it anew."""
        secrets = self.site.secrets
        self._held.__exit__(None, None, None)
        time.sleep(2)
        self._held = self.begin(self.site.studio)
        self.site = self._held.__enter__()
        self.site.secrets = secrets


@pytest.fixture(params=["folder", "seaweedfs"])
def studio(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Restarted]:
    """A studio over each kind of store."""
    [port] = free_ports(1)
    server: ObjectServer | None = None if request.param == "folder" else request.getfixturevalue("seaweedfs")
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)

        def begin(there: Studio | None = None) -> AbstractContextManager[Served]:
            if server is None:
                return served(catalogue, tmp_path, port=port, studio=there)
            return served(catalogue, tmp_path, server.store, server.place.origin, port=port, studio=there)

        held = begin()
        found = Restarted(begin, held.__enter__(), held)
        yield found
        found._held.__exit__(None, None, None)
        catalogue.close()


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass
class Visits:
    """One browser of the director, whose page is opened again and again."""

    context: BrowserContext
    ways: list[Way] = field(default_factory=list)

    def page(self, way: Way, signing: Callable[[Route], None] | None = None) -> Page:
        self.ways.append(way)
        page = self.context.new_page()
        page.route(is_part, way)
        if signing is not None:
            page.route("**/sign", signing)
        page.goto("/videos/C1/V1/send")
        return page

    @property
    def sent(self) -> int:
        """Parts that went on their way."""
        return sum(way.seen.total() for way in self.ways)


@pytest.fixture
def visits(studio: Restarted, chromium: Browser) -> Iterator[Visits]:
    site = studio.site
    with site.catalogue.writing() as tx:
        set_language(tx, site.person("director"), "en")
    context = chromium.new_context(base_url=site.url, locale="en")
    context.add_cookies([{"name": COOKIE, "value": site.secret("director"), "url": site.url}])
    yield Visits(context)
    context.close()


def test_a_gigabyte_arrives_whole_whatever_happens_on_the_way(
    studio: Restarted, visits: Visits, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """The page closed twice, a part damaged on the wire, a link too old, the server restarted in the middle."""
    film = filmed(ffmpeg, tmp_path / "plan 01 prise 2.mov", FRAMES)
    size = film.stat().st_size
    parts = -(-size // PART)
    assert size > 1 << 30
    studio.site.studio.write("# Un", "Bonjour à tous.", "# Deux", "Et voilà.")
    began = time.monotonic()

    page = visits.page(first := Way(parts // 4))
    page.locator("#choose-files").set_input_files(film)
    wait_for(page, lambda: first.through == 0, 300)
    page.close()
    assert only_file(studio.site).state == "uploading"

    page = visits.page(second := Way(parts // 4, damaged={0}))
    again(page, film)
    wait_for(page, lambda: second.through == 0, 300)
    page.close()
    assert only_file(studio.site).state == "uploading"

    expired: list[str] = []

    def too_old(route: Route) -> None:
        if expired:
            route.continue_()
            return
        answer = route.fetch()
        found: dict[str, Any] = answer.json()
        if found["links"]:
            expired.append(found["links"][0]["link"])
            found["links"][0]["link"] = old(studio.site, expired[0])
            time.sleep(1.1)
        route.fulfill(response=answer, json=found)

    page = visits.page(Way(10_000), too_old)
    again(page, film)
    wait_for(page, lambda: page.locator("#tray progress").evaluate("bar => bar.value") > size * 3 // 4, 300)
    studio.again()
    assert only_file(studio.site).state == "uploading"
    until_sent(page)
    seconds = time.monotonic() - began
    assert expired
    found = only_file(studio.site)
    assert (found.state, found.sha256) == ("processing", None), "nothing is ready before it was looked at"
    looked_at(studio.site, ffmpeg, tmp_path)
    expect(page.locator("#sent")).to_contain_text("ready", timeout=30_000)
    found = only_file(studio.site)
    assert found.state == "ready"
    assert found.sha256 == sha256_of(film) == kept_sha256(studio.site, found, tmp_path)
    sys.stdout.write(f"{size >> 20} MiB in {parts} parts, {visits.sent} sent, {seconds:.0f} s\n")
    assert visits.sent <= parts + 16, "what the store had was sent again"


def until_sent(page: Page) -> None:
    """Waits until the file is whole; tries again by hand where the page gave up."""
    tray = page.locator("#tray")
    ends = time.monotonic() + 300
    while "It is being looked at" not in tray.inner_text():
        assert time.monotonic() < ends, tray.inner_text()
        if (retry := page.get_by_role("button", name="Try again")).count():
            retry.click()
        page.wait_for_timeout(200)


def test_twenty_people_send_twenty_megabytes_each(studio: Restarted, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """Versions of one asset, in two parts each, at once: none is lost, no number twice, each of its own bytes."""
    site = studio.site
    site.studio.asset("collect")
    crowd_of(site, 20)
    began = time.monotonic()

    def one(number: int) -> tuple[str, str]:
        data = random.Random(number).randbytes((20 << 20) + number)
        pieces = [data[:PART], data[PART:]]
        md5s = [hashlib.md5(piece, usedforsecurity=False).hexdigest() for piece in pieces]
        with site.client(f"motion {number}") as client:
            given = {"kind": "asset", "reference": "collect", "fingerprint": f"file {number}", "path": "collect.mov"}
            up = announced(client, site, size=len(data), **given).raise_for_status().json()
            wanted = {"parts": [{"number": at, "md5": md5} for at, md5 in enumerate(md5s, 1)]}
            links = client.post(f"/api/v1/uploads/{up['id']}/sign", json=wanted).raise_for_status().json()["links"]
            for link in links:
                place = link["link"] if "://" in link["link"] else site.url + link["link"]
                client.put(place, content=pieces[link["number"] - 1], headers={"X-CSRF-Token": ""}).raise_for_status()
            done = client.post(f"/api/v1/uploads/{up['id']}/complete", json={"md5s": md5s}).raise_for_status().json()
        assert done["state"] == "processing"
        return done["id"], hashlib.sha256(data).hexdigest()

    with ThreadPoolExecutor(20) as crowd:
        done = dict(crowd.map(one, range(20)))
    seconds = time.monotonic() - began
    with site.catalogue.reading() as tx:
        asset = find_asset(tx, site.studio.course, "collect")
        assert asset is not None
        found = versions(tx, asset)
        files = {str(version.media): file(tx, version.media) for version in found}
    assert sorted(version.number for version in found) == list(range(1, 21))
    assert files.keys() == done.keys()
    assert len({one_file.sender for one_file in files.values()}) == 20
    for name, one_file in files.items():
        assert kept_sha256(site, one_file, tmp_path) == done[name]
    sys.stdout.write(f"20 people, 20 MiB each, at once: {seconds:.0f} s\n")
