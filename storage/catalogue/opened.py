"""Which drafts somebody opened to watch, so that they are shown what changed since."""

from sqlalchemy import select

from storage.catalogue.engine import Transaction
from storage.catalogue.rows import put
from storage.catalogue.tables.draft import DraftRow, OpenedRow
from storage.catalogue.terms import DraftId, PersonId, VideoId


def note_opened(tx: Transaction, person: PersonId, draft: DraftId) -> None:
    """They opened it, now."""
    put(tx, OpenedRow, {"person_id": person, "draft_id": draft}, {"at": tx.now()})


def last_opened(tx: Transaction, person: PersonId, video: VideoId, below: int) -> int | None:
    """The number of the draft of a video that they opened last, of those below a number; None: none. One query."""
    return tx.scalar(
        select(DraftRow.number)
        .join(OpenedRow, OpenedRow.draft_id == DraftRow.id)
        .where(OpenedRow.person_id == person, DraftRow.video_id == video, DraftRow.number < below)
        .order_by(OpenedRow.at.desc(), DraftRow.number.desc())
        .limit(1)
    )
