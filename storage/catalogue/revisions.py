"""The revisions of a script: which there are, by whom, and the text of one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.errors import NotFound
from storage.catalogue.engine import Transaction
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.script import RevisionRow
from storage.catalogue.terms import VideoId


@dataclass(frozen=True, slots=True)
class Saved:
    """That a script was saved: the revision's number, when, and by whom (empty where nobody was signed in)."""

    number: int
    at: datetime
    by: str


def saved(tx: Transaction, video_id: VideoId) -> tuple[Saved, ...]:
    """Every revision of a video's script, last to first. One query."""
    found = tx.execute(
        select(RevisionRow.number, RevisionRow.created_at, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == RevisionRow.author_id)
        .where(RevisionRow.video_id == video_id)
        .order_by(RevisionRow.number.desc())
    )
    return tuple(Saved(number, at, name or "") for number, at, name in found)


def source(tx: Transaction, video_id: VideoId, number: int | None = None) -> str:
    """The text of that revision, or of the last one (None); empty when nothing was ever saved.

    Raises:
        NotFound: there is no revision of that number.
    """
    wanted = select(RevisionRow.source).filter_by(video_id=video_id).order_by(RevisionRow.number.desc()).limit(1)
    found = tx.scalar(wanted if number is None else wanted.filter_by(number=number))
    if found is None and number is not None:
        raise NotFound(f"the script has no revision {number}", todo="choose one of those it has")
    return found or ""
