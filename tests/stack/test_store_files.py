"""What every object store does with single files. The same tests for a folder, SeaweedFS and a MinIO-like server."""

import hashlib
import io
import pickle
import threading
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import AlreadyThere, Damaged, NotFound, OriginalKept, PipelineError
from storage.keeping import accepted, verified
from storage.keys import original
from storage.objects import ObjectStore, Stat, listed

NAMES = [
    "plain.mp4",
    "Prise 3 bis, été à Sète.MOV",
    "100% + 1 #2 & co; a=b, (x) [y] {z} ~ !.wav",
    "%20%2F%%41.mp4",
    "日本語 œuvre “final”.mov",
    "decomposed e\u0301.mov",
    "dots...and. ",
    "x" * 255,
    "é" * 127,
]


def bytes_of(size: int) -> bytes:
    """So many bytes that repeat nowhere near."""
    return hashlib.shake_128(str(size).encode()).digest(size)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def got(store: ObjectStore, key: str, folder: Path) -> bytes:
    path = folder / uuid.uuid4().hex
    store.get(key, path)
    return path.read_bytes()


def together(*calls: Callable[[], object]) -> list[object]:
    """What each call gives or raises, all begun at the same moment."""
    gate = threading.Barrier(len(calls))
    ended: list[object] = [None] * len(calls)

    def run(index: int) -> None:
        gate.wait()
        try:
            ended[index] = calls[index]()
        except PipelineError as error:
            ended[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_it_says_when_it_works(store: ObjectStore) -> None:
    store.check()
    assert list(listed(store, "incoming/check-")) == []


def test_a_store_no_one_wrote_to_is_empty(store: ObjectStore, here: str) -> None:
    assert list(listed(store, here)) == []
    assert store.stat(f"{here}/a") is None
    assert [upload for upload in store.uploads() if upload.key.startswith(here)] == []


@pytest.mark.parametrize("size", [0, 1, 70_000, 17 << 20])
def test_what_is_put_is_got(store: ObjectStore, here: str, tmp_path: Path, size: int) -> None:
    data = bytes_of(size)
    path = tmp_path / "file"
    path.write_bytes(data)
    key = f"{here}/a file"
    stat = store.put(key, path)
    assert (stat.key, stat.size, stat.sha256) == (key, size, sha256(data))
    assert store.stat(key) == stat
    assert store.get(key, tmp_path / "new" / "back") == stat
    assert (tmp_path / "new" / "back").read_bytes() == data
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["back"]
    assert verified(store, key).sha256 == stat.sha256


class Pipe(io.RawIOBase):
    """A stream that can be read once, as one from the network."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        return self._data.readinto(buffer)


def test_a_stream_is_put_from_where_it_stands(store: ObjectStore, here: str, tmp_path: Path) -> None:
    seekable = io.BytesIO(b"before after")
    seekable.seek(7)
    store.put(f"{here}/seekable", seekable)
    assert got(store, f"{here}/seekable", tmp_path) == b"after"
    store.put(f"{here}/pipe", Pipe(bytes_of(300_000)))
    assert got(store, f"{here}/pipe", tmp_path) == bytes_of(300_000)


@pytest.mark.parametrize("name", NAMES)
def test_names_as_people_give_them(store: ObjectStore, here: str, tmp_path: Path, name: str) -> None:
    key = f"{here}/{name}"
    store.put(key, io.BytesIO(name.encode()))
    assert got(store, key, tmp_path) == name.encode()
    assert store.read(key, 0, 10_000) == name.encode()
    assert [row.key for row in listed(store, here)] == [key]
    store.copy(key, f"{here}-copy/{name}")
    store.delete(key)
    assert store.stat(key) is None
    assert store.read(f"{here}-copy/{name}", 0, 10_000) == name.encode()


@pytest.mark.parametrize("size", [3, 17 << 20])
def test_a_wrong_declaration_is_refused_and_nothing_is_kept(store: ObjectStore, here: str, size: int) -> None:
    data = bytes_of(size)
    key = f"{here}/a"
    with pytest.raises(Damaged, match=f"wanted {size + 1} bytes, found {size}"):
        store.put(key, io.BytesIO(data), size=size + 1)
    with pytest.raises(Damaged, match="wanted sha256 0000"):
        store.put(key, io.BytesIO(data), sha256="0" * 64)
    assert store.stat(key) is None
    assert [row.key for row in listed(store, here)] == []
    assert [upload for upload in store.uploads() if upload.key == key] == []
    assert store.put(key, io.BytesIO(data), sha256=sha256(data).upper(), size=size).size == size


def test_what_is_not_there(store: ObjectStore, here: str, tmp_path: Path) -> None:
    assert store.stat(f"{here}/no") is None
    for call in (
        lambda: store.get(f"{here}/no", tmp_path / "no"),
        lambda: store.read(f"{here}/no", 0, 1),
        lambda: store.copy(f"{here}/no", f"{here}/new"),
        lambda: store.purge(original("0" * 64, "no"), "no reason"),
        lambda: store.fetch("derived/segment/no/no", tmp_path / "no"),
        lambda: verified(store, f"{here}/no"),
    ):
        with pytest.raises(NotFound):
            call()
    store.delete(f"{here}/no")
    store.remove("derived/segment/no/no")
    assert store.whole("derived/segment/no/no") is None
    assert not (tmp_path / "no").exists()


SIZE = 100_000


@given(start=st.integers(0, SIZE + 10), length=st.integers(1, SIZE + 10))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_range_is_half_open(store: ObjectStore, start: int, length: int) -> None:
    key = "incoming/ranges/file"
    if store.stat(key) is None:
        store.put(key, io.BytesIO(bytes_of(SIZE)))
    assert store.read(key, start, start + length) == bytes_of(SIZE)[start : start + length]


def test_no_range_is_no_range(store: ObjectStore, here: str) -> None:
    store.put(f"{here}/empty", io.BytesIO(b""))
    assert store.read(f"{here}/empty", 0, 5) == b""
    for start, stop in ((0, 0), (5, 4), (-1, 3)):
        with pytest.raises(ValueError, match="no bytes"):
            store.read(f"{here}/empty", start, stop)


TREE = ["a/x", "a b", "a-b/x", "a.b", "a0", "A", "é/1", "é/2", "z/y/x/w", "zz", "a%2Fx", "z/y-/x"]


@pytest.mark.parametrize("limit", [1, 2, 5, 12, 1000])
def test_a_list_has_every_key_once_whatever_the_page(store: ObjectStore, here: str, limit: int) -> None:
    for name in TREE:
        store.put(f"{here}/{name}", io.BytesIO(name.encode()))
    store.put(f"{here}-other/x", io.BytesIO(b""))
    rows, after = [], ""
    while True:
        page = store.page(f"{here}/", after=after, limit=limit)
        assert len(page.rows) <= limit
        rows += page.rows
        after = page.after
        if not after:
            break
    assert sorted(row.key for row in rows) == sorted(f"{here}/{name}" for name in TREE)
    assert {row.key: row.size for row in rows} == {f"{here}/{name}": len(name.encode()) for name in TREE}
    assert sorted(row.key for row in listed(store, f"{here}/a")) == sorted(
        f"{here}/{name}" for name in TREE if name.startswith("a")
    )
    assert len(list(listed(store, here))) == len(TREE) + 1


def test_nothing_is_written_over(store: ObjectStore, here: str, tmp_path: Path) -> None:
    key = f"{here}/a"
    store.put(key, io.BytesIO(b"first"))
    store.put(f"{here}/b", io.BytesIO(b"other"))
    for call in (
        lambda: store.put(key, io.BytesIO(b"second")),
        lambda: store.put(key, io.BytesIO(b"first")),
        lambda: store.put(key, io.BytesIO(bytes_of(17 << 20))),
        lambda: store.copy(f"{here}/b", key),
        lambda: store.begin(key, 10),
    ):
        with pytest.raises(AlreadyThere, match="already there"):
            call()
    assert got(store, key, tmp_path) == b"first"
    store.delete(key)
    store.put(key, io.BytesIO(b"third"))
    assert got(store, key, tmp_path) == b"third"


@pytest.mark.parametrize("size", [10, 17 << 20])
def test_of_many_who_write_a_key_one_wins_and_the_others_are_told(
    store: ObjectStore, here: str, tmp_path: Path, size: int
) -> None:
    stores = [pickle.loads(pickle.dumps(store)) for _ in range(8 if size < 1000 else 3)]
    offers = [bytes([index]) + bytes_of(size) for index in range(len(stores))]
    for number in range(3 if size < 1000 else 1):
        key = f"{here}/{number}"
        puts = [partial(one.put, key, io.BytesIO(offer)) for one, offer in zip(stores, offers, strict=True)]
        ended = together(*puts)
        [winner] = [index for index, end in enumerate(ended) if isinstance(end, Stat)]
        assert sum(isinstance(end, AlreadyThere) for end in ended) == len(stores) - 1
        assert got(store, key, tmp_path) == offers[winner]
    assert [upload for upload in store.uploads() if upload.key.startswith(here)] == []


def test_an_original_is_kept(store: ObjectStore, tmp_path: Path) -> None:
    data = uuid.uuid4().bytes
    key = original(sha256(data), "a rush.mov")
    stat = store.put(key, io.BytesIO(data))
    with pytest.raises(OriginalKept, match="kept for ever"):
        store.delete(key)
    with pytest.raises(AlreadyThere):
        store.put(key, io.BytesIO(b"other"))
    with pytest.raises(AlreadyThere):
        store.copy(key, key)
    for call in (
        lambda: store.remove(key),
        lambda: store.remove(key.rpartition("/")[0]),
        lambda: store.publish(tmp_path, key),
        lambda: store.purge(key, "  "),
    ):
        with pytest.raises(ValueError, match="wanted"):
            call()
    assert got(store, key, tmp_path) == data
    before = {row.key for row in listed(store, "purged/")}
    store.purge(key, "filmed without consent")
    assert store.stat(key) is None
    [record] = {row.key for row in listed(store, "purged/")} - before
    text = store.read(record, 0, 10_000).decode()
    assert "filmed without consent" in text
    assert stat.sha256 in text
    with pytest.raises(OriginalKept):
        store.delete(record)


def test_only_incoming_files_are_deleted_and_only_originals_purged(store: ObjectStore, here: str) -> None:
    store.put(f"{here}/a", io.BytesIO(b"a"))
    with pytest.raises(ValueError, match="wanted an original"):
        store.purge(f"{here}/a", "no reason")
    for key in ("derived/segment/ab/abc/file", "drafts/v/001/draft.mp4"):
        with pytest.raises(ValueError, match="wanted a key below"):
            store.delete(key)
        with pytest.raises(ValueError, match="wanted a key below"):
            store.put(key, io.BytesIO(b"a"))


def test_what_came_in_is_accepted_or_removed(store: ObjectStore, here: str) -> None:
    data = bytes_of(50_000)
    for key in (f"{here}/a", original(uuid.uuid4().hex, "a")):
        store.put(key, io.BytesIO(data))
        assert accepted(store, key, sha256=sha256(data), size=50_000).size == 50_000
        with pytest.raises(Damaged):
            accepted(store, key, sha256=sha256(b"other"), size=50_000)
        assert store.stat(key) is None


def test_a_copy_knows_its_sum(store: ObjectStore, here: str, tmp_path: Path) -> None:
    data = bytes_of(17 << 20)
    stat = store.put(f"{here}/a", io.BytesIO(data))
    copied = store.copy(f"{here}/a", f"{here}/b")
    assert (copied.size, copied.sha256) == (stat.size, stat.sha256)
    assert got(store, f"{here}/b", tmp_path) == data


@pytest.mark.parametrize(
    "key", ["", "a", "incoming", "incoming/", "incoming//a", "incoming/../a", "other/a", "/incoming/a"]
)
def test_no_key_is_no_key(store: ObjectStore, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        store.put(key, io.BytesIO(b"a"))
    with pytest.raises(ValueError, match="key"):
        store.stat(key)
