"""Looking after what is kept: every object read again, and what no draft needs found and removed.

Originals are read and reported on; nothing here removes one.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pipeline.errors import Clash, Damaged, NotFound
from pipeline.manifest import pieces
from pipeline.values import from_json
from storage.catalogue.briefs import brief_keys
from storage.catalogue.drafts import every_manifest, under_way
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.files import HERE, every_file, file_failed, file_missing, stuck_uploads
from storage.catalogue.jobs import jobs
from storage.catalogue.outputs import every_output, forget_folder, used_since
from storage.catalogue.previews import preview_keys
from storage.catalogue.terms import MediaId, VideoId
from storage.keeping import verified
from storage.keys import FOLDERS, ORIGINALS, derived
from storage.keys import draft as draft_name
from storage.objects import ObjectStore, Pending, Upload, listed
from storage.sums import MARK, refuse_other, sum_of

Fault = Literal["lost", "damaged", "orphaned"]
PREFIXES = (ORIGINALS, "incoming/", *FOLDERS)
DERIVED = "derived/"
MEGA = 1_000_000
DAY = 24 * 3600
"""Seconds for which what work under way wrote may not be known to the catalogue."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as the catalogue has it. `called` is what people call it; `size` in bytes."""

    fault: Fault
    name: str
    called: str
    size: int
    detail: str = ""

    @property
    def mendable(self) -> bool:
        """True when the next draft makes it again, once what is left of it is removed; never of an original."""
        return self.fault != "orphaned" and self.name.startswith(DERIVED)


@dataclass(frozen=True, slots=True)
class Verified:
    """Every object read again: how many files, how many bytes, and all that is wrong."""

    files: int
    bytes: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Surplus:
    """An object that no draft needs, or an upload that nobody goes on with."""

    name: str
    size: int
    upload: bool = False


@dataclass(frozen=True, slots=True)
class _Expected:
    name: str
    called: str
    size: int
    sha256: str
    media: MediaId | None = None


