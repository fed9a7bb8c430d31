"""What the log tells that people will want to look at: files to show, videos whose makers are to be briefed."""

from dataclasses import dataclass

from sqlalchemy import select

from storage.catalogue.briefs import briefs_wanted
from storage.catalogue.engine import Transaction
from storage.catalogue.log import mark_read, unread
from storage.catalogue.previews import Unseen, previews_wanted
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.terms import AssetId, DraftId, VideoId

READER = "looking"
BATCH = 500
"""Events that are read at once: a sweep costs little, however long the log is."""

SENT = frozenset({"version.added", "version.ready", "asset.described"})
"""What may make a file one to be shown, or shown otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made: previews of files, and the briefs of videos, each told of its last draft.

    `upto` is the last event that told of it: briefs are made once for each such news.
    """

    previews: tuple[Unseen, ...]
    briefs: tuple[tuple[VideoId, DraftId], ...]
    upto: int


def wanted_to_see(tx: Transaction) -> Wanted:
    """Reads the log on; what is to be made since. A constant number of queries; but two when nothing happened."""
    happened = unread(tx, READER, BATCH, alone=True)
    if not happened:
        return Wanted((), (), 0)
    sent = {one.asset for one in happened if one.kind in SENT and one.asset is not None}
    drafted = {one.video for one in happened if one.kind == "draft.done" and one.video is not None}
    rejected = {one.asset for one in happened if one.kind == "version.rejected" and one.asset is not None}
    mark_read(tx, READER, happened[-1].id)
    videos = drafted | _using(tx, rejected)
    return Wanted(previews_wanted(tx, sent), briefs_wanted(tx, videos), happened[-1].id)


def _using(tx: Transaction, assets: set[AssetId]) -> set[VideoId]:
    if not assets:
        return set()
    found = tx.scalars(
        select(CastingRow.video_id).where(CastingRow.asset_id.in_(assets), CastingRow.gone_in_id.is_(None)).distinct()
    )
    return {VideoId(one) for one in found}
