"""Uploads: files of any size in parts, straight to the store. Pages and programs use the same."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from storage.catalogue.courses import video
from storage.catalogue.terms import AssetId, MediaId, MediaState, VideoId
from storage.objects import Part
from web import sending
from web.rules import MAKER, may
from web.sending import MOST_LINKS, Given, Standing
from web.visitor import Asked, Who

router = APIRouter(prefix="/api/v1", tags=["uploads"])
Md5 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class AnnouncedVersion:
    """A file that is about to be sent. `path`: its name, after the folders it was chosen with, if any.

    `fingerprint` says which file it is: the same person announcing the same again goes on with the same upload.
    """

    path: Annotated[str, Field(min_length=1, max_length=2000)]
    size: Annotated[int, Field(ge=1, lt=1 << 50)]
    fingerprint: Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Announced(AnnouncedVersion):
    """A file that is about to be sent: a rush, or the version of an asset by what the script calls it."""

    kind: Literal["rush", "asset"] = "rush"
    reference: Annotated[str, Field(max_length=300)] = ""


@dataclass(frozen=True, slots=True)
class PartThere:
    """A part that the store has: its number, from 1, and the MD5 of what arrived."""

    number: int
    md5: str


@dataclass(frozen=True, slots=True)
class Uploading:
    """An upload: `parts` of `part_size` bytes each, the last one fewer; 0 when the file is whole already."""

    id: UUID
    name: str
    state: MediaState
    cause: str
    size: int
    part_size: int
    parts: int
    there: tuple[PartThere, ...]


@dataclass(frozen=True, slots=True)
class PartWanted:
    """A part that is about to be sent."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    md5: Md5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parts that links are wanted for."""

    parts: Annotated[tuple[PartWanted, ...], Field(min_length=1, max_length=MOST_LINKS)]


@dataclass(frozen=True, slots=True)
class PartLink:
    """Where one part is put, by PUT, with its MD5 as `Content-MD5`."""

    number: int
    link: str


@dataclass(frozen=True, slots=True)
class Links:
    """Where to put the parts that the store lacks; `there` are those that it has, byte for byte."""

    links: tuple[PartLink, ...]
    there: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The MD5 of every part, in order, as its sender has them."""

    md5s: Annotated[tuple[Md5, ...], Field(min_length=1, max_length=10_000)]


@router.post("/videos/{video_id}/uploads", dependencies=[may(MAKER)])
def announce(desk: Asked, visitor: Who, video_id: UUID, announced: Announced) -> Uploading:
    """Announces a file: a rush of the video, or the next version of what its script calls `reference`."""
    with desk.catalogue.reading() as tx:
        of = video(tx, VideoId(video_id))
    given = Given(announced.path, announced.size, announced.fingerprint)
    if announced.kind == "asset":
        return _told(sending.announce_version(desk, visitor, of, announced.reference, given))
    return _told(sending.announce_rush(desk, visitor, of, given))


@router.post("/assets/{asset_id}/uploads", dependencies=[may(MAKER)])
def announce_of_asset(desk: Asked, visitor: Who, asset_id: UUID, announced: AnnouncedVersion) -> Uploading:
    """Announces the next version of an asset."""
    given = Given(announced.path, announced.size, announced.fingerprint)
    return _told(sending.announce_of_asset(desk, visitor, AssetId(asset_id), given))


@router.get("/uploads/{upload_id}", dependencies=[may(MAKER)])
def read(desk: Asked, visitor: Who, upload_id: UUID) -> Uploading:
    """How far an upload is; once whole, how its file stands."""
    return _told(sending.standing(desk, visitor, MediaId(upload_id)))


@router.post("/uploads/{upload_id}/sign", dependencies=[may(MAKER)])
def sign(desk: Asked, visitor: Who, upload_id: UUID, wanted: Wanted) -> Links:
    """Links to put parts to. They live two hours; ask again for those that are too old."""
    parts = [Part(one.number, 0, one.md5) for one in wanted.parts]
    made, there = sending.links(desk, visitor, MediaId(upload_id), parts)
    return Links(tuple(PartLink(number, link) for number, link in made.items()), tuple(there))


@router.post("/uploads/{upload_id}/complete", dependencies=[may(MAKER)])
def complete(desk: Asked, visitor: Who, upload_id: UUID, sums: Sums) -> Uploading:
    """Puts the file together; it is ready once it was looked at."""
    return _told(Standing(sending.complete(desk, visitor, MediaId(upload_id), sums.md5s), None))


@router.delete("/uploads/{upload_id}", dependencies=[may(MAKER)], status_code=204)
def give_up(desk: Asked, visitor: Who, upload_id: UUID) -> None:
    """Gives an upload up."""
    sending.give_up(desk, visitor, MediaId(upload_id))


def _told(found: Standing) -> Uploading:
    of, upload = found.file, found.upload
    there = {part.number: PartThere(part.number, part.md5) for part in found.parts}
    size, count = (upload.part_size, upload.count) if upload is not None else (0, 0)
    return Uploading(of.id, of.name, of.state, of.cause, sending.given_size(of), size, count, tuple(there.values()))
