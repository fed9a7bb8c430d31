"""A farm whose parts are killed or cut off, at points of a draft that a seed chooses: every draft is finished right."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import select

from storage.catalogue.outputs import every_output
from storage.catalogue.tables.farm import EventRow
from storage.objects import listed
from tests.stack.conftest import FIRST_LINE
from tests.stack.databases import Databases
from tests.stack.farmed import Farmed, farmed
from tests.stack.postgres import Postgres
from tests.stack.proxy import CutWire
from tests.stack.rabbitmq import RabbitMQ
from tests.stack.running import cannot
from workers.object_server import ObjectServer
from workers.redis_server import RedisServer, redis_program

POINTS = range(20)
HEAVY, LIGHT = "heavy", "light"
RECOVERY = 30
"""Seconds within which work goes on once what failed is there again (issue of the farm)."""


def points(*parts: str) -> list[ParameterSet]:
    """Every part at twenty points of a draft; always the first two at one, in the long tests all of them."""
    always = {(part, 0) for part in parts[:2]}
    return [
        pytest.param(part, seed, marks=() if (part, seed) in always else pytest.mark.soak)
        for part in parts
        for seed in POINTS
    ]


@dataclass
class Fallible:
    """A farm, and how to break and mend each of its parts."""

    farm: Farmed
    faults: dict[str, tuple[Callable[[], None], Callable[[], None]]]


def work(farm: Farmed) -> None:
    """Starts the farm's two workers, unless they run: as systemd does, and `rushes up`.

    kombu 5.7 may end a worker whose Redis is killed while it speaks to it ("'NoneType' … 'hostname'", 1 of 20 kills).
    """
    if HEAVY not in farm.workers or not farm.workers[HEAVY].pid:
        farm.worker(HEAVY, "ingest,render", processes=2)
    if LIGHT not in farm.workers or not farm.workers[LIGHT].pid:
        farm.worker(LIGHT, "light", sweep=True)


def kill_tree(farm: Farmed, name: str) -> None:
    os.killpg(farm.workers[name].pid, signal.SIGKILL)
    farm.workers[name].kill()


def kill_child(farm: Farmed) -> None:
    """One process of the pool, with what it does."""
    children = Path(f"/proc/{farm.workers[HEAVY].pid}/task/{farm.workers[HEAVY].pid}/children").read_text().split()
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(int(children[-1]), signal.SIGKILL)


def nothing() -> None:
    """What mends itself."""


@pytest.fixture(scope="module")
def on_redis(databases: Databases, tmp_path_factory: pytest.TempPathFactory, spoken: Path) -> Iterator[Fallible]:
    """SQLite, Redis and SeaweedFS, each its own."""
    folder = tmp_path_factory.mktemp("fallible")
    with (
        ObjectServer(folder / "seaweedfs") as server,
        RedisServer(folder / "redis", redis_here()) as broker,
        databases.migrated("sqlite") as url,
        farmed(folder, server.place, url, broker.url) as farm,
    ):
        farm.begin(f"# Un\n\n{FIRST_LINE}\n", spoken)
        farm.tend = partial(work, farm)
        farm.tend()
        yield Fallible(
            farm,
            {
                "a worker": (lambda: kill_tree(farm, HEAVY), lambda: work(farm)),
                "the sweeping worker": (lambda: kill_tree(farm, LIGHT), lambda: work(farm)),
                "one process": (lambda: kill_child(farm), nothing),
                "the broker": (broker.kill, broker.start),
                "the store": (server.server.kill, server.start),
            },
        )


def redis_here() -> str:
    return redis_program(os.environ.get("RUSHES_REDIS_SERVER"))


@pytest.fixture(scope="module")
def on_rabbitmq(
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
    spoken: Path,
    rabbitmq: RabbitMQ,
    postgres: Postgres,
    seaweedfs: ObjectServer,
) -> Iterator[Fallible]:
    """PostgreSQL and RabbitMQ; broker and store behind wires that can be cut."""
    folder = tmp_path_factory.mktemp("fallible")
    with (
        CutWire(int(seaweedfs.place.host.rpartition(":")[2])) as to_store,
        CutWire(rabbitmq.port) as to_broker,
        databases.migrated("postgresql") as url,
        farmed(
            folder,
            replace(seaweedfs.place, host=f"127.0.0.1:{to_store.port}", bucket="fallible"),
            url,
            rabbitmq.url.replace(f":{rabbitmq.port}", f":{to_broker.port}"),
        ) as farm,
    ):
        farm.begin(f"# Un\n\n{FIRST_LINE}\n", spoken)
        farm.tend = partial(work, farm)
        farm.tend()
        yield Fallible(
            farm,
            {
                "the broker": (rabbitmq.kill, rabbitmq.start),
                "the catalogue": (postgres.kill, postgres.start),
                "the wire to the store": (to_store.cut, to_store.mend),
                "the wire to the broker": (to_broker.cut, to_broker.mend),
            },
        )


def round_of(farm: Farmed, number: int) -> str:
    """A script of which every segment is new: eight jobs or more."""
    lines = [f"La réplique {word} du tour {number}, que personne ne dit." for word in ("une", "deux", "trois")]
    return f"# Un\n\n[title Tour {number}]\n\n{FIRST_LINE}\n\n" + "\n\n".join(lines) + "\n"


def finished_right(farm: Farmed, number: int) -> None:
    """The draft is whole; no row is stuck or twice, no object lost or without its row."""
    assert len(farm.film(number)) > 200
    assert not [job for job in farm.jobs() if job.state in {"queued", "running", "failed"}]
    keys = [job.work.key for job in farm.jobs()]
    assert len(keys) == len(set(keys))
    with farm.catalogue.reading() as tx:
        known = {one.object_name for one in every_output(tx, most=10_000)}
    there = {row.key for row in listed(farm.store, "derived/") if not row.key.endswith("/whole.json")}
    there |= {row.key for row in listed(farm.store, "drafts/") if not row.key.endswith("/whole.json")}
    assert there == known


def broken_at(fallible: Fallible, what: str, seed: int) -> None:
    farm, chance = fallible.farm, Random(f"{what} {seed}")
    last = farm.drafts()[-1].number if farm.drafts() else 0
    fail, mend = fallible.faults[what]
    farm.write(round_of(farm, last + 1))
    asked = farm.ask()
    time.sleep(chance.uniform(0.5, 8))
    fail()
    time.sleep(chance.uniform(0, 3))
    mend()
    began = time.monotonic()
    before = progress(farm)
    while progress(farm) == before and farm.drafts()[-1].state != "done":
        assert time.monotonic() - began < RECOVERY, f"nothing went on: {farm.jobs()}\n{farm.said()}"
        farm.tend()
        time.sleep(0.3)
    farm.done(asked.number)
    finished_right(farm, asked.number)


def progress(farm: Farmed) -> list[tuple[str, str, int]]:
    """What changes when work goes on."""
    return sorted((job.work.key, job.state, job.done) for job in farm.jobs())


@pytest.mark.parametrize(
    ("what", "seed"), points("a worker", "the store", "the broker", "one process", "the sweeping worker")
)
def test_a_part_is_killed(on_redis: Fallible, what: str, seed: int) -> None:
    broken_at(on_redis, what, seed)


@pytest.mark.parametrize(
    ("what", "seed"), points("the catalogue", "the wire to the broker", "the wire to the store", "the broker")
)
def test_a_part_is_killed_or_cut_off(on_rabbitmq: Fallible, what: str, seed: int) -> None:
    broken_at(on_rabbitmq, what, seed)


def test_a_worker_whose_disk_is_full_leaves_its_jobs_to_others(on_redis: Fallible) -> None:
    farm = on_redis.farm
    farm.tend()
    farm.workers.pop(HEAVY).stop(patience=20)
    full = farm.on_a_small_disk("small", "ingest,render", kilobytes=64)
    farm.write(round_of(farm, 1000))
    asked = farm.ask()

    def causes() -> list[str]:
        with farm.catalogue.reading() as tx:
            found = tx.execute(select(EventRow.details).where(EventRow.kind == "job.waits")).scalars()
            return [details["cause"] for details in found]

    deadline = time.monotonic() + 60
    while not any("disk is full" in cause for cause in causes()):
        if "mount" in full.log.read_text():
            cannot("the full disk: a small disk cannot be mounted here")
        assert time.monotonic() < deadline, (causes(), farm.said())
        time.sleep(0.5)
    work(farm)
    farm.done(asked.number)
    full.stop(patience=10)
    finished_right(farm, asked.number)
