"""What every store does alike: refusing to write over, keeping originals, reading again, checking itself."""

import io
import json
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import AlreadyThere, Damaged, NotFound, OriginalKept, StorageUnavailable
from pipeline.values import as_json
from storage.keys import ORIGINALS, PURGED, checked, checked_file
from storage.objects import PART, ObjectStore, Stat, Whole
from storage.sums import Sum, refuse_other, summed


class Keeping(ABC):
    """The part of an `ObjectStore` that is built on the rest of it."""

    @abstractmethod
    def put(self, key: str, source: Path | BinaryIO, *, sha256: str = "", size: int | None = None) -> Stat:
        """Stores a file or stream, once."""

    @abstractmethod
    def stat(self, key: str) -> Stat | None:
        """What is known of a file, or None."""

    @abstractmethod
    def get(self, key: str, path: Path, *, sha256: str = "") -> Stat:
        """Writes a stored file to `path`, checked."""

    @abstractmethod
    def read(self, key: str, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`."""

    @abstractmethod
    def whole(self, name: str) -> Whole | None:
        """The files of a published folder, or None."""

    @abstractmethod
    def _gone(self, key: str) -> None:
        """Removes a file, whatever it is."""

    def check(self) -> None:
        """Writes, reads and deletes a small object."""
        key = f"incoming/check-{uuid.uuid4()}"
        self.put(key, io.BytesIO(key.encode()))
        if self.read(key, 0, 100) != key.encode():
            raise StorageUnavailable(
                f"{key}: reads otherwise than it was written", todo="look after the disk or server"
            )
        self.delete(key)

    def delete(self, key: str) -> None:
        """Removes a file, if it is there and no original."""
        if not checked_file(key).startswith("incoming/"):
            raise OriginalKept(key)
        self._gone(key)

    def purge(self, key: str, reason: str) -> None:
        """Removes an original for good, after recording what it was and why."""
        if not checked_file(key).startswith(ORIGINALS) or not reason.strip():
            raise ValueError(f"wanted an original and a reason, found {key!r}, {reason!r}")
        there, now = self._there(key), datetime.now(UTC)
        record = {"at": now.isoformat(timespec="seconds"), "reason": reason, "original": as_json(there)}
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        self.put(f"{PURGED}{now:%Y-%m-%d}/{uuid.uuid4()}.json", io.BytesIO(text.encode()))
        self._gone(key)

    def fetch(self, name: str, folder: Path) -> Whole:
        """Writes the files of a published folder into `folder`, each checked."""
        whole = self.whole(name)
        if whole is None:
            raise NotFound(f"{name}: no such object")
        for file in whole.files:
            self.get(file.key, folder / file.name, sha256=file.sha256)
        return whole

    def _there(self, key: str) -> Stat:
        stat = self.stat(checked(key))
        if stat is None:
            raise NotFound(f"{key}: no such object")
        return stat

    def _absent(self, key: str) -> None:
        if self.stat(key) is not None:
            raise AlreadyThere(key)


def contents(store: ObjectStore, key: str, size: int) -> Iterator[bytes]:
    """A file's bytes, read in pieces that fit into memory.

    Raises:
        NotFound: there is no such object.
    """
    for start in range(0, size, PART):
        yield store.read(key, start, min(start + PART, size))


def verified(store: ObjectStore, key: str, *, sha256: str = "", size: int | None = None) -> Sum:
    """The sum of a file, read again from the store, when it is what was declared, or else what the store was told.

    Raises:
        NotFound: there is no such object.
        Damaged: it is something else.
    """
    stat = store.stat(key)
    if stat is None:
        raise NotFound(f"{key}: no such object")
    found = summed(contents(store, key, stat.size))
    refuse_other(key, found, sha256 or stat.sha256, stat.size if size is None else size)
    return found


def accepted(store: ObjectStore, key: str, *, sha256: str, size: int) -> Sum:
    """The same for a file that has just come in: when it is not what was declared, it is removed as well.

    Raises:
        NotFound: there is no such object.
        Damaged: it was something else.
    """
    try:
        return verified(store, key, sha256=sha256, size=size)
    except Damaged as error:
        if key.startswith(ORIGINALS):
            store.purge(key, f"refused on the way in: {error.message}")
        else:
            store.delete(key)
        raise
