"""The assets of the courses that somebody may see, and of one asset everything: versions, where it is used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, cast, func, or_, select
from sqlalchemy.orm import aliased

from pipeline.errors import Clash, NotFound
from pipeline.footage import About, Media
from pipeline.previews import OF_RUSHES, preview_key
from pipeline.references import folded
from pipeline.values import Key, from_json
from storage.catalogue.assets import Version, add_version
from storage.catalogue.casting import about, cues_using
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftInputRow, DraftRow
from storage.catalogue.tables.media import AssetRow, MediaRow, VersionRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.script import LineTextRow
from storage.catalogue.terms import (
    Approval,
    AssetId,
    AssetKind,
    CourseId,
    MediaId,
    MediaState,
    PersonId,
    Policy,
    VersionId,
    VideoId,
)

PAGE: Final = 60
"""Assets of one page: each is a picture; twelve rows of five."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which assets are shown. `missing`: nothing of it can be used; `remarked`: a check said something of it.

    `courses`: the only ones that may be seen, with what is the whole studio's; None for all. `page` counts from 0.
    """

    text: str = ""
    kind: AssetKind | None = None
    missing: bool = False
    remarked: bool = False
    courses: frozenset[CourseId] | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A version as it was sent: its file, who sent it and when. `preview` names what is shown of it; empty: nothing."""

    id: VersionId
    number: int
    file: MediaId
    file_name: str
    object_name: str
    bytes: int
    state: MediaState
    cause: str
    approval: Approval
    author: str
    at: datetime
    comment: str
    media: Media | None
    preview: Key | None


@dataclass(frozen=True, slots=True)
class Shelved:
    """An asset as the library shows it. `course` is empty for the whole studio's. `last` is the last one sent."""

    id: AssetId
    course: str
    name: str
    kind: AssetKind
    owner: str
    due: date | None
    versions: int
    uses: int
    last: Sent | None


@dataclass(frozen=True, slots=True)
class Kept:
    """One asset: whose it is, and what is said of it."""

    id: AssetId
    course_id: CourseId | None
    course: str
    name: str
    kind: AssetKind
    owner: PersonId | None
    owner_name: str
    due: date | None
    about: About


@dataclass(frozen=True, slots=True)
class Use:
    """A cue that uses an asset. `number` is the version it uses, `draft` the last that shows it; None while none."""

    course: str
    video: VideoId
    video_code: str
    title: str
    line: int | None
    reference: str
    policy: Policy
    number: int | None
    draft: int | None


def library(tx: Transaction, wanted: Wanted) -> tuple[tuple[Shelved, ...], bool]:
    """One page of assets, last begun first, and whether more follow. One query."""
    page = _wanted(wanted).order_by(AssetRow.id.desc()).limit(PAGE + 1).offset(PAGE * wanted.page).cte("page")
    last, media, author, owner = aliased(VersionRow), aliased(MediaRow), aliased(PersonRow), aliased(PersonRow)
    counted = aliased(VersionRow)
    versions = select(func.count(counted.id)).where(counted.asset_id == AssetRow.id).scalar_subquery()
    used = select(func.count(CastingRow.id)).where(CastingRow.asset_id == AssetRow.id, CastingRow.gone_in_id.is_(None))
    found = tx.execute(
        select(AssetRow, CourseRow.code, owner.name, versions, used.scalar_subquery(), last, media, author.name)
        .join(page, page.c.id == AssetRow.id)
        .outerjoin(CourseRow, CourseRow.id == AssetRow.course_id)
        .outerjoin(owner, owner.id == AssetRow.owner_id)
        .outerjoin(last, last.id == _newest())
        .outerjoin(media, media.id == last.media_id)
        .outerjoin(author, author.id == last.author_id)
        .order_by(AssetRow.id.desc())
    ).all()
    shown = tuple(
        Shelved(
            AssetId(asset.id),
            code or "",
            asset.name,
            asset.kind,
            owned or "",
            asset.due,
            count,
            uses,
            _sent(version, file, by, asset.alpha) if count else None,
        )
        for asset, code, owned, count, uses, version, file, by in found[:PAGE]
    )
    return shown, len(found) > PAGE


def _newest() -> ScalarSelect[UUID]:
    """The id of the last version of an asset."""
    newest = aliased(VersionRow)
    wanted = select(newest.id).where(newest.asset_id == AssetRow.id).order_by(newest.number.desc()).limit(1)
    return wanted.correlate(AssetRow).scalar_subquery()


def _wanted(wanted: Wanted) -> Select[UUID]:
    """The ids of the assets that are wanted. What is asked of files is only looked at where it is asked."""
    query = select(AssetRow.id).outerjoin(CourseRow, CourseRow.id == AssetRow.course_id)
    query = query.where(or_(AssetRow.course_id.is_(None), CourseRow.archived_at.is_(None)))
    if wanted.courses is not None:
        query = query.where(or_(AssetRow.course_id.is_(None), AssetRow.course_id.in_(wanted.courses)))
    if wanted.kind is not None:
        query = query.where(AssetRow.kind == wanted.kind)
    if wanted.missing:
        ready, its = aliased(VersionRow), aliased(MediaRow)
        there = select(ready.id).join(its, its.id == ready.media_id)
        query = query.where(~there.where(ready.asset_id == AssetRow.id, its.state == "ready").exists())
    last, media = aliased(VersionRow), aliased(MediaRow)
    key = folded(wanted.text)
    if key or wanted.remarked:
        query = query.outerjoin(last, last.id == _newest()).outerjoin(media, media.id == last.media_id)
    if key:
        called = (AssetRow.folded.contains(key, autoescape=True), CourseRow.folded == key)
        query = query.where(or_(*called, func.lower(media.name).contains(key, autoescape=True)))
    if wanted.remarked:
        said: ColumnElement[str] = cast(media.media["remarks"], Text)
        for nothing in (*(f'"{code}"' for code in OF_RUSHES), ",", " "):
            said = func.replace(said, nothing, "")
        query = query.where(media.media.is_not(None), said.not_in(("[]", "null")))
    return query


