"""What people do with the work under way: `rushes jobs`, `watch`, `cancel`, `retry`, `follow`, `pause`, `pin`."""

import json
import os
import signal
import subprocess
import threading
import time
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.errors import Clash, NotFound
from pipeline.geometry import Size
from storage.catalogue.casting import resolved
from storage.catalogue.courses import course
from storage.catalogue.drafts import Drafted, ask_draft, draft, fail_draft, last_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.farming import unwanted, waits
from storage.catalogue.jobs import Work, ask_job, beat, claim, fail_job, finish_job, job, job_of
from storage.catalogue.log import since
from storage.catalogue.steering import job_called, jobs_of
from storage.catalogue.tables.course import VideoRow
from storage.catalogue.terms import JobId
from tests.stack.commanding import data, told
from tests.stack.running import COMMAND, ENVIRONMENT, ROOT
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE

LEASE = timedelta(seconds=60)


class Room(Studio):
    """A studio with a script, and the settings by which commands find it."""

    place: Path

    @property
    def settings(self) -> dict[str, str]:
        url = self.catalogue.engine.url.render_as_string(hide_password=False)
        return {"RUSHES_DATABASE_URL": url, "RUSHES_DATA": str(self.place), "LOGNAME": "ada"}

    def told(self, *arguments: object, status: int = 0) -> str:
        return told(*arguments, status=status, **self.settings)

    def data(self, *arguments: object, status: int = 0):
        return data(*arguments, status=status, **self.settings)

    def asked(self, *keys: str, kind: str = "render", total: int = 100) -> list[JobId]:
        with self.catalogue.writing() as tx:
            work = [Work(key, kind, "render", self.video, total=total) for key in keys]
            return [ask_job(tx, one)[0].id for one in work]

    def waiting(self, *jobs: JobId) -> Drafted:
        """A draft under way that waits for these jobs."""
        with self.catalogue.writing() as tx:
            one = ask_draft(tx, self.video, "test", style="vertical")
            waits(tx, one.id, jobs)
        return one

    def failed(self, of: JobId) -> None:
        with self.catalogue.writing() as tx:
            assert claim(tx, of, "worker-1", LEASE) is not None
            assert fail_job(tx, of, "worker-1", "moov atom not found", "line 1\nline 2")

    def states(self, *keys: str) -> list[tuple[str, str]]:
        with self.catalogue.reading() as tx:
            found = [job_of(tx, key) for key in keys]
        return [(one.state, one.cause) for one in found if one is not None]

    def last(self) -> Drafted:
        with self.catalogue.reading() as tx:
            found = last_draft(tx, self.video)
        assert found is not None
        return found


@pytest.fixture
def room(catalogue: Catalogue, tmp_path: Path) -> Room:
    one = Room(catalogue)
    one.place = tmp_path
    one.write(f"[show collect] {ONE}")
    return one


def test_jobs_are_listed_with_what_they_are_and_why_they_failed(room: Room) -> None:
    assert room.data("jobs") == []
    assert room.told("jobs").strip() == "Nothing runs, waits or has failed"
    first, second, third = room.asked("a", "b", "c")
    with room.catalogue.writing() as tx:
        claim(tx, first, "worker-1", LEASE)
        beat(tx, first, "worker-1", LEASE, 40)
        claim(tx, third, "worker-1", LEASE)
        finish_job(tx, third, "worker-1")
    room.failed(second)
    rows = {one["state"]: one for one in room.data("jobs", "V1")}
    assert set(rows) == {"running", "failed"}
    assert rows["running"]["worker"] == "worker-1"
    assert (rows["running"]["done"], rows["running"]["total"], rows["running"]["video"]) == (40, 100, "C1/V1")
    assert (rows["failed"]["cause"], rows["failed"]["tail"]) == ("moov atom not found", "line 1\nline 2")
    assert {one["state"] for one in room.data("jobs", "--all")} == {"running", "failed", "done"}
    lines = room.told("jobs").splitlines()
    assert any("runs  segment  C1/V1  40/100  worker-1" in line for line in lines)
    assert any(line.endswith("failed  segment  C1/V1  moov atom not found") for line in lines)
    assert "    line 2" in room.told("jobs", "--long").splitlines()
    room.video = room.another_video()
    room.asked("elsewhere", kind="an unknown kind")
    assert len(room.data("jobs")) == 3
    assert "an unknown kind" in room.told("jobs")
    with pytest.raises(NotFound):
        room.told("jobs", "V9")


