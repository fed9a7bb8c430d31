"""What leaves the room: a draft's files, its notes for editing programs, and copies of it made by a worker."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from pipeline.copies import COPY_KINDS, FILES, CopyKind
from pipeline.errors import NotFound
from pipeline.markers_files import KINDS, READERS, SUFFIXES, Reader, marker_file
from storage.catalogue.copying import ask_copy, copies, copy_of
from storage.catalogue.courses import course, video
from storage.catalogue.drafts import Drafted, draft
from storage.catalogue.engine import Transaction
from storage.catalogue.marked import leaving
from storage.catalogue.outputs import used
from storage.catalogue.terms import DraftId
from web.desk import Desk
from web.language import N_, ago, language_of
from web.objects import attached, saved_as
from web.paper import page
from web.problems import Refused
from web.rules import DOWNLOADER, may
from web.taking_home import ENDINGS, FILM_FILE, TAKEN, asked_copy, file_of, files_there, may_have, taker, theirs
from web.visitor import Asked, Visitor, Who
from web.work import cause_and_todo_of, seconds_left

router = APIRouter(include_in_schema=False, prefix="/drafts/{draft_id}/out", dependencies=[may(DOWNLOADER)])
CopyName = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


@router.get("")
def out(request: Request, desk: Asked, visitor: Who, draft_id: UUID) -> Response:
    """All that can be taken home of a draft, as a page of its own."""
    return page(request, "out.html", _values(request, desk, visitor, DraftId(draft_id)))


@router.get("/copies")
def copies_part(request: Request, desk: Asked, visitor: Who, draft_id: UUID) -> Response:
    """What of it changes while one looks: the copies, made and under way."""
    return page(request, "out_live.html", _values(request, desk, visitor, DraftId(draft_id)))


@router.post("/copies/{kind}")
def ask(request: Request, desk: Asked, visitor: Who, draft_id: UUID, kind: CopyKind) -> Response:
    """Has a copy made, unless it is there."""
    by, language = taker(visitor), language_of(request)
    if kind == "watermark" and not by.name:
        raise Refused(N_("nobody's name can be put on it"), todo=N_("give your name, and try again"))
    with desk.catalogue.writing(visitor.id) as tx:
        drafted = draft(tx, DraftId(draft_id))
        ask_copy(tx, drafted.video, drafted.id, asked_copy(tx, desk, drafted, kind, by, language))
    desk.wake()
    if "hx-request" in request.headers:
        return copies_part(request, desk, visitor, draft_id)
    return RedirectResponse(f"/drafts/{draft_id}/out", 303)


@router.get("/copies/{copy_name}/{name}")
def copy_file(desk: Asked, visitor: Who, draft_id: UUID, copy_name: CopyName, name: str) -> Response:
    """A file of a copy that is made. It is among the last to be forgotten."""
    with desk.catalogue.reading() as tx:
        drafted = draft(tx, DraftId(draft_id))
        found = copy_of(tx, drafted.id, copy_name)
        called = _called(tx, drafted)
    file = file_of(found, name) if found is not None and may_have(found, taker(visitor)) else None
    if file is None:
        raise NotFound(N_("this copy is not there"), todo=N_("ask for it once more"))
    with desk.catalogue.writing(visitor.id) as tx:
        used(tx, [file.object_name])
    return saved_as(desk, file.object_name, f"{called}{ENDINGS[name]}")


@router.get("/notes/{reader}")
def notes_file(request: Request, desk: Asked, visitor: Who, draft_id: UUID, reader: Reader) -> Response:
    """The notes of a draft, for an editing program or as a table."""
    words = desk.words[language_of(request)]
    with desk.catalogue.reading() as tx:
        told = leaving(tx, draft(tx, DraftId(draft_id)), internal=taker(visitor).internal)
    return attached(marker_file(told.film, reader, words), KINDS[reader], f"{told.called}{SUFFIXES[reader]}")


@router.get("/files/{name}")
def draft_file(desk: Asked, visitor: Who, draft_id: UUID, name: str) -> Response:
    """A file of a draft, to be saved."""
    by = taker(visitor)
    if by.marked and name == FILM_FILE:
        raise Refused(N_("this link gives the film with your name on it alone"), todo=N_("ask for that"))
    with desk.catalogue.reading() as tx:
        drafted = draft(tx, DraftId(draft_id))
        called = _called(tx, drafted)
    found = files_there(desk, drafted, by).get(name)
    if found is None:
        raise NotFound(N_("this draft has no such file"), todo=N_("go back and look again"))
    return saved_as(desk, found.key, f"{called}{TAKEN[name]}")


def _called(tx: Transaction, drafted: Drafted) -> str:
    return f"{video(tx, drafted.video).code}-{drafted.number}"


def _values(request: Request, desk: Desk, visitor: Visitor, draft_id: DraftId) -> dict[str, Any]:
    by, language = taker(visitor), language_of(request)
    with desk.catalogue.reading() as tx:
        now, drafted = tx.now(), draft(tx, draft_id)
        found = video(tx, drafted.video)
        of = course(tx, found.course)
        made = theirs(copies(tx, draft_id), by, language)
    return {
        "draft": drafted,
        "video": found,
        "room_at": f"/videos/{of.code}/{found.code}/drafts/{drafted.number}",
        "files": tuple(files_there(desk, drafted, by)),
        "made": made,
        "kinds": COPY_KINDS,
        "parts": FILES,
        "readers": READERS,
        "moves": any(one.state in {"queued", "running"} for one in made.values()),
        "ago": partial(ago, now=now, language=language),
        "cause": cause_and_todo_of,
        "left": {
            kind: seconds_left(one.done, one.total, (now - one.since).total_seconds())
            for kind, one in made.items()
            if one.state == "running"
        },
    }
