"""Animations sent from a page: dropped on a cue, on words without one, by keyboard alone, as folders of pictures."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.assets import versions
from storage.catalogue.casting import find_asset
from storage.catalogue.files import File, file
from storage.catalogue.proposals import proposals
from storage.catalogue.revisions import source
from storage.folder_store import FolderStore
from tests.web.browsing import WIDE, browsing
from tests.web.serving import Served
from workers.ingest import Ingest

AT = "/videos/C1/V1"
DROP = """([target, name, text]) => {
    const given = new DataTransfer();
    given.items.add(new File([text], name));
    for (const kind of ["dragover", "drop"])
        target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: given }));
}"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><circle cx="20" cy="20" r="15"/></svg>'


def dropped(page: Page, selector: str, name: str, text: str = SVG) -> None:
    page.evaluate(DROP, [page.query_selector(selector), name, text])


def sent(site: Served, name: str) -> list[File]:
    """The files of an asset's versions, first to last."""
    with site.catalogue.reading() as tx:
        asset = find_asset(tx, site.studio.course, name)
        return [] if asset is None else [file(tx, one.media) for one in versions(tx, asset)]


def looked_at(site: Served, ffmpeg: Ffmpeg, folder: Path) -> None:
    Ingest(site.desk.store, site.catalogue, FolderStore(folder / "work"), ffmpeg, "here").settle()


