"""What drafts wait for, what was sent, and what nobody wants any more, on both databases."""

from datetime import timedelta

import pytest

from pipeline.errors import NotFound
from pipeline.media import shelf
from storage.catalogue.drafts import ask_draft, draft, fail_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.farming import advanced, ready_drafts, unwanted, waiting_on, waits
from storage.catalogue.jobs import (
    ATTEMPTS,
    Work,
    ask_job,
    cancel_job,
    claim,
    fail_job,
    finish_job,
    job_of,
    jobs,
    postpone_job,
    retry_job,
    sent,
    unsent,
)
from storage.catalogue.terms import DraftId, JobId, VideoId, new_id
from tests.stack.counting import counted
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE

LEASE, AT_ONCE = timedelta(seconds=60), timedelta(seconds=-1)


def asked(studio: Studio, *keys: str) -> list[JobId]:
    with studio.catalogue.writing() as tx:
        return [ask_job(tx, Work(key, "segment", "render", studio.video))[0].id for key in keys]


def ask(studio: Studio, video: VideoId | None = None) -> DraftId:
    with studio.catalogue.writing() as tx:
        return ask_draft(tx, video or studio.video, "test").id


def done(catalogue: Catalogue, job: JobId) -> None:
    with catalogue.writing() as tx:
        assert claim(tx, job, "w", LEASE) is not None
        assert finish_job(tx, job, "w")


def ready(catalogue: Catalogue) -> list[DraftId]:
    with catalogue.reading() as tx, counted(catalogue) as asked_for:
        found = ready_drafts(tx)
    assert len(asked_for) == 1
    return list(found)


def state(catalogue: Catalogue, key: str) -> tuple[str, str]:
    with catalogue.reading() as tx:
        found = job_of(tx, key)
    assert found is not None
    return found.state, found.cause


@pytest.fixture
def studio(catalogue: Catalogue) -> Studio:
    made = Studio(catalogue)
    made.write(ONE)
    return made


def test_a_draft_goes_on_when_all_that_it_waits_for_is_over(studio: Studio) -> None:
    first, second, third = asked(studio, "a", "b", "c")
    of = ask(studio)
    assert ready(studio.catalogue) == [of]
    with studio.catalogue.writing() as tx:
        waits(tx, of, [first, second, second])
        advanced(tx, of)
    assert ready(studio.catalogue) == []
    done(studio.catalogue, first)
    assert ready(studio.catalogue) == []
    with studio.catalogue.writing() as tx:
        claim(tx, second, "w", LEASE)
        fail_job(tx, second, "w", "moov atom not found")
    assert ready(studio.catalogue) == [of]
    with studio.catalogue.writing() as tx:
        waits(tx, of, [third])
    with studio.catalogue.reading() as tx:
        assert waiting_on(tx, third) == (of,)
        assert waiting_on(tx, first) == ()
    assert ready(studio.catalogue) == []
    with studio.catalogue.writing() as tx:
        waits(tx, of, [])
    assert ready(studio.catalogue) == [of]
    with pytest.raises(NotFound), studio.catalogue.writing() as tx:
        waits(tx, DraftId(new_id()), [first])


def test_the_draft_left_longest_goes_on_first(studio: Studio) -> None:
    others = [studio.video, studio.another_video(), studio.another_video()]
    for video in others[1:]:
        studio.write(ONE, video=video)
    first, second, third = [ask(studio, video) for video in others]
    for one in (second, first):
        with studio.catalogue.writing() as tx:
            advanced(tx, one)
    assert ready(studio.catalogue) == [third, second, first]
    with studio.catalogue.writing() as tx:
        fail_draft(tx, second, "no")
    assert ready(studio.catalogue) == [third, first]


def test_what_only_a_superseded_draft_waits_for_is_cancelled(studio: Studio) -> None:
    queued, shared, running, _ = asked(studio, "queued", "shared", "running", "ingest")
    old = ask(studio)
    with studio.catalogue.writing() as tx:
        waits(tx, old, [queued, shared, running])
        claim(tx, running, "w", LEASE)
        assert unwanted(tx) == ()
    new = ask(studio)
    with studio.catalogue.writing() as tx:
        assert draft(tx, old).state == "superseded"
        waits(tx, new, [shared])
        assert waiting_on(tx, shared) == (new,)
        (gone,) = unwanted(tx)
        assert (gone.id, gone.state, gone.cause) == (queued, "cancelled", "superseded")
    with studio.catalogue.writing() as tx:
        assert unwanted(tx) == ()
    assert state(studio.catalogue, "queued") == ("cancelled", "superseded")
    assert state(studio.catalogue, "shared") == ("queued", "")
    assert state(studio.catalogue, "running") == ("running", "")
    assert state(studio.catalogue, "ingest") == ("queued", "")
    with studio.catalogue.writing() as tx:
        assert finish_job(tx, running, "w")
        assert retry_job(tx, queued)
        waits(tx, new, [queued])
        assert [one.id for one in unwanted(tx)] == [shared]  # the new draft waits for it no longer


def test_a_job_that_could_not_be_done_is_no_poison(studio: Studio) -> None:
    (job,) = asked(studio, "a")
    for _ in range(ATTEMPTS * 3):
        with studio.catalogue.writing() as tx:
            assert claim(tx, job, "w", LEASE) is not None
            assert postpone_job(tx, job, "w", "the store is away", AT_ONCE)
            assert not postpone_job(tx, job, "w", "again", AT_ONCE)
    with studio.catalogue.writing() as tx:
        (waits_now,) = jobs(tx)
        assert (waits_now.state, waits_now.attempts, waits_now.cause) == ("queued", 0, "the store is away")
        assert claim(tx, job, "w", LEASE) is not None
        assert not postpone_job(tx, job, "another", "not mine", AT_ONCE)
        assert postpone_job(tx, job, "w", "the store is away", LEASE)
        assert claim(tx, job, "w", LEASE) is None


def test_jobs_that_the_farm_was_not_told_of_are_sent_the_most_urgent_first(studio: Studio) -> None:
    with studio.catalogue.writing() as tx:
        usual, urgent, late = (
            ask_job(tx, Work(key, "segment", "render", priority=of))[0].id for key, of in (("a", 0), ("b", 9), ("c", 0))
        )
        claim(tx, late, "w", LEASE)
        fail_job(tx, late, "w", "once more", again=LEASE)
        start = tx.now()
        assert [one.id for one in unsent(tx, start)] == [urgent, usual]
        assert [one.id for one in unsent(tx, start, most=1)] == [urgent]
    with studio.catalogue.writing() as tx:
        sent(tx, [urgent])
        sent(tx, [])
    with studio.catalogue.writing() as tx:
        assert [one.id for one in unsent(tx, start)] == [usual]
        assert [one.id for one in unsent(tx, tx.now())] == [urgent, usual]  # told before now: the message may be lost
        claim(tx, urgent, "w", LEASE)
        postpone_job(tx, urgent, "w", "the store is away", AT_ONCE)
        assert [one.id for one in unsent(tx, start)] == [urgent, usual]  # what is queued again is sent again
        cancel_job(tx, usual)
        assert [one.id for one in unsent(tx, start)] == [urgent]


def test_the_numbers_of_the_farm_are_sound() -> None:
    farm = shelf.farm()
    assert 0 < farm.quiet_seconds < farm.longest_wait_seconds
