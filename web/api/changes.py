"""`/api/v1/videos/{video_id}/drafts/{number}/changes`: what changed from another draft, for programs."""

from uuid import UUID

from fastapi import APIRouter, Request

from pipeline.change_words import ToldList
from pipeline.errors import NotFound
from storage.catalogue.drafts import draft_numbered, drafts
from storage.catalogue.terms import VideoId
from web.differing import changed, in_words
from web.given import Numbered, Since
from web.language import N_, language_of
from web.rules import MEMBER, may
from web.visitor import Asked

router = APIRouter(prefix="/api/v1/videos/{video_id}", tags=["videos"])


@router.get("/drafts/{number}/changes", dependencies=[may(MEMBER)])
def changes_of_draft(request: Request, desk: Asked, video_id: UUID, number: Numbered, since: Since = None) -> ToldList:
    """What changed from draft `since` (without: the last one done before it), line by line."""
    with desk.catalogue.reading() as tx:
        after = draft_numbered(tx, VideoId(video_id), number)
        if since is None:
            done = [one.number for one in drafts(tx, after.video) if one.state == "done" and one.number < number]
            since = max(done, default=None)
        if since is None:
            raise NotFound(N_("there is no draft before this one"), todo=N_("name another: ?since=3"))
        found = changed(tx, desk, draft_numbered(tx, VideoId(video_id), since), after)
    return in_words(desk, (since, number), found, language_of(request))
