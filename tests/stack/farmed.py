"""A studio with a farm: a store, a database, a broker and workers, all real; what tests do to them."""

import contextlib
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from storage.catalogue.courses import video_called
from storage.catalogue.drafts import Drafted, ask_draft, drafts
from storage.catalogue.engine import Catalogue
from storage.catalogue.jobs import OVER, UNDONE, Job, jobs
from storage.catalogue.terms import VideoId
from storage.s3_place import S3Place
from storage.s3_store import S3Store
from tests.stack.commanding import frames, told
from tests.stack.running import COMMAND, ENVIRONMENT, ROOT
from workers.places import claims
from workers.servers import Server, program

LONGEST = 180
"""Seconds in which a draft of some seconds is done, however busy the machine is."""


@dataclass
class Farmed:
    """A studio whose video `F/V` is 640 x 360. Workers are started by name; `tend` starts those that ended."""

    folder: Path
    place: S3Place
    database: str
    broker: str
    workers: dict[str, Server] = field(default_factory=dict)
    tend: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.catalogue = Catalogue(self.database)
        self.store = S3Store(self.place, claims(self.catalogue))
        self.store.make_bucket()

    @property
    def settings(self) -> dict[str, str]:
        """What leads commands and workers to it."""
        at = self.place
        keys = f"{quote(at.key, safe='')}:{quote(at.secret, safe='')}"
        return {
            "RUSHES_DATABASE_URL": self.database,
            "RUSHES_S3_URL": f"http://{keys}@{at.host}/{at.bucket}",
            "RUSHES_BROKER_URL": self.broker,
            "RUSHES_CACHE": str(self.folder / "cache"),
        }

    def told(self, *arguments: object, status: int = 0) -> str:
        """What a command says, run in this process."""
        return told(*arguments, status=status, **self.settings)

    def told_with(self, settings: dict[str, str], *arguments: object) -> str:
        """The same with other settings."""
        return told(*arguments, **settings)

    def begin(self, script: str, rush: Path) -> None:
        """The course, its video with that script, and a rush."""
        self.told("course", "new", "F", "La donnée", "--size", "640x360")
        self.told("video", "new", "F/V", "Suivez une donnée")
        self.write(script)
        # nobody works for it yet
        self.told_with(self.settings | {"RUSHES_BROKER_URL": ""}, "add", "F/V", rush, "--progress", "none")

    @property
    def video(self) -> VideoId:
        """The video."""
        with self.catalogue.reading() as tx:
            return video_called(tx, "F/V").id

    def worker(
        self,
        name: str,
        queues: str = "ingest,render,light",
        *,
        processes: int = 1,
        sweep: bool = False,
        core: int | None = None,
    ) -> Server:
        """A worker, started, held to one core if one is named; the one of that name before must have ended."""
        options = ["--queues", queues, "--processes", str(processes), "--name", name, *(["--sweep"] if sweep else [])]
        environment = {**ENVIRONMENT, **self.settings, "RUSHES_CACHE": str(self.folder / f"cache-{name}")}
        held = [] if core is None else [program("taskset"), "--cpu-list", str(core)]
        server = Server([*held, *COMMAND, "worker", *options], self.folder / f"{name}.log", environment, ROOT)
        server.start()
        self.workers[name] = server
        return server

    def on_a_small_disk(self, name: str, queues: str, kilobytes: int) -> Server:
        """A worker whose own folder is a disk of so many kilobytes."""
        disk = self.folder / f"cache-{name}"
        disk.mkdir()
        command = shlex.join([*COMMAND, "worker", "--queues", queues, "--processes", "1", "--name", name])
        steps = f"mount -t tmpfs -o size={kilobytes}k none {shlex.quote(str(disk))} && exec {command}"
        environment = {**ENVIRONMENT, **self.settings, "RUSHES_CACHE": str(disk)}
        unshare = [program("unshare"), "--map-root-user", "--mount", "sh", "-c", steps]
        server = Server(unshare, self.folder / f"{name}.log", environment, ROOT)
        server.start()
        self.workers[name] = server
        return server

    def stop(self) -> None:
        """Ends every worker, and closes the catalogue."""
        for worker in self.workers.values():
            worker.ask()
        for worker in self.workers.values():
            worker.stop(patience=20)
        self.catalogue.close()

    def write(self, script: str) -> None:
        """The next revision of the script."""
        (self.folder / "script.md").write_text(script, "utf-8")
        self.told("script", "F/V", self.folder / "script.md")

    def ask(self, cause: str = "asked by a test") -> Drafted:
        """The next draft, asked for; the sweep finds it."""
        with self.catalogue.writing() as tx:
            return ask_draft(tx, self.video, cause)

    def drafts(self) -> tuple[Drafted, ...]:
        """All drafts of the video."""
        with self.catalogue.reading() as tx:
            return drafts(tx, self.video)

    def jobs(self, *kinds: str) -> tuple[Job, ...]:
        """The jobs of those kinds, in any state."""
        with self.catalogue.reading() as tx:
            return tuple(job for job in jobs(tx, (*UNDONE, *OVER)) if not kinds or job.work.kind in kinds)

    def done(self, number: int, within: float = LONGEST) -> Drafted:
        """The draft of that number, once it is done."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            of = {one.number: one for one in self.drafts()}
            if number in of and of[number].state == "done":
                return of[number]
            assert number not in of or of[number].state in {"waiting", "rendering"}, (of[number], self.said())
            self.tend()
            time.sleep(0.3)
        raise AssertionError(f"draft {number} is not done after {within} s: {self.jobs()}\n{self.said()}")

    def film(self, number: int) -> list[int]:
        """A checksum of every picture of a draft."""
        out = self.folder / f"film-{number}"
        self.store.fetch(f"drafts/{self.video}/{number:03d}", out)
        return frames(out / "draft.mp4")

    def said(self) -> str:
        """The ends of the workers' logs."""
        return "\n".join(f"{name}:\n{worker.log.read_text()[-3000:]}" for name, worker in self.workers.items())


@contextlib.contextmanager
def farmed(folder: Path, place: S3Place, database: str, broker: str) -> Iterator[Farmed]:
    """A studio with a farm, its workers ended afterwards."""
    farm = Farmed(folder, place, database, broker)
    try:
        yield farm
    finally:
        farm.stop()
