"""A real RabbitMQ: Debian's package, run by us alone, with the name server of Erlang that it wants (epmd) its own."""

import os
import secrets
import shutil
from pathlib import Path

from kombu import Connection
from kombu.exceptions import OperationalError

from pipeline.errors import StorageUnavailable
from workers.servers import Server, free_ports

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Debian's own in /usr/sbin insists on root or the user rabbitmq."""


def installed() -> bool:
    """Whether this machine has it."""
    return PROGRAM.is_file() and shutil.which("epmd") is not None


class RabbitMQ:
    """A server on loopback. `kill` is a crash; `start` brings it back with its data."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port, between, names = free_ports(3)
        self.port = port
        self.url = f"amqp://guest:guest@127.0.0.1:{port}//"
        (folder / "plugins").write_text("[].\n")
        # RabbitMQ gives a message that is unacknowledged for half an hour to another worker; a render may take longer
        (folder / "rabbitmq.conf").write_text("consumer_timeout = 86400000\n")
        own = {"ERL_EPMD_PORT": str(names), "ERL_EPMD_ADDRESS": "127.0.0.1"}
        settings = {
            "NODENAME": f"rushes-{secrets.token_hex(4)}@localhost",
            "NODE_IP_ADDRESS": "127.0.0.1",
            "NODE_PORT": str(port),
            "DIST_PORT": str(between),
            "MNESIA_BASE": str(folder / "mnesia"),
            "LOG_BASE": str(folder / "logs"),
            "PID_FILE": str(folder / "pid"),
            "ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "CONF_ENV_FILE": os.devnull,
            "SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
        }
        environment = own | {f"RABBITMQ_{name}": value for name, value in settings.items()}
        # so that Erlang replaces the script: one process to end, which ends with us
        environment["RUNNING_UNDER_SYSTEMD"] = "true"
        self._names = Server([shutil.which("epmd") or "epmd"], folder / "names", own)
        self.server = Server([str(PROGRAM)], folder / "log", environment)

    def start(self) -> None:
        """Starts it and waits until it takes messages."""
        if not self._names.pid:
            self._names.start()
        self.server.start()
        self.server.until(self._ready)

    def _ready(self) -> None:
        try:
            with Connection(self.url, connect_timeout=2) as connection:
                connection.ensure_connection(max_retries=1, interval_start=0)
        except (OperationalError, OSError) as error:
            raise StorageUnavailable(f"{self.url}: {error}") from error

    def kill(self) -> None:
        """Ends it at once."""
        self.server.kill()

    def stop(self) -> None:
        """Stops it, and the name server."""
        self.server.stop(patience=20)
        self._names.stop(patience=1)
