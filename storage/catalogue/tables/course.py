"""Courses: their parts, chapters, sets and videos, in order, with who owes what when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import Base, Named, one_word
from storage.catalogue.terms import Drafting, Stage, Verdicts


class CourseRow(Named, Base):
    """A course. `folded` is its code as compared; rate and size are those of its drafts.

    `verdicts`: by which policy a line is approved.
    """

    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("folded"),
        CheckConstraint("rate_num > 0 AND rate_den > 0", name="rate"),
        CheckConstraint("width > 0 AND height > 0", name="size"),
    )

    code: Mapped[str]
    folded: Mapped[str]
    title: Mapped[str]
    language: Mapped[str]
    style: Mapped[str]
    rate_num: Mapped[int]
    rate_den: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    archived_at: Mapped[datetime | None]
    verdicts: Mapped[Verdicts] = mapped_column(
        one_word(Verdicts, "verdicts"), default="all", server_default=text("'all'")
    )


class PartRow(Named, Base):
    """A part of a course; `position` counts from 1."""

    __tablename__ = "part"
    __table_args__ = (UniqueConstraint("course_id", "position"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    position: Mapped[int]
    title: Mapped[str]


class ChapterRow(Named, Base):
    """A chapter of a part; `position` counts from 1."""

    __tablename__ = "chapter"
    __table_args__ = (UniqueConstraint("part_id", "position"),)

    part_id: Mapped[UUID] = mapped_column(ForeignKey("part.id"))
    position: Mapped[int]
    title: Mapped[str]


class SetRow(Named, Base):
    """A set that a course is filmed on."""

    __tablename__ = "film_set"
    __table_args__ = (UniqueConstraint("course_id", "folded"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    name: Mapped[str]
    folded: Mapped[str]


class VideoRow(Named, Base):
    """A video; `position` is its place in its chapter, from 1. `drafting` paused: it waits to be drafted by hand.

    `changed_at`: when something that it follows first changed since it was last drafted. `draft_after`: it is drafted
    again by itself from then on.
    """

    __tablename__ = "video"
    __table_args__ = (
        UniqueConstraint("course_id", "folded"),
        UniqueConstraint("chapter_id", "position"),
        Index(
            "ix_video_going",
            "id",
            sqlite_where=text("stage <> 'published'"),
            postgresql_where=text("stage <> 'published'"),
        ),
        Index(
            "ix_video_draft_after",
            "draft_after",
            sqlite_where=text("draft_after IS NOT NULL"),
            postgresql_where=text("draft_after IS NOT NULL"),
        ),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    chapter_id: Mapped[UUID] = mapped_column(ForeignKey("chapter.id"))
    set_id: Mapped[UUID | None] = mapped_column(ForeignKey("film_set.id"))
    position: Mapped[int]
    code: Mapped[str]
    folded: Mapped[str]
    title: Mapped[str]
    stage: Mapped[Stage] = mapped_column(one_word(Stage, "stage"), default="script")
    drafting: Mapped[Drafting] = mapped_column(one_word(Drafting, "drafting"), default="automatic")
    changed_at: Mapped[datetime | None]
    draft_after: Mapped[datetime | None]


class DueRow(Base):
    """When a stage of a video is due, and who answers for it."""

    __tablename__ = "due"

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"), primary_key=True)
    stage: Mapped[Stage] = mapped_column(one_word(Stage, "stage"), primary_key=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    due: Mapped[date | None]
