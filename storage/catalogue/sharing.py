"""Links that let people in who have no account: made, opened, revoked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.errors import NotFound
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.secret import hashed, new_secret
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftRow
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
    of, video = _place(tx, added)
    tx.tell("link.made", added.id, course=of, video=video, rights=terms.rights, label=terms.label)
    return LinkId(added.id), token


def opened(tx: Transaction, token: str) -> Link:
    """The link of a token, if it still lets anyone in.

    Raises:
        NotFound: there is none, it was revoked, or it is over; which of the three is not told.
    """
    found = tx.scalar(select(LinkRow).filter_by(token_hash=hashed(token)))
    over = found is None or found.revoked_at is not None
    if found is None or over or (found.expires_at is not None and found.expires_at <= tx.now()):
        raise NotFound("this link lets nobody in", todo="ask whoever sent it for a new one")
    return _link(found)


def revoke(tx: Transaction, link_id: LinkId) -> None:
    """Closes a link, for ever."""
    found = row(tx, LinkRow, link_id, lock=True)
    found.revoked_at = found.revoked_at or moment()
    of, video = _place(tx, found)
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
    return tuple(_link(one) for one in found)


def _place(tx: Transaction, found: LinkRow) -> tuple[CourseId, VideoId | None]:
    if found.course_id is not None:
        return CourseId(row(tx, CourseRow, found.course_id).id), None
    video_id = found.video_id
    if found.draft_id is not None:
        video_id = row(tx, DraftRow, found.draft_id).video_id
    if video_id is None:
        message = "a link leads to a course, a video or a draft"
        raise ValueError(message)
    return CourseId(row(tx, VideoRow, video_id).course_id), VideoId(video_id)


def _link(found: LinkRow) -> Link:
    return Link(
        id=LinkId(found.id),
        terms=Terms(found.rights, found.expires_at, found.password_hash, found.label, found.downloads, found.watermark),
        course=None if found.course_id is None else CourseId(found.course_id),
        video=None if found.video_id is None else VideoId(found.video_id),
        draft=None if found.draft_id is None else DraftId(found.draft_id),
        revoked_at=found.revoked_at,
        made_by=PersonId(found.made_by_id),
    )
