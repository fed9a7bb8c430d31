"""What lies in the paths that people name: every file, and the folders that systems hide, once."""

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.arrivals import SYSTEM, Seen
from pipeline.errors import NotFound
from storage.objects import storage_error


def listing(paths: Iterable[Path]) -> tuple[Seen, ...]:
    """The files named, and those below the folders named. A hidden or system folder is told itself and not entered.

    Raises:
        NotFound: a path leads nowhere.
        StorageUnavailable: a folder cannot be read.
    """
    found: dict[str, Seen] = {}
    for path in paths:
        whole = path.absolute()
        if not whole.exists():
            raise NotFound(f"{path}: no such file or folder", todo="check its name, and that the card is mounted")
        for seen in _below(whole) if whole.is_dir() else [_seen(whole, "")]:
            found.setdefault(seen.path, seen)
    return tuple(found.values())


def _below(root: Path) -> Iterable[Seen]:
    def fail(error: OSError) -> None:
        raise storage_error(error, root) from error

    for place, folders, names in os.walk(root, onerror=fail):
        here = Path(place)
        closed = [name for name in folders if name.startswith(".") or name.casefold() in SYSTEM]
        folders[:] = sorted(set(folders) - set(closed))
        yield from (Seen((here / name).as_posix(), root.as_posix(), 1) for name in closed)
        yield from (_seen(here / name, root.as_posix()) for name in names)


def _seen(path: Path, root: str) -> Seen:
    try:
        size = path.stat().st_size
    except OSError:  # a link that leads nowhere, a file that just went
        size = 0
    return Seen(path.as_posix(), root, size)
