"""The farm in numbers, on both databases, and as Prometheus reads them."""

import subprocess
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from urllib3 import PoolManager

from storage.catalogue.counting import drafts_under_way, happened, last_event, undone, unread_since
from storage.catalogue.drafts import ask_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.following import READER
from storage.catalogue.jobs import (
    Work,
    ask_job,
    beat,
    cancel_job,
    claim,
    fail_job,
    finish_job,
    postpone_job,
    reap,
    retry_job,
)
from storage.catalogue.log import mark_read
from storage.catalogue.terms import JobId
from studio.metrics import Farm
from tests.stack.counting import counted
from tests.stack.databases import Databases
from tests.stack.running import COMMAND, ENVIRONMENT, ROOT
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE

LEASE, AT_ONCE = timedelta(seconds=60), timedelta(seconds=-1)


RATE = {"task": "render", "with": {"segment": {"rate": "25/1"}}}


@pytest.fixture
def studio(catalogue: Catalogue) -> Studio:
    made = Studio(catalogue)
    made.write(ONE)
    return made


def asked(studio: Studio, key: str, kind: str = "render", queue: str = "render", **more: Any) -> JobId:
    with studio.catalogue.writing() as tx:
        return ask_job(tx, Work(key, kind, queue, studio.video, **more))[0].id


def begun(studio: Studio, job: JobId, lease: timedelta = LEASE) -> None:
    with studio.catalogue.writing() as tx:
        assert claim(tx, job, "w", lease) is not None


