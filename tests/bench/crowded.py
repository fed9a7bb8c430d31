"""The review room in Chromium with two thousand notes: alone, then while twenty-nine others write and listen.

The others are threads that do what their browsers would: each hears the stream, and fetches what happened as `cards.js`
does. What a page feels is told by the page itself. Wall time, longer on a busy machine.
"""

import contextlib
import json
import os
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, CDPSession, Page

from tests.bench.figures import Figure
from tests.bench.room import FIRST, OPENINGS, SHOWN, STEP, STEPPED, STEPS, spent
from tests.web.crowds import Crowd

PEOPLE, NOTES = 30, 2000
ROOM: Final = "/videos/C1/V1/drafts/1"
EACH: Final = 15.0
"""Seconds in which each of the others writes a note, so that two a second come."""
PLAYS: Final = 15
"""Seconds that the film is played while they write."""
OWN: Final = 8
"""Notes that are written in the page meanwhile."""
MIDDLE: Final = 7500
LONG, ACT, NOTE = 50, 200, 1500
"""Milliseconds: a task that is felt; until what is opened or filtered is drawn; until a note is in the own page.

A task of 50 ms is what the Long Tasks API of browsers takes for long.
"""
DRAWN = "const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));"
SCROLLED = f"""async () => {{ {DRAWN} const long = [], took = [];
    const watch = new PerformanceObserver(list => long.push(...list.getEntries().map(one => one.duration)));
    watch.observe({{ type: "longtask" }});
    let place = document.querySelector("#notes-list");
    while (place.scrollHeight <= place.clientHeight || getComputedStyle(place).overflowY === "visible") {{
        if (!place.parentElement) {{ place = document.scrollingElement; break; }} place = place.parentElement; }}
    for (let n = 0, last = performance.now(); n < 150; n += 1) {{
        place.scrollBy({{ top: 160, behavior: "instant" }}); await drawn();
        const now = performance.now(); took.push(now - last); last = now; }}
    await drawn(); watch.disconnect();
    return {{ long, took, moved: place.scrollTop }}; }}"""
"""A list scrolled by a notch of the wheel at each picture of the screen."""
OPENED = f"""async () => {{ {DRAWN} const took = [];
    for (const one of [...document.querySelectorAll(".note .does details:last-of-type summary")].slice(0, 10)) {{
        const begun = performance.now(); one.click();
        while (!one.parentElement.querySelector(".more")) await drawn();
        await drawn(); took.push(performance.now() - begun); }}
    return took; }}"""
FILTERED = f"""async which => {{ {DRAWN} const begun = performance.now();
    const list = document.getElementById("notes-list");
    const swapped = new Promise(done => new MutationObserver((_, watch) => {{
        if (!list.querySelector(`ol[data-which=${{which}}]`)) return; watch.disconnect(); done(); }})
        .observe(list, {{ childList: true, subtree: true }}));
    list.querySelector(`a[hx-get$="which=${{which}}"]`).click(); await swapped; await drawn();
    return performance.now() - begun; }}"""
WAITS = """text => { window.there = new Promise(done => { const list = document.getElementById("notes-list");
    const look = () => [...list.querySelectorAll(".body")].some(one => one.textContent === text)
        && (watch.disconnect(), done(performance.timeOrigin + performance.now()));
    const watch = new MutationObserver(look); watch.observe(list, { childList: true, subtree: true }); look(); }); }"""
"""Keeps the moment at which a note of that text is listed."""
WRITES = """text => { document.getElementById("note-text").value = text;
    document.getElementById("composer").requestSubmit(); return performance.timeOrigin + performance.now(); }"""
PLAYED = """async seconds => { const player = document.querySelector("r-player"), film = player.film;
    await player.settled(); const before = film.getVideoPlaybackQuality(); player.play();
    await new Promise(done => setTimeout(done, seconds * 1000));
    const after = film.getVideoPlaybackQuality(); player.pause();
    return ["dropped", "total"].map(one => after[`${one}VideoFrames`] - before[`${one}VideoFrames`]); }"""


