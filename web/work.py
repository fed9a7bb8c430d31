"""What the farm does, as people read it: whose it is, how far it has come, why it failed and what to do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from storage.catalogue.engine import Transaction
from storage.catalogue.jobs import Job
from storage.catalogue.terms import CourseId, JobId, JobState
from storage.catalogue.work import LISTED, Done, Lot, Whose, lately, work
from web.language import N_
from web.visitor import Visitor

STATES: Final[dict[JobState, tuple[str, str]]] = {
    "failed": ("failed", N_("failed")),
    "running": ("running", N_("runs")),
    "queued": ("waiting", N_("waits")),
    "done": ("ready", N_("done")),
    "cancelled": ("none", N_("given up")),
}
"""For each state of a job, the sign and the word of a page."""

Shown = Literal["failed", "running", "queued", "done"]
SHOWN: Final[tuple[Shown, ...]] = get_args(Shown)
"""What can be asked for alone."""

SURE: Final = 3
"""Units that must be done until it is said how long the rest takes: the first ones tell little."""


@dataclass(frozen=True, slots=True)
class JobTold:
    """A job. `done` of `total` units, total 0 while unknown; `seconds_left` null while unknown.

    `cause`: why it failed or waits; `todo`: what to do about it; `log`: the last that its program said.
    """

    id: JobId
    kind: str
    state: JobState
    since: datetime
    done: int
    total: int
    seconds_left: int | None
    worker: str
    attempts: int
    cause: str
    todo: str
    log: str


@dataclass(frozen=True, slots=True)
class LotTold:
    """The jobs that are for the same thing. `done` of `total` are those of its draft; `kinds` counts those not done."""

    whose: Whose
    state: JobState
    since: datetime
    jobs: tuple[JobTold, ...]
    done: int
    total: int
    seconds_left: int | None
    kinds: dict[str, int]

    @property
    def failed(self) -> tuple[JobTold, ...]:
        """Those that failed."""
        return tuple(one for one in self.jobs if one.state == "failed")

    @property
    def under_way(self) -> tuple[JobTold, ...]:
        """Those that run or wait."""
        return tuple(one for one in self.jobs if one.state != "failed")


@dataclass(frozen=True, slots=True)
class WorkTold:
    """What fails, runs or waits, and what was done in the last day. `more`: more waits than is listed."""

    lots: tuple[LotTold, ...]
    more: bool
    lately: tuple[Done, ...]


def name_of(visitor: Visitor) -> str:
    """The name of who asks, as jobs and drafts keep it."""
    return visitor.person.name if visitor.person is not None else ""


def work_told(tx: Transaction, visitor: Visitor, only: Shown | None = None) -> WorkTold:
    """The work that a visitor may see, `only` in one state where one is named. Three queries and the clock."""
    courses: frozenset[CourseId] | None = None if visitor.admin else visitor.courses
    now = tx.now()
    lots, more = work(tx, courses, LISTED if only is None else (only,)) if only != "done" else ((), False)
    done = lately(tx, courses) if only in {None, "done"} else ()
    return WorkTold(tuple(_lot(one, now) for one in lots), more, done)


def job_told(job: Job, now: datetime) -> JobTold:
    """A job as it is told."""
    cause, todo = cause_and_todo(job)
    running = job.state == "running"
    elapsed = (now - job.since).total_seconds() if running else 0.0
    return JobTold(
        id=job.id,
        kind=job.work.kind,
        state=job.state,
        since=job.since,
        done=min(job.done, job.work.total),
        total=job.work.total,
        seconds_left=seconds_left(job.done, job.work.total, elapsed) if running else None,
        worker=job.worker.partition(":")[0] if running else "",
        attempts=job.attempts,
        cause=cause,
        todo=todo,
        log=job.stderr_tail,
    )


def cause_and_todo(job: Job) -> tuple[str, str]:
    """Why a job failed, and what to do: an error is kept as its sentence, with the advice on a line of its own."""
    return cause_and_todo_of(job.cause)


def cause_and_todo_of(cause: str) -> tuple[str, str]:
    r"""The same of a cause as it is kept.

    >>> cause_and_todo_of("it broke\n  mend it")
    ('it broke', 'mend it')
    """
    lines = cause.splitlines() or [""]
    advice = [index for index, line in enumerate(lines) if index and line.startswith("  ")]
    at = advice[-1] if advice and advice[-1] == len(lines) - 1 else len(lines)
    return "\n".join(lines[:at]).strip(), "\n".join(lines[at:]).strip()


def seconds_left(done: int, total: int, elapsed: float) -> int | None:
    """How long the rest takes at the pace so far; None while that says nothing.

    >>> seconds_left(10, 40, 20.0)
    60
    >>> seconds_left(1, 40, 2.0) is None
    True
    """
    if done < min(SURE, total) or done <= 0 or elapsed <= 0 or total <= 0:
        return None
    return round(elapsed * max(0, total - done) / done)


def _lot(lot: Lot, now: datetime) -> LotTold:
    jobs = tuple(job_told(one, now) for one in lot.jobs)
    total = lot.finished + len(jobs)
    elapsed = 0.0 if lot.began is None else (now - lot.began).total_seconds()
    moves = any(one.state == "running" for one in jobs)
    return LotTold(
        whose=lot.whose,
        state=lot.state,
        since=min(one.since for one in jobs),
        jobs=jobs,
        done=lot.finished,
        total=total,
        seconds_left=seconds_left(lot.finished, total, elapsed) if moves else None,
        kinds=_kinds(jobs),
    )


def _kinds(jobs: Sequence[JobTold]) -> dict[str, int]:
    return dict(Counter(one.kind for one in jobs if one.state != "failed"))
