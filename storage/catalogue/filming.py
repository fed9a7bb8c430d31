"""Rushes and their takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from pipeline.errors import Clash
from pipeline.footage import Marked
from pipeline.spans import Span
from storage.catalogue.engine import Transaction
from storage.catalogue.files import File, as_file
from storage.catalogue.rows import row
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.media import MediaRow, RushRow, TakeRow
from storage.catalogue.terms import CourseId, MediaId, RushId, RushKind, VideoId


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a rush was found: its card and path below it, the set, and what ties recorders to cameras."""

    name: str
    card: str = ""
    kind: RushKind = "camera"
    shot: str = ""
    film_set: UUID | None = None
    recorder_group: str | None = None


@dataclass(frozen=True, slots=True)
class RushFile:
    """A rush of a video, with its file."""

    id: RushId
    filed: Filed
    file: File


def add_rush(tx: Transaction, video_id: VideoId, media_id: MediaId, filed: Filed) -> RushId:
    """A rush of a video. The same file under the same name is the rush that is there.

    Raises:
        Clash: another file has that card and name.
    """
    video = row(tx, VideoRow, video_id, lock=True)
    there = tx.scalar(select(RushRow).filter_by(video_id=video_id, card=filed.card, name=filed.name))
    if there is not None:
        if there.media_id == media_id:
            return RushId(there.id)
        was = row(tx, MediaRow, there.media_id)
        if was.state not in {"failed", "missing"}:
            raise Clash(
                f"{filed.card or 'the video'} has another file called {filed.name}",
                todo="name its card, or rename the file",
            )
        there.media_id = media_id  # sent again
        tx.tell("rush.sent-again", there.id, course=CourseId(video.course_id), video=video_id, name=filed.name)
        return RushId(there.id)
    row(tx, MediaRow, media_id)
    added = RushRow(
        video_id=video_id,
        media_id=media_id,
        set_id=filed.film_set,
        kind=filed.kind,
        card=filed.card,
        name=filed.name,
        shot=filed.shot,
        recorder_group=filed.recorder_group,
    )
    tx.add(added)
    tx.flush()
    tx.tell("rush.added", added.id, course=CourseId(video.course_id), video=video_id, name=filed.name, shot=filed.shot)
    return RushId(added.id)


def drop_rush(tx: Transaction, rush_id: RushId) -> None:
    """A rush is one of the video's no longer, nor are its takes; its file stays."""
    found = row(tx, RushRow, rush_id, lock=True)
    for take in tx.scalars(select(TakeRow).where(TakeRow.rush_id == rush_id)):
        tx.delete(take)
    course = CourseId(row(tx, VideoRow, found.video_id).course_id)
    changes, camera = row(tx, MediaRow, found.media_id).state == "ready", found.kind == "camera"
    video = VideoId(found.video_id)
    tx.tell("rush.dropped", rush_id, course=course, video=video, name=found.name, changes=changes, camera=camera)
    tx.flush()
    tx.delete(found)


def match_rush(tx: Transaction, rush_id: RushId, shot: str, recorder_group: str | None = None) -> None:
    """Says which shot a rush is of, and which recorder files belong to it."""
    found = row(tx, RushRow, rush_id, lock=True)
    changes = found.shot != shot
    found.shot, found.recorder_group = shot, recorder_group
    course, video = CourseId(row(tx, VideoRow, found.video_id).course_id), VideoId(found.video_id)
    tx.tell("rush.matched", rush_id, course=course, video=video, name=found.name, shot=shot, changes=changes)


@dataclass(frozen=True, slots=True)
class RushPlace:
    """Which video a rush is of, and what ties it to others."""

    id: RushId
    video: VideoId
    recorder_group: str | None


def rush_of(tx: Transaction, rush_id: RushId) -> RushPlace:
    """Where the rush of that id belongs.

    Raises:
        NotFound: there is none.
    """
    found = row(tx, RushRow, rush_id)
    return RushPlace(rush_id, VideoId(found.video_id), found.recorder_group)


