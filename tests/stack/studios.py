"""A studio as people run it: `rushes up` started as a process, used, stopped and killed."""

import secrets
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from storage.claims import FolderClaims
from storage.s3_store import S3Store
from tests.stack.running import COMMAND, ENVIRONMENT, LONGEST, ROOT, gone
from workers.data_folder import Addresses, DataFolder
from workers.seat import seat_up

MARK = "RUSHES_TEST_MARK"
"""Set for a studio alone, so that whatever it leaves behind can be told from all else (environ of proc(5))."""


class Up:
    """`rushes up` in a folder. Everything it says goes into `said`."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.folder = DataFolder(data)
        self._mark = secrets.token_hex(8)
        self._said = data.with_name(f"{data.name}.said")
        self._environment = {"RUSHES_DATA": str(data), "RUSHES_LANGUAGE": "en"} | environment
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What leads other commands to it."""
        return {"RUSHES_DATA": str(self.folder.root)}

    @property
    def said(self) -> str:
        """What it has said since it was made."""
        return self._said.read_text("utf-8") if self._said.exists() else ""

    def start(self) -> float:
        """Starts it and waits until it is up: the seconds that took."""
        began, before = time.monotonic(), self.said.count("The studio is up")
        with self._said.open("ab") as said:
            self.process = subprocess.Popen(
                [*COMMAND, "up", "--data", str(self.folder.root)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=ROOT,
                env=ENVIRONMENT | self._environment | {MARK: self._mark},
                start_new_session=True,
            )
        self.until(lambda: self.said.count("The studio is up") > before)
        return time.monotonic() - began

    def until(self, true: Callable[[], object], seconds: float = 60) -> None:
        """Waits until something is true of it while it runs."""
        deadline = time.monotonic() + seconds
        while not true():
            assert self.process is not None
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.said}"
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def ended(self, *how: signal.Signals) -> int:
        """Asks it to end, and waits until it has: its exit status."""
        assert self.process is not None
        for one in how:
            self.process.send_signal(one)
        return self.process.wait(LONGEST)

    def left(self) -> list[int]:
        """The processes that it started and that still run, itself included."""
        wanted = f"{MARK}={self._mark}".encode()
        found: list[int] = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                if wanted in environ.read_bytes().split(b"\0"):
                    found.append(int(environ.parent.name))
            except OSError:
                continue
        return found

    def servers(self) -> dict[str, int]:
        """The process ids of its two servers, told by the folder they were started in."""
        found: dict[str, int] = {}
        for one in Path("/proc").glob("[0-9]*/cwd"):
            try:
                where = one.readlink()
            except OSError:
                continue
            if where.parent == self.folder.servers:
                found[where.name] = int(one.parent.name)
        return found

    def state(self) -> Addresses:
        """Where it says that its servers are."""
        return self.folder.addresses()

    def store(self) -> S3Store:
        """Its store, as other commands reach it."""
        found = seat_up(self.folder)
        assert found.s3 is not None
        return S3Store(found.s3, FolderClaims(self.folder.claims))

    def stop(self) -> None:
        """Ends it however that goes; nothing of it may be left."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        gone(*self.left(), *self.servers().values())
