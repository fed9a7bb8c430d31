"""Cues that a motion designer proposes on a line, and the writer's answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from pipeline.errors import NotFound
from pipeline.inserting import bracketed, cue_problems, with_cue
from pipeline.script import Line, LineId
from storage.catalogue.courses import course, video_called
from storage.catalogue.engine import Transaction
from storage.catalogue.proposals import Suggestion, proposal, propose, settle_proposal
from storage.catalogue.scripts import revision, save_revision
from storage.catalogue.terms import PersonId, ProposalId, VideoId
from web.desk import Desk
from web.given import AnswerGiven, CueGiven
from web.language import N_
from web.pages.video import VIDEO, Address, at
from web.paper import onwards, page
from web.problems import NotThis, not_here
from web.rules import MAKER, WRITER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)


@router.get(f"{VIDEO}/propose", dependencies=[may(MAKER)])
def propose_page(
    request: Request, desk: Asked, address: Address, line: Annotated[str, Query(max_length=100)]
) -> Response:
    """Where one proposes a cue on a line."""
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
    }
    return page(request, "propose.html", {**values, "cue": "", "place": 0, "comment": "", "wrong": ""})


def places(line: Line) -> list[tuple[int, str]]:
    """Where a cue may stand in a line: before which word, and that word with the two after it; then at the end."""
    said = [word.text for word in line.words]
    return [(index, " ".join(said[index : index + 3])) for index in range(len(said))]


@router.post(f"{VIDEO}/propose", dependencies=[may(MAKER)])
def propose_form(desk: Asked, visitor: Who, address: Address, given: Annotated[CueGiven, Form()]) -> Response:
    """Proposes a cue on a line."""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        of = course(tx, found.course)
        proposed(tx, desk, found.id, visitor.id, given)
    return onwards(at(found, of), "proposed")


def proposed(tx: Transaction, desk: Desk, video: VideoId, author: PersonId, given: CueGiven) -> ProposalId:
    """A suggestion that could be taken as it is, kept for the writer.

    Raises:
        NotThis: it is no cue.
        Clash: it cannot stand there.
    """
    cue = bracketed(given.cue)
    wrong = cue_problems(cue, desk.framings)
    if wrong:
        raise NotThis(N_("the cue cannot be read"), "; ".join(wrong), cue="; ".join(wrong))
    script = revision(tx, video, desk.framings).script
    line = LineId(given.line)
    with_cue(script, line, given.at, cue, desk.framings)
    return propose(tx, video, author, Suggestion(line, given.at, cue, given.comment.strip()))


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
    values = {
        "video": found,
        "at": at(found, of),
        "id": proposal_id,
        "suggestion": suggestion,
        "before": " ".join(said[: suggestion.at]),
        "after": " ".join(said[suggestion.at :]),
        "gone": line is None,
    }
    return page(request, "proposal.html", values)


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


def settled(tx: Transaction, desk: Desk, video: VideoId, of: ProposalId, given: AnswerGiven) -> None:
    """Takes a proposal into the script as its next revision, or refuses it with an answer.

    Raises:
        NotFound: the video has no such proposal.
        NotThis: it is refused without a word.
        Clash: it was settled before, or the script has changed there since.
    """
    own, suggestion = proposal(tx, of)
    if own != video:
        raise not_here()
    answer = given.answer.strip()
    if not given.taken and not answer:
        raise NotThis(N_("say why it is refused"), answer=N_("one sentence is enough"))
    settle_proposal(tx, of, accepted=given.taken, answer=answer)
    if given.taken:
        script = revision(tx, video, desk.framings).script
        cue = bracketed(suggestion.cue)
        save_revision(tx, video, with_cue(script, suggestion.line, suggestion.at, cue, desk.framings))
