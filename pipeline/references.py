"""Which file an asset reference of a script means: names compared case-folded, without extension."""

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
