"""The `rushes` command called in this process: quicker than starting it, for what is not about starting."""

import json
from pathlib import Path
from typing import Any

import av
from click.testing import CliRunner

from studio.cli import rushes
from tests.stack.running import ENVIRONMENT


def told(*arguments: object, status: int = 0, **environment: str) -> str:
    """What it says on stdout; it must end with that status, and raises what it raises."""
    env = {**ENVIRONMENT, **environment}
    done = CliRunner().invoke(rushes, [str(one) for one in arguments], env=env, catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.stdout


def data(*arguments: object, status: int = 0, **environment: str) -> Any:
    """The same as JSON."""
    return json.loads(told(*arguments, "--json", status=status, **environment))


def drafted(*arguments: object, **environment: str) -> dict[str, Any]:
    """The next draft: its number and where it is."""
    return json.loads(told("draft", *arguments, "--progress", "jsonl", **environment).splitlines()[-1])


def frames(film: Path) -> list[int]:
    """A checksum of every picture of a film."""
    with av.open(str(film)) as opened:
        return [hash(frame.to_ndarray().tobytes()) for frame in opened.decode(video=0)]
