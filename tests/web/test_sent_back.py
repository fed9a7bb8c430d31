"""A must-fix note sends an animation back: owed again with the note's words and frame, until a draft shows another."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.assets import versions
from storage.catalogue.courses import change_course
from storage.catalogue.drafts import ask_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.terms import AssetId
from storage.folder_store import FolderStore
from storage.signing import Signer
from tests.web.browsing import LOOKS, browsing, in_nobodys_way
from tests.web.farming import Farm
from tests.web.serving import Served, served
from tests.web.test_assets import animation
from tests.web.test_notes import film_stands
from tests.web.test_remote import BLANK, told
from workers.attaching import attached
from workers.data_folder import CATALOGUE

ROOM = "/videos/C1/V1/drafts"
WORDS = "Le cercle arrive trop tard"
MADE_AGAIN = {"en": "made again: version %s is in", "fr": "refaite\u00a0: la version %s est dans"}


@pytest.fixture
def housed(tmp_path: Path) -> Iterator[tuple[Served, dict[str, str]]]:
    """The app over a studio that lies in a folder, as commands find it; and the settings that lead them there."""
    data = tmp_path / "data"
    data.mkdir()
    catalogue = Catalogue(f"sqlite:///{data / CATALOGUE}")
    catalogue.upgrade()
    with served(catalogue, tmp_path, FolderStore(data / "objects", Signer(b"a secret of the test"))) as site:
        yield site, BLANK | {"RUSHES_DATA": str(data), "RUSHES_LANGUAGE": "en"}
    catalogue.close()


def test_an_animation_is_sent_back_made_again_and_the_note_says_so(
    housed: tuple[Served, dict[str, str]], chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    site, env = housed
    farm = Farm(site, ffmpeg, tmp_path)
    site.studio.write("[show orbite for 1s] Une donnée part de loin.", "Elle arrive au tableau de bord.")
    asset = site.studio.asset("orbite")
    attached(farm.station.studio, asset, animation(ffmpeg, tmp_path / "orbite_v1.webm"))
    with site.catalogue.writing() as tx:
        change_course(tx, site.studio.course, size=Size(320, 180))
        ask_draft(tx, site.studio.video, "asked by hand")
    farm.work()
    with browsing(chromium, site, "reviewer", language="en") as page:
        note = sent_back(page)
    assert judged(site, asset) == ["rejected"]
    with browsing(chromium, site, "reviewer", language="en") as page:
        page.goto(f"{ROOM}/1?note={note}")
        expect(page.locator(f"#note-{note}")).to_contain_text("sent back to its designer")
    farm.work()
    with browsing(chromium, site, "motion", language="en") as page:
        page.goto("/assets/owed")
        row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="orbite"))
        expect(row).to_contain_text("to make again")
        expect(row).to_contain_text(f"Reviewer: {WORDS}")
        expect(row).to_contain_text("orbite_v2.mov")
        row.get_by_role("link", name="The brief of orbite").click()
        expect(page.get_by_role("main")).to_contain_text(f"Reviewer: {WORDS}")
        sheet = chromium.new_page()
        sheet.goto(printed(env, tmp_path).as_uri())
        in_nobodys_way(sheet, tmp_path, "returned-printed")
        sheet.close()
        page.get_by_role("link", name="on draft 1, frame 3").click()
        film_stands(page, 3)
        expect(page.locator(f"#note-{note}")).to_be_in_viewport()
        for name, path in (("owed", "/assets/owed"), ("brief", page_of_brief(page))):
            page.goto(path)
            in_nobodys_way(page, tmp_path, f"returned-{name}")
        page.goto("/assets/owed")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Send a file for orbite").click()
        chooser.value.set_files(animation(ffmpeg, tmp_path / "orbite_v2.webm", "blue"))
        expect(page.locator("#tray")).to_contain_text("It is being looked at")
        farm.work()
        expect(page.get_by_text("You owe no animation.")).to_be_visible()
    assert judged(site, asset) == ["waiting", "rejected"]
    for spoken, dark, size in LOOKS:
        with browsing(chromium, site, "reviewer", language=spoken, dark=dark, size=size) as page:
            page.goto(f"{ROOM}/2?note={note}")
            card = page.locator(f"#note-{note}")
            expect(card).to_contain_text(MADE_AGAIN[spoken] % 2)
            in_nobodys_way(page, tmp_path, f"remade-{spoken}-{size[0]}")
            page.goto(f"{ROOM}/1?note={note}")
            expect(card).not_to_contain_text(MADE_AGAIN[spoken].partition("%")[0])


def sent_back(page: Page) -> str:
    """Writes a must-fix note on frame 3 of the draft, and sends its line's animation back with it; its id."""
    page.goto(f"{ROOM}/1")
    film_stands(page, 0)
    for frame in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        film_stands(page, frame)
    page.keyboard.press("c")
    page.keyboard.type(WORDS)
    page.locator("#composer").get_by_label("must be fixed").check()
    page.get_by_role("button", name="Send the note").click()
    card = page.locator("[data-note]")
    expect(card).to_contain_text("must be fixed")
    card.locator("summary").last.click()
    expect(card.get_by_label("Animation to make again")).to_have_text("orbite")
    card.get_by_role("button", name="Send it back with this note").click()
    expect(page.locator("[data-note]")).to_contain_text("sent back to its designer")
    return page.locator("[data-note]").get_attribute("data-note") or ""


def judged(site: Served, asset: AssetId) -> list[str]:
    """What was said of each version, last to first."""
    with site.catalogue.reading() as tx:
        return [one.approval for one in sorted(versions(tx, asset), key=lambda one: -one.number)]


def page_of_brief(page: Page) -> str:
    page.goto("/assets/owed")
    return page.get_by_role("link", name="The brief of orbite").get_attribute("href") or ""


def printed(env: dict[str, str], folder: Path) -> Path:
    """The page of `rushes brief`: the animation is owed, though there is a version; the note stands before all else."""
    place = folder / "order"
    told("brief", "C1/V1", "--out", place, "--language", "en", "--progress", "none", status=0, **env)
    [brief] = json.loads((place / "brief.json").read_text("utf-8"))["briefs"]
    assert (brief["reference"], brief["file"]["version"], brief["missing"]) == ("orbite", 2, False)
    [again] = brief["again"]
    assert (again["author"], again["body"], again["draft"], again["frame"]) == ("Reviewer", WORDS, 1, 3)
    text = (place / "brief.html").read_text("utf-8")
    assert "To be made again" in text
    assert f"frame 3</span><br>{WORDS}" in text
    return place / "brief.html"
