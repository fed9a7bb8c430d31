"""A folder watched by looking at it every few seconds: files are taken when they have stood still."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from pipeline.arrivals import Arrival, arrivals
from pipeline.errors import NotFound
from pipeline.standing import Stamp, Standing, Watching, looked
from workers.listing import listing


class Clock(Protocol):
    """Tells the time and lets it pass. Tests turn it themselves."""

    def now(self) -> float:
        """Seconds since some moment; never goes back."""
        ...

    def wait(self, seconds: float) -> bool:
        """Lets so many seconds pass; False when nothing more is to be waited for."""
        ...


class RealClock:
    """The clock of this machine. An interruption while it waits ends the waiting, and nothing else."""

    def now(self) -> float:
        """Seconds since the machine started."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Sleeps; False when interrupted."""
        try:
            time.sleep(seconds)
        except KeyboardInterrupt:
            return False
        return True


Take = Callable[[Sequence[Path]], Sequence[Path]]
"""Takes files, and gives those that are to be tried again later."""


def watch(folder: Path, numbers: Watching, clock: Clock, take: Take, waiting: Callable[[Sequence[str]], None]) -> None:
    """Takes every file that comes into a folder, once it has stood still, until the clock ends.

    `waiting` is told the files that are not whole yet, whenever they change. The folder may go and come back (a disk
    that is unmounted): while it is away, nothing is taken.

    Raises:
        NotFound: there is no such folder to begin with.
    """
    if not folder.is_dir():
        raise NotFound(f"{folder}: no such folder", todo="make it, or check its name")
    known, told = Standing(), ()
    while True:
        known, whole = looked(known, _there(folder), clock.now(), numbers.still)
        if whole:
            again = {path.as_posix() for path in take([Path(path) for path in whole])}
            known = Standing(known.since, {path: stamp for path, stamp in known.taken.items() if path not in again})
        if known.waiting != told:
            told = known.waiting
            waiting(told)
        if not clock.wait(float(numbers.look)):
            return


def _there(folder: Path) -> Mapping[str, Stamp]:
    try:
        found = arrivals(listing([folder])).files
    except NotFound:
        return {}
    stamps = ((one.path, _stamp(one)) for one in found)
    return {path: stamp for path, stamp in stamps if stamp is not None}


def _stamp(one: Arrival) -> Stamp | None:
    try:
        found = Path(one.path).stat()
    except OSError:  # it went since it was listed
        return None
    return Stamp(found.st_size, found.st_mtime_ns)
