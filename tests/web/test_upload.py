"""Files sent from a browser and by the API: into a folder and into SeaweedFS, whatever happens on the way."""

import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.values import from_json
from storage.catalogue.assets import versions
from storage.catalogue.casting import find_asset
from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import File, file
from storage.catalogue.filming import rushes
from storage.catalogue.people import add_person, give_role, set_language
from storage.folder_store import FolderStore
from storage.objects import Upload
from storage.signing import Signer
from tests.media.making import made
from tests.stack.conftest import seaweedfs  # noqa: F401 (fixture)
from tests.stack.databases import Databases
from tests.web.browsing import browsing
from tests.web.serving import Served, served
from workers.ingest import Ingest
from workers.object_server import ObjectServer

SECRET = b"a secret of the test"
PARTS = 6


@pytest.fixture(params=["folder", "seaweedfs"])
def stored(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Served]:
    """A studio over each kind of store."""
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        if request.param == "folder":
            with served(catalogue, tmp_path) as found:
                yield found
        else:
            server: ObjectServer = request.getfixturevalue("seaweedfs")
            with served(catalogue, tmp_path, server.store, server.place.origin) as found:
                yield found
        catalogue.close()


@pytest.fixture(scope="session")
def film(ffmpeg: Ffmpeg, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of some 80 MB, as a camera would name it for the second shot."""
    return filmed(ffmpeg, tmp_path_factory.mktemp("card") / "plan 01 prise 2.mov", 46)


def filmed(ffmpeg: Ffmpeg, path: Path, frames: int, size: str = "1280x720") -> Path:
    source = f"testsrc2=size={size}:rate=25"
    options = ("-frames:v", str(frames), "-pix_fmt", "uyvy422", "-c:v", "rawvideo")
    return made(ffmpeg, path, "-f", "lavfi", "-i", source, *options)


def looked_at(site: Served, ffmpeg: Ffmpeg, folder: Path) -> None:
    """What the farm does with files that arrived."""
    Ingest(site.desk.store, site.catalogue, FolderStore(folder / "work"), ffmpeg, "here").settle()


def only_file(site: Served) -> File:
    with site.catalogue.reading() as tx:
        [rush] = rushes(tx, site.studio.video)
    return rush.file


def kept_sha256(site: Served, sent: File, folder: Path) -> str:
    site.desk.store.get(sent.object_name, folder / "back")
    return hashlib.sha256((folder / "back").read_bytes()).hexdigest()


@dataclass
class Way:
    """The way of parts to the store: lets so many through, damages or holds others, and counts them."""

    through: int = 0
    damaged: set[int] = field(default_factory=set)
    seen: Counter[int] = field(default_factory=Counter)

    def __call__(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        asked = parse_qs(url.query).get("partNumber", [url.path.rpartition("/")[2]])
        number = int(asked[0])
        if self.through == 0:
            return  # for ever under way
        self.through -= 1
        self.seen[number] += 1
        if self.damaged and self.seen.total() == 1:
            self.damaged = {number}
            route.continue_(post_data=b"\0" * 1000 + random.Random(1).randbytes((16 << 20) - 1000))
        else:
            route.continue_()


def is_part(url: str) -> bool:
    return "/parts/" in url or "partNumber=" in url


def test_a_file_arrives_whole_whatever_happens_on_the_way(
    stored: Served, chromium: Browser, film: Path, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    stored.studio.write("# Un", "Bonjour à tous.", "# Deux", "Et voilà.")
    assert film.stat().st_size > 79 << 20
    expired: list[str] = []
    speaks(stored, "en")
    with browsing(chromium, stored, "director", language="en") as blank:

        def visit(way: Way, signing: Callable[[Route], None] | None = None) -> Page:
            found = blank.context.new_page()
            found.route(is_part, way)
            if signing is not None:
                found.route("**/sign", signing)
            found.goto("/videos/C1/V1/send")
            return found

        first = Way(2)
        page = visit(first)
        page.locator("#choose-files").set_input_files(film)
        wait_for(page, lambda: (page.locator("#tray progress").evaluate("bar => bar.value")) >= 32 << 20)
        page.close()
        assert only_file(stored).state == "uploading"

        second = Way(2, damaged={0})
        page = visit(second)
        again(page, film)
        wait_for(page, lambda: second.through == 0)
        page.close()
        assert only_file(stored).state == "uploading"

        def too_old(route: Route) -> None:
            answer = route.fetch()
            found = answer.json()
            if not expired and found["links"]:
                expired.append(found["links"][0]["link"])
                found["links"][0]["link"] = old(stored, expired[0])
                time.sleep(1.1)
            route.fulfill(response=answer, json=found)

        third = Way(100)
        page = visit(third, too_old)
        again(page, film)
        expect(page.locator("#tray")).to_contain_text("It is being looked at", timeout=60_000)
        sent = first.seen.total() + second.seen.total() + third.seen.total()
        assert sent <= PARTS + 2 + 4, "what the store had was sent again"
        found = only_file(stored)
        assert found.state == "processing", "nothing is ready before it was looked at"
        looked_at(stored, ffmpeg, tmp_path)
        expect(page.locator("#sent")).to_contain_text("ready")
        page.close()
    found = only_file(stored)
    assert found.state == "ready"
    assert found.sha256 == hashlib.sha256(film.read_bytes()).hexdigest() == kept_sha256(stored, found, tmp_path)
    assert expired
    with stored.catalogue.reading() as tx:
        [rush] = rushes(tx, stored.studio.video)
    assert rush.filed.shot == "01"


def again(page: Page, path: Path) -> None:
    """Chooses a file again that was broken off; another one is refused."""
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Choose it again").click()
    asked.value.set_files(Path(__file__))
    expect(page.locator("#tray")).to_contain_text("This is another file")
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Choose it again").click()
    asked.value.set_files(path)


def old(site: Served, link: str) -> str:
    """The same link, too old in a second."""
    number = int(parse_qs(urlsplit(link).query).get("partNumber", [urlsplit(link).path.rpartition("/")[2]])[0])
    store = site.desk.store
    if isinstance(store, FolderStore):
        return store.signer.link("PUT", urlsplit(link).path.removeprefix("/parts/"), 1)
    with site.catalogue.reading() as tx:
        [rush] = rushes(tx, site.studio.video)
    return store.part_link(from_json(Upload, json.loads(rush.file.upload or "")), number, 1)


def wait_for(page: Page, true: Callable[[], bool], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came"
        page.wait_for_timeout(20)  # the ways of its parts are asked meanwhile


def test_a_browser_sends_straight_to_the_store(
    stored: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    """Without anything between them: the store lets pages of our origin write."""
    path = filmed(ffmpeg, tmp_path / "C0001.mov", 5, "320x180")
    with browsing(chromium, stored, "motion", language="fr") as page:
        page.goto("/videos/C1/V1/send")
        page.locator("#choose-files").set_input_files(path)
        expect(page.locator("#tray")).to_contain_text("Envoyé")
    looked_at(stored, ffmpeg, tmp_path)
    found = only_file(stored)
    assert (found.state, found.sha256) == ("ready", hashlib.sha256(path.read_bytes()).hexdigest())


def speaks(site: Served, language: str) -> None:
    """The director's own language."""
    with site.catalogue.writing() as tx:
        set_language(tx, site.person("director"), language)


def announced(client: httpx.Client, site: Served, **given: Any) -> httpx.Response:
    body = {"path": "C0001.mov", "size": 1000, "fingerprint": "one", **given}
    return client.post(f"/api/v1/videos/{site.studio.video}/uploads", json=body)


def sent(client: httpx.Client, site: Served, data: bytes, **given: Any) -> dict[str, Any]:
    """A file of one part, sent as a program does."""
    up = announced(client, site, size=len(data), **given).raise_for_status().json()
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    wanted = {"parts": [{"number": 1, "md5": md5}]}
    links = client.post(f"/api/v1/uploads/{up['id']}/sign", json=wanted).raise_for_status().json()["links"]
    for one in links:
        httpx.put(one["link"] if "://" in one["link"] else site.url + one["link"], content=data).raise_for_status()
    done = client.post(f"/api/v1/uploads/{up['id']}/complete", json={"md5s": [md5]})
    return done.raise_for_status().json()


def crowd_of(site: Served, many: int) -> None:
    """So many motion designers of the course, signed in."""
    for number in range(many):
        who = site.person(f"motion {number}")
        with site.catalogue.writing() as tx:
            give_role(tx, who, site.studio.course, "motion")
        site.secret(f"motion {number}")


def test_twenty_people_send_at_once(stored: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """Versions of one asset: none is lost, no number is given twice, and each has the bytes that were sent."""
    stored.studio.asset("collect")

    def one(number: int) -> tuple[str, bytes]:
        data = random.Random(number).randbytes(50_000 + number)
        with stored.client(f"motion {number}") as client:
            given = {"kind": "asset", "reference": "collect", "fingerprint": f"file {number}"}
            return sent(client, stored, data, path="collect.mov", **given)["id"], data

    crowd_of(stored, 20)
    with ThreadPoolExecutor(20) as crowd:
        done = dict(crowd.map(one, range(20)))
    with stored.catalogue.reading() as tx:
        asset = find_asset(tx, stored.studio.course, "collect")
        assert asset is not None
        found = versions(tx, asset)
        files = {str(one.media): file(tx, one.media) for one in found}
    assert sorted(one.number for one in found) == list(range(1, 21))
    assert files.keys() == done.keys()
    for name, one_file in files.items():
        assert one_file.state == "processing"
        stored.desk.store.get(one_file.object_name, tmp_path / name)
        assert (tmp_path / name).read_bytes() == done[name]
    looked_at(stored, ffmpeg, tmp_path)
    with stored.catalogue.reading() as tx:
        assert {one.state for one in versions(tx, asset)} == {"failed"}, "noise is no film, and never ready"


def test_the_same_file_is_the_same_upload(site: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    data = filmed(ffmpeg, tmp_path / "C0001.mov", 3, "64x64").read_bytes()
    with site.client("director") as client, site.client("writer") as other:
        first = announced(client, site, size=len(data)).json()
        assert announced(client, site, size=len(data)).json() == first
        assert announced(other, site, size=len(data)).json()["id"] != first["id"]
        done = sent(client, site, data)
        assert (done["id"], done["state"]) == (first["id"], "processing")
        looked_at(site, ffmpeg, tmp_path)
        assert announced(client, site, size=len(data)).json()["state"] == "ready"
        assert client.get(f"/api/v1/uploads/{first['id']}").json()["state"] == "ready"
        assert client.delete(f"/api/v1/uploads/{first['id']}").status_code == 409
    with site.catalogue.reading() as tx:
        assert {(one.filed.card, one.filed.name) for one in rushes(tx, site.studio.video)} == {
            ("", "C0001.mov"), ("(2)", "C0001.mov"),
        }  # fmt: skip


def test_an_animation_is_ready_after_it_was_looked_at(site: Served, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    data = filmed(ffmpeg, tmp_path / "a.mov", 3, "64x64").read_bytes()
    site.studio.write("# Un", "[show collect]", "Bonjour à tous.")
    with site.client("motion") as client:
        sent(client, site, data, kind="asset", reference="collect", path="collect.mov")
    looked_at(site, ffmpeg, tmp_path)
    with site.catalogue.reading() as tx:
        asset = find_asset(tx, site.studio.course, "collect")
        assert asset is not None
        assert [(one.number, one.state) for one in versions(tx, asset)] == [(1, "ready")]


@pytest.mark.parametrize(
    "path",
    ["../../../etc/passwd.mov", "..\\..\\boot.mov", "/etc/cron.d/x.mov", "a\0b.mov", "card/../../x.mov", "C:\\x.mov"],
)
def test_a_path_leads_nowhere(site: Served, path: str) -> None:
    with site.client("director") as client:
        assert announced(client, site, path=path).status_code == 200
    with site.catalogue.reading() as tx:
        [rush] = rushes(tx, site.studio.video)
    for said in (rush.filed.name, rush.filed.card, rush.file.name, rush.file.object_name):
        assert ".." not in said.split("/")
        assert not said.startswith("/")
        assert not set(said) & set("\\\0:")
    assert rush.file.object_name.startswith("originals/")
    assert "passwd" not in rush.file.object_name


def test_lies_are_refused(site: Served) -> None:
    with site.client("director") as client:
        for size in (0, -1, 1 << 49, 1 << 60):
            assert announced(client, site, size=size).status_code == 422
        for path in ("", "/", "..", ".DS_Store", "a.r3d", "a.jpg"):
            assert announced(client, site, path=path).status_code == 422, path
        up = announced(client, site, size=1000).json()
        url, md5 = f"/api/v1/uploads/{up['id']}", "0" * 32
        for parts in ([], [{"number": 2, "md5": md5}], [{"number": 0, "md5": md5}], [{"number": 1, "md5": "x"}]):
            assert client.post(f"{url}/sign", json={"parts": parts}).status_code == 422
        many = [{"number": 1, "md5": md5}] * 33
        assert client.post(f"{url}/sign", json={"parts": many}).status_code == 422
        assert client.post(f"{url}/complete", json={"md5s": [md5, md5]}).status_code == 422
        answer = client.post(f"{url}/complete", json={"md5s": [md5]})
        assert (answer.status_code, answer.json()["parts"]) == (422, [1])
        link = client.post(f"{url}/sign", json={"parts": [{"number": 1, "md5": md5}]}).json()["links"][0]["link"]
    with site.client() as nobody:
        assert nobody.put(link, content=b"x" * 999).status_code == 422
        assert (
            nobody.put(link, content=b"x" * 1000, headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}).status_code
            == 422
        )
        assert nobody.put(link, content=b"x" * 1000, headers={"Content-MD5": "?"}).status_code == 422
        assert nobody.put(link, content=b"x" * (65 << 20)).status_code == 413
        assert nobody.put(link.replace("/1?", "/2?"), content=b"x" * 1000).status_code == 403
        other = Signer(b"another secret").link("PUT", link.removeprefix("/parts/").partition("?")[0], 60)
        assert nobody.put(other, content=b"x" * 1000).status_code == 403
        assert nobody.get(link).status_code == 405
        assert nobody.put(link, content=b"x" * 1000).status_code == 204
    assert only_file(site).state == "uploading"


def test_nobody_touches_what_others_send(site: Served) -> None:
    with site.client("director") as client:
        up = announced(client, site).json()["id"]
    url, wanted = f"/api/v1/uploads/{up}", {"parts": [{"number": 1, "md5": "0" * 32}]}
    for who, status in {"writer": 404, "studio": 404, "reviewer": 403, "stranger": 404}.items():
        with site.client(who) as client:
            assert client.get(url).status_code == status, who
            assert client.post(f"{url}/sign", json=wanted).status_code == status, who
            assert client.post(f"{url}/complete", json={"md5s": ["0" * 32]}).status_code == status, who
            assert client.delete(url).status_code == status, who
    with site.client("reviewer") as client:
        assert announced(client, site).status_code == 403
        assert client.get("/videos/C1/V1/send").status_code == 403
    with site.client("stranger") as client:
        assert announced(client, site).status_code == 404
        assert client.get("/videos/C1/V1/send").status_code == 404
    with site.client("director") as client:
        assert client.get(f"/api/v1/uploads/{uuid4()}").status_code == 404
        assert client.delete(url).status_code == 204
        assert client.delete(url).status_code == 404
        assert announced(client, site).json()["id"] == up, "it may be sent after all"


def test_another_course_is_out_of_reach(site: Served) -> None:
    with site.catalogue.writing() as tx:
        course = add_course(tx, Course("C2", "Une autre"))
        video = add_video(tx, add_chapter(tx, add_part(tx, course, "P"), "C"), "V1", "Ailleurs")
        add_person(tx, "Eve", "eve@example.org")
    with site.client("director") as client:
        body = {"path": "a.mov", "size": 10, "fingerprint": "x"}
        assert client.post(f"/api/v1/videos/{video}/uploads", json=body).status_code == 404
        assert client.get("/videos/C2/V1/send").status_code == 404


def test_a_rush_is_sorted_by_hand(site: Served, chromium: Browser) -> None:
    site.studio.write("# Un", "Bonjour à tous.", "# Deux", "Et voilà.")
    with site.client("director") as client:
        announced(client, site)
        with site.catalogue.reading() as tx:
            [rush] = [one.id for one in rushes(tx, site.studio.video)]
        assert client.post(f"/rushes/{rush}/shot", data={"shot": "99"}).status_code == 422
    for language, dark in (("fr", False), ("en", True)):
        speaks(site, language)
        with browsing(chromium, site, "director", language=language, dark=dark) as page:
            page.goto("/videos/C1/V1/send")
            assert page.locator("html").get_attribute("lang") == language
            assert faults_of(page) == []
    with browsing(chromium, site, "director", language="en") as page:
        page.goto("/videos/C1/V1/send")
        page.get_by_label("The shot of C0001.mov", exact=True).select_option("02")
        page.get_by_role("button", name="Keep the shot of C0001.mov").click()
        expect(page.get_by_role("heading", name="Matched")).to_be_visible()
    with site.catalogue.reading() as tx:
        assert [one.filed.shot for one in rushes(tx, site.studio.video)] == ["02"]


def faults_of(page: Page) -> list[str]:
    """What axe finds wrong with a page."""
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in Axe().run(page).response["violations"]]
