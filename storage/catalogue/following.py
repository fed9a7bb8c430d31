"""Videos drafted again by themselves: what they follow changed, and then nothing more for a quiet moment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from pipeline.geometry import Size
from pipeline.presets import Farm
from pipeline.values import Key, as_json
from storage.catalogue.casting import by_reference, resolved
from storage.catalogue.current import last_done, last_number, last_revision
from storage.catalogue.drafts import UNDER_WAY, Drafted, ask_draft
from storage.catalogue.engine import Transaction
from storage.catalogue.filming import marks, rushes
from storage.catalogue.log import mark_read, unread
from storage.catalogue.news import News, news
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftInputRow, DraftRow
from storage.catalogue.tables.farm import EventRow
from storage.catalogue.tables.media import MediaRow, RushRow
from storage.catalogue.tables.script import RevisionRow
from storage.catalogue.terms import CourseId, VideoId

READER = "following"

CAUSE_MOST = 200
"""Characters of a draft's cause: it is read on one line of a list."""

BATCH = 500

Styled = Callable[[str, Fraction, Size], Key | None]
"""The digest of the style of that name at that rate and size, as manifests pin it; None when there is none."""


def follow(tx: Transaction, farm: Farm, now: datetime) -> tuple[VideoId, ...]:
    """Reads the log on; the videos that something was told of which changes what they show, marked to be drafted.

    They are due once nothing more was told for the quiet time, and at the latest the longest wait after the first. Of
    paused ones only that they changed is kept. Published videos, and those with no script or nothing to show, are left.
    """
    marked: dict[VideoId, None] = {}
    while happened := unread(tx, READER, BATCH, alone=True):
        marked |= dict.fromkeys(_mark(tx, news(tx, happened), farm, now))
        mark_read(tx, READER, happened[-1].id)
        if len(happened) < BATCH:
            break
    return tuple(marked)


def follow_styles(tx: Transaction, styled: Styled, farm: Farm, now: datetime) -> tuple[VideoId, ...]:
    """The videos whose last draft was made in a style that is another by now, marked to be drafted. One query to look.

    One that is marked already, or whose last draft is not done, is left: it is drafted in the new style anyway.
    """
    rows = tx.execute(
        select(VideoRow.id, CourseRow, DraftInputRow)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .join(DraftRow, DraftRow.id == last_done(VideoRow.id))
        .join(DraftInputRow, DraftInputRow.draft_id == DraftRow.id)
        .where(
            VideoRow.stage != "published",
            VideoRow.changed_at.is_(None),
            DraftRow.number == last_number(VideoRow.id),
            DraftInputRow.kind == "style",
        )
        .order_by(VideoRow.id)
    ).all()
    told: list[News] = []
    for video, course, pinned in rows:
        digest = styled(pinned.reference, Fraction(course.rate_num, course.rate_den), Size(course.width, course.height))
        if digest not in {None, pinned.digest}:
            told.append(News(VideoId(video), 0, f"style `{pinned.reference}`"))
    return _mark(tx, told, farm, now)


def _mark(tx: Transaction, told: Sequence[News], farm: Farm, now: datetime) -> tuple[VideoId, ...]:
    """Marks the videos that there is news of, and tells what it is: the cause of the draft is read from that."""
    known = _shown(tx, {one.video for one in told})
    first = min((one.event for one in told), default=0)
    asked = _asked_since(tx, known.keys(), first) if first else {}
    marked: list[VideoId] = []
    for video_id, of in groupby(sorted(told, key=lambda one: one.video), key=lambda one: one.video):
        video = known.get(video_id)
        fresh = [one for one in of if not 0 < one.event < asked.get(video_id, 0)]
        if video is None or not fresh:
            continue
        changed_at = video.changed_at or now
        longest = changed_at + timedelta(seconds=farm.longest_wait_seconds)
        video.changed_at = changed_at
        if video.drafting == "automatic":
            video.draft_after = min(now + timedelta(seconds=farm.quiet_seconds), longest)
        causes, pinned = list(dict.fromkeys(one.what for one in fresh)), all(one.pinned for one in fresh)
        course = CourseId(video.course_id)
        tx.tell("video.changed", video_id, course=course, video=video_id, causes=causes, pinned=pinned)
        marked.append(video_id)
    tx.flush()
    return tuple(marked)


