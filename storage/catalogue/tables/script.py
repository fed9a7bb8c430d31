"""Scripts: revisions that never change, and lines that outlive them."""

from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.catalogue.tables.base import DIGEST, Base, Named


class RevisionRow(Named, Base):
    """One saved state of a script: its text byte for byte, and the digest of that."""

    __tablename__ = "script_revision"
    __table_args__ = (UniqueConstraint("video_id", "number"),)

    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    number: Mapped[int]
    source: Mapped[str]
    digest: Mapped[str] = mapped_column(DIGEST)
    title: Mapped[str]
    language: Mapped[str]
    style: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class ScriptLineRow(Base):
    """A line, whatever its words. `name` is its id in the script; a name is never used for another line of the video.

    `gone_in`: the revision that no longer has it. `merged_into`: the line that holds its words since.
    """

    __tablename__ = "script_line"
    __table_args__ = (UniqueConstraint("video_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(ForeignKey("video.id"))
    name: Mapped[str]
    first_id: Mapped[UUID] = mapped_column(ForeignKey("script_revision.id"))
    gone_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("script_revision.id"))
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("script_line.id"))


class LineTextRow(Base):
    """What a line says in one revision. `position` counts from 1; `scene` is its heading; `cues` as written.

    `digest` is that of words and cues: the same digest, the same line to film and show.
    """

    __tablename__ = "script_line_text"

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("script_revision.id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("script_line.id"), primary_key=True, index=True)
    position: Mapped[int]
    scene: Mapped[str]
    text: Mapped[str]
    cues: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
