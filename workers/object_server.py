"""The object server that comes with Rushes: SeaweedFS, started on loopback with keys of its own."""

import json
import secrets
from pathlib import Path

from storage.claims import FolderClaims
from storage.s3_place import S3Place
from storage.s3_store import S3Store
from workers.servers import OwnServer, Server, kept_ports, program

MEMORY = "400MiB"
"""What the Go runtime of SeaweedFS aims to stay below; without, it grew to 2.8 GB while 1 GiB was written."""
READ_AHEAD_MB = 256
"""What SeaweedFS may read ahead for all that read at once. Its own default has no bound: 1.1 GB while one client read
1.5 GB by one request. With 256, 390 MB at most, and such a client is given 40 MB/s; one that asks by ranges, as Rushes
does, is not held back (200 MB/s, 265 MB)."""
VOLUME_MB = 1024
"""SeaweedFS keeps objects in files of this size; its own 128 would make thousands of them."""
RESUME = "-master.resumeState=false"
"""Its one volume server tells it all it knows within a second. Resuming the state it had, its master used 4.7 % of a
core for ever (117 ticks in 25 s against 11), and looked for itself at its old port."""
PORTS = ("s3", "master", "volume", "filer", "admin")
PORTS_FILE = "ports.json"


class ObjectServer(OwnServer):
    """An S3 server of our own: SeaweedFS, on loopback, its objects, ports and secrets below one folder.

    Its inner ports have no keys: whoever has an account on this machine can read them (docs/storage.md).
    """

    def __init__(self, folder: Path, bucket: str = "rushes") -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        key, secret = _keys(folder / "keys.json")
        ports = kept_ports(folder / PORTS_FILE, PORTS)
        self._ports = tuple(ports.values())
        self.place = S3Place(f"127.0.0.1:{ports['s3']}", bucket, key, secret, secure=False)
        (folder / "objects").mkdir(exist_ok=True)
        arguments = [
            program("weed"), "-logtostderr=true", "mini", f"-dir={folder / 'objects'}",
            "-ip=127.0.0.1", "-ip.bind=127.0.0.1", RESUME,
            *(f"-{name}.port={port}" for name, port in ports.items()), "-s3.port.iceberg=0", "-s3.port.lance=0",
            f"-s3.config={folder / 'keys.json'}", "-s3.autoCreateBucket=false", "-s3.allowDeleteBucketNotEmpty=false",
            f"-master.volumeSizeLimitMB={VOLUME_MB}", "-master.telemetry=false", "-webdav=false", "-admin.ui=false",
            f"-s3.readerCacheSizeMB={READ_AHEAD_MB}", "-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock",
        ]  # fmt: skip
        self.server = Server(arguments, folder / "log", {"GOMEMLIMIT": MEMORY})

    @property
    def store(self) -> S3Store:
        """The store that the server keeps."""
        return S3Store(self.place, FolderClaims(self.folder / "claims"))

    def ready(self) -> None:
        """Makes its bucket, if it is not there, and writes to it.

        Raises:
            StorageUnavailable: it does not answer yet.
        """
        store = self.store
        store.make_bucket()
        store.check()

    def stop(self) -> None:
        """Stops it, and removes the sockets that SeaweedFS leaves, wherever its folder is.

        After some copies its volume server waits minutes for a connection of its own filer; the S3 side and the filer
        have stopped by then (1 to 2 s), and nothing more can be acknowledged, so it is ended.
        """
        self.server.stop(patience=5)
        for port in self._ports:
            for left in Path("/tmp").glob(f"seaweedfs-*-{port + 10_000}.sock"):  # noqa: S108  (fixed in SeaweedFS)
                left.unlink(missing_ok=True)


def _keys(path: Path) -> tuple[str, str]:
    """The key and secret of a server, made at first, in the form SeaweedFS reads."""
    if not path.exists():
        pair = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_hex(20)}
        rights = ["Admin", "Read", "List", "Tagging", "Write"]
        text = json.dumps({"identities": [{"name": "rushes", "credentials": [pair], "actions": rights}]})
        scratch = path.with_suffix(".new")
        scratch.unlink(missing_ok=True)
        scratch.touch(0o600)
        scratch.write_text(text, "utf-8")
        scratch.replace(path)
    [pair] = json.loads(path.read_text("utf-8"))["identities"][0]["credentials"]
    return pair["accessKey"], pair["secretKey"]
