"""Jobs, outputs, links and proposals, on both databases."""

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.errors import Clash, NotFound
from pipeline.values import Key
from storage.catalogue.drafts import shown
from storage.catalogue.engine import Catalogue
from storage.catalogue.jobs import (
    ATTEMPTS,
    Work,
    ask_job,
    beat,
    cancel_job,
    claim,
    claim_next,
    fail_job,
    finish_job,
    job_of,
    jobs,
    reap,
    retry_job,
)
from storage.catalogue.outputs import Output, every_output, forget_folder, keep_output, outputs, unneeded, used
from storage.catalogue.sharing import Terms, links, opened, revoke, share
from storage.catalogue.tables.everything import METADATA
from storage.catalogue.tables.sharing import LinkRow
from storage.catalogue.terms import JobId
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE
from workers.holding import free_dead, worker_name

LEASE, OVER = timedelta(seconds=60), timedelta(seconds=-1)


def asked(catalogue: Catalogue, key: str = "segment/1", **more: Any) -> JobId:
    with catalogue.writing() as tx:
        return ask_job(tx, Work(key, "render", "render", total=10, **more))[0].id


def test_the_same_work_asked_twice_is_one_job(catalogue: Catalogue) -> None:
    def ask(number: int) -> bool:
        with catalogue.writing() as tx:
            return ask_job(tx, Work("segment/1", "render", "render"))[1]

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(16))) == 1


def test_one_worker_holds_a_job(catalogue: Catalogue) -> None:
    asked(catalogue)

    def take(number: int) -> bool:
        with catalogue.writing() as tx:
            return claim_next(tx, "render", f"w{number}", LEASE) is not None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 1
    with catalogue.reading() as tx:
        (held,) = jobs(tx)
    assert (held.state, held.attempts) == ("running", 1)


def test_a_job_goes_from_asked_to_done(catalogue: Catalogue) -> None:
    job = asked(catalogue)
    with catalogue.writing() as tx:
        assert claim(tx, job, "w1", LEASE) is not None
        assert claim(tx, job, "w2", LEASE) is None
    with catalogue.writing() as tx:
        assert beat(tx, job, "w1", LEASE, 4)
        assert not beat(tx, job, "w2", LEASE, 5)
    with catalogue.reading() as tx:
        assert [(one.done, one.work.total, one.worker) for one in jobs(tx)] == [(4, 10, "w1")]
    with catalogue.writing() as tx:
        assert not finish_job(tx, job, "w2")
        assert finish_job(tx, job, "w1")
    with catalogue.writing() as tx:
        assert not beat(tx, job, "w1", LEASE)
        again, new = ask_job(tx, Work("segment/1", "render", "render"))
    assert (again.state, again.done, new) == ("done", 10, False)


def test_a_lost_worker_is_noticed_and_poison_is_given_up(catalogue: Catalogue) -> None:
    job = asked(catalogue)
    for attempt in range(ATTEMPTS):
        with catalogue.writing() as tx:
            assert claim(tx, job, f"w{attempt}", OVER) is not None
        with catalogue.writing() as tx:
            (lost,) = reap(tx)
        assert lost.state == ("failed" if attempt + 1 == ATTEMPTS else "queued")
    assert "3 times" in lost.cause
    with catalogue.writing() as tx:
        assert reap(tx) == ()
        assert retry_job(tx, job)
        assert not retry_job(tx, job)
    with catalogue.writing() as tx:
        held = claim(tx, job, "w", LEASE)
        assert held is not None
        assert reap(tx) == ()
    assert held.attempts == 1


@pytest.mark.parametrize("stopped", [False, True])
def test_only_a_worker_that_was_lost_counts_as_an_attempt(catalogue: Catalogue, stopped: bool) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = (f"{socket.gethostname()}:{gone.pid}:1", worker_name())
    made = [asked(catalogue, f"segment/{number}") for number in range(2)]
    with catalogue.writing() as tx:
        assert all(claim(tx, job, name, LEASE) for job, name in zip(made, names, strict=True))
        assert [job.id for job in free_dead(tx, stopped=stopped)] == made[:1]
    with catalogue.reading() as tx:
        [freed, held] = sorted(jobs(tx, ("queued", "running")), key=lambda job: job.work.key)
    assert (freed.state, freed.attempts) == ("queued", 0 if stopped else 1)
    assert (held.state, held.attempts) == ("running", 1)


