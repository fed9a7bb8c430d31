"""Previews of assets: which files want one, and which have it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from pipeline.footage import Media
from pipeline.previews import preview_key
from pipeline.values import Key, from_json
from storage.catalogue.engine import Transaction
from storage.catalogue.outputs import outputs
from storage.catalogue.tables.draft import OutputRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.tables.media import AssetRow, MediaRow, VersionRow
from storage.catalogue.terms import AssetId, CourseId, MediaId

PREVIEWING = "preview"
"""The kind of jobs that make previews."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A file of which no preview was asked for: what it is, and what people said of its alpha."""

    key: Key
    file: MediaId
    media: Media
    alpha: str


def previews_wanted(tx: Transaction, most: int = 50) -> tuple[Unseen, ...]:
    """Files of assets that are ready and of which no preview was asked for, last sent first. Two queries."""
    asked = select(JobRow.id).where(
        JobRow.media_id == MediaRow.id,
        JobRow.kind == PREVIEWING,
        JobRow.details["with"]["alpha"].as_string() == AssetRow.alpha,
    )
    found = tx.execute(
        select(MediaRow, AssetRow.alpha)
        .join(VersionRow, VersionRow.media_id == MediaRow.id)
        .join(AssetRow, AssetRow.id == VersionRow.asset_id)
        .where(MediaRow.state == "ready", MediaRow.kind.is_not(None), ~asked.exists())
        .order_by(VersionRow.id.desc())
        .limit(most)
    ).all()
    unseen = {
        preview_key(media.sha256, alpha): Unseen(
            preview_key(media.sha256, alpha), MediaId(media.id), from_json(Media, media.media), alpha
        )
        for media, alpha in found
        if media.sha256 is not None and media.media is not None
    }
    return tuple(unseen.values())


def seen(tx: Transaction, keys: Collection[Key]) -> dict[Key, dict[str, str]]:
    """Of these previews, those that were made: the names of their files, and the key each is read by. One query."""
    made = outputs(tx, "other", keys) if keys else {}
    return {key: {one.part: one.object_name for one in files} for key, files in made.items()}


def tell_previewed(tx: Transaction, file: MediaId) -> None:
    """Tells that what is shown of a file is there, to whoever looks at its assets."""
    found = tx.scalars(
        select(AssetRow).join(VersionRow, VersionRow.asset_id == AssetRow.id).where(VersionRow.media_id == file)
    )
    for asset in {one.id: one for one in found}.values():
        course = None if asset.course_id is None else CourseId(asset.course_id)
        tx.tell("preview.made", asset.id, course=course, asset=AssetId(asset.id))


def preview_keys(tx: Transaction) -> frozenset[Key]:
    """The previews of every version that there is, made or not."""
    found = tx.execute(
        select(MediaRow.sha256, AssetRow.alpha)
        .join(VersionRow, VersionRow.media_id == MediaRow.id)
        .join(AssetRow, AssetRow.id == VersionRow.asset_id)
        .where(MediaRow.sha256.is_not(None))
    )
    return frozenset(preview_key(sha256, alpha) for sha256, alpha in found if sha256 is not None)


def preview_files(tx: Transaction, key: Key) -> dict[str, tuple[str, int]]:
    """The files of a preview: name, the key each is read by, its bytes; empty while it is not made. One query."""
    found = tx.scalars(select(OutputRow).filter_by(kind="other", key=key))
    return {one.part: (one.object_name, one.size) for one in found}
