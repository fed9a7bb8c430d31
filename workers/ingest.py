"""Ingest: an original into the store, byte for byte, then looked at and conformed. Called here, and by the farm later.

Two kinds of jobs, each to be begun again at any point: load by key, do, store by key. Sending reads the file once: its
sha256, the hashes its card wants, its parts; it appears in the store whole, or not at all. Looking probes what the
store has and decodes it once. `ready` comes only after size, hash, probe and decoding.
"""

import json
import logging
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from pipeline.errors import (
    Damaged,
    FfmpegFailed,
    NotFound,
    PipelineError,
    StorageUnavailable,
    UnreadableMedia,
    WrongHash,
    WrongPicture,
)
from pipeline.footage import Media
from pipeline.media.conform import common_rate, conform_key, expected_frames
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.probe import probe
from pipeline.media.sound import decoded_key
from pipeline.mhl import Wanted
from pipeline.values import Key, as_json, from_json
from storage.catalogue.assets import tell_ready
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import (
    File,
    file,
    file_arrived,
    file_failed,
    file_missing,
    file_ready,
    same_file,
    set_upload,
)
from storage.catalogue.filming import add_rush, rushes
from storage.catalogue.finding import given_up
from storage.catalogue.jobs import Job, Work, ask_job, beat, claim, claim_next, fail_job, finish_job, postpone_job, reap
from storage.catalogue.outputs import keep_whole
from storage.catalogue.terms import MediaId, VideoId
from storage.catalogue.uploads import LOOKING
from storage.folder_store import FolderStore
from storage.keeping import verified
from storage.objects import ObjectStore, Upload, Whole, storage_error
from storage.reading import Stored
from storage.sending import sent
from workers.assets_sent import probed_asset
from workers.handing import MEGA, SENDING, sending_queue
from workers.holding import LEASE, Held, free_dead, held, worker_name
from workers.pieces import Conforming, Sounding, readable
from workers.progress import Listener, Step, silent
from workers.sending import Reading, stamp_of
from workers.workshop import Workshop

log = logging.getLogger(__name__)

USUAL_RATE = Fraction(25)
"""The rate of a sound, which has none: it is never used."""

TAIL = 4000
"""Characters of what a program said that are kept with a failure."""

REFUSED = (WrongHash, UnreadableMedia, FfmpegFailed, WrongPicture)
"""What trying again does not change: the file itself is at fault."""


class AlreadyHere(PipelineError):
    """The same bytes are ready under another name; they are not kept twice."""

    code = "already-here"

    def __init__(self, same: File) -> None:
        super().__init__(f"{same.name}: already here", todo="nothing is to be done")
        self.same = same


