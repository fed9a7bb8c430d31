"""Files as sent, and what they are: versions of assets, rushes with their takes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import DIGEST, Base, Named, one_word
from storage.catalogue.terms import Approval, AssetKind, MediaState, RushKind


class MediaRow(Named, Base):
    """A file as it was sent. `object_name` is where the store keeps it, made here and never taken from a request.

    `declared_size` is what the sender said, `size` what was counted. `upload` names an upload under way. `cause` and
    `log_tail` say why it failed. `media` is `pipeline.footage.Media` as JSON; `derived_key` names what was made of it.
    """

    __tablename__ = "media_file"
    __table_args__ = (
        UniqueConstraint("object_name"),
        CheckConstraint("size >= 0 AND declared_size >= 0", name="sizes"),
        CheckConstraint("state <> 'ready' OR (sha256 IS NOT NULL AND size IS NOT NULL)", name="ready_is_known"),
        CheckConstraint("(rate_num IS NULL) = (rate_den IS NULL) AND rate_num > 0 AND rate_den > 0", name="rate"),
        Index("ix_media_file_sha256", "sha256"),
        Index(
            "ix_media_file_unready",
            "state",
            sqlite_where=text("state <> 'ready'"),
            postgresql_where=text("state <> 'ready'"),
        ),
    )

    object_name: Mapped[str]
    name: Mapped[str]
    state: Mapped[MediaState] = mapped_column(one_word(MediaState, "state"), default="uploading")
    declared_size: Mapped[int | None] = mapped_column(BigInteger)
    declared_sha256: Mapped[str | None] = mapped_column(DIGEST)
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(DIGEST)
    upload: Mapped[str | None]
    cause: Mapped[str] = mapped_column(Text, default="")
    log_tail: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str | None]
    rate_num: Mapped[int | None]
    rate_den: Mapped[int | None]
    frames: Mapped[int | None] = mapped_column(BigInteger)
    samples: Mapped[int | None] = mapped_column(BigInteger)
    width: Mapped[int | None]
    height: Mapped[int | None]
    timecode: Mapped[str | None]
    media: Mapped[dict[str, Any] | None]
    derived_key: Mapped[str | None] = mapped_column(DIGEST)
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class AssetRow(Named, Base):
    """An asset of a course, or of the whole studio when it has none. It may be asked for before anything is sent."""

    __tablename__ = "asset"
    __table_args__ = (
        Index(
            "uq_asset_course_folded",
            "course_id",
            "folded",
            unique=True,
            sqlite_where=text("course_id IS NOT NULL"),
            postgresql_where=text("course_id IS NOT NULL"),
        ),
        Index(
            "uq_asset_studio_folded",
            "folded",
            unique=True,
            sqlite_where=text("course_id IS NULL"),
            postgresql_where=text("course_id IS NULL"),
        ),
    )

    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"))
    name: Mapped[str]
    folded: Mapped[str]
    kind: Mapped[AssetKind] = mapped_column(one_word(AssetKind, "kind"))
    title: Mapped[str] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="", server_default=text("''"))
    alternative: Mapped[str] = mapped_column(default="", server_default=text("''"))
    loops: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    alpha: Mapped[str] = mapped_column(default="", server_default=text("''"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    due: Mapped[date | None]


class VersionRow(Named, Base):
    """One upload of an asset: numbered from 1, its file never changed. Its state is that of its file."""

    __tablename__ = "asset_version"
    __table_args__ = (UniqueConstraint("asset_id", "number"), Index("ix_asset_version_media_id", "media_id"))

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    number: Mapped[int]
    media_id: Mapped[UUID] = mapped_column(ForeignKey("media_file.id"))
    comment: Mapped[str] = mapped_column(default="")
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approval: Mapped[Approval] = mapped_column(one_word(Approval, "approval"), default="waiting", index=True)
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]


class RushRow(Named, Base):
    """A file of a camera or of a recorder. `name` is its path below its card; `recorder_group` ties those of one take.

    `shot` is the unit of filming it was matched to, empty while nobody knows.
    """

    __tablename__ = "rush"
    __table_args__ = (UniqueConstraint("video_id", "card", "name"), Index("ix_rush_media_id", "media_id"))

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    media_id: Mapped[UUID] = mapped_column(ForeignKey("media_file.id"))
    set_id: Mapped[UUID | None] = mapped_column(ForeignKey("film_set.id"))
    kind: Mapped[RushKind] = mapped_column(one_word(RushKind, "kind"), default="camera")
    card: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    shot: Mapped[str] = mapped_column(default="")
    recorder_group: Mapped[str | None]


class TakeRow(Named, Base):
    """One performance of a shot: frames `[start, stop)` of a rush. `circled`: the director's choice."""

    __tablename__ = "take"
    __table_args__ = (
        UniqueConstraint("video_id", "shot", "number"),
        CheckConstraint("start >= 0 AND stop > start", name="span"),
    )

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    rush_id: Mapped[UUID] = mapped_column(ForeignKey("rush.id"), index=True)
    shot: Mapped[str]
    number: Mapped[int]
    start: Mapped[int] = mapped_column(BigInteger)
    stop: Mapped[int] = mapped_column(BigInteger)
    circled: Mapped[bool] = mapped_column(default=False)
