"""A draft is watched in the page with its captions; its files are given to those of the course, and nothing else is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from pipeline.media.ffmpeg import Ffmpeg
from storage import keys
from storage.catalogue.drafts import draft_numbered
from storage.catalogue.engine import Catalogue
from storage.catalogue.sharing import revoke
from storage.claims import FolderClaims
from storage.s3_store import S3Store
from tests.media.making import made
from tests.stack.conftest import seaweedfs  # noqa: F401 (a fixture)
from tests.stack.databases import Databases
from tests.web.browsing import browsing
from tests.web.serving import Served, served
from tests.web.sharing import Lent
from workers.object_server import ObjectServer

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.000\nVoici les données.\n"


@pytest.fixture(params=["folder", "seaweedfs"])
def drafted(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, ffmpeg: Ffmpeg) -> Iterator[Served]:
    """A studio whose video has a draft of two seconds in its store."""
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        store = None
        if request.param == "seaweedfs":
            server: ObjectServer = request.getfixturevalue("seaweedfs")
            store = S3Store(replace(server.place, bucket=f"watch-{uuid4().hex}"), FolderClaims(tmp_path / "claims"))
            store.make_bucket()
        origin = store.place.origin if store is not None else ""
        with served(catalogue, tmp_path, store, origin) as site:
            site.studio.write("Voici les données.")
            draft = site.studio.draft()
            folder = tmp_path / "draft"
            folder.mkdir()
            source = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-pix_fmt", "yuv420p", "-bf", "0")
            made(ffmpeg, folder / "draft.mp4", *source, "-movflags", "+faststart")
            (folder / "captions.vtt").write_text(CAPTIONS, "utf-8")
            (folder / "report.html").write_text(
                "<!doctype html><title>Rapport</title><script>alert(1)</script>", "utf-8"
            )
            (folder / "manifest.json").write_text("{}", "utf-8")
            site.desk.store.publish(folder, keys.draft(str(site.studio.video), draft.number))
            yield site
        catalogue.close()


def test_it_plays_with_its_captions(drafted: Served, chromium: Browser) -> None:
    with browsing(chromium, drafted, "reviewer", language="en") as page:
        page.goto("/videos/C1/V1")
        page.get_by_role("link", name="Draft 1").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Draft 1")
        film = page.locator("video")
        film.evaluate("film => film.readyState || new Promise(done => film.onloadedmetadata = done)")
        assert film.evaluate("film => [film.videoWidth, Math.round(film.duration)]") == [320, 2]
        said = """film => new Promise(done => { film.textTracks[0].mode = 'showing';
            const look = () => film.textTracks[0].cues?.length ? done(film.textTracks[0].cues[0].text)
                : setTimeout(look, 50); look(); })"""
        assert film.evaluate(said) == "Voici les données."
        film.evaluate("film => { film.currentTime = 1.5; return new Promise(done => film.onseeked = done); }")


def test_its_files_are_for_those_of_the_course_and_a_report_runs_nothing(drafted: Served) -> None:
    at = "/videos/C1/V1/drafts/1"
    with drafted.client("reviewer") as client, drafted.client("stranger") as stranger:
        report = client.get(f"{at}/report.html")
        assert report.status_code == 200
        assert report.headers["content-security-policy"].startswith("sandbox;")
        for name in ("manifest.json", "..%2f..%2fkey", "draft.mp4.json"):
            assert client.get(f"{at}/{name}").status_code == 404
        assert client.get("/videos/C1/V1/drafts/2").status_code == 404
        assert client.get("/videos/C1/V1/drafts/x").status_code == 422
        for name in ("", "/draft.mp4", "/report.html"):
            assert stranger.get(f"{at}{name}", follow_redirects=False).status_code == 404
        part = client.get(f"{at}/draft.mp4", headers={"Range": "bytes=0-99"}, follow_redirects=True)
        assert (part.status_code, len(part.content)) == (206, 100)


def test_the_address_of_a_film_lives_as_long_for_guests_as_they_need_it(drafted: Served, tmp_path: Path) -> None:
    with drafted.catalogue.reading() as tx:
        draft = draft_numbered(tx, drafted.studio.video, 1)
    lent = Lent(drafted, tmp_path, [draft])
    link, token = lent.share()
    at, played = "/videos/C1/V1/drafts/1/draft.mp4", {"Range": "bytes=0-99", "Sec-Fetch-Dest": "video"}
    with lent.guest(token) as guest:
        answer = guest.get(at, headers=played)
        if answer.status_code == 302:  # the store gives it itself
            assert "X-Amz-Expires=7200&" in answer.headers["location"]
        else:
            assert answer.status_code == 206
        with drafted.catalogue.writing() as tx:
            revoke(tx, link)
        assert guest.get(at, headers=played).status_code == 404
