"""Assets: the library over all courses, each with its versions, where it is used, and what is said of it."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from pipeline.previews import MOVING, SOUND, STILL
from storage.catalogue.library import Wanted, version_again, version_sent
from storage.catalogue.previews import preview_files
from storage.catalogue.terms import AssetId, VersionId
from web import language
from web.desk import Desk
from web.given import AboutGiven
from web.language import N_
from web.objects import saved_as
from web.objects import shown as shown_object
from web.paper import onwards, page
from web.problems import NotThis, not_here
from web.rules import MAKER, MEMBER, SIGNED_IN, may
from web.sending import refuse_studios
from web.shelving import KINDS, described, opened, shelf
from web.standing import MOST_PAGES
from web.visitor import Asked, Visitor, Who

router = APIRouter(include_in_schema=False)
Kind = Literal["", "motion", "still", "music", "sound", "logo", "font"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says is shown. `n` is the page, from 0."""

    q: Annotated[str, Query(max_length=100)] = ""
    kind: Kind = ""
    only: Literal["", "missing", "remarked"] = ""
    n: Annotated[int, Query(ge=0, le=MOST_PAGES)] = 0

    def address(self, **changes: str | int) -> str:
        """The address of the same with changes; on its first page unless `n` is changed."""
        wanted = {"q": self.q, "kind": self.kind, "only": self.only, "n": 0} | changes
        said = {name: value for name, value in wanted.items() if value}
        return f"/assets?{urlencode(said)}" if said else "/assets"

    def wanted(self, visitor: Visitor) -> Wanted:
        """What of it a visitor may see."""
        return Wanted(
            self.q.strip(),
            self.kind or None,
            self.only == "missing",
            self.only == "remarked",
            None if visitor.admin else visitor.courses,
            self.n,
        )


FilteredBy = Annotated[Filters, Depends()]


@router.get("/assets", dependencies=[may(SIGNED_IN)])
def library_page(request: Request, desk: Asked, visitor: Who, filters: FilteredBy) -> Response:
    """The library."""
    return page(request, "assets.html", _shelf(request, desk, visitor, filters))


@router.get("/assets/shelf", dependencies=[may(SIGNED_IN)])
def shelf_part(request: Request, desk: Asked, visitor: Who, filters: FilteredBy) -> Response:
    """What of the library changes as things happen."""
    return page(request, "assets_shelf.html", _shelf(request, desk, visitor, filters))


@router.get("/assets/{asset_id}", dependencies=[may(MEMBER)])
def asset_page(request: Request, desk: Asked, visitor: Who, asset_id: UUID) -> Response:
    """The page of an asset."""
    return page(request, "asset.html", _opened(request, desk, visitor, asset_id))


@router.get("/assets/{asset_id}/versions", dependencies=[may(MEMBER)])
def versions_part(request: Request, desk: Asked, visitor: Who, asset_id: UUID) -> Response:
    """What of the page of an asset changes as things happen."""
    return page(request, "asset_live.html", _opened(request, desk, visitor, asset_id))


@router.post("/assets/{asset_id}/about", dependencies=[may(MAKER)])
def about_form(desk: Asked, visitor: Who, asset_id: UUID, given: Annotated[AboutGiven, Form()]) -> Response:
    """Keeps what somebody says of an asset."""
    described(desk, visitor, AssetId(asset_id), given)
    return onwards(f"/assets/{asset_id}", "saved")


@router.post("/versions/{version_id}/again", dependencies=[may(MAKER)])
def again_form(desk: Asked, visitor: Who, version_id: UUID) -> Response:
    """Goes back to a version: its file is the next one."""
    with desk.catalogue.writing(visitor.id) as tx:
        of = version_sent(tx, VersionId(version_id))
        added = version_again(tx, of.id, f"v{of.number}")
        refuse_studios(tx, visitor, added.asset)
    desk.wake()
    return onwards(f"/assets/{added.asset}", "saved")


@router.get("/versions/{version_id}/file", dependencies=[may(MEMBER)])
def version_file(desk: Asked, version_id: UUID) -> Response:
    """The file of a version as it was sent: to be saved, never shown."""
    with desk.catalogue.reading() as tx:
        of = version_sent(tx, VersionId(version_id))
    if of.state != "ready":
        raise NotThis(N_("this version has no file that can be used"), N_("look at the page of the asset"))
    return saved_as(desk, of.object_name, of.file_name)


@router.get("/versions/{version_id}/preview/{name}", dependencies=[may(MEMBER)])
def version_preview(desk: Asked, version_id: UUID, name: str) -> Response:
    """A file of the preview of a version, that we made."""
    with desk.catalogue.reading() as tx:
        of = version_sent(tx, VersionId(version_id))
        files = preview_files(tx, of.preview) if of.preview is not None and name in {MOVING, STILL, SOUND} else {}
    if name not in files:
        raise not_here()
    return shown_object(desk, *files[name])


def _shelf(request: Request, desk: Desk, visitor: Visitor, filters: Filters) -> dict[str, Any]:
    words = desk.words[language.language_of(request)]
    with desk.catalogue.reading() as tx:
        now = tx.now()
        found, more = shelf(tx, filters.wanted(visitor), words)
    return {
        "filters": filters,
        "found": found,
        "more": more,
        "kinds": KINDS,
        "ago": partial(language.ago, now=now, language=language.language_of(request)),
    }


def _opened(request: Request, desk: Desk, visitor: Visitor, asset_id: UUID) -> dict[str, Any]:
    words = desk.words[language.language_of(request)]
    with desk.catalogue.reading() as tx:
        now = tx.now()
        found = opened(tx, desk, visitor, AssetId(asset_id), words)
    return {
        "it": found,
        "kinds": KINDS,
        "ago": partial(language.ago, now=now, language=language.language_of(request)),
    }
