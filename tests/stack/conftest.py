"""What tests of the stack may ask for: both databases, and a catalogue on each."""

from collections.abc import Iterator

import pytest

from storage.catalogue.engine import Catalogue
from tests.stack.databases import KINDS, Databases
from tests.stack.postgres import Postgres
from tests.stack.studio import Studio


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole run."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def databases(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Where tests get databases from."""
    return Databases(tmp_path_factory.mktemp("databases"), postgres)


@pytest.fixture(params=KINDS)
def catalogue(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Catalogue]:
    """An empty catalogue, on SQLite and on PostgreSQL."""
    with databases.migrated(request.param) as url:
        opened = Catalogue(url)
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=KINDS)
def shared(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Studio]:
    """A studio that many examples share, each with a video of its own."""
    with databases.migrated(request.param) as url:
        opened = Catalogue(url)
        yield Studio(opened)
        opened.close()
