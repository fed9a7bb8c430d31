"""`/api/v1`: share links of a course, for programs: made, listed with who came by them, changed, revoked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request

from storage.catalogue.sharing import revoke
from storage.catalogue.terms import LinkId, Rights
from storage.catalogue.visits import Shared, Visit, shared_links
from web.lending import ChangeGiven, LinkGiven, address, change, lent
from web.rules import SHARER, may
from web.visitor import Asked, Who

router = APIRouter(prefix="/api/v1", tags=["links"])


@dataclass(frozen=True, slots=True)
class LinkTold:
    """A link: where it leads (no video: the whole course; draft 0: the latest), its terms, who came by it.

    `open`: it lets people in. `password`: it has one.
    """

    id: UUID
    video: str
    draft: int
    rights: Rights
    downloads: bool
    watermark: bool
    password: bool
    label: str
    expires_at: datetime | None
    by: str
    made_at: datetime
    open: bool
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Lent:
    """A link that was made, and its address, which is told only now."""

    id: UUID
    address: str


def told(one: Shared) -> LinkTold:
    """A link as programs are told of it."""
    terms = one.link.terms
    return LinkTold(
        id=one.link.id,
        video=one.video,
        draft=one.draft,
        rights=terms.rights,
        downloads=terms.downloads,
        watermark=terms.watermark,
        password=terms.password is not None,
        label=terms.label,
        expires_at=terms.expires_at,
        by=one.by,
        made_at=one.made_at,
        open=one.open,
        visits=one.visits,
    )


@router.get("/courses/{course_code}/links", dependencies=[may(SHARER)])
def links(request: Request, desk: Asked, course_code: str) -> tuple[LinkTold, ...]:
    """The links into a course, newest first."""
    del course_code  # the rule of the route found the course by it
    with desk.catalogue.reading() as tx:
        return tuple(told(one) for one in shared_links(tx, request.state.course))


@router.post("/courses/{course_code}/links", dependencies=[may(SHARER)], status_code=201)
def make_link(request: Request, desk: Asked, visitor: Who, course_code: str, given: LinkGiven) -> Lent:
    """Makes a link."""
    del course_code
    made, token = lent(desk.catalogue, desk.limits, request.state.course, given, visitor.id)
    return Lent(made, address(desk.site.url, token))


@router.put("/links/{link_id}", dependencies=[may(SHARER)], status_code=204)
def change_link(desk: Asked, visitor: Who, link_id: UUID, given: ChangeGiven) -> None:
    """Gives a link other terms, at once."""
    change(desk.catalogue, desk.limits, LinkId(link_id), given, visitor.id)


@router.delete("/links/{link_id}", dependencies=[may(SHARER)], status_code=204)
def revoke_link(desk: Asked, visitor: Who, link_id: UUID) -> None:
    """Closes a link, for ever."""
    with desk.catalogue.writing(visitor.id) as tx:
        revoke(tx, LinkId(link_id))
