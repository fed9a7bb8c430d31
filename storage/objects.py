"""What an object store is: one protocol, two real stores (a folder, S3), one contract test that both pass.

Nothing is ever written over. A key is written once: a second `put` is told so, and the first one's bytes stay. Below
`originals/`, nothing is deleted either, except by `purge`, which takes a reason and records it. Objects below
`derived/` and `drafts/` are folders of files (decision 002): published whole, read whole, removed whole.
"""

import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from pipeline.errors import DiskFull, PipelineError, StorageUnavailable

PART = 16 << 20
"""Bytes of a part: 3 of them under way need little memory, and each is sent again at little cost."""
SMALLEST_PART = 5 << 20
"""Bytes; of any part but the last (AWS, "Amazon S3 multipart upload limits")."""
MOST_PARTS = 10_000
"""Parts of one upload (same page)."""


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of one stored file without reading it. `sha256` is empty when the store was never told it."""

    key: str
    size: int
    sha256: str
    etag: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list: a key, its size in bytes, and when it was written (UTC)."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, in the store's own order, and the key to go on after, empty when these were the last.

    A last page may have no rows.
    """

    rows: tuple[Listed, ...]
    after: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of a folder: its name in the folder, the key it is read by, its size and digest."""

    name: str
    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A published folder: every file it was published with."""

    name: str
    files: tuple[File, ...]

    def file(self, name: str) -> File | None:
        """The file of that name, or None."""
        return next((file for file in self.files if file.name == name), None)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in, part by part. Every part but the last has `part_size` bytes; numbers count from 1."""

    key: str
    id: str
    size: int
    part_size: int
    sha256: str

    def __post_init__(self) -> None:
        if self.size < 1 or self.part_size < SMALLEST_PART or self.count > MOST_PARTS:
            raise ValueError(f"no upload of {self.size} bytes in parts of {self.part_size}")

    @property
    def count(self) -> int:
        """How many parts there are."""
        return -(-self.size // self.part_size)

    def length(self, number: int) -> int:
        """How many bytes that part has.

        Raises:
            ValueError: there is no such part.
        """
        if not 1 <= number <= self.count:
            raise ValueError(f"part {number} of {self.count}")
        return min(self.part_size, self.size - (number - 1) * self.part_size)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that arrived: its number, how many bytes, and their MD5 in hex, as the store found them."""

    number: int
    size: int
    md5: str


@dataclass(frozen=True, slots=True)
class Pending:
    """An upload that was begun and neither completed nor aborted."""

    key: str
    id: str
    begun: datetime


