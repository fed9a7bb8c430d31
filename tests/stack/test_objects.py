import os
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipeline.errors import StorageUnavailable
from storage.folder_store import FolderStore


def write(folder: Path, text: str) -> None:
    (folder / "value").write_text(text)


def test_an_object_appears_whole_under_its_name(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with store.scratch() as folder:
        write(folder, "a")
        assert not store.has("derived/segment/ab/abc")
        store.publish(folder, "derived/segment/ab/abc")
    assert (store.path("derived/segment/ab/abc") / "value").read_text() == "a"
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)

    def fail() -> None:
        with store.scratch() as folder:
            write(folder, "half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def _race(root: Path, text: str) -> None:
    store = FolderStore(root)
    with store.scratch() as folder:
        write(folder, text)
        store.publish(folder, "derived/segment/ra/race")


def test_of_many_who_publish_one_wins_and_none_fails(tmp_path: Path) -> None:
    context = get_context("fork")
    racers = [context.Process(target=_race, args=(tmp_path, str(n))) for n in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0] * 8
    assert (tmp_path / "derived/segment/ra/race/value").read_text() in {str(n) for n in range(8)}
    assert list((tmp_path / "scratch").iterdir()) == []


def test_scratch_of_the_dead_is_swept_and_of_the_living_kept(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for owner in (gone.pid, os.getpid()):
        (tmp_path / "scratch" / f"{owner}-x").mkdir(parents=True)
    assert FolderStore(tmp_path).swept() == 1
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == [f"{os.getpid()}-x"]


def test_a_folder_is_held_by_one_run(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / ".rushes")
    with store.locked(), pytest.raises(StorageUnavailable, match="another draft is being made"), store.locked():
        pass
    with store.locked():
        pass


def test_a_place_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "scratch").write_text("in the way")
    with pytest.raises(StorageUnavailable, match="scratch"), FolderStore(tmp_path).scratch():
        pass
