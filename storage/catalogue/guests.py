"""Guests of share links: the browsers that a link let in, who sits before them, and what they may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, func, or_, select, update

from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.people import add_person
from storage.catalogue.rows import row
from storage.catalogue.secret import hashed, new_secret
from storage.catalogue.sharing import link_place
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.review import NoteRow
from storage.catalogue.tables.sharing import GuestRow, LinkRow
from storage.catalogue.terms import CourseId, DraftId, GuestId, LinkId, NoteId, PersonId, Rights, VideoId

UNUSED = timedelta(days=1)
"""A browser that never came back after it was let in is forgotten after so long: most are programs that look at
links in messages."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A browser that a link let in, with the terms of the link as they are now.

    `video` None: the link is for the whole course. `draft` None: for whatever draft is the latest, from `since` on.
    `person` and `name`: None and empty until they gave one. `used`: it came back since it was let in.
    """

    id: GuestId
    link: LinkId
    course: CourseId
    video: VideoId | None
    draft: DraftId | None
    since: datetime
    rights: Rights
    downloads: bool
    watermark: bool
    label: str
    person: PersonId | None
    name: str
    seen_at: datetime
    used: bool

    @property
    def called(self) -> str:
        """What stands on the picture for them: their name, or for whom the link is."""
        return self.name or self.label


def let_in(tx: Transaction, link_id: LinkId, lasts: timedelta) -> str:
    """The secret of a browser that a link lets in, told only now; it goes as far and lasts as long as the link."""
    found, now, secret = row(tx, LinkRow, link_id), tx.now(), new_secret()
    gone = GuestRow.expires_at <= now, and_(GuestRow.seen_at == GuestRow.created_at, GuestRow.created_at < now - UNUSED)
    nameless = GuestRow.link_id == link_id, GuestRow.person_id.is_(None)
    tx.execute(delete(GuestRow).where(*nameless, or_(*gone)), execution_options=QUIET)
    added = GuestRow(secret_hash=hashed(secret), link_id=link_id, opens=1, created_at=now, seen_at=now)
    added.expires_at = now + lasts
    tx.add(added)
    tx.flush()
    course, video = link_place(tx, found)
    tx.tell("link.opened", link_id, course=course, video=video)
    return secret


def opened_again(tx: Transaction, guest: Guest, lasts: timedelta) -> None:
    """Counts that a link was opened once more where it had let somebody in."""
    more = {"opens": GuestRow.opens + 1, "seen_at": tx.now(), "expires_at": tx.now() + lasts}
    tx.execute(update(GuestRow).where(GuestRow.id == guest.id).values(more), execution_options=QUIET)
    tx.tell("link.opened", guest.link, course=guest.course, video=guest.video)


def guests(tx: Transaction, secrets: Collection[str], now: datetime) -> dict[str, Guest]:
    """Whom these secrets still let in, by the secret; last seen first. One query, none for no secret."""
    if not secrets:
        return {}
    found = tx.execute(
        select(GuestRow, LinkRow, func.coalesce(LinkRow.course_id, VideoRow.course_id), VideoRow.id, PersonRow.name)
        .join(LinkRow, LinkRow.id == GuestRow.link_id)
        .outerjoin(DraftRow, DraftRow.id == LinkRow.draft_id)
        .outerjoin(VideoRow, VideoRow.id == func.coalesce(LinkRow.video_id, DraftRow.video_id))
        .outerjoin(PersonRow, PersonRow.id == GuestRow.person_id)
        .where(
            GuestRow.secret_hash.in_([hashed(one) for one in secrets]),
            GuestRow.expires_at > now,
            LinkRow.revoked_at.is_(None),
            or_(LinkRow.expires_at.is_(None), LinkRow.expires_at > now),
        )
        .order_by(GuestRow.seen_at.desc(), GuestRow.id.desc())
    )
    whose = {hashed(one): one for one in secrets}
    return {
        whose[held.secret_hash]: Guest(
            id=GuestId(held.id),
            link=LinkId(link.id),
            course=CourseId(course),
            video=video and VideoId(video),
            draft=None if link.draft_id is None else DraftId(link.draft_id),
            since=link.created_at,
            rights=link.rights,
            downloads=link.downloads,
            watermark=link.watermark,
            label=link.label,
            person=None if held.person_id is None else PersonId(held.person_id),
            name=name or "",
            seen_at=held.seen_at,
            used=held.seen_at > held.created_at,
        )
        for held, link, course, video, name in found
    }


def guest_seen(tx: Transaction, guest_id: GuestId, lasts: timedelta) -> None:
    """Marks a guest as there now; they are let in as long again."""
    now = tx.now()
    change = update(GuestRow).where(GuestRow.id == guest_id).values(seen_at=now, expires_at=now + lasts)
    tx.execute(change, execution_options=QUIET)


def name_guest(tx: Transaction, guest: Guest, name: str, language: str) -> PersonId:
    """Who sits before a browser from now on: a person without an address; what was written before stays theirs."""
    held = row(tx, GuestRow, guest.id, lock=True)
    if held.person_id is None:
        held.person_id = add_person(tx, name, language=language)
    else:
        row(tx, PersonRow, held.person_id, lock=True).name = name
    tx.tell("guest.named", guest.link, course=guest.course, video=guest.video)
    return PersonId(held.person_id)


def end_guests(tx: Transaction, link_id: LinkId) -> None:
    """Lets nobody in any more whom a link let in: they open it again."""
    over = update(GuestRow).where(GuestRow.link_id == link_id, GuestRow.expires_at > tx.now())
    tx.execute(over.values(expires_at=tx.now()))
    tx.tell("guest.ended", link_id)


def who_shared(tx: Transaction, secrets: Collection[str]) -> str:
    """The name of whoever made the link that one of these secrets was for; empty when they are nobody's. One query."""
    made = select(PersonRow.name).join(LinkRow, LinkRow.made_by_id == PersonRow.id)
    made = made.join(GuestRow, GuestRow.link_id == LinkRow.id)
    held = GuestRow.secret_hash.in_([hashed(one) for one in secrets])
    return tx.scalar(made.where(held).order_by(GuestRow.seen_at.desc()).limit(1)) or ""


