"""Copies of drafts for taking home: asked for as jobs, found again by what made them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.copies import (
    COPY_KINDS,
    Asked,
    CopyKind,
    Film,
    Titled,
    Wanted,
    Watermarked,
    Whom,
    contact_sheet,
    copy_key,
    kind_of,
    notes_printed,
    steps,
)
from pipeline.markers import one_line
from pipeline.presets import Framings
from pipeline.saying import Saying as FramingsSaid
from pipeline.values import Key, as_json, from_json
from pipeline.words import Words
from storage.catalogue.courses import course, video
from storage.catalogue.drafts import Drafted, shown
from storage.catalogue.engine import Transaction
from storage.catalogue.jobs import OVER, Job, Work, as_job, ask_job, retry_job
from storage.catalogue.marked import Leaving
from storage.catalogue.outputs import Output, outputs
from storage.catalogue.scripts import revision_kept
from storage.catalogue.tables.farm import JobRow
from storage.catalogue.terms import DraftId, JobState, VideoId

PRIORITY = 1
"""Somebody waits for it, and it keeps no worker long: before the pieces of drafts."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a draft that somebody asked for, `since` when it stands so. `done` of `total` in its own units.

    `files`: what there is of it; none while it is not made, or not kept any more.
    """

    kind: CopyKind
    key: Key
    state: JobState
    since: datetime
    done: int
    total: int
    cause: str
    files: tuple[Output, ...]
    whom: Whom


@dataclass(frozen=True, slots=True)
class Saying:
    """In which words a copy speaks, and which framings they name; `day` is the draft's, as people write it."""

    words: Words
    framings: Framings
    day: str


def wanted_copy(
    tx: Transaction, drafted: Drafted, kind: CopyKind, told: Leaving, film: Film, mark: str, saying: Saying
) -> Wanted:
    """The copy of a draft of which `told` and `film` tell; `mark` is laid over its pictures. Six queries at most.

    Raises:
        Clash: the draft is not done.
    """
    if kind == "watermark":
        return Watermarked(film, mark)
    words, found = saying.words, video(tx, drafted.video)
    title = "copies.notes_title" if kind == "notes-pdf" else "copies.sheet_title"
    code = f"{course(tx, found.course).code}/{found.code}"
    about = words.say("copies.about", called=code, number=drafted.number, date=saying.day)
    page = words.sentences["copies.page"]
    head = Titled(words.say(title, title=one_line(told.title)), about, page, words.language)
    if kind == "notes-pdf":
        return notes_printed(film, head, told.film, told.drawings, words, mark)
    script = revision_kept(tx, drafted.revision, saying.framings).script
    numbers = {str(line.id): script.number(line.id) for line in script.lines}
    said = FramingsSaid(words, saying.framings, film.rate)
    return contact_sheet(film, head, shown(tx, drafted.id).timeline, numbers, said, mark)


def ask_copy(tx: Transaction, video: VideoId, draft: DraftId, asked: Asked) -> Job | None:
    """Asks for a copy; None when it is there, or was asked for already and is on its way."""
    key, kind = copy_key(asked.wanted), kind_of(asked.wanted)
    total = steps(asked.wanted)
    work = Work(f"other/{key}", kind, "render", video, draft, None, as_json(asked), PRIORITY, total)
    job, new = ask_job(tx, work)
    if new:
        return job
    lost = job.state == "done" and not outputs(tx, "other", [key])
    if job.state in OVER and (job.state != "done" or lost) and retry_job(tx, job.id, work):
        return job
    return None


def copies(tx: Transaction, draft: DraftId) -> tuple[Copy, ...]:
    """The copies of a draft that were asked for, last first. Two queries."""
    rows = tx.scalars(
        select(JobRow)
        .where(JobRow.draft_id == draft, JobRow.kind.in_(COPY_KINDS))
        .order_by(JobRow.created_at.desc(), JobRow.id.desc())
    )
    jobs = [as_job(one) for one in rows]
    keys = [_key(one) for one in jobs]
    there = outputs(tx, "other", keys)
    return tuple(_copy(job, key, there.get(key, ())) for job, key in zip(jobs, keys, strict=True))


def copy_of(tx: Transaction, draft: DraftId, key: str) -> Copy | None:
    """The copy of a draft that has this key; None when nobody asked for it. Two queries."""
    found = tx.scalar(
        select(JobRow).where(JobRow.draft_id == draft, JobRow.kind.in_(COPY_KINDS), JobRow.key == f"other/{key}")
    )
    if found is None:
        return None
    job = as_job(found)
    return _copy(job, _key(job), outputs(tx, "other", [_key(job)]).get(_key(job), ()))


def _key(job: Job) -> Key:
    return Key(job.work.key.rpartition("/")[2])


def _copy(job: Job, key: Key, files: tuple[Output, ...]) -> Copy:
    kind: CopyKind = next(known for known in COPY_KINDS if known == job.work.kind)
    done, total = min(job.done, job.work.total), job.work.total
    kept = files if job.state == "done" else ()
    return Copy(
        kind, key, job.state, job.since, done, total, job.cause, kept, from_json(Whom, job.work.details["whom"])
    )
