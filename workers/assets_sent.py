"""What the file of an asset is, once it was sent to the store."""

from dataclasses import replace

from pipeline.footage import Media
from pipeline.media import overlays
from storage.folder_store import FolderStore
from storage.keys import safe_name
from storage.objects import ObjectStore
from storage.reading import Stored


def probed_asset(store: ObjectStore, work: FolderStore, stored: Stored, sha256: str) -> Media:
    """What the file is; it is read whole, and its bytes are those of that digest.

    Raises:
        UnreadableMedia: it cannot be used.
        Damaged: the store has other bytes.
    """
    with work.scratch() as scratch:
        path = scratch / safe_name(stored.name)
        store.get(stored.key, path, sha256=sha256)
        return replace(overlays.probed(path), name=stored.name)
