"""A whole farm: drafts by Celery workers over Redis with SQLite, and over RabbitMQ with PostgreSQL."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kombu import Connection
from pypdf import PdfReader

from pipeline.copies import COPY_KINDS, FILES, Asked, CopyKind, Film, Whom, copy_key
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.ffmpeg import found as ffmpeg_found
from pipeline.spans import Span
from storage.catalogue.copying import Saying, ask_copy, copies, wanted_copy
from storage.catalogue.drafts import Drafted
from storage.catalogue.engine import Transaction
from storage.catalogue.marked import leaving
from storage.catalogue.people import add_person
from storage.catalogue.reviewing import Remark, add_note
from storage.folder_store import FolderStore
from storage.keys import derived
from storage.keys import draft as draft_name
from tests.media.making import made
from tests.stack.commanding import drafted, frames, told
from tests.stack.conftest import FIRST_LINE
from tests.stack.databases import Databases
from tests.stack.farmed import LONGEST, Farmed, farmed
from workers.app import Messages, farm_app
from workers.copying import DRAFT_FILM
from workers.crew import Tools
from workers.object_server import ObjectServer
from workers.orders import QUEUES
from workers.places import studio_at
from workers.seat import Seat
from workers.station import Station

SCRIPT = f"# Un\n\n[title Bonjour]\n\n{FIRST_LINE}\n\nEt une autre ligne, que personne ne dit.\n"
BROKERS = ("redis", "rabbitmq")


@pytest.fixture(scope="module", params=BROKERS)
def farm(
    request: pytest.FixtureRequest,
    databases: Databases,
    seaweedfs: ObjectServer,
    tmp_path_factory: pytest.TempPathFactory,
    spoken: Path,
) -> Iterator[Farmed]:
    broker = request.getfixturevalue(request.param)
    place = replace(seaweedfs.place, bucket=f"farm-{request.param}")
    kind = {"redis": "sqlite", "rabbitmq": "postgresql"}[request.param]
    with (
        databases.migrated(kind) as url,
        farmed(tmp_path_factory.mktemp(f"farm-{request.param}"), place, url, broker.url) as farm,
    ):
        farm.begin(SCRIPT, spoken)
        farm.worker("heavy", "ingest,render", processes=2)
        farm.worker("light", "light", sweep=True)
        yield farm


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, spoken: Path) -> Path:
    """The same video in a studio without a farm, drafted on this machine: its draft's folder."""
    data = tmp_path_factory.mktemp("alone")
    (data / "script.md").write_text(SCRIPT, "utf-8")
    settings = {"RUSHES_DATA": str(data / "data"), "RUSHES_CACHE": str(data / "cache")}
    told("course", "new", "F", "La donnée", "--size", "640x360", **settings)
    told("video", "new", "F/V", "Suivez une donnée", **settings)
    told("script", "F/V", data / "script.md", **settings)
    told("add", "F/V", spoken, "--progress", "none", **settings)
    made = drafted("F/V", **settings)
    return FolderStore(data / "data" / "objects").path(made["place"])


def test_a_draft_asked_for_is_made_by_the_farm_as_it_is_made_alone(farm: Farmed, alone: Path) -> None:
    ended = json.loads(farm.told("draft", "F/V", "--progress", "jsonl").splitlines()[-1])
    assert (ended["state"], ended["failed"]) == ("done", [])
    number = ended["number"]
    assert farm.film(number) == frames(alone / "draft.mp4")
    manifest = json.loads((farm.folder / f"film-{number}" / "manifest.json").read_text("utf-8"))
    assert manifest == json.loads((alone / "manifest.json").read_text("utf-8"))
    assert {job.state for job in farm.jobs()} == {"done"}
    assert {job.work.kind for job in farm.jobs()} >= {"watch", "listen", "compose", "render", "mix", "join"}


def test_drafted_again_nothing_is_rendered(farm: Farmed) -> None:
    farm.done(farm.ask().number)
    before = {job.id: job.attempts for job in farm.jobs()}
    again = farm.done(farm.ask().number)
    new = [job for job in farm.jobs() if before.get(job.id) != job.attempts]
    assert [job.work.kind for job in new] == ["join"]
    whole = farm.store.whole(f"drafts/{farm.video}/{again.number:03d}")
    assert whole is not None
    [report] = [one for one in whole.files if one.name == "report.json"]
    told = json.loads(farm.store.read(report.key, 0, report.size))
    assert told["segments"]["rendered"] == 0


def test_a_change_is_drafted_by_itself_and_only_what_changed(farm: Farmed) -> None:
    farm.done(farm.ask().number)
    before = len(farm.jobs("render"))
    last = farm.drafts()[-1].number
    (farm.folder / "next.md").write_text(SCRIPT.replace("Bonjour", "Bonsoir"), "utf-8")
    farm.told("script", "F/V", farm.folder / "next.md")
    made = farm.done(last + 1)
    assert "script" in made.cause
    assert len(farm.jobs("render")) == before + 1
    assert farm.film(made.number) != farm.film(last)


