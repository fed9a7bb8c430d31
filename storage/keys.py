"""Names of objects. They are made here, from digests and numbers, and never taken from a request."""

import unicodedata

from pipeline.manifest import Kind
from pipeline.values import Key

ORIGINALS = "originals/"
PURGED = "purged/"
FILES = (ORIGINALS, "incoming/", PURGED)
"""Below these, an object is one file."""
FOLDERS = ("derived/", "drafts/")
"""Below these, an object is a folder of files, there whole or not at all."""

LONGEST_KEY = 900
"""Bytes of UTF-8. S3 takes 1,024 (AWS, "Creating object key names"); the rest is for the files of a folder."""
LONGEST_PART = 255
"""Bytes of UTF-8 between two slashes: NAME_MAX of Linux file systems, and of SeaweedFS and JuiceFS."""
LONGEST_NAME = 200
"""Bytes of a file's name as kept in a key; longer ones lose their middle, not their suffix."""


def derived(kind: Kind, key: Key) -> str:
    """The name of a derived object: `derived/<kind>/<first two of key>/<key>`.

    >>> derived("segment", Key("ab12"))
    'derived/segment/ab/ab12'
    """
    return f"derived/{kind}/{key[:2]}/{key}"


def draft(video: str, number: int) -> str:
    """The name of a draft's folder.

    >>> draft("v7", 12)
    'drafts/v7/012'
    """
    return checked(f"drafts/{video}/{number:03d}")


def original(sha256: str, name: str) -> str:
    """The key of a file as it was handed in, named by what is in it.

    >>> original("ab" * 32, "Plan 3, été.MOV").removeprefix("originals/" + "ab" * 32)
    '/Plan 3, été.MOV'
    """
    return checked(f"{ORIGINALS}{sha256}/{safe_name(name)}")


def incoming(upload: str, name: str) -> str:
    """The key of a file on its way in, whose digest is not known yet."""
    return checked(f"incoming/{upload}/{safe_name(name)}")


def safe_name(name: str) -> str:
    r"""A file's name that every store and disk takes, as people can still recognise it.

    >>> safe_name("C:\\cards\\a/b.mov"), safe_name("../.."), safe_name(" é\n.mp4 ")
    ('C__cards_a_b.mov', '_.._..', 'é_.mp4')
    """
    text = unicodedata.normalize("NFC", name).encode("utf-8", "replace").decode()
    text = "".join("_" if _unsafe(character) else character for character in text.strip())
    text = "_" + text if text.startswith(".") or not text else text
    stem, dot, suffix = text.rpartition(".")
    ending = (dot + suffix) if stem and len(suffix) < 16 else ""
    room = LONGEST_NAME - len(ending.encode())
    kept = text.removesuffix(ending).encode()[:room].decode(errors="ignore")
    return kept + ending


def _unsafe(character: str) -> bool:
    return character in '/\\:*?"<>|' or unicodedata.category(character).startswith("C")


def checked(key: str) -> str:
    """The key itself, when every store can hold it.

    Raises:
        ValueError: it cannot be one; keys are ours, so this is a fault of Rushes.
    """
    parts = key.split("/")
    if not key.startswith((*FILES, *FOLDERS)) or any(part in {"", ".", ".."} for part in parts):
        raise ValueError(f"not a key: {key!r}")
    if any(character == "\\" or unicodedata.category(character) in {"Cc", "Cs"} for character in key):
        raise ValueError(f"a key with a backslash or a control character: {key!r}")
    if len(key.encode()) > LONGEST_KEY or any(len(part.encode()) > LONGEST_PART for part in parts):
        raise ValueError(f"too long for a key: {key!r}")
    return key


def checked_file(key: str) -> str:
    """The key itself, when it may name an object of one file.

    Raises:
        ValueError: it lies where objects are folders, or is no key.
    """
    if not key.startswith(FILES):
        raise ValueError(f"wanted a key below {', '.join(FILES)}, found {key!r}: others are published whole")
    return checked(key)


def checked_folder(name: str) -> str:
    """The name itself, when it may name an object that is a folder.

    Raises:
        ValueError: it lies where objects are single files, or is no name.
    """
    if not name.startswith(FOLDERS):
        raise ValueError(f"wanted a name below {', '.join(FOLDERS)}, found {name!r}")
    return checked(name)
