"""The tasks of the farm: each takes an id, and does with it what the station of its process does."""

import logging
from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec
from uuid import UUID

from celery import Celery

from pipeline.copies import COPY_KINDS
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

    def of_job(act: Callable[[Station, JobId], None]) -> Callable[[str], None]:
        def task(job_id: str) -> None:  # by a name: Celery writes a function of the same name to check its arguments
            act(station(), JobId(UUID(job_id)))

        return task

    def advance(draft_id: str) -> None:
        station().advance(DraftId(UUID(draft_id)))

    def sweep() -> None:
        station().sweep()

    def styles() -> None:
        station().follow_styles()

    def tell() -> None:
        station().tell()

    does: dict[str, Callable[[Station, JobId], None]] = {name: Station.make for name, _ in TASKS.values()}
    does |= {JOIN: Station.join, BRIEFING: Station.brief, LOOKING: Station.ingest}
    does |= dict.fromkeys(COPY_KINDS, Station.copy)
    tasks: dict[str, Callable[..., None]] = {f"{NAME}.{kind}": _told(kind, of_job(act)) for kind, act in does.items()}
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
