"""The hashes of camera manifests (ASC MHL 2.0), taken block by block, as their text is written there."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Literal, Protocol

import xxhash

HashName = Literal["xxh64", "xxh3", "xxh128", "md5", "sha1", "c4"]

_C4 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""The digits of a C4 id: base 58 without those that look alike (SMPTE ST 2114)."""

_C4_DIGITS = 88
"""58 ** 88 is the first power above 2 ** 512."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


def _md5() -> _Hash:
    return hashlib.md5(usedforsecurity=False)


def _sha1() -> _Hash:
    return hashlib.sha1(usedforsecurity=False)


_KINDS: dict[HashName, Callable[[], _Hash]] = {
    "xxh64": xxhash.xxh64,
    "xxh3": xxhash.xxh3_64,
    "xxh128": xxhash.xxh3_128,
    "md5": _md5,
    "sha1": _sha1,
    "c4": hashlib.sha512,
}


class Hashing:
    """Several hashes of one stream, taken in one reading."""

    def __init__(self, names: Iterable[HashName]) -> None:
        self._running: dict[HashName, _Hash] = {name: _KINDS[name]() for name in names}

    def update(self, data: bytes) -> None:
        """Goes on with the next bytes."""
        for running in self._running.values():
            running.update(data)

    def texts(self) -> dict[HashName, str]:
        """Each hash as a manifest writes it: hexadecimal, or a C4 id."""
        return {name: _text(name, running.digest()) for name, running in self._running.items()}


def hash_of(name: HashName, data: bytes) -> str:
    """The hash of bytes as a manifest writes it.

    >>> hash_of("md5", b""), hash_of("c4", b"")[:8]
    ('d41d8cd98f00b204e9800998ecf8427e', 'c459dsjf')
    """
    hashing = Hashing((name,))
    hashing.update(data)
    return hashing.texts()[name]


def _text(name: HashName, digest: bytes) -> str:
    if name != "c4":
        return digest.hex()
    number, digits = int.from_bytes(digest, "big"), ""
    for _ in range(_C4_DIGITS):
        number, digit = divmod(number, len(_C4))
        digits = _C4[digit] + digits
    return "c4" + digits
