"""The tasks of the farm: each takes an id, and does with it what the station of its process does."""

import logging
from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec
from uuid import UUID

from celery import Celery

from pipeline.errors import PipelineError
from storage.catalogue.briefs import BRIEFING
from storage.catalogue.terms import DraftId, JobId
from storage.catalogue.uploads import LOOKING
from workers.app import ADVANCE, NAME, STYLES, SWEEP, TELL
from workers.farm import JOIN
from workers.logs import begin
from workers.orders import TASKS
from workers.station import Station

P = ParamSpec("P")

log = logging.getLogger(__name__)


def add_tasks(app: Celery, opened: Callable[[], Station]) -> None:
    """Gives the app its tasks. `opened` opens a station; each process opens its own, at its first task."""
    station = cache(opened)

    def make(job_id: str) -> None:
        station().make(JobId(UUID(job_id)))

    def join(job_id: str) -> None:
        station().join(JobId(UUID(job_id)))

    def brief(job_id: str) -> None:
        station().brief(JobId(UUID(job_id)))

    def ingest(job_id: str) -> None:
        station().ingest(JobId(UUID(job_id)))

    def advance(draft_id: str) -> None:
        station().advance(DraftId(UUID(draft_id)))

    def sweep() -> None:
        station().sweep()

    def styles() -> None:
        station().follow_styles()

    def tell() -> None:
        station().tell()

    tasks = {f"{NAME}.{name}": _told(name, make) for name, _ in TASKS.values()}
    tasks |= {f"{NAME}.{JOIN}": _told(JOIN, join), f"{NAME}.{LOOKING}": _told(LOOKING, ingest)}
    tasks |= {f"{NAME}.{BRIEFING}": _told(BRIEFING, brief)}
    tasks |= {ADVANCE: _told("advance", advance), SWEEP: _told("sweep", sweep), STYLES: _told("styles", styles)}
    tasks[TELL] = _told("tell", tell)
    for name, task in tasks.items():
        app.task(task, name=name, shared=False)  # shared ones would be those of any other app of this process


def _told(name: str, task: Callable[P, None]) -> Callable[P, None]:
    """The task, named in what it logs. Known errors are said in a line; the sweep comes back to it."""

    @wraps(task)
    def told(*arguments: P.args, **options: P.kwargs) -> None:
        begin(name)
        try:
            task(*arguments, **options)
        except PipelineError as error:
            log.warning("%s: %s", " ".join(map(str, arguments)) or name, error)

    return told
