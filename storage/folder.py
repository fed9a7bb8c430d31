"""A folder on this disk that is worked in: scratch folders, a place for each name, one run at a time."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

from pipeline.errors import StorageUnavailable
from storage.objects import storage_error


class Folder:
    """Scratch folders and named places below one root, on one disk, so that a rename moves one to the other."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Where the object of that name lies, or would lie."""
        return self.root / name

    def has(self, name: str) -> bool:
        """True when a folder lies in that place."""
        return self.path(name).is_dir()

    @contextlib.contextmanager
    def scratch(self) -> Generator[Path]:
        """A folder to work in, on the same disk; whatever is left in it at the end is removed.

        Raises:
            StorageUnavailable: it cannot be made.
        """
        parent = self.root / "scratch"
        try:
            parent.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))
        except OSError as error:
            raise storage_error(error, parent) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def locked(self) -> Generator[None]:
        """Holds the folder for one run; the lock goes with the process, however it ends.

        Raises:
            StorageUnavailable: another run holds it, or it cannot be written.
        """
        path = self.root / "lock"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with path.open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield
        except BlockingIOError as error:
            todo = "wait until it is done, or end it"
            raise StorageUnavailable(f"{self.root.parent}: another draft is being made here", todo=todo) from error
        except OSError as error:
            raise storage_error(error, path) from error

    def swept(self) -> int:
        """Removes what crashed runs left in scratch; how many folders that were."""
        gone = 0
        for folder in (self.root / "scratch").glob("*-*"):
            owner = folder.name.partition("-")[0]
            if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
        return gone
