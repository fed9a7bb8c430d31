"""`rushes up`: a studio of real servers that other commands find, that comes through crashes and leaves nothing."""

import contextlib
import io
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from kombu import Connection

from pipeline.errors import Clash, PipelineError, StorageUnavailable, WrongFolder
from tests.stack.commanding import told
from tests.stack.running import gone, rushes
from tests.stack.studios import Up
from workers.broker import restored
from workers.data_folder import DataFolder
from workers.redis_server import RedisServer
from workers.supervisor import WORKERS_END


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Up]:
    made = Up(tmp_path / "my studio")
    yield made
    made.stop()


def course(studio: Up) -> None:
    told("course", "new", "DA-01", "La donnée", **studio.settings)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_studio_from_start_to_end(studio: Up) -> None:
    studio.start()
    root = studio.folder.root
    assert mode(root) == 0o700
    assert mode(studio.folder.state) == mode(root / "servers" / "seaweedfs" / "keys.json") == 0o600
    assert studio.state().pid == studio.process.pid
    secret = studio.state().s3.secret
    assert secret not in studio.said
    assert secret not in "".join(path.read_text("utf-8", "replace") for path in root.rglob("*log*") if path.is_file())

    store = studio.store()
    store.put("incoming/a", io.BytesIO(b"an object"))
    course(studio)
    second = rushes("up", "--data", root)
    assert second.status == 1
    assert second.err.startswith(
        f"rushes: {root}: this studio is up already (process {studio.process.pid})\n  use it: "
    )

    began = time.monotonic()
    assert studio.ended(signal.SIGTERM) == 0
    assert time.monotonic() - began < WORKERS_END, "what does nothing ends at once"
    assert studio.said.endswith("Stopped: everything is kept\n")
    assert not studio.folder.state.exists()
    gone(*studio.left(), *studio.servers().values())
    with pytest.raises(StorageUnavailable, match=f"this studio is not up\n  start it: rushes up --data {root}"):
        course(studio)

    host, _, port = store.place.host.partition(":")
    with socket.create_server((host, int(port))):
        found = told("doctor", "--data", root, status=1)
        assert f"✗ ports: ports of this studio are another program's: {port}\n" in found
        assert f"✗ studio: {root}: this studio is not up\n  start it: rushes up --data {root}\n" in found
        assert "✓ catalogue: answers; its schema is 0" in found
        studio.start()
        assert studio.store().place.host != store.place.host
        assert studio.store().read("incoming/a", 0, 100) == b"an object"
    with pytest.raises(Clash, match="DA-01"):
        course(studio)
    assert studio.ended(signal.SIGINT) == 0


def test_servers_that_die_and_a_studio_that_is_killed(studio: Up) -> None:
    studio.start()
    studio.store().put("incoming/a", io.BytesIO(b"an object"))
    course(studio)
    with Connection(studio.state().broker) as broker, broker.SimpleQueue("kept") as waiting:
        waiting.put({"number": 7})
    time.sleep(1.1)  # Redis writes to the disk once a second
    address, first = studio.state().s3.host, studio.servers()
    assert first.keys() == {"seaweedfs", "redis"}
    for pid in first.values():
        os.kill(pid, signal.SIGKILL)
    studio.until(lambda: "the object server answers again" in studio.said and "the broker answers again" in studio.said)
    assert "✗ the object server ended (SIGKILL): started again in " in studio.said
    assert "✗ the broker ended (SIGKILL): started again in " in studio.said
    second = studio.servers()
    assert not set(first.values()) & set(second.values())
    assert studio.store().read("incoming/a", 0, 100) == b"an object"

    before = {*studio.left(), *second.values()}
    assert studio.process.pid in before
    studio.process.kill()
    studio.process.wait()
    gone(*before, *studio.left())
    assert studio.folder.state.exists()
    with pytest.raises(StorageUnavailable, match="not up"):
        studio.state()
    studio.start()
    assert studio.state().s3.host == address
    assert studio.store().read("incoming/a", 0, 100) == b"an object"
    with pytest.raises(Clash, match="DA-01"):
        course(studio)
    with Connection(studio.state().broker) as broker, broker.SimpleQueue("kept") as waiting:
        assert waiting.get(timeout=10).payload == {"number": 7}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (
            ("v/catalogue.db",),
            "a studio that keeps its objects in this folder, without servers\n  go on with RUSHES_DATA",
        ),
        (("v/objects/derived/a",), "a studio that keeps its objects in this folder, without servers\n  go on with"),
        (("v/letter.txt",), "wanted an empty folder or a studio's, found letter.txt in it\n  name a folder"),
        (("v",), "is a file; wanted a folder"),
    ],
)
def test_a_folder_that_holds_something_else(tmp_path: Path, names: tuple[str, ...], said: str) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a")
    with pytest.raises(WrongFolder) as error, DataFolder(tmp_path / "v").claimed():
        pass
    assert said in str(error.value)
    assert not (tmp_path / "v" / "studio.json").exists()


def test_servers_of_its_own_or_those_that_are_set(tmp_path: Path) -> None:
    url = {"RUSHES_BROKER_URL": "amqp://guest:c4nary@127.0.0.1//"}
    with pytest.raises(
        PipelineError, match="RUSHES_BROKER_URL: set, but `rushes up` starts servers of its own"
    ) as error:
        told("up", "--data", tmp_path / "v", **url)
    assert "c4nary" not in str(error.value)
    with DataFolder(tmp_path / "v").claimed():
        pass
    with pytest.raises(PipelineError, match="is a studio with servers of its own, and RUSHES_BROKER_URL is set too"):
        told("status", RUSHES_DATA=str(tmp_path / "v"), **url)


def test_a_studio_that_is_only_starting(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "v")
    with pytest.raises(StorageUnavailable, match="not up"):
        folder.addresses()
    with folder.claimed(), pytest.raises(StorageUnavailable, match="starting or stopping\n  try again"):
        folder.addresses()


LEAVES = """
import sys, time
from kombu import Connection
with Connection(sys.argv[1]) as broker, broker.SimpleQueue("work") as waiting:
    waiting.get(timeout=10)
    print("taken", flush=True)
    time.sleep(1000)
"""


def test_what_a_dead_worker_had_taken_is_queued_again(redis: RedisServer) -> None:
    with Connection(redis.url) as broker, broker.SimpleQueue("work") as waiting:
        waiting.put({"job": 1})
    with subprocess.Popen([sys.executable, "-c", LEAVES, redis.url], stdout=subprocess.PIPE) as worker:
        assert worker.stdout.readline() == b"taken\n"
        worker.kill()
    with Connection(redis.url) as broker, broker.SimpleQueue("work") as waiting:
        with pytest.raises(waiting.Empty):
            waiting.get(timeout=0.2)
        assert restored(redis.url) == 1
        message = waiting.get(timeout=10)
        assert message.payload == {"job": 1}
        message.ack()
    assert restored(redis.url) == 0


def test_the_web_app_is_up_and_its_first_admin_comes_in_by_the_link_that_was_told(studio: Up) -> None:
    studio.start()
    link = re.search(r"http://127\.0\.0\.1:\d+/first/\S+", studio.said)
    assert link is not None, studio.said

    def there() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(link[0]).status_code == 200
        return False

    studio.until(there)
