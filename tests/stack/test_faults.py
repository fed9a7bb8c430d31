"""What goes wrong: a clear message, the right status, nothing half-written."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.media.making import clip
from tests.stack.running import COMMAND, ENVIRONMENT, Ended, drafts, rushes, video


def refused(ended: Ended, status: int, *said: str) -> None:
    assert ended.status == status, ended.err
    for words in said:
        assert words in ended.err
    assert "Traceback" not in ended.err


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    refused(rushes("draft", tmp_path / "nowhere"), 2, "no such folder", "nowhere")


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "script.md").write_text("Hello.")
    refused(rushes("draft", tmp_path / "script.md"), 2, "wanted a folder", "script.md")


def test_an_unknown_option() -> None:
    refused(rushes("draft", ".", "--quality", "best"), 2, "--quality")


def test_an_empty_folder(tmp_path: Path) -> None:
    refused(rushes("draft", tmp_path), 3, "no script", "put a script.md in it")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "\n\n", "---\ntitle: Nothing\n---\n", "> only a note\n"])
def test_a_script_that_says_nothing(tmp_path: Path, text: str) -> None:
    refused(rushes("draft", video(tmp_path / "v", text)), 3, "the script is empty")
    assert drafts(tmp_path / "v") == []


def test_two_scripts(tmp_path: Path) -> None:
    folder = video(tmp_path / "v", None)
    for name in ("one.md", "two.md"):
        (folder / name).write_text("Hello.")
    refused(rushes("draft", folder), 1, "wanted one script, found 2: one.md, two.md", "name the one to use script.md")


@pytest.mark.parametrize("command", ["draft", "check", "explain"])
def test_every_error_of_a_script_at_once_with_its_place(tmp_path: Path, command: str) -> None:
    folder = video(tmp_path / "v", "# One\n\n[frmae close] Hello there.\n\nAnd [frame clsoe] more.\n")
    ended = rushes(command, folder)
    refused(ended, 1, "script.md:3:", "script.md:5:", 'did you mean "close"', 'did you mean "frame"')
    assert drafts(folder) == []


def test_a_reference_that_may_mean_two_assets(tmp_path: Path) -> None:
    folder = video(tmp_path / "v", "# One\n\nHello [show steps full] there.\n")
    for place in ("a", "b"):
        (folder / "motion" / place).mkdir()
        shutil.copy(still(tmp_path), folder / "motion" / place / "steps.png")
    refused(rushes("draft", folder), 1, "script.md:3:", "a/steps.png", "b/steps.png", "write its folder too")


def still(folder: Path) -> Path:
    path = folder / "still.png"
    Image.new("RGBA", (64, 36), (255, 0, 0, 128)).save(path)
    return path


def test_a_rush_that_cannot_be_read_is_a_warning_and_the_draft_goes_on(tmp_path: Path) -> None:
    folder = video(tmp_path / "v")
    (folder / "rushes" / "broken.mp4").write_bytes(b"not a film" * 100)
    ended = rushes("draft", folder)
    assert ended.status == 0, ended.err
    assert drafts(folder) == ["001"]
    assert "broken.mp4" in ended.out


def test_a_cue_that_no_take_can_give_is_a_warning(tmp_path: Path) -> None:
    folder = video(tmp_path / "v", "# One\n\n[frame closeup] Hello there, this is a line.\n")
    clip(folder / "rushes" / "a.mp4", seconds=4, sound=True)
    ended = rushes("draft", folder)
    assert ended.status == 0, ended.err
    assert drafts(folder) == ["001"]


def test_a_full_disk(tmp_path: Path) -> None:
    mount = tmp_path / "small"
    mount.mkdir()
    source = video(tmp_path / "v")
    clip(source / "rushes" / "a.mp4", seconds=4, sound=True)
    script = (
        f"mount -t tmpfs -o size=700k none {shlex.quote(str(mount))} && cp -r {shlex.quote(str(source))} {mount}/v"
        f" && {shlex.join(COMMAND)} draft {mount}/v; status=$?; find {mount}/v -name draft.mp4; exit $status"
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT,
        timeout=300,
    )
    refused(Ended(done.returncode, done.stdout, done.stderr), 1, "disk is full", "free some space")
    assert done.stdout.strip() == ""


def test_no_permission(tmp_path: Path) -> None:
    folder = video(tmp_path / "v")
    for place in (*tmp_path.parents, tmp_path):
        if place.owner() == folder.owner() and not place.stat().st_mode & 0o001:
            place.chmod(place.stat().st_mode | 0o755)
    folder.chmod(0o555)
    user = {"user": 65534} if os.getuid() == 0 else {}
    done = subprocess.run(
        [*COMMAND, "draft", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT | {"HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=300,
        **user,
    )
    folder.chmod(0o755)
    refused(Ended(done.returncode, done.stdout, done.stderr), 1, "no permission", str(folder))


def test_a_wrong_ffmpeg(tmp_path: Path) -> None:
    folder = video(tmp_path / "v")
    refused(rushes("draft", folder, RUSHES_FFMPEG="/bin/true"), 1, "does not run as ffmpeg", "RUSHES_FFMPEG")
    refused(rushes("draft", folder, RUSHES_FFMPEG="/no/such"), 1, "found no program at /no/such")
    refused(rushes("draft", folder, RUSHES_WORKERS="many"), 1, "RUSHES_WORKERS", "'many'")


PHASES = ["probe", "conform", "listen", "watch", "cards", "render", "sound", "join"]


@pytest.mark.parametrize("phase", PHASES)
def test_ctrl_c_in_every_phase_loses_nothing_and_the_next_run_goes_on(tmp_path: Path, phase: str) -> None:
    folder = video(tmp_path / "v", "# One\n\n[title Hello]\n\nHello there, this is a line.\n")
    clip(folder / "rushes" / "a.mp4", seconds=3, sound=True)
    process = subprocess.Popen(
        [*COMMAND, "draft", str(folder), "--progress", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if f'"phase": "{phase}"' in line:
            os.killpg(process.pid, signal.SIGINT)
            break
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert drafts(folder) == []
    assert not any((folder / ".rushes" / "scratch").glob("*"))
    assert rushes("draft", folder).status == 0
    assert drafts(folder) == ["001"]


def test_nothing_outlives_a_killed_draft(tmp_path: Path) -> None:
    folder = video(tmp_path / "v")
    clip(folder / "rushes" / "a.mp4", seconds=30, sound=True)
    process = subprocess.Popen(
        [*COMMAND, "draft", str(folder), "--progress", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if '"phase": "conform"' in line:
            time.sleep(1.5)
            process.kill()
            break
    process.communicate(timeout=60)
    time.sleep(1)
    left = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True, check=False).stdout
    assert left == ""
    assert rushes("draft", folder).status == 0
    assert list((folder / ".rushes" / "scratch").iterdir()) == []
    assert sys.executable
