"""What holds of S3 only: who may read, what travels on the wire, what bad settings are told."""

import io
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from urllib3 import PoolManager

from pipeline.errors import Damaged, NotFound
from storage.claims import FolderClaims
from storage.objects import SMALLEST_PART
from storage.s3_store import S3Store
from storage.sending import sent
from tests.stack.proxy import BadWire
from tests.stack.servers import MinioLike
from tests.stack.test_store_files import bytes_of, got, sha256
from tests.stack.test_store_folders import filled
from workers.object_server import ObjectServer

Server = ObjectServer | MinioLike


@pytest.fixture
def http() -> Iterator[PoolManager]:
    with PoolManager(timeout=20, retries=False) as pool:
        yield pool


def port(server: Server) -> int:
    return int(server.place.host.rpartition(":")[2])


def test_without_a_key_nothing_can_be_read_or_written(
    server: Server, here: str, tmp_path: Path, http: PoolManager
) -> None:
    store = server.store
    name = f"derived/segment/{here[9:11]}/{here[9:]}"
    draft = f"drafts/{here[9:]}/001"
    file, original = f"{here}/a", f"originals/{here[9:]}/a"
    store.put(file, io.BytesIO(b"a"))
    store.put(original, io.BytesIO(b"a"))
    store.publish(filled(tmp_path / "a"), name)
    store.publish(filled(tmp_path / "b"), draft)
    store.put(f"originals/{here[9:]}/gone", io.BytesIO(b"a"))
    store.purge(f"originals/{here[9:]}/gone", "a test")
    purged = store.page("purged/").rows[0].key
    for key in (file, original, f"{name}/whole.json", f"{draft}/whole.json", purged, "no/such"):
        for method in ("GET", "HEAD", "PUT", "DELETE", "POST"):
            answer = http.request(method, f"{store.place.shown}/{key}")
            assert answer.status in {400, 401, 403, 405}, (method, key)
            assert answer.status not in {400, 405} or method == "POST"
    for query in ("", "?list-type=2", "?prefix=originals/", "?uploads", "?policy", "?acl"):
        assert http.request("GET", f"{store.place.shown}{query}").status == 403
    assert http.request("GET", f"http://{store.place.host}/").status == 403
    assert got(store, original, tmp_path) == b"a"


def test_a_link_reads_one_file_for_a_while(server: Server, here: str, http: PoolManager) -> None:
    store = server.store
    key = f"{here}/été 1 + #2 %20.mov"
    store.put(key, io.BytesIO(bytes_of(5000)))
    store.put(f"{here}/other", io.BytesIO(b"other"))
    link = store.link(key, 60, download="L'été, “final”.mov")
    answer = http.request("GET", link, headers={"Range": "bytes=10-19"})
    assert (answer.status, answer.data) == (206, bytes_of(5000)[10:20])
    assert "UTF-8''L%27%C3%A9t%C3%A9%2C%20%E2%80%9Cfinal%E2%80%9D.mov" in answer.headers["content-disposition"]
    assert http.request("GET", store.source(key, 60)).data == bytes_of(5000)
    short = store.link(key, 1)
    time.sleep(2.1)
    other = link.replace(link.partition("?")[0], store.link(f"{here}/other", 60).partition("?")[0])
    for refused in (short, other, link.replace("Expires=60", "Expires=600"), link[:-1] + chr(ord(link[-1]) ^ 1)):
        assert http.request("GET", refused).status == 403
    assert http.request("PUT", link, body=b"new").status == 403
    assert http.request("DELETE", link).status == 403
    assert store.place.secret not in link


def test_browsers_are_sent_to_the_public_host(server: Server, here: str) -> None:
    outside = replace(server.place, public="https://media.example.org")
    store = S3Store(outside, FolderClaims(server.folder / "claims"))
    assert store.link(f"{here}/a", 60).startswith("https://media.example.org/rushes/incoming/")
    assert store.source(f"{here}/a", 60).startswith(f"http://{outside.host}/rushes/incoming/")
    upload = store.begin(f"{here}/a", 10)
    assert store.part_link(upload, 1, 60).startswith("https://media.example.org/rushes/incoming/")
    with pytest.raises(ValueError, match="part 2 of 1"):
        store.part_link(upload, 2, 60)
    store.abort(upload)


def test_a_browser_sends_parts_by_links(server: Server, here: str, tmp_path: Path, http: PoolManager) -> None:
    store, data = server.store, bytes_of(SMALLEST_PART + 100)
    upload = store.begin(f"{here}/a b", len(data), part_size=SMALLEST_PART)
    md5s = []
    for number in (1, 2):
        start = (number - 1) * SMALLEST_PART
        body = data[start : start + upload.length(number)]
        answer = http.request("PUT", store.part_link(upload, number, 60), body=body)
        assert answer.status == 200
        md5s.append(answer.headers["etag"].strip('"'))
    assert http.request("PUT", store.part_link(upload, 1, 60).replace("partNumber=1", "partNumber=3")).status == 403
    store.complete(upload, md5s)
    assert got(store, f"{here}/a b", tmp_path) == data


