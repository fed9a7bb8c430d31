"""E-mails: how each person wants them, what there is to tell them, and whether it was sent."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, or_, select, update

from pipeline.presets import Telling
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.people import Person, as_person
from storage.catalogue.rows import row
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.telling import MailChoiceRow, MailItemRow, MailRow
from storage.catalogue.terms import How, MailId, PersonId, new_id

HOWS: tuple[How, ...] = get_args(How)
UNTIL_CHOSEN: How = "daily"
"""How those are told who chose nothing: what a course waits for is no use to who never hears of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a person wants e-mails. `refused`: what a mail server said when it refused their address for good."""

    how: How
    hour: int
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that an e-mail tells; `details` fill its sentence in."""

    kind: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail that this process holds: to whom, and what it tells, first to last."""

    id: MailId
    to: Person
    items: tuple[Item, ...]
    attempts: int
    created_at: datetime


def choice(tx: Transaction, person: PersonId, numbers: Telling) -> Choice:
    """How a person wants e-mails."""
    found = tx.get(MailChoiceRow, person)
    return Choice(UNTIL_CHOSEN, numbers.hour) if found is None else Choice(found.how, found.hour, found.refused)


def choose_mails(tx: Transaction, person: PersonId, chosen: Choice, numbers: Telling, zone: str) -> None:
    """Keeps how a person wants e-mails; what was not told yet is told so, and a refused address is tried again."""
    row(tx, PersonRow, person)
    found = tx.get(MailChoiceRow, person, with_for_update={"key_share": True})
    if found is None:
        found = MailChoiceRow(person_id=person, how=chosen.how, hour=chosen.hour)
        tx.add(found)
    found.how, found.hour, found.refused = chosen.how, chosen.hour, ""
    tx.flush()
    untold = (MailItemRow.person_id == person, MailItemRow.mail_id.is_(None))
    if chosen.how == "never":
        tx.execute(delete(MailItemRow).where(*untold), execution_options=QUIET)
    else:
        when = due_at(chosen, tx.now(), numbers, zone)
        tx.execute(update(MailItemRow).where(*untold).values(due_at=when), execution_options=QUIET)
    tx.tell("person.mails", person, how=chosen.how)


def due_at(chosen: Choice, now: datetime, numbers: Telling, zone: str) -> datetime:
    """When something that happens now is told: at once, after a moment for more; else at the next hour of the day.

    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 28, 9, 0, tzinfo=UTC)
    >>> due_at(Choice("daily", 8), now, None, "Europe/Paris").astimezone(UTC).isoformat()
    '2026-03-29T06:00:00+00:00'
    """
    if chosen.how == "at_once":
        return now + timedelta(seconds=numbers.quiet_seconds)
    here = now.astimezone(ZoneInfo(zone))
    at = here.replace(hour=chosen.hour, minute=0, second=0, microsecond=0)
    return at if at > here else at + timedelta(days=1)


def choices(tx: Transaction, people: Collection[PersonId], numbers: Telling) -> dict[PersonId, Choice]:
    """How those of them want e-mails who get any: let in, with an address that was not refused. One query."""
    rows = tx.execute(
        select(PersonRow.id, MailChoiceRow.how, MailChoiceRow.hour, MailChoiceRow.refused)
        .outerjoin(MailChoiceRow, MailChoiceRow.person_id == PersonRow.id)
        .where(PersonRow.id.in_(people), PersonRow.active, PersonRow.email.is_not(None))
    )
    found = {PersonId(who): _choice(how, hour, said, numbers) for who, how, hour, said in rows}
    return {who: one for who, one in found.items() if one.how != "never" and not one.refused}


def _choice(how: How | None, hour: int | None, said: str | None, numbers: Telling) -> Choice:
    return Choice(how or UNTIL_CHOSEN, numbers.hour if hour is None else hour, said or "")


def refused(tx: Transaction) -> dict[PersonId, str]:
    """Whose address a mail server refused for good, and what it said. One query."""
    found = select(MailChoiceRow.person_id, MailChoiceRow.refused).where(MailChoiceRow.refused != "")
    return {PersonId(who): said for who, said in tx.execute(found)}


def queue_items(tx: Transaction, rows: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Has these told, once: `person_id`, `event_id`, `kind`, `about`, `details`, `due_at`."""
    added = [{"id": new_id(), "created_at": now, "mail_id": None, **one} for one in rows]
    if added:
        tx.execute(insert(MailItemRow), added, execution_options=QUIET)


def gather_mails(tx: Transaction, numbers: Telling) -> int:
    """Makes one e-mail of all that each person is to be told by now; how many."""
    now = tx.now()
    wanting = tx.scalars(
        select(MailItemRow.person_id).where(MailItemRow.mail_id.is_(None), MailItemRow.due_at <= now).distinct()
    ).all()
    for person in wanting:
        mail = new_id()
        made = {"id": mail, "created_at": now, "person_id": person, "state": "waiting", "attempts": 0}
        tx.execute(insert(MailRow).values(**made, due_at=now, cause=""), execution_options=QUIET)
        untold = (
            select(MailItemRow.id)
            .where(MailItemRow.person_id == person, MailItemRow.mail_id.is_(None))
            .order_by(MailItemRow.event_id, MailItemRow.id)
            .limit(numbers.items_most)
        )
        take = update(MailItemRow).where(MailItemRow.id.in_(untold.scalar_subquery())).values(mail_id=mail)
        tx.execute(take, execution_options={**QUIET, "synchronize_session": False})
    return len(wanting)


