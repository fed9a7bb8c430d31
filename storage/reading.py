"""A file in a store, read as if it lay on this disk: by ranges, a little ahead, nothing fetched whole."""

import io
from dataclasses import dataclass
from typing import BinaryIO, Literal, cast

from storage.objects import ObjectStore

AHEAD = 4 << 20
"""Bytes fetched at once: a request costs some milliseconds, so that a film is passed at disk speed; little memory."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that a store keeps: its key, the name people know it by, its size in bytes."""

    store: ObjectStore
    key: str
    name: str
    size: int

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """A new stream of its bytes, that can be sought in."""
        assert mode == "rb"  # noqa: S101 (originals are never written)
        return cast("BinaryIO", io.BufferedReader(_Ranges(self), AHEAD))


class _Ranges(io.RawIOBase):
    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._stored.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(cast("bytearray", buffer)).cast("B")
        stop = min(self._at + len(view), self._stored.size)
        if stop <= self._at:
            return 0
        data = self._stored.store.read(self._stored.key, self._at, stop)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
