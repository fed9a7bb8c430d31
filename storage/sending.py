"""A file sent in parts: at first, again after an interruption, or again because some parts were damaged."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

from pipeline.errors import Damaged
from storage.objects import ObjectStore, Upload
from storage.sums import md5_of, refuse_other, summed

AT_ONCE = 2
"""Parts under way together. More make SeaweedFS take much memory (docs/storage.md), fewer leave the network idle."""
ATTEMPTS = 3
"""How often a part is sent before it is given up."""


def sent(store: ObjectStore, upload: Upload, file: BinaryIO) -> tuple[str, ...]:
    """The MD5 of each part of a file, once the store holds all of them; only what it lacks or has wrong is sent.

    Reads the file once, from where it stands, and keeps no more than `AT_ONCE` + 1 parts in memory.

    Raises:
        Damaged: a part arrives damaged every time, or the file is not of the declared size and sha256.
        NotFound: the upload was completed or aborted.
    """
    there = {(part.number, part.md5) for part in store.parts(upload)}
    md5s: list[str] = []
    room = threading.Semaphore(AT_ONCE)
    failed = threading.Event()
    under_way: list[Future[None]] = []

    def send(number: int, data: bytes) -> None:
        try:
            _arrived(store, upload, number, data, md5s[number - 1])
        except BaseException:
            failed.set()
            raise
        finally:
            room.release()

    def pieces(pool: ThreadPoolExecutor) -> Iterator[bytes]:
        for number in range(1, upload.count + 1):
            data = file.read(upload.length(number))
            if len(data) != upload.length(number) or failed.is_set():
                return
            md5s.append(md5_of(data))
            if (number, md5s[-1]) not in there:
                room.acquire()
                under_way.append(pool.submit(send, number, data))
            yield data
        yield file.read(1)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = summed(pieces(pool))
    for done in under_way:
        done.result()
    refuse_other(upload.key, found, upload.sha256, upload.size)
    return tuple(md5s)


def _arrived(store: ObjectStore, upload: Upload, number: int, data: bytes, md5: str) -> None:
    """Nothing, once the store has that part as it was sent."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            store.put_part(upload, number, data, md5=md5)
        except Damaged:
            if attempt == ATTEMPTS:
                raise
        else:
            return