class ObjectStore(Protocol):
    """Where objects are kept. Keys come from `storage/keys.py`.

    Every method raises `StorageUnavailable` when the disk or server cannot be had now, and `StorageRefused` when it
    answers but will never serve us as things are set up.
    """

    def check(self) -> None:
        """Writes, reads and deletes a small object, so that what is wrong is said now."""
        ...

    def put(self, key: str, source: Path | BinaryIO, *, sha256: str = "", size: int | None = None) -> Stat:
        """Stores a file or stream below `originals/` or `incoming/`, once.

        Raises:
            AlreadyThere: the key is taken; what is there stays.
            Damaged: the bytes are not of the `size` or `sha256` that were declared; nothing is kept.
        """
        ...

    def copy(self, source: str, key: str, *, sha256: str = "") -> Stat:
        """Copies a stored file to another key, inside the store; `sha256` is noted if the store did not know it.

        Raises:
            NotFound: there is no such source.
            AlreadyThere: the key is taken; what is there stays.
        """
        ...

    def stat(self, key: str) -> Stat | None:
        """What is known of a file, or None when it is not there."""
        ...

    def get(self, key: str, path: Path, *, sha256: str = "") -> Stat:
        """Writes a stored file to `path`, which appears whole; its digest is checked against `sha256` or the store's.

        Raises:
            NotFound: there is no such object.
            Damaged: the bytes are not those that were stored. `path` is not written.
        """
        ...

    def read(self, key: str, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`, half-open; fewer where the file ends before.

        Raises:
            NotFound: there is no such object.
            ValueError: not 0 <= start < stop.
        """
        ...

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> Page:
        """The files whose keys begin with `prefix`, at most `limit` (1 to 1,000), those after a key if given."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file below `incoming/`, if it is there.

        Raises:
            OriginalKept: it is an original.
        """
        ...

    def purge(self, key: str, reason: str) -> None:
        """Removes an original for good, after recording what it was and why below `purged/`.

        Raises:
            NotFound: there is no such original.
            ValueError: there is no reason.
        """
        ...

    def publish(self, folder: Path, name: str) -> bool:
        """Makes a finished folder the object of that name. True when it became it, False when another was first."""
        ...

    def whole(self, name: str) -> Whole | None:
        """The files of a published folder, or None when it is not there, whole."""
        ...

    def fetch(self, name: str, folder: Path) -> Whole:
        """Writes the files of a published folder into `folder`, each checked.

        Raises:
            NotFound: it is not there.
            Damaged: a file is not what was published.
        """
        ...

    def remove(self, name: str) -> None:
        """Removes a published folder, if it is there. It is gone before its files go."""
        ...

    def begin(self, key: str, size: int, *, sha256: str = "", part_size: int = 0) -> Upload:
        """Begins an upload in parts of at least 5 MiB; 0 chooses the size of a part.

        Raises:
            AlreadyThere: the key is taken.
            ValueError: a size below 1, or parts too small or too many.
        """
        ...

    def put_part(self, upload: Upload, number: int, data: bytes, *, md5: str = "") -> Part:
        """Sends one part, whose sender may declare its MD5; sent again, it replaces what was sent.

        Raises:
            Damaged: it did not arrive as it was sent; nothing of it counts.
            NotFound: the upload was completed or aborted.
            ValueError: it has not the length of that part.
        """
        ...

    def parts(self, upload: Upload) -> tuple[Part, ...]:
        """The parts that arrived, by number. SeaweedFS lists one that was sent twice twice: either may be completed.

        Raises:
            NotFound: the upload was completed or aborted.
        """
        ...

    def complete(self, upload: Upload, md5s: Sequence[str]) -> Stat:
        """Makes the object of its parts; `md5s` are those of the sender, of every part in order. Safe to repeat.

        Raises:
            Damaged: parts are missing or not what the sender sent; `parts` has their numbers, the others stay.
            AlreadyThere: the key was taken meanwhile; the upload is aborted.
            NotFound: the upload was aborted.
        """
        ...

    def abort(self, upload: Upload | Pending) -> None:
        """Gives an upload up and frees its parts, if it is still there."""
        ...

    def uploads(self, key: str = "") -> tuple[Pending, ...]:
        """The uploads under way, of all keys or to one. A MinIO server lists only those to a key that is named."""
        ...

    def source(self, key: str, seconds: int) -> str:
        """What ffmpeg on this side can read the file from: a path, or a link that lives so long."""
        ...

    def link(self, key: str, seconds: int, *, download: str = "") -> str:
        """A link with which a browser reads the file for so long; `download` is the name it is saved under."""
        ...

    def part_link(self, upload: Upload, number: int, seconds: int) -> str:
        """A link to which a browser PUTs one part for so long."""
        ...


def listed(store: ObjectStore, prefix: str) -> Iterator[Listed]:
    """Every file whose key begins with `prefix`, page after page."""
    after = ""
    while True:
        page = store.page(prefix, after=after)
        yield from page.rows
        after = page.after
        if not after:
            return


def part_size(size: int) -> int:
    """Bytes of the parts in which a file of `size` bytes is best sent.

    >>> part_size(10 << 30) == PART, part_size(1 << 40) >> 20
    (True, 105)
    """
    most = -(-size // MOST_PARTS)
    return max(PART, -(-most // (1 << 20)) << 20)


FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space and run the same command again; what was done is kept"),
    errno.EDQUOT: ("your disk quota is used up", "free some space and run the same command again"),
    errno.EACCES: ("no permission", "give yourself the right to read and write there, or work in another folder"),
    errno.EPERM: ("no permission", "give yourself the right to read and write there, or work in another folder"),
    errno.EROFS: ("the disk is read-only", "work in a folder that can be written"),
}
"""What a person can act on, by errno: the fact, and what to do."""


def storage_error(error: OSError, where: Path | str) -> PipelineError:
    """The disk's own error in words people can act on."""
    what, todo = REASONS.get(error.errno or 0, (error.strerror or str(error), "check that the disk is well"))
    kind = DiskFull if error.errno in FULL else StorageUnavailable
    return kind(f"{error.filename2 or error.filename or where}: {what}", todo=todo)
