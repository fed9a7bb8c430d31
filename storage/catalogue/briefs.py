"""What makers of animations are told of each cue that lacks one: kept with the draft that it was told of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import aliased

from pipeline.values import Key
from storage.catalogue.casting import version_used
from storage.catalogue.current import last_done
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.tables.casting import BriefRow, CastingRow
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.tables.media import MediaRow, VersionRow
from storage.catalogue.terms import CastingId, CourseId, DraftId, VideoId

BRIEFING = "brief"
"""The kind of jobs that make the briefs of a video."""

newest, its_file = aliased(VersionRow), aliased(MediaRow)
"""The last version of a casting's asset, and its file: in queries around `owed_condition`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is told of one cue. `key` names the object of its pictures and clip."""

    casting: CastingId
    key: Key
    told: Mapping[str, Any]


def newest_of_casting() -> ColumnElement[bool]:
    """That `newest` is the last version of the casting's asset, whatever became of it."""
    last = aliased(VersionRow)
    wanted = select(last.id).where(last.asset_id == CastingRow.asset_id).order_by(last.number.desc()).limit(1)
    return newest.id == wanted.correlate(CastingRow).scalar_subquery()


def owed_condition() -> ColumnElement[bool]:
    """That an animation is owed for a casting: there is none to show, or the last one was rejected.

    One whose file is on its way, or waits to be approved, is owed by nobody.
    """
    nothing = or_(newest.id.is_(None), its_file.state.in_(("failed", "missing")))
    lacking = and_(CastingRow.wanted > 0, its_file.state == "ready", version_used().is_(None))
    return and_(
        CastingRow.gone_in_id.is_(None),
        CastingRow.cue == "show",
        or_(and_(version_used().is_(None), nothing), lacking, newest.approval == "rejected"),
    )


def briefs_wanted(tx: Transaction, most: int = 20) -> tuple[tuple[VideoId, DraftId], ...]:
    """The videos that owe animations, and whose last finished draft nobody was asked to tell of. One query."""
    asked = select(JobRow.id).where(JobRow.draft_id == DraftRow.id, JobRow.kind == BRIEFING)
    found = tx.execute(
        select(VideoRow.id, DraftRow.id)
        .join(DraftRow, DraftRow.id == last_done(VideoRow.id))
        .join(CastingRow, CastingRow.video_id == VideoRow.id)
        .outerjoin(newest, newest_of_casting())
        .outerjoin(its_file, its_file.id == newest.media_id)
        .where(owed_condition(), ~asked.exists())
        .distinct()
        .limit(most)
    )
    return tuple((VideoId(video), DraftId(draft)) for video, draft in found)


def castings_owed(tx: Transaction, video: VideoId) -> tuple[CastingId, ...]:
    """The castings of a video for which an animation is owed. One query."""
    found = tx.scalars(
        select(CastingRow.id)
        .outerjoin(newest, newest_of_casting())
        .outerjoin(its_file, its_file.id == newest.media_id)
        .where(CastingRow.video_id == video, owed_condition())
    )
    return tuple(CastingId(one) for one in found)


def keep_briefs(tx: Transaction, draft: DraftId, told: Sequence[Kept]) -> None:
    """Keeps what is told of these cues, as of a draft, instead of what was."""
    of = row(tx, DraftRow, draft)
    if not told:
        return
    tx.execute(delete(BriefRow).where(BriefRow.casting_id.in_([one.casting for one in told])))
    for one in told:
        tx.add(BriefRow(casting_id=one.casting, draft_id=draft, key=one.key, told=dict(one.told)))
    tx.flush()
    course = CourseId(row(tx, VideoRow, of.video_id).course_id)
    tx.tell("brief.made", draft, course=course, video=VideoId(of.video_id), count=len(told))


def brief_of(tx: Transaction, casting: CastingId) -> tuple[Kept, int] | None:
    """What is told of a cue, and the number of the draft that it was told of; None while nothing is. One query."""
    found = tx.execute(
        select(BriefRow, DraftRow.number)
        .join(DraftRow, DraftRow.id == BriefRow.draft_id)
        .where(BriefRow.casting_id == casting)
    ).first()
    return None if found is None else (Kept(casting, Key(found[0].key), found[0].told), found[1])


def brief_keys(tx: Transaction) -> frozenset[Key]:
    """The keys of all that is told now."""
    return frozenset(Key(one) for one in tx.scalars(select(BriefRow.key)))