def _shown(tx: Transaction, videos: Iterable[VideoId]) -> dict[VideoId, VideoRow]:
    """Those that are drafted by themselves: not published, with a script, and a rush to show or an earlier draft."""
    rush = select(RushRow.id).join(MediaRow, MediaRow.id == RushRow.media_id).where(RushRow.video_id == VideoRow.id)
    draft = select(DraftRow.id).where(DraftRow.video_id == VideoRow.id)
    found = tx.scalars(
        select(VideoRow)
        .where(
            VideoRow.id.in_(tuple(videos)),
            VideoRow.stage != "published",
            last_revision(VideoRow.id).is_not(None),
            or_(rush.where(RushRow.kind == "camera", MediaRow.state == "ready").exists(), draft.exists()),
        )
        .order_by(VideoRow.id)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    return {VideoId(one.id): one for one in found}


def _asked_since(tx: Transaction, videos: Iterable[VideoId], first: int) -> dict[VideoId, int]:
    """The last event of some videos that asked for a draft of theirs: it shows what was told before.

    The videos are held, so that none is being asked for meanwhile.
    """
    found = tx.execute(
        select(EventRow.video_id, func.max(EventRow.id))
        .where(EventRow.video_id.in_(tuple(videos)), EventRow.id > first, EventRow.kind == "draft.asked")
        .group_by(EventRow.video_id)
    )
    return {VideoId(video): event for video, event in found if video is not None}


def due(tx: Transaction, styled: Styled, now: datetime) -> tuple[Drafted, ...]:
    """Asks for a draft of every video whose time has come; its cause says what changed.

    Where every change was undone, so that the last draft shows what a new one would, none is asked for.
    """
    found = tx.scalars(
        select(VideoRow)
        .where(VideoRow.draft_after <= now, VideoRow.drafting == "automatic", VideoRow.stage != "published")
        .order_by(VideoRow.draft_after, VideoRow.id)
        .with_for_update(skip_locked=True, key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    asked: list[Drafted] = []
    for video in found:
        video_id = VideoId(video.id)
        causes, pinned = _causes(tx, video_id)
        if pinned and _undone(tx, video, styled):
            video.changed_at = video.draft_after = None
            tx.tell("video.unchanged", video_id, course=CourseId(video.course_id), video=video_id)
        else:
            asked.append(ask_draft(tx, video_id, bounded(causes)))
    return tuple(asked)


def _causes(tx: Transaction, video: VideoId) -> tuple[tuple[str, ...], bool]:
    """What was told of a video since its last draft was asked for; and whether drafts pin all of it."""
    earlier = aliased(EventRow)
    last = select(DraftRow.id).where(DraftRow.video_id == video).order_by(DraftRow.number.desc()).limit(1)
    asked = select(func.coalesce(func.max(earlier.id), 0)).where(
        earlier.subject_id == last.scalar_subquery(), earlier.kind == "draft.asked"
    )
    told = tx.scalars(
        select(EventRow.details)
        .where(EventRow.subject_id == video, EventRow.kind == "video.changed", EventRow.id > asked.scalar_subquery())
        .order_by(EventRow.id)
    ).all()
    causes = dict.fromkeys(cause for details in told for cause in details["causes"])
    return tuple(causes), all(details["pinned"] for details in told)


def bounded(causes: Sequence[str]) -> str:
    """What changed, in one line: the first and how many more, where all would be too long."""
    for kept in range(len(causes), 0, -1):
        more = f"; and {len(causes) - kept} more" if kept < len(causes) else ""
        said = "; ".join(causes[:kept]) + more
        if len(said) <= CAUSE_MOST:
            return said
    return f"{len(causes)} changes" if causes else "something changed"


def _undone(tx: Transaction, video: VideoRow, styled: Styled) -> bool:
    """True when the last draft is made of exactly what a new one would be made of, and none is on its way."""
    video_id = VideoId(video.id)
    mine = DraftRow.video_id == video_id
    if tx.scalar(select(DraftRow.id).where(mine, DraftRow.state.in_(UNDER_WAY)).limit(1)) is not None:
        return False
    newest = select(DraftRow.manifest).where(mine, DraftRow.state == "done").order_by(DraftRow.number.desc()).limit(1)
    manifest = tx.scalar(newest)
    return manifest is not None and _made_of(manifest) == _would_use(tx, video, styled)


def _made_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "script": manifest["script"]["digest"],
        "style": manifest["style"]["digest"],
        "rushes": {one["digest"] for one in manifest["rushes"]},
        "assets": {one["reference"]: one["digest"] for one in manifest["assets"]},
        "marks": manifest.get("pinned", {}).get("footage", {}).get("marks"),
    }


def _would_use(tx: Transaction, video: VideoRow, styled: Styled) -> dict[str, Any]:
    video_id = VideoId(video.id)
    last = tx.execute(
        select(RevisionRow.digest, RevisionRow.style, CourseRow)
        .join(CourseRow, CourseRow.id == video.course_id)
        .where(RevisionRow.video_id == video_id)
        .order_by(RevisionRow.number.desc())
        .limit(1)
    ).one()
    script, style, course = last
    rate, size = Fraction(course.rate_num, course.rate_den), Size(course.width, course.height)
    filmed = [
        one.file.sha256 for one in rushes(tx, video_id) if one.filed.kind == "camera" and one.file.state == "ready"
    ]
    attached = by_reference(one for one in resolved(tx, video_id) if one.media is not None)
    return {
        "script": script,
        "style": styled(style or course.style, rate, size),
        "rushes": set(filmed),
        "assets": {reference: one.sha256 for reference, one in attached},
        "marks": as_json(marks(tx, video_id)),
    }