def test_a_failure_waits_before_it_is_tried_again(catalogue: Catalogue) -> None:
    job = asked(catalogue)
    with catalogue.writing() as tx:
        claim(tx, job, "w", LEASE)
        assert fail_job(tx, job, "w", "the store is gone", "tail", again=LEASE)
    with catalogue.writing() as tx:
        assert claim_next(tx, "render", "w", LEASE) is None
        waits = job_of(tx, "segment/1")
        assert waits is not None
        assert (waits.state, waits.cause, waits.stderr_tail) == ("queued", "the store is gone", "tail")
        assert cancel_job(tx, job)
        assert not cancel_job(tx, job)


def test_an_output_is_kept_once(catalogue: Catalogue) -> None:
    made = Output("derived/segment/ab/abc", "segment", Key("abc"), 3 * 2**31, "0" * 64)

    def keep(number: int) -> bool:
        with catalogue.writing() as tx:
            return keep_output(tx, made)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(keep, range(16))) == 1
    other = Output(made.object_name, "segment", Key("abc"), 1, "1" * 64)
    with pytest.raises(Clash, match="other bytes"), catalogue.writing() as tx:
        keep_output(tx, other)
    with catalogue.reading() as tx:
        assert outputs(tx, "segment", [Key("abc"), Key("none")]) == {Key("abc"): (made,)}
        assert every_output(tx) == (made,)
        assert every_output(tx, made.object_name) == ()


def test_only_what_no_draft_shows_may_go(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.write(ONE)
    drafted = studio.draft()
    with catalogue.writing() as tx:
        needed = shown(tx, drafted.id).keys[0]
        for key in (needed, Key("f" * 64)):
            keep_output(tx, Output(f"derived/segment/{key}", "segment", key, 1, "0" * 64))
    later = datetime.now(UTC) + timedelta(hours=1)
    with catalogue.reading() as tx:
        assert [one.key for one in unneeded(tx, later)] == ["f" * 64]
        assert unneeded(tx, datetime.now(UTC) - timedelta(hours=1)) == ()
    with catalogue.writing() as tx:
        used(tx, ["derived/segment/" + "f" * 64])
        forget_folder(tx, "derived/seg")
        assert len(every_output(tx)) > 0
        forget_folder(tx, "derived/segment")
        assert unneeded(tx, later) == ()


def test_a_link_lets_in_until_it_is_over_and_only_its_hash_is_kept(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    director = studio.people["director"]
    now = datetime.now(UTC)
    with catalogue.writing(director) as tx:
        link, token = share(tx, (None, studio.video, None), director, Terms("comment", now + timedelta(days=1)))
        _, late = share(tx, (studio.course, None, None), director, Terms("view", now - timedelta(seconds=1)))
    with catalogue.reading() as tx:
        found = opened(tx, token)
        assert (found.video, found.course, found.terms.rights) == (studio.video, None, "comment")
        assert {one.id for one in links(tx, studio.course)} > {link}
        for wrong in (late, token[:-1], ""):
            with pytest.raises(NotFound, match="lets nobody in"):
                opened(tx, wrong)
        kept = [str(value) for row in tx.query(LinkRow) for value in vars(row).values()]
        assert token not in " ".join(kept)
    assert len(token) >= 22
    with catalogue.writing(director) as tx:
        revoke(tx, link)
    with catalogue.reading() as tx, pytest.raises(NotFound, match="lets nobody in"):
        opened(tx, token)


def test_no_column_could_hold_a_password_that_can_be_read() -> None:
    columns = {f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.columns}
    assert {name for name in columns if any(word in name for word in ("password", "secret", "token"))} == {
        "departure.secret_hash",
        "guest.secret_hash",
        "one_time_link.secret_hash",
        "person.password_hash",
        "session.secret_hash",
        "webhook.secret_hash",
        "share_link.password_hash",
        "share_link.token_hash",
    }
