"""A file read once on its way into the store: its sha256, the hashes its card wants, how far it is."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import WrongHash
from pipeline.hashes import Hashing
from pipeline.mhl import Wanted


class Reading:
    """A stream that is hashed as it is read, from its beginning to its end."""

    def __init__(self, stream: BinaryIO, wanted: Wanted | None, show: Callable[[int], None]) -> None:
        self._stream = stream
        self._wanted = wanted
        self._show = show
        self._sha256 = hashlib.sha256()
        self._hashing = Hashing(kind for kind, _ in wanted.hashes) if wanted else Hashing(())
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        data = self._stream.read(size)
        self._sha256.update(data)
        self._hashing.update(data)
        self.size += len(data)
        self._show(self.size)
        return data

    @property
    def sha256(self) -> str:
        """The digest of what was read so far."""
        return self._sha256.hexdigest()

    def refuse_other(self, name: str) -> None:
        """Nothing, when what was read is what its card's manifest lists.

        Raises:
            WrongHash: it is something else: what was wanted, and what was found.
        """
        if self._wanted is None:
            return
        todo = "copy it again from the card; this copy is not what the camera wrote"
        where = self._wanted.manifest
        if self._wanted.size is not None and self._wanted.size != self.size:
            message = f"{name}: wanted {self._wanted.size} bytes ({where}), found {self.size}"
            raise WrongHash(message, todo=todo)
        found = self._hashing.texts()
        for kind, text in self._wanted.hashes:
            if found[kind] != text:
                raise WrongHash(f"{name}: wanted {kind} {text} ({where}), found {found[kind]}", todo=todo)


def stamp_of(path: Path) -> str:
    """What changes when a file does: size, time of change, place on its disk.

    Raises:
        OSError: it is not there.
    """
    found = path.stat()
    return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ino}"
