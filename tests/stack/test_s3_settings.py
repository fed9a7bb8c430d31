"""Each bad setting gives one clear sentence with what to do, and never shows the secret."""

import http.server
import io
import json
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import minio.time
import pytest

from pipeline.errors import NotFound, PipelineError, StorageRefused, StorageUnavailable
from storage.claims import FolderClaims
from storage.s3_place import S3Place
from storage.s3_store import S3Store
from studio import cli
from tests.stack.running import ENVIRONMENT, rushes
from tests.stack.servers import MinioLike
from workers.object_server import ObjectServer
from workers.servers import free_ports

Server = ObjectServer | MinioLike
CANARY = "c4nary/s3cret+more"


def refused(place: S3Place, folder: Path, kind: type[PipelineError], *said: str) -> None:
    """Every kind of call is told the same, in two lines, without the secret."""
    store = S3Store(place, FolderClaims(folder / "claims"))
    for call in (store.check, lambda: store.stat("incoming/a"), lambda: store.put("incoming/a", io.BytesIO(b"a"))):
        with pytest.raises(kind) as error:
            call()
        text = str(error.value)
        for words in said:
            assert words in text
        assert re.fullmatch(r"[^\n]+\n  [^\n]+", text)
        assert place.secret not in text + repr(error.value)


def test_a_wrong_key(server: Server, tmp_path: Path) -> None:
    place = replace(server.place, key="nobody", secret=CANARY)
    refused(place, tmp_path, StorageRefused, place.shown, "does not know this access key", "RUSHES_S3_KEY")


def test_a_wrong_secret(server: Server, tmp_path: Path) -> None:
    place = replace(server.place, secret=CANARY)
    refused(place, tmp_path, StorageRefused, "the secret does not go with this access key", "RUSHES_S3_SECRET")


def test_no_bucket(server: Server, tmp_path: Path) -> None:
    place = replace(server.place, bucket="not-there")
    store = S3Store(place, FolderClaims(tmp_path / "claims"))
    for call in (store.check, lambda: store.put("incoming/a", io.BytesIO(b"a"))):
        with pytest.raises(StorageRefused, match=r"there is no such bucket\n.*--make-bucket"):
            call()


def test_tls_to_a_port_without(server: Server, tmp_path: Path) -> None:
    place = replace(server.place, secure=True)
    refused(place, tmp_path, StorageRefused, "does not speak TLS on this port", "write http://")


