"""The panel of notes and verdicts beside a draft, as its templates have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import Request
from pydantic import BaseModel, Field

from pipeline.page import Speaking
from storage.catalogue.casting import resolved
from storage.catalogue.courses import course, video
from storage.catalogue.drafts import Drafted, rate_of, size_of
from storage.catalogue.engine import Transaction
from storage.catalogue.noting import NoteSeen, notes_beside, root_of
from storage.catalogue.people import people_on
from storage.catalogue.terms import NoteId, PersonId
from storage.catalogue.verdicts import verdicts
from web import language
from web.desk import Desk
from web.remarks import insider
from web.room import seconds
from web.rules import APPROVER, COMMENTER
from web.visitor import Visitor

AT_ONCE: Final = 100
"""Notes that are listed at once: more than anybody reads in one go, and a page that a phone draws in no time."""
FLAG_WORDS: Final = 80
"""Letters of a note on the timeline."""


class Show(BaseModel):
    """Which notes are listed: all, those that are open, those of whoever asks, those that must be settled first.

    `page` counts from 0. `note`: the page that this one is on.
    """

    which: Literal["all", "open", "mine", "must"] = "all"
    page: Annotated[int, Field(ge=0, le=10**6)] = 0
    note: Annotated[str, Field(max_length=40)] = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A note with its answers, oldest first."""

    note: NoteSeen
    answers: tuple[NoteSeen, ...]


def threads(found: Sequence[NoteSeen]) -> tuple[Thread, ...]:
    """Notes in the order of the film, each with its answers; after them those that stand nowhere in it."""
    answers: dict[NoteId, list[NoteSeen]] = {}
    for one in found:
        if one.parent is not None:
            answers.setdefault(one.parent, []).append(one)
    roots = [one for one in found if one.parent is None]
    roots.sort(key=lambda one: (one.at is None, one.at.start if one.at is not None else one.was.start, one.created_at))
    return tuple(Thread(one, tuple(answers.get(one.id, ()))) for one in roots)


def panel(
    tx: Transaction, desk: Desk, request: Request, visitor: Visitor, drafted: Drafted, show: Show
) -> dict[str, Any]:
    """What the panel shows. A constant number of queries, however many notes there are."""
    every = threads(notes_beside(tx, drafted.id, internal=insider(visitor)))
    me = asking(visitor)
    wanted = [one for one in every if _wanted(one, show.which, me)]
    number = next((at for at, one in enumerate(wanted) if show.note and _holds(one, show.note)), None)
    at = show.page if number is None else number // AT_ONCE
    listed = wanted[at * AT_ONCE : (at + 1) * AT_ONCE]
    decided = verdicts(tx, drafted.id)
    counts = {which: sum(_wanted(one, which, me) for one in every) for which in ("all", "open", "mine", "must")}
    it = _common(tx, desk, request, visitor, drafted) | {"marked": show.note, "flag": None}
    return {
        "it": it,
        "draft": drafted,
        "threads": listed,
        "counts": counts,
        "which": show.which,
        "page_number": at,
        "pages": -(-len(wanted) // AT_ONCE) or 1,
        "decided": decided,
        "flags": [_flag(one) for one in every if one.note.at is not None and not one.note.deleted],
    }


def card(
    tx: Transaction, desk: Desk, request: Request, visitor: Visitor, drafted: Drafted, note: NoteId
) -> dict[str, Any] | None:
    """What the card of the note shows that this one is or answers; None where it was deleted.

    Raises:
        NotFound: there is none of that video.
    """
    inside = insider(visitor)
    found = notes_beside(tx, drafted.id, internal=inside, only=root_of(tx, note))
    thread = next(iter(threads(found)), None)
    if thread is None:
        return None
    it = _common(tx, desk, request, visitor, drafted) | {"marked": "", "flag": _flag(thread)}
    return {"it": it, "draft": drafted, "thread": thread}


def flagged(values: Mapping[str, Any], note: str) -> int | None:
    """The frame of a note of the panel; None where it has none."""
    return next((one["frame"] for one in values["flags"] if one["id"] == note), None)


def asking(visitor: Visitor) -> PersonId | None:
    """Who asks; None for a guest who has said nothing yet."""
    if visitor.person is not None:
        return visitor.person.id
    return visitor.guest.person if visitor.guest is not None else None


def _common(tx: Transaction, desk: Desk, request: Request, visitor: Visitor, drafted: Drafted) -> dict[str, Any]:
    of = video(tx, drafted.video)
    inside = insider(visitor)
    cues: dict[str, list[Any]] = {}
    for one in resolved(tx, drafted.video) if inside else ():
        if one.asset is not None:
            cues.setdefault(one.line, []).append(one)
    rate = rate_of(tx, drafted.id)
    speaking = Speaking(desk.words[language.language_of(request)], rate)
    at = request.url.path.partition("/notes")[0].removesuffix("/verdicts").removesuffix("/policy")
    return {
        "inside": inside,
        "me": asking(visitor),
        "runs": visitor.may(of.course, "admin"),
        "comments": COMMENTER.allows(visitor, of.course),
        "decides": APPROVER.allows(visitor, of.course),
        "people": people_on(tx, of.course) if inside else (),
        "cues": cues,
        "code": speaking.timecode,
        "ago": partial(language.ago, now=tx.now(), language=language.language_of(request)),
        "note_file_mb": desk.limits.note_file_mb,
        "panel_at": at,
        "old": partial(_of_draft, at),
        "middle": partial(seconds, rate=rate),
        "size": size_of(tx, drafted.id),
        "spoken": course(tx, of.course).language,
    }


def _of_draft(at: str, number: int) -> str:
    """The address of another draft of the video."""
    return f"{at.rpartition('/')[0]}/{number}"


def _flag(one: Thread) -> dict[str, Any]:
    """A note on the timeline. A colour is never all there is: the words say how it stands."""
    note = one.note
    words = f"{note.author_name}: {note.body}"
    frame = note.at.start if note.at is not None else None
    return {"id": str(note.id), "frame": frame, "words": words[:FLAG_WORDS], "state": note.state}


def _holds(one: Thread, note: str) -> bool:
    return note in {str(one.note.id), *(str(answer.id) for answer in one.answers)}


def _wanted(one: Thread, which: str, me: PersonId | None) -> bool:
    note = one.note
    if which == "open":
        return note.state == "open" and not note.deleted
    if which == "must":
        return note.blocks and note.state == "open"
    if which == "mine":
        return me is not None and any(
            me in {of.author, of.owner, *of.mentions} for of in (note, *one.answers) if not of.deleted
        )
    return True
