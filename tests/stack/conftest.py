"""What tests of the stack may ask for: the three stores, with their servers, and a catalogue on both databases."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.catalogue.engine import Catalogue
from storage.folder_store import FolderStore
from storage.objects import ObjectStore
from storage.signing import Signer
from tests.stack.databases import KINDS, Databases
from tests.stack.postgres import Postgres
from tests.stack.servers import MinioLike
from tests.stack.studio import Studio
from workers.stack import ObjectServer

SERVERS = ("seaweedfs", "juicefs")


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectServer]:
    server = ObjectServer(tmp_path_factory.mktemp("seaweedfs"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def juicefs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinioLike]:
    server = MinioLike(tmp_path_factory.mktemp("juicefs") / "server")
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> ObjectServer | MinioLike:
    """Each of the two servers."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=("folder", *SERVERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Each of the three stores."""
    if request.param == "folder":
        return FolderStore(tmp_path / "store", Signer(b"a secret of the test"))
    return request.getfixturevalue(request.param).store


@pytest.fixture
def here() -> str:
    """A prefix below `incoming/` that no other test writes to."""
    return f"incoming/{uuid.uuid4()}"


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