class Other:
    """One of the others: hears what happens, fetches it, and writes now and then."""

    def __init__(self, all_: Crowd, number: int) -> None:
        self.all, self.number = all_, number
        self.news: set[str] = set()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=act, daemon=True) for act in (self.hear, self.fetch, self.write)]

    def hear(self) -> None:
        """Keeps the notes to which something happened."""
        at = f"/api/v1/drafts/{self.all.draft.id}/events"
        with (
            contextlib.suppress(httpx.TransportError),
            self.all.client(self.number) as client,
            client.stream("GET", at, timeout=600) as answer,
        ):
            for line in answer.iter_lines():
                if self.over.is_set():
                    return
                told = json.loads(line.removeprefix("data: ")) if line.startswith("data: {") else {}
                if told.get("kind", "").startswith("note."):
                    self.news |= {one.removeprefix("thing-") for one in told["topics"] if one.startswith("thing-")}

    def fetch(self) -> None:
        """Fetches them, resting as `cards.js` does."""
        took = 0.0
        with self.all.client(self.number) as client:
            while not self.over.wait(max(0.3, 3 * took)):
                if self.news:
                    some, self.news = self.news, set()
                    begun = time.perf_counter()
                    asked = {"note": list(some), "first": 0, "last": MIDDLE // 10}
                    client.get(f"{ROOM}/notes/news", params=asked).raise_for_status()
                    took = time.perf_counter() - begun

    def write(self) -> None:
        """Writes a note, with what others see of it while it is written."""
        at = f"/api/v1/drafts/{self.all.draft.id}"
        wait = EACH * self.number / PEOPLE
        with self.all.client(self.number) as client:
            for turn in range(1000):
                if self.over.wait(wait):
                    return
                wait = EACH
                for part in ("Plus", "Plus calme", "Plus calme ici"):
                    client.put(f"{at}/presence", json={"frame": 1, "writing": part}).raise_for_status()
                    self.over.wait(0.75)
                given = {"text": f"{self.number} dit {turn}", "start": (self.number * 499 + turn * 37) % (2 * MIDDLE)}
                client.post(f"{at}/notes", json=given).raise_for_status()
                client.put(f"{at}/presence", json={"frame": 1}).raise_for_status()


@contextlib.contextmanager
def others(all_: Crowd) -> Iterator[None]:
    """All of them but the first, at work."""
    they = [Other(all_, number) for number in range(1, PEOPLE)]
    for one in they:
        for thread in one.threads:
            thread.start()
    try:
        yield
    finally:
        for one in they:
            one.over.set()
        for one in they:
            for thread in one.threads[1:]:
                thread.join()


def opened(page: Page) -> float:
    """The room, its notes beside it: the milliseconds until its first picture was confirmed."""
    page.goto(ROOM, wait_until="commit")
    page.wait_for_load_state("domcontentloaded")
    took = page.evaluate(SHOWN)
    page.locator("#notes-tab").click()
    return took


def told(session: CDPSession) -> dict[str, Any]:
    """What Chromium tells of a page: seconds of its main thread, bytes and nodes in use."""
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def heap(session: CDPSession) -> tuple[float, int]:
    """Megabytes of JavaScript that are in use, and nodes of the page, with nothing left to collect."""
    session.send("HeapProfiler.collectGarbage")
    found = told(session)
    return found["JSHeapUsedSize"] / 1e6, int(found["Nodes"])


def room(all_: Crowd, chromium: Browser, notes: int) -> Iterator[Figure]:
    """How soon the room of so many notes is there, and how long a step of one frame takes in it."""
    first: list[float] = []
    taken: list[float] = []
    busy: list[float] = []
    for _ in range(OPENINGS):
        with all_.browsing(chromium, 0) as page:
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            before = spent(os.getpid())
            first.append(opened(page))
            taken.append(spent(os.getpid()) - before)
            busy.append(told(session)["TaskDuration"] * 1000)
    cpu, main = statistics.median(taken), statistics.median(busy)
    basis = f"{cpu:.0f} ms of Chromium's CPU, {main:.0f} ms of its main thread"
    yield Figure(f"room of {notes} notes: first picture", statistics.median(first), FIRST, "ms", basis)
    with all_.browsing(chromium, 0) as page:
        opened(page)
        for name, by in (("on", 1), ("back", -1)):
            begun = spent(os.getpid())
            took = page.evaluate(STEPPED, [MIDDLE, by, STEPS])
            basis = f"most {max(took):.0f} ms; {(spent(os.getpid()) - begun) / STEPS:.0f} ms of CPU each"
            yield Figure(f"room of {notes} notes: a frame {name}, median", statistics.median(took), STEP, "ms", basis)


def figures(all_: Crowd, chromium: Browser) -> Iterator[Figure]:
    """All of it, once the notes are there."""
    yield from room(all_, chromium, NOTES)
    with all_.browsing(chromium, 0) as page, all_.browsing(chromium, 1) as other:
        for one in (page, other):
            opened(one)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        yield from _alone(page)
        page.reload()
        opened(page)
        before = heap(session)
        with others(all_):
            yield from _together(all_, page, other)
        after = heap(session)
        basis = f"{before[0]:.1f} before; {before[1]} nodes became {after[1]}"
        yield Figure("crowded: JavaScript in use after the session", after[0], None, "MB", basis)


def _alone(page: Page) -> Iterator[Figure]:
    marks = page.locator("#marks li").count()
    yield Figure("crowded: marks on the timeline", marks, None, "", f"of {NOTES} notes, on 1366 px")
    scrolled = page.evaluate(SCROLLED)
    assert scrolled["moved"] > 1000, "it did not scroll"
    late = sum(one > LONG for one in scrolled["took"])
    each = statistics.median(scrolled["took"])
    basis = f"{late} of {len(scrolled['took'])} pictures took more than {LONG} ms, median {each:.0f}"
    yield Figure("crowded: scrolling the list, longest task", max(scrolled["long"], default=0), LONG, "ms", basis)
    took = page.evaluate(OPENED)
    yield Figure("crowded: a note opened", statistics.median(took), ACT, "ms", f"most {max(took):.0f} ms")
    took = [page.evaluate(FILTERED, which) for which in ("must", "open", "mine", "all")]
    yield Figure("crowded: the list filtered", statistics.median(took), 2 * ACT, "ms", f"most {max(took):.0f} ms")


def _together(all_: Crowd, page: Page, other: Page) -> Iterator[Figure]:
    own: list[float] = []
    theirs: list[float] = []
    cpu, begun = all_.spent(), time.perf_counter()
    page.evaluate("() => document.querySelector('r-player').seek(1)")
    for number in range(OWN):
        text = f"Ici {number}"
        for one in (page, other):
            one.evaluate(WAITS, text)
        sent = page.evaluate(WRITES, text)
        own.append(page.evaluate("() => window.there") - sent)
        theirs.append(other.evaluate("() => window.there") - sent)
    yield Figure("crowded: an own note is listed", statistics.median(own), NOTE, "ms", f"most {max(own):.0f} ms")
    basis = f"most {max(theirs):.0f} ms"
    yield Figure("crowded: it is listed in another's page", statistics.median(theirs), 2 * NOTE, "ms", basis)
    took = page.evaluate(STEPPED, [MIDDLE, 1, STEPS])
    yield Figure("crowded: a frame on while 29 write", statistics.median(took), STEP, "ms", f"most {max(took):.0f} ms")
    dropped, shown = page.evaluate(PLAYED, PLAYS)
    yield Figure("crowded: pictures dropped while playing", dropped, None, "", f"of {shown} in {PLAYS} s")
    wall = time.perf_counter() - begun
    share = (all_.spent() - cpu) / (wall * 10)
    yield Figure("crowded: the server meanwhile", share, None, "% of a core", f"for {wall:.0f} s")
