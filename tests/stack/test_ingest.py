"""Ingest: originals byte for byte, what is made of them, and every way in which a file is refused."""

import hashlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.errors import NotFound, WrongHash
from pipeline.footage import Rush
from pipeline.media import conform
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.mhl import Wanted
from storage.catalogue.engine import Catalogue
from storage.catalogue.jobs import ATTEMPTS, claim
from storage.catalogue.outputs import outputs
from storage.folder_store import FolderStore
from storage.keys import derived
from storage.objects import listed
from tests.media.making import clicks, clip
from tests.stack.databases import Databases
from tests.stack.ingesting import Studio
from workers.holding import LEASE, worker_name
from workers.workshop import VALUE, stored

PAIRS = (("folder", "sqlite"), ("seaweedfs", "postgresql"))
"""A video's folder, and a studio. Each store and each database has its own contract tests."""


@pytest.fixture(params=PAIRS, ids="-".join)
def studio(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, ffmpeg: Ffmpeg) -> Iterator[Studio]:
    kind, database = request.param
    work = tmp_path / "work"
    store = FolderStore(work) if kind == "folder" else request.getfixturevalue(kind).store
    with databases.migrated(database) as url:
        catalogue = Catalogue(url)
        yield Studio(catalogue, store, work, ffmpeg)
        catalogue.close()


@pytest.fixture
def originals(studio: Studio) -> Callable[[], int]:
    """How many originals were added since the test began."""
    before = len(list(listed(studio.store, "originals/")))
    return lambda: len(list(listed(studio.store, "originals/"))) - before


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_rush_comes_in_whole_and_all_is_made_of_it(studio: Studio, tmp_path: Path) -> None:
    path = clip(tmp_path / "été 01.mp4", seconds=2)
    file = studio.added(path)
    assert (file.state, file.cause, file.name) == ("ready", "", "été 01.mp4")
    assert (file.size, file.sha256) == (path.stat().st_size, sha256(path))
    assert file.media is not None
    assert (file.media.name, file.media.frames, file.media.digest) == ("été 01.mp4", 50, file.sha256)
    assert file.derived_key is not None
    studio.store.get(file.object_name, tmp_path / "back", sha256=file.sha256 or "")
    assert sha256(tmp_path / "back") == sha256(path)
    name = derived("conformed", file.derived_key)
    whole = studio.store.fetch(name, tmp_path / "made")
    assert {one.name for one in whole.files} == {*conform.FILES, VALUE}
    rush = stored(Rush, tmp_path / "made")
    assert rush is not None
    assert (rush.frames, rush.rate, rush.key) == (50, 25, file.derived_key)
    with studio.catalogue.reading() as tx:
        assert len(outputs(tx, "conformed", [file.derived_key])[file.derived_key]) == len(whole.files)
    assert [one.filed.name for one in studio.rushes()] == ["été 01.mp4"]
    assert studio.open_jobs() == ()
    assert list(tmp_path.glob("work/scratch/*")) == []
    phases = [step.phase for step in studio.steps if step.finished]
    assert phases == ["send", "conform"]


def test_a_recorder_is_kept_as_sound(studio: Studio, tmp_path: Path) -> None:
    file = studio.added(clicks(tmp_path / "zoom.wav", [100], 48000))
    assert (file.state, file.media and file.media.kind) == ("ready", "sound")
    assert studio.store.whole(derived("sound", file.derived_key)) is not None  # type: ignore[arg-type]


def test_the_same_bytes_are_kept_once_and_where_they_are_is_told(
    studio: Studio, originals: Callable[[], int], tmp_path: Path
) -> None:
    first = studio.added(clip(tmp_path / "a.mp4", seconds=1))
    again = studio.handed(tmp_path / "a.mp4")
    assert (again.file.id, again.job) == (first.id, None)
    assert [(one.course, one.video, one.name) for one in again.already] == [("C1", "P1C2", "a.mp4")]
    (tmp_path / "b.mp4").write_bytes((tmp_path / "a.mp4").read_bytes())
    elsewhere = studio.handed(tmp_path / "b.mp4", studio.other, card="A001")
    assert (elsewhere.file.id, elsewhere.job) == (first.id, None)
    assert [(one.filed.card, one.filed.name, one.file.id) for one in studio.rushes(studio.other)] == [
        ("A001", "b.mp4", first.id)
    ]
    assert originals() == 1


