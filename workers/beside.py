"""What a camera wrote beside its clips, kept with them: a card that is exported again is whole.

Such a file is an original like any other, and a rush of its video that is no media: ready, with nothing probed. It is
small beside a clip, and its sums are of its bytes; so it needs no job, and what is broken off is simply done again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.arrivals import STRUCTURES, Arrival, Passed
from pipeline.errors import AlreadyThere, WrongHash
from pipeline.mhl import BadManifest, Wanted
from storage import keys
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.files import Declared, File, expect_file, file_arrived, file_ready, same_file
from storage.catalogue.filming import Filed, RushFile, add_rush, drop_rush, rushes
from storage.catalogue.terms import VideoId
from storage.keeping import verified
from storage.objects import ObjectStore, storage_error
from storage.sums import BLOCK
from workers.histories import Histories, History
from workers.sending import Reading


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A file that belongs to a clip, or to a whole card (`of` empty): its path, its card, its path below that.

    `refused` says why its manifest cannot be trusted.
    """

    path: str
    card: str
    name: str
    of: str = ""
    wanted: Wanted | None = None
    refused: str = ""


def sidecars(files: Sequence[Arrival], passed: Sequence[Passed], histories: Histories) -> tuple[Sidecar, ...]:
    """What belongs to these clips and to their cards: what cameras write there, and the hash lists of the card."""
    tops = {one.path.removesuffix(one.name): one.card for one in files if one.card}
    out = [
        _sidecar(path, one.path.removesuffix(one.name), one.card, one.name, histories)
        for one in files
        for path in one.beside
    ]
    for one in passed:
        top = _top(one.path, tops)
        if top is not None and _of_card(one, one.path.removeprefix(top)):
            out.append(_sidecar(one.path, top, tops[top], "", histories))
    known = {one.path for one in out}
    for history in histories.read():
        top = _top(f"{history.root.as_posix()}/", tops)
        if top is not None and history.error is None:
            lists = [path.as_posix() for path in _lists(history)]
            out += [Sidecar(path, tops[top], path.removeprefix(top)) for path in lists if path not in known]
    return tuple(sorted(out, key=lambda one: one.path))


def _top(path: str, tops: Iterable[str]) -> str | None:
    """The card that a path lies on, the innermost."""
    return max((top for top in tops if path.startswith(top)), key=len, default=None)


def _of_card(one: Passed, name: str) -> bool:
    inside = PurePosixPath(name).parts[0].casefold() in STRUCTURES
    return one.why == "beside-nothing" or (inside and one.why in {"not-media", "empty"})


def _lists(history: History) -> list[Path]:
    try:
        return sorted(path for path in history.files() if path.is_file())
    except OSError as error:
        raise storage_error(error, history.root) from error


def _sidecar(path: str, top: str, card: str, of: str, histories: Histories) -> Sidecar:
    name = path.removeprefix(top)
    try:
        return Sidecar(path, card, name, of, histories.wanted(Path(path)))
    except BadManifest as error:
        return Sidecar(path, card, name, of, refused=str(error))


def keep_sidecar(catalogue: Catalogue, store: ObjectStore, video: VideoId, one: Sidecar) -> File:
    """The file in the store and in the catalogue, byte for byte; one that is there already is not kept twice.

    A card that was filmed on has its lists written anew: the newer file then stands in the older's place, and the older
    original stays.

    Raises:
        WrongHash: it is not what its card lists.
        StorageUnavailable: it cannot be read, or the store or the catalogue is away; what was done is kept.
    """
    if one.refused:
        raise WrongHash(one.refused)
    path = Path(one.path)
    try:
        with path.open("rb") as stream:
            reading = Reading(stream, one.wanted, lambda _: None)
            while reading.read(BLOCK):
                pass
    except OSError as error:
        raise storage_error(error, path) from error
    reading.refuse_other(one.name)
    sha256, size = reading.sha256, reading.size
    with catalogue.reading() as tx:
        same = same_file(tx, sha256)
    name = keys.original(sha256, path.name) if same is None else same.object_name
    if same is None:
        try:
            store.put(name, path, sha256=sha256, size=size)
        except AlreadyThere:
            verified(store, name, sha256=sha256, size=size)  # from a time that was broken off
    with catalogue.writing() as tx:
        kept = same_file(tx, sha256)
        if kept is None:
            kept = expect_file(tx, Declared(path.name, size, sha256), object_name=name)
            file_arrived(tx, kept.id, size)
            file_ready(tx, kept.id, sha256)
        _file(tx, video, kept, one)
    return kept


def _file(tx: Transaction, video: VideoId, kept: File, one: Sidecar) -> None:
    there = rushes(tx, video)
    card = _card(there, one)
    for old in there:
        if (old.filed.card, old.filed.name) == (card, one.name) and old.file.id != kept.id:
            drop_rush(tx, old.id)
    add_rush(tx, video, kept.id, Filed(one.name, card, "recorder", recorder_group=one.of or None))


def _card(there: Sequence[RushFile], one: Sidecar) -> str:
    """The card as the catalogue has it: of those that count from `C0001` again, the one that was added last."""
    mine = [
        rush
        for rush in there
        if rush.file.media is not None
        and (not one.of or rush.filed.name == one.of)
        and (rush.filed.card == one.card or rush.filed.card.startswith(f"{one.card} ("))
    ]
    return max(mine, key=lambda rush: rush.id).filed.card if mine else one.card
