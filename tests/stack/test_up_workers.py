"""The workers of `rushes up`: they answer for every queue, come back when they are killed, and leave nothing behind."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.commanding import told
from tests.stack.running import family, gone, runs
from tests.stack.studios import Up
from workers.broker import workers_at

STARTED = 60
"""Seconds in which workers are there, even on a busy machine; on an idle one it takes 4."""


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Up]:
    made = Up(tmp_path / "studio")
    yield made
    made.stop()


def called(name: str, studio: Up) -> int:
    """The process id of a worker: the one that the studio itself started."""
    [found] = [pid for pid in studio.left() if f"worker --name {name} " in runs(pid) and os.getsid(pid) == pid]
    return found


def test_the_workers_of_a_studio(studio: Up) -> None:
    studio.start()
    broker = studio.state().broker
    studio.until(lambda: len(workers_at(broker)) == 2, STARTED)
    assert re.search(r"✓ workers: 2 answer: light@\S+, render@\S+\n", told("doctor", **studio.settings))

    worker = called("render", studio)
    below = family(worker)
    assert below
    os.kill(worker, signal.SIGKILL)
    studio.until(lambda: "✗ worker render ended (SIGKILL): started again in " in studio.said)
    gone(worker, *below)
    studio.until(lambda: len(workers_at(broker)) == 2, STARTED)
    assert called("render", studio) != worker

    everything = studio.left()
    assert len(everything) >= 5
    studio.process.kill()
    studio.process.wait()
    gone(*everything)
