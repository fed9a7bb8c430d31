"""`/api/v1/assets`: the library, each asset with its versions, and what a motion designer owes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request

from storage.catalogue.library import Wanted, version_again, version_sent
from storage.catalogue.noting import Returned, notes_of_cues
from storage.catalogue.owing import Why, owed
from storage.catalogue.terms import Approval, AssetId, AssetKind, CastingId, MediaState, VersionId
from web import language
from web.given import AboutGiven
from web.rules import MAKER, MEMBER, SIGNED_IN, may
from web.sending import refuse_studios
from web.shelving import Shown, described, opened, shelf
from web.standing import MOST_PAGES
from web.taking import taken_on
from web.visitor import Asked, Who

router = APIRouter(prefix="/api/v1", tags=["assets"])


@dataclass(frozen=True, slots=True)
class VersionTold:
    """A version. `seconds` is null for what neither moves nor sounds; `remarks` are sentences of the checks."""

    id: UUID
    number: int
    name: str
    bytes: int
    state: MediaState
    cause: str
    approval: Approval
    author: str
    sent_at: datetime
    seconds: float | None
    remarks: tuple[str, ...]
    has_preview: bool


@dataclass(frozen=True, slots=True)
class AssetTold:
    """An asset; `course` is empty for the whole studio's. `versions` are all of them, or in lists the last alone."""

    id: UUID
    course: str
    name: str
    kind: AssetKind
    owner: str
    due: date | None
    versions: tuple[VersionTold, ...]
    uses: int
    alternative: str = ""
    licence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Assets:
    """One page of assets; `more`: another follows."""

    assets: tuple[AssetTold, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class OwedTold:
    """A cue that needs an animation. `frames` and `seconds` are null until a draft says how long it is.

    `notes`: the open ones with which it was sent back.
    """

    casting: UUID
    course: str
    video: str
    line: int | None
    words: str
    reference: str
    why: Why
    mine: bool
    due: date | None
    frames: int | None
    seconds: float | None
    file: str | None
    notes: tuple[Returned, ...]


@router.get("/assets", dependencies=[may(SIGNED_IN)])
def assets(  # noqa: PLR0913 (one parameter for each of the query)
    request: Request,
    desk: Asked,
    visitor: Who,
    q: Annotated[str, Query(max_length=100)] = "",
    kind: Literal["", "motion", "still", "music", "sound", "logo", "font"] = "",
    n: Annotated[int, Query(ge=0, le=MOST_PAGES)] = 0,
    *,
    missing: bool = False,
    remarked: bool = False,
) -> Assets:
    """The assets of the courses that whoever asks may see, last changed first, a page at a time."""
    only = None if visitor.admin else visitor.courses
    with desk.catalogue.reading() as tx:
        words = desk.words[language.language_of(request)]
        found, more = shelf(tx, Wanted(q, kind or None, missing, remarked, only, n), words)
    told = tuple(
        AssetTold(
            one.of.id,
            one.of.course,
            one.of.name,
            one.of.kind,
            one.of.owner,
            one.of.due,
            () if one.last is None else (_version(one.last),),
            one.of.uses,
        )
        for one in found
    )
    return Assets(told, more)


@router.get("/assets/{asset_id}", dependencies=[may(MEMBER)])
def asset(request: Request, desk: Asked, visitor: Who, asset_id: UUID) -> AssetTold:
    """An asset with all its versions, last to first."""
    with desk.catalogue.reading() as tx:
        found = opened(tx, desk, visitor, AssetId(asset_id), desk.words[language.language_of(request)])
    of = found.of
    return AssetTold(
        id=of.id,
        course=of.course,
        name=of.name,
        kind=of.kind,
        owner=of.owner_name,
        due=of.due,
        versions=tuple(_version(one) for one in found.versions),
        uses=len(found.uses),
        alternative=of.about.alternative,
        licence=of.about.licence,
        source=of.about.source,
    )


@router.put("/assets/{asset_id}/about", status_code=204, dependencies=[may(MAKER)])
def asset_described(desk: Asked, visitor: Who, asset_id: UUID, given: AboutGiven) -> None:
    """Says what an asset shows in words, whose it is, where it comes from."""
    described(desk, visitor, AssetId(asset_id), given)


@router.post("/versions/{version_id}/again", status_code=204, dependencies=[may(MAKER)])
def version_taken_again(desk: Asked, visitor: Who, version_id: UUID) -> None:
    """Goes back to a version: its file is the next one."""
    with desk.catalogue.writing(visitor.id) as tx:
        of = version_sent(tx, VersionId(version_id))
        added = version_again(tx, of.id, f"v{of.number}")
        refuse_studios(tx, visitor, added.asset)
    desk.wake()


@router.get("/owed", dependencies=[may(SIGNED_IN)])
def owed_told(desk: Asked, visitor: Who) -> tuple[OwedTold, ...]:
    """The animations that whoever asks owes, soonest due first; then those that nobody makes yet."""
    courses = frozenset(one for one in visitor.courses if "motion" in visitor.roles(one))
    with desk.catalogue.reading() as tx:
        found = owed(tx, visitor.id, courses)
        notes = notes_of_cues(tx, [one.casting for one in found])
    return tuple(
        OwedTold(
            one.casting,
            one.course,
            one.video_code,
            one.number,
            one.words,
            one.reference,
            one.why,
            one.mine,
            one.due,
            None if one.told is None else one.told["frames"],
            None if one.told is None else one.told["seconds"],
            None if one.told is None else one.told["file"]["name"],
            notes[one.casting],
        )
        for one in sorted(found, key=lambda one: not one.mine)
    )


@router.post("/castings/{casting_id}/mine", status_code=204, dependencies=[may(MAKER)])
def cue_taken_on(desk: Asked, visitor: Who, casting_id: UUID) -> None:
    """Whoever asks makes the animation of a cue from now on."""
    taken_on(desk, visitor, CastingId(casting_id))


def _version(one: Shown) -> VersionTold:
    of = one.sent
    return VersionTold(
        id=of.id,
        number=of.number,
        name=of.file_name,
        bytes=of.bytes,
        state=of.state,
        cause=of.cause,
        approval=of.approval,
        author=of.author,
        sent_at=of.at,
        seconds=one.seconds,
        remarks=one.remarks,
        has_preview=bool(one.film or one.picture or one.sound),
    )
