"""One bucket through the minio SDK: the only module that knows it.

Multipart from a browser and conditional writes need requests for which the SDK (7.2.20, pinned) has private methods
only; they are called here and nowhere else. Only what AWS, MinIO, Ceph, SeaweedFS and JuiceFS all do is used.
"""
# pyright: reportPrivateUsage=false

import contextlib
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast

from minio import Minio
from minio.commonconfig import REPLACE, CopySource
from minio.datatypes import Part as S3Part
from minio.error import S3Error
from urllib3 import PoolManager, Retry, Timeout
from urllib3.response import BaseHTTPResponse

from pipeline.errors import NotFound, StorageRefused
from storage.objects import Listed, Page, Part, Pending, Stat
from storage.s3_errors import told
from storage.s3_place import S3Place
from storage.sums import BLOCK, content_md5

SHA256 = "x-amz-meta-sha256"
TOKEN = "x-amz-meta-put"  # noqa: S105  (the name of a header)
BINARY = "application/octet-stream"

PATIENCE = Timeout(connect=5, read=60)
"""Seconds. A server on the same network answers a connection within one; a copy of 5 GiB may keep a reader waiting."""
RETRIES = Retry(
    total=4,
    connect=2,
    read=2,
    status=2,
    other=0,
    backoff_factor=0.2,
    status_forcelist=(500, 502, 503, 504),
    raise_on_status=False,
)
"""Retries within one call, over a few seconds; longer outages are for who calls to sit out."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What somebody without keys sees of a bucket: whether it is open to them, and the time its server has."""

    is_open: bool
    clock: datetime | None


