"""The timeline shown nearer: by buttons, keys, wheel and two fingers; of ten minutes any single frame is hit."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.engine import Catalogue
from tests.media.making import made
from tests.stack.databases import Databases
from tests.web.browsing import WIDE, browsing
from tests.web.hands import SIZES, Hand, How, fingers
from tests.web.patterns import as_draft
from tests.web.serving import Served, served
from tests.web.test_room import standing

AT = "/videos/C1/V1/drafts/1"
SMALL = Size(64, 36)
LENGTHS = (100,) * 150
FRAMES = sum(LENGTHS)
"""Ten minutes at 25."""
FINGER = 24
"""Pixels that anybody hits (WCAG 2.2, 2.5.8)."""


@pytest.fixture(scope="module")
def long(databases: Databases, tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Iterator[Served]:
    """A studio with a draft of ten minutes, of a small picture."""
    folder = tmp_path_factory.mktemp("long")
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        with served(catalogue, folder) as site:
            place = folder / "made"
            place.mkdir()
            grey = ("-f", "lavfi", "-i", f"color=gray:s={SMALL.width}x{SMALL.height}:r=25", "-frames:v", str(FRAMES))
            coded = ("-pix_fmt", "yuv420p", "-bf", "0", "-g", "25", "-preset", "ultrafast", "-movflags", "+faststart")
            made(ffmpeg, place / "draft.mp4", *grey, *coded)
            as_draft(site.studio, site.desk.store, place, Fraction(25), SMALL, LENGTHS)
            yield site
        catalogue.close()


def strip(page: Page) -> tuple[float, float, float]:
    """Where the timeline is: its left end, its width, the middle of its height."""
    page.locator("#strip").scroll_into_view_if_needed()
    box = page.locator("#strip").bounding_box()
    assert box is not None
    return box["x"], box["width"], box["y"] + 50


def head(page: Page) -> float:
    """Where the frame that is shown stands on the page."""
    return page.locator("#playhead").evaluate("head => head.getBoundingClientRect().x + 1")


def part(page: Page) -> str:
    return page.locator("#zoomed").text_content() or ""


@pytest.mark.parametrize("how", ["mouse", "thumb"])
def test_of_ten_minutes_a_single_frame_is_hit(long: Served, chromium: Browser, how: How) -> None:
    frame = 7531
    with browsing(chromium, long, "reviewer", language="en", size=SIZES[how], touch=how == "thumb") as page:
        page.goto(f"{AT}?f={frame}")
        standing(page, frame)
        left, wide, high = strip(page)
        assert wide / FRAMES < 1, "on the whole of it several frames share a pixel"
        assert part(page) == ""
        nearer = page.get_by_role("button", name="The timeline nearer")
        for _ in range(12):
            Hand(page, how).press(nearer)
        left, wide, high = strip(page)
        middle = head(page)
        for offset in (-3, 4, 1, 0):
            place = middle + offset * FINGER
            assert left < place < left + wide
            for side in (-FINGER / 2 + 2, FINGER / 2 - 2):
                (page.touchscreen.tap if how == "thumb" else page.mouse.click)(place + side, high)
                standing(page, frame + offset)
        expect(page.locator("#zoomed")).to_contain_text("00:05:0")
        assert page.evaluate(WIDE, SIZES[how][0]) == []


def test_keys_show_it_nearer_and_it_follows_the_film(long: Served, chromium: Browser) -> None:
    with browsing(chromium, long, "reviewer", language="en") as page:
        page.goto(f"{AT}?f=5000")
        standing(page, 5000)
        left, wide, _ = strip(page)
        stood = head(page)
        for key in ("+", "=", "+"):
            page.keyboard.press(key)
        assert head(page) == pytest.approx(stood, abs=1), "what is shown stays where it is"
        seen = part(page)
        assert seen
        page.keyboard.press("-")
        assert part(page) != seen
        for key in ("+",) * 12:
            page.keyboard.press(key)
        for key, frame in (("End", FRAMES - 1), ("Home", 0), ("Shift+ArrowRight", 25), ("Shift+ArrowRight", 50)):
            page.keyboard.press(key)
            standing(page, frame)
            assert left <= head(page) <= left + wide, key
        seen = part(page)
        page.keyboard.press("Space")
        page.wait_for_function("seen => document.getElementById('zoomed').textContent !== seen", arg=seen)
        assert left <= head(page) <= left + wide
        page.keyboard.press("Space")
        for key in ("-",) * 14:
            page.keyboard.press(key)
        assert part(page) == "", "all of it again"


def test_the_wheel_with_ctrl_and_two_fingers_show_what_is_under_them_nearer(long: Served, chromium: Browser) -> None:
    with browsing(chromium, long, "reviewer", language="en", size=SIZES["thumb"], touch=True) as page:
        page.goto(f"{AT}?f=3000")
        standing(page, 3000)
        left, wide, high = strip(page)
        scale = page.evaluate("visualViewport.scale")
        (a, b), (c, d) = (left + wide * 0.4, left + wide * 0.6), (left + wide * 0.1, left + wide * 0.9)
        fingers(page, [(a, high), (c, high)], [(b, high), (d, high)])
        assert page.evaluate("visualViewport.scale") == scale, "the page itself is as large as it was"
        standing(page, 3000)
        page.touchscreen.tap(left + wide / 2, high)
        page.wait_for_function(f"() => Math.abs(document.querySelector('r-player').frame - {FRAMES // 2}) < 40")
        assert page.locator("#zoomed").text_content()
        seen, top = part(page), page.evaluate("scrollY")
        page.mouse.move(left + wide / 4, high)
        page.keyboard.down("Control")
        page.mouse.wheel(0, -200)
        page.keyboard.up("Control")
        page.wait_for_function("seen => document.getElementById('zoomed').textContent !== seen", arg=seen)
        assert page.evaluate("scrollY") == top
        seen = part(page)
        page.mouse.wheel(60, 0)
        page.wait_for_function("seen => document.getElementById('zoomed').textContent !== seen", arg=seen)


MOVED = """() => { window.moved = []; const script = document.getElementById("script");
    for (const kind of ["transitionrun", "animationstart"]) document.addEventListener(kind,
        event => moved.push(`${kind} of ${event.target.className}`), true);
    script.addEventListener("scroll", () => moved.push(`scrolled to ${Math.round(script.scrollTop)}`)); }"""


def moved(page: Page) -> list[str]:
    """What moved by itself while somebody went through the room, the film playing in the end."""
    page.goto(AT)
    standing(page, 0)
    page.evaluate(MOVED)
    for place in (".controls [data-act=play]", "#notes-tab", "#notes .next", "#changes-tab", "#script-tab"):
        page.locator(place).hover()
        if place.endswith("-tab"):
            page.locator(place).click()
    for key in ("?", "Escape", "g", "Escape", "+", "-", "End"):
        page.keyboard.press(key)
    standing(page, FRAMES - 1)
    page.wait_for_timeout(600)
    page.keyboard.press("Home")
    standing(page, 0)
    page.keyboard.press("l")
    page.wait_for_function("() => document.querySelector('r-player').frame > 15")
    page.keyboard.press("k")
    return page.evaluate("moved")


def test_nothing_but_the_film_moves_for_whom_motion_is_too_much(long: Served, chromium: Browser) -> None:
    with browsing(chromium, long, "reviewer", language="en", size=(1366, 560)) as page:
        found = moved(page)
        assert len(found) <= 2, f"the script jumps to the line at the end, and back: {found}"
        assert all(one.startswith("scrolled") for one in found)
        page.emulate_media(reduced_motion="no-preference")
        found = moved(page)
        assert any(one.startswith("transitionrun") for one in found), "what moves for others is seen to move"
        assert sum(one.startswith("scrolled") for one in found) > 2
