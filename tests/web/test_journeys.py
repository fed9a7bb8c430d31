"""Whole journeys through the app, over real drafts: by mouse, by keyboard alone, and by thumb at 360 px."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.courses import change_course, course_of
from storage.catalogue.drafts import ask_draft
from tests.media.making import made
from tests.web.browsing import WIDE, browsing
from tests.web.farming import Farm
from tests.web.hands import SIZES, Hand, How
from tests.web.serving import Served
from tests.web.test_assets import animation

HOWS = ["keyboard", "thumb", pytest.param("mouse", marks=pytest.mark.soak)]
SMALL = Size(640, 360)
PLAYED = "film => film.readyState || new Promise(done => film.onloadedmetadata = done)"


def rush(ffmpeg: Ffmpeg, path: Path) -> Path:
    """Two seconds of a camera that films a chart, with a tone."""
    picture = ("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=2", "-f", "lavfi", "-i", "sine=f=300:d=2")
    return made(ffmpeg, path, *picture, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-c:a", "aac", "-shortest")


@pytest.mark.parametrize("how", HOWS)
def test_a_director_goes_from_an_empty_studio_to_a_watched_draft(
    site: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path, how: How
) -> None:
    farm = Farm(site, ffmpeg, tmp_path)
    with browsing(chromium, site, "studio", language="en", size=SIZES[how], touch=how == "thumb") as page:
        hand = Hand(page, how)
        page.goto("/")
        hand.press(page.locator("#new-course > summary"))
        hand.write(page.get_by_label("Code"), "C9")
        hand.write(page.get_by_label("Title"), "Un cours")
        hand.press(page.get_by_role("button", name="Add the course"))
        first = page.get_by_role("link", name="Add its first video")
        expect(first).to_be_visible()
        with site.catalogue.writing() as tx:
            change_course(tx, course_of(tx, "C9"), size=SMALL)
        hand.press(first)
        form = page.locator("#new-video")
        hand.write(form.get_by_label("Code"), "V1")
        hand.write(form.get_by_label("Title"), "Collecter")
        hand.press(page.get_by_role("button", name="Add the video"))
        hand.press(page.get_by_role("row", name="V1 Collecter").get_by_role("link"))
        hand.press(page.get_by_role("link", name="Write the script"))
        hand.write(
            page.get_by_label("The text of the video"), "Une donnée part de loin.\n\nElle arrive au tableau de bord."
        )
        hand.press(page.get_by_role("button", name="Save the script"))
        hand.press(page.get_by_role("link", name="Send rushes"))
        hand.attach(page.get_by_role("button", name="Choose files"), rush(ffmpeg, tmp_path / "A001.mp4"))
        expect(page.locator("#tray")).to_contain_text("It is being looked at", timeout=15_000)
        hand.press(page.get_by_role("link", name="Collecter"))
        expect(page.get_by_role("heading", level=1)).to_have_text("V1 · Collecter")
        with page.expect_response("**/events"):
            page.reload()
        farm.work()
        expect(page.get_by_role("list", name="The shots of draft")).to_be_visible(timeout=15_000)
        assert page.evaluate(WIDE, SIZES[how][0]) == []
        hand.press(page.get_by_role("link", name="Draft 1", exact=True).last)
        film = page.locator("video")
        film.evaluate(PLAYED)
        assert film.evaluate("film => [film.videoWidth, film.videoHeight]") == [640, 360]
        assert page.evaluate(WIDE, SIZES[how][0]) == []


@pytest.mark.parametrize("how", HOWS)
def test_what_a_writer_changes_is_drafted_again(
    site: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path, how: How
) -> None:
    farm = Farm(site, ffmpeg, tmp_path)
    site.studio.write("Une donnée part de loin.", "Elle arrive au tableau de bord.")
    with site.catalogue.writing() as tx:
        change_course(tx, site.studio.course, size=SMALL)
        ask_draft(tx, site.studio.video, "asked by hand")
    farm.work()
    with browsing(chromium, site, "writer", language="en", size=SIZES[how], touch=how == "thumb") as page:
        hand = Hand(page, how)
        page.goto("/")
        hand.press(page.get_by_role("row", name="V1 Collecter").get_by_role("link"))
        hand.press(page.get_by_role("link", name="Edit the script"))
        hand.write(
            page.get_by_label("The text of the video"), "Une donnée part de loin.\n\nElle arrive enfin, et autrement."
        )
        hand.press(page.get_by_role("button", name="Save the script"))
        expect(page.get_by_role("article", name="Line 2")).to_contain_text("Elle arrive enfin")
        farm.work()
        shots = page.get_by_role("list", name="The shots of draft 2")
        expect(shots).to_be_visible(timeout=15_000)
        expect(shots.get_by_role("img", name="changed")).to_have_count(1)
        hand.press(page.get_by_role("link", name="Revisions"))
        hand.press(page.get_by_role("link", name="Revision 2"))
        expect(page.get_by_role("main")).to_contain_text("Elle arrive enfin")


@pytest.mark.parametrize("how", HOWS[:2])
def test_a_designer_sends_what_is_owed_and_sees_it_in_the_new_draft(
    site: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path, how: How
) -> None:
    """By mouse, with the brief and its files, it is in `test_assets`."""
    farm = Farm(site, ffmpeg, tmp_path)
    site.studio.write("[show orbite for 1s] Une donnée part de loin, puis elle arrive.")
    site.studio.asset("orbite")
    with site.catalogue.writing() as tx:
        change_course(tx, site.studio.course, size=SMALL)
        ask_draft(tx, site.studio.video, "asked by hand")
    farm.work()
    with browsing(chromium, site, "motion", language="en", size=SIZES[how], touch=how == "thumb") as page:
        hand = Hand(page, how)
        page.goto("/")
        hand.press(page.get_by_role("link", name="Assets"))
        hand.press(page.get_by_role("link", name="What I owe"))
        row = page.get_by_role("listitem").filter(has_text="orbite_v1.mov")
        expect(row).to_contain_text("25 frames")
        hand.attach(
            row.get_by_role("button", name="Send a file for orbite"), animation(ffmpeg, tmp_path / "orbite_v1.webm")
        )
        expect(page.locator("#tray")).to_contain_text("It is being looked at", timeout=15_000)
        farm.work()
        expect(page.get_by_text("You owe no animation.")).to_be_visible(timeout=15_000)
        assert page.evaluate(WIDE, SIZES[how][0]) == []
        hand.press(page.get_by_role("link", name="Home"))
        hand.press(page.get_by_role("row", name="V1 Collecter").get_by_role("link"))
        expect(page.get_by_role("article", name="Line 1")).to_contain_text("version 1")
        shots = page.get_by_role("list", name="The shots of draft 2")
        expect(shots.get_by_role("img", name="changed")).not_to_have_count(0)
        hand.press(page.get_by_role("link", name="Draft 2", exact=True).last)
        page.locator("video").evaluate(PLAYED)
