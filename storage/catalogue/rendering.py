"""What the last draft of a video brought that is new, and how fast drafts are made here."""

from dataclasses import dataclass

from sqlalchemy import Uuid, exists, literal, select
from sqlalchemy.orm import aliased

from pipeline.spans import Span
from storage.catalogue.current import last_done
from storage.catalogue.engine import Transaction
from storage.catalogue.tables.draft import DraftRow, SegmentRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.terms import DraftId, VideoId


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the last rendering went: so many frames were rendered in so many seconds, by all workers together.

    `joined`: the seconds from the last of them until the draft was there.
    """

    frames: int
    seconds: float
    joined: float

    def expected(self, frames: int) -> float:
        """The seconds that a draft takes of which so many frames are to be rendered."""
        return self.joined + frames * self.seconds / self.frames


def fresh(tx: Transaction, video_id: VideoId, draft_id: DraftId | None = None) -> tuple[Span, ...]:
    """The frames of a draft, else of the last one done, that the one before it does not have; none in the first.

    One query.
    """
    last = last_done(literal(video_id, Uuid())) if draft_id is None else literal(draft_id, Uuid())
    of, older = aliased(DraftRow), aliased(DraftRow)
    number = select(of.number).where(of.id == last).scalar_subquery()
    before = (
        select(older.id)
        .where(older.video_id == video_id, older.state == "done", older.number < number)
        .order_by(older.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    then = aliased(SegmentRow)
    kept = exists().where(then.draft_id == before, then.key == SegmentRow.key)
    found = tx.execute(
        select(SegmentRow.start, SegmentRow.frames)
        .where(SegmentRow.draft_id == last, before.is_not(None), ~kept)
        .order_by(SegmentRow.position)
    )
    return tuple(Span(start, start + frames) for start, frames in found)


def pace(tx: Transaction) -> Pace | None:
    """How fast the farm rendered of late; None when it never did. Two queries."""
    wanted = select(JobRow.draft_id).where(
        JobRow.kind == "render", JobRow.state == "done", JobRow.draft_id.is_not(None)
    )
    draft_id = tx.scalar(wanted.order_by(JobRow.id.desc()).limit(1))
    if draft_id is None:
        return None
    found = tx.execute(
        select(JobRow.total, JobRow.started_at, JobRow.ended_at, DraftRow.done_at)
        .join(DraftRow, DraftRow.id == JobRow.draft_id)
        .where(JobRow.draft_id == draft_id, JobRow.kind == "render", JobRow.state == "done")
    )
    runs = [
        (frames, begun, ended, done) for frames, begun, ended, done in found if begun is not None and ended is not None
    ]
    frames = sum(one[0] for one in runs)
    if not frames:
        return None
    last, done = max(one[2] for one in runs), runs[0][3]
    joined = max(0.0, (done - last).total_seconds()) if done is not None else 0.0
    return Pace(frames, (last - min(one[1] for one in runs)).total_seconds(), joined)
