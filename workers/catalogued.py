"""A video of the studio's catalogue: its rushes, cast assets and circled takes; what is made is kept for all."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.draft import Draft
from pipeline.footage import UNKNOWN, About
from pipeline.script import Script
from pipeline.values import Key
from storage import keys as names
from storage.catalogue.casting import by_reference, resolved
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import File, file, same_file
from storage.catalogue.filming import called, marks, rushes
from storage.catalogue.outputs import keep_whole, outputs, used
from storage.catalogue.terms import OutputKind, VideoId
from storage.folder_store import FolderStore
from storage.keys import Kind, derived
from storage.objects import Whole
from storage.reading import Stored
from workers.folder import Probed
from workers.home import Found, Show
from workers.publish import Finished
from workers.workshop import Workshop


class CatalogueHome:
    """Where a video of the catalogue has its files."""

    def __init__(self, catalogue: Catalogue, shop: Workshop, video: VideoId) -> None:
        self._catalogue = catalogue
        self._shop = shop
        self._video = video

    def found(self, script: Script, show: Show) -> Found:
        """The rushes that are ready, and the versions that the castings of the last revision use."""
        wanted = {reference for reference, _ in script.references()}
        with self._catalogue.reading() as tx:
            said = marks(tx, self._video)
            filmed = [one for one in rushes(tx, self._video) if one.file.media is not None]
            casts = [one for one in resolved(tx, self._video) if one.media is not None and one.reference in wanted]
            files = {one.media: file(tx, one.media) for one in casts if one.media is not None}
        ready = [one for one in filmed if one.file.state == "ready"]
        show(len(ready) + len(files), len(ready) + len(files))
        return Found(
            filmed=tuple(_probed(self._shop, called(one), one.file) for one in ready if one.filed.kind == "camera"),
            attached=tuple(
                (reference, _probed(self._shop, files[cast.media].name, files[cast.media], cast.about))
                for reference, cast in by_reference(casts)
                if cast.media is not None and files[cast.media].media is not None
            ),
            recorders=tuple(
                _probed(self._shop, called(one), one.file) for one in ready if one.filed.kind == "recorder"
            ),
            marks=said,
        )

    def original(self, digest: Key, show: Show) -> Probed | None:
        """The file of that digest, of whatever video."""
        show(1, 1)
        return original_of(self._catalogue, self._shop, digest)

    def kept(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Gives the store what it has not, and the catalogue its sizes and sums."""
        wanted = tuple(dict.fromkeys(keys))
        with self._catalogue.reading() as tx:
            known = outputs(tx, kind, wanted)
        for key in wanted:
            name = derived(kind, key)
            if key not in known:
                self._shop.share(name)
                self._recorded(kind, key, self._shop.store.whole(name))
        if known:
            with self._catalogue.writing() as tx:
                used(tx, [one.object_name for some in known.values() for one in some])

    def published(self, scratch: Path, finished: Finished) -> Draft:
        """The draft, below `drafts/` in the store."""
        name = names.draft(str(self._video), finished.number)
        self._shop.store.publish(scratch, name)
        self._recorded("draft", Key(name), self._shop.store.whole(name))
        return Draft(finished.number, name, finished.report)

    def _recorded(self, kind: OutputKind, key: Key, whole: Whole | None) -> None:
        if whole is not None:
            with self._catalogue.writing() as tx:
                keep_whole(tx, kind, key, whole)


def original_of(catalogue: Catalogue, shop: Workshop, digest: Key) -> Probed | None:
    """The file of that digest, of whatever video; None when the catalogue has none that can be used."""
    with catalogue.reading() as tx:
        there = same_file(tx, digest)
    return None if there is None or there.media is None else _probed(shop, there.name, there)


def _probed(shop: Workshop, name: str, known: File, about: About = UNKNOWN) -> Probed:
    if isinstance(shop.store, FolderStore):
        return Probed(name, shop.store.path(known.object_name), known.media, about=about)
    stored = Stored(shop.store, known.object_name, known.name, known.size or 0)
    return Probed(name, stored, known.media, about=about)
