"""Holding a job while it is done: its lease renewed in the background, freed at once when its process is dead."""

import contextlib
import os
import socket
import threading
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

from pipeline.errors import Clash, PipelineError
from pipeline.media import shelf
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.jobs import Job, beat, fail_job, jobs, postpone_job

LEASE = timedelta(seconds=shelf.farm().lease_seconds)
"""How long nobody else takes a job that was not heard of: a busy machine may be late, a dead one is not waited for."""


def worker_name() -> str:
    """Names this process on this machine; no other process ever has the same name."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str:
    """When a process began, in ticks since the machine did (proc(5), field 22); empty where that cannot be told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def dead(worker: str) -> bool:
    """True when it was a process of this machine that is gone. Of other machines only their leases tell."""
    parts = worker.rsplit(":", 2)
    if len(parts) != 3 or parts[0] != socket.gethostname() or not _started(os.getpid()):
        return False
    return not parts[1].isdecimal() or _started(int(parts[1])) != parts[2]


def free_dead(tx: Transaction, *, stopped: bool = False) -> tuple[Job, ...]:
    """Queues again what dead processes of this machine held, without waiting for their leases.

    `stopped`: in order, by whoever runs this machine; the attempts do not count.
    """
    lost = [job for job in jobs(tx, ("running",)) if dead(job.worker)]
    for job in lost:
        if stopped:
            postpone_job(tx, job.id, job.worker, "its worker was stopped", timedelta(0))
        else:
            fail_job(tx, job.id, job.worker, "its process was ended", again=timedelta(0))
    return tuple(lost)


class Held:
    """A job that this process holds. `done` of `total`: how far it is, in the job's units."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.done = 0
        self.total = job.work.total
        self._lost = threading.Event()

    def progress(self, done: int) -> None:
        """Notes how far it is; the next sign of life says so.

        Raises:
            Clash: somebody else has it now, or it was cancelled.
        """
        self.check()
        self.done = done

    def check(self) -> None:
        """Nothing, while it is held.

        Raises:
            Clash: somebody else has it now, or it was cancelled.
        """
        if self._lost.is_set():
            raise Clash(f"{self.job.work.key}: somebody else has taken it over", todo="look how far they are")

    def lose(self) -> None:
        """Notes that somebody else has it."""
        self._lost.set()


@contextlib.contextmanager
def held(catalogue: Catalogue, job: Job) -> Generator[Held]:
    """Renews the lease until the block ends. A database that is away for a moment is asked again."""
    holding, over = Held(job), threading.Event()

    def renew() -> None:
        while not over.wait(shelf.farm().beat_seconds):
            with contextlib.suppress(PipelineError), catalogue.writing() as tx:
                done, total = min(holding.done, holding.total), holding.total
                if not beat(tx, job.id, job.worker, LEASE, done or None, total or None):
                    holding.lose()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield holding
    finally:
        over.set()
        thread.join()
