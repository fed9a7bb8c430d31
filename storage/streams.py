"""Files opened, and files that appear whole."""

import contextlib
import os
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def opened(source: Path | BinaryIO) -> Generator[BinaryIO]:
    """A stream of a file, closed at the end, or the stream itself, which is its owner's to close."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield source


@contextlib.contextmanager
def landing(path: Path) -> Generator[Path]:
    """A place to write beside `path`. It becomes `path` at the end, whole, or nothing is left of it.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.parent / f".{os.getpid()}-{os.urandom(8).hex()}.part"
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
