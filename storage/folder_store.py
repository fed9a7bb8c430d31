"""The object store that is a folder on this disk.

originals/… incoming/… purged/…   one file per object
derived/… drafts/…                one folder per object, its mark `whole.json` inside
sums/<key>                        what is known of each file, written before the file appears
uploads/<id>/                     files on their way in
scratch/ claims/                  work under way
"""

import contextlib
import json
import os
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import AlreadyThere, NotFound
from storage.claims import FolderClaims
from storage.folder import Folder
from storage.folder_uploads import FolderUploads
from storage.keeping import Keeping
from storage.keys import FILES, FOLDERS, checked, checked_file, checked_folder
from storage.objects import (
    File,
    Listed,
    Page,
    Part,
    Pending,
    Stat,
    Upload,
    Whole,
    storage_error,
)
from storage.signing import Signer
from storage.streams import landing, opened
from storage.sums import MARK, Sum, copied, mark, marked, refuse_other, table


class FolderStore(Folder, Keeping):
    """An `ObjectStore` below one root. Links need a signer; without one, there are none."""

    def __init__(self, root: Path, signer: Signer | None = None) -> None:
        super().__init__(root)
        self._signer = signer
        self._claims = FolderClaims(root / "claims")
        self._uploads = FolderUploads(root / "uploads")

    def put(self, key: str, source: Path | BinaryIO, *, sha256: str = "", size: int | None = None) -> Stat:
        """Stores a file or stream, once."""
        self._absent(checked_file(key))
        with self._told(key), self.scratch() as folder:
            new = folder / "file"
            with opened(source) as stream, new.open("wb") as target:
                found = copied(stream, target)
                target.flush()
                os.fsync(target.fileno())
            refuse_other(key, found, sha256, size)
            return self._placed(key, new, found, "")

    def copy(self, source: str, key: str, *, sha256: str = "") -> Stat:
        """Copies a stored file to another key."""
        there = self._there(source)
        return self.put(key, self.path(source), sha256=sha256 or there.sha256)

    def stat(self, key: str) -> Stat | None:
        """What is known of a file, or None."""
        with self._told(key):
            try:
                found = self.path(checked(key)).stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
            sha256 = self._known(key).get("sha256", "")
            return Stat(key, found.st_size, sha256, sha256 or f"{found.st_mtime_ns:x}-{found.st_size:x}")

    def get(self, key: str, path: Path, *, sha256: str = "") -> Stat:
        """Writes a stored file to `path`, checked."""
        there = self._there(key)
        with self._told(path), landing(path) as new:
            with self.path(key).open("rb") as stream, new.open("wb") as target:
                found = copied(stream, target)
            refuse_other(key, found, sha256 or there.sha256, there.size)
        return there

    def read(self, key: str, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`."""
        if not 0 <= start < stop:
            raise ValueError(f"no bytes from {start} to {stop}")
        self._there(key)
        with self._told(key), self.path(key).open("rb") as stream:
            stream.seek(start)
            return stream.read(stop - start)

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> Page:
        """Some of the files whose keys begin with `prefix`, in the order of their bytes."""
        with self._told(prefix):
            rows: list[Listed] = []
            for key, found in self._walked("", prefix, after.encode()):
                if len(rows) == limit:
                    return Page(tuple(rows), rows[-1].key)
                rows.append(Listed(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC)))
            return Page(tuple(rows), "")

    def publish(self, folder: Path, name: str) -> bool:
        """Makes a finished scratch folder the object of that name, by one rename."""
        place = self.path(checked_folder(name))
        with self._told(place):
            (folder / MARK).write_bytes(mark(table(folder)))
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                folder.rename(place)
            except OSError:
                if not place.is_dir():
                    raise
                return False
            return True

    def whole(self, name: str) -> Whole | None:
        """The files of a published folder, or None."""
        with self._told(name):
            try:
                files = marked((self.path(checked_folder(name)) / MARK).read_bytes())
            except (FileNotFoundError, NotADirectoryError):
                return None
        if files is None:
            return None
        return Whole(name, tuple(File(file, f"{name}/{file}", s.size, s.sha256) for file, s in files.items()))

    def remove(self, name: str) -> None:
        """Removes a published folder: out of its place by one rename, then its files."""
        place = self.path(checked_folder(name))
        with self._told(place), self.scratch() as folder, contextlib.suppress(FileNotFoundError):
            place.rename(folder / "gone")

    def begin(self, key: str, size: int, *, sha256: str = "", part_size: int = 0) -> Upload:
        """Begins an upload in parts."""
        self._absent(checked_file(key))
        with self._told(key):
            return self._uploads.begun(key, size, sha256, part_size)

    def put_part(self, upload: Upload, number: int, data: bytes, *, md5: str = "") -> Part:
        """Writes one part into its place in the file."""
        with self._told(upload.key):
            return self._uploads.put(upload, number, data, md5)

    def parts(self, upload: Upload) -> tuple[Part, ...]:
        """The parts that arrived, by number."""
        with self._told(upload.key):
            return self._uploads.parts(upload)

    def complete(self, upload: Upload, md5s: Sequence[str]) -> Stat:
        """Makes the object of its parts, each of them and the whole read again and checked."""
        with self._told(upload.key):
            there = self._completed(upload)
            if there is None:
                try:
                    there = self._put_together(upload, md5s)
                except NotFound:
                    there = self._completed(upload)
                    if there is None:
                        raise
            self._uploads.abort(upload.id)
            return there

    def abort(self, upload: Upload | Pending) -> None:
        """Gives an upload up."""
        with self._told(upload.key):
            self._uploads.abort(upload.id)

    def uploads(self, key: str = "") -> tuple[Pending, ...]:
        """The uploads under way, of all keys or to one."""
        with self._told("uploads"):
            return tuple(one for one in self._uploads.pending() if key in {"", one.key})

    def upload(self, name: str) -> Upload:
        """The upload of that id, as a part's link names it.

        Raises:
            NotFound: it was completed or aborted.
        """
        with self._told("uploads"):
            return self._uploads.named(name)

    def source(self, key: str, seconds: int) -> str:
        """Its path."""
        del seconds
        self._there(key)
        return str(self.path(key))

    def link(self, key: str, seconds: int, *, download: str = "") -> str:
        """A signed link, without a host, which our web app serves."""
        return self.signer.link("GET", checked(key), seconds, download)

    def part_link(self, upload: Upload, number: int, seconds: int) -> str:
        """A signed link for one part, without a host, which our web app serves."""
        upload.length(number)
        return self.signer.link("PUT", f"{upload.id}/{number}", seconds)

    @property
    def signer(self) -> Signer:
        """Who makes and checks links.

        Raises:
            ValueError: the store was made without one.
        """
        if self._signer is None:
            raise ValueError("a FolderStore without a signer has no links")
        return self._signer

    @contextlib.contextmanager
    def _told(self, what: Path | str) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise storage_error(error, what) from error

    def _known(self, key: str) -> dict[str, str]:
        """What was noted of a file when it came."""
        try:
            return json.loads((self.root / "sums" / key).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}

    def _placed(self, key: str, new: Path, found: Sum, upload: str) -> Stat:
        """The object, once a file is moved to its place. Its sum is noted before, so that it never lies there without.

        Raises:
            AlreadyThere: another was first.
        """
        place, note = self.path(key), self.root / "sums" / key
        with self._claims.held(key):
            if place.exists():
                raise AlreadyThere(key)
            with self.scratch() as folder:
                for path in (place, note):
                    path.parent.mkdir(parents=True, exist_ok=True)
                (folder / "note").write_text(json.dumps({"sha256": found.sha256, "upload": upload}), "utf-8")
                (folder / "note").replace(note)
                new.rename(place)
                _settled(place.parent)
        return Stat(key, found.size, found.sha256, found.sha256)

    def _completed(self, upload: Upload) -> Stat | None:
        """The object that the upload became, or None."""
        return self.stat(upload.key) if self._known(upload.key).get("upload") == upload.id else None

    def _put_together(self, upload: Upload, md5s: Sequence[str]) -> Stat:
        with self._uploads.held(upload) as folder:
            there = self._completed(upload)
            if there is not None:
                return there
            found = self._uploads.checked(upload, folder, md5s)
            try:
                return self._placed(upload.key, folder / "data", found, upload.id)
            except AlreadyThere:
                self._uploads.abort(upload.id)
                raise

    def _gone(self, key: str) -> None:
        with self._told(key), self._claims.held(key):
            for path in (self.path(key), self.root / "sums" / key):
                path.unlink(missing_ok=True)

    def _walked(self, folder: str, prefix: str, after: bytes) -> Iterator[tuple[str, os.stat_result]]:
        """The files below a folder's key (ending in a slash, or empty), in the order of their keys' bytes."""
        try:
            with os.scandir(self.root / folder) as found:
                entries = [(folder + entry.name + "/" * entry.is_dir(), entry) for entry in found]
        except FileNotFoundError:
            return
        for key, entry in sorted(entries, key=lambda pair: pair[0].encode()):
            if not folder and key not in (*FILES, *FOLDERS):
                continue
            if not (prefix.startswith(key) or key.startswith(prefix)):
                continue
            name = key.encode()
            if key.endswith("/"):
                if name > after or after.startswith(name):
                    yield from self._walked(key, prefix, after)
            elif name > after:
                with contextlib.suppress(FileNotFoundError):
                    yield key, entry.stat()


def _settled(folder: Path) -> None:
    """Makes a rename into a folder outlast a power cut (fsync(2): the folder's entry needs one of its own)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
