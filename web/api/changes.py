"""`/api/v1/videos/{video_id}/drafts/{number}/changes`: what changed from another draft, for programs."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request

from pipeline.change_words import ToldList
from pipeline.errors import NotFound
from storage.catalogue.drafts import draft_numbered
from storage.catalogue.terms import VideoId
from web.differing import changed, in_words, others
from web.given import Numbered, Since
from web.language import N_, language_of
from web.problems import not_here
from web.rules import WATCHER, may
from web.visitor import Asked, Who

router = APIRouter(prefix="/api/v1/videos/{video_id}", tags=["videos"])


@router.get("/drafts/{number}/changes", dependencies=[may(WATCHER)])
def changes_of_draft(
    request: Request, desk: Asked, visitor: Who, video_id: UUID, number: Numbered, since: Since = None
) -> ToldList:
    """What changed from draft `since` (without: the last one done before it), line by line.

    Guests compare drafts that their link leads to, and are told what the room shows them: no segments.
    """
    with desk.catalogue.reading() as tx:
        after = draft_numbered(tx, VideoId(video_id), number)
        if since is None:
            since = max((one for one in others(tx, visitor, after) if one < number), default=None)
        elif visitor.guest is not None and since not in {number, *others(tx, visitor, after)}:
            raise not_here()
        if since is None:
            raise NotFound(N_("there is no draft before this one"), todo=N_("name another: ?since=3"))
        found = changed(tx, desk, draft_numbered(tx, VideoId(video_id), since), after)
    told = in_words(desk, (since, number), found, language_of(request))
    if visitor.guest is None:
        return told
    return replace(told, entries=tuple(replace(one, segments=(), segments_before=()) for one in told.entries))
