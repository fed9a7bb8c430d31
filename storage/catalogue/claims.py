"""One at a time over several machines: who is about to write a key holds it in the studio's database."""

import contextlib
import hashlib
import os
from collections.abc import Generator

import sqlalchemy
from sqlalchemy.engine import URL, Engine
from sqlalchemy.pool import NullPool

from pipeline.errors import PipelineError, StorageUnavailable
from storage.catalogue.engine import translated

SPACE = 7_801_213
"""The first number of our advisory locks of two numbers: PostgreSQL keeps them apart from those of one number."""

LIVENESS = "-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""A machine that went without a word is asked after 20 s, and thrice: what it held is free within a minute."""


class DatabaseClaims:
    """Claims of all threads, processes and machines that share a PostgreSQL database, by its advisory locks.

    Each key is held in a connection of its own, and a lock goes with its connection. Two keys whose digests agree in 32
    bits wait for each other, and no more. Travels between processes; each makes its own connections.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engines: dict[int, Engine] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return (DatabaseClaims, (self._url,))

    @property
    def _engine(self) -> Engine:
        here = os.getpid()
        if here not in self._engines:
            self._engines[here] = sqlalchemy.create_engine(
                self._url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"options": LIVENESS}
            )
        return self._engines[here]

    @contextlib.contextmanager
    def held(self, key: str) -> Generator[None]:
        """Waits until no one else holds the key, then holds it.

        Raises:
            StorageUnavailable: the database cannot be reached, or was lost while the key was held: another may have
                held it too, and what was written is to be looked at again.
        """
        digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big", signed=True)
        with contextlib.ExitStack() as stack:
            with translated(self._url):
                connection = stack.enter_context(self._engine.connect())
                connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_lock(SPACE, digest)))
            try:
                yield
            except BaseException:
                with contextlib.suppress(PipelineError), translated(self._url):
                    stack.close()
                raise
            with translated(self._url):
                freed = connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_unlock(SPACE, digest)))
                kept = freed.scalar_one()
                stack.close()
        if not kept:
            raise StorageUnavailable(
                f"{key}: the database let it go while it was written",
                todo="try again; a pooler before PostgreSQL must keep a session's connection (docs/storage.md)",
            )
