"""A file of any size goes in, through and out in little memory."""

import base64
import pickle
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from pipeline.errors import NotFound
from storage.folder_store import FolderStore
from storage.objects import ObjectStore
from tests.stack.running import ENVIRONMENT
from tests.stack.servers import MinioLike
from tests.stack.storing import peak
from workers.object_server import ObjectServer

FEW, MANY = (128 << 20, 150 << 20), (6 << 30, 512 << 20)
"""Bytes of a file, and of resident memory it may need: what an ingest may take whatever the size (issue 3), and less
than Python and the file together."""

SERVER = 512 << 20
"""Bytes that the server which comes with Rushes may take for that (docs/storage.md)."""

THERE_AND_BACK = """
import base64, pickle, sys
from pathlib import Path
from storage.keeping import verified
from storage.sending import sent
from tests.stack.storing import peak
store = pickle.loads(base64.b64decode(sys.argv[1]))
source, key, back = Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
size = source.stat().st_size
stat = store.put(key + "/put", source, size=size)
upload = store.begin(key + "/sent", size, sha256=stat.sha256)
with source.open("rb") as file:
    md5s = sent(store, upload, file)
store.complete(upload, md5s)
assert verified(store, key + "/sent", size=size).sha256 == stat.sha256
store.get(key + "/put", back)
assert back.stat().st_size == size
for name in ("/put", "/sent"):
    store.delete(key + name)
print(peak("self"))
"""


@pytest.mark.parametrize(
    ("kind", "size", "limit"),
    [
        ("folder", *FEW),
        ("seaweedfs", *FEW),
        *(pytest.param(kind, *MANY, marks=pytest.mark.soak) for kind in ("folder", "seaweedfs", "juicefs")),
    ],
)
def test_a_large_file_needs_little_memory(
    request: pytest.FixtureRequest, kind: str, size: int, limit: int, tmp_path: Path
) -> None:
    server: ObjectServer | MinioLike | None = None if kind == "folder" else request.getfixturevalue(kind)
    store: ObjectStore = server.store if server is not None else FolderStore(tmp_path / "store")
    source = tmp_path / "sparse.mov"
    with source.open("wb") as file:
        file.truncate(size)
        file.seek(size // 2)
        file.write(uuid.uuid4().bytes)
    pickled = base64.b64encode(pickle.dumps(store)).decode()
    key, back = f"incoming/{uuid.uuid4()}", tmp_path / "back"
    done = subprocess.run(
        [sys.executable, "-c", THERE_AND_BACK, pickled, str(source), key, str(back)],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    back.unlink(missing_ok=True)
    assert done.returncode == 0, done.stderr
    most = int(done.stdout)
    sys.stdout.write(f"client {most >> 20} MB\n")
    if server is not None:
        sys.stdout.write(f"server {peak(server.server.pid) >> 20} MB\n")
    if isinstance(server, ObjectServer):
        assert peak(server.server.pid) < SERVER
    assert most < limit
    with pytest.raises(NotFound):
        store.read(f"{key}/put", 0, 1)
