"""kill -9 of the ingest process, of the object server, of the database: nothing lost, nothing half, nothing stuck."""

import hashlib
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import File
from storage.catalogue.filming import rushes
from storage.catalogue.finding import first_video
from storage.catalogue.jobs import jobs
from storage.folder_store import FolderStore
from storage.keeping import verified
from storage.keys import derived
from storage.objects import ObjectStore, listed
from tests.media.making import clip
from tests.stack.databases import Databases
from tests.stack.postgres import Postgres
from tests.stack.running import COMMAND, ENVIRONMENT
from workers.object_server import ObjectServer
from workers.workshop import VALUE

FEW = range(1)
MANY = range(1, 20)
POINTS = [*FEW, *(pytest.param(seed, marks=pytest.mark.soak) for seed in MANY)]
VICTIMS = ("ingest in a folder", "ingest in a studio", "objects", "database")


@dataclass
class Servers:
    """An object server and a database of their own, which the tests kill."""

    objects: ObjectServer
    postgres: Postgres
    databases: Databases


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    objects, postgres = ObjectServer(tmp_path_factory.mktemp("ingest") / "server"), Postgres()
    objects.start()
    yield Servers(objects, postgres, Databases(tmp_path_factory.mktemp("databases"), postgres))
    objects.stop()
    postgres.stop()


@dataclass
class Scene:
    """One video to be added to, and everything that is looked at afterwards."""

    store: ObjectStore
    url: str
    address: str
    card: Path
    environment: dict[str, str]

    def begin(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, "add", self.address, str(self.card), "--progress", "jsonl"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT | self.environment,
        )

    def files(self) -> dict[str, File]:
        """The rushes by name, as the catalogue has them; none when it is not there yet."""
        catalogue = Catalogue(self.url)
        try:
            catalogue.upgrade()
            with catalogue.reading() as tx:
                video = first_video(tx)
                found = () if video is None else rushes(tx, video)
                return {one.filed.name: one.file for one in found}
        finally:
            catalogue.close()

    def open_jobs(self) -> list[str]:
        catalogue = Catalogue(self.url)
        try:
            with catalogue.reading() as tx:
                return [job.work.key for job in jobs(tx, ("queued", "running"))]
        finally:
            catalogue.close()


def filled(card: Path, seed: int) -> dict[str, str]:
    """A card with a film, and a sound long enough for two parts; their digests by name."""
    card.mkdir(parents=True)
    clip(card / "C0001.MP4", seconds=1 + seed % 3, size=f"{320 + 2 * seed}x180")
    chance = random.Random(seed)
    samples = 6 << 20
    header = b"RIFF" + (36 + samples).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    header += b"".join(n.to_bytes(s, "little") for n, s in ((1, 2), (1, 2), (48000, 4), (96000, 4), (2, 2), (16, 2)))
    (card / "ZOOM0001.WAV").write_bytes(header + b"data" + samples.to_bytes(4, "little") + chance.randbytes(samples))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in card.iterdir()}


def in_folder(tmp_path: Path) -> Scene:
    folder = tmp_path / "video"
    folder.mkdir()
    url = f"sqlite:///{folder / '.rushes' / 'catalogue.db'}"
    return Scene(FolderStore(folder / ".rushes"), url, str(folder), tmp_path / "card", {})


def in_studio(servers: Servers, url: str, tmp_path: Path) -> Scene:
    place = servers.objects.place
    catalogue = Catalogue(url)
    with catalogue.writing() as tx:
        chapter = add_chapter(tx, add_part(tx, add_course(tx, Course("C1", "La donnée")), "1"), "1")
        add_video(tx, chapter, "V1", "Collecter")
    catalogue.close()
    keys = f"{quote(place.key, safe='')}:{quote(place.secret, safe='')}"
    settings = {
        "RUSHES_S3_URL": f"http://{keys}@{place.host}/{place.bucket}",
        "RUSHES_DATABASE_URL": url,
        "RUSHES_CACHE": str(tmp_path / "cache"),
    }
    return Scene(servers.objects.store, url, "C1/V1", tmp_path / "card", settings)


@pytest.fixture
def scene(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path, ffmpeg: Ffmpeg) -> Iterator[Scene]:
    if request.param == "ingest in a folder":
        yield in_folder(tmp_path)
        return
    with servers.databases.migrated("postgresql") as url:
        yield in_studio(servers, url, tmp_path)


def at_a_point(process: subprocess.Popen[str], seed: int, kill: Callable[[], None]) -> None:
    """Kills at a point of the work that the seed chooses: while it starts, or so long after a line of progress."""
    chance = random.Random(seed)
    lines = chance.choice((0, *range(1, 13)))
    assert process.stdout is not None
    for _ in range(lines):
        process.stdout.readline()
    time.sleep(chance.uniform(0, 0.3) if lines else chance.uniform(0.5, 4))
    kill()


def nothing_half(scene: Scene, wanted: dict[str, str], before: set[str]) -> None:
    """What is acknowledged is there, whole; what is there is whole, acknowledged or not."""
    for name, file in scene.files().items():
        if file.state == "ready":
            assert file.sha256 == wanted[name]
            assert verified(scene.store, file.object_name).sha256 == wanted[name]
        assert file.state in {"uploading", "processing", "ready"}, file.cause
    if isinstance(scene.store, FolderStore):
        (scene.store.root / "originals").mkdir(parents=True, exist_ok=True)
    for row in listed(scene.store, "originals/"):
        if row.key not in before:
            assert verified(scene.store, row.key).sha256 in wanted.values()


def settled(scene: Scene, wanted: dict[str, str], tmp_path: Path) -> None:
    files = scene.files()
    assert {name: (file.state, file.sha256) for name, file in files.items()} == {
        name: ("ready", digest) for name, digest in wanted.items()
    }
    assert scene.open_jobs() == []
    for file in files.values():
        assert verified(scene.store, file.object_name).sha256 == file.sha256
        kind = "sound" if file.name.endswith("WAV") else "conformed"
        assert file.derived_key is not None
        back = tmp_path / "back" / file.name
        back.mkdir(parents=True)
        assert scene.store.fetch(derived(kind, file.derived_key), back).file(VALUE) is not None


@pytest.mark.parametrize("seed", POINTS)
@pytest.mark.parametrize(
    ("scene", "victim"), [(name, name) for name in VICTIMS], indirect=["scene"], ids=lambda name: name.replace(" ", "-")
)
def test_after_a_kill_everything_settles(
    scene: Scene, victim: str, servers: Servers, tmp_path: Path, seed: int
) -> None:
    number = 1000 * VICTIMS.index(victim) + seed
    wanted = filled(scene.card, seed)
    before = set() if victim == VICTIMS[0] else {row.key for row in listed(scene.store, "originals/")}
    process = scene.begin()
    kills = {"objects": servers.objects.server.kill, "database": servers.postgres.kill}
    at_a_point(process, number, kills.get(victim, process.kill))
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    starts = {"objects": servers.objects.start, "database": servers.postgres.start}
    starts.get(victim, lambda: None)()
    nothing_half(scene, wanted, before)
    again = scene.begin()
    out, err = again.communicate(timeout=120)
    assert again.returncode == 0, (out, err)
    settled(scene, wanted, tmp_path)
