"""The farm in numbers: what waits and runs now, and what ended since an event. Each is a query or two, by an index.

Nothing counts a whole table: what stands is found by the indexes of what is undone, what ended by the ids of events.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from sqlalchemy import Float, Text, func, select, union_all

from storage.catalogue.drafts import UNDER_WAY
from storage.catalogue.engine import Transaction
from storage.catalogue.following import READER
from storage.catalogue.jobs import UNDONE
from storage.catalogue.tables.draft import DraftRow, SegmentRow
from storage.catalogue.tables.farm import EventRow, JobRow, ReaderRow
from storage.catalogue.terms import DraftState

MOST = 5000
"""Events read at once: a scrape each 15 s sees some hundred; more are counted by the next."""

Class = Literal["worker_lost", "program", "no_answer", "superseded", "cancelled", "other"]
"""Why a job ended otherwise than done: its worker vanished; ffmpeg failed; the store, the catalogue or a disk did not
take part; no draft wants it any more; a person gave it up; anything else."""
CLASSES: Final[tuple[Class, ...]] = get_args(Class)

End = Literal["done", "failed", "cancelled", "lost", "waits"]
"""How an attempt at a job ended; after `lost` and `waits` it is tried again."""
ENDS: Final[tuple[End, ...]] = get_args(End)

_ENDS: Final[dict[str, End]] = {f"job.{end}": end for end in ENDS}
_TOLD = (*_ENDS, "draft.asked", "draft.done", "draft.failed")
_SIGNS: Final[tuple[tuple[str, Class], ...]] = (
    ("its worker was lost", "worker_lost"),
    ("its process was ended", "worker_lost"),
    ("superseded", "superseded"),
    ("lost", "superseded"),
    ("cancelled by", "cancelled"),
    ("ffmpeg failed", "program"),
    ("disk is full", "no_answer"),
    ("does not answer", "no_answer"),
    ("nobody answers", "no_answer"),
    ("cannot be reached", "no_answer"),
)


@dataclass(frozen=True, slots=True)
class Undone:
    """Jobs of one kind in one queue that wait or run. `since`: from when the oldest of them could be done or is done.

    `again` of them were tried before; `overdue` of them were not heard of before their lease ended.
    """

    queue: str
    kind: str
    state: Literal["queued", "running"]
    jobs: int
    since: datetime
    again: int
    overdue: int


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Drafts that wait or are rendered. `since`: when the oldest of them was asked for."""

    state: DraftState
    drafts: int
    since: datetime


@dataclass(slots=True)
class Happened:
    """What ended since an event, added up. `upto` is the event it was read to.

    `ends` counts attempts by kind of work and end, `failures` those that were not done by kind and class of cause;
    `milliseconds` are those of jobs that were done, by kind, `film_seconds` those of film that was rendered. `drafts`
    counts drafts by what was told of them, `segments` those of drafts that were done: `rendered` for them, or `reused`.
    """

    upto: int
    ends: Counter[tuple[str, End]] = field(default_factory=Counter[tuple[str, End]])
    failures: Counter[tuple[str, Class]] = field(default_factory=Counter[tuple[str, Class]])
    milliseconds: Counter[str] = field(default_factory=Counter[str])
    film_seconds: Fraction = Fraction(0)
    drafts: Counter[str] = field(default_factory=Counter[str])
    segments: Counter[str] = field(default_factory=Counter[str])

    def add(self, more: "Happened") -> None:
        """Goes on with what happened afterwards."""
        self.upto = more.upto
        self.ends.update(more.ends)
        self.failures.update(more.failures)
        self.milliseconds.update(more.milliseconds)
        self.drafts.update(more.drafts)
        self.segments.update(more.segments)
        self.film_seconds += more.film_seconds


def undone(tx: Transaction) -> tuple[Undone, ...]:
    """What waits and what runs, by queue and kind. One query."""
    now = tx.now()
    since = {"queued": JobRow.run_after, "running": JobRow.started_at}
    found = tx.execute(
        union_all(
            *(
                select(
                    JobRow.queue,
                    JobRow.kind,
                    JobRow.state,
                    func.count().label("jobs"),
                    func.min(since[state]).label("since"),
                    func.count().filter(JobRow.cause != "").label("again"),
                    func.count().filter(JobRow.lease_until < now).label("overdue"),
                )
                .where(JobRow.state == state)
                .group_by(JobRow.queue, JobRow.kind, JobRow.state)
                for state in UNDONE
            )
        )
    )
    return tuple(sorted((Undone(*one) for one in found), key=lambda one: (one.queue, one.kind, one.state)))


