"""A worker's station: what one process of the farm works with, and what each task does there."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from pipeline import draft as path_of_a_draft
from pipeline.errors import Clash, Contended, DiskFull, FfmpegFailed, NotFound, PipelineError, StorageUnavailable
from pipeline.media import shelf
from pipeline.presets import Farm
from pipeline.values import Key
from storage.catalogue.briefs import BRIEFING
from storage.catalogue.drafts import Drafted, Rendered, fail_draft, keep_draft
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.farming import LOST, advanced, begin, paused, ready_drafts, unwanted, waiting_on
from storage.catalogue.following import due, follow, follow_styles
from storage.catalogue.jobs import (
    Job,
    Work,
    ask_job,
    cancel_job,
    claim,
    fail_job,
    finish_job,
    jobs,
    postpone_job,
    sent,
    unsent,
)
from storage.catalogue.jobs import job as job_numbered
from storage.catalogue.looking import wanted_to_see
from storage.catalogue.outputs import forget_folder, keep_whole
from storage.catalogue.previews import tell_previewed
from storage.catalogue.scripts import revision_kept
from storage.catalogue.terms import DraftId, JobId
from storage.objects import storage_error
from storage.reading import Stored
from workers.briefs import write_briefs
from workers.catalogued import CatalogueHome, original_of
from workers.copying import copying
from workers.crew import Tools
from workers.drafting import ALONE, record_takes, style_of
from workers.farm import Asking, FarmCrew, Waiting
from workers.following import styled
from workers.holding import LEASE, Held, held, worker_name
from workers.ingest import TAIL, Ingest
from workers.logs import note
from workers.orders import QUEUES, TASKS, OtherTools, order, ordered
from workers.pieces import Making
from workers.places import Studio
from workers.previewing import Previewing
from workers.publish import Finished
from workers.telling import Reach, Teller
from workers.workshop import Lost, Workshop

log = logging.getLogger(__name__)

TRIM_EVERY, SPARED = 60.0, 3600.0
"""Seconds between two looks at what lies on this disk, and for which nothing goes that was used: a job may use it."""
PATIENCE = 20
"""How often the catalogue is told of a job that could not be done, while it is away: longer than a restart takes."""


class Telling(Protocol):
    """How the farm is told what there is to do. A message that is lost is sent again by the sweep."""

    def jobs(self, jobs: Sequence[Job]) -> bool:
        """Sends jobs to whoever does them, in that order; False when the broker is away."""
        ...

    def advance(self, draft: DraftId) -> bool:
        """Has a draft gone on with."""
        ...

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue; many when that cannot be told."""
        ...


@dataclass(slots=True)
class Rest:
    """Until when this process takes no jobs, by the machine's own clock: its disk was full, others may have room."""

    until: float = 0.0


