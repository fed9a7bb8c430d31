"""Assets and their versions: asked for, sent, approved."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from pipeline.errors import Clash
from pipeline.footage import UNKNOWN, About
from pipeline.references import folded
from pipeline.values import as_json
from storage.catalogue.casting import about, find_asset
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import next_number, row
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.media import AssetRow, MediaRow, VersionRow
from storage.catalogue.terms import (
    Approval,
    AssetId,
    AssetKind,
    CourseId,
    MediaId,
    MediaState,
    PersonId,
    VersionId,
    VideoId,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An asset as it is asked for, whether or not anything was sent. `name` may have a folder: `intro/logo`."""

    name: str
    kind: AssetKind
    owner: PersonId | None = None
    due: date | None = None
    title: str = ""
    about: About = UNKNOWN


@dataclass(frozen=True, slots=True)
class Version:
    """One upload of an asset. Its state is that of its file."""

    id: VersionId
    asset: AssetId
    number: int
    media: MediaId
    state: MediaState
    approval: Approval
    author: PersonId | None
    comment: str


def add_asset(tx: Transaction, course: CourseId | None, wanted: Wanted) -> AssetId:
    """A new asset of a course, or of the whole studio (None). Cues that call it by its name and had nothing use it.

    Raises:
        Clash: there is one of that name, whatever its case.
    """
    key = folded(wanted.name)
    if course is not None:
        row(tx, CourseRow, course, lock=True)
    here = AssetRow.course_id == course if course is not None else AssetRow.course_id.is_(None)
    if tx.scalar(select(AssetRow.id).where(AssetRow.folded == key, here)) is not None:
        raise Clash(f"there is an asset {wanted.name!r} already", todo="send a new version of it, or choose a name")
    added = AssetRow(
        course_id=course,
        name=wanted.name,
        folded=key,
        kind=wanted.kind,
        owner_id=wanted.owner,
        due=wanted.due,
        title=wanted.title,
        **as_json(wanted.about),
    )
    tx.add(added)
    tx.flush()
    _cast_by_name(tx, course, key)
    asset_id = AssetId(added.id)
    tx.tell("asset.added", asset_id, course=course, asset=asset_id, name=wanted.name, kind=wanted.kind)
    return asset_id


def _cast_by_name(tx: Transaction, course: CourseId | None, key: str) -> None:
    empty = (
        select(CastingRow, VideoRow.course_id)
        .join(VideoRow, VideoRow.id == CastingRow.video_id)
        .where(
            CastingRow.asset_id.is_(None), or_(CastingRow.folded == key, CastingRow.folded == key.rpartition("/")[2])
        )
    )
    if course is not None:
        empty = empty.where(VideoRow.course_id == course)
    for casting, of in tx.execute(empty).all():
        casting.asset_id = find_asset(tx, CourseId(of), casting.reference)
    tx.flush()


def assign_asset(tx: Transaction, asset_id: AssetId, owner: PersonId | None, due: date | None) -> None:
    """Says who makes an asset, and by when."""
    found = row(tx, AssetRow, asset_id, lock=True)
    found.owner_id, found.due = owner, due
    tx.tell(
        "asset.assigned",
        asset_id,
        course=_course(found),
        asset=asset_id,
        owner=None if owner is None else str(owner),
        due=None if due is None else due.isoformat(),
    )


def describe_asset(tx: Transaction, asset_id: AssetId, **said: Any) -> About:
    """Keeps what somebody says of an asset, by the fields of `About`; what is known of it now."""
    found = row(tx, AssetRow, asset_id, lock=True)
    before = about(found)
    now = replace(before, **said)
    for field, value in as_json(now).items():
        setattr(found, field, value)
    if now != before:
        changed = sorted(field for field in as_json(now) if getattr(now, field) != getattr(before, field))
        tx.tell("asset.described", asset_id, course=_course(found), asset=asset_id, name=found.name, changed=changed)
    return now


