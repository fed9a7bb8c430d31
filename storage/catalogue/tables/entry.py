"""How people come in: sessions and tokens, links that work once, and what was tried too often."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import DIGEST, Base, Named, one_word
from storage.catalogue.terms import Opens, Reach, Through


class SessionRow(Named, Base):
    """Someone who is signed in: a browser, or a program with a token. Only the sha256 of its secret is kept.

    `label` says which browser or program, for people. `seen_at` is within some minutes of the last request.
    """

    __tablename__ = "session"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    secret_hash: Mapped[str] = mapped_column(DIGEST)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    through: Mapped[Through] = mapped_column(one_word(Through, "through"))
    label: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reach: Mapped[Reach] = mapped_column(one_word(Reach, "reach"), default="all", server_default="all")


class IdentityRow(Named, Base):
    """A person as an identity provider knows them: its issuer, and its name for them, which never changes."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    issuer: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)


class DepartureRow(Base):
    """A browser that left to sign in at the identity provider and is waited for. It comes back once."""

    __tablename__ = "departure"

    secret_hash: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OneTimeLinkRow(Named, Base):
    """A link that lets a person choose a password, once; the first one makes the first admin, so has no person yet."""

    __tablename__ = "one_time_link"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    secret_hash: Mapped[str] = mapped_column(DIGEST)
    opens: Mapped[Opens] = mapped_column(one_word(Opens, "opens"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TriedRow(Base):
    """How often something was tried since `since`. `name` says what, by whom, as a digest: no address is kept."""

    __tablename__ = "tried"

    name: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    since: Mapped[datetime]
    times: Mapped[int]
