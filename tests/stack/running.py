"""Running the `rushes` command as people do, on small folders made for the test."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = os.environ | {"RUSHES_SPEECH_MODEL": "none", "RUSHES_WORKERS": "1", "RUSHES_LANGUAGE": "en"}
COMMAND = [sys.executable, "-m", "studio.cli"]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its status and what it said."""

    status: int
    out: str
    err: str


def rushes(*arguments: object, **environment: str) -> Ended:
    """The command run to its end."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT | environment,
        timeout=300,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def video(folder: Path, script: str | None = "# One\n\nHello there, this is a line.\n") -> Path:
    """A video's folder with that script, and nothing else."""
    (folder / "rushes").mkdir(parents=True)
    (folder / "motion").mkdir()
    if script is not None:
        (folder / "script.md").write_text(script, "utf-8")
    return folder


def drafts(folder: Path) -> list[str]:
    """The names of what is in `drafts/`."""
    place = folder / "drafts"
    return sorted(path.name for path in place.iterdir()) if place.is_dir() else []
