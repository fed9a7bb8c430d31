"""Which file an asset reference of a script means: names compared case-folded, without extension."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath


def folded(name: str) -> str:
    """A name as it is compared: composed accents (macOS decomposes them), no case, spaces as hyphens."""
    return "-".join(unicodedata.normalize("NFC", name).casefold().split())


def meant(reference: str, names: Iterable[str], version: int | None = None) -> tuple[str, ...]:
    """The names that `reference` may mean, in order: none is missing, two are ambiguous.

    `names` are paths relative to their folder (`motion/collect.mov` is `collect.mov`, a sequence its folder's name).
    A reference with a folder must match it; one without matches in any. `version` wants `name@v3`, `name_v3` or
    `name-v3`.

    >>> meant("Collect", ["collect.mov", "old/intro.png"])
    ('collect.mov',)
    >>> meant("collect", ["collect_v2.mov", "collect.png"], 2)
    ('collect_v2.mov',)
    """
    wanted = PurePosixPath(folded(reference))
    stems = {wanted.name}
    if version is not None:
        stems = {f"{wanted.name}{mark}v{version}" for mark in "@_-"}
    found: list[str] = []
    for name in sorted(names):
        path = PurePosixPath(folded(name))
        if not {path.name, path.stem} & stems:
            continue
        folders = path.parent.parts
        if wanted.parent.parts and folders[-len(wanted.parent.parts) :] != wanted.parent.parts:
            continue
        found.append(name)
    return tuple(found)


MADE = frozenset({
    ".mov", ".mp4", ".webm", ".mkv", ".png", ".apng", ".gif", ".webp", ".avif", ".jpg", ".jpeg", ".json", ".lottie",
    ".svg", ".zip", ".wav", ".mp3",
})  # fmt: skip
"""How files end that motion designers send: a reference that ends so names the whole file."""


def file_name(reference: str, version: int | None = None, extension: str = ".mov") -> str:
    """The name that a file must have for `reference`, its folder first, so that `meant` finds it.

    >>> file_name("intro/le logo"), file_name("collect", 2), file_name("carte.png")
    ('intro/le-logo.mov', 'collect_v2.mov', 'carte.png')
    """
    path = PurePosixPath("-".join(reference.split()))
    if version is not None:
        return str(path.with_name(f"{path.name}_v{version}{extension}"))
    return str(path if path.suffix.casefold() in MADE else path.with_name(path.name + extension))


def versions_there(reference: str, names: Iterable[str]) -> tuple[int, ...]:
    """The numbers of the versions of `reference` among the names, in order; a name without a number is version 1.

    >>> versions_there("collect", ["collect.mov", "collect_v3.mov", "intro.png"])
    (1, 3)
    """
    wanted = PurePosixPath(folded(reference)).name
    found: set[int] = set()
    for name in names:
        path = PurePosixPath(folded(name))
        numbered = re.fullmatch(rf"{re.escape(wanted)}[@_-]v([1-9][0-9]{{0,3}})", path.stem)
        if numbered:
            found.add(int(numbered[1]))
        elif wanted in {path.name, path.stem}:
            found.add(1)
    return tuple(sorted(found))
