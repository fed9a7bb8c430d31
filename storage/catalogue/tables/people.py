"""People and what they do on a course."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import Base, Named, one_word
from storage.catalogue.terms import Role


class PersonRow(Named, Base):
    """Someone: with an address and a password, or a guest of a share link with only a name."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("password_hash IS NULL OR password_hash LIKE '$argon2%'", name="password_is_hashed"),
        CheckConstraint("email = lower(email)", name="email_is_lower"),
    )

    name: Mapped[str]
    email: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="fr")
    password_hash: Mapped[str | None]
    admin: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class MembershipRow(Named, Base):
    """A role of a person on a course."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "course_id", "role"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"), index=True)
    role: Mapped[Role] = mapped_column(one_word(Role, "role"))
