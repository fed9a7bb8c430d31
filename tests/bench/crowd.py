"""Thirty people in a draft of ten minutes with two thousand notes: how long it takes until they have what they want.

The server is a process of its own on this machine; so is each listener a thread of this one, which costs both time.
What it is like to review there, in Chromium, is in `tests.bench.crowded`.
"""

import contextlib
import itertools
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, sync_playwright

from pipeline.media.ffmpeg import found
from pipeline.spans import Span
from storage.catalogue.drafts import Drafted
from storage.catalogue.reviewing import Remark, add_note
from storage.catalogue.terms import PersonId
from storage.folder_store import FolderStore
from tests.bench import crowded
from tests.bench.crowded import NOTES, PEOPLE, ROOM
from tests.bench.figures import Figure, table
from tests.bench.room import PIECE, PIECES, RATE, SIZE, film
from tests.stack.studio import Studio
from tests.web.browsing import CHROMIUM
from tests.web.crowds import Crowd, crowd
from tests.web.patterns import as_draft

SECONDS: Final = 20
"""Of the session that is measured; one leads and moves four times a second, one writes a note a second."""
PART, NEWS, TOGETHER = 300, 1500, 1500
"""Milliseconds at most: for a page of a hundred of the notes; until a note, or where the leader is, has come to all."""


@dataclass
class Listener:
    """One who hears; `heard` are the moments at which notes came, `places` those of each frame of the leader."""

    heard: list[float] = field(default_factory=list[float])
    places: dict[int, float] = field(default_factory=dict[int, float])

    def listen(self, all_: Crowd, number: int, over: threading.Event) -> None:
        """Until it is over: the server is killed then."""
        with (
            contextlib.suppress(httpx.TransportError),
            all_.client(number) as client,
            client.stream("GET", f"/api/v1/drafts/{all_.draft.id}/events", timeout=SECONDS * 2) as answer,
        ):
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    self._hear(json.loads(line.removeprefix("data: ")), time.perf_counter())
                if over.is_set():
                    return

    def _hear(self, told: dict[str, Any], now: float) -> None:
        if told["kind"] == "note.added":
            self.heard.append(now)
        if told["kind"] == "present":
            for one in told["people"]:
                if one["leads"]:
                    self.places.setdefault(one["frame"], now)


def fill(all_: Crowd) -> None:
    """Two thousand notes on the draft."""
    assert all_.draft.frames is not None
    with all_.catalogue.writing() as tx:
        for number in range(NOTES):
            start = number * all_.draft.frames // NOTES
            remark = Remark(f"Remarque {number}", Span(start, start + 1), blocks=number % 5 == 0)
            add_note(tx, all_.draft.id, PersonId(all_.people[number % PEOPLE]), remark)


def timed(all_: Crowd, times: int, act: Callable[[], object]) -> tuple[list[float], float]:
    """The milliseconds of each, and of the server's CPU for one."""
    took: list[float] = []
    before = all_.spent()
    for _ in range(times):
        begun = time.perf_counter()
        act()
        took.append((time.perf_counter() - begun) * 1000)
    return took, (all_.spent() - before) / times


def session(all_: Crowd) -> tuple[list[float], list[float]]:
    """A session of all: the milliseconds until each note, and each place of the leader, was with each of the others."""
    over, listeners = threading.Event(), [Listener() for _ in range(PEOPLE - 1)]
    threads = [
        threading.Thread(target=one.listen, args=(all_, number, over), daemon=True)
        for number, one in enumerate(listeners, 1)
    ]
    for thread in threads:
        thread.start()
    at = f"/api/v1/drafts/{all_.draft.id}"
    written: list[float] = []
    moved: dict[int, float] = {}
    with all_.client(0) as client:
        client.put(f"{at}/presence", json={"frame": 0}).raise_for_status()
        client.put(f"{at}/lead", json={"leads": True}).raise_for_status()
        time.sleep(3)  # until all listen
        for turn in range(SECONDS * 4):
            begun = time.perf_counter()
            moved[turn + 1] = begun
            client.put(f"{at}/presence", json={"frame": turn + 1}).raise_for_status()
            if turn % 4 == 0:
                written.append(time.perf_counter())
                client.post(f"{at}/notes", json={"text": f"Vite {turn}", "start": 1}).raise_for_status()
            time.sleep(max(0, 0.25 - (time.perf_counter() - begun)))
        time.sleep(3)
        over.set()
    notes = [(heard - sent) * 1000 for one in listeners for sent, heard in zip(written, one.heard, strict=False)]
    assert all(len(one.heard) == len(written) for one in listeners), "a note did not come to everyone"
    places = [(came - moved[frame]) * 1000 for one in listeners for frame, came in one.places.items() if frame in moved]
    return notes, places


def figures(all_: Crowd, chromium: Browser) -> Iterator[Figure]:
    """All of it."""
    yield from crowded.room(all_, chromium, 0)
    fill(all_)
    asked = (
        ("crowd: a page of the notes", f"{ROOM}/notes", PART),
        ("crowd: all notes by API", f"/api/v1/drafts/{all_.draft.id}/notes", PART),
        ("crowd: the room itself", ROOM, None),
    )
    with all_.client(1) as client:
        for name, address, most in asked:
            client.get(address).raise_for_status()  # the first also builds statements and templates
            took, cpu = timed(all_, 10, lambda address=address: client.get(address).raise_for_status())
            basis = f"most {max(took):.0f} ms; {cpu:.0f} ms of the server's CPU"
            yield Figure(name, statistics.median(took), most, "ms", basis)
    yield from crowded.figures(all_, chromium)
    notes, places = session(all_)
    for name, took, most in (
        ("a note is with everyone", notes, NEWS),
        ("so is a place of the leader", places, TOGETHER),
    ):
        ordered = sorted(took)
        basis = f"median {statistics.median(took):.0f} ms of {len(took)}"
        yield Figure(f"crowd: {name}, 95 of 100", ordered[len(ordered) * 95 // 100], most, "ms", basis)


def main() -> None:
    """Prints them."""

    def drafted(studio: Studio, store: FolderStore) -> Drafted:
        folder = store.root.parent
        film(folder, found(None))
        return as_draft(studio, store, folder / "draft", RATE, SIZE, list(itertools.repeat(PIECE, PIECES)))

    with (
        TemporaryDirectory() as name,
        sync_playwright() as playwright,
        crowd(Path(name) / "data", PEOPLE, drafted) as all_,
    ):
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        print(table(figures(all_, chromium)))
        chromium.close()


if __name__ == "__main__":
    main()
