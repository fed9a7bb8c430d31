"""People as an identity provider knows them, and browsers that are away to sign in there."""

from datetime import timedelta

from sqlalchemy import delete, insert, select

from pipeline.errors import Clash
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.people import Person, as_person
from storage.catalogue.secret import hashed, new_secret
from storage.catalogue.tables.entry import DepartureRow, IdentityRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.terms import PersonId


def identified(tx: Transaction, issuer: str, subject: str) -> Person | None:
    """Whom a provider calls so; None when nobody is linked to that name. They may be shut out."""
    linked = select(IdentityRow.person_id).filter_by(issuer=issuer, subject=subject).scalar_subquery()
    found = tx.scalar(select(PersonRow).where(PersonRow.id == linked))
    return found and as_person(found)


def identify(tx: Transaction, person: PersonId, issuer: str, subject: str) -> None:
    """Links a person to what a provider calls them, for good.

    Raises:
        Clash: the provider's name is somebody's already.
    """
    if identified(tx, issuer, subject) is not None:
        raise Clash("this account of the provider is somebody's already", todo="sign in again")
    tx.add(IdentityRow(person_id=person, issuer=issuer, subject=subject))
    tx.flush()
    tx.tell("person.identified", person, issuer=issuer)


def depart(tx: Transaction, lasts: timedelta) -> str:
    """A new secret by which a browser that leaves to sign in elsewhere is known again; told only now."""
    secret, now = new_secret(), tx.now()
    tx.execute(delete(DepartureRow).where(DepartureRow.expires_at <= now), execution_options=QUIET)
    added = insert(DepartureRow).values(secret_hash=hashed(secret), expires_at=now + lasts)
    tx.execute(added, execution_options=QUIET)
    return secret


def came_back(tx: Transaction, secret: str) -> bool:
    """Whether a browser with that secret is waited for. It is not any longer, after this."""
    awaited = delete(DepartureRow).where(DepartureRow.secret_hash == hashed(secret), DepartureRow.expires_at > tx.now())
    return tx.execute(awaited.returning(DepartureRow.secret_hash), execution_options=QUIET).first() is not None
