"""Empty databases of both kinds, as many as tests want."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copy

from storage.catalogue.engine import Catalogue
from tests.stack.postgres import Postgres

KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Databases:
    """Where databases are made: a folder for SQLite, a server for PostgreSQL."""

    folder: Path
    server: Postgres

    @contextmanager
    def empty(self, kind: str) -> Iterator[str]:
        """The address of a database with nothing in it, gone afterwards."""
        name = f"empty{next(_numbers)}"
        if kind == "sqlite":
            yield f"sqlite:///{self.folder / name}.db"
            return
        yield self.server.create(name)
        self.server.drop(name)

    @contextmanager
    def migrated(self, kind: str) -> Iterator[str]:
        """The address of a database with every table and no row: a copy of one that was migrated once."""
        name = f"migrated{next(_numbers)}"
        if kind == "sqlite":
            model = self.folder / "model.db"
            if not model.exists():
                _migrate(f"sqlite:///{model}")
            copy(model, self.folder / f"{name}.db")
            yield f"sqlite:///{self.folder / name}.db"
            return
        with self.server.admin() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'model'").fetchone()
        if known is None:
            _migrate(self.server.create("model"))
        yield self.server.create(name, "model")
        self.server.drop(name)


def _migrate(url: str) -> None:
    catalogue = Catalogue(url)
    catalogue.upgrade()
    catalogue.close()
