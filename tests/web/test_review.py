"""A whole review as one journey: by keyboard alone, by thumb at 360 px, by mouse."""

from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from pipeline.media.ffmpeg import Ffmpeg
from tests.web.browsing import WIDE, browsing
from tests.web.farming import Farm
from tests.web.hands import SIZES, Hand, How
from tests.web.reviewing import CAPTIONS, ONE, THREE, TWO, filmed
from tests.web.serving import Served
from tests.web.test_notes import api, film_stands, wrote

ROOM = "/videos/C1/V1/drafts/2"
HOWS = ["keyboard", "thumb", pytest.param("mouse", marks=pytest.mark.soak)]


def frame(page: Page) -> int:
    return page.evaluate("document.querySelector('r-player').frame")


@pytest.mark.parametrize("how", HOWS)
def test_a_reviewer_opens_a_draft_and_takes_the_notes_home(
    site: Served, chromium: Browser, ffmpeg: Ffmpeg, tmp_path: Path, how: How
) -> None:
    files = {"captions_vtt": CAPTIONS, "transcript_txt": b"Bonjour."}
    first = filmed(site, ffmpeg, tmp_path, ONE, TWO, **files)
    with api(site, "director") as director:
        for start, text in ((5, "Le titre arrive tard ?"), (60, "Le son est trop bas.")):
            wrote(director, first, start=start, text=text)
    filmed(site, ffmpeg, tmp_path, ONE, THREE, TWO, **files)
    farm = Farm(site, ffmpeg, tmp_path)
    with browsing(chromium, site, "reviewer", language="en", size=SIZES[how], touch=how == "thumb") as page:
        hand = Hand(page, how)
        page.goto("/")
        hand.press(page.get_by_role("row", name="V1 Collecter").get_by_role("link"))
        hand.press(page.get_by_role("link", name="Draft 2", exact=True).last)
        film_stands(page, 0)
        _watches(page, hand)
        span = page.evaluate("document.querySelector('r-player').span")
        _writes(page, hand)
        mine = page.locator("[data-note]").filter(has_text="Le geste gêne")
        assert {end: int(mine.get_attribute(f"data-{end}") or -1) for end in ("start", "stop")} == span
        expect(mine).to_contain_text("must be fixed")
        expect(mine).to_contain_text("For Director")
        expect(mine.get_by_role("img", name="Un trait")).to_be_visible()
        assert page.evaluate(WIDE, SIZES[how][0]) == []
        _answers(page, hand)
        _sees_what_changed(page, hand)
        _decides(page, hand)
        _takes_home(page, hand, farm)
        assert page.evaluate(WIDE, SIZES[how][0]) == []


def _watches(page: Page, hand: Hand) -> None:
    """Plays, stands, steps, marks a second."""
    play = page.get_by_role("button", name="Play", exact=True)
    hand.press(play)
    page.wait_for_function("() => document.querySelector('r-player').frame > 5")
    hand.press(play)
    assert page.evaluate("() => document.querySelector('r-player').settled()")
    stood = frame(page)
    hand.press(page.get_by_role("button", name="A frame on", exact=True))
    film_stands(page, stood + 1)
    hand.press(page.get_by_role("button", name="In", exact=True))
    hand.press(page.get_by_role("button", name="A second on", exact=True))
    film_stands(page, stood + 26)
    hand.press(page.get_by_role("button", name="Out", exact=True))
    expect(page.locator("#ranged")).to_contain_text("26 frames")


def _writes(page: Page, hand: Hand) -> None:
    """A note on the whole range that must be fixed, with a name and a drawing."""
    hand.press(page.get_by_role("tab", name="Notes"))
    text = page.get_by_label("Your note", exact=True).first
    hand.write(text, "Le geste gêne ")
    hand.press(page.get_by_role("button", name="The whole range"))
    hand.choose(page.get_by_label("Mention somebody"), "Director", stays=False)
    expect(text).to_have_value("Le geste gêne @Director ")
    hand.press(page.get_by_role("checkbox", name="must be fixed").first)
    hand.press(page.get_by_role("button", name="Draw", exact=True))
    hand.draw(page.locator("svg.sheet"))
    if hand.how == "keyboard":
        hand.press(page.get_by_role("button", name="Draw", exact=True))
    hand.write(page.get_by_label("What it shows, in words"), "Un trait")
    hand.press(page.get_by_role("button", name="Send the note"))
    expect(page.locator("#told")).to_have_text("The note is sent.")