def test_of_what_is_damaged_on_the_way_only_that_part_is_sent_again(server: Server, here: str, tmp_path: Path) -> None:
    data = bytes_of(4 * SMALLEST_PART)
    with BadWire(port(server), upward=1) as wire:
        store = S3Store(replace(server.place, host=wire.host), FolderClaims(server.folder / "claims"))
        upload = store.begin(f"{here}/a", len(data), sha256=sha256(data), part_size=SMALLEST_PART)
        store.complete(upload, sent(store, upload, io.BytesIO(data)))
    assert sorted(wire.parts.values()) == [1, 1, 1, 2]
    assert got(server.store, f"{here}/a", tmp_path) == data


def test_a_whole_file_over_a_bad_wire(server: Server, here: str, tmp_path: Path) -> None:
    large, small = bytes_of(40 << 20), bytes_of(2 << 20)
    with BadWire(port(server), upward=3) as wire:
        store = S3Store(replace(server.place, host=wire.host), FolderClaims(server.folder / "claims"))
        store.put(f"{here}/small", io.BytesIO(small))
        store.put(f"{here}/large", io.BytesIO(large))
    assert wire.parts.total() <= len(wire.parts) + 3
    assert got(server.store, f"{here}/small", tmp_path) == small
    assert got(server.store, f"{here}/large", tmp_path) == large


def test_a_wire_that_damages_everything_is_told(server: Server, here: str) -> None:
    with BadWire(port(server), upward=10**6) as wire:
        store = S3Store(replace(server.place, host=wire.host), FolderClaims(server.folder / "claims"))
        with pytest.raises(Damaged, match="did not arrive as it was sent"):
            store.put(f"{here}/a", io.BytesIO(bytes_of(2 << 20)))
        with pytest.raises(Damaged):
            store.put(f"{here}/b", io.BytesIO(bytes_of(40 << 20)))
    assert Counter(wire.parts.values())[3] >= 1
    assert server.store.page(here).rows == ()
    assert [upload for upload in server.store.uploads() if upload.key.startswith(here)] == []


def test_what_is_damaged_on_the_way_back_is_not_kept(server: Server, here: str, tmp_path: Path) -> None:
    server.store.put(f"{here}/a", io.BytesIO(bytes_of(2 << 20)))
    with BadWire(port(server), downward=1) as wire:
        store = S3Store(replace(server.place, host=wire.host), FolderClaims(server.folder / "claims"))
        with pytest.raises(Damaged, match="wanted sha256"):
            store.get(f"{here}/a", tmp_path / "a")
        assert list(tmp_path.iterdir()) == []
        store.get(f"{here}/a", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == bytes_of(2 << 20)


def test_what_was_damaged_in_the_bucket_is_found(server: Server, here: str, tmp_path: Path) -> None:
    store, key = server.store, f"{here}/a"
    stat = store.put(key, io.BytesIO(b"as it was"))
    store._gone(key)
    store._bucket.put(key, b"as it is!", stat.sha256, "")
    with pytest.raises(Damaged, match="wanted sha256"):
        store.get(key, tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_publication_that_was_cut_off_shows_nothing_and_is_taken_up(
    server: Server, here: str, tmp_path: Path
) -> None:
    store = server.store
    name = f"derived/segment/{here[9:11]}/{here[9:]}"
    folder = filled(tmp_path / "a")
    with BadWire(port(server), upward=10**6) as wire:
        cut = S3Store(replace(server.place, host=wire.host), FolderClaims(server.folder / "claims"))
        (folder / "z-last.bin").write_bytes(bytes_of(1 << 20))
        with pytest.raises(Damaged):
            cut.publish(folder, name)
    there = {row.key for row in store.page(f"{name}/").rows}
    assert 0 < len(there) < 6
    assert store.whole(name) is None
    with pytest.raises(NotFound):
        store.fetch(name, tmp_path / "b")
    assert store.publish(folder, name)
    assert there < {row.key for row in store.page(f"{name}/").rows}
    assert len(store.fetch(name, tmp_path / "b").files) == 6


def test_no_log_has_a_secret(server: Server, here: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = server.store
    store.put(f"{here}/a", io.BytesIO(b"a"))
    store.get(f"{here}/a", tmp_path / "a")
    with pytest.raises(NotFound):
        store.get(f"{here}/b", tmp_path / "b")
    store.delete(f"{here}/a")
    assert here in caplog.text
    assert server.place.secret not in caplog.text + repr(store.place) + repr(store.__dict__)
    assert server.place.secret not in (server.folder / "log").read_text()
