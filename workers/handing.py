"""A file handed in: its rows in the catalogue, or where it is already. Nothing is sent here."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from pipeline.errors import Clash, StorageUnavailable
from pipeline.mhl import Wanted
from pipeline.values import as_json
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.files import Declared, File, expect_file, same_file
from storage.catalogue.filming import Filed
from storage.catalogue.finding import Kept, file_of_size, kept_as, rush_at
from storage.catalogue.jobs import OVER, Job, Work, ask_job, job_of, retry_job
from storage.catalogue.terms import VideoId
from storage.catalogue.uploads import LOOKING, file_rush
from storage.objects import storage_error
from storage.sums import BLOCK
from workers.progress import Listener, Step, silent
from workers.sending import Reading, stamp_of

SENDING = "send"
"""The kind of jobs by which a file of this machine is sent to the store."""

MEGA = 1_000_000
"""Bytes are shown in megabytes, as disks and cards count them."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that somebody hands in: where it lies, how it is filed, what its card's manifests want of it.

    `rate` is the rate it is conformed to; None: that of the video's rushes.
    """

    path: Path
    filed: Filed
    wanted: Wanted | None = None
    rate: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What handing in came to: the file's row and the job that goes on with it; or where it is already."""

    file: File
    job: Job | None
    already: tuple[Kept, ...] = ()


@dataclass
class Desk:
    """Takes files in for one catalogue. `machine` names the queue of what only this machine can send."""

    catalogue: Catalogue
    machine: str
    listener: Listener = field(default=silent)

    def handed(self, video: VideoId, given: Handed) -> Asked:
        """The file's row, uploading, with its rush and its job; one that was interrupted is gone on with.

        A file that is ready somewhere, byte for byte, is not sent again: it is a rush of this video as well.

        Raises:
            WrongHash: it is not what its card lists.
            StorageUnavailable: the file cannot be read.
        """
        try:
            size, stamp = given.path.stat().st_size, stamp_of(given.path)
        except OSError as error:
            raise storage_error(error, given.path) from error
        with self.catalogue.reading() as tx:
            there = rush_at(tx, video, given.filed.card, given.filed.name)
            alike = file_of_size(tx, size)
            if there is not None and there.state == "ready" and _stamped(tx, there) == stamp:
                return Asked(there, None, kept_as(tx, there.id))
        sha256 = self._sha256(given, size) if alike else ""
        try:
            return self._asked(video, given, size, sha256)
        except Clash:  # somebody handed the same in at the same moment
            return self._asked(video, given, size, sha256)

    def _asked(self, video: VideoId, given: Handed, size: int, sha256: str) -> Asked:
        with self.catalogue.writing() as tx:
            same = same_file(tx, sha256) if sha256 else None
            if same is not None and same.media is not None:
                return self._known(tx, video, given, same)
            there = rush_at(tx, video, given.filed.card, given.filed.name)
            if there is not None and there.state in {"uploading", "processing"} and there.declared_size == size:
                return Asked(there, self._again(tx, there, video, given))
            return self._new(tx, video, given, size)

    def _sha256(self, given: Handed, size: int) -> str:
        total = max(1, size // MEGA)

        def show(read: int) -> None:
            self.listener(Step("compare", min(total, read // MEGA), total, "megabytes"))

        try:
            with given.path.open("rb") as file:
                reading = Reading(file, given.wanted, show)
                while reading.read(BLOCK):
                    pass
        except OSError as error:
            raise storage_error(error, given.path) from error
        reading.refuse_other(given.path.name)
        self.listener(Step("compare", total, total, "megabytes", finished=True))
        return reading.sha256

    def _known(self, tx: Transaction, video: VideoId, given: Handed, same: File) -> Asked:
        already = kept_as(tx, same.id)
        file_rush(tx, video, same.id, given.filed)
        return Asked(same, None, already)

    def _new(self, tx: Transaction, video: VideoId, given: Handed, size: int) -> Asked:
        expected = expect_file(tx, Declared(given.path.name, size))
        file_rush(tx, video, expected.id, given.filed)
        return Asked(expected, self._again(tx, expected, video, given))

    def _again(self, tx: Transaction, there: File, video: VideoId, given: Handed) -> Job:
        """The job that goes on with a file, to be begun anew."""
        kind = SENDING if there.state == "uploading" else LOOKING
        queue = sending_queue(self.machine) if kind == SENDING else LOOKING
        details = {
            "path": str(given.path.absolute()),
            "wanted": None if given.wanted is None else as_json(given.wanted),
            "rate": None if given.rate is None else as_json(given.rate),
        }
        key = f"{kind}:{there.id}"
        job, _ = ask_job(tx, Work(key, kind, queue, video=video, media=there.id, details=details))
        if job.state in OVER:
            retry_job(tx, job.id)
        found = job_of(tx, key)
        if found is None:
            raise StorageUnavailable(f"the job {key} is gone from the catalogue", todo="try again")
        return found


def _stamped(tx: Transaction, there: File) -> str | None:
    """The stamp that a file had when it was sent from here."""
    job = job_of(tx, f"{LOOKING}:{there.id}")
    return job.work.details.get("stamp") if job is not None else None


def sending_queue(machine: str) -> str:
    """The queue of files that only one machine can send: they lie there."""
    return f"{SENDING}@{machine}"
