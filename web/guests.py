"""Guests of share links: what a link covers of what a path names, what it allows, what of a draft it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID

from starlette.requests import Request

from storage.catalogue.courses import video_called
from storage.catalogue.drafts import draft, draft_numbered
from storage.catalogue.engine import Transaction
from storage.catalogue.entry import SEEN
from storage.catalogue.guests import Guest, drafts_open, guest_seen, shown_note
from storage.catalogue.terms import CourseId, DraftId, NoteId, VideoId
from web.desk import Desk
from web.language import N_
from web.problems import Refused, not_here
from web.visitor import Visitor, WantsName

Right = Literal["view", "comment", "approve", "download"]
NUMBERS: Final = ("number", "before", "after")
"""Names of what stands in a path beside a video, and are numbers of its drafts."""
UNDERSTOOD: Final = frozenset({"course_id", "video_id", "draft_id", "note_id", "link_id"})
"""Ids in a path that a link can cover; a path that names anything else is closed to guests."""
LONGEST: Final = 10
"""Digits of a draft's number are fewer: the databases count no further."""
GIVEN: Final = frozenset({"draft.mp4", "poster.jpg", "strip.jpg", "peaks.bin", "captions.vtt", "transcript.txt"})
"""What watching wants, the film's words included. A draft's other files are taken home, or are internal."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked: what a path names, the course that it is of, and whether it is a change."""

    path: Mapping[str, Any]
    course: CourseId | None
    changes: bool


def grants(guest: Guest, right: Right) -> bool:
    """Whether a link goes so far: who may approve may write notes, and everyone may watch."""
    if right == "download":
        return guest.downloads
    return right == "view" or guest.rights == "approve" or (right == "comment" and guest.rights == "comment")


def guest_of(desk: Desk, visitor: Visitor, asked: Asking, right: Right) -> Visitor:
    """Whoever asks as a guest of the link that covers what a path names; what else they are here counts no more.

    Raises:
        NotFound: none of their links covers it.
        Refused: one does, and does not go so far.
        WantsName: it does, they are about to say something, and gave no name yet.
    """
    with desk.catalogue.reading() as tx:
        now = tx.now()
        covering = [
            one for one in visitor.passes if one.guest.course == asked.course and covers(tx, one.guest, asked.path)
        ]
    if not covering:
        raise not_here()
    held = next((one for one in covering if grants(one.guest, right)), None)
    if held is None:
        raise Refused(N_("this link does not allow it"), todo=N_("ask whoever sent it"))
    if asked.changes and right != "view" and held.guest.person is None:
        raise WantsName(held.guest.link, held.csrf)
    if held.guest.seen_at + SEEN < now or not held.guest.used:
        with desk.catalogue.writing() as tx:
            guest_seen(tx, held.guest.id, timedelta(days=desk.limits.session_days))
    return Visitor(csrf=held.csrf, guest=held.guest)


def covers(tx: Transaction, guest: Guest, path: Mapping[str, Any]) -> bool:
    """Whether a link leads to everything that a path names: drafts, notes that guests may see, videos, its course.

    The course of what it names is that of the link: whoever asks has seen to it. A link to one draft covers no video as
    a whole. A note is covered by a link to a later draft, which shows it too.

    Raises:
        NotFound: the path names what is not there.
    """
    if any(name.endswith("_id") and name not in UNDERSTOOD for name in path):
        return False
    if "link_id" in path:
        return guest.link == id_in(path["link_id"])
    videos = _videos(tx, path)
    drafts, notes = _drafts(tx, path, videos), _notes(tx, path)
    of = {video for video, _ in (*drafts, *notes)}
    if not of and not videos:
        return guest.video is None
    opened = drafts_open(tx, guest, of | videos)
    return (
        (bool(of) or guest.draft is None)
        and (of | videos) <= opened.keys()
        and all(opened[video][0] <= number <= opened[video][1] for video, number in drafts)
        and all(0 < number <= opened[video][1] for video, number in notes)
    )


def _videos(tx: Transaction, path: Mapping[str, Any]) -> set[VideoId]:
    found: set[VideoId] = set()
    if "video_code" in path:
        found.add(video_called(tx, f"{path['course_code']}/{path['video_code']}").id)
    if "video_id" in path:
        found.add(VideoId(id_in(path["video_id"])))
    return found


def _drafts(tx: Transaction, path: Mapping[str, Any], videos: set[VideoId]) -> list[tuple[VideoId, int]]:
    """The drafts that a path names: of which video, and their numbers; 0 for one that is not done."""
    named = [draft_numbered(tx, video, _number(path[name])) for name in NUMBERS if name in path for video in videos]
    if "draft_id" in path:
        named.append(draft(tx, DraftId(id_in(path["draft_id"]))))
    return [(one.video, one.number if one.state == "done" else 0) for one in named]


def _notes(tx: Transaction, path: Mapping[str, Any]) -> list[tuple[VideoId, int]]:
    """The notes that a path names: of which video, and the number of the draft they are on."""
    if "note_id" not in path:
        return []
    found = shown_note(tx, NoteId(id_in(path["note_id"])))
    if found is None:
        raise not_here()
    return [found]


def given(visitor: Visitor, request: Request, name: str) -> None:
    """Refuses a guest a file of a draft that their link does not give.

    A film that they may not take home, or only with their name burnt in, is given to be played. A browser says what it
    wants it for (`Sec-Fetch-Dest`); where it does not, a player asks for a range, and a download for the whole.

    Raises:
        NotFound: the file is internal.
        Refused: the link does not allow to take it home.
    """
    guest = visitor.guest
    if guest is None or (name in GIVEN and name != "draft.mp4"):
        return
    if name == "captions.srt" and guest.downloads:
        return
    if name not in GIVEN:
        raise not_here()
    wanted = request.headers.get("sec-fetch-dest", "")
    plays = wanted in {"video", "audio"} or (not wanted and "range" in request.headers)
    if not plays and (guest.watermark or not guest.downloads):
        raise Refused(N_("this link does not allow to take the film home"), todo=N_("ask whoever sent it"))


def _number(text: object) -> int:
    digits = str(text)
    if not (digits.isdecimal() and len(digits) < LONGEST):
        raise not_here()
    return int(digits)


def id_in(text: object) -> UUID:
    """What stands for an id in a path.

    Raises:
        NotFound: it is none.
    """
    try:
        return text if isinstance(text, UUID) else UUID(str(text))
    except ValueError as error:
        raise not_here() from error
