"""Where files are, and which of them somebody has to go on with."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from pipeline.references import folded
from storage.catalogue.engine import Transaction
from storage.catalogue.files import File, as_file
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.tables.media import AssetRow, MediaRow, RushRow, VersionRow
from storage.catalogue.terms import AssetId, MediaId, VideoId


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a file is used: a rush of a video, or a version of an asset (`video` empty; `course` too: the studio's)."""

    course: str
    video: str
    name: str


def kept_as(tx: Transaction, media_id: MediaId) -> tuple[Kept, ...]:
    """Everything that a file is, oldest first. Two queries."""
    rushes = tx.execute(
        select(CourseRow.code, VideoRow.code, RushRow.card, RushRow.name)
        .join(VideoRow, VideoRow.id == RushRow.video_id)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .where(RushRow.media_id == media_id)
        .order_by(RushRow.id)
    )
    versions = tx.execute(
        select(CourseRow.code, AssetRow.name, VersionRow.number)
        .join(AssetRow, AssetRow.id == VersionRow.asset_id)
        .outerjoin(CourseRow, CourseRow.id == AssetRow.course_id)
        .where(VersionRow.media_id == media_id)
        .order_by(VersionRow.id)
    )
    return (
        *(Kept(course, video, "/".join(filter(None, (card, name)))) for course, video, card, name in rushes),
        *(Kept(course or "", "", f"{name}@v{number}") for course, name, number in versions),
    )


def assets_called(tx: Transaction, name: str) -> tuple[tuple[AssetId, str], ...]:
    """The assets of that name, with or without its folder or its course before it: id, and `COURSE/NAME`."""
    key = folded(name)
    found = tx.execute(
        select(AssetRow.id, CourseRow.code, AssetRow.name)
        .outerjoin(CourseRow, CourseRow.id == AssetRow.course_id)
        .where(
            or_(
                AssetRow.folded == key,
                AssetRow.folded.endswith(f"/{key}", autoescape=True),
                CourseRow.folded + "/" + AssetRow.folded == key,
            )
        )
        .order_by(CourseRow.folded, AssetRow.folded)
    )
    return tuple((AssetId(one), "/".join(filter(None, (course, own)))) for one, course, own in found)


def file_of_size(tx: Transaction, size: int) -> bool:
    """True when a file of that size is ready: only then can another be the same."""
    return tx.scalar(select(MediaRow.id).filter_by(size=size, state="ready").limit(1)) is not None


def rush_at(tx: Transaction, video_id: VideoId, card: str, name: str) -> File | None:
    """The file of the rush that a video has under that card and name."""
    found = tx.scalar(
        select(MediaRow)
        .join(RushRow, RushRow.media_id == MediaRow.id)
        .where(RushRow.video_id == video_id, RushRow.card == card, RushRow.name == name)
    )
    return found and as_file(found)


def first_video(tx: Transaction) -> VideoId | None:
    """The video that was made first; the only one of a folder's own catalogue."""
    found = tx.scalar(select(VideoRow.id).order_by(VideoRow.id).limit(1))
    return None if found is None else VideoId(found)


def given_up(tx: Transaction) -> tuple[tuple[MediaId, str, str], ...]:
    """Files on their way in whose work was given up: id, cause, the end of what was said."""
    found = tx.execute(
        select(MediaRow.id, JobRow.cause, JobRow.stderr_tail)
        .join(JobRow, JobRow.media_id == MediaRow.id)
        .where(MediaRow.state.in_(("uploading", "processing")), JobRow.state.in_(("failed", "cancelled")))
        .order_by(MediaRow.id)
    )
    return tuple((MediaId(media_id), cause, tail) for media_id, cause, tail in found)
