"""One of each thing that a path can name, in a course of theirs and in a foreign one."""

from dataclasses import dataclass
from uuid import UUID

from pipeline.spans import Span
from storage.catalogue.casting import resolved
from storage.catalogue.filming import Filed, add_rush, add_take
from storage.catalogue.jobs import Work, ask_job
from storage.catalogue.proposals import Suggestion, propose
from storage.catalogue.reviewing import Remark, add_note
from storage.catalogue.sharing import Terms, share
from storage.catalogue.webhooks import add_webhook
from tests.stack.studio import Studio

LINE = "Voici les données. [show collect] On les collecte. [/show]"


@dataclass(frozen=True)
class World:
    """The ids and codes of a course's things, by the names that paths have for them."""

    studio: Studio
    named: dict[str, UUID | str]


def world(studio: Studio) -> World:
    """A course with one of everything."""
    catalogue, video = studio.catalogue, studio.video
    asset = studio.asset("collect")
    version = studio.send(asset)
    line = studio.write(LINE).script.lines[0].id
    drafted = studio.draft()
    media = studio.ready_file()
    with catalogue.writing(studio.people["director"]) as tx:
        rush = add_rush(tx, video, media, Filed("a.mov"))
        take = add_take(tx, rush, "1", 1, Span(0, 50))
        casting = resolved(tx, video)[0].id
        proposal = propose(tx, video, studio.people["motion"], Suggestion(line, 0, "show lister"))
        note = add_note(tx, drafted.id, studio.people["reviewer"], Remark("trop vite", Span(0, 1)))
        job, _ = ask_job(tx, Work(f"a job of {studio.code}", "render", "render", video=video))
        link, _ = share(tx, (studio.course, None, None), studio.people["director"], Terms("view"))
        hook, _ = add_webhook(tx, studio.course, "https://hooks.example.org/", ("failed",), b"x" * 32)
    named: dict[str, UUID | str] = {
        "course_code": studio.code,
        "video_code": "V1",
        "course_id": studio.course,
        "video_id": video,
        "asset_id": asset,
        "version_id": version.id,
        "rush_id": rush,
        "upload_id": media,
        "take_id": take,
        "casting_id": casting,
        "proposal_id": proposal,
        "draft_id": drafted.id,
        "note_id": note,
        "job_id": job.id,
        "link_id": link,
        "webhook_id": hook,
    }
    return World(studio, named)
