"""What stops a draft half way: nothing half-written, nothing lost, no process left; the next run goes on."""

import signal
import subprocess
import time
from pathlib import Path

from pipeline.media.ffmpeg import Ffmpeg
from studio.start import INTERRUPTED
from tests.media.making import made
from tests.stack.conftest import FIRST_LINE
from tests.stack.running import (
    COMMAND,
    ROOT,
    at_phase,
    drafts,
    ended,
    family,
    interrupt,
    report,
    runs,
    rushes,
    scratch,
    twin,
    video,
)

PHASES = ("probe", "conform", "sounds", "sync", "assets", "listen", "watch", "cards", "render", "sound", "join")
"""In the order in which they come."""
SOON = 20
"""Seconds within which processes whose parent is gone have ended, on a busy machine."""


def gone(processes: dict[int, str]) -> bool:
    """True once none of them runs any more."""
    until = time.monotonic() + SOON
    while any(command and runs(pid) == command for pid, command in processes.items()):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def everything(folder: Path, spoken: Path, ffmpeg: Ffmpeg) -> Path:
    """A video that needs every phase: a rush, its recorder, an asset, a title."""
    video(folder, f"# One\n\n[title Hello]\n\n[show drawing over] {FIRST_LINE}\n")
    (folder / "audio").mkdir()
    (folder / "rushes" / "spoken.mp4").hardlink_to(spoken)
    made(ffmpeg, folder / "audio" / "recorder.wav", "-i", str(spoken), "-vn")
    made(ffmpeg, folder / "motion" / "drawing.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1")
    return folder


def test_ctrl_c_in_every_phase_loses_nothing_and_the_next_run_goes_on(
    tmp_path: Path, spoken: Path, ffmpeg: Ffmpeg
) -> None:
    folder = everything(tmp_path / "v", spoken, ffmpeg)
    for phase in PHASES:
        with at_phase(folder, phase) as process:
            children = family(process.pid)
            interrupt(process)
            end = ended(process)
        assert (phase, end.status) == (phase, 130), end.err
        assert end.err.strip() == INTERRUPTED
        assert drafts(folder) == []
        assert scratch(folder) == []
        assert gone(children)
    last = rushes("draft", folder, "--progress", "jsonl")
    assert last.status == 0, last.err
    first = {row["phase"]: row for row in reversed(last.rows())}
    assert set(PHASES) <= set(first)
    for phase in ("conform", "sounds", "sync", "assets", "listen", "watch", "cards", "render", "sound"):
        assert first[phase]["finished"], f"{phase} was done again"
    assert drafts(folder) == ["001"]
    assert report(folder)["segments"]["rendered"] == 0


def test_ctrl_c_while_the_command_is_being_loaded(tmp_path: Path) -> None:
    folder = video(tmp_path / "v")
    process = subprocess.Popen([*COMMAND, "draft", str(folder)], stderr=subprocess.PIPE, text=True, cwd=ROOT)
    until = time.monotonic() + SOON
    while "numpy" not in Path(f"/proc/{process.pid}/maps").read_text():
        assert time.monotonic() < until
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SOON)
    assert process.returncode == 130
    assert err.strip() == INTERRUPTED
    assert not (folder / ".rushes").exists()


def test_a_request_to_end_is_heeded_as_ctrl_c_is(tmp_path: Path, drafted: Path) -> None:
    folder = twin(drafted, tmp_path / "v")
    with at_phase(folder, "probe") as process:
        process.send_signal(signal.SIGTERM)
        end = ended(process)
    assert end.status == 130, end.err
    assert "Traceback" not in end.err
    assert drafts(folder) == ["001"]


def test_nothing_outlives_a_killed_draft_and_the_next_run_goes_on(tmp_path: Path, spoken: Path) -> None:
    folder = video(tmp_path / "v", f"# One\n\n{FIRST_LINE}\n")
    (folder / "rushes" / "spoken.mp4").hardlink_to(spoken)
    with at_phase(folder, "conform") as process:
        until = time.monotonic() + SOON
        while not any("mezzanine" in command for command in family(process.pid).values()):
            assert time.monotonic() < until
            time.sleep(0.01)
        children = family(process.pid)
        process.kill()
        assert ended(process).status == -signal.SIGKILL
    assert gone(children)
    assert drafts(folder) == []
    left = scratch(folder)
    assert left
    done = rushes("draft", folder)
    assert done.status == 0, done.err
    assert drafts(folder) == ["001"]
    assert scratch(folder) == []


def test_two_drafts_at_once_in_one_folder(tmp_path: Path, drafted: Path) -> None:
    folder = twin(drafted, tmp_path / "v")
    with at_phase(folder, "probe") as process:
        process.send_signal(signal.SIGSTOP)
        second = rushes("draft", folder)
        assert second.status == 1
        assert "another draft is being made here" in second.err
        assert str(folder) in second.err
        assert rushes("check", folder).status == 0
        process.send_signal(signal.SIGCONT)
        assert ended(process).status == 0
    assert drafts(folder) == ["001", "002"]
