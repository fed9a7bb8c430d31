"""Watching a draft together: who is here, who leads, what is being written. Of the moment; none of it is history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update

from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.rows import put
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.together import PresenceRow
from storage.catalogue.terms import CourseId, DraftId, PersonId, VideoId

GONE: Final = timedelta(seconds=25)
"""Whoever was not heard of for so long is no longer here: a page says every ten seconds that it is open."""
FORGOTTEN: Final = timedelta(hours=1)
"""Rows this old are removed by whoever comes next."""


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody's page shows: a frame, running at `pace` hundredths of its speed (0: it stands)."""

    frame: int = 0
    pace: int = 0


@dataclass(frozen=True, slots=True)
class Writing:
    """A note that is being written, on a frame. `shown`: it will be public, so that guests may see it."""

    text: str
    frame: int
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has a draft open; their page told its place at `told_at`."""

    course: CourseId
    video: VideoId
    draft: DraftId
    person: PersonId
    name: str
    leads: bool
    place: Place
    told_at: datetime
    writing: Writing | None


def be_here(tx: Transaction, draft: DraftId, person: PersonId, place: Place, writing: Writing | None = None) -> None:
    """Somebody has a draft open, and their page shows this. Said again every ten seconds, and when it changes.

    Raises:
        NotFound: there is no such draft.
    """
    now = tx.now()
    values: dict[str, Any] = {
        "seen_at": now,
        "told_at": now,
        "frame": place.frame,
        "pace": place.pace,
        "writing": "" if writing is None else writing.text,
        "writing_on": 0 if writing is None else writing.frame,
        "shown": writing is not None and writing.shown,
    }
    put(tx, PresenceRow, {"draft_id": draft, "person_id": person}, values)
    tx.execute(delete(PresenceRow).where(PresenceRow.seen_at < now - FORGOTTEN), execution_options=QUIET)


def lead(tx: Transaction, draft: DraftId, person: PersonId, *, leads: bool) -> None:
    """Somebody who is here leads the others, or no longer does; whoever led before does not."""
    if leads:
        tx.execute(
            update(PresenceRow).where(PresenceRow.draft_id == draft).values(leads=False), execution_options=QUIET
        )
    own = update(PresenceRow).where(PresenceRow.draft_id == draft, PresenceRow.person_id == person)
    tx.execute(own.values(leads=leads), execution_options=QUIET)


def leave(tx: Transaction, draft: DraftId, person: PersonId) -> None:
    """Somebody has closed the draft."""
    tx.execute(
        delete(PresenceRow).where(PresenceRow.draft_id == draft, PresenceRow.person_id == person),
        execution_options=QUIET,
    )


def present(tx: Transaction, draft: DraftId | None = None) -> tuple[Present, ...]:
    """Everyone who is here, in one draft or (None) in all, by name. One query beside the clock's."""
    wanted = (
        select(PresenceRow, PersonRow.name, DraftRow.video_id, VideoRow.course_id)
        .join(PersonRow, PersonRow.id == PresenceRow.person_id)
        .join(DraftRow, DraftRow.id == PresenceRow.draft_id)
        .join(VideoRow, VideoRow.id == DraftRow.video_id)
        .where(PresenceRow.seen_at > tx.now() - GONE)
        .order_by(PresenceRow.draft_id, PersonRow.name, PersonRow.id)
    )
    if draft is not None:
        wanted = wanted.where(PresenceRow.draft_id == draft)
    return tuple(
        Present(
            course=CourseId(course),
            video=VideoId(video),
            draft=DraftId(one.draft_id),
            person=PersonId(one.person_id),
            name=name,
            leads=one.leads,
            place=Place(one.frame, one.pace),
            told_at=one.told_at,
            writing=Writing(one.writing, one.writing_on, one.shown) if one.writing else None,
        )
        for one, name, video, course in tx.execute(wanted)
    )