def verify(
    catalogue: Catalogue, store: ObjectStore, folder: Path | None, now: datetime, show: Callable[[int, int], None]
) -> Verified:
    """Reads every object against the size and hash that the catalogue has of it.

    `folder`: the video's own, where files stay that were never moved; None in a studio. An original that is lost or
    damaged is missing from now on. While work is under way, what was written in the last day may not be known yet.
    `show` is told megabytes read, of how many.
    """
    with catalogue.reading() as tx:
        expected = list(_expected(tx))
        names = {one.object_name for one in every_file(tx)} | {one.name for one in expected}
        busy = under_way(tx) or bool(jobs(tx, ("queued", "running")))
    total = max(1, sum(one.size for one in expected) // MEGA)
    findings: list[Finding] = []
    done = 0
    for one in expected:
        try:
            _read(store, folder, one)
        except (NotFound, Damaged) as error:
            fault: Fault = "lost" if isinstance(error, NotFound) else "damaged"
            findings.append(Finding(fault, one.name, one.called, one.size, error.message))
            if one.media is not None:
                with catalogue.writing() as tx:
                    file_missing(tx, one.media, error.message)
        done += one.size
        show(min(total, done // MEGA), total)
    groups = {group_of(name) for name in names}
    findings += _unmarked(store, {group_of(one.name) for one in expected if one.name.startswith(FOLDERS)})
    strange: defaultdict[str, int] = defaultdict(int)
    for prefix in PREFIXES:
        for row in listed(store, prefix):
            young = busy and (now - row.modified).total_seconds() < DAY
            if row.key not in names and group_of(row.key) not in groups and not young:
                strange[group_of(row.key)] += row.size
    findings += [Finding("orphaned", name, name, size) for name, size in sorted(strange.items())]
    return Verified(len(expected), done, tuple(findings))


def _expected(tx: Transaction) -> Iterator[_Expected]:
    for file in every_file(tx):
        if file.state == "ready" and file.size is not None and file.sha256 is not None:
            yield _Expected(file.object_name, file.name, file.size, file.sha256, file.id)
    after = ""
    while page := every_output(tx, after):
        yield from (_Expected(one.object_name, one.object_name, one.size, one.sha256) for one in page)
        after = page[-1].object_name


def _read(store: ObjectStore, folder: Path | None, one: _Expected) -> None:
    if not one.name.startswith(HERE):
        verified(store, one.name, sha256=one.sha256, size=one.size)
        return
    path = None if folder is None else folder / one.name.removeprefix(HERE).partition("/")[2]
    if path is None or not path.exists():
        raise NotFound(f"{one.called}: lies in its folder no longer")
    if path.is_file():  # a sequence is many files, and its digest no file's
        refuse_other(one.called, sum_of(path), one.sha256, one.size)


def _unmarked(store: ObjectStore, folders: Iterable[str]) -> Iterator[Finding]:
    """The folders whose mark is gone or damaged: nobody finds them, and nothing can be put in their place."""
    for name in sorted(folders):
        if store.whole(name) is None:
            key = f"{name}/{MARK}"
            there = store.stat(key)
            yield Finding("lost" if there is None else "damaged", key, key, 0 if there is None else there.size)


def mend(catalogue: Catalogue, store: ObjectStore, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Removes the derived objects that are lost or damaged, in whole or in part, so that they are made again.

    Originals and drafts are never touched. Returns the names of what was removed.
    """
    names = sorted({group_of(one.name) for one in findings if one.mendable})
    for name in names:
        remove(catalogue, store, name)
    return tuple(names)


def group_of(key: str) -> str:
    """The name of the object that a file belongs to: a published folder's, or the file's own.

    >>> group_of("derived/segment/ab/abcd/picture.mp4"), group_of("originals/ab/x")
    ('derived/segment/ab/abcd', 'originals/ab/x')
    """
    parts = key.split("/")
    depth = {"derived": 4, "drafts": 3}.get(parts[0], len(parts))
    return "/".join(parts[:depth])


def surplus(
    catalogue: Catalogue, store: ObjectStore, before: datetime, kept: Callable[[VideoId, int], bool]
) -> tuple[Surplus, ...]:
    """The objects that no draft needs and that were neither made nor used since `before`; largest first.

    `kept` says whether a draft is still to be had; all that the manifests of those pin is needed, and what was made of
    files that are ready.
    """
    with catalogue.reading() as tx:
        needed = _needed(tx, kept) | {group_of(name) for name in used_since(tx, before)}
    sizes: defaultdict[str, int] = defaultdict(int)
    young: set[str] = set()
    for prefix in FOLDERS:
        for row in listed(store, prefix):
            sizes[group_of(row.key)] += row.size
            if row.modified >= before:
                young.add(group_of(row.key))
    spare = [Surplus(name, size) for name, size in sizes.items() if name not in needed | young]
    return tuple(sorted(spare, key=lambda one: (-one.size, one.name)))


def _needed(tx: Transaction, kept: Callable[[VideoId, int], bool]) -> set[str]:
    needed: set[str] = set()
    for video, number, manifest in every_manifest(tx):
        if kept(video, number):
            needed.add(draft_name(str(video), number))
            needed |= {derived(kind, key) for kind, key in pieces(manifest)}
    made = [file.derived_key for file in every_file(tx) if file.state == "ready" and file.derived_key is not None]
    needed |= {derived("other", key) for key in brief_keys(tx) | preview_keys(tx)}
    return needed | {derived(kind, key) for key in made for kind in ("conformed", "sound", "overlay")}


def abandoned(catalogue: Catalogue, store: ObjectStore, before: datetime) -> tuple[Surplus, ...]:
    """Uploads that were begun before then, and that nobody goes on with."""
    with catalogue.reading() as tx:
        stuck = stuck_uploads(tx, before)
    keys = {file.object_name for file in stuck} | {one.key for one in store.uploads() if one.begun < before}
    return tuple(Surplus(key, 0, upload=True) for key in sorted(keys))


def remove(catalogue: Catalogue, store: ObjectStore, name: str) -> None:
    """Removes an object that no draft needs, or that is damaged: forgotten first, so that a crash leaves an orphan."""
    with catalogue.writing() as tx:
        forget_folder(tx, name)
    store.remove(name)


def give_up(catalogue: Catalogue, store: ObjectStore, before: datetime) -> int:
    """Gives up the uploads that were begun before then; of how many keys those were.

    An upload that was begun in the store and not noted any more is found by its key: some servers list no others.
    """
    with catalogue.reading() as tx:
        stuck = stuck_uploads(tx, before)
    ended: set[str] = set()
    for file in stuck:
        if file.upload is not None:
            store.abort(from_json(Upload, json.loads(file.upload)))
        _aborted(store, store.uploads(file.object_name))
        ended.add(file.object_name)
        try:
            with catalogue.writing() as tx:
                file_failed(tx, file.id, "its upload was given up: nobody went on with it")
        except Clash:
            continue  # somebody goes on with it after all; it begins again
    return len(ended | _aborted(store, (one for one in store.uploads() if one.begun < before)))


def _aborted(store: ObjectStore, uploads: Iterable[Pending]) -> set[str]:
    """The keys of the uploads, once they are given up."""
    keys: set[str] = set()
    for one in uploads:
        store.abort(one)
        keys.add(one.key)
    return keys
