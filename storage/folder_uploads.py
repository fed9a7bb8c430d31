"""Files on their way into a folder, part by part: each part is written where it belongs in the file it becomes.

uploads/<id>/upload.json   what was begun; locked while its parts are written or put together
uploads/<id>/data          the file, sparse until all parts are there
uploads/<id>/<number>      the MD5 of a part that arrived, written after the part
"""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import Damaged, NotFound
from pipeline.values import as_json, from_json
from storage.objects import Part, Pending, Upload, part_size
from storage.sums import BLOCK, Sum, md5_of, refuse_other


class FolderUploads:
    """The uploads below one folder. Disk errors come as `OSError`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def begun(self, key: str, size: int, sha256: str, length: int) -> Upload:
        """A new upload, with room for its file."""
        upload = Upload(key, secrets.token_hex(16), size, length or part_size(size), sha256)
        folder = self._root / upload.id
        folder.mkdir(parents=True)
        with (folder / "data").open("wb") as data:
            data.truncate(size)
        new = folder / "upload.new"
        new.write_text(json.dumps(as_json(upload), ensure_ascii=False), "utf-8")
        new.rename(folder / "upload.json")
        return upload

    def named(self, name: str) -> Upload:
        """The upload of that id.

        Raises:
            NotFound: it was completed or aborted.
        """
        if not name.isalnum():
            raise NotFound("no such upload")
        try:
            return from_json(Upload, json.loads((self._root / name / "upload.json").read_text("utf-8")))
        except FileNotFoundError as error:
            raise NotFound("no such upload: it was completed or given up", todo="begin again") from error

    def put(self, upload: Upload, number: int, data: bytes, md5: str) -> Part:
        """Writes one part.

        Raises:
            Damaged: its MD5 is not the one declared.
            NotFound: the upload was completed or aborted.
            ValueError: it has not the length of that part.
        """
        length, found = upload.length(number), md5_of(data)
        if len(data) != length:
            raise ValueError(f"part {number}: wanted {length} bytes, found {len(data)}")
        if md5 and md5 != found:
            raise Damaged(f"{upload.key}: part {number} did not arrive as it was sent", parts=(number,))
        with self.held(upload) as folder:
            record = folder / str(number)
            record.unlink(missing_ok=True)
            with (folder / "data").open("r+b") as file:
                file.seek((number - 1) * upload.part_size)
                file.write(data)
            new = folder / f"{number}.new"
            new.write_text(found, "ascii")
            new.rename(record)
        return Part(number, length, found)

    def parts(self, upload: Upload) -> tuple[Part, ...]:
        """The parts that arrived, by number.

        Raises:
            NotFound: the upload was completed or aborted.
        """
        with self.held(upload) as folder:
            numbers = sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())
            return tuple(Part(n, upload.length(n), (folder / str(n)).read_text("ascii")) for n in numbers)

    @contextlib.contextmanager
    def held(self, upload: Upload) -> Generator[Path]:
        """The folder of an upload, while no one else writes there.

        Raises:
            NotFound: the upload was completed or aborted.
        """
        named = self.named(upload.id)
        if named != upload:
            raise NotFound(f"{upload.key}: no such upload")
        folder = self._root / upload.id
        try:
            lock = (folder / "upload.json").open("rb")
        except FileNotFoundError as error:
            raise NotFound(f"{upload.key}: the upload was completed or given up", todo="begin again") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "upload.json").exists():
                raise NotFound(f"{upload.key}: the upload was completed or given up", todo="begin again")
            yield folder

    def checked(self, upload: Upload, folder: Path, md5s: Sequence[str]) -> Sum:
        """The sum of the whole, after every part was read again and found as its sender has it.

        Raises:
            Damaged: parts are missing or different (they are forgotten, the others stay), or the whole is not what
                was declared (the upload is given up).
        """
        if len(md5s) != upload.count:
            raise ValueError(f"{upload.key}: wanted the MD5 of {upload.count} parts, found {len(md5s)}")
        whole, bad = hashlib.sha256(), list[int]()
        with (folder / "data").open("r+b") as file:
            os.fsync(file.fileno())
            for number, md5 in enumerate(md5s, 1):
                part, left = hashlib.md5(usedforsecurity=False), upload.length(number)
                while left and (block := file.read(min(left, BLOCK))):
                    part.update(block)
                    whole.update(block)
                    left -= len(block)
                if left or part.hexdigest() != md5 or not (folder / str(number)).exists():
                    bad.append(number)
        for number in bad:
            (folder / str(number)).unlink(missing_ok=True)
        if bad:
            raise damaged_parts(upload, bad)
        found = Sum(upload.size, whole.hexdigest())
        try:
            refuse_other(upload.key, found, upload.sha256, upload.size)
        except Damaged:
            self.abort(upload.id)
            raise
        return found

    def abort(self, name: str) -> None:
        """Removes an upload, if it is there."""
        folder = self._root / name
        (folder / "upload.json").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def pending(self) -> tuple[Pending, ...]:
        """The uploads under way."""
        rows: list[Pending] = []
        for path in sorted(self._root.glob("*/upload.json")):
            upload = self.named(path.parent.name)
            rows.append(Pending(upload.key, upload.id, datetime.fromtimestamp(path.stat().st_mtime, UTC)))
        return tuple(rows)


def damaged_parts(upload: Upload, numbers: Sequence[int]) -> Damaged:
    """The error that names the parts to send again."""
    said = ", ".join(map(str, numbers))
    message = f"{upload.key}: of {upload.count} parts, missing or damaged: {said}"
    return Damaged(message, parts=tuple(numbers), todo="send these parts again")
