"""Assets and what is owed: from the list to the animation in the new draft; previews, briefs, hostile files."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect

from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.assets import assign_asset
from storage.catalogue.briefs import castings_owed
from storage.catalogue.courses import change_course
from storage.catalogue.drafts import ask_draft, drafts, watchable
from storage.catalogue.scripts import revision
from storage.upkeep import surplus
from tests.media.making import made, tone
from tests.web.browsing import LOOKS, browsing
from tests.web.farming import Farm
from tests.web.serving import Served
from tests.web.test_access import nothing_in_the_way
from workers.attaching import attached

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
        change_course(tx, site.studio.course, size=Size(640, 360))
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
        assert page.locator("figure img").first.evaluate("one => one.decode().then(() => one.naturalWidth)") == 640
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
        page.wait_for_function("() => document.querySelector('video').readyState >= 1")
        assert film.evaluate("film => [film.videoWidth, film.videoHeight, film.duration]") == [160, 90, 1]
    with site.catalogue.reading() as tx:
        known = drafts(tx, site.studio.video)
        assert watchable(known) == known[-1]


def test_pages_of_assets_stand_in_nobodys_way(site: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """With previews and briefs as workers make them."""
    farm = Farm(site, ffmpeg, tmp_path)
    site.studio.write("Une donnée [show carte beside] part de loin, puis elle [show orbite] arrive.")
    carte = site.studio.asset("carte")
    orbite = site.studio.asset("orbite")
    studio = farm.station.studio
    attached(studio, orbite, animation(ffmpeg, tmp_path / "orbite_v1.webm"))
    attached(studio, orbite, lottie(tmp_path / "orbite.json"))
    attached(studio, site.studio.asset("logo"), drawing(tmp_path / "logo.svg"))
    attached(studio, site.studio.asset("air"), made(ffmpeg, tmp_path / "air.wav", *tone()))
    admin = site.person("studio")
    with site.catalogue.writing() as tx:
        change_course(tx, site.studio.course, size=Size(640, 360))
        ask_draft(tx, site.studio.video, "asked by hand")
        assign_asset(tx, carte, admin, date(2026, 1, 31))
    farm.work()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    spare = surplus(site.catalogue, site.desk.store, tomorrow, lambda _, __: True)
    assert not [one for one in spare if one.name.startswith("derived/other/")], "what people look at is needed"
    with site.catalogue.reading() as tx:
        [casting] = castings_owed(tx, site.studio.video)
        line = revision(tx, site.studio.video, site.desk.framings).script.lines[0].id
    pages = {
        "assets": "/assets",
        "asset": f"/assets/{orbite}",
        "owed": "/assets/owed",
        "brief": f"/castings/{casting}/brief",
        "propose": f"{AT}/propose?line={line}",
    }
    for look in LOOKS:
        nothing_in_the_way(site, chromium, pages, tmp_path, look)


def lottie(path: Path) -> Path:
    """A disc that grows, for a second."""
    fill = {"ty": "fl", "c": {"a": 0, "k": [0.1, 0.5, 0.2, 1]}, "o": {"a": 0, "k": 100}}
    disc = {"ty": "el", "p": {"a": 0, "k": [80, 45]}, "s": {"a": 0, "k": [60, 60]}}
    still = {"ty": "tr", "p": {"a": 0, "k": [0, 0]}, "a": {"a": 0, "k": [0, 0]}, "s": {"a": 0, "k": [100, 100]},
             "r": {"a": 0, "k": 0}, "o": {"a": 0, "k": 100}}  # fmt: skip
    grows = {"a": 1, "k": [{"t": 0, "s": [20, 20, 100]}, {"t": 24, "s": [100, 100, 100]}]}
    place = {"o": {"a": 0, "k": 100}, "r": {"a": 0, "k": 0}, "p": {"a": 0, "k": [0, 0, 0]},
             "a": {"a": 0, "k": [0, 0, 0]}, "s": grows}  # fmt: skip
    layer = {
        "ty": 4,
        "ip": 0,
        "op": 25,
        "st": 0,
        "sr": 1,
        "ks": place,
        "shapes": [{"ty": "gr", "it": [disc, fill, still]}],
    }
    made_of = {"v": "5.7.0", "fr": 25, "ip": 0, "op": 25, "w": 160, "h": 90, "layers": [layer], "assets": []}
    path.write_text(json.dumps(made_of), "utf-8")
    return path


def drawing(path: Path) -> Path:
    """A drawing that holds a script."""
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" onload="alert(1)"><script>alert(1)</script>'
        '<circle cx="50" cy="50" r="40" fill="teal"/></svg>',
        "utf-8",
    )
    return path
