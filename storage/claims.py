"""One at a time: who is about to write a key holds it, so that exactly one of many wins.

S3 has `If-None-Match: *` for this, but not every server honours it (JuiceFS and older MinIO write over in silence), so
no store rests on it.
"""

import contextlib
import fcntl
import hashlib
from collections.abc import Generator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from storage.objects import storage_error


class Claims(Protocol):
    """Holds keys, each for one holder at a time, over all who share the store."""

    def held(self, key: str) -> AbstractContextManager[None]:
        """Waits until no one else holds the key, then holds it."""
        ...


class FolderClaims:
    """Claims of all threads and processes of one machine, by locked files; a lock goes with its process.

    A file stands for many keys (1 of 4,096), so that the folder stays small.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def held(self, key: str) -> Generator[None]:
        """Waits until no one else holds the key, then holds it.

        Raises:
            StorageUnavailable: the folder cannot be written.
        """
        path = self.folder / hashlib.sha256(key.encode()).hexdigest()[:3]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = path.open("a")
        except OSError as error:
            raise storage_error(error, path) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
