"""Cues that designers suggest on lines, for the writer to take or leave."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.errors import Clash, NotFound
from pipeline.script import LineId
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.scripts import line_rows
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.casting import ProposalRow
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.script import ScriptLineRow
from storage.catalogue.terms import AssetId, CourseId, PersonId, ProposalId, ProposalState, VideoId


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cue as it is suggested: as the script would write it, before the word of index `at` of a line."""

    line: LineId
    at: int
    cue: str
    comment: str = ""
    asset: AssetId | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion, by whom, and what became of it."""

    id: ProposalId
    suggestion: Suggestion
    author: PersonId
    state: ProposalState
    created_at: datetime


def propose(tx: Transaction, video_id: VideoId, author: PersonId, suggestion: Suggestion) -> ProposalId:
    """Suggests a cue on a line.

    Raises:
        NotFound: the video never had such a line.
    """
    line = line_rows(tx, video_id).get(suggestion.line)
    if line is None:
        raise NotFound(f"the video has no line {suggestion.line!r}", todo="give the id of a line")
    added = ProposalRow(
        video_id=video_id,
        line_id=line,
        cue=suggestion.cue,
        at=suggestion.at,
        comment=suggestion.comment,
        author_id=author,
        asset_id=suggestion.asset,
    )
    tx.add(added)
    tx.flush()
    course = CourseId(row(tx, VideoRow, video_id).course_id)
    tx.tell("proposal.added", added.id, course=course, video=video_id, line=suggestion.line, cue=suggestion.cue)
    return ProposalId(added.id)


def settle_proposal(tx: Transaction, proposal_id: ProposalId, *, accepted: bool) -> None:
    """Takes a suggestion or leaves it; the script itself is changed by its next revision.

    Raises:
        Clash: it was settled before.
    """
    found = row(tx, ProposalRow, proposal_id, lock=True)
    if found.state != "open":
        raise Clash(f"the proposal was {found.state} before", todo="look again")
    found.state = "accepted" if accepted else "refused"
    found.decided_by_id, found.decided_at = tx.by, moment()
    video = row(tx, VideoRow, found.video_id)
    tx.tell(f"proposal.{found.state}", proposal_id, course=CourseId(video.course_id), video=VideoId(video.id))


def proposals(tx: Transaction, video_id: VideoId) -> tuple[Proposal, ...]:
    """Every suggestion on a video, oldest first. One query."""
    found = tx.execute(
        select(ProposalRow, ScriptLineRow.name)
        .join(ScriptLineRow, ScriptLineRow.id == ProposalRow.line_id)
        .where(ProposalRow.video_id == video_id)
        .order_by(ProposalRow.created_at, ProposalRow.id)
    )
    return tuple(
        Proposal(
            ProposalId(one.id),
            Suggestion(
                LineId(name), one.at, one.cue, one.comment, None if one.asset_id is None else AssetId(one.asset_id)
            ),
            PersonId(one.author_id),
            one.state,
            one.created_at,
        )
        for one, name in found
    )
