"""An asset's file taken into the catalogue: an original in the store, byte for byte, and the next version."""

from pathlib import Path

from pipeline.errors import AlreadyThere, NotFound
from pipeline.media import overlays
from pipeline.media.sequences import PACKED, packed
from pipeline.values import Key
from storage import keys
from storage.catalogue.assets import Version, add_version
from storage.catalogue.files import Declared, expect_file, file_arrived, file_ready, same_file
from storage.catalogue.terms import AssetId
from storage.objects import storage_error
from workers.places import Studio


def attached(studio: Studio, asset: AssetId, path: Path, comment: str = "") -> Version:
    """The next version of an asset: the file at `path`, ready. A file that is here already is not kept twice.

    A folder of numbered pictures is kept as one zip, its pictures as they are; one that was zipped is kept as it came.
    The file is stored first, under its own digest, and the rest is one transaction: what is broken off is begun again.

    Raises:
        NotFound: there is no such file.
        UnreadableMedia: it cannot be used: why, and what to do about it.
        StorageUnavailable: there is no room to pack a folder.
    """
    if not path.exists():
        raise NotFound(f"{path}: no such file", todo="check its name")
    if path.is_file():
        return _attached(studio, asset, path, comment)
    with studio.work.scratch() as scratch:
        zipped = scratch / f"{path.absolute().name}{PACKED}"
        try:
            packed(path, zipped)
        except OSError as error:
            raise storage_error(error, path) from error
        return _attached(studio, asset, zipped, comment)


def _attached(studio: Studio, asset: AssetId, path: Path, comment: str) -> Version:
    media = overlays.probed(path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise storage_error(error, path) from error
    with studio.catalogue.reading() as tx:
        same = same_file(tx, media.digest)
    name = keys.original(media.digest, path.name) if same is None else same.object_name
    if same is None:
        try:
            studio.store.put(name, path, sha256=media.digest, size=size)
        except AlreadyThere:
            studio.store.read(name, 0, 1)  # whole, from a time that was broken off
    with studio.catalogue.writing() as tx:
        same = same_file(tx, media.digest)
        if same is None or same.media is None:
            same = expect_file(tx, Declared(path.name, size, media.digest), object_name=name)
            file_arrived(tx, same.id, size)
            file_ready(tx, same.id, Key(media.digest), media)
        return add_version(tx, asset, same.id, comment)