def test_a_job_is_called_by_the_end_of_its_id(room: Room) -> None:
    one, _ = room.asked("a", "b")
    with room.catalogue.reading() as tx:
        for name in (str(one), one.hex, one.hex[-8:], one.hex[-12:], "a"):
            found = job_called(tx, name)
            assert found is not None
            assert found.id == one
        assert job_called(tx, one.hex[-7:]) is None
        assert job_called(tx, "V1") is None
        assert job(tx, one).id == one
    with pytest.raises(NotFound):
        room.told("cancel", "V9")


def test_a_draft_is_given_up_with_what_only_it_waits_for(room: Room) -> None:
    queued, running, shared, _ = room.asked("queued", "running", "shared", "other")
    one = room.waiting(queued, running, shared)
    own, room.video = room.video, room.another_video()
    room.write(ONE)
    room.waiting(shared)
    room.video = own
    with room.catalogue.writing() as tx:
        claim(tx, running, "worker-1", LEASE)
    said = room.data("cancel", "V1")
    assert (said["draft"], set(said["jobs"])) == (1, {str(queued), str(running)})
    assert room.states("queued", "running", "shared", "other") == [
        ("cancelled", "superseded"),
        ("cancelled", "superseded"),
        ("queued", ""),
        ("queued", ""),
    ]
    with room.catalogue.writing() as tx:
        assert not beat(tx, running, "worker-1", LEASE)  # whoever renders it stops
        assert unwanted(tx) == ()
        assert (draft(tx, one.id).state, draft(tx, one.id).error) == ("failed", f"cancelled by {said['by']}")
    with pytest.raises(NotFound, match="no draft is under way"):
        room.told("cancel", "V1")


def test_one_job_is_cancelled_by_someone(room: Room) -> None:
    (one,) = room.asked("a")
    assert "1 job cancelled" in room.told("cancel", one.hex[-8:], "--by", "director@example.org")
    assert room.states("a") == [("cancelled", "cancelled by Director")]
    with room.catalogue.reading() as tx:
        (event,) = [event for event in since(tx, 0, 10_000) if event.kind == "job.cancelled"]
    assert event.by == room.people["director"]
    with pytest.raises(Clash, match="only what waits or runs"):
        room.told("cancel", str(one))
    with pytest.raises(NotFound, match="nobody has the address"):
        room.told("retry", str(one), "--by", "nobody@example.org")
    assert "1 job is done again" in room.told("retry", str(one))
    assert room.states("a") == [("queued", "")]
    with pytest.raises(Clash, match="wait for it"):
        room.told("retry", str(one))


def test_what_failed_is_done_again_and_its_draft_asked_for_in_its_style(room: Room) -> None:
    failed, given_up, cancelled = room.asked("failed", "superseded", "cancelled")
    old = room.waiting(given_up)
    with room.catalogue.writing() as tx:
        fail_draft(tx, old.id, "no")
        unwanted(tx)
    one = room.waiting(failed)
    room.failed(failed)
    room.told("cancel", cancelled)
    with room.catalogue.writing() as tx:
        fail_draft(tx, one.id, "a segment failed")
    said = room.data("retry", "V1")
    assert (said["draft"], set(said["jobs"])) == (3, {str(failed), str(cancelled)})
    assert room.states("failed", "superseded", "cancelled") == [
        ("queued", ""),
        ("cancelled", "superseded"),
        ("queued", ""),
    ]
    assert (room.last().cause, room.last().style) == (f"asked again by {said['by']}", "vertical")
    with pytest.raises(NotFound, match="nothing failed"):
        room.told("retry", "V1")
    room.failed(failed)
    with room.catalogue.writing() as tx:
        fail_draft(tx, room.last().id, "again")
    assert "Draft 4 is asked for" in room.told("retry", str(failed))


