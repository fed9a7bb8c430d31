"""`/api/v1`: courses and videos, how far each has come, and what waits for whoever asks."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from storage.catalogue.grid import CourseName, Shown, Standing, courses_seen, grid
from storage.catalogue.waiting import Waits, sentence, waiting
from web import language
from web.adding import new_course, new_video
from web.rules import DIRECTOR, SIGNED_IN, STUDIO_ADMIN, may
from web.standing import MOST_PAGES
from web.visitor import Asked, Who

router = APIRouter(prefix="/api/v1", tags=["courses"])


@dataclass(frozen=True, slots=True)
class Videos:
    """One page of videos; `more`: another follows."""

    videos: tuple[Standing, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class ToDo:
    """A fact that waits for whoever asks, and the same as a sentence."""

    sentence: str
    fact: Waits


@dataclass(frozen=True, slots=True)
class Added:
    """The id of what was made."""

    id: UUID


class NewVideo(BaseModel):
    """A video to be made."""

    code: str = Field(max_length=40)
    title: str = Field(max_length=300)


class NewCourse(NewVideo):
    """A course to be made."""

    language: str = "fr"
    style: str = "course"


@router.get("/courses", dependencies=[may(SIGNED_IN)])
def courses(desk: Asked, visitor: Who) -> tuple[CourseName, ...]:
    """The courses that whoever asks may see."""
    with desk.catalogue.reading() as tx:
        return courses_seen(tx, None if visitor.admin else visitor.courses)


@router.post("/courses", dependencies=[may(STUDIO_ADMIN)], status_code=201)
def add_course(desk: Asked, visitor: Who, wanted: NewCourse) -> Added:
    """Adds a course."""
    with desk.catalogue.writing(visitor.id) as tx:
        return Added(new_course(tx, wanted.code, wanted.title, wanted.language, wanted.style, desk.styles))


@router.post("/courses/{course_code}/videos", dependencies=[may(DIRECTOR)], status_code=201)
def add_video(request: Request, desk: Asked, visitor: Who, course_code: str, wanted: NewVideo) -> Added:
    """Adds a video after all others of a course."""
    del course_code  # the rule of the route found the course by it
    with desk.catalogue.writing(visitor.id) as tx:
        return Added(new_video(tx, request.state.course, wanted.code, wanted.title))


@router.get("/videos", dependencies=[may(SIGNED_IN)])
def videos(
    desk: Asked,
    visitor: Who,
    course: Annotated[str, Query(max_length=100)] = "",
    n: Annotated[int, Query(ge=0, le=MOST_PAGES)] = 0,
    *,
    mine: bool = False,
    blocked: bool = False,
) -> Videos:
    """How far videos have come, a page at a time: `n` counts pages from 0."""
    only = None if visitor.admin else visitor.courses
    with desk.catalogue.reading() as tx:
        return Videos(*grid(tx, Shown(course.strip(), visitor.id if mine else None, blocked, only, n)))


@router.get("/waiting", dependencies=[may(SIGNED_IN)])
def to_do(request: Request, desk: Asked, visitor: Who) -> tuple[ToDo, ...]:
    """What waits for whoever asks, soonest due first."""
    words = desk.words[language.language_of(request)]
    with desk.catalogue.reading() as tx:
        return tuple(ToDo(sentence(one, words), one) for one in waiting(tx, visitor.id))
