"""Media hash lists against the ASC's own program."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.hashes import hash_of
from pipeline.mhl import CHAIN, FOLDER, BadManifest, Entry, chain, generation
from workers.histories import Histories

NAMES = ("Clips/A001C001.mov", "Clips/été 2 & <3>.mov", "notes.txt")
# it asks for newer versions of itself: that goes nowhere here
NO_NETWORK = os.environ | {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


def ascmhl(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    path = Path(sys.prefix) / "mhl/bin" / program  # an environment of its own: it holds click at 8.1
    command = [str(path), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=NO_NETWORK, timeout=60)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        path = tmp_path / "A001" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"picture {number}".encode() * 99)
    return tmp_path / "A001"


def written(card: Path, number: int) -> None:
    files = []
    for name in NAMES:
        data = (card / name).read_bytes()
        files.append(Entry(name, len(data), (("c4", hash_of("c4", data)), ("xxh64", hash_of("xxh64", data)))))
    made = generation(number, card.name, files, datetime(2026, 3, 4, 5, 6, number, tzinfo=UTC), "host", "1.0")
    place = card / FOLDER
    place.mkdir(exist_ok=True)
    before = (place / CHAIN).read_bytes() if number > 1 else None
    (place / made.name).write_bytes(made.data)
    (place / CHAIN).write_bytes(chain(before, made))


def test_what_is_written_is_accepted_and_a_changed_file_is_not(card: Path) -> None:
    for number in (1, 2):
        written(card, number)
        done = ascmhl("ascmhl-debug", "verify", "-v", card)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count(": OK") == len(NAMES)
    assert ascmhl("ascmhl", "create", "-h", "c4", card).returncode == 0
    (card / NAMES[0]).write_bytes(b"other")
    done = ascmhl("ascmhl-debug", "verify", card)
    assert done.returncode != 0
    assert "hash mismatch" in done.stdout + done.stderr


KINDS = ("xxh64", "xxh3", "xxh128", "md5", "sha1", "c4")


def test_what_the_asc_writes_is_read(card: Path) -> None:
    kinds = [word for kind in KINDS for word in ("-h", kind)]
    assert ascmhl("ascmhl", "create", *kinds, card).returncode == 0
    histories = Histories()
    for name in NAMES:
        data = (card / name).read_bytes()
        found = histories.wanted(card / name)
        assert found is not None
        assert found.size == len(data)
        assert dict(found.hashes) == {kind: hash_of(kind, data) for kind in KINDS}  # type: ignore[arg-type]
    assert histories.wanted(card.parent / "elsewhere.mov") is None
    (card / NAMES[1]).unlink()
    assert [history.missing() for history in histories.read()] == [(NAMES[1],)]


def test_a_renamed_file_is_known_by_its_new_name(card: Path) -> None:
    assert ascmhl("ascmhl", "create", "-h", "md5", card).returncode == 0
    shutil.move(card / NAMES[0], card / "Clips/new.mov")
    assert ascmhl("ascmhl", "create", "-h", "md5", "-dr", card).returncode == 0
    found = Histories().wanted(card / "Clips/new.mov")
    assert found is not None
    assert dict(found.hashes) == {"md5": hash_of("md5", (card / "Clips/new.mov").read_bytes())}


def test_a_manifest_changed_after_its_chain_is_not_trusted(card: Path) -> None:
    assert ascmhl("ascmhl", "create", card).returncode == 0
    [manifest] = (card / FOLDER).glob("*.mhl")
    manifest.write_bytes(manifest.read_bytes().replace(b"original", b"verified"))
    with pytest.raises(BadManifest, match="it was changed"):
        Histories().wanted(card / NAMES[0])
