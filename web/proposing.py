"""Cues that are proposed on a line, and what becomes of them: for pages and API alike."""

from collections.abc import Callable
from dataclasses import replace

from pipeline.inserting import bracketed, cue_problems, with_range
from pipeline.script import Line, LineId
from storage.catalogue.engine import Transaction
from storage.catalogue.proposals import Suggestion, proposal, propose, settle_proposal
from storage.catalogue.scripts import revision, save_revision
from storage.catalogue.terms import MediaId, PersonId, ProposalId, VideoId
from web.desk import Desk
from web.given import AnswerGiven, CueGiven
from web.language import N_
from web.problems import NotThis, not_here


def places(line: Line) -> list[tuple[int, str]]:
    """Where a cue may stand in a line: before which word, and that word with the two after it."""
    said = [word.text for word in line.words]
    return [(index, " ".join(said[index : index + 3])) for index in range(len(said))]


def proposed(
    tx: Transaction,
    desk: Desk,
    video: VideoId,
    author: PersonId,
    given: CueGiven,
    sketched: Callable[[Transaction], MediaId] | None = None,
) -> ProposalId:
    """A suggestion that could be taken as it is, kept for the writer. `sketched` keeps the picture that goes with it.

    Raises:
        NotThis: it is no cue.
        Clash: it cannot stand there.
    """
    cue = bracketed(given.cue)
    wrong = cue_problems(cue, desk.framings)
    if wrong:
        raise NotThis(N_("the cue cannot be read"), "; ".join(wrong), cue="; ".join(wrong))
    until = given.until or None
    if until is not None and until <= given.at:
        raise NotThis(N_("the cue ends before it begins"), until=N_("choose a later word"))
    wanted = Suggestion(LineId(given.line), given.at, cue, given.comment.strip(), until=until)
    with_range(revision(tx, video, desk.framings).script, wanted.line, (given.at, until), cue, desk.framings)
    kept = wanted if sketched is None else replace(wanted, sketch=sketched(tx))
    return propose(tx, video, author, kept)


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
        cue, span = bracketed(suggestion.cue), (suggestion.at, suggestion.until)
        save_revision(tx, video, with_range(script, suggestion.line, span, cue, desk.framings))
