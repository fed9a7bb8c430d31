"""The panels of notes and verdicts beside a draft, as their templates have them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field

from pipeline.page import Speaking
from pipeline.spans import Span
from storage.catalogue.casting import resolved
from storage.catalogue.courses import course, video
from storage.catalogue.drafts import Drafted, rate_of, size_of
from storage.catalogue.engine import Transaction
from storage.catalogue.hanging import Beside, Stand, beside, stands
from storage.catalogue.noting import NoteSeen, notes_standing, roots_of
from storage.catalogue.people import people_on
from storage.catalogue.terms import NoteId, PersonId
from storage.catalogue.verdicts import verdicts
from web import language
from web.desk import Desk
from web.given import MOST
from web.remarks import insider
from web.room import seconds
from web.rules import APPROVER, COMMENTER
from web.visitor import Visitor

AT_ONCE: Final = 100
"""Notes that are listed at once: more than anybody reads in one go, and a page that a phone draws in no time."""
Which = Literal["all", "open", "mine", "must"]
"""Which notes: all, those that are open, those of whoever asks, those that must be settled first."""


class Show(BaseModel):
    """Which notes are listed.

    `page` counts from 0. `note`: the page that this one is on.
    """

    which: Which = "all"
    page: Annotated[int, Field(ge=0, le=10**6)] = 0
    note: Annotated[str, Field(max_length=40)] = ""


class News(BaseModel):
    """Notes to which something happened, for a list that begins and ends at these frames; without them it has all."""

    note: Annotated[list[UUID], Field(min_length=1, max_length=AT_ONCE)]
    first: Annotated[int, Field(ge=0, le=MOST)] = 0
    last: Annotated[int | None, Field(ge=0, le=MOST)] = None

    def lists(self, at: Span | None) -> bool:
        """Whether a note that stands there is within the list; those that stand nowhere come last."""
        if self.last is None:
            return at is None or at.start >= self.first
        return at is not None and self.first <= at.start <= self.last


@dataclass(frozen=True, slots=True)
class Thread:
    """A note with its answers, oldest first."""

    note: NoteSeen
    answers: tuple[NoteSeen, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """Where a note and its answers stand, before it is known what they say."""

    note: Stand
    answers: tuple[Stand, ...]

    @property
    def whole(self) -> tuple[Stand, ...]:
        """All of them."""
        return (self.note, *self.answers)


def roots(found: Sequence[Stand]) -> tuple[Root, ...]:
    """Notes in the order of the film, each with its answers; after them those that stand nowhere in it."""
    answers: dict[NoteId, list[Stand]] = {}
    for one in found:
        if one.parent is not None:
            answers.setdefault(one.parent, []).append(one)
    first = [one for one in found if one.parent is None]
    first.sort(key=lambda one: (one.at is None, one.at.start if one.at is not None else one.was.start, one.created_at))
    return tuple(Root(one, tuple(answers.get(one.id, ()))) for one in first)


def listed(
    tx: Transaction, desk: Desk, request: Request, visitor: Visitor, drafted: Drafted, show: Show
) -> dict[str, Any]:
    """What the list of notes shows. A constant number of queries; only the notes that are listed are read whole."""
    draft = beside(tx, drafted.id)
    me = asking(visitor)
    every = [(one, _which(one, me)) for one in roots(stands(tx, draft, internal=insider(visitor)))]
    wanted = [one for one, of in every if show.which in of]
    number = next((at for at, one in enumerate(wanted) if show.note and _holds(one, show.note)), None)
    at = show.page if number is None else number // AT_ONCE
    part, pages = wanted[at * AT_ONCE : (at + 1) * AT_ONCE], -(-len(wanted) // AT_ONCE) or 1
    ends = [drafted.frames if one.note.at is None else one.note.at.start for one in part[:1] + part[-1:]]
    return {
        "it": _common(tx, desk, request, visitor, drafted) | {"marked": show.note},
        "draft": drafted,
        "threads": _threads(tx, draft, part),
        "first": ends[0] if ends and at else 0,
        "last": ends[-1] if ends and at + 1 < pages else None,
        "counts": {which: sum(which in of for _, of in every) for which in get_args(Which)},
        "which": show.which,
        "page_number": at,
        "pages": pages,
        "flags": [_flag(one.note, of) for one, of in every],
    }


def decided(tx: Transaction, desk: Desk, request: Request, visitor: Visitor, drafted: Drafted) -> dict[str, Any]:
    """What the panel of decisions shows."""
    it = _common(tx, desk, request, visitor, drafted)
    return {"it": it, "draft": drafted, "decided": verdicts(tx, drafted.id)}


def cards(
    tx: Transaction, desk: Desk, request: Request, visitor: Visitor, drafted: Drafted, news: News
) -> dict[str, Any]:
    """What is shown of notes to which something happened: where each stands, and the cards of those within the list."""
    draft = beside(tx, drafted.id)
    me = asking(visitor)
    of = roots_of(tx, [NoteId(one) for one in news.note])
    found = roots(stands(tx, draft, internal=insider(visitor), only=of))
    shown = [one for one in found if news.lists(one.note.at)]
    return {
        "it": _common(tx, desk, request, visitor, drafted) | {"marked": ""} if shown else {},
        "draft": drafted,
        "threads": _threads(tx, draft, shown) if shown else (),
        "flags": [_flag(one.note, _which(one, me)) for one in found],
    }


def _threads(tx: Transaction, draft: Beside, wanted: Sequence[Root]) -> tuple[Thread, ...]:
    said = {one.id: one for one in notes_standing(tx, draft, [one for root in wanted for one in root.whole])}
    return tuple(Thread(said[one.note.id], tuple(said[answer.id] for answer in one.answers)) for one in wanted)


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


def _flag(note: Stand, of: Collection[Which]) -> dict[str, Any]:
    """A note as the timeline and the counts have it; one that was deleted is not on the timeline."""
    frame = note.at.start if note.at is not None and not note.deleted else None
    return {"id": str(note.id), "frame": frame, "of": " ".join(of)}


def _holds(one: Root, note: str) -> bool:
    return note in {str(of.id) for of in one.whole}


def _which(one: Root, me: PersonId | None) -> tuple[Which, ...]:
    """The lists that a note is in."""
    note = one.note
    is_open = note.state == "open"
    mine = me is not None and any(me in of.people for of in one.whole if not of.deleted)
    of: dict[Which, bool] = {
        "all": True,
        "open": is_open and not note.deleted,
        "mine": mine,
        "must": note.blocks and is_open,
    }
    return tuple(which for which, is_in in of.items() if is_in)
