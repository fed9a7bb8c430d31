"""`rushes add` and `rushes export`, as people run them."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.media import shelf
from pipeline.standing import Watching
from tests.media.making import clip
from tests.stack.running import COMMAND, ENVIRONMENT, rushes, video
from tests.stack.test_manifests import ascmhl
from workers.watching import watch

SCRIPT = """---
id: P1C2
---
# Un

Bonjour à tous.

# Deux

[plan intro] La suite arrive.
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three small films, made once."""
    folder = tmp_path_factory.mktemp("films")
    for number in (1, 2, 3):
        clip(folder / f"{number}.mp4", seconds=number, size="160x90", sound=number != 3)
    return folder


@pytest.fixture
def place(tmp_path: Path, films: Path) -> Path:
    """A video, and a card beside it."""
    folder = video(tmp_path / "v", SCRIPT)
    card = tmp_path / "CAM A"
    clips = card / "PRIVATE/M4ROOT/CLIP"
    clips.mkdir(parents=True)
    shutil.copy(films / "1.mp4", clips / "C0001.MP4")
    (clips / "C0001M01.XML").write_text("<x/>")
    (card / ".Trashes").mkdir()
    (card / "notes.txt").write_text("x")
    shutil.copy(films / "2.mp4", card / "P1C2-01-prise2.mp4")
    return folder


def test_a_dry_run_tells_all_and_does_nothing(place: Path) -> None:
    ended = rushes("add", place, place.parent / "CAM A", "--dry-run", RUSHES_LANGUAGE="fr")
    assert ended.status == 0, ended.err
    assert ended.out.splitlines()[0].startswith("2 fichiers seraient ajoutés à P1C2, ")
    assert "  CAM A/P1C2-01-prise2.mp4\u00a0: plan 01, prise 2 (le numéro dans son nom est celui du plan)" in ended.out
    assert "CLIP/C0001.MP4\u00a0: aucun plan dit (nommé par la caméra\u202f; ce qui y est dit le dira)" in ended.out
    assert "avec C0001M01.XML" in ended.out
    assert "1 laissé de côté, cachés\u00a0: .Trashes" in ended.out
    told = json.loads(rushes("add", place, place.parent / "CAM A", "--dry-run", "--json").out)
    assert [(one["card"], one["shot"], one["take"], one["why"]) for one in told["files"]] == [
        ("CAM A", "01", 2, "shot-number"),
        ("CAM A", None, None, "camera-name"),
    ]
    assert {row["why"] for row in told["passed"]} == {"hidden", "not-media"}
    assert not (place / ".rushes" / "originals").exists()


def test_a_card_is_added_once_and_what_is_wrong_does_not_hold_up_the_rest(place: Path) -> None:
    card = place.parent / "CAM A"
    assert ascmhl("ascmhl", "create", "-h", "xxh64", card).returncode == 0
    with (card / "P1C2-01-prise2.mp4").open("r+b") as file:
        file.seek(2000)
        file.write(b"damaged on the way")
    (card / "gone.mov").write_bytes(b"x")
    ended = rushes("add", place, card)
    assert ended.status == 1, ended.err
    assert "CAM A/PRIVATE/M4ROOT/CLIP/C0001.MP4: ready, no shot named" in ended.out
    assert "CAM A/P1C2-01-prise2.mp4: cannot be used: P1C2-01-prise2.mp4: wanted xxh64 " in ended.out
    assert "copy it again from the card" in ended.out
    assert "added: 1, already here: 0, not: 2" in ended.out
    assert "Copy: " in ended.err
    again = rushes("add", place, card / "PRIVATE", "--json", "--progress", "none")
    assert again.status == 0, again.err
    [one] = json.loads(again.out)["files"]
    assert (one["state"], one["already"]) == ("ready", ["P1C2/CAM A/PRIVATE/M4ROOT/CLIP/C0001.MP4"])


def test_names_that_speak_of_nothing_known_are_told(place: Path, films: Path) -> None:
    for name in ("P1C2 plan 9.mp4", "P1C2 plan 1 intro.mp4"):
        shutil.copy(films / "3.mp4", place.parent / name)
    told = rushes("add", place, *place.parent.glob("*.mp4"), "--dry-run").out
    assert "its name says shot 9, and the script has 01, intro: rename it, or add [shot 9] to the script" in told
    assert "its name may mean 01, intro: rename it" in told


def test_what_is_named_wrongly_on_the_command_line(place: Path) -> None:
    nowhere = rushes("add", place, place / "nowhere.mov")
    assert (nowhere.status, "no such file or folder" in nowhere.err) == (1, True)
    assert rushes("add", place).status == 2
    assert rushes("add", place.parent / "no", place).status == 2
    empty = rushes("add", place, place / "motion")
    assert (empty.status, empty.out) == (0, "nothing to add: no film and no sound in there\n")


def test_a_video_without_a_script_takes_rushes_too(tmp_path: Path, films: Path) -> None:
    ended = rushes("add", video(tmp_path / "v", None), films / "1.mp4")
    assert ended.status == 0, ended.err
    assert "1.mp4: ready, no shot named" in ended.out


def test_originals_go_out_again_with_a_list_that_the_asc_accepts(place: Path) -> None:
    card, out = place.parent / "CAM A", place.parent / "out"
    assert rushes("add", place, card).status == 0
    for number in (1, 2):
        ended = rushes("export", place, out)
        assert ended.status == 0, ended.err
        assert f"3 files in {out}, listed in {number:04d}_out_" in ended.out
        time.sleep(1.1)
    name = "CAM A/PRIVATE/M4ROOT/CLIP/C0001.MP4"
    assert (out / name).read_bytes() == (card / "PRIVATE/M4ROOT/CLIP/C0001.MP4").read_bytes()
    verified = ascmhl("ascmhl-debug", "verify", out)
    assert verified.returncode == 0, verified.stdout
    (out / name).write_bytes(b"other")
    refused = rushes("export", place, out)
    assert (refused.status, "nothing is written over" in refused.err) == (1, True)


def test_a_card_goes_out_as_it_came_in_with_its_own_lists(place: Path) -> None:
    card, out = place.parent / "CAM A", place.parent / "out"
    (card / "notes.txt").unlink()
    shutil.rmtree(card / ".Trashes")
    (card / "PRIVATE/M4ROOT/THMBNL").mkdir()
    (card / "PRIVATE/M4ROOT/THMBNL/C0001T01.JPG").write_bytes(b"a thumbnail")
    (card / "PRIVATE/M4ROOT/MEDIAPRO.XML").write_text("<media/>")
    (card / "PRIVATE/M4ROOT/STATUS.BIN").write_bytes(b"")
    assert ascmhl("ascmhl", "create", "-h", "xxh64", card).returncode == 0
    whole = {path.relative_to(card): path.read_bytes() for path in card.rglob("*") if path.is_file()}
    seen = json.loads(rushes("add", place, card, "--dry-run", "--json").out)
    assert seen["passed"] == []
    for _ in range(2):
        ended = rushes("add", place, card)
        assert ended.status == 0, ended.err
        assert f"kept beside them: {len(whole) - 2} files that the camera wrote" in ended.out
    ended = rushes("export", place, out)
    assert ended.status == 0, ended.err
    back = out / "CAM A"
    assert {path.relative_to(back): path.read_bytes() for path in back.rglob("*") if path.is_file()} == whole
    for folder in (out, back):
        verified = ascmhl("ascmhl-debug", "verify", folder)
        assert verified.returncode == 0, verified.stdout
    assert rushes("verify", place, "--progress", "none").status == 0
    assert "C0001M01.XML" not in rushes("explain", place, "--json", "--progress", "none").out


def test_a_damaged_sidecar_is_refused_and_a_newer_one_takes_its_place(place: Path) -> None:
    card, out = place.parent / "CAM A", place.parent / "out"
    lists = card / "PRIVATE/M4ROOT/MEDIAPRO.XML"
    lists.write_text("<media/>")
    assert rushes("add", place, card).status == 0
    lists.write_text("<media>another clip</media>")
    assert rushes("add", place, card).status == 0
    assert rushes("export", place, out).status == 0
    assert (out / "CAM A/PRIVATE/M4ROOT/MEDIAPRO.XML").read_text() == "<media>another clip</media>"
    assert len(list((place / ".rushes/originals").glob("*/MEDIAPRO.XML"))) == 2
    assert ascmhl("ascmhl", "create", "-h", "xxh64", card).returncode == 0
    lists.write_text("<media>damaged clip</media>")
    ended = rushes("add", place, card)
    assert (ended.status, "MEDIAPRO.XML: wanted xxh64" in ended.out) == (1, True)
    assert len(list((place / ".rushes/originals").glob("*/MEDIAPRO.XML"))) == 2


class Turned:
    """A clock that the test turns: each wait does the next thing that happens in the folder."""

    def __init__(self, happens: Sequence[object]) -> None:
        self._happens = list(happens)
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float) -> bool:
        self._now += seconds
        if not self._happens:
            return False
        happens = self._happens.pop(0)
        if callable(happens):
            happens()
        return True


def test_a_watched_folder_with_a_turned_clock(tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    taken: list[str] = []
    waited: list[list[str]] = []
    tries = iter([True, False])

    def take(paths: Sequence[Path]) -> Sequence[Path]:
        taken.extend(path.name for path in paths)
        return [path for path in paths if path.name == "slow.mov" and next(tries)]

    def write(name: str, text: str) -> object:
        return lambda: (folder / name).write_text(text)

    def grow() -> None:
        with (folder / "slow.mov").open("a") as file:
            file.write("more")
        os.utime(folder / "slow.mov", ns=(0, (folder / "slow.mov").stat().st_size))

    happens = [
        *(write("a.mov", "a"), write("b.mov.part", "b"), write("c.mov", "c"), None),
        *[grow] * 8,
        lambda: (folder / "c.mov").unlink(missing_ok=True),
        lambda: (folder / "b.mov.part").rename(folder / "b.mov"),
        *[None] * 9,
    ]
    watch(folder, Watching(look=2, still=10), Turned(happens), take, lambda names: waited.append(list(names)))  # type: ignore[arg-type]
    assert taken == ["a.mov", "c.mov", "slow.mov", "slow.mov", "b.mov"]
    assert waited[-1] == []


def test_a_watched_folder_in_earnest(place: Path, films: Path, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    process = subprocess.Popen(
        [*COMMAND, "add", str(place), "--watch", str(folder), "--progress", "none"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    said = [process.stdout.readline()]
    assert f"watching {folder}" in said[0]
    data = (films / "1.mp4").read_bytes()
    with (folder / "plan 01.mp4.part").open("wb") as file:
        for start in range(0, len(data), len(data) // 3 + 1):
            file.write(data[start : start + len(data) // 3 + 1])
            file.flush()
            time.sleep(0.5)
    (folder / "plan 01.mp4.part").rename(folder / "plan 01.mp4")
    while "ready" not in said[-1]:
        said.append(process.stdout.readline())
        assert said[-1], process.stderr and process.stderr.read()
    assert "drop/plan 01.mp4: ready, shot 01" in said[-1]
    process.stdout.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.splitlines()[-1], err) == (0, f"no longer watching {folder}", "")
    assert shelf.watching().still == 10
