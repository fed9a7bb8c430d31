"""Courses with their parts, chapters, sets and videos; who owes which stage when."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import get_args
from uuid import UUID

from sqlalchemy import select

from pipeline.errors import Clash, NotFound
from pipeline.geometry import Size
from pipeline.references import folded
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import next_number, row
from storage.catalogue.tables.course import ChapterRow, CourseRow, DueRow, PartRow, SetRow, VideoRow
from storage.catalogue.terms import CourseId, Drafting, PersonId, Stage, VideoId

HD = Size(1920, 1080)
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True, slots=True)
class Course:
    """What all videos of a course share."""

    code: str
    title: str
    language: str = "fr"
    style: str = "course"
    rate: Fraction = Fraction(25)
    size: Size = HD


@dataclass(frozen=True, slots=True)
class Video:
    """A video, and where it stands."""

    id: VideoId
    course: CourseId
    code: str
    title: str
    stage: Stage
    drafting: Drafting


def add_course(tx: Transaction, course: Course) -> CourseId:
    """A new course.

    Raises:
        Clash: its code is taken, whatever the case.
    """
    key = folded(course.code)
    if tx.scalar(select(CourseRow.id).where(CourseRow.folded == key)) is not None:
        raise Clash(f"there is a course {course.code!r} already", todo="choose another code")
    added = CourseRow(
        code=course.code,
        folded=key,
        title=course.title,
        language=course.language,
        style=course.style,
        rate_num=course.rate.numerator,
        rate_den=course.rate.denominator,
        width=course.size.width,
        height=course.size.height,
    )
    tx.add(added)
    tx.flush()
    tx.tell("course.added", added.id, course=CourseId(added.id), code=course.code)
    return CourseId(added.id)


def course(tx: Transaction, course_id: CourseId) -> Course:
    """The course of that id.

    Raises:
        NotFound: there is none.
    """
    found = row(tx, CourseRow, course_id)
    rate, size = Fraction(found.rate_num, found.rate_den), Size(found.width, found.height)
    return Course(found.code, found.title, found.language, found.style, rate, size)


def change_course(
    tx: Transaction,
    course_id: CourseId,
    *,
    style: str | None = None,
    rate: Fraction | None = None,
    size: Size | None = None,
) -> None:
    """Says in which style, at which rate and size a course's drafts are made from now on; None leaves it as it is."""
    found = row(tx, CourseRow, course_id, lock=True)
    was = course(tx, course_id)
    found.style = was.style if style is None else style
    found.rate_num, found.rate_den = (was.rate if rate is None else rate).as_integer_ratio()
    found.width, found.height = (was.size.width, was.size.height) if size is None else (size.width, size.height)
    tx.flush()
    now = course(tx, course_id)
    changes = [name for name in ("style", "rate", "size") if getattr(was, name) != getattr(now, name)]
    tx.tell("course.changed", course_id, course=course_id, code=found.code, changes=changes)


def course_of(tx: Transaction, code: str) -> CourseId:
    """The course of that code, whatever its case.

    Raises:
        NotFound: there is none.
    """
    found = tx.scalar(select(CourseRow.id).where(CourseRow.folded == folded(code)))
    if found is None:
        raise NotFound(f"there is no course {code!r}", todo="check its code")
    return CourseId(found)


def add_part(tx: Transaction, course_id: CourseId, title: str) -> UUID:
    """A new part, after the others; its id."""
    row(tx, CourseRow, course_id, lock=True)
    added = PartRow(
        course_id=course_id, position=next_number(tx, PartRow.position, PartRow.course_id == course_id), title=title
    )
    tx.add(added)
    tx.flush()
    tx.tell("part.added", added.id, course=course_id, title=title)
    return added.id


def add_chapter(tx: Transaction, part: UUID, title: str) -> UUID:
    """A new chapter of a part, after the others; its id."""
    course_id = CourseId(row(tx, PartRow, part, lock=True).course_id)
    added = ChapterRow(
        part_id=part, position=next_number(tx, ChapterRow.position, ChapterRow.part_id == part), title=title
    )
    tx.add(added)
    tx.flush()
    tx.tell("chapter.added", added.id, course=course_id, title=title)
    return added.id