class Bucket:
    """Requests to one bucket. Travels between processes; each makes its own connections, as the SDK wants."""

    def __init__(self, place: S3Place) -> None:
        self.place = place
        self._clients: dict[int, Minio] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return (Bucket, (self.place,))

    @property
    def _client(self) -> Minio:
        here = os.getpid()
        if here not in self._clients:
            self._clients[here] = _client(self.place, self.place.host, secure=self.place.secure)
        return self._clients[here]

    @property
    def _name(self) -> str:
        return self.place.bucket

    def make(self) -> None:
        """Makes the bucket, if it is not there."""
        with told(self.place, "make"):
            if not self._client.bucket_exists(self._name):
                self._client.make_bucket(self._name, self.place.region)

    def outside(self) -> Outside:
        """What somebody without keys sees: the list is asked for, unsigned."""
        scheme = "https" if self.place.secure else "http"
        url = f"{scheme}://{self.place.host}/{self._name}?list-type=2&max-keys=1"
        with told(self.place, "list"):
            answer = PoolManager(timeout=PATIENCE, retries=RETRIES).request("GET", url, redirect=False)
        said = answer.headers.get("Date")
        return Outside(answer.status == 200, parsedate_to_datetime(said) if said else None)

    def put(self, key: str, data: bytes, sha256: str, token: str) -> str | None:
        """The ETag of a small object after writing it; None when the server says that one is there already."""
        headers: Any = {"Content-Type": BINARY, "Content-MD5": content_md5(data), "If-None-Match": "*"}
        headers |= _known(sha256, token)
        with told(self.place, "write", key):
            try:
                return self._client._put_object(self._name, key, data, headers).etag
            except S3Error as error:
                if error.code in {"PreconditionFailed", "ConditionalRequestConflict"}:
                    return None
                if error.code != "NotImplemented":
                    raise
            del headers["If-None-Match"]
            return self._client._put_object(self._name, key, data, headers).etag

    def head(self, key: str) -> tuple[Stat, str] | None:
        """What is known of an object, and the token it was written with; None when it is not there."""
        with told(self.place, "read", key):
            try:
                found = self._client.stat_object(self._name, key)
            except S3Error as error:
                if error.code == "NoSuchKey":
                    return None
                self._explain()
                raise
        known: Mapping[str, str] = found.metadata or {}
        stat = Stat(key, found.size or 0, known.get(SHA256, ""), found.etag or "")
        return stat, known.get(TOKEN, "")

    def _explain(self) -> None:
        """Asks for a list: the answer to a HEAD has no body, and so never says what is wrong."""
        next(self._client._list_objects(self._name, max_keys=1), None)

    def blocks(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes of an object from `start` up to `stop`, as they come; none when it ends before.

        Raises:
            NotFound: there is no such object.
        """
        with told(self.place, "read", key):
            try:
                answer = self._client.get_object(self._name, key, start, stop - start)
            except S3Error as error:
                if error.code == "InvalidRange":
                    return
                raise
            with _ended(answer):
                yield from answer.stream(BLOCK)

    def page(self, prefix: str, after: str, limit: int) -> Page:
        """One request of a list."""
        with told(self.place, "list"):
            rows: list[Listed] = []
            for row in self._client._list_objects(self._name, prefix=prefix, start_after=after or None, max_keys=limit):
                name = row.object_name or ""
                if not name.endswith("/"):
                    rows.append(Listed(name, row.size or 0, row.last_modified or datetime.fromtimestamp(0, UTC)))
                if len(rows) == limit:
                    return Page(tuple(rows), name)
            return Page(tuple(rows), "")

    def copy(self, source: str, key: str, sha256: str, token: str) -> None:
        """Copies an object inside the bucket, of more than 5 GiB too."""
        known: Any = _known(sha256, token)
        origin = CopySource(self._name, source)
        with told(self.place, "write", key):
            self._client.copy_object(self._name, key, origin, metadata=known, metadata_directive=REPLACE)

    def delete(self, key: str) -> None:
        """Removes an object, if it is there."""
        with told(self.place, "delete", key):
            self._client.remove_object(self._name, key)

    def begin(self, key: str, sha256: str, token: str) -> str:
        """The id of a new multipart upload."""
        headers: Any = {"Content-Type": BINARY, **_known(sha256, token)}
        with told(self.place, "write", key):
            return self._client._create_multipart_upload(self._name, key, headers)

    def put_part(self, key: str, upload: str, number: int, data: bytes) -> str:
        """The ETag of a part after sending it."""
        headers: Any = {"Content-MD5": content_md5(data)}
        with told(self.place, "write", key):
            return self._client._upload_part(self._name, key, data, headers, upload, number)

    def parts(self, key: str, upload: str) -> tuple[Part, ...]:
        """The parts that arrived, by number."""
        rows: list[Part] = []
        with told(self.place, "list", key):
            marker: str | None = None
            while True:
                page = self._client._list_parts(self._name, key, upload, part_number_marker=marker)
                rows += [Part(part.part_number, part.size or 0, part.etag) for part in page.parts]
                if not page.is_truncated:
                    return tuple(sorted(rows, key=lambda part: part.number))
                marker = str(page.next_part_number_marker)

    def complete(self, key: str, upload: str, md5s: Sequence[str]) -> None:
        """Makes the object of its parts."""
        with told(self.place, "write", key):
            parts = [S3Part(number, md5) for number, md5 in enumerate(md5s, 1)]
            self._client._complete_multipart_upload(self._name, key, upload, parts)

    def abort(self, key: str, upload: str) -> None:
        """Gives an upload up, if it is still there."""
        try:
            with told(self.place, "delete", key):
                self._client._abort_multipart_upload(self._name, key, upload)
        except NotFound:
            return

    def uploads(self, key: str) -> tuple[Pending, ...]:
        """The uploads under way, or those to one key, as far as the server lists them."""
        rows: list[Pending] = []
        with told(self.place, "list"):
            after = mark = None
            while True:
                page = self._client._list_multipart_uploads(
                    self._name, prefix=key or None, key_marker=after, upload_id_marker=mark
                )
                for row in page.uploads:
                    if key and row.object_name != key:
                        continue
                    begun = row.initiated_time or datetime.fromtimestamp(0, UTC)
                    rows.append(Pending(row.object_name, row.upload_id or "", begun))
                if not page.is_truncated:
                    return tuple(rows)
                after, mark = page.next_key_marker, page.next_upload_id_marker

    def link(self, key: str, seconds: int, *, method: str, query: dict[str, str], public: bool) -> str:
        """A presigned link; `public` is one that browsers can reach."""
        client = self._client
        if public and self.place.public:
            scheme, _, host = self.place.public.partition("://")
            client = _client(self.place, host, secure=scheme == "https")
        life = timedelta(seconds=seconds)
        return client.get_presigned_url(method, self._name, key, life, extra_query_params=cast("Any", query))


def _known(sha256: str, token: str) -> dict[str, str]:
    return {TOKEN: token} | ({SHA256: sha256} if sha256 else {})


@contextlib.contextmanager
def _ended(answer: BaseHTTPResponse) -> Generator[BaseHTTPResponse]:
    """An answer whose connection goes back to its pool, or is closed when it was not read whole."""
    try:
        yield answer
    finally:
        answer.close()
        answer.release_conn()


def _client(place: S3Place, host: str, *, secure: bool) -> Minio:
    pool = PoolManager(timeout=PATIENCE, retries=RETRIES, maxsize=10)
    try:
        return Minio(host, place.key, place.secret, secure=secure, region=place.region, http_client=pool)
    except ValueError as error:
        raise StorageRefused(f"{place.shown}: {error}", todo="look at the host in RUSHES_S3_URL") from error
