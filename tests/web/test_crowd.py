"""Many people write notes on one draft at once; the server falls over in between, and nothing is lost."""

import contextlib
import threading
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, Route, expect

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from storage.catalogue.drafts import Drafted
from storage.folder_store import FolderStore
from tests.media.patterned import SIZE
from tests.stack.studio import Studio
from tests.web.crowds import Crowd, crowd
from tests.web.patterns import as_draft, filmed
from web.patterns import PATTERNS

PEOPLE, EACH = 30, 6
ENOUGH = PEOPLE * EACH // 3
"""Notes after which the server is killed."""


def write(all_: Crowd, number: int, accepted: set[str]) -> None:
    """Writes some notes, each again until the server has said that it is kept."""
    with all_.client(number) as client:
        for one in range(EACH):
            text = f"{number} says {one}"
            while text not in accepted:
                with contextlib.suppress(httpx.TransportError):
                    client.put(f"/api/v1/drafts/{all_.draft.id}/presence", json={"frame": one, "writing": text})
                    given = {"text": text, "start": one}
                    answer = client.post(f"/api/v1/drafts/{all_.draft.id}/notes", json=given)
                    assert answer.status_code == 201, answer.text
                    accepted.add(text)
                    break
                time.sleep(0.1)


def test_nothing_that_was_kept_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    accepted: set[str] = set()
    with crowd(tmp_path / "data", PEOPLE) as all_:
        threads = [threading.Thread(target=write, args=(all_, number, accepted)) for number in range(PEOPLE)]
        for thread in threads:
            thread.start()
        while len(accepted) < ENOUGH:
            assert any(thread.is_alive() for thread in threads), "they gave up"
            time.sleep(0.02)
        all_.kill()
        before = set(accepted)
        all_.begin()
        for thread in threads:
            thread.join()
        with all_.client(0) as client:
            notes = client.get(f"/api/v1/drafts/{all_.draft.id}/notes").raise_for_status().json()
    found = [one["text"] for one in notes]
    assert len(before) < PEOPLE * EACH, "it was killed too late"
    assert accepted == {f"{number} says {one}" for number in range(PEOPLE) for one in range(EACH)}
    assert set(found) == accepted
    assert len(found) <= len(accepted) + PEOPLE, "only what was under way at the kill can be there twice"


ROOM = "/videos/C1/V1/drafts/1"
PATTERN = next(one for one in PATTERNS if one.rate == 25)


def opened(page: Page) -> None:
    page.goto(ROOM)
    page.wait_for_function("() => document.querySelector('r-player')?.seeker?.standing === 'shown'")
    page.get_by_role("tab", name="Notes").click()


def send(page: Page, text: str) -> None:
    page.locator("#note-text").fill(text)
    page.locator("#note-text").press("Control+Enter")


def texts(all_: Crowd) -> list[str]:
    with all_.client(2) as client:
        return [one["text"] for one in client.get(f"/api/v1/drafts/{all_.draft.id}/notes").raise_for_status().json()]


def test_what_a_browser_was_writing_when_the_server_was_killed_arrives_once(
    tmp_path: Path, chromium: Browser, course: Style, ffmpeg: Ffmpeg
) -> None:
    """Half a note is there to be finished; one that was sent to nobody, and one whose answer was lost, arrive once."""

    def drafted(studio: Studio, store: FolderStore) -> Drafted:
        folder = filmed(PATTERN, course, ffmpeg, tmp_path / "made")
        return as_draft(studio, store, folder, PATTERN.rate, SIZE, PATTERN.lengths)

    with (
        crowd(tmp_path / "data", 3, drafted) as all_,
        all_.browsing(chromium, 0) as page,
        all_.browsing(chromium, 1) as other,
    ):
        for one in (page, other):
            opened(one)
        page.route("**/api/v1/drafts/*/notes", lose_the_answer)
        send(page, "Whose answer was lost")
        expect(page.locator("#waiting")).to_contain_text("Whose answer was lost")
        page.unroute("**/api/v1/drafts/*/notes")
        page.locator("#note-text").press_sequentially("Half of ")
        all_.kill()
        page.locator("#note-text").press_sequentially("a note")
        send(other, "Sent to nobody")
        send(other, "And another")
        expect(other.locator("#waiting li")).to_have_count(2)
        expect(other.locator("#note-text")).to_have_value("")
        all_.begin()
        for one in (page, other):
            expect(one.locator("#waiting")).to_be_hidden(timeout=20_000)
            expect(one.locator("[data-note]")).to_have_count(3, timeout=20_000)
        opened(page)
        expect(page.locator("#note-text")).to_have_value("Half of a note")
        page.locator("#note-text").press("Control+Enter")
        expect(other.locator("[data-note]")).to_have_count(4, timeout=20_000)
        sent = ["Whose answer was lost", "Sent to nobody", "And another", "Half of a note"]
        assert sorted(texts(all_)) == sorted(sent), "each is there once"
        opened(other)
        expect(other.locator("[data-note]")).to_have_count(4)
        all_.kill()
        send(page, "Sent, and the page closed")
        expect(page.locator("#waiting li")).to_have_count(1)
        page.close()
        all_.begin()
        again = page.context.new_page()
        opened(again)
        expect(other.locator("[data-note]")).to_have_count(5, timeout=20_000)
        assert texts(all_).count("Sent, and the page closed") == 1


def lose_the_answer(route: Route) -> None:
    """The server does what it is asked, and the browser never hears of it."""
    route.fetch()
    route.abort()
