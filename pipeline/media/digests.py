"""What names the bytes of a file."""

import hashlib
from typing import BinaryIO, Literal, Protocol

from pipeline.values import Key

BUFFER = 1 << 20
"""Bytes read at once: a call into Python for each megabyte, not for each 32 kB."""


class Source(Protocol):
    """Where the bytes of a file come from: a `Path`, or a file that a store keeps (`storage.reading.Stored`)."""

    @property
    def name(self) -> str:
        """The file's name."""
        ...

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """A new stream of its bytes, that can be sought in."""
        ...


def digest_of(source: Source) -> Key:
    """The sha256 of all its bytes.

    Raises:
        OSError: it cannot be read.
    """
    whole = hashlib.sha256()
    with source.open("rb") as file:
        while block := file.read(BUFFER):
            whole.update(block)
    return Key(whole.hexdigest())
