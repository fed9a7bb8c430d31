"""What of the log is told outside the studio: drafts that are ready, versions that landed, what failed; and to whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import func, select

from storage.catalogue.engine import Transaction
from storage.catalogue.log import Event
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.farm import EventRow, JobRow
from storage.catalogue.tables.media import AssetRow, MediaRow, RushRow, VersionRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.terms import CourseId, Occasion, PersonId, Role, VideoId

GIVEN_UP: Final = "cancelled by "
"""How the cause begins of a draft that a person gave up: it did not fail."""
FILES: Final = ("file.ready", "file.failed", "file.missing")
TOLD: Final[Mapping[Occasion, frozenset[Role]]] = {
    "draft.ready": frozenset({"admin", "director", "writer", "motion", "reviewer"}),
    "version.landed": frozenset({"admin", "director", "writer"}),
    "failed": frozenset({"admin", "director"}),
    "waiting": frozenset(),
    "note": frozenset(),
}
"""Who on a course is told of what. What waits is told to whom it waits for, a note to whom it names or is given to, and
what failed to who asked for it too."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is told. `said` names its sentence in `presets/words`, which `fields` fill in.

    `courses` are those that it concerns; `course` and `video` their codes, empty for none; `path`: the page about it.
    `to`: whom it is told by e-mail, where it is `mailed`. `about` tells several of one event apart.
    """

    event: int
    at: datetime
    kind: Occasion
    said: str
    fields: Mapping[str, str | int]
    courses: frozenset[CourseId]
    course: str
    video: str
    path: str
    to: frozenset[PersonId]
    about: str = ""
    mailed: bool = True


@dataclass(slots=True)
class _Around:
    """What the rows of a batch are of. `versions` and `rushes`: what a file was sent as; `since`: when both began."""

    videos: dict[UUID, tuple[UUID, str, str]] = field(default_factory=dict[UUID, tuple[UUID, str, str]])
    courses: dict[UUID, str] = field(default_factory=dict[UUID, str])
    versions: dict[UUID, list[Any]] = field(default_factory=dict[UUID, list[Any]])
    rushes: dict[UUID, list[UUID]] = field(default_factory=dict[UUID, list[UUID]])
    since: dict[UUID, int] = field(default_factory=dict[UUID, int])
    using: dict[UUID, set[UUID]] = field(default_factory=dict[UUID, set[UUID]])
    senders: dict[UUID, UUID | None] = field(default_factory=dict[UUID, UUID | None])
    asked: dict[UUID, UUID | None] = field(default_factory=dict[UUID, UUID | None])
    alone: set[UUID] = field(default_factory=set[UUID])
    roles: dict[UUID, list[tuple[UUID, Role]]] = field(default_factory=dict[UUID, list[tuple[UUID, Role]]])


def told(tx: Transaction, happened: Sequence[Event]) -> tuple[Told, ...]:
    """What of these events is told, in order. A constant number of queries."""
    kinds = ("draft.done", "draft.failed", "job.failed", "version.added", *FILES)
    wanted = [one for one in happened if one.kind in kinds]
    if not wanted:
        return ()
    around = _around(tx, wanted)
    out: list[Told] = []
    for event in wanted:
        if event.kind in {"draft.done", "draft.failed"}:
            out += _draft(event, around)
        elif event.kind in {"version.added", "file.ready"}:
            out += _landed(event, around)
        elif event.kind == "job.failed":
            out += _job(event, around)
        else:
            out += _file(event, around)
    return tuple(out)


def courses_of(tx: Transaction, happened: Iterable[Event]) -> frozenset[CourseId]:
    """The courses in which something happened that may have changed what waits for whom. Three queries at most."""
    moved = [one for one in happened if one.kind.partition(".")[0] not in {"job", "session", "output", "webhook"}]
    found = {one.course for one in moved if one.course is not None}
    files = {one.subject for one in moved if one.kind in FILES}
    if files:
        of_rush = select(VideoRow.course_id).join(RushRow, RushRow.video_id == VideoRow.id)
        found |= {CourseId(one) for one in tx.scalars(of_rush.where(RushRow.media_id.in_(files)))}
    shown = {one.asset for one in moved if one.asset is not None}
    cast = select(VideoRow.course_id).join(CastingRow, CastingRow.video_id == VideoRow.id).distinct()
    if files:
        of_file = select(VersionRow.asset_id).where(VersionRow.media_id.in_(files))
        found |= {CourseId(one) for one in tx.scalars(cast.where(CastingRow.asset_id.in_(of_file)))}
    if shown:
        found |= {CourseId(one) for one in tx.scalars(cast.where(CastingRow.asset_id.in_(shown)))}
    return frozenset(found)


def _draft(event: Event, around: _Around) -> Iterable[Told]:
    error = str(event.details.get("error", ""))
    if event.video is None or error.startswith(GIVEN_UP):
        return
    course, code, title = around.videos[event.video]
    number = int(event.details["number"])
    path = _video_path(around.courses[course], code)
    if event.kind == "draft.failed":
        at, by = _Place(course, code, path), around.asked.get(event.subject)
        yield _failed(event, "draft-failed", around, at, by, number=number, title=title, cause=error)
        return
    to, of = _members(around, {course}, "draft.ready"), frozenset({CourseId(course)})
    fields: dict[str, str | int] = {"number": number, "title": title}
    said, path = "told.draft-ready", f"{path}/drafts/{number}"
    yield Told(event.id, event.at, "draft.ready", said, fields, of, around.courses[course], code, path, to)


def _landed(event: Event, around: _Around) -> Iterable[Told]:
    """A version whose file is ready: told by whichever of the two came last."""
    for version, asset, media in around.versions.get(event.subject, ()):
        other = media.id if event.kind == "version.added" else version.id
        if media.state != "ready" or around.since.get(other, event.id) >= event.id:
            continue
        courses = {asset.course_id} if asset.course_id is not None else around.using.get(asset.id, set())
        code = around.courses.get(asset.course_id, "") if asset.course_id is not None else ""
        fields: dict[str, str | int] = {"name": asset.name, "number": version.number}
        to = _members(around, courses, "version.landed") - {PersonId(version.author_id or media.sender_id)}
        found = frozenset(CourseId(one) for one in courses)
        said, about = "told.version-landed", str(version.id)
        path = f"/assets/{asset.id}"
        yield Told(event.id, event.at, "version.landed", said, fields, found, code, "", path, to, about)


def _file(event: Event, around: _Around) -> Iterable[Told]:
    name, cause = str(event.details["name"]), str(event.details["cause"])
    sender = around.senders.get(event.subject)
    for video in around.rushes.get(event.subject, ()):
        course, code, _ = around.videos[video]
        at = _Place(course, code, f"{_video_path(around.courses[course], code)}/send", str(video))
        yield _failed(event, "file-failed", around, at, sender, name=name, cause=cause)
    for version, asset, _ in around.versions.get(event.subject, ()):
        if asset.course_id is not None:
            at = _Place(asset.course_id, "", f"/assets/{asset.id}", str(version.id))
            yield _failed(event, "file-failed", around, at, sender, name=name, cause=cause)


def _job(event: Event, around: _Around) -> Iterable[Told]:
    """Work that failed for itself; where a draft or a file failed with it, that is what is told."""
    if event.video is None or event.subject not in around.alone:
        return
    course, code, _ = around.videos[event.video]
    yield _failed(event, "job-failed", around, _Place(course, code, "/work"), cause=str(event.details.get("cause", "")))


@dataclass(frozen=True, slots=True)
class _Place:
    """What something is told of: a course, a video of it by its code, or another page of it."""

    course: UUID
    video: str
    path: str
    about: str = ""


def _failed(
    event: Event, said: str, around: _Around, at: _Place, besides: UUID | None = None, **fields: str | int
) -> Told:
    """A failure, told to who runs the course, and to one person `besides`."""
    to = _members(around, {at.course}, "failed")
    to = to if besides is None else to | {PersonId(besides)}
    of, code = frozenset({CourseId(at.course)}), around.courses[at.course]
    return Told(event.id, event.at, "failed", f"told.{said}", fields, of, code, at.video, at.path, to, at.about)


def _members(around: _Around, courses: Iterable[UUID], kind: Occasion) -> frozenset[PersonId]:
    wanted = TOLD[kind]
    return frozenset(PersonId(who) for one in courses for who, role in around.roles.get(one, ()) if role in wanted)


def _video_path(course: str, video: str) -> str:
    return f"/videos/{quote(course, safe='')}/{quote(video, safe='')}"


def _around(tx: Transaction, wanted: Sequence[Event]) -> _Around:
    around = _Around()
    files = {one.subject for one in wanted if one.kind in FILES}
    added = {one.subject for one in wanted if one.kind == "version.added"}
    if files or added:
        _sent(tx, around, files, added)
    drafts = {one.subject for one in wanted if one.kind.startswith("draft.")}
    if drafts:
        rows = tx.execute(select(DraftRow.id, DraftRow.asked_by_id).where(DraftRow.id.in_(drafts)))
        around.asked = dict(rows.all())
    failed = {one.subject for one in wanted if one.kind == "job.failed"}
    if failed:
        alone = select(JobRow.id).where(JobRow.id.in_(failed), JobRow.draft_id.is_(None), JobRow.media_id.is_(None))
        around.alone = set(tx.scalars(alone))
    videos = {one.video for one in wanted if one.video is not None} | {
        VideoId(video) for some in around.rushes.values() for video in some
    }
    rows = tx.execute(
        select(VideoRow.id, VideoRow.course_id, VideoRow.code, VideoRow.title).where(VideoRow.id.in_(videos))
    )
    around.videos = {video: (course, code, title) for video, course, code, title in rows}
    courses = {course for course, _, _ in around.videos.values()}
    courses |= {asset.course_id for some in around.versions.values() for _, asset, _ in some if asset.course_id}
    courses |= {course for some in around.using.values() for course in some}
    around.courses = dict(tx.execute(select(CourseRow.id, CourseRow.code).where(CourseRow.id.in_(courses))).all())
    members = (
        select(MembershipRow.course_id, MembershipRow.person_id, MembershipRow.role)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(MembershipRow.course_id.in_(courses), PersonRow.active)
    )
    for course, person, role in tx.execute(members):
        around.roles.setdefault(course, []).append((person, role))
    return around


def _sent(tx: Transaction, around: _Around, files: set[UUID], added: set[UUID]) -> None:
    """What files were sent as: rushes of videos, versions of assets; and who uses those of the whole studio."""
    for media, video in tx.execute(select(RushRow.media_id, RushRow.video_id).where(RushRow.media_id.in_(files))):
        around.rushes.setdefault(media, []).append(video)
    around.senders = dict(tx.execute(select(MediaRow.id, MediaRow.sender_id).where(MediaRow.id.in_(files))).all())
    rows = tx.execute(
        select(VersionRow, AssetRow, MediaRow)
        .join(AssetRow, AssetRow.id == VersionRow.asset_id)
        .join(MediaRow, MediaRow.id == VersionRow.media_id)
        .where(VersionRow.media_id.in_(files) | VersionRow.id.in_(added))
        .order_by(VersionRow.id)
    ).all()
    for row in rows:
        version = row[0]
        for key in {version.media_id} & files | {version.id} & added:
            around.versions.setdefault(key, []).append(tuple(row))
    both = {one for version, _, media in rows for one in (version.id, media.id)}
    began = (
        select(EventRow.subject_id, func.min(EventRow.id))
        .where(EventRow.subject_id.in_(both), EventRow.kind.in_(("version.added", "file.ready")))
        .group_by(EventRow.subject_id)
    )
    around.since = dict(tx.execute(began).all())
    common = {asset.id for _, asset, _ in rows if asset.course_id is None}
    if common:
        used = (
            select(CastingRow.asset_id, VideoRow.course_id)
            .join(VideoRow, VideoRow.id == CastingRow.video_id)
            .where(CastingRow.asset_id.in_(common), CastingRow.gone_in_id.is_(None))
        )
        for asset, course in tx.execute(used):
            if asset is not None:
                around.using.setdefault(asset, set()).add(course)
