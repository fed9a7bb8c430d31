"""One SeaweedFS and one MinIO-like server for all tests of a session, and the three stores they must agree on."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.folder_store import FolderStore
from storage.objects import ObjectStore
from storage.signing import Signer
from tests.stack.servers import MinioLike
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
