"""A studio on one machine: its servers and workers started, kept running, and stopped in order."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from pipeline.errors import StorageUnavailable
from storage.catalogue.engine import Catalogue
from workers.broker import restored
from workers.data_folder import Addresses, DataFolder
from workers.object_server import ObjectServer
from workers.redis_server import RedisServer
from workers.servers import PATIENCE, Server

TICK = 0.5
"""Seconds between two looks at what runs."""
FIRST, LONGEST = 0.5, 30.0
"""Seconds until what ended is started again: the first time, and at most; each time in a row it is twice as long."""
FORGIVEN = 60.0
"""Seconds of running after which earlier ends count no more."""
STEADY = 15.0
"""Seconds after which a worker that was started again is held to be well: it has loaded everything by then, even on a
busy machine (10 to 21 s until its first result at a load of 13 to 19, services survey §2)."""
WORKERS_END = 20.0
"""Seconds that workers are given to finish what they are at; what takes longer is queued again at the next start.

Celery's own soft shutdown (5.5) sleeps for the whole of its time as soon as one task runs, however short that one is.
"""
ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Teller(Protocol):
    """Is told what happens: the code of a sentence, and its fields."""

    def __call__(self, code: str, /, **fields: object) -> None:
        """Says it."""
        ...


@dataclass(frozen=True, slots=True)
class Post:
    """A process to run: its name, the command, what it is, and what it does in words for people."""

    name: str
    command: tuple[str, ...]
    does: Mapping[str, object] = field(default_factory=dict[str, object])
    kind: Literal["worker", "web"] = "worker"


class Supervisor:
    """Runs a studio in a folder until it is asked to end. Only from the main thread: see `workers.servers`."""

    def __init__(self, folder: DataFolder, redis: str, posts: Sequence[Post], tell: Teller) -> None:
        self.folder = folder
        self._redis = redis
        self._posts = tuple(posts)
        self._tell = tell
        self._kept: list[_Kept] = []
        self._stops: list[Callable[[], None]] = []

    def run(self) -> None:
        """Starts everything and keeps it running; SIGTERM, Ctrl-C or the end of the terminal stops it, in order.

        Raises:
            WrongFolder: the folder holds something else.
            StorageUnavailable: it is up already; a server does not come up.
            Clash: the catalogue is a newer version's.
        """
        before = {how: signal.signal(how, _interrupt) for how in ENDS if signal.getsignal(how) != signal.SIG_IGN}
        try:
            with self.folder.claimed():
                try:
                    self._start()
                    while True:
                        time.sleep(TICK)
                        for kept in self._kept:
                            kept.look(self._tell)
                except KeyboardInterrupt:
                    self._tell("stopping")
                finally:
                    self._stop()
        finally:
            for how, what in before.items():
                signal.signal(how, what)

    def _start(self) -> None:
        began = time.monotonic()
        os.umask(0o077)
        self.folder.withdraw()
        self._tell("starting", data=self.folder.root)
        objects = ObjectServer(self.folder.servers / "seaweedfs")
        broker = RedisServer(self.folder.servers / "redis", self._redis)
        self._stops = [broker.stop, objects.stop]
        objects.launch()
        broker.launch()
        catalogue = Catalogue(self.folder.database)
        catalogue.upgrade()
        catalogue.close()
        self._tell("catalogue")
        broker.wait()
        self._tell("broker")
        if count := restored(broker.url):
            self._tell("restored", n=count)
        objects.wait()
        self._tell("objects", place=objects.place.shown)
        self.folder.publish(Addresses(os.getpid(), objects.place, self.folder.database, broker.url))
        self._kept = [
            _Kept("objects", objects.server, objects.launch, objects.ready),
            _Kept("broker", broker.server, broker.launch, broker.ready),
        ]
        for post in self._posts:
            worker = Server(post.command, self.folder.logs / f"{post.name}.log", self._environment(), Path.cwd())
            worker.start()
            self._kept.append(_Kept(post.name, worker, worker.start, kind=post.kind))
            self._tell(post.kind, name=post.name, **post.does)
        self._tell("up", seconds=round(time.monotonic() - began, 1), data=self.folder.root, logs=self.folder.logs)

    def _environment(self) -> dict[str, str]:
        """That of this process, so that settings hold for workers; where the servers are they read in the folder."""
        return {**os.environ, "RUSHES_DATA": str(self.folder.root), "TMPDIR": tempfile.gettempdir()}

    def _stop(self) -> None:
        """Workers first: they finish what is short. A second Ctrl-C does not wait for that."""
        workers = [kept.server for kept in self._kept if kept.kind != "server"]

        def hurry(*_: object) -> None:
            for worker in workers:
                if worker.pid:
                    os.killpg(worker.pid, signal.SIGKILL)

        for how in ENDS:
            signal.signal(how, hurry)
        for worker in workers:
            worker.ask()
        deadline = time.monotonic() + WORKERS_END
        for worker in workers:
            worker.stop(max(0.1, deadline - time.monotonic()), asked=True)
        self.folder.withdraw()
        for stop in self._stops:
            stop()
        self._tell("stopped")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@dataclass(slots=True)
class _Kept:
    """A program that is kept running. `due`: when it is started again; `unsure`: started again, not yet known well."""

    name: str
    server: Server
    launch: Callable[[], None]
    ready: Callable[[], None] | None = None
    kind: Literal["server", "worker", "web"] = "server"
    since: float = field(default_factory=time.monotonic)
    ends: int = 0
    due: float | None = None
    unsure: bool = False

    @property
    def _word(self) -> str:
        return self.name if self.kind == "server" else self.kind

    def look(self, tell: Teller) -> None:
        """Starts it again when it has ended: after a while, longer each time."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.launch()
                self.since, self.due, self.unsure = now, None, True
        elif not self.server.pid:
            status = self.server.status
            self.server.kill()
            self.ends = 0 if now - self.since > FORGIVEN else self.ends + 1
            wait = min(LONGEST, FIRST * 2**self.ends)
            self.due = now + wait
            tell(f"ended.{self._word}", name=self.name, how=_how(status), seconds=wait, log=self.server.log)
        elif self.unsure and self._well(now):
            self.unsure = False
            tell(f"again.{self._word}", name=self.name)

    def _well(self, now: float) -> bool:
        if self.ready is None:
            return now - self.since > STEADY
        try:
            self.ready()
        except StorageUnavailable:
            if now - self.since > PATIENCE:
                self.server.kill()
            return False
        return True


def _how(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else str(status)
