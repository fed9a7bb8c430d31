"""What happened to a video, and where an asset is used."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select, union

from pipeline.script import LineId
from storage.catalogue.casting import cues_using
from storage.catalogue.engine import Transaction
from storage.catalogue.log import Event, as_event
from storage.catalogue.tables.casting import CastingRow
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.farm import EventRow
from storage.catalogue.tables.media import RushRow, VersionRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.script import LineTextRow, ScriptLineRow
from storage.catalogue.terms import AssetId, CastCue, CastingId, Policy, VideoId


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened, and the name of who did it; empty when Rushes did."""

    event: Event
    by_name: str


@dataclass(frozen=True, slots=True)
class Use:
    """A cue that uses an asset. `version` is the number it now uses, None while nothing usable is there.

    `number` is the line's, as people count.
    """

    casting: CastingId
    course: str
    video: VideoId
    video_code: str
    line: LineId
    number: int | None
    cue: CastCue
    reference: str
    policy: Policy
    version: int | None


def history(
    tx: Transaction, video: VideoId, most: int = 200, before: int | None = None, *, work: bool = False
) -> tuple[Told, ...]:
    """What happened to a video, its files, and the assets that its script shows or showed; newest first. One query.

    `before`: only events of a lower id, to read on. `work`: also each job that was asked for, begun and done; without,
    only those that failed.
    """
    cast = select(CastingRow.asset_id).where(CastingRow.video_id == video, CastingRow.asset_id.is_not(None))
    files = union(
        select(RushRow.media_id).where(RushRow.video_id == video),
        select(VersionRow.media_id).where(VersionRow.asset_id.in_(cast)),
    )
    wanted = (
        select(EventRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == EventRow.by_id)
        .where(
            or_(
                EventRow.video_id == video,
                and_(EventRow.video_id.is_(None), EventRow.asset_id.in_(cast)),
                EventRow.subject_id.in_(files),
            )
        )
        .order_by(EventRow.id.desc())
        .limit(most)
    )
    if before is not None:
        wanted = wanted.where(EventRow.id < before)
    if not work:
        wanted = wanted.where(or_(EventRow.kind.not_like("job.%"), EventRow.kind == "job.failed"))
    return tuple(Told(as_event(event), name or "") for event, name in tx.execute(wanted))


def uses(tx: Transaction, asset: AssetId) -> tuple[Use, ...]:
    """Every cue of every video's last script that uses an asset. One query."""
    order = (CourseRow.code, VideoRow.code, LineTextRow.position, CastingRow.id)
    found = tx.execute(cues_using(asset, ScriptLineRow.name).order_by(*order))
    return tuple(
        Use(
            casting=CastingId(one.id),
            course=course,
            video=VideoId(one.video_id),
            video_code=code,
            line=LineId(line),
            number=number,
            cue=one.cue,
            reference=one.reference if not one.wanted else f"{one.reference}@v{one.wanted}",
            policy=one.policy,
            version=version,
        )
        for one, course, code, number, version, line in found
    )
