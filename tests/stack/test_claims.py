"""Holding keys over several processes, by locked files and by PostgreSQL: one holder at a time, and none for ever."""

import base64
import contextlib
import io
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StorageUnavailable
from storage.catalogue.claims import DatabaseClaims
from storage.catalogue.engine import Catalogue
from storage.claims import Claims, FolderClaims
from storage.s3_store import S3Store
from tests.stack.databases import Databases
from tests.stack.postgres import Postgres
from tests.stack.running import ENVIRONMENT, ROOT
from tests.stack.servers import MinioLike
from workers.places import claims, studio_at
from workers.seat import Seat

KEYS = 25

RACE = """
import base64, io, pickle, sys
from pipeline.errors import AlreadyThere
store, keys, me = pickle.loads(base64.b64decode(sys.argv[1])), sys.argv[3:], sys.argv[2].encode()
print("ready", flush=True)
sys.stdin.readline()
for key in keys:
    try:
        store.put(key, io.BytesIO(me))
    except AlreadyThere:
        continue
    print(key, flush=True)
"""

HOLD = """
import base64, pickle, sys, time
with pickle.loads(base64.b64decode(sys.argv[1])).held(sys.argv[2]):
    print("held", flush=True)
    time.sleep(600)
"""


@contextlib.contextmanager
def child(program: str, travels: object, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own that has said that it is there; ended in any case."""
    packed = base64.b64encode(pickle.dumps(travels)).decode()
    with subprocess.Popen(
        [sys.executable, "-c", program, packed, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        cwd=ROOT,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() in {"ready", "held"}
            yield process
        finally:
            process.kill()


@pytest.fixture(params=["folder", "postgresql"])
def kept(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Claims]:
    """Each of the two kinds of claims."""
    if request.param == "folder":
        yield FolderClaims(tmp_path / "claims")
        return
    with databases.empty("postgresql") as url:
        catalogue = Catalogue(url)
        yield claims(catalogue)
        catalogue.close()


def waiting(of: Claims, key: str) -> tuple[threading.Thread, threading.Event]:
    """A thread that wants the key, and what it sets once it has had it."""
    had = threading.Event()

    def want() -> None:
        with of.held(key):
            had.set()

    thread = threading.Thread(target=want, daemon=True)
    thread.start()
    return thread, had


def test_of_two_processes_one_wins_each_key(kept: Claims, juicefs: MinioLike, here: str) -> None:
    """On a server without conditional writes, where the claims alone decide."""
    store = S3Store(juicefs.place, kept)
    keys = [f"{here}/{number}" for number in range(KEYS)]
    with child(RACE, store, "a", *keys) as one, child(RACE, store, "b", *keys) as two:
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        won = {name: set((process.communicate(timeout=120)[0]).split()) for name, process in (("a", one), ("b", two))}
        assert (one.returncode, two.returncode) == (0, 0)
    assert not won["a"] & won["b"]
    assert won["a"] | won["b"] == set(keys)
    assert {key: store.read(key, 0, 1).decode() for key in keys} == {key: name for name in won for key in won[name]}


def test_a_holder_that_is_killed_holds_no_longer(kept: Claims) -> None:
    with child(HOLD, kept, "a key") as holder:
        thread, had = waiting(kept, "a key")
        with kept.held("another"):
            assert not had.wait(0.5)
        holder.kill()
        assert had.wait(10)
        thread.join()


def test_a_key_is_free_after_a_failure(kept: Claims) -> None:
    with pytest.raises(ValueError, match="as planned"), kept.held("a key"):
        raise ValueError("as planned")
    thread, had = waiting(kept, "a key")
    assert had.wait(10)
    thread.join()


def test_who_loses_the_database_is_told(databases: Databases, postgres: Postgres) -> None:
    """What was held may be another's by now: nothing is acknowledged."""
    with databases.empty("postgresql") as url:
        catalogue = Catalogue(url)
        held = claims(catalogue)
        catalogue.close()
        assert isinstance(held, DatabaseClaims)

        def ended_by_its_keeper() -> None:
            with postgres.admin() as connection:
                ended = (
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
                )
                assert connection.execute(ended).fetchall() == [(True,)]

        with pytest.raises(StorageUnavailable), held.held("a key"):
            ended_by_its_keeper()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_studio_holds_its_keys_where_all_who_share_it_see(
    kind: str, databases: Databases, juicefs: MinioLike, here: str, tmp_path: Path
) -> None:
    """Two that share nothing but the database and the bucket: one of them waits for the other."""
    with databases.migrated(kind) as url:
        seat = Seat(url, juicefs.place, None)
        with studio_at(seat, tmp_path / "one") as one, studio_at(seat, tmp_path / "two") as two:
            with claims(one.catalogue).held(f"{here}/key"):
                thread = threading.Thread(target=two.store.put, args=(f"{here}/key", io.BytesIO(b"two")), daemon=True)
                thread.start()
                thread.join(0.5)
                assert thread.is_alive()
            thread.join(10)
            assert one.store.read(f"{here}/key", 0, 3) == b"two"
