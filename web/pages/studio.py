"""Storage and workers at a glance, for admins of the studio."""

from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from storage.catalogue.counting import Undone, undone
from storage.catalogue.glance import kept
from storage.catalogue.terms import JobId
from storage.catalogue.work import whose
from web import language
from web.desk import Overlook
from web.paper import page
from web.rules import STUDIO_ADMIN, may
from web.visitor import Asked

router = APIRouter(include_in_schema=False, prefix="/work/studio")
GIGA: Final = 10**9
MEGA: Final = 10**6


@router.get("", dependencies=[may(STUDIO_ADMIN)])
def studio_page(request: Request, desk: Asked) -> Response:
    """What waits and what is kept, as the catalogue has it; the rest is asked for when the page is there."""
    spoken = language.language_of(request)
    with desk.catalogue.reading() as tx:
        now, found, sizes = tx.now(), undone(tx), kept(tx)
    values = {"queues": _queues(found), "kept": sizes, "size": partial(_size, spoken=spoken)}
    return page(request, "studio.html", values | {"ago": partial(language.ago, now=now, language=spoken)})


@router.get("/now", dependencies=[may(STUDIO_ADMIN)])
def studio_now(request: Request, desk: Asked) -> Response:
    """The workers that answer and whether all is well: asking takes some seconds."""
    spoken = language.language_of(request)
    found = desk.overlook(spoken)
    with desk.catalogue.reading() as tx:
        jobs = whose(tx, _jobs(found))
    does = {str(job_id): (job.work.kind, of) for job_id, (job, of) in jobs.items()}
    size = partial(_size, spoken=spoken)
    return page(request, "studio_now.html", {"found": found, "does": does, "size": size})


def _queues(found: tuple[Undone, ...]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for one in found:
        row = rows.setdefault(one.queue, {"name": one.queue, "queued": 0, "running": 0, "oldest": None})
        row[one.state] += one.jobs
        if one.state == "queued":
            row["oldest"] = _older(row["oldest"], one.since)
    return sorted(rows.values(), key=lambda row: row["name"])


def _older(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def _jobs(found: Overlook) -> list[JobId]:
    out: list[JobId] = []
    for worker in found.workers or ():
        for text in worker.does:
            try:
                out.append(JobId(UUID(text)))
            except ValueError:
                continue
    return out


def _size(count: int, spoken: str) -> str:
    """Bytes as people read them, as disks count: in GB, below that in MB."""
    if count >= GIGA:
        number, unit = f"{count / GIGA:.1f}", "Go" if spoken == "fr" else "GB"
    else:
        number, unit = f"{count / MEGA:.1f}", "Mo" if spoken == "fr" else "MB"
    return f"{number.replace('.', ',') if spoken == 'fr' else number}\u00a0{unit}"
