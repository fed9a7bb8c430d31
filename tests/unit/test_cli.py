"""Every command that `rushes` lists can be loaded, and only the one that is asked for is."""

import subprocess
import sys

import click
import pytest

from studio.cli import COMMANDS, rushes


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_is_there_under_its_name(name: str) -> None:
    command = rushes.get_command(click.Context(rushes), name)
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str()


def test_what_is_no_command_is_none() -> None:
    assert rushes.get_command(click.Context(rushes), "nothing") is None


def test_nothing_heavy_is_loaded_before_a_command_is_asked_for() -> None:
    heavy = ("cv2", "av", "celery", "sqlalchemy", "fastapi", "moviepy", "minio")
    told = "import studio.cli, sys; print(*[one for one in sys.argv[1:] if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
