"""`rushes metrics`: the farm in numbers, for Prometheus, read from the catalogue at each scrape. It changes nothing."""

import logging
import signal
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pipeline.errors import NotFound, PipelineError
from pipeline.media import shelf
from storage.catalogue.counting import (
    ENDS,
    Happened,
    Undone,
    drafts_under_way,
    happened,
    last_event,
    undone,
    unread_since,
)
from storage.catalogue.engine import Catalogue
from studio.place import seat
from studio.settings import Settings
from workers.orders import QUEUES, TASKS
from workers.places import catalogue_at

log = logging.getLogger(__name__)

KINDS = (*(task for task, _ in TASKS.values()), "join", "ingest")
"""Kinds of work that are told of from the start, so that the first of a kind is seen to be one more than none."""


class Farm(Collector):
    """What the farm did since this process began to look, and what stands now. Any number of them may look."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._alone = threading.Lock()
        with catalogue.reading() as tx:
            self._so_far = Happened(last_event(tx))

    def collect(self) -> Iterator[Metric]:
        """The numbers of this moment. Where the catalogue does not answer, only that."""
        try:
            with self._alone, self._catalogue.reading() as tx:
                self._so_far.add(happened(tx, self._so_far.upto))
                now, waiting, drafts, unread = tx.now(), undone(tx), drafts_under_way(tx), unread_since(tx)
                ended = list(_ended(self._so_far))
        except PipelineError as error:
            log.warning("no numbers: %s", error)
            yield _gauge("catalogue_up", "1 when the catalogue answers.", {(): 0})
            return
        yield _gauge("catalogue_up", "1 when the catalogue answers.", {(): 1})
        yield from _waiting(waiting, now)
        states = {("waiting",): 0.0, ("rendering",): 0.0} | {(one.state,): one.drafts for one in drafts}
        yield _gauge("drafts", "Drafts under way.", states, "state")
        oldest = max((_age(one.since, now) for one in drafts), default=0.0)
        yield _gauge("draft_oldest_seconds", "Since when the oldest draft under way was asked for.", {(): oldest})
        age = 0.0 if unread is None else _age(unread, now)
        yield _gauge("events_unread_seconds", "Age of the oldest event that the sweep has not read.", {(): age})
        yield from ended


def _waiting(found: tuple[Undone, ...], now: datetime) -> Iterator[Metric]:
    counts = {(queue, state): 0.0 for queue in QUEUES for state in ("queued", "running")}
    kinds: dict[tuple[str, ...], float] = {}
    oldest, again = {(queue,): 0.0 for queue in QUEUES}, {(queue,): 0.0 for queue in QUEUES}
    for one in found:
        counts[one.queue, one.state] = counts.get((one.queue, one.state), 0) + one.jobs
        kinds[one.kind, one.state] = kinds.get((one.kind, one.state), 0) + one.jobs
        if one.state == "queued":
            oldest[one.queue,] = max(oldest.get((one.queue,), 0), _age(one.since, now))
            again[one.queue,] = again.get((one.queue,), 0) + one.again
    yield _gauge("queue_jobs", "Jobs that wait (queued) or are done (running).", counts, "queue", "state")
    yield _gauge("queue_oldest_seconds", "How long the oldest job has waited that could be done.", oldest, "queue")
    yield _gauge("queue_again", "Jobs that wait to be tried again.", again, "queue")
    yield _gauge("jobs", "Jobs that wait or are done, by kind of work.", kinds, "kind", "state")
    overdue = sum(one.overdue for one in found)
    yield _gauge("jobs_overdue", "Jobs whose worker is not heard of, and that nobody has freed.", {(): overdue})


def _ended(so_far: Happened) -> Iterator[Metric]:
    ends = {(kind, end): 0.0 for kind in KINDS for end in ENDS} | dict(so_far.ends)
    yield _counter("jobs_ended", "Attempts at jobs, by how they ended.", ends, "kind", "end")
    yield _counter("job_failures", "Attempts that were not done, by class of cause.", so_far.failures, "kind", "cause")
    seconds = {(kind,): so_far.milliseconds[kind] / 1000 for kind in {*KINDS, *so_far.milliseconds}}
    yield _counter("job_seconds", "Seconds that jobs took which were done.", seconds, "kind")
    yield _counter("film_seconds", "Seconds of film that were rendered.", {(): float(so_far.film_seconds)})
    lost = sum(count for (_, cause), count in so_far.failures.items() if cause == "worker_lost")
    yield _counter("workers_lost", "Times that a worker vanished while it did a job.", {(): lost})
    drafts = {(told,): so_far.drafts[told] for told in ("asked", "done", "failed")}
    yield _counter("drafts_told", "Drafts that were asked for, done, or failed.", drafts, "told")
    fates = {(fate,): so_far.segments[fate] for fate in ("rendered", "reused")}
    yield _counter("segments", "Segments of drafts that were done: rendered for them, or there before.", fates, "fate")


def _age(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())


def _gauge(name: str, what: str, values: Mapping[Any, float], *labels: str) -> Metric:
    family = GaugeMetricFamily(f"rushes_{name}", what, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _counter(name: str, what: str, values: Mapping[Any, float], *labels: str) -> Metric:
    family = CounterMetricFamily(f"rushes_{name}", what, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


@click.command("metrics")
@click.option("--port", type=click.IntRange(0, 65535), required=True, help="Where Prometheus finds them; 0 for any.")
@click.option("--bind", default="127.0.0.1", show_default=True, help="The address of this machine that it listens on.")
@click.pass_obj
def serve_metrics(given: Settings, port: int, bind: str) -> None:
    """Serve the farm in numbers at /metrics, for Prometheus, until it is stopped."""
    catalogue = catalogue_at(seat(given))
    stands, wanted = catalogue.standing()
    if stands != wanted:
        message = f"the catalogue is at step {stands or 'none'}, this version of Rushes reads {wanted}"
        raise NotFound(message, todo="start a worker, or any other command of this version, first: it brings it there")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Farm(catalogue))
    try:
        server, thread = start_http_server(port, bind, registry)
    except OSError as error:
        todo = "name another port, or end the program that has it"
        raise PipelineError(f"{bind}:{port}: {error.strerror}", todo=todo) from error
    words = shelf.said_in(given.language)
    click.echo(words.say("metrics.served", address=f"http://{bind}:{server.server_port}/metrics"))
    over = threading.Event()
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, lambda *_: over.set())
    over.wait()
    server.shutdown()
    thread.join()
    catalogue.close()