def asset_kept(tx: Transaction, asset_id: AssetId) -> Kept:
    """An asset, by its id. One query.

    Raises:
        NotFound: there is none.
    """
    found = tx.execute(
        select(AssetRow, CourseRow.code, PersonRow.name)
        .outerjoin(CourseRow, CourseRow.id == AssetRow.course_id)
        .outerjoin(PersonRow, PersonRow.id == AssetRow.owner_id)
        .where(AssetRow.id == asset_id)
    ).first()
    if found is None:
        raise NotFound(f"there is no asset {asset_id}", todo="go back and look again")
    asset, code, owner = found
    return Kept(
        id=AssetId(asset.id),
        course_id=None if asset.course_id is None else CourseId(asset.course_id),
        course=code or "",
        name=asset.name,
        kind=asset.kind,
        owner=None if asset.owner_id is None else PersonId(asset.owner_id),
        owner_name=owner or "",
        due=asset.due,
        about=about(asset),
    )


def versions_sent(tx: Transaction, asset_id: AssetId) -> tuple[Sent, ...]:
    """Every version of an asset, last to first. One query."""
    found = tx.execute(_versions().where(VersionRow.asset_id == asset_id).order_by(VersionRow.number.desc()))
    return tuple(_sent(version, media, by, alpha) for version, media, by, alpha in found)


def version_sent(tx: Transaction, version_id: VersionId) -> Sent:
    """A version, by its id. One query.

    Raises:
        NotFound: there is none.
    """
    found = tx.execute(_versions().where(VersionRow.id == version_id)).first()
    if found is None:
        raise NotFound(f"there is no version {version_id}", todo="go back and look again")
    version, media, by, alpha = found
    return _sent(version, media, by, alpha)


def _versions() -> Select[*tuple[Any, ...]]:
    return (
        select(VersionRow, MediaRow, PersonRow.name, AssetRow.alpha)
        .join(MediaRow, MediaRow.id == VersionRow.media_id)
        .join(AssetRow, AssetRow.id == VersionRow.asset_id)
        .outerjoin(PersonRow, PersonRow.id == VersionRow.author_id)
    )


def uses(tx: Transaction, asset_id: AssetId, courses: frozenset[CourseId] | None) -> tuple[Use, ...]:
    """The cues of last scripts that use an asset, of these courses (None: of all). One query.

    `draft` is the last one that is done and shows any version of it.
    """
    shown = (
        select(func.max(DraftRow.number))
        .join(DraftInputRow, DraftInputRow.draft_id == DraftRow.id)
        .join(VersionRow, VersionRow.id == DraftInputRow.version_id)
        .where(DraftRow.video_id == CastingRow.video_id, DraftRow.state == "done", VersionRow.asset_id == asset_id)
        .correlate(CastingRow)
        .scalar_subquery()
    )
    query = cues_using(asset_id, VideoRow.title, shown).order_by(CourseRow.folded, VideoRow.code, LineTextRow.position)
    if courses is not None:
        query = query.where(VideoRow.course_id.in_(courses))
    return tuple(
        Use(course, VideoId(one.video_id), code, title, line, one.reference, one.policy, used, draft)
        for one, course, code, line, used, title, draft in tx.execute(query)
    )


def version_again(tx: Transaction, version_id: VersionId, comment: str) -> Version:
    """Goes back to a version: the same file is the next one. Numbers never go back, so that drafts stay told apart.

    Raises:
        NotFound: there is none.
        Clash: its file cannot be used, or it is the last one already.
    """
    found = row(tx, VersionRow, version_id)
    if row(tx, MediaRow, found.media_id).state != "ready":
        raise Clash(f"version {found.number} cannot be used", todo="choose one that is ready")
    added = add_version(tx, AssetId(found.asset_id), MediaId(found.media_id), comment)
    if added.id == version_id:
        raise Clash(f"version {found.number} is the last one already", todo="nothing is to be done")
    return added


def latest_files(found: Sequence[Sent]) -> tuple[Key, ...]:
    """The previews of these versions, those that there may be."""
    return tuple(dict.fromkeys(one.preview for one in found if one.preview is not None))


def _sent(version: VersionRow, media: MediaRow, by: str | None, alpha: str) -> Sent:
    size = media.size if media.size is not None else media.declared_size
    return Sent(
        id=VersionId(version.id),
        number=version.number,
        file=MediaId(media.id),
        file_name=media.name,
        object_name=media.object_name,
        bytes=size or 0,
        state=media.state,
        cause=media.cause,
        approval=version.approval,
        author=by or "",
        at=version.created_at,
        comment=version.comment,
        media=None if media.media is None else from_json(Media, media.media),
        preview=None if media.sha256 is None or media.state != "ready" else preview_key(media.sha256, alpha),
    )
