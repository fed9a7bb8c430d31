"""Objects kept in a folder: published whole under their name, or not at all."""

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

from pipeline.errors import PipelineError, StorageUnavailable


def storage_error(error: OSError, where: Path | str) -> PipelineError:
    """The disk's own error in words people can act on."""
    reasons = {
        errno.ENOSPC: ("the disk is full", "free some space and run the same command again; what was done is kept"),
        errno.EDQUOT: ("your disk quota is used up", "free some space and run the same command again"),
        errno.EACCES: ("no permission", "give yourself the right to read and write there, or work in another folder"),
        errno.EPERM: ("no permission", "give yourself the right to read and write there, or work in another folder"),
        errno.EROFS: ("the disk is read-only", "work in a folder that can be written"),
    }
    what, todo = reasons.get(error.errno or 0, (error.strerror or str(error), "check that the disk is well"))
    return StorageUnavailable(f"{error.filename2 or error.filename or where}: {what}", todo=todo)


class FolderStore:
    """Objects below one folder. An object is a folder of files; it appears with all of them, by one rename.

    Two processes that make the same object both succeed: the first to publish wins, the other's copy is dropped.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Where the object of that name lies, or would lie."""
        return self.root / name

    def has(self, name: str) -> bool:
        """True when the object was published."""
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

    def publish(self, folder: Path, name: str) -> Path:
        """Makes a finished scratch folder the object of that name; where it lies now.

        Raises:
            StorageUnavailable: it cannot be moved there.
        """
        place = self.path(name)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(place)
        except OSError as error:
            if not place.is_dir():
                raise storage_error(error, place) from error
        return place

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
