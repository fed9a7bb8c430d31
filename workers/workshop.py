"""Where pieces are made on one machine: a folder to work in, beside the store that everyone shares.

Nothing is fetched that is not used: a file of an object is brought here when it is read whole, and read by ranges
where only some of it is wanted. What was brought or made stays as long as there is room for it.
"""

import contextlib
import json
import os
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pipeline.errors import NotFound, PipelineError
from pipeline.media.pcm import HEAD, layout
from pipeline.spans import Span
from pipeline.values import FORMAT, from_json
from storage.folder_store import FolderStore
from storage.objects import File, ObjectStore, Whole, storage_error
from storage.sums import MARK

T = TypeVar("T")

VALUE = "value.json"
"""The file of an object that holds the value a draft goes on with."""
PARTS = "parts"
"""Below the work folder: single files of the store's objects, by their names."""
LINK_SECONDS = 6 * 3600
"""How long a link for ffmpeg lives: longer than the longest rush takes to decode."""


class Lost(NotFound):
    """An object was made, and the store has it no longer. `name` is the object's: it is to be made again."""

    code = "lost"

    def __init__(self, name: str, part: str) -> None:
        super().__init__(f"{name}: the store has {part} of it no longer", todo="draft again: it is made anew")
        self.name = name


def stored(kind: type[T], place: Path) -> T | None:
    """The value of the object that lies there, or None: not made yet, or by a version that wrote it otherwise."""
    try:
        data = json.loads((place / VALUE).read_text("utf-8"))
        return from_json(kind, data["value"]) if data["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, PipelineError):
        return None


@dataclass(frozen=True, slots=True)
class _Kept:
    """Something that can be had again: where it lies, its size, and when it was used last, in seconds since 1970."""

    path: Path
    bytes: int
    used: float


@dataclass(frozen=True)
class Workshop:
    """A folder of this machine to work in, and the store: the same one where nobody else works."""

    work: FolderStore
    store: ObjectStore
    _seen: dict[str, Whole] = field(default_factory=dict[str, Whole], compare=False, repr=False)

    @property
    def alone(self) -> bool:
        """True when what is made stays in the folder."""
        return self.store is self.work

    def value(self, kind: type[T], name: str) -> T | None:
        """The value of an object, wherever it lies; None when it was not made, or cannot be read."""
        found = stored(kind, self.work.path(name))
        if found is not None or self.alone:
            return found
        try:
            return stored(kind, self.file(name, VALUE).parent)
        except Lost:
            return None

    def file(self, name: str, part: str) -> Path:
        """A file of an object, on this disk: it is brought here unless it is here.

        Raises:
            Lost: the store has it no longer.
        """
        own = self.work.path(name) / part
        if self.alone:
            return own
        if own.exists():
            os.utime(own.parent)  # among the last to go
            return own
        here = self.work.root / PARTS / name / part
        try:
            os.utime(here)
        except FileNotFoundError:
            there = self._file(name, part)
            try:
                self.store.get(there.key, here, sha256=there.sha256)
            except NotFound as error:
                raise self._gone(name, part) from error
        except OSError as error:
            raise storage_error(error, here) from error
        return here

    def source(self, name: str, part: str) -> str:
        """What ffmpeg reads a file of an object from, as much as it needs: a path, or a link of our own store.

        Raises:
            Lost: the store has it no longer.
        """
        for here in (self.work.path(name) / part, self.work.root / PARTS / name / part):
            if self.alone or here.exists():
                return str(here)
        try:
            return self.store.source(self._file(name, part).key, LINK_SECONDS)
        except NotFound as error:
            raise self._gone(name, part) from error

    def sound(self, name: str, part: str, spans: Sequence[Span], scratch: Path) -> Path:
        """A WAV file that has those samples: of one that lies in the store only they are read, all others are silent.

        Raises:
            Lost: the store has it no longer.
        """
        own = self.work.path(name) / part
        if self.alone or own.exists():
            return own
        there = self._file(name, part)
        try:
            head = self.store.read(there.key, 0, min(HEAD, there.size))
            found = layout(head, there.size, part)
            path = scratch / f"{there.sha256[:16]}.wav"
            with path.open("wb") as file:
                file.write(head)
                file.truncate(there.size)
                for start, stop in _united((found.bytes_of(span) for span in spans), len(head), there.size):
                    file.seek(start)
                    file.write(self.store.read(there.key, start, stop))
        except NotFound as error:
            raise self._gone(name, part) from error
        except OSError as error:
            raise storage_error(error, scratch) from error
        return path

    def publish(self, folder: Path, name: str) -> None:
        """Makes a finished scratch folder the object of that name, here and in the store."""
        if self.work.has(name):
            self.work.remove(name)  # damaged, and in the way of a whole one
        self.work.publish(folder, name)
        self.share(name)

    def share(self, name: str) -> None:
        """Gives the store an object of the work folder, unless it has it: by hard links, for a store may move files."""
        if self.alone or not self.work.has(name) or self.store.whole(name) is not None:
            return
        with self.work.scratch() as scratch:
            copy = scratch / "object"
            try:
                shutil.copytree(self.work.path(name), copy, copy_function=os.link, ignore=shutil.ignore_patterns(MARK))
            except OSError as error:
                raise storage_error(error, name) from error
            self.store.publish(copy, name)

    def forget(self, name: str) -> None:
        """Removes what is here of an object."""
        self._seen.pop(name, None)
        self.work.remove(name)
        if not self.alone:
            shutil.rmtree(self.work.root / PARTS / name, ignore_errors=True)

    def trim(self, most: int, spared: float) -> int:
        """Removes what was used longest ago, until at most `most` bytes are left here; how many that were.

        Nothing goes that was used within `spared` seconds: somebody works with it. What goes is in the store.
        """
        if self.alone:
            return 0
        kept = [one for one in (*self._brought(), *self._made()) if one.bytes]
        left, gone = sum(one.bytes for one in kept), 0
        for one in sorted(kept, key=lambda one: one.used):
            if left - gone <= most or one.used > time.time() - spared:
                break
            if one.path.is_dir():
                self.work.remove(one.path.relative_to(self.work.root).as_posix())
            else:
                one.path.unlink(missing_ok=True)
            gone += one.bytes
        return gone

    def _brought(self) -> Iterator[_Kept]:
        for path in (self.work.root / PARTS).rglob("*"):
            with contextlib.suppress(OSError):
                found = path.stat()
                if stat.S_ISREG(found.st_mode):
                    yield _Kept(path, found.st_size, found.st_mtime)

    def _made(self) -> Iterator[_Kept]:
        for path in (self.work.root / "derived").glob("*/*/*"):
            with contextlib.suppress(OSError):
                size = sum(one.stat().st_size for one in path.iterdir())
                yield _Kept(path, size, path.stat().st_mtime)

    def _whole(self, name: str) -> Whole | None:
        there = self._seen.get(name) or self.store.whole(name)
        if there is not None:
            self._seen[name] = there
        return there

    def _file(self, name: str, part: str) -> File:
        there = self._whole(name)
        found = there.file(part) if there is not None else None
        if found is None:
            raise self._gone(name, part)
        return found

    def _gone(self, name: str, part: str) -> Lost:
        self._seen.pop(name, None)
        return Lost(name, part)


def _united(ranges: Iterable[tuple[int, int]], least: int, most: int) -> list[tuple[int, int]]:
    """Half-open ranges in order, those that touch joined, held between two bounds."""
    out: list[tuple[int, int]] = []
    for start, stop in sorted((max(start, least), min(stop, most)) for start, stop in ranges):
        if start >= stop:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(stop, out[-1][1]))
        else:
            out.append((start, stop))
    return out