@dataclass(frozen=True, slots=True)
class Station:
    """What one process of the farm works with. `machine` names this computer; `numbers` are those of the farm.

    `reach`: how it tells outside the studio what happened.
    """

    studio: Studio
    tools: Tools
    machine: str
    telling: Telling
    numbers: Farm = field(default_factory=shelf.farm)
    rest: Rest = field(default_factory=Rest)
    reach: Reach = field(default_factory=Reach)

    @property
    def catalogue(self) -> Catalogue:
        """The studio's catalogue."""
        return self.studio.catalogue

    @property
    def pause(self) -> timedelta:
        """How long what cannot be done now is left alone."""
        return timedelta(seconds=self.numbers.postpone_seconds)

    @property
    def shop(self) -> Workshop:
        """Where pieces are made on this machine."""
        return Workshop(self.studio.work, self.studio.store)

    # pieces

    def make(self, job_id: JobId) -> None:
        """Makes the piece that a job orders, and lets the drafts go on that waited for it."""
        self._worked(job_id, self._made)

    def _made(self, job: Job, holding: Held) -> None:
        making = ordered(job.work.details, self.shop, self.tools, self._original)
        making(holding.progress)
        self._keep(job, making)
        self._trim()
        log.info("%s is done", job.work.key)

    def _worked(self, job_id: JobId, work: Callable[[Job, Held], None]) -> None:
        """Does a job that nobody else holds; whatever comes of it, drafts that waited for it last are gone on with."""
        job = self._claimed(job_id)
        if job is None:
            return
        try:
            with held(self.catalogue, job) as holding:
                work(job, holding)
        except PipelineError as error:
            self._stopped(job, error)
        except OSError as error:
            self._stopped(job, storage_error(error, self.shop.work.root))
        self._go_on(job.id)

    def _original(self, digest: Key) -> Path | Stored:
        file = original_of(self.catalogue, self.shop, digest)
        if file is None:
            raise NotFound(f"the file {digest[:16]}… is gone that it is made from", todo="add it again, then retry")
        return file.path

    def _keep(self, job: Job, making: Making[Any]) -> None:
        whole = self.shop.store.whole(making.name)
        if whole is None:
            raise StorageUnavailable(f"{making.name}: was published, and is not there", todo="look after the store")
        with self.catalogue.writing() as tx:
            keep_whole(tx, making.kind, making.key, whole)
            if isinstance(making, Previewing) and job.work.media is not None:
                tell_previewed(tx, job.work.media)
            finish_job(tx, job.id, job.worker)

    def _trim(self) -> None:
        """Makes room on this machine, every now and then."""
        mark = self.studio.work.root / "trimmed"
        if not mark.exists() or mark.stat().st_mtime < time.time() - TRIM_EVERY:
            mark.touch()
            self.shop.trim(self.numbers.cache_gb * 10**9, SPARED)

    def _claimed(self, job_id: JobId) -> Job | None:
        if time.monotonic() < self.rest.until:
            log.warning("job %s is left to others: the disk of this machine was full", job_id)
            time.sleep(1)
            with self.catalogue.reading() as tx:
                asked = job_numbered(tx, job_id)
            self.send([asked])
            return None
        with self.catalogue.writing() as tx:
            job = claim(tx, job_id, worker_name(), LEASE)
        if job is not None:
            note(job=job.id, draft=job.work.draft, video=job.work.video)
        return job

    def _stopped(self, job: Job, error: PipelineError) -> None:
        """Notes why a job could not be done, and whether it is tried again."""
        log.warning("job %s (%s): %s", job.work.key, job.work.kind, error)
        if isinstance(error, Clash):
            return  # somebody else has it, or it was cancelled
        if isinstance(error, Lost):
            self._forget(error.name)
        if isinstance(error, DiskFull):
            self.rest.until = time.monotonic() + self.numbers.rest_seconds
            self.shop.trim(0, SPARED)
        for _ in range(PATIENCE):
            try:
                with self.catalogue.writing() as tx:
                    self._note(tx, job, error)
            except StorageUnavailable:
                log.warning("the catalogue is away; job %s waits for it", job.work.key)
                time.sleep(self.pause.total_seconds())
            else:
                return

    def _note(self, tx: Transaction, job: Job, error: PipelineError) -> None:
        if isinstance(error, Lost):
            cancel_job(tx, job.id, LOST)
        elif isinstance(error, StorageUnavailable | OtherTools):
            postpone_job(tx, job.id, job.worker, str(error), self.pause)
        else:
            tail = error.tail[-TAIL:] if isinstance(error, FfmpegFailed) else ""
            fail_job(tx, job.id, job.worker, str(error), tail)

    def _forget(self, name: str) -> None:
        """Has an object made again that the store has lost."""
        self.shop.forget(name)
        with self.catalogue.writing() as tx:
            forget_folder(tx, name)

    def _go_on(self, job_id: JobId) -> None:
        """Has the drafts gone on with that waited for this job last."""
        with self.catalogue.reading() as tx:
            ready = set(ready_drafts(tx))
            drafts = [draft for draft in waiting_on(tx, job_id) if draft in ready]
        for draft in drafts:
            self.telling.advance(draft)

    # drafts

    def advance(self, draft_id: DraftId) -> None:
        """Goes on with a draft until it waits for something, or is done."""
        self._drafted(draft_id, joins=False)

    def join(self, job_id: JobId) -> None:
        """Joins the draft whose job this is."""
        self._worked(job_id, self._all_joined)

    def brief(self, job_id: JobId) -> None:
        """Makes the briefs of a video, for those who owe it animations."""
        self._worked(job_id, self._briefed)

    def copy(self, job_id: JobId) -> None:
        """Makes a copy of a draft that somebody takes home."""
        self._worked(job_id, self._copied)

    def _copied(self, job: Job, holding: Held) -> None:
        making = copying(job.work.details, self.shop, self.tools.ffmpeg)
        making(holding.progress)
        self._keep(job, making)
        self._trim()

    def _briefed(self, job: Job, _: Held) -> None:
        if job.work.video is not None and job.work.draft is not None:
            count = write_briefs(self.catalogue, self.shop, self.tools, job.work.video, job.work.draft)
            log.info("%d briefs are made", count)
        with self.catalogue.writing() as tx:
            finish_job(tx, job.id, job.worker)

    def _all_joined(self, job: Job, _: Held) -> None:
        if job.work.draft is not None:
            self._drafted(job.work.draft, joins=True)
        with self.catalogue.writing() as tx:
            finish_job(tx, job.id, job.worker)

    def _drafted(self, draft_id: DraftId, *, joins: bool) -> None:
        going_on = True
        while going_on:
            try:
                with self.catalogue.writing() as tx:
                    asked = begin(tx, draft_id, joins=joins)
                if asked is None:
                    return
                note(draft=asked.id, video=asked.video)
                going_on = self._once(asked, joins=joins)
            except Contended as error:
                log.info("draft %s is gone on with once more: %s", draft_id, error)

    def _once(self, asked: Drafted, *, joins: bool) -> bool:
        """Goes through the path of a draft once; True when it can go on at once."""
        try:
            with self.catalogue.reading() as tx:
                script = revision_kept(tx, asked.revision, shelf.framings()).script
                style = style_of(tx, asked.video, script, asked.style)
            home = CatalogueHome(self.catalogue, self.shop, asked.video)
            asking = Asking(self.catalogue, asked.video, asked.id, self.send)
            crew = FarmCrew(home, self.shop, self.tools, style, asking, joins=joins)
            crew.number = asked.number
            path_of_a_draft.draft(script, style, crew)
        except Waiting as waiting:
            with self.catalogue.writing() as tx:
                return not paused(tx, asked.id, waiting.jobs)
        except Lost as error:
            self._forget(error.name)
            return True
        except StorageUnavailable:
            raise
        except PipelineError as error:
            log.warning("draft %d fails: %s", asked.number, error)
            with self.catalogue.writing() as tx:
                fail_draft(tx, asked.id, error.message)
            return False
        assert crew.finished is not None  # noqa: S101 (a draft was joined)
        self._kept(asked, crew.finished)
        return False

    def _kept(self, asked: Drafted, finished: Finished) -> None:
        try:
            with self.catalogue.writing() as tx:
                keep_draft(
                    tx,
                    asked.id,
                    Rendered(finished.manifest, finished.plan.timeline, finished.keys, finished.report),
                )
                record_takes(tx, asked.video, finished.plan.chosen)
            log.info("draft %d is done", asked.number)
        except Clash:
            log.info("draft %d was superseded while it was joined", asked.number)

    def send(self, jobs: Sequence[Job]) -> None:
        """Tells the farm of jobs. While the broker is away they wait for the sweep."""
        if jobs and self.telling.jobs(jobs):
            with self.catalogue.writing() as tx:
                sent(tx, [job.id for job in jobs])

    # files, and what no message moved

    def ingest(self, job_id: JobId) -> None:
        """Looks at a file that was sent, and conforms it."""
        with self.catalogue.reading() as tx:
            asked = job_numbered(tx, job_id)
        note(job=job_id, video=asked.work.video)
        try:
            self._ingest.done(asked)
        except (PipelineError, OSError) as error:
            log.warning("%s: %s", asked.work.key, error)

    @property
    def _ingest(self) -> Ingest:
        studio, ffmpeg = self.studio, self.tools.ffmpeg
        return Ingest(studio.store, studio.catalogue, studio.work, ffmpeg, self.machine, pause=self.pause)

    def follow_styles(self) -> None:
        """Marks the videos whose style is another by now than that of their last draft, and forgets what was told."""
        Teller(self.catalogue, self.reach).forget()
        with self.catalogue.writing() as tx:
            follow_styles(tx, styled, self.numbers, tx.now())

    def tell(self) -> None:
        """Tells outside the studio what happened."""
        Teller(self.catalogue, self.reach).look()

    def sweep(self) -> None:
        """Moves what no message moved: frees what dead workers held, tells the farm again, goes on with drafts."""
        self._ingest.free()
        farm = self.numbers
        with self.catalogue.writing() as tx:
            now = tx.now()
            for lost in jobs(tx, ("queued",), queue=ALONE):
                cancel_job(tx, lost.id, LOST)  # who drafted by himself is gone: the farm goes on with it
            follow(tx, farm, now)
            due(tx, styled, now)
            unwanted(tx)
            self._look_at_assets(tx)
            late = [one for one in unsent(tx, now - timedelta(seconds=farm.resend_seconds)) if one.work.queue in QUEUES]
            drafts = ready_drafts(tx, now - timedelta(seconds=farm.lease_seconds))
        for queue in sorted({one.work.queue for one in late}):
            mine = [one for one in late if one.work.queue == queue]
            self.send(mine[: max(0, len(mine) - self.telling.depth(queue))])
        told = [draft_id for draft_id in drafts if self.telling.advance(draft_id)]
        if told:
            with self.catalogue.writing() as tx:
                for draft_id in told:
                    advanced(tx, draft_id)

    def _look_at_assets(self, tx: Transaction) -> None:
        """Asks for what people look at: previews of what was sent, briefs of what is owed."""
        wanted = wanted_to_see(tx)
        for one in wanted.previews:
            making = Previewing(self.shop, one.key, Path(), one.media, one.alpha, self.tools.ffmpeg)
            task, queue = TASKS[Previewing]
            details = order(making, self.tools)
            ask_job(tx, Work(f"other/{one.key}", task, queue, media=one.file, details=details, priority=-1))
        for video, draft_id in wanted.briefs:
            key = f"{BRIEFING}/{draft_id}/{wanted.upto}"
            ask_job(tx, Work(key, BRIEFING, "render", video, draft_id, priority=-1))
