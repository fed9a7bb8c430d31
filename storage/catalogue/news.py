"""What the log tells that changes what a video shows: versions its cues now use, its rushes, takes, script, course."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from storage.catalogue.casting import version_used
from storage.catalogue.current import last_revision
from storage.catalogue.engine import Transaction
from storage.catalogue.log import Event
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.media import AssetRow, MediaRow, RushRow, VersionRow
from storage.catalogue.tables.script import RevisionRow
from storage.catalogue.terms import VideoId

FILED = ("rush.added", "rush.sent-again")
JUDGED = ("version.approved", "version.rejected", "version.waiting")


@dataclass(frozen=True, slots=True)
class News:
    """One thing that changes what a video shows. `event` is the one that told it, `what` as people read it.

    `pinned`: a draft's manifest says how it was, so that a change that was undone is seen to be none.
    """

    video: VideoId
    event: int
    what: str
    pinned: bool = True


def news(tx: Transaction, happened: Sequence[Event]) -> tuple[News, ...]:
    """What of these events changes what some video shows, in order. A constant number of queries.

    Castings, approvals and files count as they now are: a version that no cue uses any more is no news.
    """
    found = [*_said(happened)]
    for of in (_versions, _described, _rushes, _courses):
        found += of(tx, happened)
    return tuple(sorted(found, key=lambda one: one.event))


def _said(happened: Sequence[Event]) -> Iterator[News]:
    """What the events say all of by themselves."""
    for one in happened:
        if one.video is None:
            continue
        details = one.details
        if one.kind == "script.saved":
            yield News(one.video, one.id, f"script revision {details['number']}")
        if not details.get("changes"):
            continue
        if one.kind == "casting.changed":
            yield News(one.video, one.id, f"casting of `{details['reference']}`")
        elif one.kind == "rush.dropped":
            yield News(one.video, one.id, f"rush `{details['name']}` removed", pinned=details["camera"])
        elif one.kind == "rush.matched":
            shot = f"matched to shot {details['shot']}" if details["shot"] else "of no shot"
            yield News(one.video, one.id, f"rush `{details['name']}` {shot}")
        elif one.kind.startswith("take."):
            fact = one.kind.removeprefix("take.").replace("added", "moved")
            yield News(one.video, one.id, f"take {details['shot']}/{details['number']} {fact}")


def _versions(tx: Transaction, happened: Sequence[Event]) -> Iterator[News]:
    """Versions of assets that some casting uses since, or uses no longer. One query."""
    files, versions = _of(happened, ("file.ready",)), _of(happened, ("version.added", *JUDGED))
    if not files and not versions:
        return
    used = aliased(VersionRow)
    rows = tx.execute(
        select(CastingRow, VersionRow, AssetRow.name, MediaRow.state, used.id, func.coalesce(used.number, 0))
        .join(VersionRow, VersionRow.asset_id == CastingRow.asset_id)
        .join(AssetRow, AssetRow.id == VersionRow.asset_id)
        .join(MediaRow, MediaRow.id == VersionRow.media_id)
        .outerjoin(used, used.id == version_used())
        .where(CastingRow.gone_in_id.is_(None), or_(VersionRow.id.in_(versions.keys()), VersionRow.media_id.in_(files)))
        .order_by(CastingRow.id, VersionRow.id)
    ).all()
    for casting, version, name, state, used_id, number in rows:
        follows_approval = casting.policy == "latest_approved" and not casting.wanted
        passed = number < version.number
        for event in (*files.get(version.media_id, ()), *versions.get(version.id, ())):
            before, judged = event.details.get("before"), event.kind in JUDGED
            arrived = not judged and used_id == version.id
            approved = event.kind == "version.approved" and before != "approved" and used_id == version.id
            withdrawn = judged and before == "approved" and state == "ready" and used_id != version.id and passed
            if arrived or (follows_approval and (approved or withdrawn)):
                fact = f" {event.kind.removeprefix('version.')}" if judged else ""
                yield News(VideoId(casting.video_id), event.id, f"asset `{name}` version {version.number}{fact}")


def _described(tx: Transaction, happened: Sequence[Event]) -> Iterator[News]:
    """Assets of which something else is known since. One query."""
    of = _of(happened, ("asset.described",))
    if not of:
        return
    shown = select(CastingRow.video_id, AssetRow.id).join(AssetRow, AssetRow.id == CastingRow.asset_id)
    shown = shown.where(CastingRow.gone_in_id.is_(None), AssetRow.id.in_(of.keys())).distinct()
    for video, asset in tx.execute(shown.order_by(CastingRow.video_id)).all():
        for event in of[asset]:
            changed = ", ".join(event.details["changed"])
            yield News(VideoId(video), event.id, f"{changed} of asset `{event.details['name']}`", pinned=False)


def _rushes(tx: Transaction, happened: Sequence[Event]) -> Iterator[News]:
    """Rushes whose file is ready. One query."""
    files, filed = _of(happened, ("file.ready",)), _of(happened, FILED)
    if not files and not filed:
        return
    rows = tx.execute(
        select(RushRow)
        .join(MediaRow, MediaRow.id == RushRow.media_id)
        .where(MediaRow.state == "ready", or_(RushRow.media_id.in_(files.keys()), RushRow.id.in_(filed.keys())))
        .order_by(RushRow.id)
    ).scalars()
    for rush in rows:
        for event in (*files.get(rush.media_id, ()), *filed.get(rush.id, ())):
            yield News(VideoId(rush.video_id), event.id, f"rush `{rush.name}`", pinned=rush.kind == "camera")


def _courses(tx: Transaction, happened: Sequence[Event]) -> Iterator[News]:
    """What a course says of all its videos; its style counts only where the script names none. One query."""
    of = _of(happened, ("course.changed",))
    if not of:
        return
    rows = tx.execute(
        select(VideoRow.id, VideoRow.course_id, RevisionRow.style)
        .join(RevisionRow, RevisionRow.id == last_revision(VideoRow.id))
        .where(VideoRow.course_id.in_(of.keys()))
        .order_by(VideoRow.id)
    ).all()
    for video, course, own in rows:
        for event in of[course]:
            for what in event.details["changes"]:
                if what != "style" or not own:
                    yield News(VideoId(video), event.id, f"{what} of the course")


def _of(happened: Sequence[Event], kinds: Sequence[str]) -> dict[UUID, list[Event]]:
    """The events of some kinds, by what they are of."""
    found: dict[UUID, list[Event]] = {}
    for one in happened:
        if one.kind in kinds:
            found.setdefault(one.subject, []).append(one)
    return found
