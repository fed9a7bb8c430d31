"""What several tests share: drafts made once, the three stores with their servers, a catalogue on both databases."""

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.engine import Catalogue
from storage.folder_store import FolderStore
from storage.objects import ObjectStore
from storage.signing import Signer
from tests.media.making import made
from tests.stack.databases import KINDS, Databases
from tests.stack.farmed import Farmed, farmed
from tests.stack.postgres import Postgres
from tests.stack.rabbitmq import RabbitMQ, installed
from tests.stack.running import LESSON, Ended, cannot, measured, rushes, video
from tests.stack.servers import MinioLike
from tests.stack.studio import Studio
from workers.object_server import ObjectServer
from workers.redis_server import RedisServer, redis_program

SERVERS = ("seaweedfs", "juicefs")
SAID = "Bonjour ! Dans ce chapitre, nous allons suivre une donnée, étape par étape, depuis un satellite"
FIRST_LINE = f"{SAID} jusqu'à un tableau de bord."


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Path:
    """A small rush of the first line of the sample lesson: 8 s, 640 x 360, a face and a voice."""
    source = next((LESSON / "rushes").iterdir())
    cut = ("-ss", "1", "-t", "8", "-i", str(source), "-vf", "scale=640:360:flags=area", "-preset", "ultrafast")
    return made(ffmpeg, tmp_path_factory.mktemp("spoken") / "spoken.mp4", *cut, "-c:a", "aac")


@pytest.fixture(scope="session")
def drafted(tmp_path_factory: pytest.TempPathFactory, spoken: Path) -> Path:
    """The draft of that rush, without the speech model. Not to be changed."""
    folder = video(tmp_path_factory.mktemp("drafted") / "v", f"# One\n\n[title Hello]\n\n{FIRST_LINE}\n")
    (folder / "rushes" / "spoken.mp4").hardlink_to(spoken)
    ended = rushes("draft", folder)
    assert ended.status == 0, ended.err
    return folder


@dataclass(frozen=True)
class Lesson:
    """The sample lesson drafted: what was said before anything was rendered, and while it was; peaks in megabytes."""

    folder: Path
    explained: Ended
    unrendered: frozenset[str]
    drafted: Ended
    peaks: dict[str, int]

    @property
    def draft(self) -> Path:
        """The folder of its first draft."""
        return self.folder / "drafts" / "001"


@pytest.fixture(scope="session")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    """The sample lesson drafted with the speech model, in three steps. Not to be changed.

    The speech model is in memory in the second step alone.
    """
    place = tmp_path_factory.mktemp("lesson")
    folder = place / "lesson"
    shutil.copytree(LESSON, folder)
    seen, first = measured(place / "peak", "explain", folder)
    assert seen.status == 0, seen.err
    explained = rushes("explain", folder, "--json", RUSHES_SPEECH_MODEL="")
    assert explained.status == 0, explained.err
    unrendered = frozenset(path.name for path in (folder / ".rushes" / "derived").iterdir())
    drafted, last = measured(place / "peak", "draft", folder, "--progress", "jsonl", RUSHES_SPEECH_MODEL="")
    assert drafted.status == 0, drafted.err
    return Lesson(folder, explained, unrendered, drafted, {"looked at": first, "rendered": last})


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectServer]:
    server = ObjectServer(tmp_path_factory.mktemp("seaweedfs"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def juicefs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinioLike]:
    server = MinioLike(tmp_path_factory.mktemp("juicefs") / "server")
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> ObjectServer | MinioLike:
    """Each of the two servers."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=("folder", *SERVERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Each of the three stores."""
    if request.param == "folder":
        return FolderStore(tmp_path / "store", Signer(b"a secret of the test"))
    return request.getfixturevalue(request.param).store


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """The broker that comes with Rushes. Who kills it starts it again."""
    server = RedisServer(tmp_path_factory.mktemp("redis"), redis_program(os.environ.get("RUSHES_REDIS_SERVER")))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    """A RabbitMQ, where it is installed. Who kills it starts it again."""
    if not installed():
        cannot("RabbitMQ: not installed here; on Debian: apt-get install --no-install-recommends rabbitmq-server")
    server = RabbitMQ(tmp_path_factory.mktemp("rabbitmq"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def here() -> str:
    """A prefix below `incoming/` that no other test writes to."""
    return f"incoming/{uuid.uuid4()}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole run."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def databases(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Where tests get databases from."""
    return Databases(tmp_path_factory.mktemp("databases"), postgres)


@pytest.fixture(params=KINDS)
def catalogue(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Catalogue]:
    """An empty catalogue, on SQLite and on PostgreSQL."""
    with databases.migrated(request.param) as url:
        opened = Catalogue(url)
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=KINDS)
def shared(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Studio]:
    """A studio that many examples share, each with a video of its own."""
    with databases.migrated(request.param) as url:
        opened = Catalogue(url)
        yield Studio(opened)
        opened.close()


@pytest.fixture
def farm(databases: Databases, seaweedfs: ObjectServer, redis: RedisServer, tmp_path: Path) -> Iterator[Farmed]:
    """A studio with a farm that nobody works for yet: SQLite, Redis, a bucket of its own."""
    place = replace(seaweedfs.place, bucket=f"farm-{uuid.uuid4().hex}")
    with databases.migrated("sqlite") as url, farmed(tmp_path, place, url, redis.url) as farm:
        yield farm