def test_a_video_is_paused_followed_and_pinned(room: Room) -> None:
    room.send(room.asset("collect"))
    assert room.data("pause", "V1") == {"video": "V1", "drafting": "paused"}
    assert "only when somebody asks" in room.told("pause", "V1")
    with room.catalogue.reading() as tx:
        found = tx.get(VideoRow, room.video)
        assert found is not None
        assert found.drafting == "paused"
    assert "by itself" in room.told("follow", "V1")
    assert room.data("pin", "V1") == {"video": "V1", "pinned": True, "cues": 1}
    with room.catalogue.reading() as tx:
        assert [one.policy for one in resolved(tx, room.video)] == ["pinned"]
    assert "1 cue uses the latest version again" in room.told("pin", "V1", "--undo")
    assert "drafting set" in room.told("history", "V1")


def test_a_course_is_set_and_its_videos_follow(room: Room) -> None:
    room.told("course", "set", "C1", "--rate", "30000/1001", "--size", "1280x720")
    with room.catalogue.reading() as tx:
        found = course(tx, room.course)
        (event,) = [one for one in since(tx, 0, 10_000) if one.kind == "course.changed"]
    assert (found.rate, found.size, found.style) == (Fraction(30000, 1001), Size(1280, 720), "course")
    assert event.details["changes"] == ["rate", "size"]
    for wrong in (("--rate", "fast"), ("--rate", "-1"), ("--rate", "1/0"), ("--size", "large"), ("--size", "1x0")):
        room.told("course", "set", "C1", *wrong, status=2)


def test_a_draft_is_watched_to_its_end(room: Room) -> None:
    with pytest.raises(NotFound, match="has no draft"):
        room.told("watch", "V1")
    first, second = room.asked("a", "b", total=50)
    (mixed,) = room.asked("c", kind="mix", total=9)
    one = room.waiting(first, second, mixed)

    def work() -> None:
        for number, of in enumerate((first, second, mixed)):
            with room.catalogue.writing() as tx:
                claim(tx, of, "w", LEASE)
                beat(tx, of, "w", LEASE, 5)
            time.sleep(0.7)
            with room.catalogue.writing() as tx:
                if number < 2:
                    finish_job(tx, of, "w")
                else:
                    fail_job(tx, of, "w", "moov atom not found")
                    fail_draft(tx, one.id, "the mix failed")

    worker = threading.Thread(target=work)
    worker.start()
    rows = [json.loads(line) for line in room.told("watch", "V1", "--json", status=1).splitlines()]
    worker.join()
    *seen, end = rows
    assert next((one["phase"], one["total"]) for one in seen if one["done"] > 0) == ("render", 100)
    done = [one["done"] for one in seen if one["phase"] == "render"]
    assert done == sorted(set(done))  # a line when something changed, and none beside
    assert done[-1] == 100
    assert (end["number"], end["state"], end["error"]) == (1, "failed", "the mix failed")
    assert end["failed"] == [{"kind": "mix", "cause": "moov atom not found"}]
    said = room.told("watch", "V1", status=1).splitlines()
    assert said == ["mix failed: moov atom not found", "Draft 1 could not be made: the mix failed"]
    room.draft()
    assert room.told("watch", "V1").strip() == f"Draft 2: drafts/{room.video}/002"


def test_ctrl_c_ends_the_looking_alone(room: Room) -> None:
    one = room.waiting(*room.asked("a"))
    process = subprocess.Popen(
        [*COMMAND, "watch", "V1", "--progress", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**ENVIRONMENT, **room.settings},
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["phase"] == "render"
    again = room.waiting(*room.asked("b", total=7))  # the one looked at is superseded: the next is looked at
    while json.loads(process.stdout.readline())["total"] != 7:
        pass
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "no longer looking: the draft goes on")
    with room.catalogue.reading() as tx:
        assert draft(tx, one.id).superseded_by == again.id
        assert draft(tx, again.id).state == "waiting"
        assert [one.work.key for one in jobs_of(tx, again.id)] == ["b"]
