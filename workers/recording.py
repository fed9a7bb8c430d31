"""A folder's catalogue kept current: what lies in the folder, file by file, as its last draft saw it."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.footage import Footage, Media
from pipeline.manifest import pieces
from pipeline.script import Script
from pipeline.values import Key
from storage.catalogue.assets import Wanted, add_asset, add_version
from storage.catalogue.casting import find_asset
from storage.catalogue.courses import video
from storage.catalogue.engine import Transaction
from storage.catalogue.files import (
    HERE,
    Declared,
    expect_file,
    file_arrived,
    file_missing,
    file_named,
    file_ready,
    files_in,
    retry_file,
    same_file,
)
from storage.catalogue.filming import Filed, add_rush, drop_rush, rushes
from storage.catalogue.outputs import keep_whole, outputs
from storage.catalogue.terms import AssetKind, MediaId, VideoId
from storage.keys import Kind, derived
from storage.objects import ObjectStore
from workers.folder import AUDIO, MOTION, RUSHES, VideoFolder


def record_files(tx: Transaction, video_id: VideoId, folder: VideoFolder, script: Script, footage: Footage) -> None:
    """Rows of the rushes and assets that a folder's draft is made from; what lies there no longer is missing."""
    there: set[MediaId] = set()
    for rush in footage.rushes:
        media = _file(tx, folder, (RUSHES,), rush.name, rush.digest, rush.media, rush.key)
        there.add(media)
        if media not in {one.file.id for one in rushes(tx, video_id)}:
            for old in rushes(tx, video_id):
                if (old.filed.card, old.filed.name) == ("", rush.name):
                    drop_rush(tx, old.id)
            add_rush(tx, video_id, media, Filed(rush.name))
    cues = {cue.asset: cue for line in script.lines for cue in line.cues if cue.reference}
    for reference, asset in footage.assets:
        cue = cues[reference]
        media = _file(tx, folder, (MOTION, AUDIO), asset.name, asset.digest, None, None)
        there.add(media)
        kinds: dict[str, AssetKind] = {"moving": "motion", "still": "still"}
        kind = kinds.get(asset.kind, "music" if cue.name == "music" else "sound")
        course = video(tx, video_id).course
        known = find_asset(tx, course, cue.reference)
        add_version(tx, known or add_asset(tx, course, Wanted(cue.reference, kind)), media, least=cue.version or 1)
    for gone in files_in(tx, "ready"):
        if gone.object_name.startswith(HERE) and gone.id not in there and not place_of(folder, gone.object_name):
            file_missing(tx, gone.id, "it lies in the folder no longer")
            for old in rushes(tx, video_id):
                if old.file.id == gone.id:
                    drop_rush(tx, old.id)


def record_objects(tx: Transaction, store: ObjectStore, manifest: Mapping[str, Any]) -> None:
    """Sizes and sums of everything that was made for a draft, where they are not known yet."""
    wanted: defaultdict[Kind, list[Key]] = defaultdict(list)
    for kind, key in sorted(pieces(manifest)):
        wanted[kind].append(key)
    for kind, keys in wanted.items():
        known = outputs(tx, kind, keys)
        for key in keys:
            whole = store.whole(derived(kind, key)) if key not in known else None
            if whole is not None:
                keep_whole(tx, kind, key, whole)


def place_of(folder: VideoFolder, object_name: str) -> Path | None:
    """Where a file that stays in its folder lies; None when nothing is there."""
    _, _, name = object_name.removeprefix(HERE).partition("/")
    path = folder.root / name
    return path if path.exists() else None


def _file(
    tx: Transaction,
    folder: VideoFolder,
    below: tuple[str, ...],
    name: str,
    digest: Key,
    media: Media | None,
    derived: Key | None,
) -> MediaId:
    """The row of a file: one that has those bytes, or a new one for where it lies."""
    same = same_file(tx, digest)
    if same is not None:
        return same.id
    root = next((one for one in below if (folder.root / one / name).exists()), below[0])
    object_name = f"{HERE}{digest}/{PurePosixPath(root, name).as_posix()}"
    size = size_of(folder.root / root / name)
    known = file_named(tx, object_name)
    if known is None:
        known = expect_file(tx, Declared(PurePosixPath(name).name, size, digest), object_name=object_name)
        file_arrived(tx, known.id, size)
    else:
        retry_file(tx, known.id)
    file_ready(tx, known.id, digest, media, derived)
    return known.id


def size_of(path: Path) -> int:
    """Bytes of a file, or of the files of a sequence."""
    if path.is_dir():
        return sum(part.stat().st_size for part in path.iterdir() if part.is_file())
    return path.stat().st_size if path.exists() else 0
