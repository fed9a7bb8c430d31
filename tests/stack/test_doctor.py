"""`rushes doctor`: all is well, or each thing that is wrong in one sentence with what to do."""

import http.server
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from click.testing import CliRunner
from minio import Minio
from redis import Redis

from studio.cli import rushes
from tests.stack.commanding import told
from tests.stack.databases import Databases
from tests.stack.rabbitmq import RabbitMQ
from tests.stack.running import COMMAND, ENVIRONMENT, ROOT, cannot
from workers.broker import workers_at
from workers.object_server import ObjectServer
from workers.redis_server import RedisServer, redis_program

QUEUES = "ingest,render,light"


def found(*arguments: object, **settings: str) -> dict[str, dict[str, Any]]:
    """What the doctor found, by check; its exit status says whether all is well."""
    blank = dict.fromkeys(name for name in os.environ if name.startswith("RUSHES_"))
    env = {**blank, "RUSHES_LANGUAGE": "en", "RUSHES_SPEECH_MODEL": "none", **settings}
    done = CliRunner().invoke(rushes, ["doctor", *map(str, arguments), "--json"], env=env, catch_exceptions=False)
    rows = json.loads(done.stdout)
    assert done.exit_code == (0 if all(row["well"] for row in rows) else 1)
    return {row["check"]: row for row in rows}


def wrong(row: dict[str, Any], said: str, todo: str) -> None:
    assert not row["well"]
    assert re.search(said, row["said"]), row
    assert re.search(todo, row["todo"]), row


@contextmanager
def working(url: str) -> Iterator[None]:
    """A Celery worker that takes work from every queue, once it answers."""
    command = [sys.executable, "-m", "celery", "-b", url, "worker", "-Q", QUEUES, "-P", "solo", "-l", "error"]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as worker:
        try:
            deadline = time.monotonic() + 60
            while not workers_at(url):
                assert worker.poll() is None
                assert time.monotonic() < deadline
            yield
        finally:
            worker.kill()


def test_one_folder_and_nothing_set(tmp_path: Path) -> None:
    rows = found(XDG_DATA_HOME=str(tmp_path))
    assert list(rows) == ["ffmpeg", "speech", "faces", "fonts", "space"]
    assert all(row["well"] for row in rows.values()), rows
    said = told("doctor", XDG_DATA_HOME=str(tmp_path), RUSHES_LANGUAGE="fr")
    assert said.splitlines()[2] == "✓ modèles des visages\u00a0: les deux sont là et se chargent"


def test_programs_and_models_that_are_not_there(tmp_path: Path) -> None:
    rows = found(RUSHES_FFMPEG="/bin/true", RUSHES_SPEECH_MODEL=str(tmp_path), XDG_DATA_HOME=str(tmp_path))
    wrong(rows["ffmpeg"], "/bin/true does not run as ffmpeg", "set RUSHES_FFMPEG to a full ffmpeg")
    wrong(rows["speech"], "found no model.bin", "set RUSHES_SPEECH_MODEL")
    assert rows["faces"]["well"]


def test_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = shlex.join([*COMMAND, "doctor", "--json"])
    steps = f"mount -t tmpfs -o size=64m none {disk} || exit 77; RUSHES_CACHE={disk}/cache {command}"
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", steps],
        capture_output=True, text=True, check=False, cwd=ROOT, env=ENVIRONMENT,
    )  # fmt: skip
    if done.returncode == 77 or "unshare" in done.stderr:
        cannot(f"the full disk: a small disk cannot be mounted here ({done.stderr.strip()})")
    [row] = [row for row in json.loads(done.stdout) if str(disk) in row["said"]]
    wrong(row, r"disk/cache: 0\.1 GB are free, wanted 1", "free some space, or name a folder on another disk")
    assert done.returncode == 1


