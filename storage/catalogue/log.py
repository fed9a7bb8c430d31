"""The log of everything that happened, and who has read it how far."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.catalogue.engine import HELD, QUIET, Transaction
from storage.catalogue.tables.farm import EventRow, ReaderRow
from storage.catalogue.terms import AssetId, CourseId, PersonId, VideoId


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `kind` is `thing.fact`; `details` is JSON."""

    id: int
    at: datetime
    by: PersonId | None
    kind: str
    course: CourseId | None
    video: VideoId | None
    asset: AssetId | None
    subject: UUID
    details: dict[str, Any]


def events(tx: Transaction, wanted: Select[EventRow]) -> tuple[Event, ...]:
    """The events that a query finds, as values."""
    return tuple(as_event(one) for one in tx.scalars(wanted))


def as_event(one: EventRow) -> Event:
    """A row as a value."""
    return Event(
        id=one.id,
        at=one.at,
        by=None if one.by_id is None else PersonId(one.by_id),
        kind=one.kind,
        course=None if one.course_id is None else CourseId(one.course_id),
        video=None if one.video_id is None else VideoId(one.video_id),
        asset=None if one.asset_id is None else AssetId(one.asset_id),
        subject=one.subject_id,
        details=one.details,
    )


def since(tx: Transaction, event_id: int, most: int = 500) -> tuple[Event, ...]:
    """What happened after an event, in order, at most so many. No event appears later with a lower id."""
    return events(tx, select(EventRow).where(EventRow.id > event_id).order_by(EventRow.id).limit(most))


def unread(tx: Transaction, reader: str, most: int = 500, *, alone: bool = False) -> tuple[Event, ...]:
    """What a reader has not marked as read, in order. `alone`: nobody else reads so until this transaction ends."""
    if alone and tx.get(ReaderRow, reader) is None:
        with contextlib.suppress(IntegrityError), tx.begin_nested():  # another may be the first to read at this moment
            tx.execute(insert(ReaderRow).values(name=reader, event_id=0), execution_options=QUIET)
    found = tx.get(ReaderRow, reader, with_for_update=HELD if alone else None, populate_existing=alone)
    return since(tx, found.event_id if found is not None else 0, most)


def mark_read(tx: Transaction, reader: str, event_id: int) -> None:
    """Marks everything up to an event as read; what was read stays so. A reader that dies before reads it again."""
    found = tx.get(ReaderRow, reader, with_for_update=HELD)
    if found is None:
        tx.execute(insert(ReaderRow).values(name=reader, event_id=event_id), execution_options=QUIET)
    elif found.event_id < event_id:
        further = update(ReaderRow).where(ReaderRow.name == reader).values(event_id=event_id)
        tx.execute(further, execution_options=QUIET)
