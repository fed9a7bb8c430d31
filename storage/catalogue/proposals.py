"""Cues that designers suggest on lines, for the writer to take or leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from pipeline.errors import Clash, NotFound
from pipeline.script import LineId
from storage.catalogue.engine import Transaction
from storage.catalogue.rows import row
from storage.catalogue.scripts import line_rows
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.casting import ProposalRow
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.tables.farm import EventRow
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.tables.script import ScriptLineRow
from storage.catalogue.terms import AssetId, CourseId, MediaId, PersonId, ProposalId, ProposalState, VideoId


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cue as it is suggested: as the script would write it, before the word of index `at` of a line.

    `until`: its range ends before the word of that index; None for a cue without one. `sketch`: a picture of it.
    """

    line: LineId
    at: int
    cue: str
    comment: str = ""
    asset: AssetId | None = None
    until: int | None = None
    sketch: MediaId | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion, by whom, and what became of it. `answer`: what was said to its author when it was settled."""

    id: ProposalId
    suggestion: Suggestion
    author: PersonId
    author_name: str
    state: ProposalState
    answer: str
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
        until=suggestion.until,
        sketch_id=suggestion.sketch,
    )
    tx.add(added)
    tx.flush()
    course = CourseId(row(tx, VideoRow, video_id).course_id)
    tx.tell("proposal.added", added.id, course=course, video=video_id, line=suggestion.line, cue=suggestion.cue)
    return ProposalId(added.id)


def settle_proposal(tx: Transaction, proposal_id: ProposalId, *, accepted: bool, answer: str = "") -> None:
    """Takes a suggestion or leaves it, with an answer; the script itself is changed by its next revision.

    Raises:
        Clash: it was settled before.
    """
    found = row(tx, ProposalRow, proposal_id, lock=True)
    if found.state != "open":
        raise Clash(f"the proposal was {found.state} before", todo="look again")
    found.state = "accepted" if accepted else "refused"
    found.decided_by_id, found.decided_at = tx.by, moment()
    video = row(tx, VideoRow, found.video_id)
    course, of = CourseId(video.course_id), VideoId(video.id)
    tx.tell(f"proposal.{found.state}", proposal_id, course=course, video=of, answer=answer)


def proposals(tx: Transaction, video_id: VideoId) -> tuple[Proposal, ...]:
    """Every suggestion on a video, oldest first. One query."""
    settled = and_(EventRow.subject_id == ProposalRow.id, EventRow.kind.in_(("proposal.accepted", "proposal.refused")))
    found = tx.execute(
        select(ProposalRow, ScriptLineRow.name, PersonRow.name, EventRow.details)
        .join(ScriptLineRow, ScriptLineRow.id == ProposalRow.line_id)
        .join(PersonRow, PersonRow.id == ProposalRow.author_id)
        .outerjoin(EventRow, settled)
        .where(ProposalRow.video_id == video_id)
        .order_by(ProposalRow.created_at, ProposalRow.id)
    )
    return tuple(_proposal(one, LineId(line), author, details or {}) for one, line, author, details in found)


def proposal(tx: Transaction, proposal_id: ProposalId) -> tuple[VideoId, Suggestion]:
    """The video that a suggestion is for, and what it is.

    Raises:
        NotFound: there is none.
    """
    found = row(tx, ProposalRow, proposal_id)
    line = tx.scalars(select(ScriptLineRow.name).where(ScriptLineRow.id == found.line_id)).one()
    return VideoId(found.video_id), _suggestion(found, LineId(line))


def _proposal(one: ProposalRow, line: LineId, author: str, details: Mapping[str, Any]) -> Proposal:
    return Proposal(
        id=ProposalId(one.id),
        suggestion=_suggestion(one, line),
        author=PersonId(one.author_id),
        author_name=author,
        state=one.state,
        answer=details.get("answer", ""),
        created_at=one.created_at,
    )


def _suggestion(one: ProposalRow, line: LineId) -> Suggestion:
    asset = None if one.asset_id is None else AssetId(one.asset_id)
    sketch = None if one.sketch_id is None else MediaId(one.sketch_id)
    return Suggestion(line, one.at, one.cue, one.comment, asset, one.until, sketch)
