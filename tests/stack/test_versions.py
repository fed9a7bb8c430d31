"""Files, assets and versions, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from uuid import UUID

import pytest

from pipeline.errors import Clash
from storage.catalogue.assets import Wanted, add_asset, add_version, approve_version, versions
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import (
    Declared,
    expect_file,
    file,
    file_arrived,
    file_failed,
    file_missing,
    file_ready,
    files_in,
    retry_file,
    same_file,
)
from storage.catalogue.terms import AssetId
from tests.stack.studio import Studio


def _upload(url: str, asset: UUID, worker: int) -> int:
    catalogue = Catalogue(url)
    with catalogue.writing() as tx:
        media = expect_file(tx, Declared(f"{worker}.mov", 100))
    with catalogue.writing() as tx:  # begins by reading: only who writes from the start waits for the others
        number = add_version(tx, AssetId(asset), media.id).number
    catalogue.close()
    return number


def test_twenty_uploads_at_once_get_twenty_numbers(catalogue: Catalogue) -> None:
    asset = Studio(catalogue).asset("collect")
    url = catalogue.engine.url.render_as_string(hide_password=False)
    catalogue.close()  # no connection is shared with the workers
    with get_context("fork").Pool(2) as processes, ThreadPoolExecutor(12) as threads:
        away = processes.starmap_async(_upload, [(url, asset, worker) for worker in range(8)])
        numbers = list(threads.map(lambda worker: _upload(url, asset, worker), range(8, 20)))
        numbers += away.get(60)
    assert sorted(numbers) == list(range(1, 21))
    with catalogue.reading() as tx:
        assert [one.number for one in versions(tx, asset)] == list(range(1, 21))


def test_sizes_beyond_two_gigabytes_are_kept(catalogue: Catalogue) -> None:
    size = 3 * 2**40 + 1
    with catalogue.writing() as tx:
        media = expect_file(tx, Declared("long.mov", size)).id
        file_arrived(tx, media, size)
    with catalogue.reading() as tx:
        found = file(tx, media)
    assert (found.declared_size, found.size, found.state) == (size, size, "processing")


def test_a_file_is_ready_only_with_the_size_and_bytes_that_were_declared(catalogue: Catalogue) -> None:
    right, wrong = (sha256(data).hexdigest() for data in (b"right", b"wrong"))
    with catalogue.writing() as tx:
        media = expect_file(tx, Declared("a.mov", 5, right)).id
    with pytest.raises(Clash, match="5 bytes were declared, 20 came"), catalogue.writing() as tx:
        file_arrived(tx, media, 20)
    with pytest.raises(Clash, match="cannot become ready"), catalogue.writing() as tx:
        file_ready(tx, media, right)
    with catalogue.writing() as tx:
        file_arrived(tx, media, 5)
    with pytest.raises(Clash, match="not those that were sent"), catalogue.writing() as tx:
        file_ready(tx, media, wrong)
    with catalogue.writing() as tx:
        file_ready(tx, media, right)
        file_ready(tx, media, right)  # a task that is done twice
    with pytest.raises(Clash, match="is ready; it cannot become failed"), catalogue.writing() as tx:
        file_failed(tx, media, "late")
    with pytest.raises(Clash, match="bytes"), catalogue.writing() as tx:
        file_ready(tx, media, wrong)
    with catalogue.reading() as tx:
        found = same_file(tx, right)
        assert found is not None
        assert (found.id, found.state) == (media, "ready")
        assert same_file(tx, wrong) is None


def test_a_failure_keeps_its_cause_and_can_be_tried_again(catalogue: Catalogue) -> None:
    with catalogue.writing() as tx:
        media = expect_file(tx, Declared("a.mov", 5)).id
        file_arrived(tx, media, 5)
        file_failed(tx, media, "moov atom not found", "[mov] moov atom not found\n")
    with catalogue.reading() as tx:
        assert [(one.cause, one.log_tail) for one in files_in(tx, "failed")] == [
            ("moov atom not found", "[mov] moov atom not found\n")
        ]
    with catalogue.writing() as tx:
        retry_file(tx, media)
        file_ready(tx, media, "0" * 64)
        file_missing(tx, media, "the store has it no longer")
        retry_file(tx, media)
        file_ready(tx, media, "0" * 64)
    with catalogue.reading() as tx:
        assert (file(tx, media).state, file(tx, media).cause) == ("ready", "")


def test_object_names_are_made_here_and_nobody_can_guess_them(catalogue: Catalogue) -> None:
    with catalogue.writing() as tx:
        named = [expect_file(tx, Declared("../../etc/passwd")).object_name for _ in range(50)]
    assert len(set(named)) == 50
    assert all(name.startswith("originals/") and ".." not in name and "passwd" not in name for name in named)
    assert all(UUID(name.rpartition("/")[2]).version == 7 for name in named)


def test_an_asset_has_one_name_whatever_its_case(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    studio.asset("Collect")
    with pytest.raises(Clash, match="already"):
        studio.asset("COLLECT")
    with catalogue.writing() as tx:
        add_asset(tx, None, Wanted("collect", "motion"))
    with pytest.raises(Clash, match="already"), catalogue.writing() as tx:
        add_asset(tx, None, Wanted("Collect", "motion"))


def test_the_same_file_again_is_the_same_version(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    asset = studio.asset("collect")
    first = studio.send(asset)
    with catalogue.writing() as tx:
        assert add_version(tx, asset, first.media) == first
    assert studio.send(asset).number == 2


def test_only_what_is_ready_is_approved(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    asset = studio.asset("collect")
    with catalogue.writing() as tx:
        version = add_version(tx, asset, expect_file(tx, Declared("a.mov")).id)
    with pytest.raises(Clash, match="not ready"), catalogue.writing() as tx:
        approve_version(tx, version.id, "approved")
    ready = studio.send(asset)
    with catalogue.writing(studio.people["director"]) as tx:
        approve_version(tx, ready.id, "approved")
    with catalogue.reading() as tx:
        assert [(one.number, one.state, one.approval) for one in versions(tx, asset)] == [
            (1, "uploading", "waiting"),
            (2, "ready", "approved"),
        ]
