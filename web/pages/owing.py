"""What a motion designer owes, over all courses; and the brief of each cue."""

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.brief_page import LISTED, OPAQUE, signed
from pipeline.page import Speaking
from storage.catalogue.briefs import brief_of
from storage.catalogue.noting import notes_of_cues
from storage.catalogue.owing import owed, owed_cue
from storage.catalogue.previews import preview_files
from storage.catalogue.terms import CastingId
from web import language
from web.desk import Desk
from web.language import N_
from web.objects import shown
from web.paper import onwards, page
from web.problems import not_here
from web.rules import MAKER, MEMBER, SIGNED_IN, may
from web.taking import taken_on
from web.visitor import Asked, Visitor, Who

router = APIRouter(include_in_schema=False)
WHY: Final = {
    "unsent": ("missing", N_("to make")),
    "failed": ("failed", N_("cannot be used")),
    "rejected": ("change", N_("to make again")),
    "lacking": ("missing", N_("another version is wanted")),
}
"""Why something is owed, as a state and its word."""


@router.get("/assets/owed", dependencies=[may(SIGNED_IN)])
def owed_page(request: Request, desk: Asked, visitor: Who) -> Response:
    """What whoever asks owes."""
    return page(request, "owed.html", _owed(request, desk, visitor))


@router.get("/assets/owed/list", dependencies=[may(SIGNED_IN)])
def owed_part(request: Request, desk: Asked, visitor: Who) -> Response:
    """What of the list changes as things happen."""
    return page(request, "owed_live.html", _owed(request, desk, visitor))


@router.post("/castings/{casting_id}/mine", dependencies=[may(MAKER)])
def mine_form(desk: Asked, visitor: Who, casting_id: UUID) -> Response:
    """Takes on the animation of a cue."""
    taken_on(desk, visitor, CastingId(casting_id))
    return onwards("/assets/owed", "saved")


@router.get("/castings/{casting_id}/brief", dependencies=[may(MEMBER)])
def brief_page(request: Request, desk: Asked, visitor: Who, casting_id: UUID) -> Response:
    """The brief of a cue."""
    with desk.catalogue.reading() as tx:
        told, cue = brief_of(tx, CastingId(casting_id)), owed_cue(tx, CastingId(casting_id), visitor.id)
        notes = notes_of_cues(tx, [CastingId(casting_id)])[CastingId(casting_id)]
    if told is None and cue is None:
        raise not_here()
    kept, draft = told if told is not None else (None, None)
    told_of = kept.told if kept is not None else None
    key = kept.key[:12] if kept is not None else ""
    values = {"it": cue, "casting": casting_id, "notes": notes, "draft": draft, "brief": told_of, "key": key}
    return page(request, "brief.html", values | _speaking(request, desk, told_of))


@router.get("/castings/{casting_id}/brief/{name}", dependencies=[may(MEMBER)])
def brief_file(desk: Asked, casting_id: UUID, name: str, *, save: bool = False) -> Response:
    """A picture or the clip of a brief, that we made. `save`: to be kept, not shown.

    Pages add which brief it is of (`of`), so that browsers keep it for as long as that brief holds.
    """
    with desk.catalogue.reading() as tx:
        told = brief_of(tx, CastingId(casting_id))
        files = preview_files(tx, told[0].key) if told is not None and name in told[0].told["files"] else {}
    if name not in files:
        raise not_here()
    return shown(desk, *files[name], apart=save)


def _owed(request: Request, desk: Desk, visitor: Visitor) -> dict[str, Any]:
    courses = frozenset(one for one in visitor.courses if "motion" in visitor.roles(one))
    with desk.catalogue.reading() as tx:
        now = tx.now()
        found = owed(tx, visitor.id, courses)
        notes = notes_of_cues(tx, [one.casting for one in found])
    words = desk.words[language.language_of(request)]

    def seconds(told: Mapping[str, Any]) -> str:
        return Speaking(words, Fraction(told["rate"])).decimals(told["frames"], 2)

    return {
        "found": found,
        "notes": notes,
        "mine": [one for one in found if one.mine],
        "nobodys": [one for one in found if not one.mine],
        "why": WHY,
        "today": now.date(),
        "ago": partial(language.ago, now=now, language=language.language_of(request)),
        "seconds": seconds,
    }


def _speaking(request: Request, desk: Desk, told: Mapping[str, Any] | None) -> dict[str, Any]:
    if told is None:
        return {}
    rate = Fraction(told["rate"])
    speaking = Speaking(desk.words[language.language_of(request)], rate)
    return {
        "timecode": speaking.timecode,
        "seconds": partial(speaking.decimals, digits=2),
        "rate": speaking.number(float(rate), 0 if rate.denominator == 1 else 3),
        "formats": OPAQUE if told["place"] == "full" else LISTED,
        "signed": signed,
    }
