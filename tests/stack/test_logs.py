"""What workers log: a JSON object a line that names the draft, and nowhere a link that can be used."""

import json
import logging
import os
import signal
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FfmpegFailed, PipelineError
from pipeline.footage import Media
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.values import Key
from storage.catalogue.drafts import ask_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import Declared, expect_file, file_arrived, file_ready
from storage.catalogue.jobs import Job, Work, ask_job, claim, fail_job, jobs, postpone_job
from storage.catalogue.log import since
from storage.catalogue.terms import DraftId, new_id
from storage.folder_store import FolderStore
from storage.objects import ObjectStore
from studio.settings import settings
from tests.stack.farmed import Farmed
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE
from workers.app import farm_app
from workers.crew import Tools
from workers.logs import JsonLine, Text, begin, note
from workers.object_server import ObjectServer
from workers.orders import order
from workers.pieces import Sounding
from workers.places import Studio as Place
from workers.station import Station
from workers.tasks import add_tasks
from workers.workshop import Workshop


class Nobody:
    """A farm that nobody is told of."""

    def jobs(self, jobs: Sequence[Job]) -> bool:
        return True

    def advance(self, draft: DraftId) -> bool:
        return True

    def depth(self, queue: str) -> int:
        return 0


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What our code logs meanwhile, as a worker writes it, ffmpeg's commands too."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine("test@here"))
    names = ("pipeline", "workers", "celery.app.trace")
    for name in names:
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    for name in names:
        logging.getLogger(name).removeHandler(handler)
        logging.getLogger(name).setLevel(logging.NOTSET)


def rows(text: str) -> list[dict[str, Any]]:
    """Every line, each a JSON object."""
    found = [json.loads(line) for line in text.splitlines()]
    for row in found:
        assert datetime.fromisoformat(row["time"]).utcoffset() is not None
        assert row["level"] in {"debug", "info", "warning", "error"}
        assert row["message"]
    return found


def test_a_link_that_ffmpeg_fails_on_is_nowhere_shown(
    seaweedfs: ObjectServer, here: str, ffmpeg: Ffmpeg, tmp_path: Path, lines: StringIO
) -> None:
    store = seaweedfs.store
    store.put(f"{here}/a.mov", BytesIO(b"this is no film" * 1000))
    link = store.source(f"{here}/a.mov", 60)
    assert "X-Amz-Signature=" in link
    with pytest.raises(FfmpegFailed) as failed:
        run(ffmpeg, ["-i", link, str(tmp_path / "out.mp4")], what="a test")
    shown = link.partition("?")[0] + "?…"
    assert shown in failed.value.command
    assert shown in failed.value.tail  # ffmpeg names what it could not read
    assert shown in lines.getvalue()
    for text in (str(failed.value), failed.value.command, failed.value.tail, lines.getvalue()):
        assert "X-Amz" not in text
        assert seaweedfs.place.key not in text


def test_a_job_that_fails_on_a_link_keeps_none_and_names_its_draft(
    seaweedfs: ObjectServer, catalogue: Catalogue, ffmpeg: Ffmpeg, tmp_path: Path, lines: StringIO
) -> None:
    store: ObjectStore = seaweedfs.store
    studio = Studio(catalogue)
    studio.write(ONE)
    content = b"no sound at all" * 1000
    digest = Key(sha256(content).hexdigest())
    media = Media("a.wav", digest, "sound", "wav")
    with catalogue.writing() as tx:
        file = expect_file(tx, Declared("a.wav", len(content)), object_name=f"originals/{new_id()}/a.wav")
        file_arrived(tx, file.id, len(content))
        file_ready(tx, file.id, digest, media)
        draft = ask_draft(tx, studio.video, "test").id
    store.put(file.object_name, BytesIO(content))
    tools = Tools(ffmpeg, None, 1)
    work = FolderStore(tmp_path / "work")
    making = Sounding(Workshop(work, store), Key("5" * 64), tmp_path, media, ffmpeg)
    with catalogue.writing() as tx:
        details = order(making, tools)
        job, _ = ask_job(tx, Work("sound/5", "sound", "ingest", studio.video, draft, details=details, total=1))
    begin("sound")
    Station(Place(catalogue, store, work), tools, "here", Nobody()).make(job.id)
    with catalogue.reading() as tx:
        [failed] = jobs(tx, ("failed",))
    assert "a.wav?…" in failed.stderr_tail
    assert "a.wav?…" in failed.cause
    told = rows(lines.getvalue())
    assert any("a.wav?…" in row["message"] for row in told)
    assert {(row["draft"], row["job"], row["video"], row["task"]) for row in told} == {
        (str(draft), str(job.id), str(studio.video), "sound")
    }
    for text in (failed.stderr_tail, failed.cause, lines.getvalue()):
        assert "X-Amz" not in text
        assert seaweedfs.place.key not in text


