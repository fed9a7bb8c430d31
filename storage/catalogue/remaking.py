"""Which segment of the draft before stood where one stands, and what people call what both were made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pipeline.changes import changes
from pipeline.errors import NotFound
from pipeline.remade import Named
from pipeline.timeline import Card, Timeline
from pipeline.values import Key, from_json
from storage.catalogue.drafts import draft_numbered, shown
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.draft import DraftInputRow, DraftRow, SegmentRow
from storage.catalogue.tables.media import VersionRow
from storage.catalogue.terms import DraftId, VideoId

KEY_LEAST = 8
"""Characters of a segment's key that are enough to name it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A segment where it stands: its draft, with its number, and its place there from 0."""

    draft: DraftId
    number: int
    position: int
    key: Key


def segment_called(tx: Transaction, start: str) -> Standing:
    """The segment whose key begins so, in the first draft that shows it.

    Raises:
        NotFound: no draft that is done shows one, or the beginning is that of several.
    """
    found = tx.execute(
        select(DraftRow.id, DraftRow.number, SegmentRow.position, SegmentRow.key)
        .join(SegmentRow, SegmentRow.draft_id == DraftRow.id)
        .where(SegmentRow.key.startswith(start, autoescape=True))
        .order_by(DraftRow.id, SegmentRow.position)
    ).all()
    keys = {key for *_, key in found}
    if len(keys) > 1:
        raise NotFound(f"{len(keys)} segments begin with {start}", todo="write more of its key")
    if not found or len(start) < KEY_LEAST:
        todo = f"write {KEY_LEAST} characters of its key or more, or VIDEO NUMBER POSITION"
        raise NotFound(f"no draft that is done shows a segment {start!r}", todo=todo)
    draft, number, position, key = found[0]
    return Standing(DraftId(draft), number, position, Key(key))


def segment_at(tx: Transaction, video: VideoId, number: int, position: int) -> Standing:
    """The segment at a place (from 0) of a draft that is done.

    Raises:
        NotFound: there is no such draft, or it has no such segment.
    """
    draft = draft_numbered(tx, video, number)
    key = tx.scalar(select(SegmentRow.key).filter_by(draft_id=draft.id, position=position))
    if key is None:
        raise NotFound(f"draft {number} has no segment {position + 1}", todo="rushes diff and its report number them")
    return Standing(draft.id, number, position, Key(key))


def draft_before(tx: Transaction, one: Standing) -> tuple[DraftId, int] | None:
    """The draft of the same video that was done before, and its number; None for the first."""
    video = row(tx, DraftRow, one.draft).video_id
    earlier = (DraftRow.video_id == video, DraftRow.state == "done", DraftRow.number < one.number)
    found = tx.execute(
        select(DraftRow.id, DraftRow.number).where(*earlier).order_by(DraftRow.number.desc()).limit(1)
    ).first()
    return None if found is None else (DraftId(found[0]), found[1])


def stood_before(tx: Transaction, one: Standing, before: DraftId, number: int) -> Standing | None:
    """The segment of another draft that is the same, or stands for the same line; None when there is none."""
    old, new = shown(tx, before), shown(tx, one.draft)
    if one.key in old.keys:
        return Standing(before, number, old.keys.index(one.key), one.key)
    place = next((change.before for change in changes(old, new) if change.after == one.position), None)
    return None if place is None else Standing(before, number, place, old.keys[place])


def named(tx: Transaction, drafts: Iterable[DraftId]) -> Named:
    """What people call the rushes, assets with their versions, and cards of some drafts, by their keys."""
    names: dict[Key, str] = {}
    cards: dict[Key, Card] = {}
    for draft in drafts:
        found = row(tx, DraftRow, draft)
        manifest: Mapping[str, Any] = found.manifest or {}
        versions = tx.execute(
            select(DraftInputRow.reference, VersionRow.number)
            .join(VersionRow, VersionRow.id == DraftInputRow.version_id)
            .where(DraftInputRow.draft_id == draft)
        )
        numbers = {one.reference: one.number for one in versions}
        names |= {Key(one["conformed"]): one["name"] for one in manifest.get("rushes", ())}
        for one in manifest.get("assets", ()):
            number = numbers.get(one["reference"])
            names[Key(one["normal"])] = one["reference"] + (f" v{number}" if number is not None else "")
        if found.timeline is not None:
            cards |= {card.key: card for card in from_json(Timeline, found.timeline).cards}
    return Named(names, cards)
