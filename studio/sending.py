"""A file sent to a studio elsewhere, part by part, straight to its store: the protocol of the page (docs/web.md).

What the store has is not sent again, after a kill or on another day: the same file announced again is the same upload.
"""

import base64
import hashlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from pipeline.errors import WrongHash
from pipeline.mhl import Wanted
from storage.objects import storage_error
from studio.elsewhere import Api, Elsewhere
from workers.handing import MEGA
from workers.progress import Listener, Step
from workers.sending import Reading, stamp_of

IN_FLIGHT: Final = 4
"""Parts that are sent at once, as the page does."""
BATCH: Final = 8
"""Parts that links are asked for at once."""
ROUNDS: Final = 5
"""Times that the store may say that parts are damaged."""
EDGE: Final = 1 << 20
"""Bytes at each end of a file that tell it from others of its name and size, as the page has it."""
BLOCK: Final = 1 << 20

Uploading = Mapping[str, Any]
"""What the API tells of an upload."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that is to be sent: where it lies, its path as its sender has it, and what it is there."""

    file: Path
    path: str
    kind: str = "rush"
    reference: str = ""
    wanted: Wanted | None = None


def fingerprint(file: BinaryIO, size: int) -> str:
    """What tells a file from others: the same, sent by the page or by this command, has the same."""
    head = file.read(EDGE)
    file.seek(max(0, size - EDGE))
    return f"{size}-{hashlib.md5(head + file.read(EDGE), usedforsecurity=False).hexdigest()}"


@dataclass(slots=True)
class Sending:
    """Sends files to one video, one after the other."""

    api: Api
    video: str
    listener: Listener
    _there: dict[int, str] = field(default_factory=dict[int, str])
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _failed: threading.Event = field(default_factory=threading.Event)

    def sent(self, given: Announced) -> Uploading:
        """The upload, whole: it is looked at there from now on.

        Raises:
            WrongHash: it is not what its card lists, or was changed meanwhile; nothing of it is kept.
            Elsewhere: the studio refuses it.
            StorageUnavailable: the file cannot be read, or the studio or its store cannot be reached.
        """
        try:
            size, stamp = given.file.stat().st_size, stamp_of(given.file)
            with given.file.open("rb") as file:
                upload = self._announced(given, fingerprint(file, size), size)
            if not upload["parts"]:
                self._show(size, size)
                return upload
            md5s = self._unchanged(upload, given, size, stamp)
        except OSError as error:
            raise storage_error(error, given.file) from error
        return self._completed(upload, given, md5s)

    def _unchanged(self, upload: Uploading, given: Announced, size: int, stamp: str) -> list[str]:
        """The MD5 of each part of a file that is what its card lists, and the same from beginning to end."""
        try:
            md5s = self._every_part(upload, given, size)
            _refuse_changed(given.file, stamp)
        except WrongHash:
            self.api.asked("DELETE", f"/api/v1/uploads/{upload['id']}")
            raise
        return md5s

    def _announced(self, given: Announced, mark: str, size: int) -> Uploading:
        body = {"path": given.path, "size": size, "fingerprint": mark, "kind": given.kind, "reference": given.reference}
        upload = self.api.asked("POST", f"/api/v1/videos/{self.video}/uploads", body)
        self._there = {one["number"]: one["md5"] for one in upload["there"]}
        self._failed.clear()
        return upload

    def _every_part(self, upload: Uploading, given: Announced, size: int) -> list[str]:
        """The MD5 of each part, once the store holds all of them: read in order, sent several at once."""
        md5s: list[str] = []
        under_way: list[Future[None]] = []
        room = threading.Semaphore(IN_FLIGHT * 2)
        with given.file.open("rb") as file, ThreadPoolExecutor(IN_FLIGHT) as pool:
            reading = Reading(file, given.wanted, lambda _: None)
            while len(md5s) < upload["parts"] and not self._failed.is_set():
                first = len(md5s) + 1
                last = min(upload["parts"], first + BATCH - 1)
                md5s += [_md5(reading, _length(upload, number)) for number in range(first, last + 1)]
                for number, link in self._links(upload, range(first, last + 1), md5s).items():
                    room.acquire()
                    part = (upload, given.file, number, link, md5s[number - 1])
                    under_way.append(pool.submit(self._in_turn, room, *part))
                self._show(self._bytes(upload), size)
        for done in under_way:
            done.result()
        reading.refuse_other(given.file.name)
        return md5s

    def _in_turn(self, room: threading.Semaphore, *part: Any) -> None:
        try:
            if not self._failed.is_set():
                self._part(*part)
        except BaseException:
            self._failed.set()
            raise
        finally:
            room.release()

    def _part(self, upload: Uploading, path: Path, number: int, link: str, md5: str) -> None:
        """Sends one part; a link that is too old is asked for again."""
        length, start = _length(upload, number), (number - 1) * upload["part_size"]
        sum_of_it = base64.b64encode(bytes.fromhex(md5)).decode()
        place = [link]

        def once() -> None:
            try:
                self.api.put(place[0], lambda: _piece(path, start, length), length, sum_of_it)
            except Elsewhere:
                fresh = self._links(upload, [number], {number - 1: md5})
                if number in fresh:
                    place[0] = fresh[number]
                    raise

        try:
            self.api.again(once)
        except Elsewhere:
            self.api.again(once)  # once more by the new link, for what may not be tried again by the old one
        with self._alone:
            self._there[number] = md5
        self._show(self._bytes(upload), upload["size"])

    def _links(self, upload: Uploading, numbers: Any, md5s: Any) -> dict[int, str]:
        """Links for those of these parts that the store lacks."""
        parts = [{"number": one, "md5": md5s[one - 1]} for one in numbers if self._there.get(one) != md5s[one - 1]]
        if not parts:
            return {}
        told = self.api.asked("POST", f"/api/v1/uploads/{upload['id']}/sign", {"parts": parts})
        with self._alone:
            self._there |= {number: md5s[number - 1] for number in told["there"]}
        return {one["number"]: one["link"] for one in told["links"]}

    def _completed(self, upload: Uploading, given: Announced, md5s: list[str]) -> Uploading:
        for turn in range(1, ROUNDS + 1):
            try:
                return self.api.asked("POST", f"/api/v1/uploads/{upload['id']}/complete", {"md5s": md5s})
            except Elsewhere as error:
                if not error.parts or turn == ROUNDS:
                    raise
                for number in error.parts:
                    self._there.pop(number, None)
                for number, link in self._links(upload, error.parts, md5s).items():
                    self._part(upload, given.file, number, link, md5s[number - 1])
        raise AssertionError

    def _bytes(self, upload: Uploading) -> int:
        with self._alone:
            return sum(_length(upload, number) for number in self._there)

    def _show(self, done: int, size: int) -> None:
        total = max(1, size // MEGA)
        self.listener(Step("send", min(total, done // MEGA), total, "megabytes", finished=done >= size))


def _refuse_changed(path: Path, stamp: str) -> None:
    if stamp_of(path) != stamp:
        raise WrongHash(f"{path.name}: it was changed while it was sent", todo="add it again")


def _length(upload: Uploading, number: int) -> int:
    return min(upload["part_size"], upload["size"] - (number - 1) * upload["part_size"])


def _md5(reading: Reading, length: int) -> str:
    found = hashlib.md5(usedforsecurity=False)
    while length and (data := reading.read(min(BLOCK, length))):
        found.update(data)
        length -= len(data)
    return found.hexdigest()


def _piece(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while length and (data := file.read(min(BLOCK, length))):
            yield data
            length -= len(data)
