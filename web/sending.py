"""What a person sends: announced, given links for its parts, put together; ready only once a worker looked at it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from pipeline.arrivals import Arrival, Seen, arrivals
from pipeline.choose import shot_list
from pipeline.errors import Clash, NotFound
from pipeline.naming import Filmed, matched
from pipeline.values import as_json, from_json
from storage.catalogue.assets import Wanted, add_asset
from storage.catalogue.belonging import course_of_thing
from storage.catalogue.casting import find_asset
from storage.catalogue.courses import Video
from storage.catalogue.engine import Transaction
from storage.catalogue.files import File, file, set_upload
from storage.catalogue.filming import Filed
from storage.catalogue.scripts import revision
from storage.catalogue.terms import AssetId, AssetKind, MediaId
from storage.catalogue.uploads import Announced, arrived, begun, expect_rush, expect_version, own_upload, sending_ended
from storage.keys import safe_name
from storage.objects import MOST_PARTS, Part, Upload
from web.desk import Desk
from web.language import N_
from web.problems import NotThis
from web.visitor import Visitor

MOST_LINKS: Final = 32
"""Links that are asked for at once: at four parts in flight, a minute's worth at 130 MB/s."""
DEEPEST: Final = 12
"""Folders of a card that are kept; the deepest of any camera has 6 (XDCAM)."""
KINDS: Final[dict[str, AssetKind]] = {
    **dict.fromkeys(("png", "jpg", "jpeg", "webp", "svg", "tif", "tiff"), "still"),
    **dict.fromkeys(("wav", "mp3", "m4a", "aac", "flac", "ogg", "opus", "aif", "aiff"), "sound"),
    **dict.fromkeys(("otf", "ttf", "woff", "woff2"), "font"),
}
"""What an asset is that nobody asked for before, by the suffix of its file; any other moves."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file as its sender has it: `path` has the folders it was dropped with, its own name last."""

    path: str
    size: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an upload stands: its file, and, until it is whole, what was begun and the parts that the store has."""

    file: File
    upload: Upload | None
    parts: tuple[Part, ...] = ()


def announce_rush(desk: Desk, visitor: Visitor, video: Video, given: Given) -> Standing:
    """A rush of a video that is about to be sent, or how far it is.

    Raises:
        NotThis: it is no rush, or too large.
    """
    arrival = _arrival(desk, given)
    announced = Announced(PurePosixPath(arrival.name).name, given.size, given.fingerprint)
    with desk.catalogue.reading() as tx:
        shots = _filmed(tx, desk, video)
    match = matched("/".join(filter(None, (arrival.card, arrival.name))), (shots,), video.code)
    filed = Filed(arrival.name, arrival.card, arrival.kind, match.shot or "")
    return _under_way(desk, visitor, lambda tx: expect_rush(tx, video.id, filed, announced))


def announce_version(desk: Desk, visitor: Visitor, video: Video, reference: str, given: Given) -> Standing:
    """The next version of what the script of a video calls so, about to be sent, or how far it is.

    Raises:
        NotThis: the name says nothing, the asset is the whole studio's and not theirs, or the file is too large.
    """
    pieces = _pieces(reference)
    if not pieces:
        raise NotThis(N_("the asset has no name"), N_("say which asset it is"), reference=N_("write a name"))
    announced = _announced(desk, given)
    kind = KINDS.get(PurePosixPath(announced.name).suffix.casefold().removeprefix("."), "motion")

    def expected(tx: Transaction) -> File:
        name = "/".join(pieces)
        there = find_asset(tx, video.course, name)
        if there is not None:
            refuse_studios(tx, visitor, there)
        asset = there or add_asset(tx, video.course, Wanted(name, kind, visitor.id))
        return expect_version(tx, asset, announced)

    return _under_way(desk, visitor, expected)


def announce_of_asset(desk: Desk, visitor: Visitor, asset: AssetId, given: Given) -> Standing:
    """The next version of an asset, about to be sent, or how far it is.

    Raises:
        NotThis: the asset is the whole studio's and not theirs, or the file is too large.
    """
    announced = _announced(desk, given)

    def expected(tx: Transaction) -> File:
        refuse_studios(tx, visitor, asset)
        return expect_version(tx, asset, announced)

    return _under_way(desk, visitor, expected)


def refuse_studios(tx: Transaction, visitor: Visitor, asset: AssetId) -> None:
    """Lets only admins of the studio change what is the whole studio's.

    Raises:
        NotThis: it is, and they are none.
    """
    if not visitor.admin and course_of_thing(tx, "asset", asset) is None:
        raise NotThis(N_("this asset is the whole studio's"), N_("ask an admin of the studio to change it"))


def links(desk: Desk, visitor: Visitor, media_id: MediaId, wanted: Sequence[Part]) -> tuple[dict[int, str], list[int]]:
    """A link for each of these parts, by number; and the numbers of those that the store has, byte for byte.

    Raises:
        NotThis: there is no such part.
        NotFound: the upload ended, or is somebody else's.
    """
    with desk.catalogue.writing(visitor.id) as tx:
        found = own_upload(tx, media_id, visitor.id)
        if found.upload is None or found.state != "uploading":
            raise NotFound(N_("this file is not under way"), todo=N_("choose it again"))
        set_upload(tx, media_id, found.upload)  # somebody goes on with it
    upload = _kept(found.upload)
    if any(not 1 <= part.number <= upload.count for part in wanted):
        raise NotThis(N_("there is no such part"), N_("load the page again, and send it again"))
    there = {(part.number, part.md5) for part in desk.store.parts(upload)}
    seconds = desk.limits.part_link_minutes * 60
    has = sorted({part.number for part in wanted if (part.number, part.md5) in there})
    lacks = sorted({part.number for part in wanted}.difference(has))
    return {number: desk.store.part_link(upload, number, seconds) for number in lacks}, has


def standing(desk: Desk, visitor: Visitor, media_id: MediaId) -> Standing:
    """How far an upload is.

    Raises:
        NotFound: it is somebody else's.
    """
    with desk.catalogue.reading() as tx:
        found = own_upload(tx, media_id, visitor.id)
    if found.upload is None or found.state != "uploading":
        return Standing(found, None)
    upload = _kept(found.upload)
    try:
        return Standing(found, upload, desk.store.parts(upload))
    except NotFound:  # put together, and broken off before that was noted; or given up by the studio
        return Standing(found, None)


def complete(desk: Desk, visitor: Visitor, media_id: MediaId, md5s: Sequence[str]) -> File:
    """The file put together of its parts, and its looking at asked for. Safe to repeat.

    Raises:
        Damaged: parts are missing, or not what was sent; `parts` has their numbers.
        NotThis: not one MD5 for each part.
        NotFound: the upload ended, or is somebody else's.
    """
    with desk.catalogue.reading() as tx:
        found = own_upload(tx, media_id, visitor.id)
    if found.state in {"processing", "ready"}:
        return found
    if found.upload is None or found.state != "uploading":
        raise NotFound(N_("this file is not under way"), todo=N_("choose it again"))
    upload = _kept(found.upload)
    if len(md5s) != upload.count:
        raise NotThis(N_("there is not one sum for each part"), N_("load the page again, and send it again"))
    there = desk.store.complete(upload, md5s)
    return _whole(desk, visitor, media_id, there.size)


def give_up(desk: Desk, visitor: Visitor, media_id: MediaId) -> None:
    """Gives an upload up: its parts are freed, and it is no rush any longer.

    Raises:
        NotFound: it is somebody else's.
        Clash: it is whole already.
    """
    with desk.catalogue.writing(visitor.id) as tx:
        found = own_upload(tx, media_id, visitor.id)
        sending_ended(tx, media_id)
    if found.upload is not None:
        desk.store.abort(_kept(found.upload))


def _under_way(desk: Desk, visitor: Visitor, expected: Callable[[Transaction], File]) -> Standing:
    """The file and its upload, begun in the store when it was not; two who begin it at once go on with one."""
    try:
        with desk.catalogue.writing(visitor.id) as tx:
            found = expected(tx)
    except Clash:  # the same was announced at the same moment
        with desk.catalogue.writing(visitor.id) as tx:
            found = expected(tx)
    if found.state in {"processing", "ready"}:
        return Standing(found, None)
    if (there := desk.store.stat(found.object_name)) is not None:
        return Standing(_whole(desk, visitor, found.id, there.size), None)
    if found.upload is not None and found.state == "uploading":
        upload = _kept(found.upload)
        try:
            return Standing(found, upload, desk.store.parts(upload))
        except NotFound:
            pass  # given up by the studio: it begins again
    upload = desk.store.begin(found.object_name, given_size(found))
    text = json.dumps(as_json(upload))
    with desk.catalogue.writing(visitor.id) as tx:
        kept = begun(tx, found.id, text, found.upload)
        found = file(tx, found.id)
    if kept != text:
        desk.store.abort(upload)
    return Standing(found, _kept(kept))


def _whole(desk: Desk, visitor: Visitor, media_id: MediaId, size: int) -> File:
    with desk.catalogue.writing(visitor.id) as tx:
        found = arrived(tx, media_id, size)
    desk.wake()
    return found


def given_size(found: File) -> int:
    """The bytes that its sender declared; every file that is announced here has some."""
    assert found.declared_size is not None  # noqa: S101 (announced with its size)
    return found.declared_size


def _kept(text: str) -> Upload:
    return from_json(Upload, json.loads(text))


def _arrival(desk: Desk, given: Given) -> Arrival:
    """Where a file stands on its card: by the rules of `rushes add`."""
    _refuse_size(desk, given)
    pieces = _named(given.path)[-DEEPEST:]
    root = f"/{pieces[0]}" if len(pieces) > 1 else ""
    found = arrivals([Seen("/" + "/".join(pieces), root, given.size)])
    if not found.files:
        raise NotThis(N_("this file is no rush"), N_("send films and recordings of sound"), path=found.passed[0].why)
    [one] = found.files
    return replace(one, card=safe_name(one.card) if one.card else "", name="/".join(_pieces(one.name)))


def _announced(desk: Desk, given: Given) -> Announced:
    _refuse_size(desk, given)
    return Announced(_pieces(given.path)[-1], given.size, given.fingerprint)


def _refuse_size(desk: Desk, given: Given) -> None:
    if not _pieces(given.path):
        raise NotThis(N_("this file has no name"), N_("give it a name, and send it again"))
    most = desk.limits.part_mb * MOST_PARTS
    if not 1 <= given.size <= most << 20:
        raise NotThis(N_("this file is empty, or too large"), N_("look at it again where it lies"))


def _pieces(path: str) -> list[str]:
    """The folders and the name of a path, none of which leads anywhere: labels, as every disk can hold them."""
    return [safe_name(piece) for piece in _named(path)]


def _named(path: str) -> list[str]:
    pieces = (piece.strip() for piece in path.replace("\\", "/").split("/"))
    return [piece for piece in pieces if piece.strip(". ")]


def _filmed(tx: Transaction, desk: Desk, video: Video) -> Filmed:
    try:
        return Filmed(video.code, shot_list(revision(tx, video.id, desk.framings).script))
    except NotFound:  # filmed before it is written down
        return Filmed(video.code, ())
