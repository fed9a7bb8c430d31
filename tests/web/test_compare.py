"""Two drafts compared in a real Chromium, what stands side by side read from the pixels; only what changed played."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from storage.catalogue.engine import Catalogue
from storage.catalogue.people import set_language
from tests.media.patterned import number
from tests.stack.databases import Databases
from tests.web.browsing import LOOKS, browsing, in_nobodys_way
from tests.web.serving import Served, served
from tests.web.sharing import Lent
from tests.web.twice import FIRST, SECOND, Making, rush_frame

AT = "/videos/C1/V1/drafts/2"
TWO = f"{AT}/against/1"
MODES = ("Side by side", "Wipe", "Difference", "One through the other")
SEEK = """async frame => { const lead = document.getElementById("after"), other = document.getElementById("before");
    lead.seek(frame); await lead.settled(); await new Promise(done => setTimeout(done, 60)); await other.settled(); }"""
GAP = 20
"""Frames: less than between two parts of the test, more than a busy machine leaves out."""
NAME = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
PLACES: tuple[tuple[int, int | None], ...] = (
    (0, 0), (49, 49), (50, None), (89, None), (90, 50), (120, 80), (135, 95), (136, 160), (185, 209),
)  # fmt: skip
"""Frames of draft 2, and of draft 1 beside them."""


@pytest.fixture(scope="module")
def twice(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg, course: Style
) -> Iterator[Served]:
    """A studio whose video has two drafts."""
    folder = tmp_path_factory.mktemp("twice")
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        with served(catalogue, folder) as site:
            Making(site, course, ffmpeg, folder / "made").twice()
            yield site
        catalogue.close()


def pixels(place: Locator) -> Any:
    """What is on the screen there, grey."""
    with Image.open(io.BytesIO(place.screenshot())) as picture:
        return np.asarray(picture.convert("L"), float)


def ready(page: Page) -> None:
    """Both films show a picture, which the browser confirmed."""
    page.wait_for_function(
        "() => ['after', 'before'].every(id => document.getElementById(id)?.seeker?.standing === 'shown')"
    )


def at(page: Page, frame: int) -> None:
    page.evaluate(SEEK, frame)
    expect(page.locator("#after-frame")).to_have_text(str(frame))


def test_standing_both_show_the_frames_that_belong_together(twice: Served, chromium: Browser) -> None:
    with browsing(chromium, twice, "reviewer", language="en") as page:
        page.goto(f"{TWO}?f=120")
        ready(page)
        for frame, beside in ((120, 80), *PLACES):
            at(page, frame)
            new = number(pixels(page.locator("#after video")))
            assert new == rush_frame(SECOND, frame), frame
            if beside is None:
                expect(page.locator("#before-blank")).to_have_text("This draft has no line 2.")
                expect(page.locator("#before-frame")).to_have_text("")
                continue
            expect(page.locator("#before-frame")).to_have_text(str(beside))
            assert number(pixels(page.locator("#before video"))) == rush_frame(FIRST, beside), frame
        page.get_by_role("button", name="The same frame").click()
        at(page, 136)
        expect(page.locator("#before-frame")).to_have_text("136")
        assert number(pixels(page.locator("#before video"))) == rush_frame(FIRST, 136)


@pytest.mark.parametrize("size", [(1366, 768), (360, 640)])
def test_a_wipe_shows_the_old_draft_left_and_the_new_one_right(
    twice: Served, chromium: Browser, size: tuple[int, int]
) -> None:
    with browsing(chromium, twice, "reviewer", language="en", size=size) as page:
        page.goto(f"{TWO}?f=140&mode=wipe")
        ready(page)
        page.get_by_role("button", name="The same frame").click()  # the same frame of both is another of the rush
        at(page, 140)
        expect(page.locator("#before-frame")).to_have_text("140")
        old, new = rush_frame(FIRST, 140), rush_frame(SECOND, 140)
        slider = page.get_by_role("slider", name="Where the wipe stands")
        for value, wanted in ((0, new), (100, old)):
            slider.fill(str(value))
            assert number(pixels(page.locator("#after video"))) == wanted
        slider.focus()
        slider.fill("50")
        for _ in range(12):
            page.keyboard.press("ArrowRight")
        expect(slider).to_have_value("62")
        seen = pixels(page.locator("#after video"))
        slider.fill("0")
        right = pixels(page.locator("#after video"))
        slider.fill("100")
        left = pixels(page.locator("#after video"))
        wide = seen.shape[1]
        pair, film = page.locator(".pair").bounding_box(), page.locator("#after video").bounding_box()
        assert pair is not None
        assert film is not None
        edge = round(pair["x"] + pair["width"] * 0.62 - film["x"])
        assert 10 < edge < wide - 10
        assert np.abs(left - right).max() > 100
        assert np.abs(seen[:, : edge - 4] - left[:, : edge - 4]).max() < 3
        assert np.abs(seen[:, edge + 4 :] - right[:, edge + 4 :]).max() < 3


def test_the_difference_of_what_is_the_same_is_black(twice: Served, chromium: Browser) -> None:
    with browsing(chromium, twice, "reviewer", language="en") as page:
        page.goto(f"{TWO}?mode=difference")
        ready(page)
        for frame in (0, 30, 160):  # 160 is 184 of the old one, of the same segment
            at(page, frame)
            assert pixels(page.locator("#after video")).max() <= 2, frame
        page.get_by_role("button", name="The same frame").click()
        at(page, 160)
        assert pixels(page.locator("#after video")).max() > 100
        page.get_by_role("button", name="One through the other").click()
        half = pixels(page.locator("#after video"))
        assert ((half > 60) & (half < 190)).mean() > 0.1, "both are seen"


def test_playing_the_old_draft_keeps_in_step_and_one_sounds(twice: Served, chromium: Browser) -> None:
    with browsing(chromium, twice, "reviewer", language="en") as page:
        page.goto(TWO)
        ready(page)
        muted = "() => ['before', 'after'].map(id => document.querySelector(`#${id} video`).muted)"
        assert page.evaluate(muted) == [True, False]
        page.keyboard.press("m")
        assert page.evaluate(muted) == [False, True]
        page.get_by_role("button", name="Draft 2", exact=True).click()
        assert page.evaluate(muted) == [True, False]
        page.get_by_role("button", name="Play", exact=True).click()
        offs = page.evaluate("""async () => {
            const [lead, other] = ["after", "before"].map(id => document.getElementById(id));
            const seen = []; let rates = [];
            while (lead.frame < 180 && !lead.paused) {
                await new Promise(done => setTimeout(done, 40));
                seen.push([lead.frame, other.frame]); rates.push(other.film.playbackRate);
            }
            lead.pause(); await lead.settled(); return [seen, Math.min(...rates), Math.max(...rates)]; }""")
        seen, least, most = offs
        assert 0.97 <= least <= most <= 1.03
        same = [(new, old) for new, old in seen if 5 < new < 45]
        assert same
        assert sorted(abs(new - old) for new, old in same)[len(same) // 2] <= 3
        later = [old - new for new, old in seen if 160 < new < 180]
        assert later
        assert sorted(abs(off - 24) for off in later)[len(later) // 2] <= 3
        page.wait_for_function("() => document.getElementById('before').paused")
        ready(page)
        frame = int(page.locator("#after-frame").text_content() or 0)
        if frame < 186:
            expect(page.locator("#before-frame")).to_have_text(str(frame + 24))


def test_the_list_says_what_changed_and_leads_both_there(twice: Served, chromium: Browser) -> None:
    with browsing(chromium, twice, "reviewer", language="en") as page:
        page.goto(TWO)
        ready(page)
        expect(page.locator("#changed > p").first).to_have_text("3 lines of 4 changed, 5 s to watch of 7 s")
        said = [one.inner_text().replace("\n", " ") for one in page.locator(".changes > li").all()]
        assert [one.split(" 0:")[0] for one in said] == ["line 2", "line 3", "former line 3"]
        assert said[0].endswith("new")
        assert said[1].endswith("\N{MINUS SIGN}14 frames")
        assert said[2].endswith("gone")
        page.locator(".changes a").nth(1).click()
        expect(page.locator("#after-frame")).to_have_text("90")
        expect(page.locator("#before-frame")).to_have_text("50")
        page.keyboard.press("p")
        expect(page.locator("#after-frame")).to_have_text("50")
        page.keyboard.press("n")
        expect(page.locator("#after-frame")).to_have_text("90")


def played(page: Page, begin: str) -> list[int]:
    """The frames that were shown while only what changed was played."""
    return page.evaluate(
        """async begin => { const player = document.querySelector("#after, r-player:not(#before)"), seen = [];
            const hear = event => event.target === player && player.speed > 0 && seen.push(player.frame);
            document.addEventListener("frame", hear, true);
            if (begin) document.querySelector(begin).click();
            await new Promise(done => player.addEventListener("state", () => player.speed > 0 && done()));
            while (!player.paused) await new Promise(done => setTimeout(done, 30));
            return seen; }""",
        begin,
    )


def only_in(parts: list[tuple[int, int]], seen: list[int]) -> None:
    """Every part was played, in order, and no other; where pictures are left out, one beyond a part may be shown.

    A part begins with its first pictures: a film that plays on may have gone some further as a seek is told.
    """
    runs: list[list[int]] = [[]]
    for one in seen:
        if runs[-1] and not 0 < one - runs[-1][-1] < GAP:
            runs.append([])
        runs[-1].append(one)
    runs = [run for run in runs if run != [0]]  # where the film stood
    assert len(runs) == len(parts), seen
    for (start, stop), run in zip(parts, runs, strict=True):
        assert start <= run[0] < start + 6, seen
        assert all(one < stop for one in run[:-1]), seen
        assert run[-1] >= stop - 1, seen


def test_only_what_changed_is_played(twice: Served, chromium: Browser) -> None:
    with browsing(chromium, twice, "reviewer", language="en") as page:
        page.goto(AT)
        page.get_by_role("tab", name="Changes").click()
        panel = page.locator("#changes")
        expect(panel.locator("#changed > p").first).to_contain_text("3 lines of 4 changed")
        expect(panel.get_by_label("Since")).to_have_value("1")
        [[start, stop]] = page.evaluate("() => JSON.parse(document.getElementById('changed').dataset.played).parts")
        assert (start, stop) == (25, 162)
        seen = played(page, "[data-only-act=play]")
        only_in([(start, stop)], seen)
        page.goto(f"{AT}?only=changed&since=1")
        expect(page.get_by_role("tab", name="Changes")).to_have_attribute("aria-selected", "true")
        expect(panel.locator("#part")).to_have_text("1 of 1")
        panel.locator("a[data-frame]").first.click()  # from here on the whole film is played again
        page.evaluate("() => document.querySelector('r-player').pause()")
        page.keyboard.press("t")
        expect(page.locator("#frame")).to_have_text("25")
        page.keyboard.press("v")
        page.wait_for_url(f"**{TWO}?f=25")
        ready(page)
        expect(page.locator("#after-frame")).to_have_text("25")


def test_parts_apart_are_played_one_after_the_other(twice: Served, chromium: Browser) -> None:
    with browsing(chromium, twice, "reviewer", language="en") as page:
        page.goto(TWO)
        ready(page)
        page.evaluate("""() => { const held = document.getElementById("changed"); held.removeAttribute("data-known");
            held.dataset.played = JSON.stringify({ parts: [[10, 25], [100, 115], [150, 160]], marks: [] });
            document.dispatchEvent(new CustomEvent("htmx:after:swap")); }""")
        seen = played(page, "[data-only-act=play]")
        only_in([(10, 25), (100, 115), (150, 160)], seen)
        page.get_by_role("button", name="The next part").click()
        page.keyboard.press("e")
        page.wait_for_function("() => document.getElementById('after').speed > 0")
        expect(page.locator("#part")).to_contain_text("of 3")


def test_since_one_last_watched(twice: Served, chromium: Browser) -> None:
    with browsing(chromium, twice, "writer", language="en") as page:
        page.goto("/videos/C1/V1/drafts/1")
        page.goto(AT)
        page.get_by_role("tab", name="Changes").click()
        chosen = page.get_by_label("Since").locator("option:checked")
        expect(chosen).to_have_text("draft 1, the one before, the last you watched")
    with browsing(chromium, twice, "motion", language="fr") as page:
        page.goto(AT)
        page.get_by_role("tab", name="Changements").click()
        expect(page.get_by_label("Depuis").locator("option:checked")).to_have_text("bout-à-bout 1, le précédent")
        expect(page.locator("#changed")).to_contain_text("3 répliques sur 4 ont changé")


def test_by_keyboard_alone(twice: Served, chromium: Browser) -> None:
    with browsing(chromium, twice, "reviewer", language="en") as page:
        page.goto(TWO)
        ready(page)
        pair = page.locator(".pair")
        for mode in ("wipe", "difference", "onion", "side"):
            page.keyboard.press("v")
            expect(pair).to_have_attribute("data-mode", mode)
        page.keyboard.press("w")
        expect(pair).to_have_attribute("data-mode", "wipe")
        expect(page.get_by_role("button", name="Wipe")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("w")
        expect(pair).to_have_attribute("data-mode", "side")
        page.keyboard.press("b")
        expect(page.get_by_role("button", name="The same frame")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#after-frame")).to_have_text("1")
        expect(page.locator("#before-frame")).to_have_text("1")
        reached: set[str] = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(page.evaluate(NAME))
        assert set(MODES) <= reached
        assert {"Play", "The next change", "The same line", "Draft 1", "Draft 2", "Play only what changed"} <= reached


MODE_OF = {("fr", False): "wipe", ("fr", True): "difference", ("en", True): "onion", ("en", False): "wipe"}


@pytest.mark.parametrize(("language", "dark", "size"), LOOKS)
def test_it_is_in_nobodys_way(
    twice: Served, chromium: Browser, tmp_path: Path, language: str, dark: bool, size: tuple[int, int]
) -> None:
    name = f"compare-{language}-{size[0]}"
    with browsing(chromium, twice, "reviewer", language=language, dark=dark, size=size) as page:
        page.goto(f"{TWO}?f=120")
        ready(page)
        for mode in ("side", MODE_OF[language, dark]):  # each mode in one of the looks
            page.locator(f"button[data-mode={mode}]").click()
            in_nobodys_way(page, tmp_path, f"{name}-{mode}")
        at(page, 60)
        in_nobodys_way(page, tmp_path, f"{name}-blank")
        page.goto(AT)
        page.locator("#changes-tab").click()
        expect(page.locator("#changed")).to_be_visible()
        in_nobodys_way(page, tmp_path, f"{name}-changes")


def test_programs_are_told_the_same(twice: Served) -> None:
    video = twice.studio.video
    with twice.catalogue.writing() as tx:
        set_language(tx, twice.person("reviewer"), "en")
    with twice.client("reviewer", Accept="application/json") as client, twice.client("stranger") as stranger:
        told = client.get(f"/api/v1/videos/{video}/drafts/2/changes?since=1").json()
        assert told == client.get(f"/api/v1/videos/{video}/drafts/2/changes").json()
        assert [one["sentence"] for one in told["entries"]] == [
            "line 2: new", "line 3: \N{MINUS SIGN}14 frames", "former line 3: gone",
        ]  # fmt: skip
        assert told["parts"] == [{"start": 25, "stop": 162}]
        assert told["entries"][1]["now"] == {"start": 90, "stop": 136}
        assert told["entries"][1]["was"] == {"start": 50, "stop": 110}
        same = client.get(f"/api/v1/videos/{video}/drafts/2/changes?since=2").json()
        assert (same["entries"], same["sentence"]) == ([], "Drafts 2 and 2 show the same")
        assert client.get(f"/api/v1/videos/{video}/drafts/1/changes").status_code == 404
        assert client.get(f"/api/v1/videos/{video}/drafts/2/changes?since=9").status_code == 404
        assert stranger.get(f"/api/v1/videos/{video}/drafts/2/changes?since=1").status_code == 404
        assert stranger.get(TWO).status_code == 404
        assert client.get(f"{AT}/against?before=1", follow_redirects=False).headers["location"] == TWO
        assert client.get(f"{AT}/against/9").status_code == 404


def test_guests_compare_what_their_link_opens_and_nothing_else(site: Served, tmp_path: Path) -> None:
    lent = Lent(site, tmp_path)
    _, token = lent.share((None, site.studio.video, None))  # the latest, from the first draft on
    second = lent.draft()
    _, single = lent.share((None, None, second.id))
    api = f"/api/v1/videos/{site.studio.video}/drafts"
    with lent.guest(token) as client:
        assert client.get(f"{AT}/against/1").status_code == 200
        assert client.get(f"{AT}/against/1/changes").status_code == 200
        assert 'name="since"' in client.get(AT).text
        told = client.get(f"{api}/2/changes", headers={"Accept": "application/json"}).raise_for_status().json()
        assert (told["before"], told["after"]) == (1, 2)
        assert not any(one["segments"] or one["segments_before"] for one in told["entries"])
        assert client.get(f"{api}/2/changes?since=2").status_code == 200
        assert client.get(f"{api}/2/changes?since=9").status_code == 404
        assert client.get(f"{api}/1/changes").status_code == 404, "it is the first"
    with lent.guest(single) as client:
        for asked in ("", "?since=1"):
            assert client.get(f"{api}/2/changes{asked}").status_code == 404, "the first is not theirs"
        assert client.get(f"{api}/1/changes?since=2").status_code == 404
        assert client.get(f"{api}/2/changes?since=2").status_code == 200
        assert client.get(f"{AT}/against/1").status_code == 404
        assert client.get(f"{AT}/against/1/changes").status_code == 404
        assert client.get("/videos/C1/V1/drafts/1/against/2").status_code == 404
        page = client.get(AT).text
        assert "There is no other draft to compare this one with." in page
        assert "/against/" not in page
