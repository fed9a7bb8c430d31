"""The object store that is a bucket of an S3 server.

A file of a published folder lies under the digest of its bytes, `<name>/<16 of its sha256>/<file>`; the folder's mark,
`<name>/whole.json`, is written last and once, and names them. So a publication that was cut off shows nothing and is
taken up where it stopped, and two that race never mix their files.
"""

import contextlib
import tempfile
import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from pipeline.errors import AlreadyThere, Damaged, NotFound, PipelineError, StorageUnavailable
from storage.claims import Claims
from storage.folder_uploads import damaged_parts
from storage.keeping import Keeping
from storage.keys import checked, checked_file, checked_folder
from storage.objects import PART, File, Page, Part, Pending, Stat, Upload, Whole, part_size, storage_error
from storage.s3_bucket import Bucket, Outside
from storage.s3_place import S3Place
from storage.sending import ATTEMPTS, sent
from storage.streams import landing, opened
from storage.sums import MARK, Sum, blocks, mark, marked, md5_of, refuse_other, summed, table

LARGEST_MARK = 16 << 20
"""Bytes; a mark has about 150 for each file."""


class S3Store(Keeping):
    """An `ObjectStore` in one bucket. `claims` are shared by all who write there (decision 006)."""

    def __init__(self, place: S3Place, claims: Claims) -> None:
        self.place = place
        self._claims = claims
        self._bucket = Bucket(place)

    def make_bucket(self) -> None:
        """Makes the bucket, if it is not there."""
        self._bucket.make()

    def outside(self) -> Outside:
        """What somebody without keys sees of the bucket."""
        return self._bucket.outside()

    def check(self) -> None:
        """Lists, writes, reads and deletes."""
        self._bucket.page("", "", 1)
        super().check()

    def put(self, key: str, source: Path | BinaryIO, *, sha256: str = "", size: int | None = None) -> Stat:
        """Stores a file or stream, once."""
        self._absent(checked_file(key))
        with _reading(key), opened(source) as stream, _twice(stream) as (file, found):
            refuse_other(key, found, sha256, size)
            return self._stored(key, file, found)

    def copy(self, source: str, key: str, *, sha256: str = "") -> Stat:
        """Copies a stored file to another key, by the server."""
        there, token = self._there(source), uuid.uuid4().hex
        with self._claims.held(checked_file(key)):
            self._absent(key)
            self._bucket.copy(source, key, sha256 or there.sha256, token)
        copied = self._there(key)
        if copied.size != there.size:
            self._gone(key)
            raise Damaged(f"{key}: the copy has {copied.size} bytes, wanted {there.size}", todo="copy it again")
        return copied

    def stat(self, key: str) -> Stat | None:
        """What is known of a file, or None."""
        found = self._bucket.head(checked(key))
        return found[0] if found else None

    def get(self, key: str, path: Path, *, sha256: str = "") -> Stat:
        """Writes a stored file to `path`, checked."""
        there = self._there(key)
        try:
            with landing(path) as new:
                with new.open("wb") as target:
                    found = summed(_written(self._contents(key, 0, there.size), target))
                refuse_other(key, found, sha256 or there.sha256, there.size)
        except OSError as error:
            raise storage_error(error, path) from error
        return there

    def read(self, key: str, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`."""
        if not 0 <= start < stop:
            raise ValueError(f"no bytes from {start} to {stop}")
        return b"".join(self._contents(checked(key), start, stop))

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> Page:
        """Some of the files whose keys begin with `prefix`, in the server's order."""
        return self._bucket.page(prefix, after, limit)

    def publish(self, folder: Path, name: str) -> bool:
        """Makes a finished folder the object of that name: its files, then its mark.

        What somebody left there who was broken off before his mark goes: a report has its times, and is never the same.
        """
        if self.whole(name) is not None:
            return False
        with _reading(name):
            files = table(folder)
            for file, found in files.items():
                self._filed(_file_key(name, file, found), folder / file, found)
        text = mark(files)
        try:
            self._stored(f"{name}/{MARK}", BytesIO(text), summed([text]))
        except AlreadyThere:
            published = False
            there = self.whole(name)
            kept = [] if there is None else [file.key for file in there.files]
        else:
            published, kept = True, [_file_key(name, file, found) for file, found in files.items()]
        if kept:
            self._tidied(name, kept)
        return published

    def _tidied(self, name: str, kept: Iterable[str]) -> None:
        """Removes what lies in a published folder and is none of its files, whose keys are `kept`."""
        known = {f"{name}/{MARK}", *kept}
        for row in self._bucket.page(f"{name}/", "", 1000).rows:
            if row.key not in known:
                self._gone(row.key)

    def whole(self, name: str) -> Whole | None:
        """The files of a published folder, or None."""
        try:
            text = self.read(f"{checked_folder(name)}/{MARK}", 0, LARGEST_MARK)
        except NotFound:
            return None
        files = marked(text)
        if files is None:
            return None
        rows = (File(file, _file_key(name, file, found), found.size, found.sha256) for file, found in files.items())
        return Whole(name, tuple(rows))

    def remove(self, name: str) -> None:
        """Removes a published folder: its mark, then its files."""
        self._gone(f"{checked_folder(name)}/{MARK}")
        while rows := self._bucket.page(f"{name}/", "", 1000).rows:
            for row in rows:
                self._gone(row.key)

    def begin(self, key: str, size: int, *, sha256: str = "", part_size: int = 0) -> Upload:
        """Begins an upload in parts."""
        self._absent(checked_file(key))
        return self._begun(key, size, sha256, part_size)

    def put_part(self, upload: Upload, number: int, data: bytes, *, md5: str = "") -> Part:
        """Sends one part; the server's ETag must be its MD5."""
        length, found = upload.length(number), md5_of(data)
        if len(data) != length:
            raise ValueError(f"part {number}: wanted {length} bytes, found {len(data)}")
        there = "" if md5 and md5 != found else self._bucket.put_part(upload.key, _server_id(upload), number, data)
        if there != found:
            raise damaged_parts(upload, [number])
        return Part(number, length, found)

    def parts(self, upload: Upload) -> tuple[Part, ...]:
        """The parts that arrived, by number."""
        return self._bucket.parts(upload.key, _server_id(upload))

    def complete(self, upload: Upload, md5s: Sequence[str]) -> Stat:
        """Makes the object of its parts, each of them compared by MD5."""
        if len(md5s) != upload.count:
            raise ValueError(f"{upload.key}: wanted the MD5 of {upload.count} parts, found {len(md5s)}")
        try:
            there = set(self.parts(upload))
        except NotFound:
            done = self._completed(upload)
            if done is None:
                raise
            return done
        bad = [n for n, md5 in enumerate(md5s, 1) if Part(n, upload.length(n), md5) not in there]
        if bad:
            raise damaged_parts(upload, bad)
        with self._claims.held(upload.key):
            done = self._completed(upload)
            if done is None and self.stat(upload.key) is None:
                self._bucket.complete(upload.key, _server_id(upload), md5s)
                done = self._completed(upload)
        if done is None:
            self.abort(upload)
            raise AlreadyThere(upload.key)
        return done

    def abort(self, upload: Upload | Pending) -> None:
        """Gives an upload up."""
        self._bucket.abort(upload.key, _server_id(upload))

    def uploads(self, key: str = "") -> tuple[Pending, ...]:
        """The uploads under way, as far as the server lists them."""
        return self._bucket.uploads(key)

    def source(self, key: str, seconds: int) -> str:
        """A presigned link for this side of the network."""
        return self._bucket.link(checked(key), seconds, method="GET", query={}, public=False)

    def link(self, key: str, seconds: int, *, download: str = "") -> str:
        """A presigned link for browsers."""
        query = {"response-content-disposition": f"attachment; filename*=UTF-8''{quote(download, safe='')}"}
        return self._bucket.link(checked(key), seconds, method="GET", query=query if download else {}, public=True)

    def part_link(self, upload: Upload, number: int, seconds: int) -> str:
        """A presigned link for one part."""
        upload.length(number)
        query = {"partNumber": str(number), "uploadId": _server_id(upload)}
        return self._bucket.link(upload.key, seconds, method="PUT", query=query, public=True)

    def _gone(self, key: str) -> None:
        self._bucket.delete(key)

    def _contents(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`, by ranges, each taken up again where a connection broke off.

        Not in one request: for one of a whole large file SeaweedFS reads ahead without bound (1.1 GB for 1.5 GB, 260 MB
        by ranges, measured), and is no faster.
        """
        broken = 0
        while start < stop:
            end = min(stop, start + PART)
            try:
                for block in self._bucket.blocks(key, start, end):
                    start += len(block)
                    yield block
            except StorageUnavailable:
                broken += 1
                if broken == ATTEMPTS:
                    raise
            else:
                if start < end:
                    return

    def _begun(self, key: str, size: int, sha256: str, length: int) -> Upload:
        token = uuid.uuid4().hex
        draft = Upload(key, token, size, length or part_size(size), sha256)
        server_id = self._bucket.begin(key, sha256, token)
        return Upload(key, f"{token}:{server_id}", size, draft.part_size, sha256)

    def _completed(self, upload: Upload) -> Stat | None:
        """The object that the upload became, or None."""
        found = self._bucket.head(upload.key)
        return found[0] if found and found[1] == upload.id.partition(":")[0] else None

    def _filed(self, key: str, path: Path, found: Sum) -> None:
        """Sees to it that a file of a folder lies under the digest of its bytes."""
        there = self.stat(key)
        if there is not None and (there.size, there.sha256) == (found.size, found.sha256):
            return
        if there is not None:
            self._gone(key)
        with path.open("rb") as file, contextlib.suppress(AlreadyThere):
            self._stored(key, file, found)

    def _stored(self, key: str, file: BinaryIO, found: Sum) -> Stat:
        """The object, once a file of that sum was sent: in one piece, or in parts."""
        if found.size <= PART:
            return self._stored_small(key, file.read(), found.sha256)
        upload = self._begun(key, found.size, found.sha256, 0)
        try:
            return self.complete(upload, sent(self, upload, file))
        except BaseException:
            with contextlib.suppress(PipelineError):
                self.abort(upload)
            raise

    def _stored_small(self, key: str, data: bytes, sha256: str) -> Stat:
        token, md5 = uuid.uuid4().hex, md5_of(data)
        refuse_other(key, summed([data]), sha256, None)
        with self._claims.held(key):
            self._absent(key)
            for _ in range(ATTEMPTS):
                etag = None
                with contextlib.suppress(Damaged):
                    etag = self._bucket.put(key, data, sha256, token)
                    if etag is None:
                        there = self._bucket.head(key)
                        if there is None or there[1] != token:
                            raise AlreadyThere(key)
                        etag = there[0].etag
                if etag == md5:
                    return Stat(key, len(data), sha256, md5)
                self._gone(key)
        todo = "look at the network and the server; a bucket encrypted with KMS keys cannot be used (docs/storage.md)"
        raise Damaged(f"{key}: did not arrive as it was sent, {ATTEMPTS} times", todo=todo)


def _file_key(name: str, file: str, found: Sum) -> str:
    return checked(f"{name}/{found.sha256[:16]}/{file}")


def _server_id(upload: Upload | Pending) -> str:
    return upload.id.partition(":")[2] or upload.id


@contextlib.contextmanager
def _twice(stream: BinaryIO) -> Generator[tuple[BinaryIO, Sum]]:
    """A stream that was read once, for its sum, and stands at its start again."""
    if stream.seekable():
        start = stream.tell()
        found = summed(blocks(stream))
        stream.seek(start)
        yield stream, found
        return
    with tempfile.TemporaryFile() as file:
        found = summed(_written(blocks(stream), file))
        file.seek(0)
        yield file, found


def _written(data: Iterator[bytes], target: BinaryIO) -> Iterator[bytes]:
    for block in data:
        target.write(block)
        yield block


@contextlib.contextmanager
def _reading(what: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise storage_error(error, what) from error