def numbers(farm: Farm) -> dict[str, float]:
    """What a scrape says, by name and labels."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(farm)
    return parsed(generate_latest(registry).decode())


def parsed(text: str) -> dict[str, float]:
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    found = {" ".join([one.name, *(f"{k}={v}" for k, v in sorted(one.labels.items()))]): one.value for one in samples}
    assert len(found) == len(samples)
    return found


def test_what_waits_and_what_runs(studio: Studio) -> None:
    first, second, third = (asked(studio, f"segment/{n}") for n in range(3))
    asked(studio, "heard/1", "listen", "ingest")
    begun(studio, first, AT_ONCE)
    with studio.catalogue.writing() as tx:
        claim(tx, second, "w", LEASE)
        postpone_job(tx, second, "w", "the store is away", timedelta(hours=1))
    with studio.catalogue.reading() as tx, counted(studio.catalogue) as sent:
        found = undone(tx)
        now = tx.now()
    assert len(sent) <= 3  # PostgreSQL is asked what time it is
    assert [(one.queue, one.kind, one.state, one.jobs, one.again, one.overdue) for one in found] == [
        ("ingest", "listen", "queued", 1, 0, 0),
        ("render", "render", "queued", 2, 1, 0),
        ("render", "render", "running", 1, 0, 1),
    ]
    assert all(timedelta(0) <= now - one.since < timedelta(minutes=1) for one in found)
    assert third is not None


def test_what_ended_is_counted_once(studio: Studio) -> None:
    with studio.catalogue.reading() as tx:
        start = last_event(tx)
    done, failed, lost, away = (asked(studio, f"segment/{n}", details=RATE, total=50) for n in range(4))
    given_up = asked(studio, "sound/1", "mix")
    begun(studio, done)
    begun(studio, failed)
    begun(studio, away)
    begun(studio, lost, AT_ONCE)
    with studio.catalogue.writing() as tx:
        assert finish_job(tx, done, "w")
        assert fail_job(tx, failed, "w", "segment 3: ffmpeg failed\nno such filter", "no such filter")
        assert postpone_job(tx, away, "w", "http://s3: the server does not answer", LEASE)
        assert cancel_job(tx, given_up, "cancelled by Léa")
        assert len(reap(tx)) == 1
    with studio.catalogue.reading() as tx, counted(studio.catalogue) as sent:
        all_at_once = happened(tx, start)
    assert len(sent) <= 4
    one_by_one = happened_by_ones(studio, start)
    assert one_by_one == all_at_once
    assert all_at_once.ends == {
        ("render", "done"): 1,
        ("render", "failed"): 1,
        ("render", "lost"): 1,
        ("render", "waits"): 1,
        ("mix", "cancelled"): 1,
    }
    assert all_at_once.failures == {
        ("render", "program"): 1,
        ("render", "worker_lost"): 1,
        ("render", "no_answer"): 1,
        ("mix", "cancelled"): 1,
    }
    assert all_at_once.film_seconds == Fraction(2)
    assert 0 <= all_at_once.milliseconds["render"] < 60_000


def happened_by_ones(studio: Studio, start: int) -> Any:
    with studio.catalogue.reading() as tx:
        so_far, last = happened(tx, start, 1), last_event(tx)
        while so_far.upto < last:
            so_far.add(happened(tx, so_far.upto, 1))
    return so_far


def test_seconds_are_those_of_the_last_start(studio: Studio) -> None:
    with studio.catalogue.reading() as tx:
        start = last_event(tx)
    job = asked(studio, "segment/1")
    begun(studio, job)
    with studio.catalogue.writing() as tx:
        tx.connection().exec_driver_sql(_EARLIER[tx.postgres])
        assert beat(tx, job, "w", LEASE)
        assert finish_job(tx, job, "w")
    with studio.catalogue.reading() as tx:
        took = happened(tx, start).milliseconds["render"]
    assert 90_000 <= took < 120_000


_EARLIER = {
    True: "UPDATE job SET started_at = started_at - interval '90 seconds'",
    False: "UPDATE job SET started_at = strftime('%Y-%m-%d %H:%M:%f', julianday(started_at) - 90 / 86400.0)",
}


def test_drafts_and_what_they_reuse(studio: Studio) -> None:
    with studio.catalogue.reading() as tx:
        start = last_event(tx)
    made = studio.draft()
    with studio.catalogue.reading() as tx:
        before = happened(tx, start)
    assert before.drafts == {"asked": 1, "done": 1}
    assert before.segments["rendered"] == 0
    assert before.segments["reused"] > 0
    job = asked(studio, "segment/1", draft=made.id)
    begun(studio, job)
    with studio.catalogue.writing() as tx:
        finish_job(tx, job, "w")
        ask_draft(tx, studio.video, "test")
    with studio.catalogue.reading() as tx:
        after, under_way = happened(tx, start), drafts_under_way(tx)
    assert after.segments == {"rendered": 1, "reused": before.segments["reused"] - 1}
    assert [(one.state, one.drafts) for one in under_way] == [("waiting", 1)]


def test_what_the_sweep_has_not_read(studio: Studio) -> None:
    with studio.catalogue.reading() as tx:
        assert unread_since(tx) is not None
        last = last_event(tx)
    with studio.catalogue.writing() as tx:
        mark_read(tx, READER, last)
    with studio.catalogue.reading() as tx:
        assert unread_since(tx) is None


def test_a_scrape_is_a_few_queries_and_counts_go_on(studio: Studio) -> None:
    farm = Farm(studio.catalogue)
    job = asked(studio, "segment/1", details=RATE, total=25)
    assert numbers(farm)["rushes_queue_jobs queue=render state=queued"] == 1
    begun(studio, job)
    assert numbers(farm)["rushes_jobs kind=render state=running"] == 1
    with studio.catalogue.writing() as tx:
        finish_job(tx, job, "w")
    for _ in range(2):
        with counted(studio.catalogue) as sent:
            found = numbers(farm)
        assert len(sent) <= 10
        assert found["rushes_queue_jobs queue=render state=queued"] == 0
        assert found["rushes_jobs_ended_total end=done kind=render"] == 1
        assert found["rushes_film_seconds_total"] == 1
        assert found["rushes_catalogue_up"] == 1
    with studio.catalogue.writing() as tx:
        retry_job(tx, job)
    begun(studio, job, AT_ONCE)
    with studio.catalogue.writing() as tx:
        reap(tx)
    assert numbers(farm)["rushes_workers_lost_total"] == 1


def test_a_catalogue_that_is_away_is_told_and_nothing_is_forgotten(databases: Databases) -> None:
    with databases.migrated("postgresql") as url:
        catalogue = Catalogue(url)
        studio = Studio(catalogue)
        farm = Farm(catalogue)
        job = asked(studio, "segment/1")
        name = url.partition("@/")[2].partition("?")[0]
        catalogue.close()
        with databases.server.admin() as connection:
            connection.execute(f"ALTER DATABASE {name} RENAME TO away")
            assert numbers(farm) == {"rushes_catalogue_up": 0}
            connection.execute(f"ALTER DATABASE away RENAME TO {name}")
        with catalogue.writing() as tx:
            cancel_job(tx, job, "cancelled by Léa")
        assert numbers(farm)["rushes_job_failures_total cause=cancelled kind=render"] == 1
        catalogue.close()


def test_the_command_serves_them_and_changes_nothing(databases: Databases) -> None:
    with databases.migrated("sqlite") as url:
        settings = {"RUSHES_DATABASE_URL": url, "RUSHES_S3_URL": "http://key:secret@127.0.0.1:1/bucket"}
        process = subprocess.Popen(
            [*COMMAND, "metrics", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=ENVIRONMENT | settings,
        )
        assert process.stdout is not None
        try:
            address = process.stdout.readline().split()[-1]
            with PoolManager(timeout=20, retries=False) as http:
                found = parsed(http.request("GET", address).data.decode())
        finally:
            process.terminate()
            process.communicate(timeout=20)
        assert found["rushes_catalogue_up"] == 1
        assert found["rushes_jobs_ended_total end=failed kind=render"] == 0
        assert process.returncode == 0
        catalogue = Catalogue(url)
        with catalogue.reading() as tx:
            assert last_event(tx) == 0
        catalogue.close()
