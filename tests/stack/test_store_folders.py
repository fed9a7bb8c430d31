"""What every object store does with objects that are folders: there whole or not at all."""

import pickle
import uuid
from pathlib import Path

import pytest

from pipeline.errors import Damaged, NotFound
from storage.folder_store import FolderStore
from storage.objects import ObjectStore, listed
from storage.sums import MARK, sum_of, table
from tests.stack.test_store_files import bytes_of, got, together

FILES = {"picture.mp4": 200_000, "value.json": 20, "analysis/000001.jpg": 3_000, "un été #1.txt": 5, "empty": 0}


@pytest.fixture
def name() -> str:
    key = uuid.uuid4().hex
    return f"derived/segment/{key[:2]}/{key}"


def filled(folder: Path, salt: int = 0) -> Path:
    for name, size in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes_of(size + salt))
    return folder


def test_a_folder_is_published_whole(store: ObjectStore, name: str, tmp_path: Path) -> None:
    folder = filled(tmp_path / "made")
    wanted = table(folder)
    assert store.whole(name) is None
    assert store.publish(folder, name)
    whole = store.whole(name)
    assert whole is not None
    assert {file.name: (file.size, file.sha256) for file in whole.files} == {
        file: (found.size, found.sha256) for file, found in wanted.items()
    }
    picture = whole.file("picture.mp4")
    assert picture is not None
    assert store.read(picture.key, 100, 200) == bytes_of(200_000)[100:200]
    assert got(store, picture.key, tmp_path) == bytes_of(200_000)
    assert whole.file("no") is None
    assert store.fetch(name, tmp_path / "fetched") == whole
    assert table(tmp_path / "fetched") == wanted


def test_a_second_publication_changes_nothing(store: ObjectStore, name: str, tmp_path: Path) -> None:
    assert store.publish(filled(tmp_path / "a"), name)
    first = store.whole(name)
    assert not store.publish(filled(tmp_path / "b", salt=1), name)
    assert store.whole(name) == first
    store.fetch(name, tmp_path / "fetched")


def test_of_many_publications_one_wins_whole(store: ObjectStore, name: str, tmp_path: Path) -> None:
    stores = [pickle.loads(pickle.dumps(store)) for _ in range(5)]
    folders = [filled(tmp_path / str(salt), salt) for salt in range(5)]
    tables = [table(folder) for folder in folders]
    ended = together(*(lambda i=i: stores[i].publish(folders[i], name) for i in range(5)))
    assert sorted(ended, key=bool) == [False] * 4 + [True]
    store.fetch(name, tmp_path / "fetched")
    assert table(tmp_path / "fetched") == tables[ended.index(True)]


def test_a_large_folder(store: ObjectStore, name: str, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "picture.mkv").write_bytes(bytes_of(18 << 20))
    assert store.publish(tmp_path / "made", name)
    store.fetch(name, tmp_path / "fetched")
    assert (tmp_path / "fetched" / "picture.mkv").read_bytes() == bytes_of(18 << 20)


def test_what_was_removed_is_gone_and_can_be_made_again(store: ObjectStore, name: str, tmp_path: Path) -> None:
    neighbour = name + "0"
    store.publish(filled(tmp_path / "a"), name)
    store.publish(filled(tmp_path / "n"), neighbour)
    store.remove(name)
    assert store.whole(name) is None
    assert list(listed(store, f"{name}/")) == []
    with pytest.raises(NotFound):
        store.fetch(name, tmp_path / "fetched")
    assert store.whole(neighbour) is not None
    assert store.publish(filled(tmp_path / "b"), name)
    store.fetch(name, tmp_path / "fetched")


def test_a_draft_is_such_a_folder(store: ObjectStore, tmp_path: Path) -> None:
    name = f"drafts/{uuid.uuid4()}/001"
    store.publish(filled(tmp_path / "a"), name)
    assert store.whole(name) is not None
    with pytest.raises(ValueError, match="wanted a name below"):
        store.publish(tmp_path, "incoming/a")


def test_what_a_broken_off_publication_left_is_gone_once_it_is_made(
    store: ObjectStore, name: str, tmp_path: Path
) -> None:
    store.publish(filled(tmp_path / "a"), name)
    if isinstance(store, FolderStore):
        return  # it moves a whole folder
    store._gone(f"{name}/{MARK}")
    assert store.publish(filled(tmp_path / "b", salt=1), name)
    whole = store.whole(name)
    assert whole is not None
    wanted = {file.key for file in whole.files} | {f"{name}/{MARK}"}
    assert {row.key for row in listed(store, f"{name}/")} == wanted
    store.fetch(name, tmp_path / "fetched")


def test_a_folder_that_lost_a_file_is_not_fetched(store: ObjectStore, name: str, tmp_path: Path) -> None:
    store.publish(filled(tmp_path / "a"), name)
    whole = store.whole(name)
    assert whole is not None
    picture = whole.file("picture.mp4")
    assert picture is not None
    store._gone(picture.key)
    with pytest.raises(NotFound):
        store.fetch(name, tmp_path / "fetched")
    (tmp_path / "found").mkdir()
    path = tmp_path / "found" / "value.json"
    with pytest.raises(Damaged):
        store.get(whole.files[-1].key, path, sha256=sum_of(tmp_path / "fetched" / whole.files[0].name).sha256)
    assert not path.exists()
