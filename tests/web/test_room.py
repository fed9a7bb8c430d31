"""The review room by mouse, by keyboard alone and by thumb: everything that can be done with the film."""

import gzip
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from storage.catalogue.engine import Catalogue
from tests.stack.databases import Databases
from tests.web.browsing import LOOKS, Look, browsing, in_nobodys_way
from tests.web.hands import Hand
from tests.web.patterns import patterned
from tests.web.serving import Served, served
from web.patterns import PATTERNS

AT = "/videos/C1/V1/drafts/1"
PATTERN = next(one for one in PATTERNS if one.name == "29.97")
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nVoici les donn\xc3\xa9es.\n"
MOST_SCRIPT = 110_000
"""Bytes of JavaScript, compressed, that the room loads."""
LEAST = 44
"""Pixels of what a thumb touches (WCAG 2.5.5)."""


@pytest.fixture(scope="module")
def room(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg, course: Style
) -> Iterator[Served]:
    """A studio with a draft at 29.97 whose pictures say their frames."""
    folder = tmp_path_factory.mktemp("room")
    with databases.migrated("sqlite") as url:
        catalogue = Catalogue(url)
        with served(catalogue, folder) as site:
            peaks = bytes(n % 256 for n in range(PATTERN.frames))
            patterned(site, PATTERN, course, ffmpeg, folder / "made", captions_vtt=CAPTIONS, peaks_bin=peaks)
            yield site
        catalogue.close()


def standing(page: Page, frame: int) -> None:
    """The film stands at that frame, confirmed, and everything says so."""
    expect(page.locator("#frame")).to_have_text(str(frame))
    assert page.evaluate("() => document.querySelector('r-player').settled()")
    assert page.evaluate("() => document.querySelector('r-player').frame") == frame
    assert page.locator("#place").input_value() == str(frame)


def speed(page: Page) -> float:
    return page.evaluate("() => document.querySelector('r-player').speed")