def parts(tx: Transaction, course_id: CourseId) -> dict[str, UUID]:
    """The parts of a course, in order: id by title."""
    found = tx.scalars(select(PartRow).where(PartRow.course_id == course_id).order_by(PartRow.position))
    return {one.title: one.id for one in found}


def chapters(tx: Transaction, part: UUID) -> dict[str, UUID]:
    """The chapters of a part, in order: id by title."""
    found = tx.scalars(select(ChapterRow).where(ChapterRow.part_id == part).order_by(ChapterRow.position))
    return {one.title: one.id for one in found}


def last_chapter(tx: Transaction, course_id: CourseId) -> UUID:
    """The last chapter of a course, for a video that is to stand after all others; made when it has none."""
    row(tx, CourseRow, course_id, lock=True)
    found = tx.scalar(
        select(ChapterRow.id)
        .join(PartRow, PartRow.id == ChapterRow.part_id)
        .where(PartRow.course_id == course_id)
        .order_by(PartRow.position.desc(), ChapterRow.position.desc())
        .limit(1)
    )
    return found or add_chapter(
        tx, next(iter(parts(tx, course_id).values()), None) or add_part(tx, course_id, "1"), "1"
    )


def add_set(tx: Transaction, course_id: CourseId, name: str) -> UUID:
    """A new set that a course is filmed on; its id.

    Raises:
        Clash: it has one of that name.
    """
    row(tx, CourseRow, course_id, lock=True)
    if tx.scalar(select(SetRow.id).filter_by(course_id=course_id, folded=folded(name))) is not None:
        raise Clash(f"the course has a set {name!r} already", todo="choose another name")
    added = SetRow(course_id=course_id, name=name, folded=folded(name))
    tx.add(added)
    tx.flush()
    tx.tell("set.added", added.id, course=course_id, name=name)
    return added.id


def add_video(tx: Transaction, chapter: UUID, code: str, title: str, film_set: UUID | None = None) -> VideoId:
    """A new video of a chapter, after the others.

    Raises:
        Clash: its course has one of that code, whatever the case.
    """
    part = row(tx, PartRow, row(tx, ChapterRow, chapter, lock=True).part_id)
    key = folded(code)
    if tx.scalar(select(VideoRow.id).filter_by(course_id=part.course_id, folded=key)) is not None:
        raise Clash(f"the course has a video {code!r} already", todo="choose another code")
    added = VideoRow(
        course_id=part.course_id,
        chapter_id=chapter,
        set_id=film_set,
        position=next_number(tx, VideoRow.position, VideoRow.chapter_id == chapter),
        code=code,
        folded=key,
        title=title,
    )
    tx.add(added)
    tx.flush()
    video_id = VideoId(added.id)
    tx.tell("video.added", video_id, course=CourseId(part.course_id), video=video_id, code=code)
    return video_id


def video(tx: Transaction, video_id: VideoId) -> Video:
    """The video of that id.

    Raises:
        NotFound: there is none.
    """
    found = row(tx, VideoRow, video_id)
    return Video(video_id, CourseId(found.course_id), found.code, found.title, found.stage, found.drafting)


def video_of(tx: Transaction, course_id: CourseId, code: str) -> Video:
    """The video of that code in a course, whatever its case.

    Raises:
        NotFound: there is none.
    """
    found = tx.scalar(select(VideoRow.id).filter_by(course_id=course_id, folded=folded(code)))
    if found is None:
        raise NotFound(f"the course has no video {code!r}", todo="check its code")
    return video(tx, VideoId(found))


def video_called(tx: Transaction, address: str) -> Video:
    """The video of an address: `COURSE/VIDEO` by their codes, or `VIDEO` alone where only one course has it.

    Raises:
        NotFound: there is none, or several.
    """
    of, slash, code = address.strip("/").rpartition("/")
    if slash:
        return video_of(tx, course_of(tx, of), code)
    found = tx.execute(
        select(VideoRow.id, CourseRow.code, VideoRow.code)
        .join(CourseRow, CourseRow.id == VideoRow.course_id)
        .where(VideoRow.folded == folded(code))
        .order_by(CourseRow.folded)
    ).all()
    if not found:
        raise NotFound(f"there is no folder and no video {address!r}", todo="check its name or code")
    if len(found) > 1:
        known = ", ".join(f"{course}/{own}" for _, course, own in found)
        raise NotFound(f"{len(found)} courses have a video {address!r}", todo=f"name one of {known}")
    return video(tx, VideoId(found[0][0]))


