"""Writing a script in the page: checked while one writes, kept as revisions, compared, restored."""

from difflib import unified_diff
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline.errors import Clash, Problem, ScriptError
from pipeline.reading import read
from pipeline.script import Script
from storage.catalogue.courses import course, video_called
from storage.catalogue.revisions import saved, source
from storage.catalogue.scripts import save_revision
from web.desk import Desk
from web.given import Numbered, TextGiven
from web.language import N_
from web.pages.video import VIDEO, Address, at
from web.paper import onwards, page
from web.problems import NotThis
from web.rules import MEMBER, WRITER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)

LONGEST: Final = 200_000
"""Characters of a script at most: ten times the longest of the samples, and read well within a second."""


def written(text: str, desk: Desk) -> Script:
    """A script as somebody wrote it. Line ends are those of files, whatever the browser sends.

    Raises:
        NotThis: it is too long to be one.
        ScriptError: it cannot be read; holds every problem.
    """
    if len(text) > LONGEST:
        raise NotThis(N_("the script is too long"), N_("make it several videos"))
    return read(text.replace("\r\n", "\n"), desk.framings)


def problems(text: str, desk: Desk) -> tuple[Problem, ...]:
    """What is wrong with a script as somebody writes it; empty when it can be saved."""
    try:
        written(text, desk)
    except ScriptError as error:
        return error.problems
    except NotThis as error:
        return (Problem(0, 0, error.message, todo=error.todo),)
    return ()


@router.get(f"{VIDEO}/script", dependencies=[may(WRITER)])
def script_page(request: Request, desk: Asked, address: Address) -> Response:
    """Where one writes the script."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, versions, text = course(tx, found.course), saved(tx, found.id), source(tx, found.id)
    number = versions[0].number if versions else 0
    values = {"video": found, "at": at(found, of), "text": text, "number": number, "problems": (), "clash": False}
    return page(request, "script.html", values)


@router.post(f"{VIDEO}/script/check", dependencies=[may(WRITER)])
def check_part(request: Request, desk: Asked, given: Annotated[TextGiven, Form()]) -> Response:
    """What is wrong with a script as it is being written."""
    return page(
        request, "script_problems.html", {"problems": problems(given.text, desk), "empty": not given.text.strip()}
    )


@router.post(f"{VIDEO}/script", dependencies=[may(WRITER)])
def script_form(
    request: Request, desk: Asked, visitor: Who, address: Address, given: Annotated[TextGiven, Form()]
) -> Response:
    """Keeps the script as the next revision; shown again when it cannot be read, or another was saved meanwhile."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, versions = course(tx, found.course), saved(tx, found.id)
    wrong, clash = problems(given.text, desk), False
    if not wrong:
        try:
            with desk.catalogue.writing(visitor.id) as tx:
                save_revision(tx, found.id, written(given.text, desk), base=given.base)
        except Clash:
            clash = True
        else:
            desk.wake()
            return onwards(at(found, of), "saved")
    values = {"video": found, "at": at(found, of), "text": given.text, "problems": wrong, "clash": clash}
    last = versions[0].number if versions else 0
    return page(request, "script.html", {**values, "number": last if clash else given.base}, 409 if clash else 422)


@router.get(f"{VIDEO}/revisions", dependencies=[may(MEMBER)])
def revisions_page(request: Request, desk: Asked, address: Address) -> Response:
    """Every revision of the script."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, versions = course(tx, found.course), saved(tx, found.id)
    return page(request, "revisions.html", {"video": found, "at": at(found, of), "revisions": versions})


@router.get(f"{VIDEO}/revisions/{{number}}", dependencies=[may(MEMBER)])
def revision_page(request: Request, desk: Asked, address: Address, number: Numbered) -> Response:
    """What a revision changed of the one before it."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, versions = course(tx, found.course), saved(tx, found.id)
        now = source(tx, found.id, number)
        before = source(tx, found.id, number - 1) if number > 1 else ""
    values = {
        "video": found,
        "at": at(found, of),
        "revision": next(one for one in versions if one.number == number),
        "last": versions[0].number,
        "rows": changes(before, now),
    }
    return page(request, "revision.html", values)


@router.post(f"{VIDEO}/revisions/{{number}}/restore", dependencies=[may(WRITER)])
def restore_form(desk: Asked, visitor: Who, address: Address, number: Numbered) -> Response:
    """Saves the text of a revision again, as the next one."""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        of = course(tx, found.course)
        save_revision(tx, found.id, read(source(tx, found.id, number), desk.framings))
    desk.wake()
    return onwards(at(found, of), "saved")


def changes(before: str, now: str) -> tuple[tuple[str, str], ...]:
    """What differs between two texts, as pairs: `-`, `+`, a space (around) or `@` (between places), and the line."""
    lines = list(unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=2))[2:]
    return tuple((line[0], line[1:] if line[0] != "@" else "…") for line in lines)
