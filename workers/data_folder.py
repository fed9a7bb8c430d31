"""The folder of a studio that `rushes up` runs: whether it is one, who runs it now, and where its servers are."""

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError, StorageUnavailable, WrongFolder
from pipeline.values import FORMAT, as_json, from_json
from storage.objects import storage_error
from storage.s3_place import S3Place

CATALOGUE = "catalogue.db"
STORE = "objects"
"""What a folder holds that is a studio by itself, without servers (docs/keeping.md)."""
LOOKED = 0.5
"""Seconds: somebody who only looks whether a studio runs holds its lock for less."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running studio is: the process that runs it, and its three servers. Its bucket's keys are among it."""

    pid: int
    s3: S3Place
    database: str
    broker: str


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A folder that holds a studio whole: catalogue, objects, queue, logs. `root` is absolute."""

    root: Path

    @property
    def state(self) -> Path:
        """Where its servers are, while it runs."""
        return self.root / "state.json"

    @property
    def servers(self) -> Path:
        """What its servers keep, a folder each."""
        return self.root / "servers"

    @property
    def logs(self) -> Path:
        """What its workers say."""
        return self.root / "logs"

    @property
    def claims(self) -> Path:
        """Where those who write an object hold its key (decision 006)."""
        return self.root / "claims"

    @property
    def database(self) -> str:
        """The address of its catalogue."""
        return f"sqlite:///{self.root / CATALOGUE}"

    @property
    def is_studio(self) -> bool:
        """Whether `rushes up` has made it."""
        return self._mark.is_file()

    @property
    def up(self) -> str:
        """The command that starts it."""
        return f"rushes up --data {self.root}"

    @property
    def _mark(self) -> Path:
        return self.root / "studio.json"

    @property
    def _lock(self) -> Path:
        return self.root / "lock"

    @contextmanager
    def claimed(self) -> Generator[None]:
        """Makes the folder, only yours to read, and holds it: one process at a time runs a studio.

        Raises:
            WrongFolder: it holds something else.
            StorageUnavailable: it is run already; it cannot be written.
        """
        try:
            self._made()
            lock = self._lock.open("a")
        except OSError as error:
            raise storage_error(error, self.root) from error
        with lock:
            deadline = time.monotonic() + LOOKED
            while not _locked(lock.fileno(), fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    raise self._taken()
                time.sleep(0.02)
            yield

    def _made(self) -> None:
        if self.root.exists() and not self.root.is_dir():
            raise WrongFolder(f"{self.root} is a file; wanted a folder for the studio", todo="name a folder")
        if not self.is_studio and self.root.is_dir() and (there := sorted(path.name for path in self.root.iterdir())):
            if {CATALOGUE, STORE} & set(there):
                message = f"{self.root}: a studio that keeps its objects in this folder, without servers"
                todo = "go on with RUSHES_DATA alone, as until now, or give `rushes up` another folder"
                raise WrongFolder(message, todo=todo)
            message = f"{self.root}: wanted an empty folder or a studio's, found {there[0]} in it"
            raise WrongFolder(message, todo="name a folder that is not there yet")
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        if not self.is_studio:
            self._mark.write_text(json.dumps({"format": FORMAT, "made_by": "rushes up"}) + "\n", "utf-8")
        self.logs.mkdir(exist_ok=True)

    def _taken(self) -> PipelineError:
        known = self._read()
        who = f" (process {known.pid})" if known is not None else ""
        todo = f"use it: export RUSHES_DATA={self.root}; or stop it first, with Ctrl-C where it runs"
        return StorageUnavailable(f"{self.root}: this studio is up already{who}", todo=todo)

    def addresses(self) -> Addresses:
        """Where the servers of the studio are.

        Raises:
            StorageUnavailable: it does not run, or not yet.
        """
        try:
            with self._lock.open() as lock:
                runs = not _locked(lock.fileno(), fcntl.LOCK_SH)
        except OSError as error:
            if self._lock.exists():
                raise storage_error(error, self._lock) from error
            runs = False
        if not runs:
            raise StorageUnavailable(f"{self.root}: this studio is not up", todo=f"start it: {self.up}")
        known = self._read()
        if known is None:
            raise StorageUnavailable(f"{self.root}: this studio is starting or stopping", todo="try again in a moment")
        return known

    def publish(self, addresses: Addresses) -> None:
        """Tells other commands where the servers are."""
        scratch = self.state.with_suffix(".new")
        scratch.unlink(missing_ok=True)
        text = json.dumps({"format": FORMAT, "studio": as_json(addresses)}, indent=1) + "\n"
        with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)
        scratch.replace(self.state)

    def withdraw(self) -> None:
        """Tells it no more."""
        self.state.unlink(missing_ok=True)

    def _read(self) -> Addresses | None:
        try:
            data = json.loads(self.state.read_text("utf-8"))
            return from_json(Addresses, data["studio"]) if data["format"] == FORMAT else None
        except (OSError, ValueError, KeyError, TypeError, PipelineError):
            return None


def _locked(file: int, how: int) -> bool:
    """Takes a lock (flock(2)), unless somebody else has it."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
