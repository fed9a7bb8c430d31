"""Who watches a draft at this moment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import Base, moment


class PresenceRow(Base):
    """A person who has a draft open, as their page last told it.

    `frame` was on their screen at `told_at`, running at `pace` hundredths of its speed (0: it stood). `leads`: others
    may follow them; one does at a time. `writing` is the note that they write, on `writing_on`; `shown`: guests may see
    it. All of it is of the moment: nothing here is kept when they leave.
    """

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint("frame >= 0", name="frame"),
        Index("ix_presence_seen_at", "seen_at"),
        Index("ix_presence_person_id", "person_id"),
    )

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=moment)
    told_at: Mapped[datetime] = mapped_column(default=moment)
    frame: Mapped[int] = mapped_column(BigInteger, default=0)
    pace: Mapped[int] = mapped_column(default=0)
    leads: Mapped[bool] = mapped_column(default=False)
    writing: Mapped[str] = mapped_column(default="")
    writing_on: Mapped[int] = mapped_column(BigInteger, default=0)
    shown: Mapped[bool] = mapped_column(default=False)
