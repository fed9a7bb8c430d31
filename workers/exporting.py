"""Originals handed out again: byte for byte, with a media hash list that any ASC MHL tool can check."""

import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pipeline.errors import AlreadyThere
from pipeline.hashes import Hashing, HashName
from pipeline.mhl import CHAIN, FOLDER, SUFFIX, Entry, chain, comparable, generation
from storage.catalogue.filming import RushFile
from storage.keys import safe_name
from storage.objects import ObjectStore, storage_error
from storage.sums import BLOCK, sum_of

KINDS: tuple[HashName, ...] = ("c4", "xxh64")
"""What is listed of each file: C4, that nobody can forge, and xxh64, that every copying program checks fastest."""


def export(store: ObjectStore, rushes: Sequence[RushFile], folder: Path, show: Callable[[int], None]) -> Path:
    """Writes the originals of rushes below a folder, under their cards, and lists them; where the list lies.

    A file that is there already, byte for byte, is kept. `show` is told how many files are done.

    Raises:
        AlreadyThere: another file lies in a place; nothing is written over.
        NotFound, Damaged: the store has lost an original, or has other bytes.
        StorageUnavailable: the folder cannot be written.
    """
    entries: list[Entry] = []
    try:
        for number, rush in enumerate(rushes, 1):
            name = Path(*(safe_name(part) for part in (rush.filed.card, *rush.filed.name.split("/")) if part))
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and sum_of(path).sha256 != rush.file.sha256:
                raise AlreadyThere(str(path))
            if not path.exists():
                store.get(rush.file.object_name, path, sha256=rush.file.sha256 or "")
            entries.append(_entry(path, name.as_posix()))
            show(number)
        return _listed(folder, entries)
    except OSError as error:
        raise storage_error(error, folder) from error


def _entry(path: Path, name: str) -> Entry:
    hashing, size = Hashing(KINDS), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            hashing.update(block)
            size += len(block)
    return Entry(comparable(name), size, tuple(hashing.texts().items()))


def _listed(folder: Path, entries: Sequence[Entry]) -> Path:
    """The next manifest of the folder, and its chain, written last: without it the manifest does not count."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    number = len(list(place.glob(f"*{SUFFIX}"))) + 1
    made = generation(number, folder.name, entries, datetime.now(UTC), socket.gethostname(), version("rushes"))
    before = (place / CHAIN).read_bytes() if (place / CHAIN).exists() else None
    (place / made.name).write_bytes(made.data)
    scratch = place / f".{CHAIN}"
    scratch.write_bytes(chain(before, made))
    scratch.replace(place / CHAIN)
    return place / made.name
