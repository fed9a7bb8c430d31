"""Many people write notes on one draft at once; the server falls over in between, and nothing is lost."""

import contextlib
import threading
import time
from pathlib import Path

import httpx

from tests.web.crowds import Crowd, crowd

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