def test_a_rush_that_is_added_is_looked_at_by_the_farm(farm: Farmed, ffmpeg: Ffmpeg) -> None:
    rush = made(ffmpeg, farm.folder / "other.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2")
    said = farm.told("add", "F/V", rush, "--progress", "none", "--here")
    assert "other.mp4: ready" in said
    [job] = [job for job in farm.jobs("ingest") if job.worker and f":{os.getpid()}:" not in job.worker]
    assert (job.state, job.done, job.work.total > 40) == ("done", job.work.total, True)
    number = farm.drafts()[-1].number
    assert "other.mp4" in farm.done(number + 1).cause


def test_copies_are_made_once_by_the_farm_and_lie_in_the_bucket(farm: Farmed) -> None:
    draft = farm.done(1)
    with farm.catalogue.writing() as tx:
        author = add_person(tx, "Zoé", "zoe@example.org")
        add_note(tx, draft.id, author, Remark("trop vite", Span(3, 4)))
        wanted = {kind: wanted_of(tx, farm, draft, kind) for kind in COPY_KINDS}
        asked = [ask_copy(tx, draft.video, draft.id, one) for one in wanted.values()]
    assert all(asked), "each is new"
    assert copied(farm, draft) == dict.fromkeys(COPY_KINDS, "done"), farm.said()
    got = {}
    for kind, one in wanted.items():
        got[kind] = farm.folder / f"copy-{kind}"
        farm.store.fetch(derived("other", copy_key(one.wanted)), got[kind])
        assert {path.name for path in got[kind].iterdir()} >= set(FILES[kind])
    assert len(frames(got["watermark"] / "film.mp4")) == draft.frames == len(farm.film(1))
    assert frames(got["watermark"] / "film.mp4") != farm.film(1), "the name is in the pictures"
    assert "trop vite" in PdfReader(got["notes-pdf"] / "notes.pdf").pages[0].extract_text()
    assert (got["contact-sheet"] / "sheet.jpg").read_bytes()[:2] == b"\xff\xd8"
    with farm.catalogue.writing() as tx:
        assert [ask_copy(tx, draft.video, draft.id, one) for one in wanted.values()] == [None] * len(COPY_KINDS)
    assert len(farm.jobs(*COPY_KINDS)) == len(COPY_KINDS), "asked for twice, each is made once"


def wanted_of(tx: Transaction, farm: Farmed, draft: Drafted, kind: CopyKind) -> Asked:
    """The copy of a draft as a page asks for it."""
    of = draft_name(str(draft.video), draft.number)
    whole, told = farm.store.whole(of), leaving(tx, draft, internal=True)
    file = whole.file(DRAFT_FILM) if whole is not None else None
    assert file is not None
    film = Film(of, file.sha256, told.film.rate, told.film.frames, told.film.size)
    saying = Saying(shelf.said_in("fr"), shelf.framings(), "1 mai 2026")
    mark = "Zoé" if kind == "watermark" else ""
    return Asked(wanted_copy(tx, draft, kind, told, film, mark, saying), Whom("fr", internal=True, name=mark))


def copied(farm: Farmed, draft: Drafted) -> dict[CopyKind, str]:
    """How the copies of a draft stand, once all are over."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        with farm.catalogue.reading() as tx:
            found = {one.kind: one.state for one in copies(tx, draft.id)}
        if not {"queued", "running"} & set(found.values()):
            return found
        time.sleep(0.3)
    raise AssertionError(farm.said())


def test_no_message_and_no_row_holds_a_secret(farm: Farmed) -> None:
    """Nobody takes the messages meanwhile: they are read as they lie in the broker."""
    for worker in farm.workers.values():
        worker.stop(patience=20)
    (farm.folder / "other.md").write_text(SCRIPT.replace("Bonjour", "Bonne nuit"), "utf-8")
    farm.told("script", "F/V", farm.folder / "other.md")
    asked = farm.ask()
    app = farm_app(farm.broker)
    sent = []
    with studio_at(Seat(farm.database, farm.place, None), farm.folder / "cache") as studio:
        station = Station(studio, Tools(ffmpeg_found(), None, 1), "here", Messages(app))
        station.telling.advance(asked.id)
        station.advance(asked.id)
    with Connection(farm.broker) as connection, connection.channel() as channel:
        for queue in QUEUES:
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                body = message.body if isinstance(message.body, bytes) else message.body.encode()
                sent.append(body + repr((message.headers, message.properties)).encode())
    pieces = [job.work.details for job in farm.jobs() if job.work.kind not in {"send", "ingest"}]  # those know a path
    everything = b"\n".join([*sent, json.dumps(pieces).encode()])
    assert len(sent) >= 2
    assert str(asked.id).encode() in everything
    for secret in (farm.place.secret, farm.place.key, "X-Amz", "http", str(farm.folder)):
        assert secret.encode() not in everything
    farm.worker("heavy", "ingest,render", processes=2)
    farm.worker("light", "light", sweep=True)
    farm.done(asked.number)  # though its messages are gone
