"""A draft as the catalogue knows it: asked for, made by a crew, kept with everything it was made of."""

import contextlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pipeline import draft as path_of_a_draft
from pipeline.draft import Draft
from pipeline.errors import Clash, PipelineError
from pipeline.media import shelf
from pipeline.presets import Style
from pipeline.script import Script
from pipeline.takes import Chosen
from storage.catalogue.courses import course
from storage.catalogue.courses import video as video_row
from storage.catalogue.drafts import Drafted, Rendered, ask_draft, drafts, fail_draft, keep_draft, start_draft
from storage.catalogue.engine import Transaction
from storage.catalogue.farming import SUPERSEDED, waits
from storage.catalogue.files import HERE
from storage.catalogue.filming import called, keep_takes, marks, rushes
from storage.catalogue.jobs import Job, Work, ask_job, cancel_job, claim, finish_job
from storage.catalogue.scripts import Revision, save_revision
from storage.catalogue.terms import DraftId, RevisionId, VideoId
from workers.again import PinnedCrew
from workers.catalogued import CatalogueHome
from workers.crew import Tools
from workers.folder import DRAFTS, Probed, VideoFolder
from workers.holding import LEASE, held, worker_name
from workers.home import FolderHome, Found, Home
from workers.local import LocalCrew
from workers.places import Place
from workers.progress import Listener
from workers.publish import Finished, next_number
from workers.recording import record_files, record_objects

ALONE = "draft"
"""The job of making a whole draft on one machine, and its queue, from which nobody takes any."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where drafts of a video are asked for: `folder` when it is a folder's, None when it is the studio's."""

    place: Place
    folder: VideoFolder | None
    tools: Tools
    listener: Listener

    @contextmanager
    def crew(self, manifest: Mapping[str, Any] | None = None) -> Generator[LocalCrew]:
        """A crew for the video; with a manifest, one that works from what that pins."""
        given = (self.home(), self.place.shop, self.tools, self.listener)
        with LocalCrew(*given) if manifest is None else PinnedCrew(*given, manifest) as crew:
            yield crew

    def home(self) -> Home:
        """Where the video's files come from."""
        place = self.place
        if self.folder is not None:
            return FolderHome(self.folder, beside(place))
        return CatalogueHome(place.catalogue, place.shop, place.video)

    def saved(self, script: Script) -> Revision:
        """The script as the next revision, or the one that it is already."""
        with self.place.catalogue.writing() as tx:
            return save_revision(tx, self.place.video, script)

    def drafted(
        self, crew: LocalCrew, script: Script, style: Style, cause: str, revision: RevisionId | None = None
    ) -> Draft:
        """The next draft, made and kept. In the studio it is asked for first: one that cannot be made is failed there.

        `revision`: that of the script, where it is not the last.
        """
        if self.folder is None:
            return self._in_studio(crew, script, style, cause, revision)
        with self.place.catalogue.reading() as tx:
            known = drafts(tx, self.place.video)
        crew.number = max(next_number(self.folder.root / DRAFTS), known[-1].number + 1 if known else 1)
        made = path_of_a_draft.draft(script, style, crew)
        with self.place.catalogue.writing() as tx:
            asked = ask_draft(tx, self.place.video, cause, revision=revision, least=crew.number)
            if not isinstance(crew, PinnedCrew):
                record_files(tx, self.place.video, self.folder, script, _finished(crew).plan.footage)
            record_objects(tx, self.place.work, _finished(crew).manifest)
            self._keep(tx, asked.id, _finished(crew))
        return made

    def _in_studio(
        self, crew: LocalCrew, script: Script, style: Style, cause: str, revision: RevisionId | None
    ) -> Draft:
        with self.place.catalogue.writing() as tx:
            asked = ask_draft(tx, self.place.video, cause, revision=revision)
            start_draft(tx, asked.id)
            job = _held_here(tx, asked)
        crew.number = asked.number
        try:
            with held(self.place.catalogue, job):
                made = path_of_a_draft.draft(script, style, crew)
        except BaseException as error:
            said = error.message if isinstance(error, PipelineError) else type(error).__name__
            with contextlib.suppress(Clash), self.place.catalogue.writing() as tx:
                cancel_job(tx, job.id, SUPERSEDED)
                fail_draft(tx, asked.id, said)
            raise
        with self.place.catalogue.writing() as tx:
            finish_job(tx, job.id, job.worker)
            self._keep(tx, asked.id, _finished(crew))
        return made

    def _keep(self, tx: Transaction, draft: DraftId, finished: Finished) -> None:
        timeline = finished.plan.timeline
        keep_draft(tx, draft, Rendered(finished.manifest, timeline, finished.keys, finished.report))
        record_takes(tx, self.place.video, finished.plan.chosen)


def _held_here(tx: Transaction, asked: Drafted) -> Job:
    """The job of making a draft on this machine, held: a farm leaves the draft alone until it is over, or was lost."""
    job, _ = ask_job(tx, Work(f"{ALONE}/{asked.id}", ALONE, ALONE, asked.video, asked.id, total=1))
    waits(tx, asked.id, [job.id])
    mine = claim(tx, job.id, worker_name(), LEASE)
    assert mine is not None  # noqa: S101 (nobody else knows of it yet)
    return mine


def _finished(crew: LocalCrew) -> Finished:
    assert crew.finished is not None  # noqa: S101 (a draft was joined)
    return crew.finished


def beside(place: Place) -> Found:
    """What was added to a folder without lying in `rushes/`, and what people said of all its rushes."""
    with place.catalogue.reading() as tx:
        kept = [one for one in rushes(tx, place.video) if one.file.state == "ready"]
        said = marks(tx, place.video)
    added = [
        (one.filed.kind, Probed(called(one), place.work.path(one.file.object_name), one.file.media))
        for one in kept
        if one.file.media is not None and not one.file.object_name.startswith(HERE)
    ]
    filmed, recorders = (tuple(file for kind, file in added if kind == of) for of in ("camera", "recorder"))
    return Found(filmed, (), recorders, said)


def style_of(tx: Transaction, video_id: VideoId, script: Script, name: str = "") -> Style:
    """The style asked for, or the script's, or the course's; at the course's rate and size."""
    of = course(tx, video_row(tx, video_id).course)
    return replace(shelf.style(name or script.style or of.style), rate=of.rate, size=of.size)


def record_takes(tx: Transaction, video: VideoId, chosen: Chosen) -> None:
    """Keeps which takes of the video's rushes a draft found."""
    filed = {called(one): one.id for one in rushes(tx, video)}
    known = [take for take in chosen.takes if take.rush in filed]
    keep_takes(tx, video, {(take.shot, take.number): (filed[take.rush], take.span) for take in known})