def drafts_under_way(tx: Transaction) -> tuple[UnderWay, ...]:
    """Drafts that are not over, by state. One query."""
    found = tx.execute(
        select(DraftRow.state, func.count(), func.min(DraftRow.created_at))
        .where(DraftRow.state.in_(UNDER_WAY))
        .group_by(DraftRow.state)
        .order_by(DraftRow.state)
    )
    return tuple(UnderWay(*one) for one in found)


def unread_since(tx: Transaction) -> datetime | None:
    """When the oldest event happened that the farm's sweep has not read; None when it has read all. One query."""
    read = func.coalesce(select(ReaderRow.event_id).filter_by(name=READER).scalar_subquery(), 0)
    return tx.scalar(select(EventRow.at).where(EventRow.id > read).order_by(EventRow.id).limit(1))


def last_event(tx: Transaction) -> int:
    """The id of the last event; 0 when nothing ever happened. One query."""
    return tx.scalar(select(func.max(EventRow.id))) or 0


def happened(tx: Transaction, after: int, most: int = MOST) -> Happened:
    """What ended after an event, of so many events at most. Four queries, however long the log is."""
    upto = min(last_event(tx), after + most)
    out = Happened(max(after, upto))
    told = (EventRow.id > after, EventRow.id <= upto, EventRow.kind.in_(_TOLD))
    cause = func.coalesce(EventRow.details["cause"].as_string(), "")
    rate = func.coalesce(JobRow.details["with"]["segment"]["rate"].as_string(), "")
    taken = _taken(tx)
    rows = tx.execute(
        select(EventRow.kind, JobRow.kind, cause, rate, JobRow.stderr_tail != "", taken, JobRow.total)
        .join(JobRow, JobRow.id == EventRow.subject_id)
        .where(*told)
    )
    for event, kind, why, pace, program, seconds, frames in rows:
        end = _ENDS[event]
        out.ends[kind, end] += 1
        if end != "done":
            out.failures[kind, class_of(why, end, program=bool(program))] += 1
            continue
        out.milliseconds[kind] += round(1000 * (seconds or 0))
        if pace:
            out.film_seconds += frames / Fraction(pace)
    drafts = tx.execute(select(EventRow.kind, EventRow.subject_id).where(*told, EventRow.kind.like("draft.%"))).all()
    out.drafts.update(event.removeprefix("draft.") for event, _ in drafts)
    out.segments.update(_segments(tx, [draft for event, draft in drafts if event == "draft.done"]))
    return out


def class_of(cause: str, end: End, *, program: bool) -> Class:
    """The class of what a job's row says. `program`: a program said something at the end."""
    if end == "lost":
        return "worker_lost"
    for sign, meant in _SIGNS:
        if (cause == sign) if sign in {"lost", "superseded"} else (sign in cause):
            return meant
    if end == "waits":
        return "no_answer"  # it could not be done for no fault of its own (`postpone_job`)
    return "program" if program else "other"


def _taken(tx: Transaction) -> Any:
    """Seconds from a job's last start to its end, as the database reckons them."""
    if tx.postgres:
        return func.extract("epoch", JobRow.ended_at - JobRow.started_at).cast(Float)
    ended, started = (func.julianday(column.cast(Text)) for column in (JobRow.ended_at, JobRow.started_at))
    return (ended - started) * 86_400


def _segments(tx: Transaction, drafts: Iterable[Any]) -> Mapping[str, int]:
    """How many segments of these drafts were rendered for them, and how many were there or repeat."""
    wanted = tuple(drafts)
    if not wanted:
        return {}
    shown = tx.scalar(select(func.count()).select_from(SegmentRow).where(SegmentRow.draft_id.in_(wanted))) or 0
    made = select(func.count()).select_from(JobRow).where(JobRow.draft_id.in_(wanted))
    rendered = min(shown, tx.scalar(made.where(JobRow.kind == "render", JobRow.state == "done")) or 0)
    return {"rendered": rendered, "reused": shown - rendered}
