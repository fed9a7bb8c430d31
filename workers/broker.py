"""The broker as it is: whether it answers, what it promises, and what it still owes when nobody works."""
# Celery has no types
# pyright: reportMissingTypeStubs=false

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from celery import Celery
from kombu.connection import Connection
from kombu.exceptions import KombuError
from redis import RedisError

from pipeline.errors import StorageUnavailable

PATIENCE = 5
"""Seconds until a broker must answer; one on the same network does within one."""
ANSWERS = 2.0
"""Seconds in which workers answer who are there: Celery's own default is one, for an idle machine."""


@dataclass(frozen=True, slots=True)
class Redis:
    """What a Redis says of itself. Bytes; `most` is 0 where no limit is set. `policy`: what it does at the limit."""

    version: str
    policy: str
    appends: bool
    used: int
    most: int


def redis_at(url: str) -> Redis | None:
    """What the broker says of itself when it is a Redis; None when it is another that answers.

    Raises:
        StorageUnavailable: nobody answers there, or not to us.
    """
    with _connected(url) as connection:
        if connection.transport.driver_type != "redis":
            return None
        said: dict[str, Any] = connection.default_channel.client.info()
    return Redis(
        str(said["redis_version"]),
        str(said["maxmemory_policy"]),
        bool(said["aof_enabled"]),
        int(said["used_memory"]),
        int(said["maxmemory"]),
    )


def workers_at(url: str) -> dict[str, tuple[str, ...]]:
    """The workers that answer there within `ANSWERS`, by name: the queues that each takes work from.

    Raises:
        StorageUnavailable: the broker does not answer.
    """
    with _connected(url) as connection:
        control: Any = cast("Any", Celery("rushes", broker=url, set_as_current=False)).control
        control.mailbox.producer_pool = (
            None  # kombu's is shared by all, and keeps connections to a broker that has gone
        )
        asked = control.inspect(timeout=ANSWERS, connection=connection)
        answers: dict[str, list[dict[str, Any]]] = asked.active_queues() or {}
    return {name: tuple(sorted(str(queue["name"]) for queue in queues)) for name, queues in sorted(answers.items())}


TELL_OF = "rushes_tells"
"""The name of the question that a worker answers by `workers.app.told_of_itself`."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """A worker that answers: its queues, the ids of what it does now, its version, bytes of its disk where it told."""

    name: str
    queues: tuple[str, ...]
    does: tuple[str, ...]
    version: str
    free: int | None
    size: int | None


def work_at(url: str) -> tuple[AtWork, ...]:
    """The workers that answer there within `ANSWERS`, by name, as each tells of itself.

    Raises:
        StorageUnavailable: the broker does not answer.
    """
    with _connected(url) as connection:
        control: Any = cast("Any", Celery("rushes", broker=url, set_as_current=False)).control
        control.mailbox.producer_pool = None  # as above
        asked: Any = control.broadcast(TELL_OF, reply=True, timeout=ANSWERS, connection=connection)
    answers = {name: said for one in asked for name, said in one.items() if "version" in said}
    return tuple(
        AtWork(name, tuple(said["queues"]), tuple(said["does"]), said["version"], said["free"], said["size"])
        for name, said in sorted(answers.items())
    )


def restored(url: str) -> int:
    """Puts back into its queue every message of a Redis that a worker had taken and not finished; how many there were.

    Celery itself would wait until they are overdue, which is hours for a render. Only where no worker lives: what one
    still works on would be done twice.

    Raises:
        StorageUnavailable: the broker does not answer.
    """
    with _connected(url) as connection:
        channel: Any = connection.default_channel
        tags: list[bytes] = channel.client.zrange(channel.unacked_index_key, 0, -1)
        for tag in tags:
            channel.qos.restore_by_tag(tag, channel.client)
    return len(tags)


@contextmanager
def _connected(url: str) -> Generator[Any]:
    """A connection that was tried.

    Raises:
        StorageUnavailable: nobody answers there, or not to us; the password is never in the message.
    """
    connection: Any = Connection(url, connect_timeout=PATIENCE)
    failed: tuple[type[Exception], ...] = (*connection.connection_errors, *connection.channel_errors)
    try:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
        yield connection
    except (KombuError, RedisError, OSError, *failed) as error:
        where = connection.as_uri()
        todo = "start the broker, or look at RUSHES_BROKER_URL and at what lies between"
        raise StorageUnavailable(f"{where}: the broker does not answer ({error})", todo=todo) from error
    finally:
        connection.release()