def drafts_open(tx: Transaction, guest: Guest, videos: Collection[VideoId]) -> Mapping[VideoId, tuple[int, int]]:
    """Of these videos, those that a guest may see, each with the numbers of the first and last draft open to them.

    A link to one draft opens that one. Any other opens the last finished draft, and those between that one and the
    last that was finished when the link was made: who watches a draft goes on watching it when the next is there. One
    query.
    """
    if guest.draft is None:
        before = case((DraftRow.done_at <= guest.since, DraftRow.number))
        first = func.coalesce(func.max(before), func.min(DraftRow.number))
    else:
        first = func.min(DraftRow.number)
    wanted = select(DraftRow.video_id, first, func.max(DraftRow.number)).join(
        VideoRow, VideoRow.id == DraftRow.video_id
    )
    wanted = wanted.where(DraftRow.state == "done", DraftRow.video_id.in_(videos), VideoRow.course_id == guest.course)
    if guest.draft is not None:
        wanted = wanted.where(DraftRow.id == guest.draft)
    elif guest.video is not None:
        wanted = wanted.where(DraftRow.video_id == guest.video)
    found = tx.execute(wanted.group_by(DraftRow.video_id))
    return {VideoId(video): (lowest, highest) for video, lowest, highest in found}


def shown_note(tx: Transaction, note_id: NoteId) -> tuple[VideoId, int] | None:
    """The video of a note that guests may see, and the number of the draft it is on; None for one they may not."""
    found = tx.execute(
        select(NoteRow.video_id, DraftRow.number)
        .join(DraftRow, DraftRow.id == NoteRow.draft_id)
        .where(NoteRow.id == note_id, NoteRow.visibility == "public")
    ).first()
    return None if found is None else (VideoId(found[0]), found[1])
