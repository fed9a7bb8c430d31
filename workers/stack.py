"""Servers that come with Rushes: started by it on loopback, with generated secrets, and ended with it.

A server is started from the main thread: Linux ends it when the thread that started it ends (PR_SET_PDEATHSIG).
"""

import contextlib
import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from pipeline.errors import NotFound, PipelineError, StorageUnavailable
from storage.claims import FolderClaims
from storage.s3_place import S3Place
from storage.s3_store import S3Store

PATIENCE = 30.0
"""Seconds until a server must answer; SeaweedFS needs 1 to 2, more on a busy machine."""
LAST_LINES = 5
MEMORY = "400MiB"
"""What the Go runtime of SeaweedFS aims to stay below; without, it grew to 2.8 GB while 1 GiB was written."""
READ_AHEAD_MB = 256
"""What SeaweedFS may read ahead for all that read at once. Its own default has no bound: 1.1 GB while one client read
1.5 GB by one request. With 256, 390 MB at most, and such a client is given 40 MB/s; one that asks by ranges, as Rushes
does, is not held back (200 MB/s, 265 MB)."""
VOLUME_MB = 1024
"""SeaweedFS keeps objects in files of this size; its own 128 would make thousands of them."""


class Server:
    """A program that runs beside us: it writes to a log, knows none of our settings, and does not outlive us."""

    def __init__(self, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self._arguments = list(arguments)
        self._log = log
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id, 0 when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def start(self) -> None:
        """Starts it; it may not answer yet."""
        folder = str(self._log.parent)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "HOME": folder, "TMPDIR": folder} | self._environment,
                cwd=folder,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()) if sys.platform == "linux" else None,  # noqa: PLW1509  (takes no lock)
            )

    def stop(self, patience: float) -> None:
        """Asks it to end, and ends it when it has not after so many seconds."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
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
                    raise StorageUnavailable(f"{name} {how}: {self._tail()}", todo=f"see {self._log}") from error
                time.sleep(0.1)
            else:
                return

    def _tail(self) -> str:
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])


class ObjectServer:
    """An S3 server of our own: SeaweedFS, on loopback, its objects and secrets below one folder.

    Its inner ports have no keys: whoever has an account on this machine can read them (docs/storage.md).
    """

    def __init__(self, folder: Path, bucket: str = "rushes") -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        key, secret = _keys(folder / "keys.json")
        ports = dict(zip(("s3", "master", "volume", "filer", "admin"), free_ports(5), strict=True))
        self._ports = tuple(ports.values())
        self.place = S3Place(f"127.0.0.1:{ports['s3']}", bucket, key, secret, secure=False)
        (folder / "objects").mkdir(exist_ok=True)
        arguments = [
            program("weed"), "mini", f"-dir={folder / 'objects'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            *(f"-{name}.port={port}" for name, port in ports.items()), "-s3.port.iceberg=0", "-s3.port.lance=0",
            f"-s3.config={folder / 'keys.json'}", "-s3.autoCreateBucket=false", "-s3.allowDeleteBucketNotEmpty=false",
            f"-master.volumeSizeLimitMB={VOLUME_MB}", "-master.telemetry=false", "-webdav=false", "-admin.ui=false",
            f"-s3.readerCacheSizeMB={READ_AHEAD_MB}", "-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock",
        ]  # fmt: skip
        self.server = Server(arguments, folder / "log", {"GOMEMLIMIT": MEMORY})

    @property
    def store(self) -> S3Store:
        """The store that the server keeps."""
        return S3Store(self.place, FolderClaims(self.folder / "claims"))

    def start(self) -> None:
        """Starts it and waits until its bucket can be written.

        Raises:
            StorageUnavailable: it does not come up.
        """
        self.server.start()
        store = self.store

        def ready() -> None:
            store.make_bucket()
            store.check()

        try:
            self.server.until(ready)
        except PipelineError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops it, and removes the sockets that SeaweedFS leaves, wherever its folder is.

        After some copies its volume server waits minutes for a connection of its own filer; the S3 side and the filer
        have stopped by then (1 to 2 s), and nothing more can be acknowledged, so it is ended.
        """
        self.server.stop(patience=5)
        for port in self._ports:
            for left in Path("/tmp").glob(f"seaweedfs-*-{port + 10_000}.sock"):  # noqa: S108  (fixed in SeaweedFS)
                left.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _keys(path: Path) -> tuple[str, str]:
    """The key and secret of a server, made at first, in the form SeaweedFS reads."""
    if not path.exists():
        pair = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_hex(20)}
        rights = ["Admin", "Read", "List", "Tagging", "Write"]
        text = json.dumps({"identities": [{"name": "rushes", "credentials": [pair], "actions": rights}]})
        path.touch(0o600)
        path.write_text(text, "utf-8")
    [pair] = json.loads(path.read_text("utf-8"))["identities"][0]["credentials"]
    return pair["accessKey"], pair["secretKey"]


def program(name: str) -> str:
    """The path of a program that a wheel put beside Python, or that is installed otherwise.

    Raises:
        NotFound: there is none.
    """
    found = shutil.which(name, path=os.pathsep.join((sysconfig.get_path("scripts"), os.defpath)))
    if found is None:
        raise NotFound(f"wanted the program {name}, found none", todo="install Rushes again; its packages bring it")
    return found


def free_ports(count: int, low: int = 12_000, high: int = 22_000) -> list[int]:
    """So many free loopback ports, each with the one 10,000 above it free too: SeaweedFS takes that for gRPC.

    The range keeps both below those the kernel gives to outgoing connections (from 32,768 on Linux).
    """
    ports: list[int] = []
    with contextlib.ExitStack() as held:
        while len(ports) < count:
            port = low + secrets.randbelow(high - low)
            with contextlib.suppress(OSError):
                for wanted in (port, port + 10_000):
                    held.enter_context(contextlib.closing(socket.socket())).bind(("127.0.0.1", wanted))
                ports.append(port)
    return ports


def _die_with(parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def set_up() -> None:
        libc.prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return set_up
