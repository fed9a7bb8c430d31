"""What fingers do on the screen of a phone, as real touches: one draws, two do not, and the page stands still."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.media.ffmpeg import Ffmpeg
from tests.web.browsing import browsing
from tests.web.hands import Hand, Point, fingers
from tests.web.reviewing import ONE, TWO, filmed
from tests.web.serving import Served
from tests.web.test_notes import api, film_stands

ROOM = "/videos/C1/V1/drafts/1"
PHONE = (360, 740)
SCROLLED = "() => [scrollY, visualViewport.scale, visualViewport.offsetTop]"
STROKES = """() => { const kept = Object.keys(localStorage).find(key => key.startsWith("note-"));
    return kept ? JSON.parse(localStorage[kept]).strokes : []; }"""
"""What is drawn and not sent yet, as the browser keeps it."""


def path(page: Page, *shares: Point) -> list[Point]:
    """Places of the picture, as shares of its width and height."""
    box = page.locator("svg.sheet").bounding_box()
    assert box is not None
    return [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in shares]


def test_one_finger_draws_where_it_went_and_the_page_stands_still(
    site: Served, ffmpeg: Ffmpeg, tmp_path: Path, chromium: Browser
) -> None:
    draft = filmed(site, ffmpeg, tmp_path, ONE, TWO)
    went = ((0.2, 0.2), (0.3, 0.5), (0.4, 0.9), (0.7, 0.1))
    with browsing(chromium, site, "reviewer", language="en", size=PHONE, touch=True) as page:
        hand = Hand(page, "thumb")
        page.goto(ROOM)
        film_stands(page, 0)
        fingers(page, [(180, 600), (180, 500), (180, 300)])  # the page does scroll under a finger, elsewhere
        page.wait_for_function("() => scrollY > 100")
        hand.press(page.get_by_role("tab", name="Notes"))
        hand.press(page.get_by_role("button", name="Draw", exact=True))
        page.wait_for_timeout(300)
        before = page.evaluate(SCROLLED)
        fingers(page, path(page, *went))
        page.wait_for_timeout(300)
        assert page.evaluate(SCROLLED) == before
        expect(page.locator("svg.sheet polyline")).to_have_count(1)
        fingers(page, path(page, (0.3, 0.3), (0.4, 0.4), (0.5, 0.5)), path(page, (0.7, 0.7), (0.6, 0.6), (0.5, 0.6)))
        page.wait_for_timeout(300)
        assert page.evaluate(SCROLLED) == before
        assert len(page.evaluate(STROKES)) == 1, "two fingers draw nothing"
        fingers(page, path(page, (0.1, 0.9), (0.2, 0.9)))
        hand.write(page.get_by_label("Your note", exact=True).first, "Ici")
        hand.press(page.get_by_role("button", name="Send the note"))
        expect(page.locator("[data-note]")).to_contain_text("Ici")
    with api(site, "reviewer") as client:
        (note,) = client.get(f"/api/v1/drafts/{draft.id}/notes").json()
    first, second = note["drawing"]["strokes"]
    assert first["points"] == [pytest.approx(one, abs=0.004) for one in went]
    assert second["points"] == [pytest.approx(one, abs=0.004) for one in ((0.1, 0.9), (0.2, 0.9))]


def test_a_second_finger_takes_the_stroke_back(site: Served, ffmpeg: Ffmpeg, tmp_path: Path, chromium: Browser) -> None:
    filmed(site, ffmpeg, tmp_path, ONE)
    with browsing(chromium, site, "reviewer", language="en", size=PHONE, touch=True) as page:
        page.goto(ROOM)
        film_stands(page, 0)
        Hand(page, "thumb").press(page.locator("[role=tab]").nth(1))
        Hand(page, "thumb").press(page.get_by_role("button", name="Draw", exact=True))
        (x, y), (right, down) = path(page, (0.2, 0.2), (0.6, 0.6))
        touch = page.context.new_cdp_session(page)

        def touched(kind: str, *places: Point) -> None:
            points = [{"x": at[0], "y": at[1], "id": finger} for finger, at in enumerate(places)]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touched("touchStart", (x, y))
        touched("touchMove", (x + 20, y + 20))
        expect(page.locator("svg.sheet polyline")).to_have_count(1)
        touched("touchStart", (x + 20, y + 20), (right, down))
        touched("touchMove", (x + 40, y + 40), (right - 20, down))
        touched("touchEnd")
        expect(page.locator("svg.sheet polyline")).to_have_count(0)
        assert page.evaluate(STROKES) == []
