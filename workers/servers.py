"""Programs that run beside us: started on loopback, watched, and ended with us.

A server is started from the main thread: Linux ends it when the thread that started it ends (`pipeline.media.tied`).
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from pipeline.errors import NotFound, PipelineError, StorageUnavailable
from pipeline.media.tied import tied

PATIENCE = 30.0
"""Seconds until a server must answer; SeaweedFS needs 1 to 2, more on a busy machine."""
LAST_LINES = 5
LONGEST_LOG = 16 << 20
"""Bytes of a log after which the next start begins another; the one before is kept."""
FREED = 2.0
"""Seconds in which a server that was just killed gives its ports back (a tenth was seen)."""


class Server:
    """A program that runs beside us: it writes to a log, knows only the environment given, and does not outlive us."""

    def __init__(
        self, arguments: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path | None = None
    ) -> None:
        self._arguments = list(arguments)
        self.log = log
        self._environment = dict(environment)
        self._folder = folder or log.parent
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id, which is that of its group and session too; 0 when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    @property
    def status(self) -> int:
        """How it ended: its exit status, or the signal that ended it, below 0. 0 while it runs."""
        return (self._process.poll() or 0) if self._process is not None else 0

    def start(self) -> None:
        """Starts it; it may not answer yet."""
        home = str(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_name(f"{self.log.name}.before"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "HOME": home, "TMPDIR": home} | self._environment,
                cwd=self._folder,
                start_new_session=True,
                preexec_fn=tied(),  # noqa: PLW1509 (takes no lock)
            )

    def ask(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Asks it to end, and does not wait."""
        if self.pid:
            os.kill(self.pid, how)

    def stop(self, patience: float, *, asked: bool = False) -> None:
        """Asks it to end, unless it was asked, and ends it and all below it when it has not after so many seconds."""
        if self._process is None:
            return
        if not asked:
            self.ask()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self.kill()
        self._process = None

    def kill(self) -> None:
        """Ends it at once, as a crash would, and what it left running."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def until(self, ready: Callable[[], object]) -> None:
        """Waits until `ready` raises `StorageUnavailable` no more.

        Raises:
            StorageUnavailable: the server ended, or took longer than `PATIENCE`.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                ready()
            except StorageUnavailable as error:
                if not self.pid or time.monotonic() > deadline:
                    how = "does not answer" if self.pid else "ended at once"
                    name = Path(self._arguments[0]).name
                    raise StorageUnavailable(f"{name} {how}: {self._tail()}", todo=f"see {self.log}") from error
                time.sleep(0.1)
            else:
                return

    def _tail(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])


class OwnServer(ABC):
    """A server of ours, on this machine: started, waited for, killed and started again with its data."""

    server: Server

    @abstractmethod
    def ready(self) -> None:
        """Asks it whether it can be used.

        Raises:
            StorageUnavailable: it does not answer yet.
        """

    @abstractmethod
    def stop(self) -> None:
        """Stops it, in order."""

    def start(self) -> None:
        """Starts it and waits until it can be used.

        Raises:
            StorageUnavailable: it does not come up.
        """
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Starts it; it may not answer yet."""
        self.server.start()

    def wait(self) -> None:
        """Waits until it can be used, once it was started.

        Raises:
            StorageUnavailable: it does not come up.
        """
        try:
            self.server.until(self.ready)
        except PipelineError:
            self.stop()
            raise

    def kill(self) -> None:
        """Ends it at once, as a crash would; `start` brings it back with its data."""
        self.server.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def program(name: str) -> str:
    """The path of a program that a wheel put beside Python, or that is installed otherwise.

    Raises:
        NotFound: there is none.
    """
    found = shutil.which(name, path=os.pathsep.join((sysconfig.get_path("scripts"), os.defpath)))
    if found is None:
        raise NotFound(f"wanted the program {name}, found none", todo="install Rushes again; its packages bring it")
    return found


def said(program: str, *arguments: str) -> str:
    """What a program says on stdout within 10 s; nothing when it does not run, or fails."""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace")


def free_ports(count: int, low: int = 12_000, high: int = 22_000) -> list[int]:
    """So many free loopback ports, each with the one 10,000 above it free too: SeaweedFS takes that for gRPC.

    The range keeps both below those the kernel gives to outgoing connections (from 32,768 on Linux).
    """
    ports: list[int] = []
    with contextlib.ExitStack() as held:
        while len(ports) < count:
            port = low + secrets.randbelow(high - low)
            if _bound(held, port):
                ports.append(port)
    return ports


def kept_ports(path: Path, names: Sequence[str]) -> dict[str, int]:
    """A port for each name: those that the file keeps while all are free, else new ones, which it keeps from then on.

    So an address outlives a restart. Ports of a server that was killed a moment ago are waited for.
    """
    ports = ports_in(path)
    deadline = time.monotonic() + FREED
    while ports.keys() == set(names):
        if all(free(port) for port in ports.values()):
            return ports
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps(ports), "utf-8")
    scratch.replace(path)
    return ports


def ports_in(path: Path) -> dict[str, int]:
    """The ports that such a file keeps; none when it is not there or not whole."""
    try:
        return {str(name): int(port) for name, port in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def free(port: int) -> bool:
    """Whether nobody listens on that loopback port and the one 10,000 above it."""
    with contextlib.ExitStack() as held:
        return _bound(held, port)


def _bound(held: contextlib.ExitStack, port: int) -> bool:
    """Takes a port and the one 10,000 above, as a server would: connections that are closing do not count."""
    try:
        for wanted in (port, port + 10_000):
            taken = held.enter_context(contextlib.closing(socket.socket()))
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", wanted))
    except (OSError, OverflowError):
        return False
    return True
