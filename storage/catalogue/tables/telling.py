"""What goes out of the studio: webhooks with what was sent to them, and e-mails with what they tell."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import BIG, DIGEST, Base, Named, one_word
from storage.catalogue.terms import DeliveryState, How, MailState


class WebhookRow(Named, Base):
    """An address that is told what happens in a course, or in all of them. `kinds`: of what, parted by spaces.

    Its secret is made from the studio's own and the generation; only the sha256 is kept, to see when they differ.
    `cause`: why it was stopped. `failing_since`: since when nothing has come through.
    """

    __tablename__ = "webhook"

    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"), index=True)
    url: Mapped[str]
    kinds: Mapped[str]
    generation: Mapped[int] = mapped_column(default=1)
    secret_hash: Mapped[str] = mapped_column(DIGEST)
    active: Mapped[bool] = mapped_column(default=True)
    cause: Mapped[str] = mapped_column(default="")
    failing_since: Mapped[datetime | None]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class DeliveryRow(Named, Base):
    """One thing told to one webhook; its id is what the receiver knows it by, however often it is sent.

    `event_id` is None for a test. `about` tells several of one event apart. `body` is sent byte for byte each time.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id", "kind", "about"),
        Index(
            "ix_delivery_due",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    event_id: Mapped[int | None] = mapped_column(BIG)
    kind: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    state: Mapped[DeliveryState] = mapped_column(one_word(DeliveryState, "state"), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]


class OwedRow(Base):
    """Something that waits for a person, which they were told of; it goes when it waits no more."""

    __tablename__ = "owed"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    fact: Mapped[str] = mapped_column(primary_key=True)


class MailChoiceRow(Base):
    """How a person wants e-mails, where they chose. `hour` is of the studio's time.

    `refused`: what a mail server said when it refused their address for good; nothing is sent to it any more.
    """

    __tablename__ = "mail_choice"
    __table_args__ = (CheckConstraint("hour >= 0 AND hour < 24", name="hour"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    how: Mapped[How] = mapped_column(one_word(How, "how"))
    hour: Mapped[int]
    refused: Mapped[str] = mapped_column(default="")


class MailRow(Named, Base):
    """One e-mail to one person. `handing`: it is being given to the mail server, and may have been taken."""

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_due",
            "due_at",
            sqlite_where=text("state IN ('waiting', 'sending', 'handing')"),
            postgresql_where=text("state IN ('waiting', 'sending', 'handing')"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[MailState] = mapped_column(one_word(MailState, "state"), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]


class MailItemRow(Named, Base):
    """One thing to tell one person by e-mail, once. `details` fill its sentence in, in whatever language."""

    __tablename__ = "mail_item"
    __table_args__ = (UniqueConstraint("person_id", "event_id", "kind", "about"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[int] = mapped_column(BIG)
    kind: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]]
    due_at: Mapped[datetime] = mapped_column(index=True)
    mail_id: Mapped[UUID | None] = mapped_column(ForeignKey("mail.id"), index=True)
