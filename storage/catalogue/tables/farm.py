"""Work under way, and the log of everything that happened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import BIG, Base, Named, moment, one_word
from storage.catalogue.terms import JobState


class JobRow(Named, Base):
    """One piece of work, once: `key` names it. `details` says what to load; never a secret.

    Whoever does it holds it until `lease_until`. `attempts` counts its starts. `run_after`: not before. `sent_at`:
    when the farm was last told of it.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="running_is_leased"),
        CheckConstraint("done >= 0 AND total >= 0", name="progress"),
        Index(
            "ix_job_lease",
            "lease_until",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "ix_job_queued",
            "queue",
            "run_after",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_job_failed",
            "ended_at",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index("ix_job_done", "ended_at", sqlite_where=text("state = 'done'"), postgresql_where=text("state = 'done'")),
        Index("ix_job_video_id", "video_id", "state"),
    )

    key: Mapped[str]
    kind: Mapped[str]
    queue: Mapped[str]
    state: Mapped[JobState] = mapped_column(one_word(JobState, "state"), default="queued")
    priority: Mapped[int] = mapped_column(default=0)
    video_id: Mapped[UUID | None] = mapped_column(ForeignKey("video.id"))
    draft_id: Mapped[UUID | None] = mapped_column(ForeignKey("draft.id"), index=True)
    media_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_file.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    worker: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    run_after: Mapped[datetime] = mapped_column(default=moment)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str] = mapped_column(default="")
    stderr_tail: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class EventRow(Base):
    """Something that happened. Ids are in the order in which the changes were kept; rows never change or go.

    No foreign keys: the log outlives what it tells of.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_video", "video_id", "id"),
        Index("ix_event_asset", "asset_id", "id"),
        Index("ix_event_subject", "subject_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    kind: Mapped[str]
    course_id: Mapped[UUID | None]
    video_id: Mapped[UUID | None]
    asset_id: Mapped[UUID | None]
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]]


class ReaderRow(Base):
    """How far someone has read the log: the other half of the outbox."""

    __tablename__ = "event_reader"

    name: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(BIG)