def add_version(tx: Transaction, asset_id: AssetId, media_id: MediaId, comment: str = "", least: int = 1) -> Version:
    """The next version of an asset, of a file that was sent or is being sent.

    Numbers follow each other without gap, however many are added at once; `least` is where the file's own name counts
    (`collect_v3.mov`). The last file again is its version.
    """
    asset = row(tx, AssetRow, asset_id, lock=True)
    number = next_number(tx, VersionRow.number, VersionRow.asset_id == asset_id)
    last = tx.scalar(select(VersionRow).filter_by(asset_id=asset_id, number=number - 1))
    number = max(number, least)
    if last is not None and last.media_id == media_id:
        return version(tx, VersionId(last.id))
    row(tx, MediaRow, media_id)
    added = VersionRow(asset_id=asset_id, number=number, media_id=media_id, comment=comment, author_id=tx.by)
    tx.add(added)
    tx.flush()
    tx.tell("version.added", added.id, course=_course(asset), asset=asset_id, number=number, media=str(media_id))
    return version(tx, VersionId(added.id))


def version(tx: Transaction, version_id: VersionId) -> Version:
    """The version of that id.

    Raises:
        NotFound: there is none.
    """
    found = row(tx, VersionRow, version_id)
    return _version(found, row(tx, MediaRow, found.media_id).state)


def versions(tx: Transaction, asset_id: AssetId) -> tuple[Version, ...]:
    """Every version of an asset, first to last."""
    found = tx.execute(
        select(VersionRow, MediaRow.state)
        .join(MediaRow, MediaRow.id == VersionRow.media_id)
        .where(VersionRow.asset_id == asset_id)
        .order_by(VersionRow.number)
    )
    return tuple(_version(one, state) for one, state in found)


def versions_cast(tx: Transaction, video_id: VideoId) -> tuple[Version, ...]:
    """Every version of the assets that a video's last script uses, first to last of each. One query."""
    cast = select(CastingRow.asset_id).where(CastingRow.video_id == video_id, CastingRow.gone_in_id.is_(None))
    found = tx.execute(
        select(VersionRow, MediaRow.state)
        .join(MediaRow, MediaRow.id == VersionRow.media_id)
        .where(VersionRow.asset_id.in_(cast))
        .order_by(VersionRow.asset_id, VersionRow.number)
    )
    return tuple(_version(one, state) for one, state in found)


def tell_ready(tx: Transaction, media_id: MediaId) -> None:
    """Tells that the versions of a file can be used: to whoever looks at the asset, or at a video that uses it."""
    found = tx.execute(
        select(VersionRow, AssetRow).join(AssetRow, AssetRow.id == VersionRow.asset_id).filter_by(media_id=media_id)
    )
    for one, asset in found.all():
        of, number = AssetId(asset.id), one.number
        for video_id in videos_following(tx, of) or (None,):
            course = _course(asset) if video_id is None else CourseId(row(tx, VideoRow, video_id).course_id)
            tx.tell("version.ready", one.id, course=course, video=video_id, asset=of, number=number)


def approve_version(tx: Transaction, version_id: VersionId, approval: Approval) -> None:
    """Approves a version, rejects it, or lets it wait again.

    Raises:
        Clash: it is approved before its file is ready.
    """
    found = row(tx, VersionRow, version_id, lock=True)
    asset = row(tx, AssetRow, found.asset_id)
    if approval == "approved" and row(tx, MediaRow, found.media_id).state != "ready":
        raise Clash(f"version {found.number} of {asset.name!r} is not ready", todo="wait until its file is ready")
    waits, before = approval == "waiting", found.approval
    found.approval, found.approved_by_id, found.approved_at = approval, tx.by, None if waits else moment()
    course, of = _course(asset), AssetId(asset.id)
    tx.tell(f"version.{approval}", version_id, course=course, asset=of, number=found.number, before=before)


def videos_following(tx: Transaction, asset_id: AssetId) -> tuple[VideoId, ...]:
    """The videos whose last script uses the asset, whatever the policy."""
    found = tx.scalars(
        select(CastingRow.video_id)
        .where(CastingRow.asset_id == asset_id, CastingRow.gone_in_id.is_(None))
        .distinct()
        .order_by(CastingRow.video_id)
    )
    return tuple(VideoId(one) for one in found)


def _course(asset: AssetRow) -> CourseId | None:
    return None if asset.course_id is None else CourseId(asset.course_id)


def _version(found: VersionRow, state: MediaState) -> Version:
    author: UUID | None = found.author_id
    return Version(
        id=VersionId(found.id),
        asset=AssetId(found.asset_id),
        number=found.number,
        media=MediaId(found.media_id),
        state=state,
        approval=found.approval,
        author=None if author is None else PersonId(author),
        comment=found.comment,
    )
