"""Two drafts of a video compared: side by side, as a wipe, as their difference, one through the other."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from pipeline.change_list import Changed, Seen
from pipeline.errors import Clash
from storage import keys
from storage.catalogue.courses import course, video_called
from storage.catalogue.drafts import Drafted, draft_numbered
from web.desk import Desk
from web.differing import beside, changed, in_words, others, played
from web.given import MOST, Numbered
from web.language import N_, language_of
from web.marking import mark
from web.paper import onwards, page
from web.room import scenes
from web.rules import WATCHER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
AT: Final = "/videos/{course_code}/{video_code}/drafts/{number}/against"
Mode = Literal["side", "wipe", "difference", "onion"]
Chosen = Annotated[int, Query(ge=1, le=MOST)]
Frame = Annotated[int, Query(ge=0, le=MOST)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which two drafts are shown, and how. Frame `f` is that of the first; the other's stands beside it."""

    number: Numbered
    before: Numbered
    f: Frame = 0
    mode: Mode = "side"


@router.get(AT, dependencies=[may(WATCHER)])
def chosen(course_code: str, video_code: str, number: Numbered, before: Chosen) -> Response:
    """To the page of the draft that a form names."""
    return onwards(f"/videos/{course_code}/{video_code}/drafts/{number}/against/{before}")


@router.get(AT + "/{before}", dependencies=[may(WATCHER)])
def compare(
    request: Request,
    desk: Asked,
    visitor: Who,
    course_code: str,
    video_code: str,
    wanted: Annotated[Wanted, Depends()],
) -> Response:
    """The page."""
    number, before = wanted.number, wanted.before
    at = f"/videos/{course_code}/{video_code}"
    with desk.catalogue.reading() as tx:
        video = video_called(tx, f"{course_code}/{video_code}")
        new, old = draft_numbered(tx, video.id, number), draft_numbered(tx, video.id, before)
        found, known = changed(tx, desk, old, new), others(tx, visitor, new)
        spoken, today = course(tx, video.course).language, tx.now().date()
    rate = found.after.shown.timeline.rate
    if found.before.shown.timeline.rate != rate:
        raise Clash(N_("the two drafts have other frame rates"), todo=N_("choose another"))
    told = in_words(desk, (before, number), found, language_of(request))
    values = {"video": video, "at": at, "spoken": spoken, "mode": wanted.mode, "others": known[::-1], "listed": told}
    values |= {"before": before, "number": number, "draft_at": f"{at}/drafts/{number}"}
    values |= {"films": {one.number: _film(desk, one) for one in (old, new)}}
    values |= {"start": min(wanted.f, found.after.shown.timeline.frames - 1)} | _known(desk, found)
    size = found.after.shown.timeline.size
    values |= {"mark": mark(visitor.guest, today, size.width, size.height)}
    return page(request, "compare.html", values | {"played": played(told)})


@router.get(AT + "/{before}/changes", dependencies=[may(WATCHER)])
def changes_of_draft(
    request: Request, desk: Asked, course_code: str, video_code: str, number: Numbered, before: Numbered
) -> Response:
    """What changed, as a fragment of the review room."""
    with desk.catalogue.reading() as tx:
        video = video_called(tx, f"{course_code}/{video_code}")
        new, old = draft_numbered(tx, video.id, number), draft_numbered(tx, video.id, before)
        found, spoken = changed(tx, desk, old, new), course(tx, video.course).language
    told = in_words(desk, (before, number), found, language_of(request))
    draft_at = f"/videos/{course_code}/{video_code}/drafts/{number}"
    values = {"listed": told, "played": played(told), "spoken": spoken, "draft_at": draft_at}
    return page(request, "changes_list.html", values)


def _known(desk: Desk, found: Changed) -> dict[str, Any]:
    """What the page hands to its JavaScript: of the draft, and of the two together."""
    timeline, numbers = found.after.shown.timeline, desk.reviewing
    rate = list(timeline.rate.as_integer_ratio())
    lines = [{"start": start} for start in _starts(found.after)]
    pair = {
        "frames": {"before": found.before.shown.timeline.frames, "after": timeline.frames},
        "stretches": beside(found),
        "catch_up": float(numbers.catch_up),
        "frames_off": numbers.frames_off,
    }
    size, other = timeline.size, found.before.shown.timeline.size
    sizes = {"after": f"{size.width}x{size.height}", "before": f"{other.width}x{other.height}"}
    return {"draft": {"rate": rate, "frames": timeline.frames, "lines": lines}, "pair": pair, "sizes": sizes}


def _starts(seen: Seen) -> list[int]:
    """Where each line that is said begins, in frames."""
    told = scenes(seen.script, seen.shown.timeline)
    return [line.span.start for scene in told for line in scene.lines if line.span is not None]


def _film(desk: Desk, drafted: Drafted) -> bool:
    """Whether its film is there."""
    whole = desk.store.whole(keys.draft(str(drafted.video), drafted.number))
    return whole is not None and whole.file("draft.mp4") is not None
