"""What a command or a stretch of code takes: CPU with all its children, wall, and the memory of its largest process."""

import contextlib
import os
import resource
import subprocess
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EACH = 0.2
"""Seconds between two looks at memory; each process keeps its own high-water mark, so that only its last moments may be
missed."""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU (user and system, children that ended included) and wall in seconds; `peak` in MiB, by program name."""

    cpu: float
    wall: float
    peak: Mapping[str, float]
    out: str = ""


def command(arguments: Sequence[str], **environment: str) -> Spent:
    """The command run to its end.

    Raises:
        CalledProcessError: it failed; what it said is on stderr.
    """
    began = time.monotonic()
    # people's Python keeps what it compiled: without it each start compiles the project again
    here = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=here | environment)
    watch = _Watch(process.pid)
    watch.start()
    out = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    watch.ended.set()
    watch.join()
    if process.stdout:
        process.stdout.close()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return Spent(usage.ru_utime + usage.ru_stime, wall, watch.peaks(), out)


@dataclass(slots=True)
class Clock:
    """CPU of this process (`own`), of children that ended (`children`), and wall, in seconds."""

    own: float = 0.0
    children: float = 0.0
    wall: float = 0.0

    @property
    def cpu(self) -> float:
        """Both."""
        return self.own + self.children


@contextlib.contextmanager
def clocked() -> Generator[Clock]:
    """A clock that is set when the block ends."""
    clock = Clock()
    own, children, wall = cpu(resource.RUSAGE_SELF), cpu(resource.RUSAGE_CHILDREN), time.monotonic()
    try:
        yield clock
    finally:
        clock.own = cpu(resource.RUSAGE_SELF) - own
        clock.children = cpu(resource.RUSAGE_CHILDREN) - children
        clock.wall = time.monotonic() - wall


def cpu(who: int) -> float:
    """User and system seconds so far."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


class _Watch(threading.Thread):
    """Reads the high-water mark of a process and of all below it until told that it ended."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self._root = root
        self._seen: dict[int, tuple[str, float]] = {}

    def run(self) -> None:
        while not self.ended.wait(EACH):
            for pid in descendants(self._root):
                with contextlib.suppress(OSError, KeyError):
                    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
                    self._seen[pid] = (status["Name"].strip(), int(status["VmHWM"].split()[0]) / 1024)

    def peaks(self) -> dict[str, float]:
        out: dict[str, float] = {}
        for name, peak in self._seen.values():
            short = name.split("-")[0]
            out[short] = max(peak, out.get(short, 0.0))
        return out


def descendants(root: int) -> list[int]:
    """The process and all below it, by id."""
    below: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # the name, in brackets, may hold spaces
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            below.setdefault(parent, []).append(int(place.name))
    out = [root]
    for pid in out:
        out += below.get(pid, [])
    return out
