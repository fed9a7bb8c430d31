import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.errors import FfmpegFailed
from workers.pool import Pool, Times, Work
from workers.progress import Step


@dataclass(frozen=True)
class Square:
    n: int

    def __call__(self, progress: Callable[[int], None]) -> int:
        progress(1)
        sum(range(20000))
        return self.n**2


@dataclass(frozen=True)
class Fail:
    def __call__(self, progress: Callable[[int], None]) -> int:
        raise FfmpegFailed("a segment", "ffmpeg -i x", "no such file")


@dataclass(frozen=True)
class Sleep:
    pids: Path

    def __call__(self, progress: Callable[[int], None]) -> int:
        (self.pids / str(os.getpid())).touch()
        time.sleep(60)
        return 0


def test_values_come_in_order_and_progress_ends_at_the_total() -> None:
    steps: list[Step] = []
    times = Times()
    with Pool(2, steps.append, times) as pool:
        made = pool.done("render", "frames", [Work(Square(n), 10) for n in range(6)], reused=2, reused_units=20)
    assert made == [0, 1, 4, 9, 16, 25]
    assert steps[0] == Step("render", 20, 80, "frames", reused=2)
    assert steps[-1] == Step("render", 80, 80, "frames", reused=2, finished=True)
    assert all(before.done <= after.done for before, after in pairwise(steps))
    assert times.rows()["render"]["cpu_s"] > 0


def test_nothing_to_do_starts_no_process_and_says_so() -> None:
    steps: list[Step] = []
    with Pool(2, steps.append, Times()) as pool:
        assert pool.done("render", "frames", [], reused=3, reused_units=75) == []
        assert pool._executor is None
    assert steps == [Step("render", 75, 75, "frames", reused=3, finished=True)]


def test_an_error_comes_back_as_it_was() -> None:
    with Pool(1, lambda _: None, Times()) as pool, pytest.raises(FfmpegFailed, match="no such file") as caught:
        pool.done("render", "frames", [Work(Fail())])
    assert caught.value.command == "ffmpeg -i x"


def test_interruption_ends_the_workers_at_once(tmp_path: Path) -> None:
    began = time.monotonic()

    def work() -> None:
        with Pool(1, lambda _: None, Times()) as pool:
            executor = pool._started()
            executor.submit(Sleep(tmp_path), id)
            while not any(tmp_path.iterdir()):
                time.sleep(0.05)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert time.monotonic() - began < 30
    for pid in tmp_path.iterdir():
        assert not Path(f"/proc/{pid.name}").exists()