def claim_mail(tx: Transaction, numbers: Telling) -> Mail | None:
    """An e-mail to be sent now, held until the lease ends; None when there is none.

    One whose sender died goes back, unless it was being given to the mail server: nobody knows whether that took it,
    and nothing is sent twice.
    """
    now = tx.now()
    lost = update(MailRow).where(MailRow.lease_until < now)
    given = lost.where(MailRow.state == "handing").values(state="unknown", lease_until=None, ended_at=now)
    tx.execute(given, execution_options=QUIET)
    back = lost.where(MailRow.state == "sending").values(state="waiting", lease_until=None)
    tx.execute(back, execution_options=QUIET)
    found = tx.execute(
        select(MailRow, PersonRow)
        .join(PersonRow, PersonRow.id == MailRow.person_id)
        .outerjoin(MailChoiceRow, MailChoiceRow.person_id == MailRow.person_id)
        .where(
            MailRow.state == "waiting",
            MailRow.due_at <= now,
            PersonRow.active,
            PersonRow.email.is_not(None),
            or_(MailChoiceRow.how.is_(None), MailChoiceRow.how != "never"),
        )
        .order_by(MailRow.due_at, MailRow.id)
        .limit(1)
        .with_for_update(of=MailRow, skip_locked=True, key_share=True)
    ).first()
    if found is None:
        return None
    mail, person = found
    lease, attempts = now + timedelta(seconds=numbers.lease_seconds), mail.attempts + 1
    _mark(tx, mail.id, state="sending", lease_until=lease, attempts=attempts)
    items = tx.scalars(select(MailItemRow).filter_by(mail_id=mail.id).order_by(MailItemRow.event_id, MailItemRow.id))
    told = tuple(Item(one.kind, one.details) for one in items)
    return Mail(MailId(mail.id), as_person(person), told, attempts, mail.created_at)


def handing(tx: Transaction, mail: Mail) -> bool:
    """It is being given to the mail server from now on; False when somebody else took it over meanwhile."""
    held = (MailRow.id == mail.id, MailRow.state == "sending", MailRow.attempts == mail.attempts)
    changed = tx.execute(
        update(MailRow).where(*held).values(state="handing").returning(MailRow.id), execution_options=QUIET
    ).all()
    return len(changed) == 1


def mail_sent(tx: Transaction, mail: Mail) -> None:
    """The mail server took it."""
    _over(tx, mail, "sent", "")


def mail_unknown(tx: Transaction, mail: Mail, cause: str) -> None:
    """Whether the mail server took it cannot be known; it is not sent twice."""
    _over(tx, mail, "unknown", cause)


def mail_failed(tx: Transaction, mail: Mail, cause: str) -> None:
    """It will never be taken."""
    _over(tx, mail, "failed", cause)


def address_refused(tx: Transaction, mail: Mail, cause: str, numbers: Telling) -> None:
    """There is no such address: it is marked, and sent nothing any more until its person says otherwise."""
    _over(tx, mail, "failed", cause)
    found = tx.get(MailChoiceRow, mail.to.id)
    if found is None:
        found = MailChoiceRow(person_id=mail.to.id, how=UNTIL_CHOSEN, hour=numbers.hour)
        tx.add(found)
    found.refused = cause
    tx.flush()
    tx.tell("person.mail-refused", mail.to.id)


def mail_later(tx: Transaction, mail: Mail, cause: str, numbers: Telling) -> None:
    """It was not taken now: tried again after a while, longer each time, and given up in the end."""
    now = tx.now()
    if now - mail.created_at > timedelta(hours=numbers.mail_hours):
        _over(tx, mail, "failed", cause)
        return
    due = now + numbers.after(mail.attempts)
    _mark(tx, mail.id, state="waiting", lease_until=None, cause=cause, due_at=due)


def forget_mails(tx: Transaction, before: datetime) -> None:
    """Forgets the e-mails that were sent, or given up, before then."""
    old = select(MailRow.id).where(MailRow.ended_at < before).scalar_subquery()
    tx.execute(delete(MailItemRow).where(MailItemRow.mail_id.in_(old)), execution_options=QUIET)
    tx.execute(delete(MailRow).where(MailRow.ended_at < before), execution_options=QUIET)


def _over(tx: Transaction, mail: Mail, state: str, cause: str) -> None:
    _mark(tx, mail.id, state=state, lease_until=None, cause=cause, ended_at=tx.now())


def _mark(tx: Transaction, mail: UUID, **values: object) -> None:
    tx.execute(update(MailRow).where(MailRow.id == mail).values(**values), execution_options=QUIET)
