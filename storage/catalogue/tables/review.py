"""What people say of a draft."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import DIGEST, Base, Named, moment, one_word
from storage.catalogue.terms import Decision, NoteState, Visibility


class NoteRow(Named, Base):
    """A comment on frames `[start, stop)` of a draft. It hangs on a line, and on one of its words when `word` is set.

    `offset` is where it starts in its line, in frames; `quote` the words it was written about. It is orphaned when its
    line is gone and merged into none.
    `blocks`: the video is not done before this is resolved, by `owner_id`.
    `hung`: what it hangs on in its draft (`pipeline.hanging.Hung`), which never changes; `line_id` and `word` are where
    its first word stands in the last script. One that is deleted says nothing any more: it stands for its answers.
    """

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint("start >= 0 AND stop > start", name="span"),
        Index("ix_note_video_id", "video_id", "state"),
        Index("ix_note_owner_id", "owner_id", "state"),
        Index("ix_note_draft_id", "draft_id"),
        Index("ix_note_parent_id", "parent_id"),
    )

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("script_line.id"), index=True)
    word: Mapped[int | None]
    quote: Mapped[str] = mapped_column(server_default=text("''"))
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    start: Mapped[int] = mapped_column(BigInteger)
    stop: Mapped[int] = mapped_column(BigInteger)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("note.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str]
    drawing: Mapped[dict[str, Any] | None]
    visibility: Mapped[Visibility] = mapped_column(one_word(Visibility, "visibility"), default="internal")
    blocks: Mapped[bool] = mapped_column(default=False)
    state: Mapped[NoteState] = mapped_column(one_word(NoteState, "state"), default="open")
    resolved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    resolved_at: Mapped[datetime | None]
    hung: Mapped[dict[str, Any] | None]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class NoteMentionRow(Base):
    """Somebody whom a note names."""

    __tablename__ = "note_mention"

    note_id: Mapped[UUID] = mapped_column(ForeignKey("note.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class NoteFileRow(Base):
    """A file that goes with a note, by place from 0. A `picture` is one of ours, drawn of the pixels that were sent."""

    __tablename__ = "note_file"

    note_id: Mapped[UUID] = mapped_column(ForeignKey("note.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    media_id: Mapped[UUID] = mapped_column(ForeignKey("media_file.id"), index=True)
    name: Mapped[str]
    picture: Mapped[bool]


class NoteCueRow(Base):
    """The cue whose animation a note was sent back for."""

    __tablename__ = "note_cue"

    note_id: Mapped[UUID] = mapped_column(ForeignKey("note.id"), primary_key=True)
    casting_id: Mapped[UUID] = mapped_column(ForeignKey("casting.id"), index=True)
    sent_at: Mapped[datetime] = mapped_column(default=moment)


class VerdictRow(Named, Base):
    """What a person decided on a line of a draft, or on the whole draft. It holds while the digest is the same."""

    __tablename__ = "verdict"
    __table_args__ = (
        Index("ix_verdict_line", "line_id", "person_id", "digest"),
        Index("ix_verdict_video", "video_id", "person_id"),
    )

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("script_line.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[Decision] = mapped_column(one_word(Decision, "decision"))
    digest: Mapped[str] = mapped_column(DIGEST)
    comment: Mapped[str] = mapped_column(default="")
