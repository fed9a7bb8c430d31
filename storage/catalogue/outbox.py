"""The log read on, and what of it is told outside the studio put where it is sent from: all of it, and each once.

Both are one transaction, so that whoever dies in between has done nothing; the next reads the same again.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, insert, select

from pipeline.presets import Telling
from storage.catalogue.addressed import notes_told, without_notes
from storage.catalogue.counting import last_event
from storage.catalogue.delivering import queue_deliveries, told_webhooks
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.log import Event, mark_read, unread
from storage.catalogue.mails import choices, due_at, queue_items
from storage.catalogue.occasions import Told, courses_of, told
from storage.catalogue.tables.course import DueRow, VideoRow
from storage.catalogue.tables.farm import ReaderRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.tables.telling import OwedRow
from storage.catalogue.terms import PersonId
from storage.catalogue.waiting import Waits, waiting
from storage.catalogue.webhooks import Webhook

READER: Final = "telling"
BATCH: Final = 500
NOT_TOLD: Final = frozenset(
    {"rush-unready", "asset-unready", "job-failed", "draft-failed", "rush-failed", "asset-failed"}
)
"""What waits for nobody's hand, or is told as a failure."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How what happened is told. `url`: where the pages are, empty while that is not known; no e-mail without it."""

    numbers: Telling
    url: str
    zone: str
    mails: bool


def fill_outbox(tx: Transaction, outside: Outside) -> int:
    """Reads the log on and queues what is to be told; how many events were read.

    What happened before anybody read it is not told.
    """
    if tx.get(ReaderRow, READER) is None:
        everyone = tx.scalars(select(PersonRow.id).where(PersonRow.active)).all()
        _owed(tx, [PersonId(one) for one in everyone])
        mark_read(tx, READER, last_event(tx))
        return 0
    happened = unread(tx, READER, BATCH, alone=True)
    if not happened:
        return 0
    last = happened[-1]
    waits = list(_waiting(tx, happened))
    found = [*told(tx, happened), *notes_told(tx, happened), *without_notes(tx, waits)]
    now = tx.now()
    queue_deliveries(tx, _deliveries(told_webhooks(tx), found, outside.url), now)
    if outside.mails:
        queue_items(tx, _items(tx, found, outside, now), now)
    mark_read(tx, READER, last.id)
    return len(happened)


def _waiting(tx: Transaction, happened: Sequence[Event]) -> Iterable[tuple[Told, UUID]]:
    """What came to wait for somebody in the courses in which something happened, and what it is about."""
    courses = courses_of(tx, happened)
    if not courses:
        return
    last = happened[-1]
    members = select(MembershipRow.person_id).where(MembershipRow.course_id.in_(courses))
    owners = select(DueRow.owner_id).join(VideoRow, VideoRow.id == DueRow.video_id)
    owners = owners.where(VideoRow.course_id.in_(courses), DueRow.owner_id.is_not(None))
    who = tx.scalars(select(PersonRow.id).where(PersonRow.active, PersonRow.id.in_(members.union(owners)))).all()
    for person, waits in _owed(tx, sorted(PersonId(one) for one in who)):
        yield _as_told(person, waits, last), waits.subject_id


def _owed(tx: Transaction, people: Collection[PersonId]) -> list[tuple[PersonId, Waits]]:
    """Keeps what waits for each of them now; what of it they were not told of yet."""
    fresh: list[tuple[PersonId, Waits]] = []
    before: dict[PersonId, set[str]] = {}
    for person, fact in tx.execute(select(OwedRow.person_id, OwedRow.fact).where(OwedRow.person_id.in_(people))):
        before.setdefault(PersonId(person), set()).add(fact)
    for person in people:
        facts = {_name(one): one for one in waiting(tx, person) if one.code not in NOT_TOLD}
        known = before.get(person, set())
        fresh += [(person, one) for name, one in facts.items() if name not in known]
        if gone := known - facts.keys():
            settled = delete(OwedRow).where(OwedRow.person_id == person, OwedRow.fact.in_(gone))
            tx.execute(settled, execution_options=QUIET)
        if new := [{"person_id": person, "fact": name} for name in facts if name not in known]:
            tx.execute(insert(OwedRow), new, execution_options=QUIET)
    return fresh


def _name(one: Waits) -> str:
    """What makes two facts the same: a draft's are those of its video, so that the next draft asks nobody anew."""
    subject = one.video if one.subject == "draft" else one.subject_id
    return f"{one.code}/{one.video}/{one.line or subject}"


def _as_told(person: PersonId, one: Waits, last: Event) -> Told:
    fields: dict[str, str | int] = {"code": one.code, "what": one.what, "detail": one.detail, "many": one.many}
    fields |= {"line": one.number if one.number is not None else 0}
    fields |= {"due": one.due.isoformat()} if one.due is not None else {}
    return Told(
        event=last.id,
        at=last.at,
        kind="waiting",
        said=f"waits.{one.code}",
        fields=fields,
        courses=frozenset({one.course_id}),
        course=one.course,
        video=one.video_code,
        path=f"/videos/{one.course}/{one.video_code}",
        to=frozenset({person}),
        about=f"{person}/{_name(one)}",
    )


def _deliveries(hooks: Sequence[Webhook], found: Iterable[Told], url: str) -> Iterable[dict[str, Any]]:
    for one in found:
        for hook in hooks:
            if one.kind in hook.kinds and (hook.course_id is None or hook.course_id in one.courses):
                row = {"webhook_id": hook.id, "event_id": one.event, "kind": one.kind, "about": one.about}
                yield row | {"body": json.dumps(_body(one, url), ensure_ascii=False)}


def _body(one: Told, url: str) -> dict[str, Any]:
    """What a webhook is sent (Standard Webhooks: `type`, `timestamp`, `data`)."""
    people = {"people": sorted(map(str, one.to))} if one.kind == "waiting" else {}
    data = {"event": one.event, "course": one.course, "video": one.video, "url": f"{url}{one.path}", **people}
    fact = one.said.partition(".")[2]
    return {
        "type": one.kind,
        "timestamp": one.at.isoformat(),
        "data": data | {"fact": fact, "fields": dict(one.fields)},
    }


def _items(tx: Transaction, found: Sequence[Told], outside: Outside, now: datetime) -> Iterable[dict[str, Any]]:
    chosen = choices(tx, {who for one in found for who in one.to}, outside.numbers)
    for one in found:
        for person in sorted(one.to & chosen.keys()) if one.mailed else ():
            details = {"said": one.said, "fields": dict(one.fields), "path": one.path}
            details |= {"course": one.course, "video": one.video, "about": one.about}
            row = {"person_id": person, "event_id": one.event, "kind": one.kind, "about": one.about, "details": details}
            yield row | {"due_at": due_at(chosen[person], now, outside.numbers, outside.zone)}
