"""Links that let people in who have no account: made, opened, revoked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from pipeline.errors import NotFound
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.secret import hashed, new_secret
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.course import ChapterRow, CourseRow, PartRow, VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.sharing import LinkRow
from storage.catalogue.terms import CourseId, DraftId, LinkId, PersonId, Rights, VideoId

Target = tuple[CourseId, None, None] | tuple[None, VideoId, None] | tuple[None, None, DraftId]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link lets its guests do, and until when. `password` is an argon2 hash."""

    rights: Rights
    expires_at: datetime | None = None
    password: str | None = None
    label: str = ""
    downloads: bool = False
    watermark: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands; exactly one of course, video and draft is set."""

    id: LinkId
    terms: Terms
    course: CourseId | None
    video: VideoId | None
    draft: DraftId | None
    revoked_at: datetime | None
    made_by: PersonId


def share(tx: Transaction, target: Target, made_by: PersonId, terms: Terms) -> tuple[LinkId, str]:
    """A new link and its token, which is told only now: the catalogue keeps its hash."""
    course, video, draft = target
    token = new_secret()
    added = LinkRow(
        token_hash=hashed(token),
        course_id=course,
        video_id=video,
        draft_id=draft,
        rights=terms.rights,
        password_hash=terms.password,
        label=terms.label,
        downloads=terms.downloads,
        watermark=terms.watermark,
        expires_at=terms.expires_at,
        made_by_id=made_by,
    )
    tx.add(added)
    tx.flush()
    of, video = link_place(tx, added)
    tx.tell("link.made", added.id, course=of, video=video, rights=terms.rights, label=terms.label)
    return LinkId(added.id), token


@dataclass(frozen=True, slots=True)
class Opening:
    """A link that somebody holds: where it leads, who made it, and whether it still lets anyone in."""

    link: Link
    course: CourseId
    by: str
    open: bool


def opening(tx: Transaction, token: str) -> Opening | None:
    """The link of a token, be it over or not; None when there is none."""
    found = tx.scalar(select(LinkRow).filter_by(token_hash=hashed(token)))
    if found is None:
        return None
    course, _ = link_place(tx, found)
    lasts = found.revoked_at is None and (found.expires_at is None or found.expires_at > tx.now())
    return Opening(as_link(found), course, row(tx, PersonRow, found.made_by_id).name, lasts)


def opened(tx: Transaction, token: str) -> Link:
    """The link of a token, if it still lets anyone in.

    Raises:
        NotFound: there is none, it was revoked, or it is over; which of the three is not told.
    """
    found = opening(tx, token)
    if found is None or not found.open:
        raise NotFound("this link lets nobody in", todo="ask whoever sent it for a new one")
    return found.link


def link(tx: Transaction, link_id: LinkId) -> Link:
    """The link of that id.

    Raises:
        NotFound: there is none.
    """
    return as_link(row(tx, LinkRow, link_id))


@dataclass(frozen=True, slots=True)
class Room:
    """A draft that a link leads to, by the codes of its course and video."""

    course: str
    video: str
    title: str
    number: int


def rooms(tx: Transaction, of: Link) -> tuple[Room, ...]:
    """Where a link leads: its draft, or the last finished one of its video, or of each of its course. One query."""
    last = select(func.max(DraftRow.number)).where(DraftRow.video_id == VideoRow.id, DraftRow.state == "done")
    wanted = (
        select(CourseRow.code, VideoRow.code, VideoRow.title, DraftRow.number)
        .select_from(DraftRow)
        .join(VideoRow, VideoRow.id == DraftRow.video_id)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .join(ChapterRow, ChapterRow.id == VideoRow.chapter_id)
        .join(PartRow, PartRow.id == ChapterRow.part_id)
        .order_by(PartRow.position, ChapterRow.position, VideoRow.position, VideoRow.id)
    )
    if of.draft is not None:
        wanted = wanted.where(DraftRow.id == of.draft, DraftRow.state == "done")
    else:
        target = VideoRow.id == of.video if of.video is not None else VideoRow.course_id == of.course
        wanted = wanted.where(target, DraftRow.number == last.correlate(VideoRow).scalar_subquery())
    return tuple(Room(*one) for one in tx.execute(wanted))


def change_terms(tx: Transaction, link_id: LinkId, terms: Terms) -> None:
    """Gives a link other terms, from now on, for those it has let in as well."""
    found = row(tx, LinkRow, link_id, lock=True)
    found.rights, found.expires_at, found.password_hash = terms.rights, terms.expires_at, terms.password
    found.label, found.downloads, found.watermark = terms.label, terms.downloads, terms.watermark
    course, video = link_place(tx, found)
    tx.tell("link.changed", link_id, course=course, video=video, rights=terms.rights, label=terms.label)


def revoke(tx: Transaction, link_id: LinkId) -> None:
    """Closes a link, for ever."""
    found = row(tx, LinkRow, link_id, lock=True)
    found.revoked_at = found.revoked_at or moment()
    of, video = link_place(tx, found)
    tx.tell("link.revoked", link_id, course=of, video=video)


def links(tx: Transaction, course: CourseId) -> tuple[Link, ...]:
    """Every link into a course, to its videos and drafts as well; newest first. One query."""
    inside = select(VideoRow.id).where(VideoRow.course_id == course)
    drafted = select(DraftRow.id).where(DraftRow.video_id.in_(inside))
    found = tx.scalars(
        select(LinkRow)
        .where((LinkRow.course_id == course) | LinkRow.video_id.in_(inside) | LinkRow.draft_id.in_(drafted))
        .order_by(LinkRow.created_at.desc(), LinkRow.id)
    )
    return tuple(as_link(one) for one in found)


def link_place(tx: Transaction, found: LinkRow) -> tuple[CourseId, VideoId | None]:
    """The course that a link leads into, and the video where it is for one."""
    if found.course_id is not None:
        return CourseId(row(tx, CourseRow, found.course_id).id), None
    video_id = found.video_id
    if found.draft_id is not None:
        video_id = row(tx, DraftRow, found.draft_id).video_id
    if video_id is None:
        message = "a link leads to a course, a video or a draft"
        raise ValueError(message)
    return CourseId(row(tx, VideoRow, video_id).course_id), VideoId(video_id)


def as_link(found: LinkRow) -> Link:
    """A row as a value."""
    return Link(
        id=LinkId(found.id),
        terms=Terms(found.rights, found.expires_at, found.password_hash, found.label, found.downloads, found.watermark),
        course=None if found.course_id is None else CourseId(found.course_id),
        video=None if found.video_id is None else VideoId(found.video_id),
        draft=None if found.draft_id is None else DraftId(found.draft_id),
        revoked_at=found.revoked_at,
        made_by=PersonId(found.made_by_id),
    )
