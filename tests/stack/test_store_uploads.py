"""What every object store does with uploads in parts: resumed, damaged, raced, given up."""

import hashlib
import io
import pickle
import uuid
from pathlib import Path

import pytest

from pipeline.errors import AlreadyThere, Damaged, NotFound
from storage.keeping import accepted, verified
from storage.keys import original
from storage.objects import PART, SMALLEST_PART, ObjectStore, Part, Stat, Upload, part_size
from storage.sending import sent
from storage.sums import md5_of
from tests.stack.test_store_files import bytes_of, got, sha256, together

SIZE = 2 * SMALLEST_PART + 12_345
DATA = bytes_of(SIZE)
PARTS = [DATA[:SMALLEST_PART], DATA[SMALLEST_PART : 2 * SMALLEST_PART], DATA[2 * SMALLEST_PART :]]
MD5S = [md5_of(part) for part in PARTS]


def begun(store: ObjectStore, key: str) -> Upload:
    return store.begin(key, SIZE, sha256=sha256(DATA), part_size=SMALLEST_PART)


class Counting:
    """A store that remembers which parts were sent to it."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.numbers: list[int] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def put_part(self, upload: Upload, number: int, data: bytes, *, md5: str = "") -> Part:
        self.numbers.append(number)
        return self._store.put_part(upload, number, data, md5=md5)


def test_parts_in_any_order_become_the_file(store: ObjectStore, here: str, tmp_path: Path) -> None:
    key = f"{here}/été 1.mov"
    upload = begun(store, key)
    assert (upload.count, upload.size, upload.key) == (3, SIZE, key)
    for number in (3, 1, 2):
        part = store.put_part(upload, number, PARTS[number - 1])
        assert part == Part(number, len(PARTS[number - 1]), MD5S[number - 1])
    assert store.parts(upload) == tuple(Part(n, len(p), m) for n, (p, m) in enumerate(zip(PARTS, MD5S, strict=True), 1))
    assert store.stat(key) is None
    stat = store.complete(upload, MD5S)
    assert (stat.size, stat.sha256) == (SIZE, sha256(DATA))
    assert got(store, key, tmp_path) == DATA
    assert verified(store, key).sha256 == sha256(DATA)


def test_completing_again_gives_the_same(store: ObjectStore, here: str) -> None:
    upload = begun(store, f"{here}/a")
    sent(store, upload, io.BytesIO(DATA))
    assert store.complete(upload, MD5S) == store.complete(upload, MD5S)
    ended = together(*[lambda: store.complete(upload, MD5S)] * 4)
    assert ended == [store.stat(f"{here}/a")] * 4
    with pytest.raises(NotFound):
        store.put_part(upload, 1, PARTS[0])
    with pytest.raises(NotFound):
        store.parts(upload)


def test_many_may_complete_at_once(store: ObjectStore, here: str) -> None:
    upload = begun(store, f"{here}/a")
    sent(store, upload, io.BytesIO(DATA))
    stores = [pickle.loads(pickle.dumps(store)) for _ in range(4)]
    ended = together(*(lambda one=one: one.complete(upload, MD5S) for one in stores))
    assert ended == [store.stat(f"{here}/a")] * 4


def test_an_upload_is_taken_up_where_it_stopped(store: ObjectStore, here: str, tmp_path: Path) -> None:
    key = f"{here}/a"
    upload = begun(store, key)
    store.put_part(upload, 2, PARTS[1])
    later = Counting(pickle.loads(pickle.dumps(store)))
    assert sent(later, upload, io.BytesIO(DATA)) == tuple(MD5S)
    assert sorted(later.numbers) == [1, 3]
    store.complete(upload, MD5S)
    assert got(store, key, tmp_path) == DATA


def test_a_damaged_part_is_found_and_only_that_part_sent_again(store: ObjectStore, here: str, tmp_path: Path) -> None:
    key = f"{here}/a"
    upload = begun(store, key)
    flipped = bytearray(PARTS[1])
    flipped[1234] ^= 1
    for number, data in enumerate((PARTS[0], bytes(flipped), PARTS[2]), 1):
        store.put_part(upload, number, data)
    with pytest.raises(Damaged, match="of 3 parts, missing or damaged: 2") as error:
        store.complete(upload, MD5S)
    assert error.value.parts == (2,)
    assert store.stat(key) is None
    again = Counting(store)
    sent(again, upload, io.BytesIO(DATA))
    assert again.numbers == [2]
    store.complete(upload, MD5S)
    assert got(store, key, tmp_path) == DATA


def test_a_part_that_is_not_what_its_sender_declares_does_not_count(store: ObjectStore, here: str) -> None:
    upload = begun(store, f"{here}/a")
    with pytest.raises(Damaged) as error:
        store.put_part(upload, 1, PARTS[0], md5=MD5S[1])
    assert error.value.parts == (1,)
    assert store.parts(upload) == ()
    store.abort(upload)


def test_missing_parts_are_named(store: ObjectStore, here: str) -> None:
    upload = begun(store, f"{here}/a")
    store.put_part(upload, 2, PARTS[1])
    with pytest.raises(Damaged, match="1, 3") as error:
        store.complete(upload, MD5S)
    assert error.value.parts == (1, 3)
    with pytest.raises(ValueError, match="3 parts, found 2"):
        store.complete(upload, MD5S[:2])
    assert [part.number for part in store.parts(upload)] == [2]
    store.abort(upload)


def test_what_is_no_part_is_refused(store: ObjectStore, here: str) -> None:
    upload = begun(store, f"{here}/a")
    for number, data in ((1, b"short"), (3, PARTS[0]), (0, PARTS[0]), (4, PARTS[0])):
        with pytest.raises(ValueError, match="part"):
            store.put_part(upload, number, data)
    store.abort(upload)
    for size, length in ((0, SMALLEST_PART), (10, 10), (SMALLEST_PART * 10_001, SMALLEST_PART)):
        with pytest.raises(ValueError, match="no upload"):
            store.begin(f"{here}/b", size, part_size=length)


def test_a_file_that_is_not_the_declared_one_is_refused_and_removed(store: ObjectStore, tmp_path: Path) -> None:
    other = bytes(SIZE)
    declared = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    key = original(declared, "a rush.mov")
    upload = store.begin(key, SIZE, sha256=declared, part_size=SMALLEST_PART)
    for number in range(1, 4):
        store.put_part(upload, number, other[: upload.length(number)])
    md5s = [md5_of(other[: upload.length(number)]) for number in range(1, 4)]

    def completed_and_accepted() -> None:
        stat = store.complete(upload, md5s)
        accepted(store, stat.key, sha256=declared, size=SIZE)

    with pytest.raises(Damaged, match=f"wanted sha256 {declared}"):
        completed_and_accepted()
    assert store.stat(key) is None
    store.abort(upload)
    for data in (other, DATA[:-1], DATA + b"more"):
        again = store.begin(key, SIZE, sha256=sha256(DATA), part_size=SMALLEST_PART)
        with pytest.raises(Damaged, match="wanted"):
            sent(store, again, io.BytesIO(data))
        store.abort(again)


def test_of_two_uploads_to_a_key_one_wins(store: ObjectStore, here: str, tmp_path: Path) -> None:
    key = f"{here}/a"
    offers = [DATA, bytes(SIZE)]
    uploads = [store.begin(key, SIZE, part_size=SMALLEST_PART) for _ in offers]
    md5s = [sent(store, upload, io.BytesIO(offer)) for upload, offer in zip(uploads, offers, strict=True)]
    stores = [pickle.loads(pickle.dumps(store)) for _ in offers]
    ended = together(*(lambda i=i: stores[i].complete(uploads[i], md5s[i]) for i in range(2)))
    [winner] = [index for index, end in enumerate(ended) if isinstance(end, Stat)]
    assert isinstance(ended[1 - winner], AlreadyThere)
    assert got(store, key, tmp_path) == offers[winner]
    assert [pending for pending in store.uploads() if pending.key == key] == []


def test_what_was_given_up_is_gone(store: ObjectStore, here: str) -> None:
    upload, other = begun(store, f"{here}/a"), begun(store, f"{here}/b")
    store.put_part(upload, 1, PARTS[0])
    [pending, _] = sorted((p for p in store.uploads() if p.key.startswith(here)), key=lambda pending: pending.key)
    assert pending.key == upload.key
    store.abort(pending)
    store.abort(pending)
    store.abort(upload)
    assert [pending.key for pending in store.uploads() if pending.key.startswith(here)] == [other.key]
    for call in (
        lambda: store.put_part(upload, 2, PARTS[1]),
        lambda: store.parts(upload),
        lambda: store.complete(upload, MD5S),
    ):
        with pytest.raises(NotFound):
            call()
    store.abort(other)
    assert store.stat(f"{here}/a") is None


@pytest.mark.parametrize("size", [1, PART, PART + 1, 6 << 30, 5 << 40])
def test_parts_are_as_s3_wants_them(size: int) -> None:
    upload = Upload("incoming/a", "id", size, part_size(size), "")
    assert upload.count <= 10_000
    assert sum(upload.length(number) for number in (1, upload.count)) <= 2 * upload.part_size
    assert (upload.count - 1) * upload.part_size + upload.length(upload.count) == size
