"""A client that stores without end and says what it tries and what was acknowledged, so that a test can kill things.

python -m tests.stack.storing <pickled store> <seed> <folder to work in>
"""

import base64
import hashlib
import io
import pickle
import random
import re
import sys
from pathlib import Path

from pipeline.errors import StorageUnavailable
from storage.objects import SMALLEST_PART, ObjectStore
from storage.sending import sent
from storage.sums import table


def told(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def store_without_end(store: ObjectStore, seed: int, folder: Path) -> None:
    """Small files, files in parts, uploads part by part, folders: in an order the seed chooses."""
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        name = f"{seed}-{number}"
        what = chance.choice(["small", "large", "parts", "folder", "folder"])
        if what == "folder":
            work = folder / name
            (work / "in").mkdir(parents=True)
            for file in ("picture.mp4", "in/value.json", "sound.m4a"):
                (work / file).write_bytes(chance.randbytes(chance.choice([20, 70_000, 900_000, 17 << 20])))
            object_name = f"derived/segment/{number:02d}/{name}"
            files = {file: found.sha256 for file, found in table(work).items()}
            digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
            told("try", "folder", object_name, digest)
            assert store.publish(work, object_name)
            told("done", "folder", object_name, digest)
            continue
        size = chance.randint(1, 300_000) if what == "small" else chance.randint(17 << 20, 22 << 20)
        data = chance.randbytes(size)
        digest = hashlib.sha256(data).hexdigest()
        key = f"originals/{name}/{what}"
        told("try", what, key, digest)
        if what == "parts":
            upload = store.begin(key, size, sha256=digest, part_size=SMALLEST_PART)
            store.complete(upload, sent(store, upload, io.BytesIO(data)))
        else:
            store.put(key, io.BytesIO(data), sha256=digest)
        told("done", what, key, digest)


def peak(process: int | str) -> int:
    """The most resident memory a process has had, in bytes. Not `ru_maxrss`: that has its parent's from before exec."""
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(kilobytes) << 10


if __name__ == "__main__":
    try:
        store_without_end(pickle.loads(base64.b64decode(sys.argv[1])), int(sys.argv[2]), Path(sys.argv[3]))
    except StorageUnavailable as unavailable:
        told("unavailable", unavailable.message)
