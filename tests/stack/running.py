"""Running the `rushes` command as people do: to its end, or until it has come somewhere and is then stopped."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "scripts" / "collecte"
ENVIRONMENT = os.environ | {"RUSHES_SPEECH_MODEL": "none", "RUSHES_WORKERS": "1", "RUSHES_LANGUAGE": "en"}
COMMAND = [sys.executable, "-m", "studio.start"]
LONGEST = 300
"""Seconds after which a run of a small film hangs."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its status and what it said."""

    status: int
    out: str
    err: str

    def data(self) -> Any:
        """What it said on stdout, as JSON."""
        return json.loads(self.out)

    def rows(self) -> list[dict[str, Any]]:
        """What it said on stdout, a JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def rushes(*arguments: object, preexec: Callable[[], None] | None = None, **environment: str) -> Ended:
    """The command run to its end."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=ENVIRONMENT | environment,
        timeout=LONGEST,
        preexec_fn=preexec,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


MEASURED = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)
"""
"""Runs a command and writes the most memory, in kB, that it or any process below it ever had (getrusage(2)).

A process of its own: the count of a child begins with what its parent had when it started it.
"""


def measured(note: Path, *arguments: object, **environment: str) -> tuple[Ended, int]:
    """The command run to its end, and the peak of memory of the largest of its processes, in megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(note), *COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=ENVIRONMENT | environment,
        timeout=3 * LONGEST,
    )
    return Ended(done.returncode, done.stdout, done.stderr), int(note.read_text()) // 1024


@contextmanager
def at_phase(folder: Path, phase: str) -> Iterator["subprocess.Popen[str]"]:
    """A draft of the folder under way, in a process group of its own, at the beginning of that phase."""
    process = subprocess.Popen(
        [*COMMAND, "draft", str(folder), "--progress", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["phase"] == phase:
                break
        else:
            _, err = process.communicate(timeout=LONGEST)
            pytest.fail(f"the draft ended with {process.returncode} before {phase}: {err}")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=LONGEST)


def ended(process: "subprocess.Popen[str]") -> Ended:
    """The end of a draft under way."""
    out, err = process.communicate(timeout=LONGEST)
    return Ended(process.returncode, out, err)


def family(pid: int) -> dict[int, str]:
    """The processes that the process started, they theirs and so on, by id: what each runs."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return {one: runs(one) for one in found[1:]}


def runs(pid: int) -> str:
    """The command line of a process; empty when it is gone or only waits to be collected."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return ""


def gone(*pids: int) -> None:
    """Each process ends within moments; one that only waits to be collected has ended."""
    deadline = time.monotonic() + 10
    while left := {pid: runs(pid) for pid in pids if runs(pid)}:
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.02)


def interrupt(process: "subprocess.Popen[str]") -> None:
    """Ctrl-C as a terminal gives it: to every process of the group."""
    os.killpg(process.pid, signal.SIGINT)


def without_rights() -> None:
    """Called before a command: root too is then held to what a file's mode allows (capabilities(7))."""
    override, read_search, drop = 1, 2, 24  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH; PR_CAPBSET_DROP of prctl(2)
    if os.getuid() == 0:
        for right in (override, read_search):
            assert ctypes.CDLL(None, use_errno=True).prctl(drop, right, 0, 0, 0) == 0


def cannot(why: str) -> None:
    """Says plainly that this machine cannot run the test; in CI that is a failure."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


def video(folder: Path, script: str | None = "# One\n\nHello there, this is a line.\n") -> Path:
    """A video's folder with that script, and nothing else."""
    (folder / "rushes").mkdir(parents=True)
    (folder / "motion").mkdir()
    if script is not None:
        (folder / "script.md").write_text(script, "utf-8")
    return folder


def twin(folder: Path, to: Path) -> Path:
    """The folder again, as it stands, its large files by hard link: but for the catalogue, nothing writes into one."""

    def copied(source: str, target: str) -> None:
        link = Path(source).stat().st_size > 500_000 and not Path(source).name.startswith("catalogue.db")
        (os.link if link else shutil.copy2)(source, target)

    shutil.copytree(folder, to, copy_function=copied)
    return to


def drafts(folder: Path) -> list[str]:
    """The names of what is in `drafts/`."""
    place = folder / "drafts"
    return sorted(path.name for path in place.iterdir()) if place.is_dir() else []


def objects(folder: Path, kind: str) -> set[str]:
    """The keys of the objects of a kind that were made."""
    return {path.name for path in (folder / ".rushes" / "derived" / kind).glob("*/*")}


def scratch(folder: Path) -> list[Path]:
    """What lies half made."""
    return list((folder / ".rushes" / "scratch").glob("*"))


def report(folder: Path, number: str = "001") -> Mapping[str, Any]:
    """The report of a draft."""
    return json.loads((folder / "drafts" / number / "report.json").read_text("utf-8"))


def manifest(folder: Path, number: str = "001") -> Mapping[str, Any]:
    """The manifest of a draft."""
    return json.loads((folder / "drafts" / number / "manifest.json").read_text("utf-8"))


def codes(folder: Path, number: str = "001") -> list[str]:
    """The codes of its warnings."""
    return [warning["code"] for warning in report(folder, number)["warnings"]]
