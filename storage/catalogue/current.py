"""What is current, as parts of queries: the last script of a video, its last finished draft."""

from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.script import RevisionRow

DONE: ColumnElement[str] = literal_column("'done'")
"""Written into the query, not bound to it: only so does SQLite find the index of finished drafts."""


def last_revision(video: InstrumentedAttribute[UUID] | ColumnElement[UUID]) -> ScalarSelect[UUID]:
    """The id of the last revision of a video's script."""
    revision = aliased(RevisionRow)
    return (
        select(revision.id)
        .where(revision.video_id == video)
        .order_by(revision.number.desc())
        .limit(1)
        .correlate_except(revision)
        .scalar_subquery()
    )


def last_done(video: InstrumentedAttribute[UUID] | ColumnElement[UUID]) -> ScalarSelect[UUID]:
    """The id of the last draft of a video that is done."""
    draft = aliased(DraftRow)
    return (
        select(draft.id)
        .where(draft.video_id == video, draft.state == DONE)
        .order_by(draft.number.desc())
        .limit(1)
        .correlate_except(draft)
        .scalar_subquery()
    )


def last_number(video: InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    """The number of the last draft of a video, however it stands."""
    draft = aliased(DraftRow)
    return select(func.max(draft.number)).where(draft.video_id == video).correlate_except(draft).scalar_subquery()
