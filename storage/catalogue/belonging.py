"""Which course a thing is of: what every rule of the web asks first."""

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from pipeline.errors import NotFound
from storage.catalogue.engine import Transaction
from storage.catalogue.tables.casting import CastingRow, ProposalRow
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.tables.draft import DraftRow
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.tables.media import AssetRow, MediaRow, RushRow, TakeRow, VersionRow
from storage.catalogue.tables.review import NoteRow
from storage.catalogue.tables.sharing import LinkRow
from storage.catalogue.tables.telling import WebhookRow
from storage.catalogue.terms import CourseId
from storage.catalogue.work import course_of_job

Thing = Literal[
    "course",
    "video",
    "asset",
    "version",
    "rush",
    "take",
    "casting",
    "proposal",
    "draft",
    "note",
    "job",
    "link",
    "upload",
    "webhook",
]

_OF_VIDEO: Final[Mapping[Thing, Any]] = {
    "take": TakeRow,
    "rush": RushRow,
    "casting": CastingRow,
    "proposal": ProposalRow,
    "draft": DraftRow,
    "note": NoteRow,
}


def _statements() -> dict[Thing, tuple[Select[Any], Any]]:
    """For each thing, the query of its course, and the column its id is compared with."""
    video = select(VideoRow.course_id)
    out: dict[Thing, tuple[Select[Any], Any]] = {
        "course": (select(CourseRow.id), CourseRow.id),
        "video": (video, VideoRow.id),
        "asset": (select(AssetRow.course_id), AssetRow.id),
        "version": (select(AssetRow.course_id).join(VersionRow, VersionRow.asset_id == AssetRow.id), VersionRow.id),
        "webhook": (select(WebhookRow.course_id), WebhookRow.id),
        "job": (
            select(course_of_job()).select_from(JobRow).outerjoin(VideoRow, VideoRow.id == JobRow.video_id),
            JobRow.id,
        ),
    }
    for thing, table in _OF_VIDEO.items():
        out[thing] = (video.select_from(table).join(VideoRow, VideoRow.id == table.video_id), table.id)
    link = select(func.coalesce(LinkRow.course_id, VideoRow.course_id)).select_from(LinkRow)
    link = link.outerjoin(DraftRow, DraftRow.id == LinkRow.draft_id)
    link = link.outerjoin(VideoRow, VideoRow.id == func.coalesce(LinkRow.video_id, DraftRow.video_id))
    out["link"] = (link, LinkRow.id)
    sent = select(func.coalesce(VideoRow.course_id, AssetRow.course_id)).select_from(MediaRow)
    sent = sent.outerjoin(RushRow, RushRow.media_id == MediaRow.id).outerjoin(VideoRow, VideoRow.id == RushRow.video_id)
    sent = sent.outerjoin(VersionRow, VersionRow.media_id == MediaRow.id)
    sent = sent.outerjoin(AssetRow, AssetRow.id == VersionRow.asset_id)
    out["upload"] = (sent.where(or_(RushRow.id.is_not(None), VersionRow.id.is_not(None))), MediaRow.id)
    return out


_STATEMENTS: Final[Mapping[Thing, tuple[Select[Any], Any]]] = _statements()


def course_of_thing(tx: Transaction, thing: Thing, thing_id: UUID) -> CourseId | None:
    """The course that a thing is of; None for what is the whole studio's (its assets, jobs of no video). One query.

    Raises:
        NotFound: there is no such thing.
    """
    statement, key = _STATEMENTS[thing]
    found = tx.execute(statement.where(key == thing_id)).first()
    if found is None:
        raise NotFound(f"there is no {thing} {thing_id}", todo="go back and look again")
    return None if found[0] is None else CourseId(found[0])