@dataclass
class Ingest:
    """Does the jobs of ingest. `work` is a folder on this machine that is worked in.

    `pause`: how long what could not be done now is left alone. `looks`: whether files that were sent are looked at
    here, or by whoever takes that job.
    """

    store: ObjectStore
    catalogue: Catalogue
    work: FolderStore
    ffmpeg: Ffmpeg
    machine: str
    listener: Listener = field(default=silent)
    pause: timedelta = timedelta(0)
    looks: bool = True

    def settle(self, video: VideoId | None = None) -> tuple[File, ...]:
        """Goes on with everything that was interrupted, of one video or of all; the files as they then are.

        What dead processes held is free at once; what was given up is failed, with its cause; nothing stays half done.

        Raises:
            StorageUnavailable: the store or the catalogue is away; the work waits.
        """
        self.free()
        out: list[File] = []
        while (job := self._next(video)) is not None:
            out.append(self._done(job, None))
        return tuple(out)

    def free(self) -> None:
        """Frees what dead processes held, and fails what was given up; nothing is gone on with yet."""
        self.work.swept()
        with self.catalogue.writing() as tx:
            free_dead(tx)
            reap(tx)
            lost = given_up(tx)
            uploads = [file(tx, media_id).upload for media_id, _, _ in lost]
            for media_id, cause, tail in lost:
                file_failed(tx, media_id, cause, tail)
        for upload in uploads:
            if upload is not None:
                self.store.abort(from_json(Upload, json.loads(upload)))

    def _next(self, video: VideoId | None) -> Job | None:
        with self.catalogue.writing() as tx:
            for queue in (sending_queue(self.machine), *([LOOKING] if self.looks else ())):
                job = claim_next(tx, queue, worker_name(), LEASE)
                if job is not None and video is not None and job.work.video != video:
                    fail_job(tx, job.id, job.worker, "", again=LEASE)
                    continue
                if job is not None:
                    return job
        return None

    def done(self, job: Job, path: Path | None = None) -> File:
        """The file after its job, and after looking at it when the job was to send it; `path` is where it lies here.

        When somebody else is at it, the file as it stands.

        Raises:
            StorageUnavailable: the store or the catalogue is away; the work waits, and is gone on with from there.
            Clash: somebody else has taken it over.
        """
        with self.catalogue.writing() as tx:
            mine = claim(tx, job.id, worker_name(), LEASE)
            if mine is None:
                return file(tx, _media_of(job))
        return self._done(mine, path)

    def _done(self, job: Job, path: Path | None) -> File:
        media_id = _media_of(job)
        path = path or (Path(job.work.details["path"]) if job.work.details.get("path") else None)
        after: Job | None = None
        try:
            with held(self.catalogue, job) as holding:
                if job.work.kind == SENDING:
                    after = self._sent(holding, media_id, path)
                else:
                    self._looked(holding, media_id, path)
        except AlreadyHere as error:
            self._kept_once(job, media_id, error.same)
            return error.same
        except REFUSED as error:
            self._failed(job, media_id, error)
        except OSError as error:
            self._waits(job, storage_error(error, path or "the file"))
        except PipelineError as error:
            self._waits(job, error)
        if after is not None and self.looks:
            return self.done(after, path)
        with self.catalogue.reading() as tx:
            return file(tx, media_id)

    def _waits(self, job: Job, error: PipelineError) -> NoReturn:
        """Lets the job wait for better times, if the catalogue can be told, and says what is wrong."""
        try:
            with self.catalogue.writing() as tx:
                if isinstance(error, StorageUnavailable):
                    postpone_job(tx, job.id, job.worker, str(error), self.pause)
                else:
                    fail_job(tx, job.id, job.worker, str(error), again=self.pause)
        except StorageUnavailable:
            log.debug("the catalogue is away as well", exc_info=True)
        raise error

    def _failed(self, job: Job, media_id: MediaId, error: PipelineError) -> None:
        tail = error.tail if isinstance(error, FfmpegFailed) else ""
        with self.catalogue.writing() as tx:
            if fail_job(tx, job.id, job.worker, str(error), tail[-TAIL:]):
                file_failed(tx, media_id, str(error), tail[-TAIL:])

    def _kept_once(self, job: Job, media_id: MediaId, same: File) -> None:
        """The rush is of the file that is there; the row of the one that was being sent says so."""
        with self.catalogue.writing() as tx:
            of = job.work.video
            mine = [one for one in rushes(tx, of) if one.file.id == media_id] if of is not None else []
            file_failed(tx, media_id, f"the same bytes are kept as {same.name}")
            for one in mine:
                add_rush(tx, cast("VideoId", of), same.id, one.filed)
            finish_job(tx, job.id, job.worker)

    # sending

    def _sent(self, holding: Held, media_id: MediaId, path: Path | None) -> Job:
        """The job of looking, once the store has the file whole."""
        with self.catalogue.reading() as tx:
            row = file(tx, media_id)
        there = self.store.stat(row.object_name)
        sha256 = there.sha256 if there is not None else self._put(holding, row, path)
        size = there.size if there is not None else cast("int", row.declared_size)
        details = {**holding.job.work.details, "sha256": sha256, "stamp": ""}
        if there is None and path is not None:
            details["stamp"] = stamp_of(path)
        with self.catalogue.writing() as tx:
            if row.state != "processing":
                file_arrived(tx, media_id, size)
            work = Work(f"{LOOKING}:{media_id}", LOOKING, LOOKING, holding.job.work.video, media=media_id)
            after, _ = ask_job(tx, replace(work, details=details))
            finish_job(tx, holding.job.id, holding.job.worker)
        return after

    def _put(self, holding: Held, row: File, path: Path | None) -> str:
        """The digest of the file, once the store has it: what it lacks is sent."""
        if path is None or not path.is_file():
            todo = "put it back, and add it again"
            raise UnreadableMedia(row.name, f"went before it was safe ({path})", todo=todo)
        if path.stat().st_size != row.declared_size:
            message = f"{row.name}: {row.declared_size} bytes were announced, now it has {path.stat().st_size}"
            raise WrongHash(message, todo="wait until it is whole, and add it again")
        upload = self._upload(row)
        try:
            sha256, md5s = self._parts(holding, upload, path, row.name)
            self._refuse_twice(sha256)
        except (WrongHash, AlreadyHere):
            self.store.abort(upload)
            raise
        try:
            self.store.complete(upload, md5s)
        except Damaged:
            log.debug("parts of %s did not stay as they were sent; they are sent again", row.name, exc_info=True)
            sha256, md5s = self._parts(holding, upload, path, row.name)
            self.store.complete(upload, md5s)
        return sha256

    def _refuse_twice(self, sha256: str) -> None:
        with self.catalogue.reading() as tx:
            same = same_file(tx, sha256)
        if same is not None and same.media is not None:
            raise AlreadyHere(same)

    def _parts(self, holding: Held, upload: Upload, path: Path, name: str) -> tuple[str, tuple[str, ...]]:
        """The digest of the file and the MD5 of its parts, once the store has them all."""
        stamp = stamp_of(path)
        wanted = holding.job.work.details.get("wanted")
        total = max(1, upload.size // MEGA)

        def show(read: int) -> None:
            holding.check()
            self.listener(Step("send", min(total, read // MEGA), total, "megabytes"))

        with path.open("rb") as stream:
            reading = Reading(stream, from_json(Wanted, wanted) if wanted else None, show)
            md5s = sent(self.store, upload, cast("BinaryIO", reading))
        reading.refuse_other(name)
        if stamp_of(path) != stamp:
            raise WrongHash(f"{name}: changed while it was read", todo="wait until it is whole, and add it again")
        self.listener(Step("send", total, total, "megabytes", finished=True))
        return reading.sha256, md5s

    def _upload(self, row: File) -> Upload:
        """The upload that is under way, or a new one; the catalogue knows it before anything is sent.

        One that was begun by a process that ended before it could say so is given up.
        """
        if row.upload is not None:
            upload = from_json(Upload, json.loads(row.upload))
            try:
                self.store.parts(upload)
            except NotFound:
                log.debug("the upload of %s is gone; it begins again", row.name)
            else:
                return upload
        for left in self.store.uploads(row.object_name):
            self.store.abort(left)
        upload = self.store.begin(row.object_name, cast("int", row.declared_size))
        with self.catalogue.writing() as tx:
            set_upload(tx, row.id, json.dumps(as_json(upload)))
        return upload

    # looking

    def _looked(self, holding: Held, media_id: MediaId, path: Path | None) -> None:
        """Makes the file ready: size, hash, probe, one decode, and all that comes of it kept."""
        job = holding.job
        with self.catalogue.reading() as tx:
            row = file(tx, media_id)
        there = self.store.stat(row.object_name)
        if there is None:
            self._missing(job, media_id, "the store has it no longer")
            return
        stored = Stored(self.store, row.object_name, row.name, there.size)
        sha256: str = job.work.details.get("sha256") or there.sha256
        try:
            sha256 = sha256 or verified(self.store, stored.key, size=row.size).sha256
        except Damaged as error:
            self._missing(job, media_id, str(error))
            return
        if job.work.details.get("as") == "asset":
            media = probed_asset(self.store, self.work, stored, sha256)
            with self.catalogue.writing() as tx:
                if finish_job(tx, job.id, job.worker):
                    file_ready(tx, media_id, sha256, media)
                    tell_ready(tx, media_id)
            return
        stamp = job.work.details.get("stamp")
        local = path if path is not None and path.is_file() and stamp and stamp_of(path) == stamp else None
        media = replace(probe(local or stored, Key(sha256)), name=row.name)
        key, whole = self._made(holding, media, local, stored)
        with self.catalogue.writing() as tx:
            keep_whole(tx, "sound" if media.kind == "sound" else "conformed", key, whole)
            if finish_job(tx, job.id, job.worker):
                file_ready(tx, media_id, sha256, media, key)

    def _missing(self, job: Job, media_id: MediaId, cause: str) -> None:
        with self.catalogue.writing() as tx:
            if fail_job(tx, job.id, job.worker, cause):
                file_missing(tx, media_id, cause)

    def _made(self, holding: Held, media: Media, local: Path | None, stored: Stored) -> tuple[Key, Whole]:
        """The key of what is made of the file, and its files in the store; made now where it was not there."""
        rate = self._rate(holding.job, media)
        first = self._making(media, rate, local or stored)
        there = self.store.whole(first.name)
        if there is not None:
            return first.key, there
        total = max(1, expected_frames(media, rate)) if media.kind == "video" else 1

        holding.total = total
        with self.catalogue.writing() as tx:
            beat(tx, holding.job.id, holding.job.worker, LEASE, total=total)

        def show(frames: int) -> None:
            holding.progress(frames)
            self.listener(Step("conform", min(total, frames), total, "frames"))

        with self.work.scratch() as scratch:
            folder = scratch / "object"
            folder.mkdir()
            try:
                first.write(folder, show)
            except PipelineError as error:
                if isinstance(readable(first.path), Path):
                    raise
                # a link that breaks and a file that is damaged look alike: from this disk it shows which it was
                log.debug("%s over a link: %s", stored.name, type(error).__name__)
                shutil.rmtree(folder)
                folder.mkdir()
                self.store.get(stored.key, scratch / "original", sha256=media.digest)
                self._making(media, rate, scratch / "original").write(folder, show)
            self.store.publish(folder, first.name)
        self.listener(Step("conform", total, total, "frames", finished=True))
        whole = self.store.whole(first.name)
        if whole is None:
            raise StorageUnavailable(f"{first.name}: was published, and is not there", todo="look after the store")
        return first.key, whole

    def _making(self, media: Media, rate: Fraction, place: Path | Stored) -> Conforming | Sounding:
        """What is made of a file that lies here, or in the store."""
        if media.kind == "still":
            todo = "put it into motion/"
            raise UnreadableMedia(media.name, "is a still picture; a rush needs a moving picture", todo=todo)
        shop = Workshop(self.work, self.store)
        if media.kind == "sound":
            return Sounding(shop, decoded_key(media, self.ffmpeg.build), place, media, self.ffmpeg)
        key = conform_key(media, rate, self.ffmpeg.build)
        return Conforming(shop, key, place, media, rate, self.ffmpeg)

    def _rate(self, job: Job, media: Media) -> Fraction:
        """The rate asked for, or the one that most of the video's rushes have, this one with them."""
        told, video = job.work.details.get("rate"), job.work.video
        if told:
            return Fraction(told)
        with self.catalogue.reading() as tx:
            others = [one.file.media for one in rushes(tx, video)] if video is not None else []
        return common_rate([*(other for other in others if other is not None), media]) or USUAL_RATE


def _media_of(job: Job) -> MediaId:
    assert job.work.media is not None  # noqa: S101 (both kinds of jobs are of a file)
    return job.work.media
