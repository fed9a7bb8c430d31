"""kill -9 of an object server, or of the process that stores: nothing acknowledged is lost, nothing half is seen."""

import base64
import contextlib
import hashlib
import pickle
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import AlreadyThere
from storage.folder_store import FolderStore
from storage.keeping import verified
from storage.objects import ObjectStore, listed
from storage.sums import table
from tests.stack.running import ENVIRONMENT
from tests.stack.servers import MinioLike
from workers.object_server import ObjectServer

Server = ObjectServer | MinioLike
FEW = range(2)
MANY = range(2, 22)
POINTS = [*FEW, *(pytest.param(seed, marks=pytest.mark.soak) for seed in MANY)]


@pytest.fixture(scope="module", params=("seaweedfs", "juicefs"))
def crashing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own for each kind, which the tests kill."""
    folder = tmp_path_factory.mktemp("crashing") / "server"
    server = ObjectServer(folder) if request.param == "seaweedfs" else MinioLike(folder)
    server.start()
    yield server
    server.stop()


@contextlib.contextmanager
def storing(store: ObjectStore, seed: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    pickled = base64.b64encode(pickle.dumps(store)).decode()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stack.storing", pickled, str(seed), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        cwd=Path(__file__).parents[2],
    ) as client:
        yield client


def until_a_point(client: subprocess.Popen[str], seed: int) -> list[list[str]]:
    """What the client said until a point of its work that the seed chooses, between two lines or just on one."""
    chance = random.Random(seed)
    assert client.stdout is not None
    said = [client.stdout.readline().split() for _ in range(chance.randint(1, 12))]
    time.sleep(chance.uniform(0, 0.25))
    return said


def settled(store: ObjectStore, seed: int, said: list[list[str]], folder: Path) -> None:
    """Holds what was said against what is there."""
    tried = {words[2]: words[3] for words in said if words[0] == "try"}
    done = {words[2] for words in said if words[0] == "done"}
    assert len(tried) - len(done) in {0, 1}
    for key, digest in tried.items():
        if key.startswith("derived/"):
            whole = store.whole(key)
            assert whole is not None or key not in done
            if whole is not None:
                place = folder / "back" / key
                store.fetch(key, place)
                files = {file: found.sha256 for file, found in table(place).items() if file != "whole.json"}
                assert hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest() == digest
        else:
            there = store.stat(key)
            assert there is not None or key not in done
            if there is not None:
                assert verified(store, key).sha256 == digest
    for row in listed(store, f"originals/{seed}-"):
        assert row.key in tried
    for pending in store.uploads():
        assert pending.key in tried.keys() - done or pending.key.startswith("derived/")
        store.abort(pending)
    assert store.uploads() == ()


def works_again(store: ObjectStore, said: list[list[str]], folder: Path) -> None:
    """What was cut off can simply be done again."""
    _, what, key, _ = next(words for words in reversed(said) if words[0] == "try")
    path = folder / "again"
    path.mkdir()
    (path / "file").write_bytes(b"again")
    if what == "folder":
        store.publish(path, key)
        assert store.whole(key) is not None
        return
    try:
        store.put(key, path / "file")
    except AlreadyThere:
        verified(store, key)


@pytest.mark.parametrize("seed", POINTS)
def test_the_server_is_killed(crashing: Server, tmp_path: Path, seed: int) -> None:
    with storing(crashing.store, seed, tmp_path) as client:
        said = until_a_point(client, seed)
        crashing.server.kill()
        out, _ = client.communicate(timeout=120)
    said += [line.split() for line in out.splitlines()]
    assert said[-1][0] == "unavailable", said[-1]
    assert client.returncode == 0
    crashing.start()
    settled(crashing.store, seed, said[:-1], tmp_path)
    works_again(crashing.store, said[:-1], tmp_path)


@pytest.mark.parametrize("seed", POINTS)
@pytest.mark.parametrize("kind", ["folder", "seaweedfs"])
def test_the_process_that_stores_is_killed(kind: str, seaweedfs: ObjectServer, tmp_path: Path, seed: int) -> None:
    store: ObjectStore = FolderStore(tmp_path / "store") if kind == "folder" else seaweedfs.store
    with storing(store, 1000 + seed, tmp_path) as client:
        said = until_a_point(client, seed)
        client.kill()
        assert client.stdout is not None
        said += [line.split() for line in client.stdout.read().splitlines()]
    if isinstance(store, FolderStore):
        store.swept()
        assert list((store.root / "scratch").glob("*")) == []
    settled(store, 1000 + seed, said, tmp_path)
    works_again(store, said, tmp_path)