def test_a_studio_in_a_folder_without_servers(tmp_path: Path) -> None:
    settings = {"RUSHES_DATA": str(tmp_path / "v")}
    assert "catalogue" not in found(**settings)
    assert not (tmp_path / "v").exists()
    told("course", "new", "DA-01", "La donnée", **settings)
    rows = found(**settings)
    assert all(row["well"] for row in rows.values()), rows
    assert rows.keys() > {"catalogue", "objects"}
    assert not rows.keys() & {"broker", "workers", "bucket", "studio"}
    with closing(sqlite3.connect(tmp_path / "v" / "catalogue.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
        database.commit()
    wrong(found(**settings)["catalogue"], "stands at 0001, this version of Rushes wants 0", "brings it up to date")


def test_servers_of_a_studio(seaweedfs: ObjectServer, redis: RedisServer, databases: Databases, tmp_path: Path) -> None:
    place = seaweedfs.place
    with databases.migrated("postgresql") as database, working(redis.url):
        settings = {
            "RUSHES_DATABASE_URL": database,
            "RUSHES_S3_URL": f"http://{place.key}:{quote(place.secret)}@{place.host}/{place.bucket}",
            "RUSHES_BROKER_URL": redis.url,
        }
        rows = found(**settings)
        assert all(row["well"] for row in rows.values()), rows
        assert rows.keys() > {"catalogue", "bucket", "closed", "clock", "broker", "workers"}
        assert re.fullmatch(r"answers: Redis \S+, keeps what it takes, \d+ MB used", rows["broker"]["said"])
        assert place.secret not in json.dumps(rows)
        bare = Minio(place.host, place.key, place.secret, secure=False)
        bare.make_bucket("open-to-all")
        everyone = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"]}
        where = {"Resource": ["arn:aws:s3:::open-to-all", "arn:aws:s3:::open-to-all/*"]}
        bare.set_bucket_policy("open-to-all", json.dumps({"Version": "2012-10-17", "Statement": [everyone | where]}))
        settings["RUSHES_S3_URL"] = settings["RUSHES_S3_URL"].replace(f"/{place.bucket}", "/open-to-all")
        wrong(found(**settings)["closed"], "open-to-all: anybody may read", "take the rights away")


def test_a_broker_that_would_lose_work(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis", redis_program(os.environ.get("RUSHES_REDIS_SERVER"))) as server:
        client: Any = Redis(unix_socket_path=str(server.socket))
        url = {"RUSHES_BROKER_URL": server.url}
        wrong(found(**url)["workers"], "no worker answers for the queue ingest, render, light", "logs of the workers")
        client.config_set("maxmemory", client.info()["used_memory"] + 100_000)
        wrong(found(**url)["broker"], r"Redis has used \d+ % of its memory", "give it more memory")
        client.config_set("maxmemory-policy", "allkeys-lru")
        wrong(found(**url)["broker"], r"may throw work away .*\(allkeys-lru\)", "set maxmemory-policy noeviction")
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("appendonly", "no")
        wrong(found(**url)["broker"], "keeps no append-only file", "set appendonly yes")
        client.close()
    rows = found(**url)
    wrong(rows["broker"], "the broker does not answer", "start the broker, or look at RUSHES_BROKER_URL")


def test_rabbitmq_is_a_broker_too(rabbitmq: RabbitMQ) -> None:
    assert found(RUSHES_BROKER_URL=rabbitmq.url)["broker"]["said"] == "answers"
    bad = rabbitmq.url.replace("guest:guest", "guest:c4nary")
    rows = found(RUSHES_BROKER_URL=bad)
    wrong(rows["broker"], r"amqp://guest:\*\*@127.*does not answer", "RUSHES_BROKER_URL")
    assert "c4nary" not in json.dumps(rows)


class Late(http.server.BaseHTTPRequestHandler):
    """A server whose clock is five minutes slow."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(time.time() - 300)

    def log_message(self, *_: object) -> None:
        return


def test_a_clock_that_is_off() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Late) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        rows = found(RUSHES_S3_URL=f"http://key:secret@127.0.0.1:{server.server_port}/rushes")
        server.shutdown()
    wrong(rows["clock"], r"clocks of this machine and of http://127.* differ by (299|30\d) s", "set both by NTP")
