"""Real object servers for tests: SeaweedFS as Rushes starts it, and JuiceFS's gateway, which is MinIO's code."""

import secrets
import subprocess
from pathlib import Path

from storage.claims import FolderClaims
from storage.s3_place import S3Place
from storage.s3_store import S3Store
from workers.servers import Server, free_ports, program


class MinioLike:
    """The gateway of JuiceFS over a folder: no conditional writes, no versions, no life cycles."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        [port] = free_ports(1)
        self.place = S3Place(f"127.0.0.1:{port}", "rushes", "tester", secrets.token_hex(20), secure=False)
        meta = f"sqlite3://{folder / 'meta.db'}"
        made = [program("juicefs"), "format", "--storage", "file", "--bucket", f"{folder / 'data'}/", meta, "tests"]
        subprocess.run(made, check=True, capture_output=True)
        arguments = [program("juicefs"), "gateway", "--no-usage-report", "--multi-buckets", "--keep-etag"]
        arguments += ["--object-meta", "--log", str(folder / "gateway.log"), "--cache-dir", str(folder / "cache")]
        keys = {"MINIO_ROOT_USER": self.place.key, "MINIO_ROOT_PASSWORD": self.place.secret}
        self.server = Server([*arguments, meta, self.place.host], folder / "log", keys)

    @property
    def store(self) -> S3Store:
        """The store that the server keeps."""
        return S3Store(self.place, FolderClaims(self.folder / "claims"))

    def start(self) -> None:
        """Starts it and waits until its bucket can be written."""
        self.server.start()
        self.server.until(self.store.make_bucket)

    def stop(self) -> None:
        """Stops it."""
        self.server.stop(patience=5)
