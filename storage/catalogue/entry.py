"""Who is let in: sessions and tokens, links that work once, and how often something was tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from pipeline.errors import NotFound
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.people import Person, as_person
from storage.catalogue.secret import hashed, new_secret
from storage.catalogue.tables.entry import OneTimeLinkRow, SessionRow, TriedRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.terms import CourseId, Opens, PersonId, Reach, Role, SessionId, Through

SEEN = timedelta(minutes=5)
"""A session is marked as seen again after so long: not each request is a write."""
FORGOTTEN = timedelta(days=1)
"""What was tried is no longer counted after so long, whatever it was."""


@dataclass(frozen=True, slots=True)
class Session:
    """Someone who is signed in, and what they do on which course. `used`: it was seen since it began."""

    id: SessionId
    person: Person
    roles: Mapping[CourseId, frozenset[Role]]
    through: Through
    reach: Reach
    seen_at: datetime
    used: bool
    expires_at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as its person sees it in a list. `used`: it was seen since it began."""

    id: SessionId
    through: Through
    label: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    reach: Reach
    used: bool


def sign_in(tx: Transaction, person: PersonId, through: Through, lasts: timedelta, label: str = "") -> str:
    """A new session's secret, which is told only now. It goes as far as its person."""
    return _begun(tx, SessionRow(person_id=person, through=through, label=label), lasts)


def make_token(tx: Transaction, person: PersonId, label: str, reach: Reach, lasts: timedelta) -> str:
    """The secret of a new token for a program, which is told only now. Using it makes it last no longer."""
    return _begun(tx, SessionRow(person_id=person, through="token", label=label, reach=reach), lasts)


def _begun(tx: Transaction, added: SessionRow, lasts: timedelta) -> str:
    secret, now = new_secret(), tx.now()
    added.secret_hash, added.created_at, added.seen_at, added.expires_at = hashed(secret), now, now, now + lasts
    tx.add(added)
    tx.flush()
    if added.through == "browser":
        tx.tell("session.begun", added.person_id, label=added.label)
    else:
        tx.tell("token.made", added.person_id, label=added.label, reach=added.reach)
    return secret


