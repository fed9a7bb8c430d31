"""`rushes up`: a studio on this machine, with servers and workers of its own, until it is told to end."""

import contextlib
import socket
import sys
from pathlib import Path

import click

from pipeline.errors import PipelineError
from pipeline.media import shelf
from storage.catalogue.engine import Catalogue
from studio.serving import HOST, PORT, first_link, limits
from studio.settings import Settings
from workers.data_folder import DataFolder
from workers.redis_server import redis_program
from workers.supervisor import Post, Supervisor

COMMAND = (sys.executable, "-m", "studio.start")

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds the studio; without, RUSHES_DATA, or rushes in your own data folder.",
)


@click.command()
@DATA
@click.option("--port", type=click.IntRange(0, 65535), help=f"Of its web app; else {PORT}, or another that is free.")
@click.pass_obj
def up(given: Settings, data: Path | None, port: int | None) -> None:
    """Run a studio on this machine until Ctrl-C: its object server, broker, catalogue, workers and web app."""
    words = shelf.said_in(given.language)
    if given.elsewhere:
        message = f"{' and '.join(given.elsewhere)}: set, but `rushes up` starts servers of its own"
        raise PipelineError(message, todo="unset it, or run workers for those servers instead (docs/running.md)")

    port = _free(PORT) if port is None else _free(port)
    url = given.url or f"http://{HOST}:{port}"

    def tell(code: str, /, **fields: object) -> None:
        with contextlib.suppress(BrokenPipeError):  # whoever read it has gone; the studio goes on
            click.echo(words.say(f"up.{code}", **fields))
        if code == "web":
            catalogue = Catalogue(folder.database)
            link = first_link(catalogue, limits(), url)
            catalogue.close()
            if link is not None:
                tell("first", link=link, hours=limits().link_hours)

    folder = DataFolder(data.absolute() if data is not None else given.data or given.own_data)
    Supervisor(folder, redis_program(given.redis_server), posts(given.workers, port, url), tell).run()


def posts(processes: int, port: int, url: str) -> tuple[Post, ...]:
    """What a machine runs: a worker that answers at once and sweeps, one that does what takes long, and the web app."""
    return (
        _post("light", ("light",), 1, "--sweep"),
        _post("render", ("ingest", "render"), processes),
        Post("web", (*COMMAND, "serve", "--quiet", "--port", str(port)), {"url": url}, "web"),
    )


def _free(port: int) -> int:
    """That port, or another when a program has it."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except OSError:
            one.bind((HOST, 0))
        return one.getsockname()[1]


def _post(name: str, queues: tuple[str, ...], processes: int, *more: str) -> Post:
    command = (*COMMAND, "worker", "--name", name, "--queues", ",".join(queues))
    return Post(name, (*command, "--processes", str(processes), *more), {"queues": ", ".join(queues), "n": processes})
