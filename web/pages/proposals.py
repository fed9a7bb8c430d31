"""Cues that a motion designer proposes on a line, with a sketch, and the writer's answer."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pipeline.errors import NotFound
from storage.catalogue.courses import course, video_called
from storage.catalogue.files import file
from storage.catalogue.proposals import proposal
from storage.catalogue.scripts import revision
from storage.catalogue.terms import ProposalId
from web.desk import Desk
from web.given import MOST, AnswerGiven, CueGiven
from web.language import N_
from web.objects import shown
from web.pages.video import VIDEO, Address, at
from web.paper import onwards, page
from web.problems import not_here
from web.proposing import places, proposed, settled
from web.rules import MAKER, MEMBER, WRITER, may
from web.sketching import keep_sketch, redrawn
from web.visitor import Asked, Visitor, Who

router = APIRouter(include_in_schema=False)
Word = Annotated[int, Query(ge=0, le=MOST)]


class SketchedGiven(CueGiven):
    """A cue that is proposed, and a picture of what would be shown. `taken`: it is put into the script at once."""

    sketch: UploadFile | None = None
    taken: bool = False


@router.get(f"{VIDEO}/propose", dependencies=[may(MAKER)])
def propose_page(
    request: Request,
    desk: Asked,
    address: Address,
    line: Annotated[str, Query(max_length=100)],
    *,
    at_word: Annotated[int, Query(alias="at", ge=0, le=MOST)] = 0,
    until: Word = 0,
    cue: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Where one proposes a cue on a line; before which word, until which, and the cue may be chosen already."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, script = course(tx, found.course), revision(tx, found.id, desk.framings).script
    there = next((one for one in script.lines if one.id == line), None)
    if there is None:
        raise NotFound(N_("there is no such line in the script"), todo=N_("go back and look again"))
    values = {
        "video": found,
        "at": at(found, of),
        "line": there,
        "number": script.number(there.id),
        "places": places(there),
        "language": script.language,
        "chosen": {"cue": cue, "at": at_word, "until": until},
    }
    return page(request, "propose.html", values)


@router.post(f"{VIDEO}/propose", dependencies=[may(MAKER)])
async def propose_form(
    desk: Asked, visitor: Who, address: Address, given: Annotated[SketchedGiven, Form()]
) -> Response:
    """Proposes a cue on a line; who writes the script may put it in at once."""
    sent = await given.sketch.read() if given.sketch is not None else b""
    return await run_in_threadpool(_proposed, desk, visitor, address, given, sent)


def _proposed(desk: Desk, visitor: Visitor, address: str, given: SketchedGiven, sent: bytes) -> Response:
    picture = redrawn(sent) if sent else b""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        of = course(tx, found.course)
        taken = given.taken and visitor.may(found.course, *(WRITER.roles or ()))
        kept = partial(keep_sketch, desk=desk, picture=picture) if picture else None
        added = proposed(tx, desk, found.id, visitor.id, given, kept)
        if taken:
            settled(tx, desk, found.id, added, AnswerGiven(taken=True, answer=""))
    if taken:
        desk.wake()
    return onwards(at(found, of), "saved" if taken else "proposed")


@router.get(f"{VIDEO}/proposals/{{proposal_id}}", dependencies=[may(WRITER)])
def proposal_page(request: Request, desk: Asked, address: Address, proposal_id: UUID) -> Response:
    """What is proposed, for the writer to take or to refuse."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, (own, suggestion) = course(tx, found.course), proposal(tx, ProposalId(proposal_id))
        script = revision(tx, found.id, desk.framings).script
    line = next((one for one in script.lines if one.id == suggestion.line), None)
    if own != found.id:
        raise not_here()
    said = [word.text for word in line.words] if line is not None else []
    until = len(said) if suggestion.until is None else suggestion.until
    values = {
        "video": found,
        "at": at(found, of),
        "id": proposal_id,
        "suggestion": suggestion,
        "before": " ".join(said[: suggestion.at]),
        "under": " ".join(said[suggestion.at : until]),
        "after": " ".join(said[until:]),
        "gone": line is None,
    }
    return page(request, "proposal.html", values)


@router.get(f"{VIDEO}/proposals/{{proposal_id}}/sketch", dependencies=[may(MEMBER)])
def sketch(desk: Asked, address: Address, proposal_id: UUID) -> Response:
    """The sketch of a proposal."""
    with desk.catalogue.reading() as tx:
        own, suggestion = proposal(tx, ProposalId(proposal_id))
        if own != video_called(tx, address).id or suggestion.sketch is None:
            raise not_here()
        kept = file(tx, suggestion.sketch)
    return shown(desk, kept.object_name, kept.size or 0)


@router.post(f"{VIDEO}/proposals/{{proposal_id}}", dependencies=[may(WRITER)])
def proposal_form(
    desk: Asked, visitor: Who, address: Address, proposal_id: UUID, given: Annotated[AnswerGiven, Form()]
) -> Response:
    """Takes a proposal into the script, or refuses it; with an answer to its author."""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        of = course(tx, found.course)
        settled(tx, desk, found.id, ProposalId(proposal_id), given)
    if given.taken:
        desk.wake()
    return onwards(at(found, of), "saved")
