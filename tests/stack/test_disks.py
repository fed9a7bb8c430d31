"""Disks that are full and folders that may not be read or written."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.stack.conftest import FIRST_LINE
from tests.stack.running import (
    COMMAND,
    ENVIRONMENT,
    LONGEST,
    ROOT,
    Ended,
    cannot,
    codes,
    drafts,
    objects,
    rushes,
    scratch,
    twin,
    video,
    without_rights,
)

SPACE = 64
"""Megabytes of the disk that is then filled."""


def on_a_full_disk(source: Path, disk: Path, free: int) -> Ended:
    """A draft of the folder, copied to a disk of its own with `free` kB left. Stdout is what it left there."""
    disk.mkdir()
    there = shlex.quote(str(disk))
    steps = (
        f"mount -t tmpfs -o size={SPACE}m none {there} || exit 77",
        f"cp -r {shlex.quote(str(source))} {there}/v",
        f"left=$(df --output=avail -k {there} | tail -n 1)",
        f"head -c $((left - {free}))k /dev/zero > {there}/ballast",
        f"{shlex.join(COMMAND)} draft {there}/v > /dev/null",
        f"status=$?; find {there}/v/drafts {there}/v/.rushes/scratch -mindepth 1; exit $status",
    )
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", "\n".join(steps)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=ENVIRONMENT,
        timeout=LONGEST,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        cannot(f"the full disk: a small disk cannot be mounted here ({done.stderr.strip()})")
    return Ended(done.returncode, done.stdout, done.stderr)


def full(ended: Ended) -> None:
    assert ended.status == 1, ended.err
    assert "the disk is full" in ended.err
    assert "free some space" in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("free", [0, 300])
def test_a_disk_that_is_full_from_the_start(tmp_path: Path, spoken: Path, free: int) -> None:
    folder = video(tmp_path / "v", f"# One\n\n{FIRST_LINE}\n")
    shutil.copy(spoken, folder / "rushes")
    full(on_a_full_disk(folder, tmp_path / "disk", free))


@pytest.mark.parametrize(("kind", "free"), [("overlay", 8), ("segment", 300), ("mix", 40), ("", 100)])
def test_a_disk_that_is_full_before_the_end(tmp_path: Path, drafted: Path, kind: str, free: int) -> None:
    """All is there but the drafts and the objects of a kind; with all objects there, the draft itself has no room."""
    folder = twin(drafted, tmp_path / "v")
    shutil.rmtree(folder / "drafts")
    if kind:
        shutil.rmtree(folder / ".rushes" / "derived" / kind)
    full(on_a_full_disk(folder, tmp_path / "disk", free))


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    folder = video(tmp_path / "v")
    folder.chmod(0o555)
    refused(rushes("draft", folder, preexec=without_rights), str(folder))
    folder.chmod(0o755)
    assert sorted(path.name for path in folder.iterdir()) == ["motion", "rushes", "script.md"]


@pytest.mark.parametrize("name", ["script.md", "rushes", "motion", "."])
def test_what_may_not_be_read(tmp_path: Path, name: str) -> None:
    folder = video(tmp_path / "v")
    mode = (folder / name).stat().st_mode
    (folder / name).chmod(0o000)
    refused(rushes("draft", folder, preexec=without_rights), str(folder))
    (folder / name).chmod(mode)
    assert drafts(folder) == []


def test_a_folder_within_one_that_may_not_be_entered(tmp_path: Path) -> None:
    folder = video(tmp_path / "outer" / "v")
    folder.parent.chmod(0o000)
    refused(rushes("draft", folder, preexec=without_rights), str(folder))
    folder.parent.chmod(0o755)


def test_a_rush_that_may_not_be_read_is_a_warning(tmp_path: Path, spoken: Path) -> None:
    folder = video(tmp_path / "v")
    shutil.copy(spoken, folder / "rushes")
    (folder / "rushes" / "spoken.mp4").chmod(0o000)
    ended = rushes("draft", folder, preexec=without_rights)
    assert ended.status == 0, ended.err
    assert codes(folder) == ["rush-unreadable"]
    assert "check who may read it" in ended.out


def test_drafts_that_may_not_be_written(tmp_path: Path, drafted: Path) -> None:
    folder = twin(drafted, tmp_path / "v")
    made = objects(folder, "segment")
    (folder / "drafts").chmod(0o555)
    refused(rushes("draft", folder, preexec=without_rights), str(folder / "drafts"))
    (folder / "drafts").chmod(0o755)
    assert drafts(folder) == ["001"]
    assert scratch(folder) == []
    assert objects(folder, "segment") == made


def refused(ended: Ended, where: str) -> None:
    assert ended.status == 1, ended.out + ended.err
    assert "no permission" in ended.err
    assert "give yourself the right" in ended.err
    assert where in ended.err
    assert "Traceback" not in ended.err
