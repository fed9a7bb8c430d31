"""People, and what they do on a course."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from pipeline.errors import Clash
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.course import CourseRow
from storage.catalogue.tables.people import MembershipRow, PersonRow
from storage.catalogue.terms import CourseId, PersonId, Role


@dataclass(frozen=True, slots=True)
class Person:
    """Someone, as others see them."""

    id: PersonId
    name: str
    email: str | None
    language: str
    admin: bool
    active: bool


def add_person(
    tx: Transaction, name: str, email: str | None = None, *, language: str = "fr", admin: bool = False
) -> PersonId:
    """A new person. Without an address they are a guest.

    Raises:
        Clash: someone has that address.
    """
    address = email.strip().lower() if email else None
    if address is not None and person_of(tx, address) is not None:
        raise Clash(f"someone has the address {address} already", todo="use another, or change that person")
    added = PersonRow(name=name, email=address, language=language, admin=admin)
    tx.add(added)
    tx.flush()
    tx.tell("person.added", added.id, name=name)
    return PersonId(added.id)


def person_of(tx: Transaction, email: str) -> Person | None:
    """Whoever has that address, whatever its case."""
    found = tx.scalar(select(PersonRow).where(PersonRow.email == email.strip().lower()))
    return found and as_person(found)


def everyone(tx: Transaction) -> tuple[Person, ...]:
    """All who are let in, by name."""
    found = tx.scalars(select(PersonRow).filter_by(active=True).order_by(PersonRow.name))
    return tuple(as_person(one) for one in found)


@dataclass(frozen=True, slots=True)
class Member:
    """Someone, with what they do on which course, by its code. `invited`: they have no password yet."""

    person: Person
    invited: bool
    roles: Mapping[str, tuple[Role, ...]]


def members(tx: Transaction) -> tuple[Member, ...]:
    """Everyone who has an address, those who are shut out as well, by name. One query."""
    found = tx.execute(
        select(PersonRow, CourseRow.code, MembershipRow.role)
        .outerjoin(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .outerjoin(CourseRow, CourseRow.id == MembershipRow.course_id)
        .where(PersonRow.email.is_not(None))
        .order_by(PersonRow.name, PersonRow.id, CourseRow.code, MembershipRow.role)
    ).all()
    rows: dict[PersonId, tuple[PersonRow, dict[str, tuple[Role, ...]]]] = {}
    for who, code, role in found:
        _, kept = rows.setdefault(PersonId(who.id), (who, {}))
        if code:
            kept[code] = (*kept.get(code, ()), role)
    return tuple(Member(as_person(who), who.password_hash is None, kept) for who, kept in rows.values())


def people_on(tx: Transaction, course: CourseId) -> tuple[Person, ...]:
    """Who has a role on a course and may come in, by name. One query."""
    has = select(MembershipRow.person_id).where(MembershipRow.course_id == course)
    found = tx.scalars(select(PersonRow).where(PersonRow.active, PersonRow.id.in_(has)).order_by(PersonRow.name))
    return tuple(as_person(one) for one in found)


def person(tx: Transaction, person_id: PersonId) -> Person:
    """The person of that id.

    Raises:
        NotFound: there is none.
    """
    return as_person(row(tx, PersonRow, person_id))


def set_password(tx: Transaction, person_id: PersonId, argon2: str) -> None:
    """Keeps the argon2 hash of a password; anything else is refused.

    Raises:
        ValueError: it is no argon2 hash.
    """
    if not argon2.startswith("$argon2"):
        message = "wanted the argon2 hash of a password, found something else"
        raise ValueError(message)
    row(tx, PersonRow, person_id, lock=True).password_hash = argon2
    tx.tell("person.password", person_id)


def password_hash(tx: Transaction, person_id: PersonId) -> str | None:
    """The hash to check a password against; None for those who cannot sign in."""
    found = row(tx, PersonRow, person_id)
    return found.password_hash if found.active else None


def set_language(tx: Transaction, person_id: PersonId, language: str) -> None:
    """Speaks to a person in another language from now on."""
    row(tx, PersonRow, person_id, lock=True).language = language
    tx.tell("person.language", person_id, language=language)


def set_active(tx: Transaction, person_id: PersonId, *, active: bool) -> None:
    """Lets someone in, or keeps them out; what they wrote stays."""
    row(tx, PersonRow, person_id, lock=True).active = active
    tx.tell("person.active" if active else "person.inactive", person_id)


def give_role(tx: Transaction, person_id: PersonId, course: CourseId, role: Role) -> None:
    """Gives a person a role on a course; nothing happens when they have it."""
    if role in roles(tx, person_id, course):
        return
    tx.add(MembershipRow(person_id=person_id, course_id=course, role=role))
    tx.tell("membership.added", person_id, course=course, role=role)


def take_role(tx: Transaction, person_id: PersonId, course: CourseId, role: Role) -> None:
    """Takes a role from a person; nothing happens when they have it not."""
    found = tx.scalar(select(MembershipRow).filter_by(person_id=person_id, course_id=course, role=role))
    if found is not None:
        tx.delete(found)
        tx.tell("membership.removed", person_id, course=course, role=role)


def roles(tx: Transaction, person_id: PersonId, course: CourseId) -> frozenset[Role]:
    """What a person does on a course."""
    return frozenset(tx.scalars(select(MembershipRow.role).filter_by(person_id=person_id, course_id=course)))


def as_person(found: PersonRow) -> Person:
    """A row as a value."""
    return Person(PersonId(found.id), found.name, found.email, found.language, found.admin, found.active)
