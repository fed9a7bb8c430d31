"""Assets and what is owed: a motion designer from the list to the animation in the new draft; previews; hostile files."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.drafts import ask_draft, drafts, watchable
from tests.media.making import made
from tests.web.browsing import browsing
from tests.web.farming import Farm
from tests.web.serving import Served

AT = "/videos/C1/V1"


def animation(ffmpeg: Ffmpeg, path: Path, colour: str = "red") -> Path:
    """A second of a square that is half transparent, as WebM with alpha."""
    picture = f"color={colour}@0.5:s=160x90:r=25:d=1,format=yuva420p"
    return made(ffmpeg, path, "-f", "lavfi", "-i", picture, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-an")


def test_a_designer_goes_from_what_is_owed_to_the_new_draft(
    site: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    farm = Farm(site, ffmpeg, tmp_path)
    site.studio.write("[show orbite for 1s] Une donnée part de loin, puis elle arrive.")
    site.studio.asset("orbite")
    with site.catalogue.writing() as tx:
        ask_draft(tx, site.studio.video, "asked by hand")
    farm.work()
    sent = animation(ffmpeg, tmp_path / "orbite_v1.webm")
    with browsing(chromium, site, "motion", language="en") as page:
        page.goto("/assets/owed")
        row = page.get_by_role("listitem").filter(has_text="orbite_v1.mov")
        expect(row).to_contain_text("25 frames")
        expect(row).to_contain_text("Une donnée part de loin")
        row.get_by_role("link", name="The brief of orbite").click()
        expect(page.get_by_role("main")).to_contain_text("Free area")
        assert page.locator("figure img").first.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1920
        with page.expect_download() as saved:
            page.get_by_role("link", name="guide.png").click()
        assert saved.value.path().read_bytes()[:4] == b"\x89PNG"
        page.go_back()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Send a file for orbite").click()
        chooser.value.set_files(sent)
        expect(page.locator("#tray")).to_contain_text("It is being looked at")
        farm.work()
        expect(page.get_by_text("You owe no animation.")).to_be_visible()
        page.goto(AT)
        line = page.get_by_role("article", name="Line 1")
        expect(line).to_contain_text("version 1")
        expect(page.get_by_role("link", name="Draft 2")).to_be_visible()
        line.get_by_role("link", name="Versions of orbite").click()
        expect(page.get_by_role("row", name="Collecter")).to_contain_text("Draft 2")
        film = page.locator("video").first
        page.wait_for_function("document.querySelector('video').readyState >= 1")
        assert film.evaluate("film => [film.videoWidth, film.videoHeight, film.duration]") == [160, 90, 1]
    with site.catalogue.reading() as tx:
        known = drafts(tx, site.studio.video)
        assert watchable(known) == known[-1]
