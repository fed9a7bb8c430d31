"""Files as they come in: uploading, processing, then ready, failed or missing; never changed once ready."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.errors import Clash
from pipeline.footage import Media
from pipeline.links import unsigned
from pipeline.values import Key, as_json, from_json
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.media import MediaRow
from storage.catalogue.terms import MediaId, MediaState, PersonId, new_id

MOVES: dict[MediaState, frozenset[MediaState]] = {
    "uploading": frozenset({"uploading", "processing", "failed"}),
    "processing": frozenset({"processing", "ready", "failed", "missing"}),
    "failed": frozenset({"uploading", "processing", "failed", "missing"}),
    "ready": frozenset({"missing"}),
    "missing": frozenset({"processing", "missing"}),
}
"""From each state, those it may pass to. What is ready stays ready, or is found missing; what is found again is looked
at again."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as sent: where the store keeps it, and what is known of it so far."""

    id: MediaId
    object_name: str
    name: str
    state: MediaState
    declared_size: int | None
    declared_sha256: str | None
    size: int | None
    sha256: str | None
    upload: str | None
    cause: str
    log_tail: str
    media: Media | None
    derived_key: Key | None
    sender: PersonId | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a sender says of a file before sending it."""

    name: str
    size: int | None = None
    sha256: str | None = None


HERE = "here/"
"""What begins the names of files that lie in a video's folder, beside its store: they are never moved nor removed."""


def expect_file(tx: Transaction, declared: Declared, upload: str | None = None, object_name: str = "") -> File:
    """A file that is about to be sent, uploading. `upload` names the multipart.

    Its name in the store is made here, but where it is known already: an original named by its digest, a file that
    stays where it lies.
    """
    media_id = MediaId(new_id())
    added = MediaRow(
        id=media_id,
        object_name=object_name or f"originals/{media_id.hex[:12]}/{media_id}",
        name=declared.name,
        declared_size=declared.size,
        declared_sha256=declared.sha256,
        upload=upload,
        sender_id=tx.by,
        changed_at=moment(),
    )
    tx.add(added)
    tx.flush()
    tx.tell("file.expected", media_id, name=declared.name, size=declared.size)
    return as_file(added)


def file(tx: Transaction, media_id: MediaId) -> File:
    """The file of that id.

    Raises:
        NotFound: there is none.
    """
    return as_file(row(tx, MediaRow, media_id))


def file_named(tx: Transaction, object_name: str) -> File | None:
    """The file that the store keeps under that name."""
    found = tx.scalar(select(MediaRow).filter_by(object_name=object_name))
    return found and as_file(found)


def same_file(tx: Transaction, sha256: str) -> File | None:
    """A ready file with those very bytes, the first that came; None when there is none: nothing to send again.

    One that was probed goes before one that was only kept (what a camera wrote beside a clip has no `media`).
    """
    wanted = select(MediaRow).filter_by(sha256=sha256, state="ready")
    wanted = wanted.order_by(MediaRow.kind.is_(None), MediaRow.created_at).limit(1)
    found = tx.scalar(wanted)
    return found and as_file(found)


def files_in(tx: Transaction, state: MediaState) -> tuple[File, ...]:
    """Every file in that state, oldest first."""
    return tuple(as_file(found) for found in tx.scalars(select(MediaRow).filter_by(state=state).order_by(MediaRow.id)))


def every_file(tx: Transaction) -> tuple[File, ...]:
    """All files that ever were announced, oldest first."""
    return tuple(as_file(found) for found in tx.scalars(select(MediaRow).order_by(MediaRow.id)))


def stuck_uploads(tx: Transaction, before: datetime) -> tuple[File, ...]:
    """Files that are uploading, and of which nothing was heard since then; `upload` may not have been noted yet."""
    wanted = select(MediaRow).where(MediaRow.state == "uploading", MediaRow.changed_at < before)
    return tuple(as_file(found) for found in tx.scalars(wanted.order_by(MediaRow.id)))