def session(tx: Transaction, secret: str, now: datetime) -> Session | None:
    """Who has that secret, if they are still let in now. One query."""
    found = tx.execute(
        select(SessionRow, PersonRow, MembershipRow.course_id, MembershipRow.role)
        .join(PersonRow, PersonRow.id == SessionRow.person_id)
        .outerjoin(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(SessionRow.secret_hash == hashed(secret), SessionRow.expires_at > now, PersonRow.active)
    ).all()
    if not found:
        return None
    held, who = found[0][0], found[0][1]
    roles: dict[CourseId, frozenset[Role]] = {}
    for one in found:
        course: UUID | None = one[2]  # None: they have no role anywhere
        role: Role = one[3]
        if course:
            others: frozenset[Role] = roles.get(CourseId(course), frozenset())
            roles[CourseId(course)] = frozenset[Role]((*others, role))
    return Session(
        id=SessionId(held.id),
        person=as_person(who),
        roles=roles,
        through=held.through,
        reach=held.reach,
        seen_at=held.seen_at,
        used=held.seen_at > held.created_at,
        expires_at=held.expires_at,
        label=held.label,
    )


def ran_out(tx: Transaction, secret: str, now: datetime) -> bool:
    """Whether a secret let somebody in until it was too old."""
    over = select(SessionRow.id).where(SessionRow.secret_hash == hashed(secret), SessionRow.expires_at <= now)
    return tx.scalar(over) is not None


def seen(tx: Transaction, session_id: SessionId, lasts: timedelta) -> None:
    """Marks a session as used now; a browser's lasts as long again."""
    held = tx.get(SessionRow, session_id)
    if held is None:
        return
    now = tx.now()
    until = now + lasts if held.through == "browser" else held.expires_at
    change = update(SessionRow).where(SessionRow.id == session_id).values(seen_at=now, expires_at=until)
    tx.execute(change, execution_options=QUIET)


def sign_out(tx: Transaction, session_id: SessionId) -> None:
    """Ends a session; nothing happens when it is over."""
    held = tx.get(SessionRow, session_id)
    if held is not None:
        tx.delete(held)
        tx.tell("session.ended" if held.through == "browser" else "token.ended", held.person_id, label=held.label)


def sign_out_everywhere(tx: Transaction, person: PersonId, but: SessionId | None = None) -> None:
    """Ends every session and token of a person, `but` one: what a new password does."""
    ended = delete(SessionRow).where(SessionRow.person_id == person)
    tx.execute(ended if but is None else ended.where(SessionRow.id != but))
    tx.tell("session.ended", person, through="all")


def sessions(tx: Transaction, person: PersonId) -> tuple[SignedIn, ...]:
    """Where a person is signed in, and with which tokens; last used first."""
    held = tx.scalars(
        select(SessionRow)
        .where(SessionRow.person_id == person, SessionRow.expires_at > tx.now())
        .order_by(SessionRow.seen_at.desc(), SessionRow.id)
    )
    return tuple(
        SignedIn(
            id=SessionId(one.id),
            through=one.through,
            label=one.label,
            created_at=one.created_at,
            seen_at=one.seen_at,
            expires_at=one.expires_at,
            reach=one.reach,
            used=one.seen_at > one.created_at,
        )
        for one in held
    )


def one_time_link(tx: Transaction, opens: Opens, person: PersonId | None, lasts: timedelta) -> str:
    """The secret of a new link that works once, told only now; those made before for the same are over."""
    now = tx.now()
    same = OneTimeLinkRow.person_id == person if person is not None else OneTimeLinkRow.person_id.is_(None)
    over = update(OneTimeLinkRow).where(OneTimeLinkRow.opens == opens, same, OneTimeLinkRow.used_at.is_(None))
    tx.execute(over.values(used_at=now))
    secret = new_secret()
    added = OneTimeLinkRow(secret_hash=hashed(secret), opens=opens, person_id=person, expires_at=now + lasts)
    tx.add(added)
    tx.flush()
    tx.tell("one_time_link.made", person or added.id, opens=opens)
    return secret


def whom_it_lets_in(tx: Transaction, secret: str, opens: Opens, *, use: bool = False) -> PersonId | None:
    """Whose link it is (None for the first admin's). `use`: it is used up with this transaction.

    Raises:
        NotFound: there is no such link, it was used, or it is over; which of them is not told.
    """
    wanted = select(OneTimeLinkRow).where(OneTimeLinkRow.secret_hash == hashed(secret), OneTimeLinkRow.opens == opens)
    found = tx.scalar(wanted.with_for_update(key_share=True) if use else wanted)
    if found is None or found.used_at is not None or found.expires_at <= tx.now():
        raise NotFound("this link works no more: it was used, or it is too old", todo="ask for a new one")
    if use:
        found.used_at = tx.now()
        tx.tell("one_time_link.used", found.person_id or found.id, opens=opens)
    return None if found.person_id is None else PersonId(found.person_id)


def anyone_signs_in(tx: Transaction) -> bool:
    """Whether there is somebody with a password, or an admin: else the studio waits for its first admin."""
    can = PersonRow.active & (PersonRow.password_hash.is_not(None) | PersonRow.admin)
    return tx.scalar(select(PersonRow.id).where(can).limit(1)) is not None


def tried(tx: Transaction, what: str, within: timedelta) -> int:
    """Counts one more try of `what` (any text: only its digest is kept), and says how many there were `within`."""
    name, now = hashed(what), tx.now()
    found = tx.scalar(select(TriedRow).where(TriedRow.name == name).with_for_update(key_share=True))
    if found is None:
        tx.execute(insert(TriedRow).values(name=name, since=now, times=1), execution_options=QUIET)
        return 1
    over = found.since + within <= now
    times, since = (1, now) if over else (found.times + 1, found.since)
    tx.execute(update(TriedRow).where(TriedRow.name == name).values(since=since, times=times), execution_options=QUIET)
    return times


def forgiven(tx: Transaction, what: str) -> None:
    """Forgets how often `what` was tried, for it went well; and all that was tried long ago."""
    old = TriedRow.since < tx.now() - FORGOTTEN
    tx.execute(delete(TriedRow).where((TriedRow.name == hashed(what)) | old), execution_options=QUIET)
