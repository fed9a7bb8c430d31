"""Which asset each cue uses, and the cues that designers propose."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import DIGEST, Base, Named, one_word
from storage.catalogue.terms import CastCue, Policy, ProposalState


class CastingRow(Named, Base):
    """The asset of a cue. A cue is known by its line and what the script calls the asset (`folded`, as compared).

    `wanted` is the version that the script itself names, 0 for none: it wins over the policy. `asset_id` is empty while
    no asset has that name. `gone_in_id`: the revision whose script no longer has the cue.
    """

    __tablename__ = "casting"
    __table_args__ = (
        UniqueConstraint("line_id", "folded", "wanted"),
        CheckConstraint("(policy = 'pinned') = (pinned_id IS NOT NULL)", name="pinned_has_version"),
        Index("ix_casting_video_id", "video_id"),
        Index("ix_casting_asset_id", "asset_id"),
    )

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("script_line.id"))
    cue: Mapped[CastCue] = mapped_column(one_word(CastCue, "cue"))
    reference: Mapped[str]
    folded: Mapped[str]
    wanted: Mapped[int] = mapped_column(default=0)
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"))
    policy: Mapped[Policy] = mapped_column(one_word(Policy, "policy"), default="latest")
    pinned_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset_version.id"))
    gone_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("script_revision.id"))


class ProposalRow(Named, Base):
    """A cue that someone suggests on a line. `cue` is as the script would write it, before the word of index `at`.

    `until`: the index of the word before which its range ends, empty without one. `sketch_id`: a picture of it.
    """

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_video_id", "video_id", "state"),)

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("script_line.id"))
    cue: Mapped[str]
    at: Mapped[int]
    until: Mapped[int | None]
    comment: Mapped[str] = mapped_column(default="")
    sketch_id: Mapped[UUID | None] = mapped_column(ForeignKey("media_file.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"))
    state: Mapped[ProposalState] = mapped_column(one_word(ProposalState, "state"), default="open")
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class BriefRow(Named, Base):
    """What the maker of an animation is told of a cue, as of a draft. `told` is its `brief.json`.

    `key` names the object of its pictures and clip.
    """

    __tablename__ = "brief"
    __table_args__ = (UniqueConstraint("casting_id"),)

    casting_id: Mapped[UUID] = mapped_column(ForeignKey("casting.id"))
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"), index=True)
    key: Mapped[str] = mapped_column(DIGEST)
    told: Mapped[dict[str, Any]]
