"""Links that let people in who have no account, and the browsers that they let in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import DIGEST, Base, Named, one_word
from storage.catalogue.terms import Rights


class LinkRow(Named, Base):
    """A link to one course, one video, or one draft. Of its token only the sha256 is kept, of its password the argon2.

    `rights`: the most that its guests may do.
    """

    __tablename__ = "share_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint(
            "(course_id IS NOT NULL AND video_id IS NULL AND draft_id IS NULL)"
            " OR (course_id IS NULL AND video_id IS NOT NULL AND draft_id IS NULL)"
            " OR (course_id IS NULL AND video_id IS NULL AND draft_id IS NOT NULL)",
            name="one_target",
        ),
        CheckConstraint("password_hash IS NULL OR password_hash LIKE '$argon2%'", name="password_is_hashed"),
    )

    token_hash: Mapped[str] = mapped_column(DIGEST)
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"), index=True)
    video_id: Mapped[UUID | None] = mapped_column(ForeignKey("video.id"), index=True)
    draft_id: Mapped[UUID | None] = mapped_column(ForeignKey("draft.id"), index=True)
    rights: Mapped[Rights] = mapped_column(one_word(Rights, "rights"))
    password_hash: Mapped[str | None]
    label: Mapped[str] = mapped_column(default="")
    downloads: Mapped[bool] = mapped_column(default=False)
    watermark: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class GuestRow(Named, Base):
    """A browser that a link let in, until the link lets nobody in any more. Of its secret only the sha256 is kept.

    `person_id`: who sits before it, once they gave a name. `opens`: how often the link was opened there. It was used
    once `seen_at` is later than it was made.
    """

    __tablename__ = "guest"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    secret_hash: Mapped[str] = mapped_column(DIGEST)
    link_id: Mapped[UUID] = mapped_column(ForeignKey("share_link.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    opens: Mapped[int]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
