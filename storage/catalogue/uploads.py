"""Files that people send: each with the rush or the version that it will be, from before its first byte."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from sqlalchemy import select

from pipeline.errors import Clash, NotFound
from storage.catalogue.assets import add_version
from storage.catalogue.engine import Transaction
from storage.catalogue.files import (
    Declared,
    File,
    expect_file,
    file,
    file_arrived,
    file_failed,
    file_named,
    retry_file,
    set_upload,
)
from storage.catalogue.filming import Filed, add_rush, drop_rush
from storage.catalogue.finding import rush_at
from storage.catalogue.jobs import OVER, Work, ask_job, retry_job
from storage.catalogue.tables.media import MediaRow, RushRow, VersionRow
from storage.catalogue.terms import AssetId, MediaId, PersonId, RushId, VideoId

LOOKING = "ingest"
"""The kind of jobs, and their queue, by which a file in the store is looked at, and becomes ready or failed."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that a person is about to send. `fingerprint` is theirs: the same file, sent again, has the same."""

    name: str
    size: int
    fingerprint: str


def file_rush(tx: Transaction, video: VideoId, media: MediaId, filed: Filed) -> None:
    """The rush. A card whose counter began again has another file of that name: its number tells them apart."""
    for number in count(1):
        card = filed.card if number == 1 else f"{filed.card} ({number})".strip()
        there = rush_at(tx, video, card, filed.name)
        if there is None or there.id == media or there.state in {"failed", "missing"}:
            add_rush(tx, video, media, replace(filed, card=card))
            return


def expect_rush(tx: Transaction, video: VideoId, filed: Filed, announced: Announced) -> File:
    """The file of a rush that whoever asks is about to send; announced again, it is the same file."""
    where = f"rush\0{video}\0{filed.card}\0{filed.name}"
    return _expected(tx, announced, where, lambda media: file_rush(tx, video, media, filed))


def expect_version(tx: Transaction, asset: AssetId, announced: Announced, comment: str = "") -> File:
    """The file of the next version of an asset that whoever asks is about to send; announced again, it is the same."""

    def versioned(media: MediaId) -> None:
        if tx.scalar(select(VersionRow.id).filter_by(asset_id=asset, media_id=media)) is None:
            add_version(tx, asset, media, comment)

    return _expected(tx, announced, f"asset\0{asset}", versioned)


def _expected(tx: Transaction, announced: Announced, where: str, filed: Callable[[MediaId], None]) -> File:
    text = "\0".join((str(tx.by), where, announced.name, str(announced.size), announced.fingerprint))
    number = hashlib.sha256(text.encode()).hexdigest()[:32]
    name = f"originals/{number[:12]}/{number}"
    found = file_named(tx, name) or expect_file(tx, Declared(announced.name, announced.size), object_name=name)
    if found.state in {"uploading", "failed"}:
        filed(found.id)
    return found


def begun(tx: Transaction, media_id: MediaId, upload: str, instead_of: str | None) -> str:
    """Notes the upload that was begun instead of the one that was noted; the one that counts: another may be first."""
    tx.get(MediaRow, media_id, with_for_update=True, populate_existing=True)
    there = file(tx, media_id).upload
    if there is not None and there != instead_of:
        return there
    set_upload(tx, media_id, upload)
    return upload


def own_upload(tx: Transaction, media_id: MediaId, person: PersonId) -> File:
    """The file that this person sends.

    Raises:
        NotFound: somebody else sends it.
    """
    found = file(tx, media_id)
    if found.sender != person:
        raise NotFound("this file is sent by somebody else", todo="choose it, and send it yourself")
    return found


def arrived(tx: Transaction, media_id: MediaId, size: int) -> File:
    """The file, whole in the store, and its looking at asked for: ready only after that. Safe to repeat."""
    there = file(tx, media_id)
    if there.state == "uploading":
        file_arrived(tx, media_id, size)
    elif there.state == "failed":
        retry_file(tx, media_id)
    video = tx.scalar(select(RushRow.video_id).filter_by(media_id=media_id))
    asset = tx.scalar(select(VersionRow.asset_id).filter_by(media_id=media_id))
    details = {} if asset is None else {"as": "asset"}
    work = Work(f"{LOOKING}:{media_id}", LOOKING, LOOKING, video and VideoId(video), media=media_id, details=details)
    job, fresh = ask_job(tx, work)
    if not fresh and there.state in {"uploading", "failed"} and job.state in OVER:
        retry_job(tx, job.id)
    return file(tx, media_id)


def sending_ended(tx: Transaction, media_id: MediaId) -> None:
    """Its sender gives it up: it is no rush any longer; as a version it stays, failed, so that no number is used twice.

    Raises:
        Clash: it is whole already.
    """
    found = file(tx, media_id)
    if found.state not in {"uploading", "failed"}:
        raise Clash(f"{found.name} has been sent", todo="take it out of the video instead")
    for rush in tx.scalars(select(RushRow.id).filter_by(media_id=media_id)).all():
        drop_rush(tx, RushId(rush))
    file_failed(tx, media_id, "its sender gave it up")