def rushes(tx: Transaction, video_id: VideoId) -> tuple[RushFile, ...]:
    """Every rush of a video, by card and name."""
    found = tx.execute(
        select(RushRow, MediaRow)
        .join(MediaRow, MediaRow.id == RushRow.media_id)
        .where(RushRow.video_id == video_id)
        .order_by(RushRow.card, RushRow.name)
    )
    return tuple(
        RushFile(
            RushId(one.id),
            Filed(one.name, one.card, one.kind, one.shot, one.set_id, one.recorder_group),
            as_file(media),
        )
        for one, media in found
    )


def called(rush: RushFile) -> str:
    """How a rush is called: its card, and its path on it."""
    return "/".join(filter(None, (rush.filed.card, rush.filed.name)))


def marks(tx: Transaction, video: VideoId) -> tuple[Marked, ...]:
    """What people said of a video's rushes: shots they are of, takes they circled."""
    filed = {one.id: one for one in rushes(tx, video)}
    circled = [take for take in takes(tx, video) if take.circled]
    said = [Marked(called(one), one.filed.shot) for one in filed.values() if one.filed.shot]
    return (*said, *(Marked(called(filed[take.rush]), take.shot, take.span) for take in circled))


def add_take(tx: Transaction, rush_id: RushId, shot: str, number: int, span: Span) -> UUID:
    """A take: frames of a rush. Its id; the same take again only changes its place.

    Raises:
        Clash: the span reaches past the end of the rush.
    """
    found = row(tx, RushRow, rush_id, lock=True)
    frames = row(tx, MediaRow, found.media_id).frames
    if span.start < 0 or (frames is not None and span.stop > frames):
        raise Clash(f"{found.name} has {frames} frames; the take is {span}", todo="give a span inside the rush")
    there = tx.scalar(select(TakeRow).filter_by(video_id=found.video_id, shot=shot, number=number))
    if there is None:
        there = TakeRow(video_id=found.video_id, shot=shot, number=number)
        tx.add(there)
    there.rush_id, there.start, there.stop = rush_id, span.start, span.stop
    tx.flush()
    course = CourseId(row(tx, VideoRow, found.video_id).course_id)
    video, circled = VideoId(found.video_id), there.circled
    tx.tell("take.added", there.id, course=course, video=video, shot=shot, number=number, changes=circled)
    return there.id


@dataclass(frozen=True, slots=True)
class TakeOf:
    """A take of a shot: frames of a rush."""

    id: UUID
    rush: RushId
    shot: str
    number: int
    span: Span
    circled: bool


def takes(tx: Transaction, video_id: VideoId) -> tuple[TakeOf, ...]:
    """Every take of a video that is known, by shot and number."""
    found = tx.scalars(select(TakeRow).where(TakeRow.video_id == video_id).order_by(TakeRow.shot, TakeRow.number))
    return tuple(
        TakeOf(one.id, RushId(one.rush_id), one.shot, one.number, Span(one.start, one.stop), one.circled)
        for one in found
    )


def keep_takes(tx: Transaction, video_id: VideoId, found: Mapping[tuple[str, int], tuple[RushId, Span]]) -> None:
    """The takes that a draft found, by shot and number. Nobody marked them, so no draft is stale for it.

    Those that people circled stay where they are.
    """
    there = {(one.shot, one.number): one for one in tx.scalars(select(TakeRow).where(TakeRow.video_id == video_id))}
    fresh = 0
    for (shot, number), (rush, span) in found.items():
        own = there.get((shot, number))
        if own is not None and (own.circled or (own.rush_id, own.start, own.stop) == (rush, span.start, span.stop)):
            continue
        if own is None:
            own = TakeRow(video_id=video_id, shot=shot, number=number)
            tx.add(own)
        own.rush_id, own.start, own.stop = rush, span.start, span.stop
        fresh += 1
    if fresh:
        course = CourseId(row(tx, VideoRow, video_id).course_id)
        tx.tell("takes.found", video_id, course=course, video=video_id, number=fresh)
    tx.flush()


def circle_take(tx: Transaction, take_id: UUID, *, circled: bool) -> None:
    """Marks a take as the director's choice for its shot, or not."""
    found = row(tx, TakeRow, take_id, lock=True)
    changes, found.circled = found.circled != circled, circled
    course, video = CourseId(row(tx, VideoRow, found.video_id).course_id), VideoId(found.video_id)
    kind = "take.circled" if circled else "take.uncircled"
    tx.tell(kind, take_id, course=course, video=video, shot=found.shot, number=found.number, changes=changes)
