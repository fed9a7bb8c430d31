"""Uploads that were begun and that nobody knows of: their process was killed before it could say so."""

import base64
import pickle
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import file
from storage.objects import SMALLEST_PART, ObjectStore
from storage.upkeep import abandoned, give_up
from tests.media.making import clip
from tests.stack.databases import Databases
from tests.stack.ingesting import Studio
from tests.stack.running import ENVIRONMENT, ROOT

KILLED = """
import base64, os, pickle, signal, sys
from pathlib import Path
from pipeline.media.ffmpeg import found
from storage.catalogue.engine import Catalogue
from storage.folder_store import FolderStore
from workers.ingest import Ingest

store = pickle.loads(base64.b64decode(sys.argv[1]))


class Killed(type(store)):
    def begin(self, key, size, **options):
        super().begin(key, size, **options)
        os.kill(os.getpid(), signal.SIGKILL)


store.__class__ = Killed
Ingest(store, Catalogue(sys.argv[2]), FolderStore(Path(sys.argv[3])), found(None), "here").settle()
"""


def left(store: ObjectStore, url: str, ffmpeg: Ffmpeg, tmp_path: Path) -> tuple[Studio, str]:
    """A studio with a file whose sender was killed between beginning its upload and noting it; the file's key."""
    studio = Studio(Catalogue(url), store, tmp_path / "work", ffmpeg)
    asked = studio.handed(clip(tmp_path / "a.mp4", seconds=1))
    packed = base64.b64encode(pickle.dumps(store)).decode()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, packed, url, str(tmp_path / "other")],
        check=False,
        capture_output=True,
        env=ENVIRONMENT,
        cwd=ROOT,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    with studio.catalogue.reading() as tx:
        row = file(tx, asked.file.id)
    assert (row.state, row.upload) == ("uploading", None)
    assert [one.key for one in store.uploads(row.object_name)] == [row.object_name]
    return studio, row.object_name


def test_whoever_goes_on_gives_it_up_and_begins_again(
    store: ObjectStore, databases: Databases, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    with databases.migrated("sqlite") as url:
        studio, key = left(store, url, ffmpeg, tmp_path)
        [one] = studio.ingest.settle()
        assert (one.state, one.object_name) == ("ready", key)
        assert store.uploads(key) == ()
        studio.catalogue.close()


def test_the_janitor_finds_it_when_nobody_goes_on(
    store: ObjectStore, databases: Databases, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    with databases.migrated("sqlite") as url:
        studio, key = left(store, url, ffmpeg, tmp_path)
        now = datetime.now(UTC)
        young, old = now - timedelta(hours=1), now + timedelta(hours=1)
        assert key not in [one.name for one in abandoned(studio.catalogue, store, young)]
        give_up(studio.catalogue, store, young)
        assert len(store.uploads(key)) == 1
        assert key in [one.name for one in abandoned(studio.catalogue, store, old)]
        assert give_up(studio.catalogue, store, old) >= 1
        assert store.uploads(key) == ()
        [rush] = studio.rushes()
        assert (rush.file.state, rush.file.cause) == ("failed", "its upload was given up: nobody went on with it")
        assert abandoned(studio.catalogue, store, old) == ()
        studio.catalogue.close()


def test_uploads_to_one_key_are_only_those(store: ObjectStore, here: str) -> None:
    """A server of MinIO's kind lists no others; a key that begins with another is another."""
    one = store.begin(f"{here}/a", SMALLEST_PART + 1)
    other = store.begin(f"{here}/a b", SMALLEST_PART + 1)
    assert [pending.key for pending in store.uploads(one.key)] == [one.key]
    store.abort(store.uploads(one.key)[0])
    assert store.uploads(one.key) == ()
    assert [pending.key for pending in store.uploads(other.key)] == [other.key]
    store.abort(other)
