"""The Celery app of the farm: its queues and settings. The truth of every job is its row; a message only names it."""

import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, cast

from celery import Celery, signals
from celery.utils.log import get_multiprocessing_logger
from celery.worker import state as celery_state  # pyright: ignore[reportMissingTypeStubs] (Celery has no types)
from celery.worker.control import inspect_command  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from kombu import Exchange, Queue
from kombu.exceptions import KombuError

from pipeline.media import shelf
from pipeline.media.tied import tie
from storage.catalogue.jobs import Job
from storage.catalogue.terms import DraftId
from workers.broker import TELL_OF
from workers.orders import QUEUES

log = logging.getLogger(__name__)

Farm = Celery
NAME = "rushes"
ADVANCE, SWEEP, STYLES, TELL = f"{NAME}.advance", f"{NAME}.sweep", f"{NAME}.styles", f"{NAME}.tell"
HOUR, MINUTE = 3600, 60
RETRY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
"""A connection of kombu's pool may be a dead one from before the broker's restart: the second try has another."""
BROKER_AWAY: tuple[type[Exception], ...] = (KombuError, OSError)
"""What sending raises while the broker is away."""


def farm_app(broker: str) -> Celery:
    """The app that speaks to that broker, without tasks: enough to send.

    `broker`: `redis+socket:///path`, `redis://…` or `amqp://user:password@host:port//`.
    """
    farm = shelf.farm()
    app = Celery(NAME, broker=broker, set_as_current=False)
    longest = farm.longest_hours * HOUR
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_default_queue="light",
        task_queues=[Queue(name, Exchange(name), name, durable=True) for name in QUEUES],
        task_create_missing_queues=False,
        task_soft_time_limit=longest - HOUR // 4,
        task_time_limit=longest,
        worker_soft_shutdown_timeout=farm.stop_seconds,
        worker_enable_soft_shutdown_on_idle=False,
        worker_max_tasks_per_child=farm.renew_jobs,
        worker_max_memory_per_child=farm.renew_mb * 1000,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=4,
        broker_transport_options=_transport(broker, farm.visibility_hours * HOUR),
        rushes_folder=tempfile.gettempdir(),
        beat_schedule={
            "sweep": {"task": SWEEP, "schedule": farm.sweep_seconds, "options": {"expires": MINUTE}},
            "tell": {"task": TELL, "schedule": shelf.telling().look_seconds, "options": {"expires": MINUTE}},
            "styles": {"task": STYLES, "schedule": MINUTE, "options": {"expires": MINUTE}},
        },
    )
    return app


def _transport(broker: str, visibility: int) -> dict[str, Any]:
    """A default of kombu 5.7 looks for what dead workers held every 100 s, and takes back ten messages each time."""
    if not broker.startswith(("redis", "rediss")):
        return {"confirm_publish": True}
    return {
        "visibility_timeout": visibility,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 4,
        "retry_on_timeout": True,
    }


class Messages:
    """Tells the farm over the broker; while that is away, the sweep does it later."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def jobs(self, jobs: Sequence[Job]) -> bool:
        """Sends jobs, in that order, to whoever does them."""
        return all(self._sent(f"{NAME}.{job.work.kind}", str(job.id), job.work.queue) for job in jobs)

    def advance(self, draft: DraftId) -> bool:
        """Has a draft gone on with."""
        return self._sent(ADVANCE, str(draft), "light")

    def sweep(self) -> bool:
        """Has the farm looked over now: the nudge of whoever changed something."""
        return self._sent(SWEEP, None, "light")

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue; many when the broker is away."""
        try:
            with self._app.connection_for_write() as connection, connection.channel() as channel:
                bound = Queue(queue, Exchange(queue), queue, durable=True)(channel)
                bound.declare()
                return bound.queue_declare().message_count
        except BROKER_AWAY:
            return 1 << 30

    def _sent(self, task: str, about: str | None, queue: str) -> bool:
        try:
            args = [] if about is None else [about]
            self._app.send_task(task, args=args, queue=queue, retry=True, retry_policy=RETRY)
        except BROKER_AWAY as error:
            log.warning("the broker is away (%s); the sweep will send it again", type(error).__name__)
            return False
        return True


def _told_by_us(**_: object) -> None:
    """Logging is set up already (`workers.logs`); whoever hears this keeps Celery from doing so."""
    get_multiprocessing_logger().propagate = True  # it tells of processes that were lost, and to nobody by itself


def told_of_itself(state: Any, **_: object) -> dict[str, Any]:
    """What a worker tells of itself when it is asked: queues, what it does now, version, bytes of its own disk."""
    requests: Any = cast("Any", celery_state).active_requests
    does = sorted(str(one.args[0]) for one in requests if one.args)
    try:
        disk = shutil.disk_usage(state.app.conf.rushes_folder)
        free, size = disk.free, disk.total
    except OSError:
        free = size = None
    queues = sorted(queue.name for queue in state.consumer.task_consumer.queues)
    return {"queues": queues, "does": does, "version": version("rushes"), "free": free, "size": size}


cast("Any", inspect_command)(name=TELL_OF)(told_of_itself)


def _ready(**_: object) -> None:
    log.info("ready")


def _stopping(how: str, **_: object) -> None:
    log.info("stops (%s)", how.lower())


def worker(app: Celery, queues: Sequence[str], processes: int, name: str, *, sweeps: bool) -> None:
    """Runs a worker until it is told to stop. `sweeps`: it also has the farm looked over every few seconds.

    Raises:
        SystemExit: it has stopped.
    """
    arguments = [
        "--quiet", "worker", f"--queues={','.join(queues)}", f"--concurrency={processes}", f"--hostname={name}@%h",
        "--without-gossip", "--without-mingle", "--loglevel=WARNING", "--task-events", "--pool=prefork",
    ]  # fmt: skip
    parent = os.getpid()

    def tied_to_worker(**_: object) -> None:
        tie(parent)

    signals.worker_process_init.connect(tied_to_worker, weak=False)
    signals.beat_embedded_init.connect(tied_to_worker, weak=False)
    signals.setup_logging.connect(_told_by_us)
    signals.worker_ready.connect(_ready)
    signals.worker_shutting_down.connect(_stopping)
    if sweeps:
        arguments += ["--beat", "--scheduler=celery.beat:Scheduler"]
    app.worker_main(arguments)