def addresses(tx: Transaction) -> dict[VideoId, str]:
    """The address of every video: `COURSE/VIDEO`. One query."""
    found = tx.execute(
        select(VideoRow.id, CourseRow.code, VideoRow.code).join(CourseRow, CourseRow.id == VideoRow.course_id)
    )
    return {VideoId(video): f"{course}/{code}" for video, course, code in found}


def videos(tx: Transaction, course_id: CourseId) -> tuple[Video, ...]:
    """The videos of a course, in its order."""
    found = tx.scalars(
        select(VideoRow)
        .join(ChapterRow, ChapterRow.id == VideoRow.chapter_id)
        .join(PartRow, PartRow.id == ChapterRow.part_id)
        .where(VideoRow.course_id == course_id)
        .order_by(PartRow.position, ChapterRow.position, VideoRow.position)
    )
    return tuple(Video(VideoId(one.id), course_id, one.code, one.title, one.stage, one.drafting) for one in found)


def place_videos(tx: Transaction, chapter: UUID, order: tuple[VideoId, ...]) -> None:
    """Puts the videos of a chapter in that order.

    Raises:
        Clash: those are not its videos, each once.
    """
    course_id = row(tx, PartRow, row(tx, ChapterRow, chapter, lock=True).part_id).course_id
    there = {VideoId(one.id): one for one in tx.scalars(select(VideoRow).where(VideoRow.chapter_id == chapter))}
    if len(order) != len(there) or set(order) != set(there):
        raise Clash("these are not the videos of the chapter, each once", todo="look again, and try once more")
    highest = max((one.position for one in there.values()), default=0)
    for offset in (highest, 0):  # two places are never the same, not even on the way
        for number, video_id in enumerate(order, 1):
            there[video_id].position = offset + number
        tx.flush()
    tx.tell("chapter.ordered", chapter, course=CourseId(course_id))


def set_stage(tx: Transaction, video_id: VideoId, stage: Stage) -> None:
    """Says which stage a video is in."""
    found = row(tx, VideoRow, video_id, lock=True)
    before, found.stage = found.stage, stage
    tx.tell("video.stage", video_id, course=CourseId(found.course_id), video=video_id, before=before, stage=stage)


def set_drafting(tx: Transaction, video_id: VideoId, drafting: Drafting) -> None:
    """Says whether a video is drafted again by itself. What changed while it was paused is due at once."""
    found = row(tx, VideoRow, video_id, lock=True)
    found.drafting = drafting
    if drafting == "paused":
        found.draft_after = None
    elif found.draft_after is None and found.changed_at is not None:
        found.draft_after = tx.now()
    tx.tell("video.drafting", video_id, course=CourseId(found.course_id), video=video_id, drafting=drafting)


@dataclass(frozen=True, slots=True)
class Due:
    """When a stage is due, and who answers for it; None where that is not said."""

    due: date | None
    owner: PersonId | None


def dues(tx: Transaction, video_id: VideoId) -> dict[Stage, Due]:
    """What is said of each stage of a video. One query."""
    found = tx.scalars(select(DueRow).filter_by(video_id=video_id))
    return {one.stage: Due(one.due, None if one.owner_id is None else PersonId(one.owner_id)) for one in found}


def set_due(tx: Transaction, video_id: VideoId, stage: Stage, due: date | None, owner: PersonId | None) -> None:
    """Says when a stage of a video is due, and who answers for it."""
    course_id = CourseId(row(tx, VideoRow, video_id, lock=True).course_id)
    tx.merge(DueRow(video_id=video_id, stage=stage, due=due, owner_id=owner))
    tx.tell(
        "video.due",
        video_id,
        course=course_id,
        video=video_id,
        stage=stage,
        due=None if due is None else due.isoformat(),
        owner=None if owner is None else str(owner),
    )
