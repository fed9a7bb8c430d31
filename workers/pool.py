"""A pool of processes on this machine, with progress, CPU accounting and a clean end on interruption."""

import contextlib
import logging
import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, Generic, Protocol, Self, TypeVar

from pipeline.media.tied import tie
from workers.logs import LogFile, write_to, written_to
from workers.progress import Listener, Step

T_co = TypeVar("T_co", covariant=True)

log = logging.getLogger(__name__)


class Piece(Protocol[T_co]):
    """One piece of slow work: it can be sent to another process, and reports units done since its start."""

    def __call__(self, progress: Callable[[int], None]) -> T_co:
        """Does the piece and gives its value."""
        ...


R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Work(Generic[R]):
    """A piece and how many units of progress it is worth, at least 1."""

    piece: Piece[R]
    units: int = 1


@dataclass(slots=True)
class Times:
    """CPU and wall seconds by phase, children included."""

    cpu: dict[str, float] = field(default_factory=dict[str, float])
    wall: dict[str, float] = field(default_factory=dict[str, float])

    def add(self, phase: str, cpu: float, wall: float) -> None:
        """Adds to a phase."""
        self.cpu[phase] = self.cpu.get(phase, 0.0) + cpu
        self.wall[phase] = self.wall.get(phase, 0.0) + wall

    @contextlib.contextmanager
    def phase(self, phase: str) -> Generator[None]:
        """Counts what this process itself does inside."""
        cpu, wall = _cpu(), time.monotonic()
        try:
            yield
        finally:
            self.add(phase, _cpu() - cpu, time.monotonic() - wall)

    def rows(self) -> dict[str, dict[str, float]]:
        """`{phase: {cpu_s, wall_s}}`, to the millisecond."""
        return {phase: {"cpu_s": round(self.cpu[phase], 3), "wall_s": round(self.wall[phase], 3)} for phase in self.cpu}


class Pool:
    """Processes that do pieces. They start with the first piece; a draft with nothing to render starts none."""

    def __init__(self, workers: int, listener: Listener, times: Times) -> None:
        self._workers = workers
        self._listener = listener
        self._times = times
        self._executor: ProcessPoolExecutor | None = None
        self._progress: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._executor is None:
            return
        if kind is not None:
            _end_now(self._executor)
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = None

    def done(self, phase: str, unit: str, work: Sequence[Work[R]], reused: int = 0, reused_units: int = 0) -> list[R]:
        """The value of each piece, in order; `reused` pieces of `reused_units` are counted as done at once.

        The first error ends the phase: pieces not yet begun are dropped, those under way finish.
        """
        total = reused_units + sum(item.units for item in work)
        if not total:
            return []
        self._listener(Step(phase, reused_units, total, unit, reused, finished=not work))
        if not work:
            return []
        began = time.monotonic()
        executor = self._started()
        shown = dict.fromkeys(range(len(work)), 0)

        def show(*, over: bool = False) -> None:
            done = reused_units + sum(min(shown[i], work[i].units) for i in shown)
            # a piece may have counted all its units before it is over
            self._listener(Step(phase, done, total, unit, reused, finished=over and done == total))

        stop = threading.Event()
        watcher = threading.Thread(target=_watch, args=(self._progress, shown, show, stop), daemon=True)
        with _left_to_the_parent():  # inherited by the thread: a signal it took would interrupt this one all the same
            watcher.start()
        cpu = 0.0
        futures: dict[Future[tuple[R, float]], int] = {}
        try:
            with _left_to_the_parent():
                for index, item in enumerate(work):
                    futures[executor.submit(_timed, item.piece, index)] = index
            results: dict[int, R] = {}
            for future in as_completed(futures):
                index = futures[future]
                results[index], spent = future.result()
                cpu += spent
                shown[index] = work[index].units
            return [results[index] for index in range(len(work))]
        except BaseException:
            for future in futures:
                future.cancel()
            raise
        finally:
            stop.set()
            watcher.join()
            show(over=True)
            self._times.add(phase, cpu, time.monotonic() - began)

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            context = get_context("spawn")
            self._progress = context.Queue()
            self._executor = ProcessPoolExecutor(
                self._workers,
                mp_context=context,
                initializer=_begin,
                initargs=(self._progress, os.getpid(), written_to()),
            )
        return self._executor


_reports: Any = None


@contextlib.contextmanager
def _left_to_the_parent() -> Generator[None]:
    """Holds Ctrl-C back while processes are started: they inherit that, so it never ends one that is still importing.

    What comes meanwhile reaches this process at the end. Blocking it for this thread is not enough: a library's thread
    may take it, and then this one would be interrupted between starting a process and telling it what to do.
    """
    came: list[int] = []
    asked = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    handlers = {how: signal.signal(how, lambda number, _: came.append(number)) for how in asked}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for how, handler in handlers.items():
            signal.signal(how, handler)
        if came:
            signal.raise_signal(signal.Signals(came[0]))


def _begin(reports: Any, parent: int, log_file: LogFile | None) -> None:
    """Sets up a worker: leaves Ctrl-C to the parent, dies with it, logs where it does, does not fight over cores."""
    global _reports  # noqa: PLW0603
    _reports = reports
    reports.cancel_join_thread()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tie(parent)
    os.environ["OMP_NUM_THREADS"] = "2"
    write_to(log_file)


def _timed(piece: Piece[R], index: int) -> tuple[R, float]:
    before = _cpu()
    last = time.monotonic()

    def progress(units: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 0.2:
            last = now
            _reports.put((index, units))

    value = piece(progress)
    return value, _cpu() - before


def _cpu() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def _watch(reports: Any, shown: dict[int, int], show: Callable[[], None], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            index, units = reports.get(timeout=0.1)
        except queue.Empty:
            continue
        except (EOFError, OSError):
            return
        if units > shown.get(index, units):
            shown[index] = units
            show()


def _end_now(executor: ProcessPoolExecutor) -> None:
    """Kills the workers (their ffmpeg dies with them): pieces under way are in scratch and lose nothing published."""
    for process in list((executor._processes or {}).values()):  # noqa: SLF001
        process.kill()
