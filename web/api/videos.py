"""`/api/v1/videos/{video_id}`: what the page of a video says and does, for programs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request

from pipeline.reading import read
from pipeline.script import LineId
from storage.catalogue.drafts import ask_draft, drafts
from storage.catalogue.revisions import saved, source
from storage.catalogue.scripts import save_revision
from storage.catalogue.terms import CastingId, DraftState, ProposalId, VideoId
from web.api.courses import Added
from web.given import AnswerGiven, CircleGiven, CueGiven, FramingGiven, TextGiven, UseGiven
from web.language import language_of
from web.proposing import proposed, settled
from web.rules import DIRECTOR, MAKER, MEMBER, WRITER, may
from web.using import circle, use
from web.videos import Standing, standing
from web.visitor import Asked, Who
from web.writing import frame_line, problems, written

router = APIRouter(prefix="/api/v1/videos/{video_id}", tags=["videos"])


@dataclass(frozen=True, slots=True)
class TakeTold:
    """A take of a shot."""

    id: UUID
    shot: str
    number: int
    circled: bool


@dataclass(frozen=True, slots=True)
class CastTold:
    """What a cue uses; `version` is null while nothing usable is there."""

    id: UUID
    reference: str
    policy: str
    version: int | None


@dataclass(frozen=True, slots=True)
class LineTold:
    """A line of the script: its id, number from 1, words, cues as written, what they use, what it waits for."""

    id: str
    number: int
    text: str
    cues: list[str]
    casts: list[CastTold]
    takes: list[TakeTold]
    waits: list[str]


@dataclass(frozen=True, slots=True)
class DraftTold:
    """A draft, and how it stands. `error`: why it failed."""

    id: UUID
    number: int
    state: DraftState
    error: str
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class VideoTold:
    """A video as it stands. `waits` are codes of what it waits for that is on no line."""

    id: UUID
    code: str
    title: str
    stage: str
    revision: int | None
    lines: list[LineTold]
    drafts: list[DraftTold]
    waits: list[str]


@dataclass(frozen=True, slots=True)
class ProblemTold:
    """What cannot be read of a script, and where: line and column from 1, 0 for the whole text."""

    line: int
    column: int
    message: str
    todo: str


@dataclass(frozen=True, slots=True)
class RevisionTold:
    """A saved state of the script."""

    number: int
    at: datetime
    by: str


@router.get("", dependencies=[may(MEMBER)])
def video_told(request: Request, desk: Asked, video_id: UUID) -> VideoTold:
    """The video as it stands, line by line."""
    with desk.catalogue.reading() as tx:
        it = standing(tx, desk, VideoId(video_id), language_of(request))
    return VideoTold(
        id=video_id,
        code=it.video.code,
        title=it.video.title,
        stage=it.video.stage,
        revision=it.revision.number if it.revision is not None else None,
        lines=_lines(it),
        drafts=[DraftTold(one.id, one.number, one.state, one.error, one.created_at, one.done_at) for one in it.drafts],
        waits=[one.code for one in it.waits],
    )


def _lines(it: Standing) -> list[LineTold]:
    return [
        LineTold(
            id=line.id,
            number=line.lined.number,
            text=line.lined.text,
            cues=[slot.cue.source for slot in line.slots],
            casts=[
                CastTold(slot.cast.id, slot.cast.reference, slot.cast.policy, slot.cast.number)
                for slot in line.slots
                if slot.cast is not None
            ],
            takes=[TakeTold(take.id, take.shot, take.number, take.circled) for take in line.takes],
            waits=[one.code for one in line.waits],
        )
        for scene in it.scenes
        for line in scene.lines
    ]


@router.get("/drafts", dependencies=[may(MEMBER)])
def drafts_told(desk: Asked, video_id: UUID) -> list[DraftTold]:
    """Every draft of the video, first to last."""
    with desk.catalogue.reading() as tx:
        found = drafts(tx, VideoId(video_id))
    return [DraftTold(one.id, one.number, one.state, one.error, one.created_at, one.done_at) for one in found]


@router.post("/drafts", status_code=201, dependencies=[may(MAKER)])
def draft_asked(desk: Asked, visitor: Who, video_id: UUID) -> DraftTold:
    """Asks for the next draft."""
    with desk.catalogue.writing(visitor.id) as tx:
        one = ask_draft(tx, VideoId(video_id), "asked by hand")
    desk.wake()
    return DraftTold(one.id, one.number, one.state, one.error, one.created_at, one.done_at)


@router.get("/script", dependencies=[may(MEMBER)])
def script_told(desk: Asked, video_id: UUID) -> TextGiven:
    """The text of the last revision, and its number; empty and 0 when nothing is written."""
    with desk.catalogue.reading() as tx:
        versions = saved(tx, VideoId(video_id))
        return TextGiven(text=source(tx, VideoId(video_id)), base=versions[0].number if versions else 0)


@router.post("/script/check", dependencies=[may(WRITER)])
def script_checked(desk: Asked, video_id: UUID, given: TextGiven) -> list[ProblemTold]:  # noqa: ARG001 (the rule's)
    """What cannot be read of a script; empty when it can be saved."""
    return [ProblemTold(one.line, one.column, one.message, one.todo) for one in problems(given.text, desk)]


@router.put("/script", dependencies=[may(WRITER)])
def script_saved(desk: Asked, visitor: Who, video_id: UUID, given: TextGiven) -> RevisionTold:
    """Saves the script as the next revision of the one it was written from."""
    script = written(given.text, desk)
    with desk.catalogue.writing(visitor.id) as tx:
        save_revision(tx, VideoId(video_id), script, base=given.base)
        last = saved(tx, VideoId(video_id))[0]
    desk.wake()
    return RevisionTold(last.number, last.at, last.by)


@router.put("/lines/{line}/framing", dependencies=[may(WRITER)])
def line_framed(desk: Asked, visitor: Who, video_id: UUID, line: str, given: FramingGiven) -> RevisionTold:
    """Writes the framing from a line on into the script, as its next revision."""
    with desk.catalogue.writing(visitor.id) as tx:
        frame_line(tx, desk, VideoId(video_id), LineId(line), given.framing)
        last = saved(tx, VideoId(video_id))[0]
    desk.wake()
    return RevisionTold(last.number, last.at, last.by)


@router.get("/revisions", dependencies=[may(MEMBER)])
def revisions_told(desk: Asked, video_id: UUID) -> list[RevisionTold]:
    """Every revision of the script, last to first."""
    with desk.catalogue.reading() as tx:
        return [RevisionTold(one.number, one.at, one.by) for one in saved(tx, VideoId(video_id))]


@router.post("/revisions/{number}/restore", dependencies=[may(WRITER)])
def revision_restored(desk: Asked, visitor: Who, video_id: UUID, number: int) -> RevisionTold:
    """Saves the text of a revision again, as the next one."""
    with desk.catalogue.writing(visitor.id) as tx:
        save_revision(tx, VideoId(video_id), read(source(tx, VideoId(video_id), number), desk.framings))
        last = saved(tx, VideoId(video_id))[0]
    desk.wake()
    return RevisionTold(last.number, last.at, last.by)


@router.put("/takes/{take_id}", status_code=204, dependencies=[may(DIRECTOR)])
def take_circled(desk: Asked, visitor: Who, video_id: UUID, take_id: UUID, given: CircleGiven) -> None:
    """Circles a take of the video, or takes the circle away."""
    with desk.catalogue.writing(visitor.id) as tx:
        circle(tx, VideoId(video_id), take_id, given)
    desk.wake()


@router.put("/castings/{casting_id}", status_code=204, dependencies=[may(MAKER)])
def casting_changed(desk: Asked, visitor: Who, video_id: UUID, casting_id: UUID, given: UseGiven) -> None:
    """Says which version of which asset a cue uses."""
    with desk.catalogue.writing(visitor.id) as tx:
        use(tx, VideoId(video_id), CastingId(casting_id), given)
    desk.wake()


@router.post("/proposals", status_code=201, dependencies=[may(MAKER)])
def cue_proposed(desk: Asked, visitor: Who, video_id: UUID, given: CueGiven) -> Added:
    """Proposes a cue on a line."""
    with desk.catalogue.writing(visitor.id) as tx:
        return Added(proposed(tx, desk, VideoId(video_id), visitor.id, given))


@router.post("/proposals/{proposal_id}", status_code=204, dependencies=[may(WRITER)])
def proposal_answered(desk: Asked, visitor: Who, video_id: UUID, proposal_id: UUID, given: AnswerGiven) -> None:
    """Takes a proposal into the script, or refuses it with an answer."""
    with desk.catalogue.writing(visitor.id) as tx:
        settled(tx, desk, VideoId(video_id), ProposalId(proposal_id), given)
    if given.taken:
        desk.wake()