def test_every_key_does_what_the_list_says(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(f"{AT}?f=100")
        standing(page, 100)
        second, first, last = 30, PATTERN.seams[0], PATTERN.frames - 1
        moves = [
            ("ArrowRight", 101), ("ArrowLeft", 100), (";", 101), (",", 100), (".", 101),
            ("Shift+ArrowRight", 101 + second), ("Shift+ArrowLeft", 101),
            ("ArrowUp", PATTERN.seams[1]), ("ArrowUp", first), ("ArrowUp", 0), ("ArrowDown", first),
            ("End", last), ("ArrowRight", last), ("Home", 0), ("ArrowLeft", 0), ("Shift+ArrowRight", 30),
            ("Shift+ArrowRight", 60), ("Shift+ArrowRight", 90), ("Shift+ArrowRight", 120),
        ]  # fmt: skip
        for key, frame in moves:
            page.keyboard.press(key)
            standing(page, frame)
        for keys, wanted in (("l", 1), ("l", 2), ("l", 4), ("k", 0), ("j", -1), ("j", -2), ("k", 0)):
            page.keyboard.press(keys)
            assert speed(page) == wanted
        page.evaluate("() => document.querySelector('r-player').settled()")
        page.keyboard.down("k")
        page.keyboard.down("l")
        assert speed(page) == 0.25
        page.keyboard.up("l")
        page.keyboard.up("k")
        assert speed(page) == 0
        page.keyboard.press("Space")
        assert speed(page) == 1
        page.keyboard.press("Space")
        assert speed(page) == 0
        page.keyboard.press("m")
        assert page.evaluate("() => document.querySelector('video').muted")
        expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("s")
        assert page.evaluate("() => document.querySelector('video').textTracks[0].mode") == "showing"
        page.keyboard.press("f")
        page.wait_for_function("() => document.fullscreenElement?.className === 'theatre'")
        page.keyboard.press("f")
        page.wait_for_function("() => document.fullscreenElement === null")


def test_it_is_worked_by_keyboard_alone(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(f"{AT}?f=100")
        standing(page, 100)
        hand = Hand(page, "keyboard")
        for name, frame in (("Previous line", 75), ("A frame back", 74)):  # in the order of Tab
            hand.press(page.get_by_role("button", name=name, exact=True))
            standing(page, frame)
        hand.press(page.get_by_role("button", name="Play", exact=True))
        assert speed(page) == 1, "the space bar and Enter press the button that one is at, once"
        hand.press(page.get_by_role("button", name="Play", exact=True))
        assert speed(page) == 0
        hand.press(page.get_by_role("button", name="Go to a timecode or a frame"))
        hand.write(page.get_by_label("Timecode or frame"), "42")
        page.keyboard.press("Enter")
        standing(page, 42)


def test_the_end_is_the_last_frame_and_playing_on_begins_again(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(f"{AT}?f={PATTERN.frames - 20}")
        standing(page, PATTERN.frames - 20)
        page.keyboard.press("Space")
        page.wait_for_function("() => document.querySelector('r-player').paused")
        standing(page, PATTERN.frames - 1)
        page.keyboard.press("Space")
        page.wait_for_function("() => document.querySelector('r-player').frame < 60")
        page.keyboard.press("Space")


def test_in_out_and_loop(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(f"{AT}?f=50")
        standing(page, 50)
        told = "() => document.querySelector('r-player').span"
        page.keyboard.press("i")
        assert page.evaluate(told) == {"start": 50, "stop": PATTERN.frames}
        page.keyboard.press("Shift+ArrowRight")
        standing(page, 80)
        page.keyboard.press("o")
        assert page.evaluate(told) == {"start": 50, "stop": 81}
        expect(page.locator("#ranged")).to_have_text("31 frames from 00:00:01;20")
        page.keyboard.press("Control+l")
        expect(page.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")
        frames = page.evaluate("""async () => { const player = document.querySelector("r-player"), seen = [];
            player.addEventListener("frame", event => seen.push(event.detail.frame));
            player.play(); await new Promise(done => setTimeout(done, 2500)); player.pause(); await player.settled();
            return seen; }""")
        assert min(frames) == 50
        assert max(frames) <= 81
        assert any(after < before for before, after in itertools.pairwise(frames)), "it went round"
        page.keyboard.press("x")
        assert page.evaluate(told) is None
        expect(page.locator("#ranged")).to_have_text("")


def test_it_goes_to_a_timecode_and_refuses_what_is_none(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(AT)
        standing(page, 0)
        for written, frame in (("5:12", 162), ("77", 77), ("00:00:02;00", 60)):
            page.keyboard.press("g")
            field = page.get_by_label("Timecode or frame")
            field.fill("99:99")
            field.press("Enter")
            assert not field.evaluate("field => field.validity.valid")
            field.fill(written)
            field.press("Enter")
            expect(page.get_by_role("dialog")).to_have_count(0)
            standing(page, frame)
        expect(page.locator("#timecode")).to_have_text("00:00:02;00")


def test_every_key_has_a_button_that_a_thumb_hits(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en", size=(360, 740), touch=True) as page:
        page.goto(f"{AT}?f=100")
        standing(page, 100)
        presses = [
            ("A frame on", 101), ("A frame back", 100), ("A second on", 130), ("A second back", 100),
            ("Next line", 165), ("Previous line", 75),
        ]  # fmt: skip
        for name, frame in presses:
            button = page.get_by_role("button", name=name, exact=True)
            button.tap()
            standing(page, frame)
        for button in page.locator(".controls button:visible, .side button:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= LEAST, button.get_attribute("data-act")
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(100)
        seen = page.locator("r-player").bounding_box()
        assert seen is not None
        assert seen["y"] == pytest.approx(0, abs=1), "the picture stays on top"


def test_the_script_follows_and_seeks(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en", size=(1366, 560)) as page:
        page.goto(f"{AT}?f=10")
        standing(page, 10)
        lines = page.locator("#script [data-start]")
        expect(page.locator("#script [aria-current]")).to_have_count(1)
        for index, start in enumerate((0, *PATTERN.seams)):
            lines.nth(index).click()
            standing(page, start)
            expect(lines.nth(index)).to_have_attribute("aria-current", "true")
        lines.nth(1).focus()
        page.keyboard.press("Enter")
        standing(page, PATTERN.seams[0])
        expect(page.locator("#position")).to_have_text(re.compile("line 2"))
        again = page.get_by_role("button", name="Follow the film again")
        expect(again).to_be_hidden()
        page.locator("#script").hover()
        page.mouse.wheel(0, 50)
        expect(again).to_be_visible()
        again.click()
        expect(again).to_be_hidden()


def test_the_timeline_is_pressed_and_the_slider_has_keys_and_words(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(AT)
        standing(page, 0)
        box = page.locator("#strip").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] * 0.5 + 0.5, box["y"] + 40)
        standing(page, PATTERN.frames // 2)
        slider = page.get_by_role("slider", name="Place in the film")
        slider.focus()
        page.keyboard.press("ArrowRight")
        standing(page, PATTERN.frames // 2 + 1)
        expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^frame 121, 00:00:04;01, line 3"))
        notes = [
            {"frame": 30, "href": "", "words": "trop vite", "state": "open"},
            {"frame": 90, "href": "", "words": "oui", "state": "resolved"},
        ]
        page.evaluate("notes => document.dispatchEvent(new CustomEvent('notes', { detail: notes }))", notes)
        for key, frame in (("p", 90), ("p", 30), ("n", 90)):
            page.keyboard.press(key)
            standing(page, frame)


DRAWN = """([id, top, high]) => { const strip = document.getElementById(id), dense = devicePixelRatio;
    const copy = new OffscreenCanvas(strip.width, strip.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(strip, 0, 0);
    const rows = copy.getImageData(0, top * dense, strip.width, high * dense).data, seen = {};
    for (let at = 0; at < rows.length; at += 4) if (rows[at + 3] === 255) {
        const colour = rows.slice(at, at + 3).join(); seen[colour] = (seen[colour] ?? 0) + 1; }
    return seen; }"""
"""How many pixels of each colour the rows of a part of the timeline from `top` on have."""
PENCIL = "232,164,0"


def test_the_timeline_draws_notes_and_how_loud_it_is(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(AT)
        standing(page, 0)
        page.wait_for_timeout(300)
        assert PENCIL not in page.evaluate(DRAWN, ["flags", 0, 12])
        wave = page.evaluate(DRAWN, ["strip", 72, 26])
        assert max(wave.values()) > 1366 * 2, "loud and silent parts are drawn as such"
        page.evaluate(TOLD, [60])
        page.wait_for_timeout(100)
        assert page.evaluate(DRAWN, ["flags", 0, 12])[PENCIL] > 10
        expect(page.locator("#marks li")).to_have_text(["1 note on 00:00:02;00, 1 open"])


TOLD = """frames => document.dispatchEvent(new CustomEvent("notes", {
    detail: frames.map((frame) => ({ frame, open: frame % 2 === 0 })) }))"""
"""Notes on these frames; those on even ones are open."""


def test_notes_that_fall_on_each_other_are_one_mark_and_each_is_reached(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(AT)
        standing(page, 0)
        many = list(range(PATTERN.frames))
        page.evaluate(TOLD, many * 10)
        page.wait_for_timeout(100)
        said = page.locator("#marks li").all_text_contents()
        assert 20 < len(said) < 60, "as many as have room for their numbers"
        counts = [re.match(r"(\d+) notes from (\S+) to (\S+), (\d+) open", one) for one in said]
        assert sum(int(one[1]) for one in counts if one) == len(many) * 10
        for frame in (1, 2, 3):
            page.keyboard.press("n")
            standing(page, frame)
        page.keyboard.press("p")
        standing(page, 2)
        box = page.locator("#strip").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 5)
        hovered = page.locator("#strip").get_attribute("title")
        assert hovered in said
        page.mouse.down()
        page.mouse.up()
        mark = said.index(hovered)
        standing(page, sum(int(one[1]) for one in counts[:mark] if one) // 10)


def test_a_frame_that_the_browser_does_not_confirm_is_said(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.add_init_script("HTMLVideoElement.prototype.requestVideoFrameCallback = () => 1;")
        page.goto(f"{AT}?f=20")
        said = page.locator("r-player").get_by_role("status")
        expect(said).to_have_text("Not confirmed: this may not be frame 20.", timeout=10_000)
        assert page.evaluate("() => document.querySelector('r-player').unsure")


def test_the_room_loads_little_javascript(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        scripts: dict[str, int] = {}

        def answered(answer: Response) -> None:
            if answer.url.endswith(".js"):
                scripts[answer.url] = len(gzip.compress(answer.body(), 5))

        page.on("response", answered)
        page.goto(AT, wait_until="networkidle")
        assert len(scripts) > 10
        assert sum(scripts.values()) <= MOST_SCRIPT, scripts


def test_keys_of_one_letter_can_be_turned_off_and_never_act_while_one_writes(room: Served, chromium: Browser) -> None:
    with browsing(chromium, room, "reviewer", language="en") as page:
        page.goto(AT)
        standing(page, 0)
        page.keyboard.press("?")
        page.get_by_label("Keys of one letter act").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("End")
        page.keyboard.press("l")
        assert speed(page) == 0
        standing(page, 0)


@pytest.mark.parametrize("look", LOOKS, ids=["fr-light", "en-dark"])
def test_it_is_in_nobodys_way(room: Served, chromium: Browser, look: Look, tmp_path: Path) -> None:
    spoken, dark, size = look
    with browsing(chromium, room, "reviewer", language=spoken, dark=dark, size=size) as page:
        for chosen in ("auto", "light"):
            page.add_init_script(f"localStorage.setItem('theme', '{chosen}')")
            page.goto(f"{AT}?t=2.5")
            standing(page, 74)
            page.keyboard.press("i")
            ground = page.evaluate("() => getComputedStyle(document.querySelector('main')).colorScheme")
            assert ground == ("light" if chosen == "light" else "dark")
            in_nobodys_way(page, tmp_path, f"room-{spoken}-{size[0]}-{chosen}")
        page.keyboard.press("?")
        in_nobodys_way(page, tmp_path, f"room-{spoken}-{size[0]}-keys")


def test_a_browser_is_tried_and_told_in_words(site: Served, chromium: Browser, tmp_path: Path) -> None:
    with browsing(chromium, site, "motion", language="fr") as page:
        page.goto("/diagnostics/player")
        page.get_by_role("button", name="Essayer").click()
        expect(page.locator("#verdict")).to_have_text(re.compile(r"^Réussi\s: \d+ images"), timeout=120_000)
        expect(page.locator("#tried li")).to_have_count(len(PATTERNS))
        in_nobodys_way(page, tmp_path, "diagnostics")
