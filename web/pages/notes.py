"""Notes and verdicts in the review room: the panel, its forms, the files of notes."""

from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from pipeline.script import LineId
from storage.catalogue.courses import course, video_called
from storage.catalogue.drafts import draft_numbered
from storage.catalogue.noting import NoteSeen, note_seen
from storage.catalogue.reviewing import assign_note, set_note
from storage.catalogue.terms import CastingId, CourseId, NoteId, PersonId, Verdicts
from storage.catalogue.verdicts import decide, set_policy
from web.given import Numbered
from web.language import N_
from web.objects import saved_as, shown
from web.pages.video import VIDEO, Address
from web.paper import onwards, page
from web.problems import NotThis, not_here
from web.remarks import (
    CueOfNote,
    NoteGiven,
    OwnerGiven,
    Sent,
    StateGiven,
    VerdictGiven,
    WordsGiven,
    attach,
    drop_note,
    insider,
    members_only,
    return_note,
    rewrite_note,
    write_answer,
    write_note,
)
from web.reviewed import News, Show, cards, decided, listed
from web.rules import APPROVER, COMMENTER, COURSE_ADMIN, WATCHER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
DRAFT = f"{VIDEO}/drafts/{{number}}"
Beside = Annotated[str, Form(max_length=300)]
"""The page that a form stands on: its path, of a draft."""


@router.get(f"{DRAFT}/notes", dependencies=[may(WATCHER)])
def notes_part(
    request: Request, desk: Asked, visitor: Who, address: Address, number: Numbered, show: Annotated[Show, Query()]
) -> Response:
    """The notes beside a draft that are wanted, as the panel lists them."""
    with desk.catalogue.reading() as tx:
        drafted = draft_numbered(tx, video_called(tx, address).id, number)
        values = listed(tx, desk, request, visitor, drafted, show)
    return page(request, "review_notes_list.html", values)


@router.get(f"{DRAFT}/notes/news", dependencies=[may(WATCHER)])
def notes_news(
    request: Request, desk: Asked, visitor: Who, address: Address, number: Numbered, news: Annotated[News, Query()]
) -> Response:
    """Notes to which something happened: where they stand, and their cards; those that were deleted are not there."""
    with desk.catalogue.reading() as tx:
        drafted = draft_numbered(tx, video_called(tx, address).id, number)
        values = cards(tx, desk, request, visitor, drafted, news)
    return page(request, "review_notes_news.html", values)


@router.get(f"{DRAFT}/notes/{{note_id}}", dependencies=[may(WATCHER)])
def note_page(
    request: Request,
    desk: Asked,
    visitor: Who,
    address: Address,
    number: Numbered,
    note_id: UUID,
    part: Literal["", "more"] = "",
) -> Response:
    """A note beside a draft with all that may be done with it; the part `more` is that alone, for its card."""
    with desk.catalogue.reading() as tx:
        drafted = draft_numbered(tx, video_called(tx, address).id, number)
        values = cards(tx, desk, request, visitor, drafted, News(note=[note_id]))
    if not values["threads"]:
        raise not_here()
    return page(request, "note_more.html" if part else "note_page.html", values)


@router.get(f"{DRAFT}/verdicts", dependencies=[may(WATCHER)])
def verdicts_part(request: Request, desk: Asked, visitor: Who, address: Address, number: Numbered) -> Response:
    """What is decided of a draft, as the panel tells it."""
    with desk.catalogue.reading() as tx:
        drafted = draft_numbered(tx, video_called(tx, address).id, number)
        values = decided(tx, desk, request, visitor, drafted)
    return page(request, "review_verdicts.html", values)


@router.post(f"{DRAFT}/notes", dependencies=[may(COMMENTER)])
def note_form(
    desk: Asked, visitor: Who, address: Address, number: Numbered, given: Annotated[NoteGiven, Form()]
) -> Response:
    """Writes a note on frames of a draft."""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        code = course(tx, found.course).code
        added = write_note(tx, visitor, draft_numbered(tx, found.id, number).id, given)
    at = f"/videos/{quote(code, safe='')}/{quote(found.code, safe='')}/drafts/{number}"
    return onwards(f"{at}?f={given.start}&note={added}#note-{added}", "saved")


@router.post(f"{DRAFT}/verdicts", dependencies=[may(APPROVER)])
def verdict_form(
    request: Request,
    desk: Asked,
    visitor: Who,
    address: Address,
    number: Numbered,
    given: Annotated[VerdictGiven, Form()],
) -> Response:
    """Decides on a line of a draft, or on all of it; the part is given to whoever asks for no page."""
    if given.decision == "change" and not given.comment.strip():
        raise NotThis(N_("say what is to change"), comment=N_("one sentence is enough"))
    line = None if given.line is None else LineId(given.line)
    with desk.catalogue.writing(visitor.id) as tx:
        drafted = draft_numbered(tx, video_called(tx, address).id, number)
        decide(tx, drafted.id, visitor.id, given.decision, line, given.comment.strip())
    if "hx-request" in request.headers:
        return verdicts_part(request, desk, visitor, address, number)
    return onwards(request.url.path.removesuffix("/verdicts"), "saved")


