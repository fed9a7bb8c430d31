"""What became of the links of a course: where each leads, who opened it, how often, and what they wrote."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select

from storage.catalogue.engine import Transaction
from storage.catalogue.sharing import Link, as_link
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.review import NoteRow, VerdictRow
from storage.catalogue.tables.sharing import GuestRow, LinkRow
from storage.catalogue.terms import CourseId, LinkId


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that came by a link. `name`: empty while they gave none. `opens`: how often it was opened there.

    `notes` are those that they wrote; `decided`: on how many drafts they decided something.
    """

    name: str
    first: datetime
    last: datetime
    opens: int
    notes: int
    decided: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A link, where it leads (empty and 0: the course, the latest draft), who made it when, and who came by it.

    `open`: it still lets people in.
    """

    link: Link
    video: str
    title: str
    draft: int
    by: str
    made_at: datetime
    open: bool
    visits: tuple[Visit, ...]

    @property
    def opens(self) -> int:
        """How often it was opened, by all."""
        return sum(one.opens for one in self.visits)

    @property
    def last(self) -> datetime | None:
        """When somebody who came by it was last here."""
        return max((one.last for one in self.visits), default=None)


def shared_links(tx: Transaction, course: CourseId) -> tuple[Shared, ...]:
    """Every link into a course, to its videos and drafts as well, newest first. Two queries."""
    now = tx.now()
    found = tx.execute(
        select(LinkRow, VideoRow.code, VideoRow.title, DraftRow.number, PersonRow.name)
        .join(PersonRow, PersonRow.id == LinkRow.made_by_id)
        .outerjoin(DraftRow, DraftRow.id == LinkRow.draft_id)
        .outerjoin(VideoRow, VideoRow.id == func.coalesce(LinkRow.video_id, DraftRow.video_id))
        .where(func.coalesce(LinkRow.course_id, VideoRow.course_id) == course)
        .order_by(LinkRow.created_at.desc(), LinkRow.id)
    ).all()
    visits = _visits(tx, [LinkId(one.id) for one, *_ in found])
    return tuple(
        Shared(
            link=as_link(one),
            video=code or "",
            title=title or "",
            draft=number or 0,
            by=by,
            made_at=one.created_at,
            open=one.revoked_at is None and (one.expires_at is None or one.expires_at > now),
            visits=tuple(visits[LinkId(one.id)]),
        )
        for one, code, title, number, by in found
    )


def _visits(tx: Transaction, links: list[LinkId]) -> dict[LinkId, list[Visit]]:
    """Who came by each of these links, first to last. What only looked at a link in a message did not come."""
    notes = select(func.count()).where(NoteRow.author_id == GuestRow.person_id).scalar_subquery()
    decided = select(func.count(distinct(VerdictRow.draft_id))).where(VerdictRow.person_id == GuestRow.person_id)
    found = tx.execute(
        select(GuestRow, PersonRow.name, notes, decided.scalar_subquery())
        .outerjoin(PersonRow, PersonRow.id == GuestRow.person_id)
        .where(GuestRow.link_id.in_(links), GuestRow.seen_at > GuestRow.created_at)
        .order_by(GuestRow.created_at, GuestRow.id)
    )
    out: defaultdict[LinkId, list[Visit]] = defaultdict(list)
    for held, name, wrote, said in found:
        visit = Visit(name or "", held.created_at, held.seen_at, held.opens, wrote, said)
        out[LinkId(held.link_id)].append(visit)
    return out