def _answers(page: Page, hand: Hand) -> None:
    """Answers one note of another, and settles the other one."""
    asked = page.locator("[data-note]").filter(has_text="Le titre arrive tard ?")
    hand.press(asked.locator("summary").filter(has_text="Answer"))
    hand.write(asked.get_by_label("Your answer"), "Oui, une seconde.")
    hand.press(asked.get_by_role("button", name="Send the answer"))
    expect(asked.get_by_role("listitem")).to_contain_text("Oui, une seconde.")
    low = page.locator("[data-note]").filter(has_text="Le son est trop bas.")
    hand.press(low.get_by_role("button", name="Resolve"))
    expect(low).to_contain_text("resolved")


def _sees_what_changed(page: Page, hand: Hand) -> None:
    """Plays only what changed since the draft before, and lays the two over one another."""
    hand.press(page.get_by_role("tab", name="Changes"))
    only = page.get_by_role("button", name="Play only what changed")
    hand.press(only)
    expect(only).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => document.querySelector('r-player').speed > 0")
    hand.press(only)
    expect(only).to_have_attribute("aria-pressed", "false")
    hand.press(page.get_by_role("link", name="Compare"))
    page.wait_for_url("**/against/1**")
    hand.press(page.get_by_role("button", name="Wipe"))
    expect(page.get_by_role("slider", name="Where the wipe stands")).to_be_visible()
    stood = frame(page)
    hand.press(page.get_by_role("button", name="A frame on", exact=True))
    page.wait_for_function("frame => document.getElementById('after').frame === frame", arg=stood + 1)
    hand.press(page.get_by_role("navigation", name="Where you are").get_by_role("link", name="Draft 2"))
    page.wait_for_url(f"**{ROOM}**")


def _decides(page: Page, hand: Hand) -> None:
    """Approves a line, wants a change of another, and of the draft; the film stands where it stood all the while."""
    film_stands(page, 0)
    hand.press(page.get_by_role("button", name="A second on", exact=True))
    film_stands(page, 25)
    page.evaluate("window.here = true")
    hand.press(page.get_by_role("tab", name="Decision"))
    lines = page.locator(".decided > li")
    hand.press(lines.nth(0).get_by_role("button", name="Approve"))
    expect(lines.nth(0)).to_contain_text("Reviewer approved")
    for place, words in ((lines.nth(1), "Plus court"), (page.locator("#verdicts > .decides"), "Une autre fin")):
        hand.press(place.locator("summary"))
        hand.write(place.get_by_role("textbox"), words)
        hand.press(place.get_by_role("button", name="Ask for it"))
        expect(page.locator("#verdicts")).to_contain_text(words)
        expect(place.locator("summary")).to_be_focused()
        expect(place.get_by_role("textbox")).to_be_hidden()
    expect(page.locator("#verdicts > p").first).to_have_text("a change is wanted")
    assert page.evaluate("window.here"), "the page was not loaded again"
    assert frame(page) == 25


def _takes_home(page: Page, hand: Hand, farm: Farm) -> None:
    """The notes on paper, which a worker makes."""
    hand.press(page.get_by_role("tab", name="Take home"))
    hand.press(page.get_by_role("button", name="Make the pages"))
    expect(page.locator("#copy-notes-pdf")).to_contain_text("waits for a worker")
    farm.work()
    ready = page.get_by_role("link", name="Download: Notes on paper (PDF)")
    expect(ready).to_be_visible(timeout=15_000)
    with page.expect_download() as download:
        hand.press(ready)
    paper = PdfReader(BytesIO(download.value.path().read_bytes()))
    words = " ".join("".join(one.extract_text() for one in paper.pages).split())
    assert "Le geste gêne" in words
    assert "Oui, une seconde." in words
