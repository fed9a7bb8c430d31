"""The review room of a draft: the film, its script and its timeline; and its files."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from pipeline.errors import NotFound
from storage.catalogue.counting import last_event
from storage.catalogue.courses import course, video_called
from storage.catalogue.drafts import Drafted, draft_numbered, report_of, shown
from storage.catalogue.engine import Transaction
from storage.catalogue.opened import note_opened
from storage.catalogue.rendering import fresh
from storage.catalogue.scripts import revision_kept
from storage.catalogue.verdicts import verdicts
from storage.folder_store import FolderStore
from web.desk import Desk
from web.differing import choices
from web.given import MOST, Numbered, Since
from web.guests import given
from web.language import N_
from web.marking import mark
from web.objects import files_of
from web.paper import page
from web.reviewed import Show, flagged, listed
from web.room import room, scenes, seconds
from web.rules import DOWNLOADER, WATCHER, may
from web.visitor import Asked, Who

router = APIRouter(include_in_schema=False)
SHOWN: Final = {
    "draft.mp4": "video/mp4",
    "poster.jpg": "image/jpeg",
    "strip.jpg": "image/jpeg",
    "peaks.bin": "application/octet-stream",
    "captions.vtt": "text/vtt",
    "captions.srt": "application/x-subrip",
    "transcript.txt": "text/plain; charset=utf-8",
    "report.html": "text/html; charset=utf-8",
}
"""The files of a draft that people are given, and what they are."""
APART: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""A report has its styles and pictures in itself; it runs nothing, and nothing here is within its reach."""
WATCHED: Final = 6 * 3600
"""Seconds that a link to a film lasts: longer than anybody watches one."""


@dataclass(frozen=True, slots=True)
class Begins:
    """Where the film stands: at frame `f`, at the frame that is shown `t` seconds in, or at that of a `note`.

    `only`: what changed since draft `since` (without: since the one before) is played, and nothing else.
    """

    t: Annotated[float, Query(ge=0, le=10**6)] = 0
    f: Annotated[int | None, Query(ge=0, le=MOST)] = None
    note: Annotated[str, Query(max_length=40)] = ""
    only: Literal["", "changed"] = ""
    since: Since = None


@router.get("/videos/{course_code}/{video_code}/drafts/{number}", dependencies=[may(WATCHER)])
def watch(
    request: Request,
    desk: Asked,
    visitor: Who,
    course_code: str,
    video_code: str,
    number: Numbered,
    begins: Annotated[Begins, Depends()],
) -> Response:
    """The page, the film where the address says."""
    at = f"/videos/{course_code}/{video_code}"
    with desk.catalogue.reading() as tx:
        video = video_called(tx, f"{course_code}/{video_code}")
        drafted, spoken = draft_numbered(tx, video.id, number), course(tx, video.course).language
        there = SHOWN.keys() & files_of(desk, drafted).keys()
        values: dict[str, Any] = {"video": video, "draft": drafted, "there": there, "spoken": spoken, "at": at}
        values["live"] = f"/api/v1/drafts/{drafted.id}/events?after={last_event(tx)}"
        values["share"] = f"/courses/{course_code}/links?{urlencode({'video': video.code, 'draft': number})}"
        values["may_take"] = DOWNLOADER.allows(visitor, video.course)
        addresses = {name: f"{at}/drafts/{number}/{name}" for name in there}
        if "draft.mp4" not in there:
            return page(request, "watch.html", values | {"room": None})
        values |= listed(tx, desk, request, visitor, drafted, Show(note=begins.note))
        values["decided"] = verdicts(tx, drafted.id)
        frame = flagged(values, begins.note) if begins.f is None else begins.f
        values |= _room(tx, desk, drafted, addresses, spoken, replace(begins, f=frame))
        values |= {"only": begins.only, "changes": choices(tx, visitor, drafted, begins.since)}
        values["mark"] = mark(visitor.guest, tx.now().date(), *values["room"]["size"])
    if visitor.person is not None:
        with desk.catalogue.writing() as tx:
            note_opened(tx, visitor.person.id, drafted.id)
    return page(request, "watch.html", values)


def _room(
    tx: Transaction, desk: Desk, drafted: Drafted, at: dict[str, str], spoken: str, begins: Begins
) -> dict[str, Any]:
    """What the room is drawn with."""
    seen, script = shown(tx, drafted.id), revision_kept(tx, drafted.revision, desk.framings).script
    told = scenes(script, seen.timeline)
    files = {"film": "draft.mp4", "poster": "poster.jpg", "strip": "strip.jpg", "peaks": "peaks.bin"}
    addresses = {
        "captions": [{"language": spoken, "href": at["captions.vtt"]}] if "captions.vtt" in at else [],
        "addresses": {what: at.get(name, "") for what, name in files.items()},
    }
    new = fresh(tx, drafted.video, drafted.id)
    about = room(drafted, seen, told, report_of(tx, drafted.id), new, addresses)
    rate = seen.timeline.rate
    start = min(int(Fraction(begins.t) * rate) if begins.f is None else begins.f, seen.timeline.frames - 1)
    return {"room": about, "scenes": told, "start": start, "start_seconds": f"{seconds(start, rate):.4f}"}


@router.get("/videos/{course_code}/{video_code}/drafts/{number}/{name}", dependencies=[may(WATCHER)])
def file_of_draft(
    request: Request, desk: Asked, visitor: Who, course_code: str, video_code: str, number: Numbered, name: str
) -> Response:
    """One file of a draft: what is large comes from the store itself."""
    given(visitor, request, name)
    with desk.catalogue.reading() as tx:
        video = video_called(tx, f"{course_code}/{video_code}")
        drafted = draft_numbered(tx, video.id, number)
    found = files_of(desk, drafted).get(name) if name in SHOWN else None
    if found is None:
        raise NotFound(N_("this draft has no such file"), todo=N_("go back and look again"))
    lasts = WATCHED if visitor.guest is None else desk.limits.guest_film_minutes * 60
    headers = {"Content-Security-Policy": APART} if name == "report.html" else {}
    if isinstance(desk.store, FolderStore):
        return FileResponse(desk.store.source(found.key, WATCHED), media_type=SHOWN[name], headers=headers)
    if name in {"draft.mp4", "poster.jpg", "strip.jpg"}:
        return RedirectResponse(desk.store.link(found.key, lasts), 302)
    return Response(desk.store.read(found.key, 0, found.size), media_type=SHOWN[name], headers=headers)
