"""Several people watch one draft: they see each other, follow who leads, and read what is being written."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from storage.catalogue.drafts import Drafted
from tests.web.browsing import browsing, in_nobodys_way
from tests.web.patterns import patterned
from tests.web.serving import Served
from web.patterns import PATTERNS

PATTERN = next(one for one in PATTERNS if one.rate == 25)


@pytest.fixture
def drafted(site: Served, course: Style, ffmpeg: Ffmpeg, tmp_path: Path) -> Drafted:
    return patterned(site, PATTERN, course, ffmpeg, tmp_path / "made")


@contextmanager
def company(client: httpx.Client, draft: Drafted) -> Iterator[Iterator[list[dict[str, Any]]]]:
    """Who is said to be here, each time it changes."""
    with client.stream("GET", f"/api/v1/drafts/{draft.id}/events") as answer:
        assert answer.status_code == 200
        data = (line.removeprefix("data: ") for line in answer.iter_lines() if line.startswith("data: "))
        yield (told["people"] for told in map(json.loads, data) if told["kind"] == "present")


def test_who_is_here_is_told_to_who_watches(site: Served, drafted: Drafted) -> None:
    address = f"/api/v1/drafts/{drafted.id}"
    with site.client("director") as leads, site.client("reviewer") as follows, company(follows, drafted) as told:
        assert leads.put(f"{address}/presence", json={"frame": 3}).status_code == 204
        assert [(one["name"], one["leads"]) for one in next(told)] == [("Director", False)]
        assert leads.put(f"{address}/lead", json={"leads": True}).status_code == 204
        assert [one["leads"] for one in next(told)] == [True]
        leads.put(f"{address}/presence", json={"frame": 9, "pace": 100, "writing": "Trop", "on": 9})
        (one,) = next(told)
        assert (one["frame"], one["pace"], one["writing"], one["on"], one["own"]) == (9, 100, "Trop", 9, False)
        assert 0 <= one["age"] < 5
        assert leads.delete(f"{address}/presence").status_code == 204
        assert next(told) == []


@pytest.mark.parametrize("given", [{"frame": -1}, {"pace": 10**6}, {"writing": "x" * 2001}, {"who": "me"}])
def test_what_no_page_says_is_refused(site: Served, drafted: Drafted, given: dict[str, Any]) -> None:
    with site.client("reviewer") as client:
        assert client.put(f"/api/v1/drafts/{drafted.id}/presence", json=given).status_code == 422


def test_two_browsers_follow_one_another(site: Served, drafted: Drafted, chromium: Browser, tmp_path: Path) -> None:
    with (
        browsing(chromium, site, "director", language="en") as leads,
        browsing(chromium, site, "reviewer", language="en") as follows,
    ):
        for page in (leads, follows):
            page.goto("/videos/C1/V1/drafts/1")
        for page in (leads, follows):
            expect(page.locator("#together li")).to_have_count(2)
        leads.get_by_role("button", name="Lead").click()
        expect(follows.locator("#together")).to_contain_text("Director leads.")
        follows.get_by_role("button", name="Follow", exact=True).click()
        expect(follows.locator("#together")).to_contain_text("You follow Director.")
        leads.evaluate("document.querySelector('r-player').seek(17)")
        expect(follows.locator("#frame")).to_have_text("17")
        in_nobodys_way(follows, tmp_path, "together")
        leads.keyboard.press("ArrowRight")
        expect(follows.locator("#frame")).to_have_text("18")
        leads.close()
        expect(follows.locator("#together li")).to_have_count(1)


def test_what_one_writes_others_read_until_it_is_sent(site: Served, drafted: Drafted, chromium: Browser) -> None:
    with (
        browsing(chromium, site, "director", language="en") as writes,
        browsing(chromium, site, "reviewer", language="en") as reads,
    ):
        for page in (writes, reads):
            page.goto("/videos/C1/V1/drafts/1?f=4")
            page.get_by_role("tab", name="Notes").click()
        writes.get_by_label("Your note").press_sequentially("Trop lo")
        written = reads.locator("#written li")
        expect(written).to_have_text("Director writes on 00:00:00:04: Trop lo")
        writes.get_by_label("Your note").press("Control+Enter")
        expect(reads.locator("#notes-list")).to_contain_text("Trop lo")
        expect(written).to_have_count(0)