def file_purged(tx: Transaction, media_id: MediaId, reason: str) -> None:
    """It is removed for good, and why; its row stays, so that what used it can say so."""
    found = row(tx, MediaRow, media_id, lock=True)
    if found.state != "missing":
        found = _moved(tx, media_id, "missing")
    found.cause = reason
    tx.tell("file.purged", media_id, name=found.name, object=found.object_name, sha256=found.sha256, reason=reason)


def set_upload(tx: Transaction, media_id: MediaId, upload: str | None) -> None:
    """Names the multipart upload under way, or none."""
    found = _moved(tx, media_id, "uploading")
    found.upload = upload
    tx.tell("file.upload", media_id)


def file_arrived(tx: Transaction, media_id: MediaId, size: int) -> None:
    """All bytes are in the store: it is processing.

    Raises:
        Clash: another size was declared.
    """
    found = _moved(tx, media_id, "processing")
    if found.declared_size not in {None, size}:
        raise Clash(
            f"{found.name}: {found.declared_size} bytes were declared, {size} came", todo="send it again, whole"
        )
    found.size, found.upload, found.cause, found.log_tail = size, None, "", ""
    tx.tell("file.arrived", media_id, name=found.name, size=size)


def file_ready(
    tx: Transaction, media_id: MediaId, sha256: str, media: Media | None = None, derived_key: Key | None = None
) -> None:
    """It was read whole and can be used. `media` is what it is; None for a font or logo that is only kept.

    Raises:
        Clash: other bytes were declared, or it was ready with other bytes.
    """
    found = row(tx, MediaRow, media_id, lock=True)
    wanted = found.sha256 or found.declared_sha256
    if wanted not in {None, sha256}:
        raise Clash(f"{found.name}: the bytes are not those that were sent ({wanted})", todo="send it again")
    if found.state == "ready":
        return
    found = _moved(tx, media_id, "ready")
    found.sha256, found.derived_key, found.cause, found.log_tail = sha256, derived_key, "", ""
    if media is not None:
        found.kind, found.media, found.timecode = media.kind, as_json(media), media.timecode
        found.frames, found.samples = media.frames, media.samples
        if media.rate is not None:
            found.rate_num, found.rate_den = media.rate.numerator, media.rate.denominator
        if media.upright is not None:
            found.width, found.height = media.upright.width, media.upright.height
    tx.tell("file.ready", media_id, name=found.name, sha256=sha256)


def file_failed(tx: Transaction, media_id: MediaId, cause: str, log_tail: str = "") -> None:
    """It cannot be used, with the cause and the end of what the programs said."""
    found = _moved(tx, media_id, "failed")
    found.cause, found.log_tail = unsigned(cause), unsigned(log_tail)
    tx.tell("file.failed", media_id, name=found.name, cause=cause)


def file_missing(tx: Transaction, media_id: MediaId, cause: str) -> None:
    """The store has it no longer, or has other bytes."""
    found = _moved(tx, media_id, "missing")
    found.cause = cause
    tx.tell("file.missing", media_id, name=found.name, cause=cause)


def retry_file(tx: Transaction, media_id: MediaId) -> None:
    """A failed or missing file is looked at again: processing."""
    found = _moved(tx, media_id, "processing")
    found.cause, found.log_tail = "", ""
    tx.tell("file.retried", media_id, name=found.name)


def _moved(tx: Transaction, media_id: MediaId, state: MediaState) -> MediaRow:
    found = row(tx, MediaRow, media_id, lock=True)
    if state not in MOVES[found.state]:
        raise Clash(
            f"{found.name} is {found.state}; it cannot become {state}", todo="look again: someone else was there"
        )
    found.state, found.changed_at = state, moment()
    return found


def as_file(found: MediaRow) -> File:
    """A row as a value."""
    return File(
        id=MediaId(found.id),
        object_name=found.object_name,
        name=found.name,
        state=found.state,
        declared_size=found.declared_size,
        declared_sha256=found.declared_sha256,
        size=found.size,
        sha256=found.sha256,
        upload=found.upload,
        cause=found.cause,
        log_tail=found.log_tail,
        media=None if found.media is None else from_json(Media, found.media),
        derived_key=None if found.derived_key is None else Key(found.derived_key),
        sender=None if found.sender_id is None else PersonId(found.sender_id),
    )
