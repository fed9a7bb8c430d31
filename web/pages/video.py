"""A video's page: the script by line with what is there and what is missing; drafting it; choosing for it."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from pipeline.saying import Saying
from pipeline.timeline import Filmed, Timeline
from storage.catalogue.courses import Course, Video, course, video_called
from storage.catalogue.drafts import UNDER_WAY, ask_draft, drafts, shown, watchable
from storage.catalogue.rendering import pace
from storage.catalogue.revisions import source
from storage.catalogue.scripts import revision
from storage.catalogue.staleness import sentence as stale_sentence
from storage.catalogue.staleness import stale
from storage.catalogue.terms import CastingId
from storage.catalogue.waiting import blockers, sentence
from web.desk import Desk
from web.given import CircleGiven, UseGiven
from web.language import language_of, lasting
from web.paper import onwards, page
from web.rules import DIRECTOR, MAKER, MEMBER, may
from web.using import circle, use
from web.videos import Standing, standing
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
VIDEO = "/videos/{course_code}/{video_code}"


def _address(course_code: str, video_code: str) -> str:
    return f"{course_code}/{video_code}"


Address = Annotated[str, Depends(_address)]
"""The address of the video that a path names, as the catalogue calls it."""


def at(found: Video, of: Course) -> str:
    """The address of a video's page."""
    return f"/videos/{of.code}/{found.code}"


def _drawn(request: Request, desk: Desk, name: str, address: str) -> Response:
    language = language_of(request)
    with desk.catalogue.reading() as tx:
        found: Standing = standing(tx, desk, video_called(tx, address).id, language)
    saying = Saying(desk.words[language], desk.framings, found.course.rate)
    values = {
        "framings": [(one.id, saying.framing(one.id)) for one in desk.framings.framing],
        "it": found,
        "at": at(found.video, found.course),
        "told_wait": partial(sentence, words=desk.words[language]),
        "lasting": partial(lasting, language=language),
    }
    return page(request, name, values)


@router.get(VIDEO, dependencies=[may(MEMBER)])
def video_page(request: Request, desk: Asked, address: Address) -> Response:
    """The page of a video."""
    return _drawn(request, desk, "video.html", address)


@router.get(f"{VIDEO}/standing", dependencies=[may(MEMBER)])
def standing_part(request: Request, desk: Asked, address: Address) -> Response:
    """What of the page changes while one looks: lines, drafts, blockers."""
    return _drawn(request, desk, "video_standing.html", address)


@router.get(f"{VIDEO}/draft", dependencies=[may(MAKER)])
def draft_page(request: Request, desk: Asked, address: Address) -> Response:
    """What a draft would do, before it is asked for."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, known = course(tx, found.course), drafts(tx, found.id)
        changed, waits = stale(tx, found.id), blockers(tx, found.id)
        done = watchable(known)
        clips = shown(tx, done.id).timeline.clips if done is not None else ()
        going = pace(tx)
        script = revision(tx, found.id, desk.framings).script if source(tx, found.id) else None
    language = language_of(request)
    words, touched = desk.words[language], {number for one in changed for number in one.segments}
    values = {
        "video": found,
        "at": at(found, of),
        "last": done,
        "number": known[-1].number + 1 if known else 1,
        "under_way": bool(known) and known[-1].state in UNDER_WAY,
        "changes": [stale_sentence(one, script, words) for one in changed],
        "touched": len(touched),
        "segments": len(clips),
        "takes_about": lasting(round(going.expected(sum(clips[one].frames for one in touched))), language)
        if going
        else "",
        "missing": [sentence(one, words) for one in waits if one.code in SLATES],
        "unwritten": script is None,
    }
    return page(request, "video_draft.html", values)


SLATES = {"no-script", "no-rush", "line-untold", "asset-unknown", "asset-unsent", "asset-unready", "version-lacking"}
"""What a draft shows a slate for."""


@router.post(f"{VIDEO}/draft", dependencies=[may(MAKER)])
def draft_form(desk: Asked, visitor: Who, address: Address) -> Response:
    """Asks for the next draft."""
    with desk.catalogue.writing(visitor.id) as tx:
        found = video_called(tx, address)
        of = course(tx, found.course)
        ask_draft(tx, found.id, "asked by hand")
    desk.wake()
    return onwards(at(found, of), "draft-asked")


@router.get(f"{VIDEO}/cuts", dependencies=[may(MEMBER)])
def cuts_page(request: Request, desk: Asked, address: Address) -> Response:
    """Every cut of the last draft that is done, with its reason."""
    with desk.catalogue.reading() as tx:
        found = video_called(tx, address)
        of, known = course(tx, found.course), drafts(tx, found.id)
        last = watchable(known)
        timeline = shown(tx, last.id).timeline if last is not None else None
    rows = [] if timeline is None else cuts(timeline, desk, request)
    return page(request, "video_cuts.html", {"video": found, "at": at(found, of), "draft": last, "cuts": rows})


def cuts(timeline: Timeline, desk: Desk, request: Request) -> list[dict[str, str]]:
    """Where the picture changes, what is shown from there, and why it was cut; in the reader's language."""
    saying = Saying(desk.words[language_of(request)], desk.framings, timeline.rate)
    out: list[dict[str, str]] = []
    for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
        seconds = int(span.start / timeline.rate)
        name = clip.picture.framing if isinstance(clip.picture, Filmed) else clip.picture.kind
        out.append(
            {
                "at": f"{seconds // 60}:{seconds % 60:02d}",
                "shows": saying.framing(name),
                "reason": saying.reason(clip.why),
                "line": clip.line,
            }
        )
    return out


@router.post(f"{VIDEO}/takes/{{take_id}}", dependencies=[may(DIRECTOR)])
def circle_form(
    desk: Asked,
    visitor: Who,
    address: Address,
    take_id: UUID,
    given: Annotated[CircleGiven, Form()],
) -> Response:
    """Circles a take, or takes the circle away."""
    with desk.catalogue.writing(visitor.id) as tx:
        circle(tx, video_called(tx, address).id, take_id, given)
    desk.wake()
    return onwards(f"/videos/{address}", "saved")


@router.post(f"{VIDEO}/castings/{{casting_id}}", dependencies=[may(MAKER)])
def cast_form(
    desk: Asked,
    visitor: Who,
    address: Address,
    casting_id: UUID,
    given: Annotated[UseGiven, Form()],
) -> Response:
    """Says which version a cue uses: `latest`, `latest_approved`, or the id of the one it is pinned to."""
    with desk.catalogue.writing(visitor.id) as tx:
        use(tx, video_called(tx, address).id, CastingId(casting_id), given)
    desk.wake()
    return onwards(f"/videos/{address}", "saved")
