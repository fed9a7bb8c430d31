"""Digests of files and folders, and the table of a folder's files that is the mark of its wholeness."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import Damaged
from pipeline.values import FORMAT

BLOCK = 1 << 20
"""Bytes read at a time: enough for hashing at full speed, little memory."""

MARK = "whole.json"
"""The table of a published folder's files. It is written last: where it lies, the folder is whole."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many bytes, and their sha256 in hex."""

    size: int
    sha256: str


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """What is left of a stream, block by block."""
    while block := file.read(BLOCK):
        yield block


def summed(data: Iterable[bytes]) -> Sum:
    """The sum of blocks of bytes."""
    digest, size = hashlib.sha256(), 0
    for block in data:
        digest.update(block)
        size += len(block)
    return Sum(size, digest.hexdigest())


def sum_of(path: Path) -> Sum:
    """The sum of a file."""
    with path.open("rb") as file:
        return summed(blocks(file))


def copied(source: BinaryIO, target: BinaryIO) -> Sum:
    """The sum of what is left of a stream, after writing it to another."""

    def written() -> Iterator[bytes]:
        for block in blocks(source):
            target.write(block)
            yield block

    return summed(written())


def refuse_other(key: str, found: Sum, sha256: str, size: int | None) -> None:
    """Nothing, when the bytes are those declared; an empty `sha256` and a `size` of None declare nothing.

    Raises:
        Damaged: they are not.
    """
    todo = "send the file again; if it is the same again, it was declared wrong"
    if size is not None and found.size != size:
        raise Damaged(f"{key}: wanted {size} bytes, found {found.size}", todo=todo)
    if sha256 and found.sha256 != sha256.lower():
        raise Damaged(f"{key}: wanted sha256 {sha256}, found {found.sha256}", todo=todo)


def md5_of(data: bytes) -> str:
    """MD5 in hex: what S3 gives as the ETag of a part."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def content_md5(data: bytes) -> str:
    """MD5 as the `Content-MD5` header has it (RFC 1864)."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def table(folder: Path) -> dict[str, Sum]:
    """The sum of every file in a folder and below, by its path with forward slashes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): sum_of(path) for path in files}


def mark(files: dict[str, Sum]) -> bytes:
    """The text of the mark of a folder with those files."""
    rows = {name: {"size": found.size, "sha256": found.sha256} for name, found in files.items()}
    return json.dumps({"format": FORMAT, "files": rows}, ensure_ascii=False, indent=1).encode() + b"\n"


def marked(text: bytes) -> dict[str, Sum] | None:
    """The files of a mark, or None when it was written by another version or is none."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            return None
        return {name: Sum(int(row["size"]), str(row["sha256"])) for name, row in data["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
