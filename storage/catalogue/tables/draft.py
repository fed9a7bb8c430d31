"""Drafts, what they were made of, and everything rendered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import DIGEST, Base, Named, moment, one_word
from storage.catalogue.terms import DraftState, InputKind, OutputKind


class DraftRow(Named, Base):
    """One numbered render of a video. `cause` says what asked for it; `error` why it failed.

    `style` is the one it was asked for in, empty for the script's own. `advanced_at`: when it was last gone on with.
    `manifest` pins every input; `timeline` is the edit as JSON; `report` what people read about it.
    """

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("video_id", "number"),
        Index(
            "ix_draft_done",
            "video_id",
            "number",
            sqlite_where=text("state = 'done'"),
            postgresql_where=text("state = 'done'"),
        ),
        Index(
            "ix_draft_under_way",
            "id",
            sqlite_where=text("state IN ('waiting', 'rendering')"),
            postgresql_where=text("state IN ('waiting', 'rendering')"),
        ),
    )

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    number: Mapped[int]
    state: Mapped[DraftState] = mapped_column(one_word(DraftState, "state"), default="waiting")
    cause: Mapped[str]
    style: Mapped[str] = mapped_column(default="", server_default=text("''"))
    advanced_at: Mapped[datetime | None]
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("script_revision.id"))
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    superseded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("draft.id"))
    frames: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str | None] = mapped_column(DIGEST)
    manifest: Mapped[dict[str, Any] | None]
    timeline: Mapped[dict[str, Any] | None]
    report: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]


class WaitRow(Base):
    """A job that a draft waits for. It stands until the draft goes on."""

    __tablename__ = "draft_wait"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id"), primary_key=True, index=True)


class SegmentRow(Base):
    """One segment of a draft, by place from 0. `missing` says what a slate stands in for, empty when nothing is."""

    __tablename__ = "draft_segment"
    __table_args__ = (
        CheckConstraint("missing IN ('', 'take', 'asset')", name="missing"),
        CheckConstraint("start >= 0 AND frames > 0", name="span"),
        Index("ix_draft_segment_key", "key"),
        Index(
            "ix_draft_segment_untold",
            "draft_id",
            sqlite_where=text("missing = 'take'"),
            postgresql_where=text("missing = 'take'"),
        ),
    )

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("script_line.id"))
    key: Mapped[str] = mapped_column(DIGEST)
    start: Mapped[int] = mapped_column(BigInteger)
    frames: Mapped[int]
    missing: Mapped[str] = mapped_column(default="")
    what: Mapped[str] = mapped_column(default="")


class DraftLineRow(Base):
    """Where a line stands in a draft, and the digest of the segments that show it: verdicts hang on that digest."""

    __tablename__ = "draft_line"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("script_line.id"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger)
    stop: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(DIGEST)


class DraftInputRow(Base):
    """One input that a draft pins: script, style, a rush by name, an asset by reference. `digest` is of the file."""

    __tablename__ = "draft_input"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    kind: Mapped[InputKind] = mapped_column(one_word(InputKind, "kind"), primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(DIGEST)
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset_version.id"), index=True)


class OpenedRow(Base):
    """That somebody opened a draft to watch it, and when they last did."""

    __tablename__ = "draft_opened"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class OutputRow(Named, Base):
    """An object that was made, by its name in the store. `key` is the digest of what made it."""

    __tablename__ = "render_output"
    __table_args__ = (UniqueConstraint("object_name"), UniqueConstraint("kind", "key", "part"))

    object_name: Mapped[str]
    kind: Mapped[OutputKind] = mapped_column(one_word(OutputKind, "kind"))
    key: Mapped[str]
    part: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(DIGEST)
    used_at: Mapped[datetime] = mapped_column(default=moment, index=True)