def test_a_file_dropped_on_a_cue_is_its_version_and_the_page_says_so(
    site: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    site.studio.write("[show carte] Une donnée part de loin.", "[show orbite] Elle arrive.")
    with browsing(chromium, site, "motion", language="en") as page:
        with page.expect_response("**/events"):
            page.goto(AT)
        dropped(page, "#line-2 .slot code", "n'importe quel nom.svg")
        expect(page.locator("#told")).to_contain_text("n'importe quel nom.svg is on its way.")
        expect(page.locator("#tray")).to_contain_text("It is being looked at")
        looked_at(site, ffmpeg, tmp_path)
        expect(page.get_by_role("article", name="Line 2")).to_contain_text("version 1")
        expect(page.get_by_role("article", name="Line 1")).to_contain_text("nothing to show yet")
        dropped(page, "#line-1 .slot code", ".DS_Store")
    assert [(one.name, one.state) for one in sent(site, "orbite")] == [("n'importe quel nom.svg", "ready")]
    assert sent(site, "carte") == []


def test_a_file_dropped_on_words_proposes_the_cue_there_and_a_writer_puts_it_in(
    site: Served, chromium: Browser
) -> None:
    site.studio.write("Une donnée part de loin.", "Elle arrive au tableau.")
    choose = """line => { const said = [...line.querySelector(".words").childNodes].find(one => one.nodeType === 3);
        const range = document.createRange(); const at = said.data.indexOf("donnée");
        range.setStart(said, at); range.setEnd(said, at + "donnée part".length);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    with browsing(chromium, site, "motion", language="en") as page:
        page.goto(AT)
        page.locator("#line-1").evaluate(choose)
        with page.expect_navigation():
            dropped(page, "#line-1 .words", "carte des mers_v2.svg")
        expect(page.get_by_label("Cue", exact=True)).to_have_value("[show carte-des-mers]")
        expect(page.get_by_label("Before the words").locator("option:checked")).to_have_text("donnée part de")
        expect(page.get_by_label("Ends before").locator("option:checked")).to_have_text("de loin.")
        expect(page.get_by_role("button", name="Put it into the script")).to_have_count(0)
        page.get_by_role("button", name="Propose").click()
        expect(page.locator(".proposal")).to_contain_text("waits for the writer")
    with browsing(chromium, site, "writer", language="en") as page:
        page.goto(AT)
        with page.expect_navigation():
            dropped(page, "#line-2 .words", "tableau.svg")
        page.get_by_role("button", name="Put it into the script").click()
        expect(page.get_by_role("article", name="Line 2")).to_contain_text("[show tableau]")
        page.get_by_role("link", name="Answer").click()
        page.get_by_role("button", name="Take it into the script").click()
    with site.catalogue.reading() as tx:
        assert source(tx, site.studio.video) == (
            "Une [show carte-des-mers] donnée part [/show] de loin.\n\n[show tableau] Elle arrive au tableau."
        )
    assert {one.name for one in (*sent(site, "carte-des-mers"), *sent(site, "tableau"))} == {
        "carte des mers_v2.svg",
        "tableau.svg",
    }


def test_a_folder_of_pictures_is_one_version_by_keyboard_alone_on_a_phone(
    site: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    site.studio.write("[show orbite for 1s] Une donnée part de loin.")
    asset = site.studio.asset("orbite")
    folder = tmp_path / "orbite rendu"
    folder.mkdir()
    for number in range(1, 13):
        Image.new("RGBA", (64, 36), (255, 0, 0, 20 * number)).save(folder / f"orbite_{number:04}.png")
    with browsing(chromium, site, "motion", language="en", size=(360, 740)) as page:
        page.goto("/assets/owed")
        assert page.evaluate(WIDE, 360) == []
        reach(page, "The brief of orbite")
        expect(page.get_by_role("heading", level=1)).to_have_text("orbite")
        with page.expect_file_chooser() as chooser:
            reach(page, "Send a folder of pictures for orbite")
        chooser.value.set_files(folder)
        expect(page.locator("#tray")).to_contain_text("It is being looked at")
        looked_at(site, ffmpeg, tmp_path)
        page.goto(f"/assets/{asset}")
        expect(page.locator("#version-1")).to_contain_text("12 pictures")
        assert page.evaluate(WIDE, 360) == []
    [found] = sent(site, "orbite")
    assert found.media is not None
    assert (found.name, found.media.container, found.media.frames) == ("orbite rendu.zip", "sequence", 12)


def reach(page: Page, name: str) -> None:
    """Goes to a link or button by Tab alone, and presses it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.getAttribute('aria-label') === name", name):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"{name} is not reached by Tab")


def test_a_sketch_is_drawn_attached_and_seen_by_the_writer(site: Served, chromium: Browser, tmp_path: Path) -> None:
    site.studio.write("Une donnée part de loin.")
    photo = tmp_path / "photo.png"
    Image.new("RGB", (3000, 1500), "teal").save(photo)
    with browsing(chromium, site, "motion", language="en") as page:
        for attach in (False, True):
            page.goto(AT)
            page.locator("#line-1 summary").click()
            page.get_by_role("link", name="Propose a cue on line 1").click()
            page.get_by_label("Cue", exact=True).fill("[show carte beside]")
            canvas = page.locator("#drawing")
            if attach:
                page.locator("#sketch").set_input_files(photo)
                page.wait_for_function("() => document.getElementById('drawing').width === 1280")
            canvas.scroll_into_view_if_needed()
            box = canvas.bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + 40, box["y"] + 40)
            page.mouse.down()
            page.mouse.move(box["x"] + 200, box["y"] + 40, steps=4)
            page.mouse.up()
            page.get_by_role("button", name="Propose", exact=True).click()
            expect(page.locator(".proposal img")).to_have_count(2 if attach else 1, timeout=20_000)
    with browsing(chromium, site, "writer", language="en") as page:
        page.goto(AT)
        page.get_by_role("link", name="Answer").last.click()
        picture = page.get_by_role("img", name="Sketch of [show carte beside]")
        seen = """one => { const look = document.createElement("canvas").getContext("2d");
            look.canvas.width = one.naturalWidth; look.canvas.height = one.naturalHeight; look.drawImage(one, 0, 0);
            const data = look.getImageData(0, 0, one.naturalWidth, one.naturalHeight).data;
            let dark = 0; for (let at = 0; at < data.length; at += 4) if (data[at + 1] < 60) dark += 1;
            return [one.naturalWidth, one.naturalHeight, dark > 300 && dark < 20000, data[2]]; }"""
        picture.evaluate("one => one.decode()")
        wide, high, line, teal = picture.evaluate(seen)
        assert (wide, high, line) == (1280, 640, True)
        assert abs(teal - 128) < 6
    with site.catalogue.reading() as tx:
        assert all(one.suggestion.sketch is not None for one in proposals(tx, site.studio.video))
