"""The catalogue's transactions and its log, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.errors import Clash, Contended, NotFound, StorageUnavailable
from storage.catalogue.courses import Course, add_course, course, course_of, place_videos, set_stage, videos
from storage.catalogue.engine import Catalogue
from storage.catalogue.jobs import Work, ask_job, jobs
from storage.catalogue.log import mark_read, since, unread
from storage.catalogue.people import add_person, password_hash, person_of, set_password
from storage.catalogue.rows import row
from storage.catalogue.tables.course import CourseRow, VideoRow
from storage.catalogue.terms import CourseId, new_id
from tests.stack.databases import Databases
from tests.stack.postgres import Postgres
from tests.stack.studio import Studio


def test_what_is_kept_is_found_and_what_failed_is_not(catalogue: Catalogue) -> None:
    wanted = Course("DA-01", "Découvrez la donnée")
    with catalogue.writing() as tx:
        kept = add_course(tx, wanted)
    with catalogue.reading() as tx:
        assert course(tx, kept) == wanted
        assert course_of(tx, "da-01") == kept
    with pytest.raises(Clash, match="DA-01"), catalogue.writing() as tx:
        [add_course(tx, one) for one in (Course("Other", "Autre"), wanted)]
    with catalogue.reading() as tx, pytest.raises(NotFound, match="Other"):
        course_of(tx, "Other")
    with catalogue.reading() as tx, pytest.raises(NotFound, match="no course"):
        course(tx, CourseId(new_id()))


def test_a_change_that_nobody_told_is_not_kept(catalogue: Catalogue) -> None:
    with catalogue.writing() as tx:
        kept = add_course(tx, Course("A", "A"))
    with pytest.raises(AssertionError, match="not told"), catalogue.writing() as tx:
        row(tx, CourseRow, kept).title = "B"
    with pytest.raises(AssertionError, match="reads cannot change"), catalogue.reading() as tx:
        add_course(tx, Course("B", "B"))
    with catalogue.reading() as tx:
        assert course(tx, kept).title == "A"


@pytest.mark.parametrize("change", ["UPDATE event SET kind = 'x'", "DELETE FROM event"])
def test_the_log_is_only_added_to(catalogue: Catalogue, change: str) -> None:
    with catalogue.writing() as tx:
        add_course(tx, Course("A", "A"))
    with pytest.raises((StorageUnavailable, Clash), match="never changed or removed"), catalogue.writing() as tx:
        tx.execute(text(change), execution_options={"quiet": True})
    with catalogue.reading() as tx:
        assert [event.kind for event in since(tx, 0)] == ["course.added"]


def test_events_tell_who_did_what_in_order(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    with catalogue.reading() as tx:
        last = since(tx, 0)[-1].id
    with catalogue.writing(studio.people["director"]) as tx:
        set_stage(tx, studio.video, "filmed")
        set_stage(tx, studio.video, "motion")
    with catalogue.reading() as tx:
        found = since(tx, last)
    assert [event.details["stage"] for event in found] == ["filmed", "motion"]
    assert {(event.by, event.course, event.video) for event in found} == {
        (studio.people["director"], studio.course, studio.video)
    }


def test_what_a_reader_has_not_marked_it_reads_again(catalogue: Catalogue) -> None:
    Studio(catalogue)
    with catalogue.reading() as tx:
        events = unread(tx, "webhooks", 3)
        assert len(events) == 3
    with catalogue.writing() as tx:
        mark_read(tx, "webhooks", events[1].id)
    with catalogue.writing() as tx:
        mark_read(tx, "webhooks", events[0].id)
    with catalogue.reading() as tx:
        assert unread(tx, "webhooks")[0] == events[2]
        assert unread(tx, "another")[0] == events[0]


def _adds(url: str, worker: int, many: int) -> None:
    catalogue = Catalogue(url)
    for number in range(many):
        with catalogue.writing() as tx:
            add_course(tx, Course(f"{worker}-{number}", "x"))
    catalogue.close()


def test_a_reader_that_follows_the_log_misses_nothing(catalogue: Catalogue) -> None:
    """Ids are allotted before transactions end: without care, a reader passes an event that is kept a moment later."""
    url = catalogue.engine.url.render_as_string(hide_password=False)
    catalogue.close()  # no connection is shared with the workers
    context = get_context("fork")
    workers = [context.Process(target=_adds, args=(url, worker, 20)) for worker in range(3)]
    for worker in workers:
        worker.start()
    seen: list[Any] = []
    while any(worker.is_alive() for worker in workers) or not seen:
        workers[0].join(0.01)
        with catalogue.reading() as tx:
            seen += since(tx, seen[-1].id if seen else 0)
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    with catalogue.reading() as tx:
        seen += since(tx, seen[-1].id)
        assert seen == list(since(tx, 0))
    assert len(seen) == 60


def test_passwords_are_kept_as_argon2_or_not_at_all(catalogue: Catalogue) -> None:
    with catalogue.writing() as tx:
        added = add_person(tx, "Élodie", "Elodie@Example.org")
        with pytest.raises(ValueError, match="argon2"):
            set_password(tx, added, "hunter2")
        set_password(tx, added, "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA")
    with catalogue.reading() as tx:
        found = person_of(tx, "ELODIE@example.org")
        assert found is not None
        assert found.id == added
        assert (password_hash(tx, added) or "").startswith("$argon2id$")
    forced = text("UPDATE person SET password_hash = 'hunter2'")
    with pytest.raises(Clash), catalogue.writing() as tx:
        tx.execute(forced, execution_options={"quiet": True})


def test_videos_stand_in_order_and_can_be_put_in_another(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    order = (studio.video, studio.another_video(), studio.another_video())
    with catalogue.writing() as tx:
        place_videos(tx, studio.chapter, order[::-1])
    with catalogue.reading() as tx:
        assert tuple(one.id for one in videos(tx, studio.course)) == order[::-1]
    with pytest.raises(Clash, match="not the videos"), catalogue.writing() as tx:
        place_videos(tx, studio.chapter, order[:2])


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://x/y", "does not know: 'mysql'"),
        ("nonsense", "sqlite:///"),
        ("postgresql://me:s3cret@/nowhere?host=/tmp/no-such-socket", "nobody answers"),
        ("postgresql://me:s3cret@127.0.0.1:9/nowhere", "nobody answers"),
        ("postgresql://me:s3cret@no-such-host.invalid/nowhere", "no such host"),
        ("sqlite:////proc/none/catalogue.db", "cannot be opened"),
    ],
)
def test_a_wrong_address_is_told_with_what_to_do(url: str, says: str) -> None:
    with pytest.raises(StorageUnavailable, match=says) as caught:
        Catalogue(url).upgrade()
    assert caught.value.todo
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_no_catalogue_is_told(tmp_path: Path) -> None:
    (tmp_path / "catalogue.db").write_text("this is a text, and long enough to be taken for a database " * 20)
    with pytest.raises(StorageUnavailable, match="not a catalogue"):
        Catalogue(f"sqlite:///{tmp_path}/catalogue.db").upgrade()


def test_a_database_that_is_not_there_is_told(databases: Any) -> None:
    with pytest.raises(StorageUnavailable, match="no such database"):
        Catalogue(databases.server.url("none")).upgrade()


def _cut_off(catalogue: Catalogue, postgres: Postgres, number: int) -> None:
    with catalogue.writing() as tx:
        add_course(tx, Course(f"lost {number}", "x"))
        postgres.kill()


def test_a_database_that_was_killed_is_found_again_with_all_that_was_kept(postgres: Postgres) -> None:
    catalogue = Catalogue(postgres.create("killed"))
    catalogue.upgrade()
    for number in range(3):
        with catalogue.writing() as tx:
            add_course(tx, Course(f"kept {number}", "x"))
        with pytest.raises(StorageUnavailable):
            _cut_off(catalogue, postgres, number)
        with pytest.raises(StorageUnavailable), catalogue.reading() as tx:
            course_of(tx, "kept 0")
        postgres.start()
        with catalogue.reading() as tx:  # the same catalogue, by itself
            assert [one.details["code"] for one in since(tx, 0)] == [f"kept {n}" for n in range(number + 1)]
    catalogue.close()
    postgres.drop("killed")


def test_rows_that_point_at_a_held_one_are_added_meanwhile(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    if catalogue.engine.dialect.name == "sqlite":
        return  # one writer at a time
    with catalogue.writing() as holding:
        row(holding, VideoRow, studio.video, lock=True)
        with catalogue.writing() as tx:
            tx.execute(text("SET LOCAL lock_timeout = '2s'"))
            ask_job(tx, Work("a" * 64, "render", "render", studio.video))
    with catalogue.reading() as tx:
        assert [job.work.video for job in jobs(tx, ("queued",))] == [studio.video]


def test_of_two_changes_that_wait_for_each_other_one_is_told_to_try_again(databases: Databases) -> None:
    with databases.migrated("postgresql") as url:
        catalogue = Catalogue(url)
        with catalogue.writing() as tx:
            names = [add_course(tx, Course(name, name)) for name in "AB"]
        met = Barrier(2)

        def change(first: CourseId, second: CourseId) -> bool:
            try:
                with catalogue.writing() as tx:
                    row(tx, CourseRow, first, lock=True)
                    met.wait(10)
                    row(tx, CourseRow, second, lock=True)
            except Contended:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            kept = list(pool.map(change, names, reversed(names)))
        assert sorted(kept) == [False, True]
        catalogue.close()