@router.post(f"{DRAFT}/policy", dependencies=[may(COURSE_ADMIN)])
def policy_form(
    request: Request, desk: Asked, visitor: Who, address: Address, number: Numbered, policy: Annotated[Verdicts, Form()]
) -> Response:
    """Says by which policy lines of the course are approved, and shows the draft again."""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        draft_numbered(tx, found.id, number)  # the page to go back to is there
        set_policy(tx, found.course, policy)
    if "hx-request" in request.headers:
        return verdicts_part(request, desk, visitor, address, number)
    return onwards(request.url.path.removesuffix("/policy"), "saved")


@router.post("/notes/{note_id}/answers", dependencies=[may(COMMENTER)])
def answer_form(
    desk: Asked, visitor: Who, note_id: UUID, given: Annotated[WordsGiven, Form()], beside: Beside = ""
) -> Response:
    """Answers a note."""
    with desk.catalogue.writing(visitor.id) as tx:
        write_answer(tx, visitor, NoteId(note_id), given)
    return _back(beside, note_id)


@router.post("/notes/{note_id}", dependencies=[may(COMMENTER)])
def edit_form(
    desk: Asked, visitor: Who, note_id: UUID, given: Annotated[WordsGiven, Form()], beside: Beside = ""
) -> Response:
    """Says something else in a note of one's own."""
    with desk.catalogue.writing(visitor.id) as tx:
        rewrite_note(tx, visitor, NoteId(note_id), given)
    return _back(beside, note_id)


@router.post("/notes/{note_id}/state", dependencies=[may(COMMENTER)])
def state_form(
    desk: Asked, visitor: Who, note_id: UUID, given: Annotated[StateGiven, Form()], beside: Beside = ""
) -> Response:
    """Resolves a note, or opens it again."""
    with desk.catalogue.writing(visitor.id) as tx:
        note_seen(tx, NoteId(note_id), internal=insider(visitor))
        set_note(tx, NoteId(note_id), given.state)
    return _back(beside, note_id)


@router.post("/notes/{note_id}/owner", dependencies=[may(COMMENTER)])
def owner_form(
    request: Request,
    desk: Asked,
    visitor: Who,
    note_id: UUID,
    given: Annotated[OwnerGiven, Form()],
    beside: Beside = "",
) -> Response:
    """Says who answers for a note, and whether the video waits for it."""
    members_only(visitor, CourseId(request.state.course))
    owner = None if given.owner is None else PersonId(given.owner)
    with desk.catalogue.writing(visitor.id) as tx:
        assign_note(tx, NoteId(note_id), owner, blocks=given.blocks)
    return _back(beside, note_id)


@router.post("/notes/{note_id}/cue", dependencies=[may(COMMENTER)])
def cue_form(
    request: Request,
    desk: Asked,
    visitor: Who,
    note_id: UUID,
    given: Annotated[CueOfNote, Form()],
    beside: Beside = "",
) -> Response:
    """Sends the animation that a note is about back to its designer."""
    with desk.catalogue.writing(visitor.id) as tx:
        return_note(tx, visitor, CourseId(request.state.course), NoteId(note_id), CastingId(given.casting))
    desk.wake()
    return _back(beside, note_id)


@router.post("/notes/{note_id}/delete", dependencies=[may(COMMENTER)])
def delete_form(request: Request, desk: Asked, visitor: Who, note_id: UUID, beside: Beside = "") -> Response:
    """Deletes a note of one's own."""
    with desk.catalogue.writing(visitor.id) as tx:
        drop_note(tx, visitor, CourseId(request.state.course), NoteId(note_id))
    return _back(beside, None)


@router.post("/notes/{note_id}/files", dependencies=[may(COMMENTER)])
async def file_form(desk: Asked, visitor: Who, note_id: UUID, attached: UploadFile, beside: Beside = "") -> Response:
    """Puts a file to a note of one's own."""
    sent = Sent(attached.filename or "", await attached.read())

    def kept() -> None:
        with desk.catalogue.writing(visitor.id) as tx:
            attach(tx, desk, visitor, NoteId(note_id), sent)

    await run_in_threadpool(kept)
    return _back(beside, note_id)


@router.get("/notes/{note_id}/files/{position}", dependencies=[may(WATCHER)])
def note_file(desk: Asked, visitor: Who, note_id: UUID, position: int) -> Response:
    """A file of a note: a picture of ours is shown, what others sent is only ever saved."""
    with desk.catalogue.reading() as tx:
        found: NoteSeen = note_seen(tx, NoteId(note_id), internal=insider(visitor))
    file = next((one for one in found.files if one.position == position), None)
    if file is None:
        raise not_here()
    return shown(desk, file.key, file.size) if file.picture else saved_as(desk, file.key, file.name)


def _back(beside: str, note: UUID | None) -> RedirectResponse:
    """To the page of the draft that a form stood on; home where it does not say which."""
    if not beside.startswith("/videos/"):
        return onwards("/")
    return onwards(f"{beside}?note={note}#note-{note}" if note is not None else beside, "saved")
