"""Courses and videos as people ask for them: checked here, for pages and API alike."""

import re
from collections.abc import Collection

from pipeline.errors import Clash
from storage.catalogue.courses import Course, add_course, add_video, last_chapter
from storage.catalogue.engine import Transaction
from storage.catalogue.terms import CourseId, VideoId
from web.desk import LANGUAGES
from web.language import N_
from web.problems import NotThis

_CODE = re.compile(r"[\w](?:[\w-]|\.(?=\w)){0,39}")
"""What stands in an address without being quoted beyond recognition."""


def new_course(tx: Transaction, code: str, title: str, language: str, style: str, styles: Collection[str]) -> CourseId:
    """A new course.

    Raises:
        NotThis: one of these cannot be taken.
        Clash: its code is taken.
    """
    checked_code, checked_title = _code(code), _title(title)
    if language not in LANGUAGES:
        raise NotThis(
            N_("there is no such language"), N_("choose one of the list"), spoken=N_("choose one of the list")
        )
    if style not in styles:
        raise NotThis(N_("there is no such style"), N_("choose one of the list"), style=N_("choose one of the list"))
    try:
        return add_course(tx, Course(checked_code, checked_title, language, style))
    except Clash as error:
        raise _taken() from error


def new_video(tx: Transaction, course: CourseId, code: str, title: str) -> VideoId:
    """A new video after all others of a course.

    Raises:
        NotThis: its code or title cannot be taken.
        Clash: the course has one of that code.
    """
    checked_code, checked_title = _code(code), _title(title)
    try:
        return add_video(tx, last_chapter(tx, course), checked_code, checked_title)
    except Clash as error:
        raise _taken() from error


def _taken() -> Clash:
    return Clash(N_("this code is taken already"), todo=N_("choose another code"))


def _code(text: str) -> str:
    code = text.strip()
    if not _CODE.fullmatch(code):
        todo = N_("use letters, digits and hyphens, at most 40")
        raise NotThis(N_("this cannot be a code"), todo, code=todo)
    return code


def _title(text: str) -> str:
    title = text.strip()
    if not title or not title.isprintable():
        raise NotThis(N_("the title is empty"), N_("write a title"), title=N_("write a title"))
    return title
