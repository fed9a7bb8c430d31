"""Writing a script in the page: checked while one writes, kept as revisions, compared, restored."""

from difflib import unified_diff
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline.errors import Clash
from pipeline.reading import read
from pipeline.script import LineId
from storage.catalogue.courses import course, video_called
from storage.catalogue.revisions import saved, source
from storage.catalogue.scripts import save_revision
from web.given import FramingGiven, TextGiven
from web.pages.video import VIDEO, Address, at
from web.paper import onwards, page
from web.rules import MEMBER, WRITER, may
from web.visitor import Asked, Who
from web.writing import frame_line, problems, written

router = APIRouter(include_in_schema=False)


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


@router.post(f"{VIDEO}/lines/{{line}}/framing", dependencies=[may(WRITER)])
def framing_form(
    desk: Asked, visitor: Who, address: Address, line: str, given: Annotated[FramingGiven, Form()]
) -> Response:
    """Writes the framing from a line on into the script, as its next revision."""
    with desk.catalogue.writing(visitor.id) as tx:
        frame_line(tx, desk, video_called(tx, address).id, LineId(line), given.framing)
    desk.wake()
    return onwards(f"/videos/{address}", "saved")


@router.get(f"{VIDEO}/revisions", dependencies=[may(MEMBER)])
def revisions_page(request: Request, desk: Asked, address: Address) -> Response:
    """Every revision of the script."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, versions = course(tx, found.course), saved(tx, found.id)
    return page(request, "revisions.html", {"video": found, "at": at(found, of), "revisions": versions})


@router.get(f"{VIDEO}/revisions/{{number}}", dependencies=[may(MEMBER)])
def revision_page(request: Request, desk: Asked, address: Address, number: int) -> Response:
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
def restore_form(desk: Asked, visitor: Who, address: Address, number: int) -> Response:
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