def test_a_clock_that_is_off(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = minio.time.utcnow
    for off in (timedelta(minutes=-20), timedelta(hours=5)):
        monkeypatch.setattr(minio.time, "utcnow", lambda off=off: now() + off)
        refused(server.place, tmp_path, StorageRefused, "differ by more than 15 minutes", "NTP")


def test_nothing_answers(tmp_path: Path) -> None:
    [port] = free_ports(1)
    place = S3Place(f"127.0.0.1:{port}", "rushes", "k", CANARY, secure=False)
    refused(place, tmp_path, StorageUnavailable, "nothing answers there", "start the server", str(port))


def test_no_such_host(tmp_path: Path) -> None:
    place = S3Place("no-such-host.invalid", "rushes", "k", CANARY)
    refused(place, tmp_path, StorageUnavailable, "no machine of that name", "look at the host")


class Page(http.server.BaseHTTPRequestHandler):
    """A website: every page is there."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "13")
        self.end_headers()
        self.wfile.write(b"<p>Welcome</p")

    def log_message(self, *_: object) -> None:
        return


@pytest.mark.parametrize("kind", [Page, http.server.BaseHTTPRequestHandler])
def test_what_answers_is_no_s3_server(kind: type[http.server.BaseHTTPRequestHandler], tmp_path: Path) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = S3Place(f"127.0.0.1:{server.server_port}", "rushes", "k", CANARY, secure=False)
        with pytest.raises(StorageRefused, match=r"is not an S3 server\n.*host and port"):
            S3Store(place, FolderClaims(tmp_path / "claims")).check()
        server.shutdown()


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectServer]:
    """SeaweedFS with TLS on a second port, and a key that may only read."""
    folder = tmp_path_factory.mktemp("careful")
    server = ObjectServer(folder)
    keys = json.loads((folder / "keys.json").read_text())
    reader = {"name": "reader", "credentials": [{"accessKey": "reader", "secretKey": CANARY}]}
    keys["identities"].append(reader | {"actions": ["Read", "List"]})
    least = {"name": "least", "credentials": [{"accessKey": "least", "secretKey": CANARY}]}
    keys["identities"].append(least | {"actions": ["Read:rushes", "Write:rushes", "List:rushes"]})
    (folder / "keys.json").write_text(json.dumps(keys))
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
    made += [
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(folder / "tls.key"),
        "-out",
        str(folder / "tls.crt"),
    ]
    subprocess.run(made, check=True, capture_output=True)
    [server.tls] = free_ports(1)
    tls = [f"-s3.port.https={server.tls}", f"-s3.key.file={folder / 'tls.key'}", f"-s3.cert.file={folder / 'tls.crt'}"]
    server.server._arguments += tls
    server.start()
    yield server
    server.stop()


def test_a_key_that_may_only_read(careful: ObjectServer, tmp_path: Path) -> None:
    careful.store.put("incoming/there", io.BytesIO(b"there"))
    place = replace(careful.place, key="reader", secret=CANARY)
    store = S3Store(place, FolderClaims(tmp_path / "claims"))
    assert store.read("incoming/there", 0, 10) == b"there"
    for call, what in (
        (store.check, "write"),
        (lambda: store.put("incoming/a", io.BytesIO(b"a")), "write"),
        (lambda: store.begin("incoming/a", 10), "write"),
        (lambda: store.delete("incoming/there"), "delete"),
    ):
        with pytest.raises(StorageRefused, match=f"may not {what} there\n  give the key that right"):
            call()


def test_the_least_a_key_needs_is_enough(careful: ObjectServer, tmp_path: Path) -> None:
    place = replace(careful.place, key="least", secret=CANARY)
    store = S3Store(place, FolderClaims(tmp_path / "claims"))
    store.check()
    store.put("originals/least/a", io.BytesIO(bytes(17 << 20)))
    store.copy("originals/least/a", "incoming/least/a")
    store.abort(store.begin("incoming/least/b", 10))
    assert store.uploads() == ()
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "a").write_bytes(b"a")
    assert store.publish(tmp_path / "made", "derived/segment/le/least")
    store.fetch("derived/segment/le/least", tmp_path / "back")
    store.remove("derived/segment/le/least")
    store.purge("originals/least/a", "a test")
    other = S3Store(replace(place, bucket="another"), FolderClaims(tmp_path / "claims"))
    for call in (other.check, other.make_bucket):
        with pytest.raises(StorageRefused):
            call()


def test_without_tls_to_a_port_with(careful: ObjectServer, tmp_path: Path) -> None:
    place = replace(careful.place, host=f"127.0.0.1:{careful.tls}", secret=CANARY)
    refused(place, tmp_path, StorageRefused, "the server speaks TLS on this port", "write https://")


def test_a_certificate_no_one_knows(careful: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = replace(careful.place, host=f"127.0.0.1:{careful.tls}", secure=True)
    refused(place, tmp_path, StorageRefused, "certificate is not trusted", "SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_FILE", str(careful.folder / "tls.crt"))
    S3Store(place, FolderClaims(tmp_path / "claims")).check()


def url(place: S3Place) -> str:
    return f"http://{place.key}:{quote(place.secret, safe='')}@{place.host}/{place.bucket}"


def test_the_command_says_what_is_wrong_and_what_to_do(
    seaweedfs: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUSHES_S3_URL", raising=False)
    with pytest.raises(NotFound, match="RUSHES_S3_URL is not set"):
        cli.rushes.main(["storage"], standalone_mode=False)
    new = replace(seaweedfs.place, bucket="new")
    wrong = rushes("storage", RUSHES_S3_URL=url(replace(new, secret=CANARY)), RUSHES_CACHE=str(tmp_path))
    assert (wrong.status, wrong.out) == (1, "")
    assert wrong.err.startswith(f"rushes: {new.shown}: the secret does not go with this access key\n  look at")
    assert wrong.err.count("\n") == 2
    assert CANARY not in wrong.err
    assert quote(CANARY, safe="") not in wrong.err
    made = rushes("storage", "--make-bucket", RUSHES_S3_URL=url(new), RUSHES_CACHE=str(tmp_path))
    assert (made.status, made.err) == (0, "")
    assert "works: list, write, read, delete" in made.out


FULL = """
import io, os, sys
from pathlib import Path
from pipeline.errors import StorageUnavailable
from storage.folder_store import FolderStore
from workers.object_server import ObjectServer
folder = Path(sys.argv[1])
with ObjectServer(folder / "server") as server:
    for store in (server.store, FolderStore(folder / "store")):
        store.put("incoming/kept", io.BytesIO(b"kept"))
        try:
            for number in range(60):
                store.put(f"incoming/{number}", io.BytesIO(os.urandom(12 << 20)))
        except StorageUnavailable as error:
            print(error)
        assert store.read("incoming/kept", 0, 10) == b"kept"
        assert store.stat(f"incoming/{number}") is None
"""


def test_a_full_disk(tmp_path: Path) -> None:
    mount = shlex.quote(str(tmp_path))
    script = f"mount -t tmpfs -o size=60m none {mount} && exec {shlex.join([sys.executable, '-c', FULL])} {mount}"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT | {"PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    server, todo, folder, todo_too = done.stdout.strip().splitlines()
    assert "the server failed to write" in server or "disk is full" in server
    assert "how much room its disk has" in todo or "more room" in todo
    assert "the disk is full" in folder
    assert "free some space" in todo_too


def test_a_disk_that_cannot_be_written(tmp_path: Path) -> None:
    code = "import io, sys; from pathlib import Path; from storage.folder_store import FolderStore\n"
    code += "FolderStore(Path(sys.argv[1])).check()"
    script = f"mount -t tmpfs -o ro none {shlex.quote(str(tmp_path))} && "
    script += f"exec {shlex.join([sys.executable, '-c', code, str(tmp_path)])}"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT | {"PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=60,
    )
    assert "StorageUnavailable" in done.stderr
    assert "the disk is read-only" in done.stderr
