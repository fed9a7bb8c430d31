"""`/api/v1/courses/{course_code}/videos/{video_code}`: a video by its codes, as whoever sends files to it needs it."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter

from storage.catalogue.casting import resolved
from storage.catalogue.courses import video_called
from storage.catalogue.courses import videos as videos_of
from web.rules import MEMBER, may
from web.sending import filmed
from web.visitor import Asked

router = APIRouter(prefix="/api/v1", tags=["uploads"])


@dataclass(frozen=True, slots=True)
class Filled:
    """A video that files are sent to: the ids of its shots, what its script shows, the other videos of its course."""

    id: UUID
    course: str
    code: str
    title: str
    shots: tuple[str, ...]
    shows: tuple[str, ...]
    others: tuple[str, ...]


@router.get("/courses/{course_code}/videos/{video_code}", dependencies=[may(MEMBER)])
def called(desk: Asked, course_code: str, video_code: str) -> Filled:
    """The video of these codes: its id, and what names of files are held against."""
    with desk.catalogue.reading() as tx:
        of = video_called(tx, f"{course_code}/{video_code}")
        return Filled(
            id=of.id,
            course=course_code,
            code=of.code,
            title=of.title,
            shots=tuple(shot.id for shot in filmed(tx, desk, of).shots),
            shows=tuple(dict.fromkeys(one.reference for one in resolved(tx, of.id))),
            others=tuple(one.code for one in videos_of(tx, of.course) if one.id != of.id),
        )