def test_a_fault_that_celery_tells_of_names_the_draft(
    catalogue: Catalogue, ffmpeg: Ffmpeg, tmp_path: Path, lines: StringIO
) -> None:
    studio = Studio(catalogue)
    studio.write(ONE)
    store = FolderStore(tmp_path / "store")
    with catalogue.writing() as tx:
        draft = ask_draft(tx, studio.video, "test").id
        job, _ = ask_job(tx, Work("segment/5", "render", "render", studio.video, draft))  # it says nothing of a piece
    app: Any = farm_app("memory://")
    add_tasks(app, lambda: Station(Place(catalogue, store, store), Tools(ffmpeg, None, 1), "here", Nobody()))
    app.tasks["rushes.render"].apply(args=[str(job.id)])
    [fault] = [row for row in rows(lines.getvalue()) if row["level"] == "error"]
    assert (fault["logger"], fault["task"], fault["draft"]) == ("celery.app.trace", "render", str(draft))
    assert "KeyError" in fault["exception"]
    app.tasks["rushes.sweep"].apply()
    assert all("draft" not in row for row in rows(lines.getvalue()) if row["task"] == "sweep")


def test_no_row_keeps_a_link_whoever_says_it(catalogue: Catalogue) -> None:
    link, again = "http://s3/a?X-Amz-Signature=1", timedelta(0)
    with catalogue.writing() as tx:
        first, second = (ask_job(tx, Work(name, "render", "render"))[0].id for name in ("a", "b"))
        for job in (first, second):
            assert claim(tx, job, "w", timedelta(minutes=1)) is not None
        assert fail_job(tx, first, "w", f"{link} is away", f"said of {link}")
        assert postpone_job(tx, second, "w", f"{link} is away", again)
        assert {one.cause for one in jobs(tx)} == {"http://s3/a?… is away"}
        assert {one.stderr_tail for one in jobs(tx)} == {"said of http://s3/a?…", ""}
        assert "X-Amz" not in str([event.details for event in since(tx, 0)])


def test_a_worker_writes_nothing_but_json_and_each_line_names_the_draft(farm: Farmed) -> None:
    (farm.folder / "script.md").write_text("# Un\n\n[title Bonjour]\n\nUne ligne que personne ne dit.\n", "utf-8")
    farm.told("course", "new", "F", "La donnée", "--size", "640x360")
    farm.told("video", "new", "F/V", "Suivez une donnée")
    farm.told("script", "F/V", farm.folder / "script.md")
    worker = farm.worker("all", sweep=True)
    made = farm.done(farm.ask().number)
    told = rows(worker.log.read_text())
    about = [row for row in told if "job" in row or "draft" in row]
    assert about
    for row in about:
        assert (row["draft"], row["video"]) == (str(made.id), str(farm.video))
        assert row["worker"].startswith("all@")
    assert {"compose", "render", "mix", "join"} <= {row["task"] for row in about if row["message"].endswith("is done")}
    for one in farm.jobs():
        assert any(row.get("job") == str(one.id) for row in about), one.work.key
    child = about[-1]["process"]
    os.kill(child, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while not any(str(child) in row["message"] and row["level"] == "error" for row in rows(worker.log.read_text())):
        assert time.monotonic() < deadline, worker.log.read_text()
        time.sleep(0.2)
    worker.stop(patience=30)
    said = [row["message"] for row in rows(worker.log.read_text())]
    assert "ready" in said
    assert any(message.startswith("stops") for message in said)


def test_text_says_the_same_for_people() -> None:
    begin("render")
    note(job="j", draft="d", video=None)
    record = logging.LogRecord("workers.x", logging.WARNING, "", 0, "http://s3/a?X-Amz-Signature=1 is away", (), None)
    assert Text("%(levelname)s %(message)s").format(record) == (
        "WARNING http://s3/a?… is away [task=render job=j draft=d]"
    )
    begin("sweep")
    assert json.loads(JsonLine("w").format(record))["task"] == "sweep"
    assert "job" not in json.loads(JsonLine("w").format(record))


def test_a_fault_is_one_line_with_its_traceback() -> None:
    fault = (ValueError, ValueError("https://s3/a?X-Amz-Signature=1"), None)
    line = JsonLine("w").format(logging.LogRecord("x", logging.ERROR, "", 0, "a fault", (), fault))
    assert "\n" not in line
    assert json.loads(line)["exception"].endswith("ValueError: https://s3/a?…")


def test_the_format_is_one_of_two() -> None:
    assert settings({"RUSHES_LOG_FORMAT": "json"}).log_format == "json"
    assert settings({}).log_format is None
    with pytest.raises(PipelineError, match="text or json"):
        settings({"RUSHES_LOG_FORMAT": "xml"})
