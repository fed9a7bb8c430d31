"""`rushes up`: a studio on this machine, with servers and workers of its own, until it is told to end."""

import contextlib
import sys
from pathlib import Path

import click

from pipeline.errors import PipelineError
from pipeline.media import shelf
from studio.settings import Settings
from workers.data_folder import DataFolder
from workers.redis_server import redis_program
from workers.supervisor import Post, Supervisor

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds the studio; without, RUSHES_DATA, or rushes in your own data folder.",
)


QUEUES = ("ingest", "render", "light")
"""What workers take work from."""


@click.command()
@DATA
@click.pass_obj
def up(given: Settings, data: Path | None) -> None:
    """Run a studio on this machine until Ctrl-C: its object server, broker, catalogue and workers."""
    words = shelf.said_in(given.language)
    if given.elsewhere:
        message = f"{' and '.join(given.elsewhere)}: set, but `rushes up` starts servers of its own"
        raise PipelineError(message, todo="unset it, or run workers for those servers instead (docs/running.md)")

    def tell(code: str, /, **fields: object) -> None:
        with contextlib.suppress(BrokenPipeError):  # whoever read it has gone; the studio goes on
            click.echo(words.say(f"up.{code}", **fields))

    folder = DataFolder(data.absolute() if data is not None else given.data or given.own_data)
    Supervisor(folder, redis_program(given.redis_server), posts(given.workers), tell).run()


def posts(processes: int) -> tuple[Post, ...]:
    """The workers of a machine: one that answers at once and sweeps, and one that does what takes long."""
    return (
        _post("light", QUEUES[2:], 1, "--sweep"),
        _post("render", QUEUES[:2], processes),
    )


def _post(name: str, queues: tuple[str, ...], processes: int, *more: str) -> Post:
    command = (sys.executable, "-m", "studio.start", "worker", "--name", name, "--queues", ",".join(queues))
    return Post(name, (*command, "--processes", str(processes), *more), {"queues": ", ".join(queues), "n": processes})
