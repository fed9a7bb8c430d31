"""The tasks of the farm: each takes an id, and does with it what the station of its process does."""

import logging
from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec
from uuid import UUID

from celery import Celery

from pipeline.errors import PipelineError
from storage.catalogue.terms import DraftId, JobId
from workers.app import ADVANCE, NAME, STYLES, SWEEP
from workers.farm import JOIN
from workers.handing import LOOKING
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

    def ingest(job_id: str) -> None:
        station().ingest(JobId(UUID(job_id)))

    def advance(draft_id: str) -> None:
        station().advance(DraftId(UUID(draft_id)))

    def sweep() -> None:
        station().sweep()

    def styles() -> None:
        station().follow_styles()

    for name, _ in TASKS.values():
        app.task(_told(name, make), name=f"{NAME}.{name}")
    app.task(_told(JOIN, join), name=f"{NAME}.{JOIN}")
    app.task(_told(LOOKING, ingest), name=f"{NAME}.{LOOKING}")
    app.task(_told("advance", advance), name=ADVANCE)
    app.task(_told("sweep", sweep), name=SWEEP)
    app.task(_told("styles", styles), name=STYLES)


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