def test_two_who_send_the_same_at_once_keep_it_once(
    studio: Studio, originals: Callable[[], int], tmp_path: Path
) -> None:
    clip(tmp_path / "a.mp4", seconds=1)
    (tmp_path / "b.mp4").write_bytes((tmp_path / "a.mp4").read_bytes())
    one, other = studio.handed(tmp_path / "a.mp4"), studio.handed(tmp_path / "b.mp4")
    assert one.job is not None
    assert other.job is not None
    first = studio.ingest.done(one.job)
    assert studio.ingest.done(other.job).id == first.id
    assert [row.file.id for row in studio.rushes()] == [first.id] * 2
    assert originals() == 1
    assert studio.open_jobs() == ()


def test_a_card_that_counts_from_one_again_is_told_apart(studio: Studio, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (tmp_path / str(number)).mkdir()
        studio.added(clip(tmp_path / str(number) / "C0001.MP4", seconds=number), card="A001")
    assert [(one.filed.card, one.file.state) for one in studio.rushes()] == [
        ("A001", "ready"),
        ("A001 (2)", "ready"),
        ("A001 (3)", "ready"),
    ]


def test_a_file_that_is_not_what_its_card_lists_is_refused(
    studio: Studio, originals: Callable[[], int], tmp_path: Path
) -> None:
    path = clip(tmp_path / "a.mp4", seconds=1)
    wrong = Wanted("0001.mhl", path.stat().st_size, (("xxh64", "00" * 8),))
    file = studio.added(path, wanted=wrong)
    assert file.state == "failed"
    assert "wanted xxh64 0000000000000000 (0001.mhl), found " in file.cause
    assert originals() == 0
    short = studio.added(path, wanted=Wanted("0001.mhl", 7, ()))
    assert "wanted 7 bytes (0001.mhl)" in short.cause
    assert studio.added(path).state == "ready"
    assert [(one.filed.name, one.file.state) for one in studio.rushes()] == [("a.mp4", "ready")]
    assert studio.open_jobs() == ()


@pytest.mark.parametrize(
    ("data", "said"), [(b"not a film" * 100, "holds text"), (b"\0\1\2\3" * 1000, "is not media that can be read")]
)
def test_what_is_no_film_is_kept_and_failed_with_its_cause(
    studio: Studio, tmp_path: Path, data: bytes, said: str
) -> None:
    (tmp_path / "odd.mp4").write_bytes(data)
    file = studio.added(tmp_path / "odd.mp4")
    assert file.state == "failed"
    assert file.cause.startswith("odd.mp4: ")
    assert said in file.cause
    assert studio.store.read(file.object_name, 0, 10) == data[:10]
    assert studio.open_jobs() == ()


def test_a_film_whose_pictures_are_broken_is_failed_with_what_ffmpeg_said(studio: Studio, tmp_path: Path) -> None:
    data = bytearray(clip(tmp_path / "a.mp4", seconds=1, sound=False).read_bytes())
    start = data.index(b"mdat") + 8
    data[start : data.index(b"moov") - 8] = b"\xff" * (data.index(b"moov") - 8 - start)
    (tmp_path / "broken.mp4").write_bytes(data)
    file = studio.added(tmp_path / "broken.mp4")
    assert file.state == "failed"
    assert "broken.mp4" in file.cause


def test_a_file_that_went_before_it_was_sent_is_failed(studio: Studio, tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", seconds=1)
    asked = studio.handed(path)
    path.unlink()
    assert asked.job is not None
    file = studio.ingest.done(asked.job)
    assert file.state == "failed"
    assert "went before it was safe" in file.cause


def test_a_file_that_grew_since_it_was_announced_is_refused(studio: Studio, tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", seconds=1)
    asked = studio.handed(path)
    path.write_bytes(path.read_bytes() + b"more")
    assert asked.job is not None
    file = studio.ingest.done(asked.job)
    assert (file.state, "bytes were announced" in file.cause) == ("failed", True)
    assert studio.added(path).state == "ready"


def test_an_original_that_the_store_lost_is_missing_and_comes_back_when_added_again(
    studio: Studio, tmp_path: Path
) -> None:
    path = clip(tmp_path / "a.mp4", seconds=1)
    asked = studio.handed(path)
    assert asked.job is not None
    original = studio.ingest._looked
    studio.ingest._looked = lambda *_: studio.store.purge(asked.file.object_name, "a test") or original(*_)  # type: ignore[method-assign]
    file = studio.ingest.done(asked.job)
    assert (file.state, file.cause) == ("missing", "the store has it no longer")
    studio.ingest._looked = original  # type: ignore[method-assign]
    assert studio.added(path).state == "ready"
    assert [one.file.state for one in studio.rushes()] == ["ready"]


def test_looking_needs_nothing_but_the_store(studio: Studio, tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", seconds=1)
    asked = studio.handed(path)
    assert asked.job is not None
    look = studio.ingest._looked

    def lost(*_: object) -> None:
        path.unlink()
        look(*_)  # type: ignore[arg-type]

    studio.ingest._looked = lost  # type: ignore[method-assign]
    file = studio.ingest.done(asked.job, path)
    assert (file.state, file.media and file.media.frames) == ("ready", 25)


def test_looking_again_makes_nothing_again(studio: Studio, tmp_path: Path) -> None:
    first = studio.added(clip(tmp_path / "a.mp4", seconds=1))
    before = sorted((row.key, row.modified) for row in listed(studio.store, "derived/"))
    assert studio.ingest.settle() == ()
    assert sorted((row.key, row.modified) for row in listed(studio.store, "derived/")) == before
    assert studio.ingest.work.swept() == 0
    assert first.state == "ready"


def test_a_copy_of_what_is_here_is_held_against_its_card_too(studio: Studio, tmp_path: Path) -> None:
    studio.added(clip(tmp_path / "a.mp4", seconds=1))
    (tmp_path / "b.mp4").write_bytes((tmp_path / "a.mp4").read_bytes())
    with pytest.raises(WrongHash, match="wanted md5 00"):
        studio.handed(tmp_path / "b.mp4", wanted=Wanted("0001.mhl", None, (("md5", "00"),)))


def test_what_somebody_else_is_at_is_left_to_them(studio: Studio, tmp_path: Path) -> None:
    asked = studio.handed(clip(tmp_path / "a.mp4", seconds=1))
    assert asked.job is not None
    with studio.catalogue.writing() as tx:
        assert claim(tx, asked.job.id, worker_name(), LEASE) is not None
    assert studio.ingest.done(asked.job).state == "uploading"
    assert studio.ingest.settle() == ()
    assert studio.handed(tmp_path / "a.mp4").file.id == asked.file.id


def test_what_kills_its_process_again_and_again_is_given_up_and_failed(studio: Studio, tmp_path: Path) -> None:
    asked = studio.handed(clip(tmp_path / "a.mp4", seconds=1))
    assert asked.job is not None
    upload = studio.ingest._upload(asked.file)
    for _ in range(ATTEMPTS):
        with studio.catalogue.writing() as tx:
            assert claim(tx, asked.job.id, f"{socket.gethostname()}:{2**22 + 1}:1", LEASE) is not None
        studio.ingest.free()
    [row] = studio.rushes()
    assert (row.file.state, row.file.cause) == ("failed", "its process was ended")
    with pytest.raises(NotFound):
        studio.store.parts(upload)
    assert studio.added(tmp_path / "a.mp4").state == "ready"
