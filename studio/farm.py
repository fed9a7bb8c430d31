"""The farm as the settings have it: the app that workers run, and `rushes worker`."""

import contextlib
import socket
from typing import get_args

import click

from pipeline.errors import NotFound, PipelineError
from pipeline.media.ffmpeg import found
from pipeline.media.model import speech_model
from storage.catalogue.terms import DraftId
from studio.place import reach, seat
from studio.settings import Settings
from workers.app import Farm, Messages, farm_app, worker
from workers.crew import Tools
from workers.holding import free_dead
from workers.logs import write_worker
from workers.orders import Queue
from workers.places import studio_at
from workers.station import Station
from workers.tasks import add_tasks


def farm(given: Settings) -> Farm:
    """The app with its tasks.

    Raises:
        NotFound: no broker, or no studio, is set.
    """
    at = seat(given)
    if at.broker is None:
        todo = "set RUSHES_BROKER_URL, or start the studio on this machine with: rushes up"
        raise NotFound("no farm is set", todo=todo)
    app = farm_app(at.broker)
    app.conf.update(rushes_folder=str(at.data or given.cache))
    add_tasks(app, lambda: _station(given, app))
    return app


def tell(broker: str, draft: DraftId | None) -> None:
    """Has the farm of a broker look for what is to be done now; or go on with that draft."""
    messages = Messages(farm_app(broker))
    if draft is None:
        messages.sweep()
    else:
        messages.advance(draft)


def _station(given: Settings, app: Farm) -> Station:
    model = None if given.no_speech_model else speech_model(given.speech_model, given.cache)
    tools = Tools(found(given.ffmpeg), model, 1)
    studio = contextlib.ExitStack().enter_context(studio_at(seat(given), given.cache))  # as long as the process
    return Station(studio, tools, socket.gethostname(), Messages(app), reach=reach(given))


@click.command("worker")
@click.option("--queues", default=",".join(get_args(Queue)), show_default=True, help="Whose jobs it does.")
@click.option("--processes", type=click.IntRange(min=1), help="How many at once; by default RUSHES_WORKERS.")
@click.option("--name", default="rushes", show_default=True, help="How it is called on this machine.")
@click.option("--sweep", is_flag=True, help="Also look the farm over every few seconds; one worker of a farm does.")
@click.pass_obj
def run_worker(given: Settings, queues: str, processes: int | None, name: str, sweep: bool) -> None:
    """Do jobs of the farm on this machine, until it is stopped."""
    wanted = [one.strip() for one in queues.split(",") if one.strip()]
    unknown = sorted(set(wanted) - set(get_args(Queue)))
    if unknown or not wanted:
        raise click.UsageError(f"wanted some of {', '.join(get_args(Queue))}, found {queues!r}")
    write_worker(given.log_format or "json", f"{name}@{socket.gethostname()}")
    try:
        worker(farm(given), wanted, processes or given.workers, name, sweeps=sweep)
    finally:
        _left(given)


def _left(given: Settings) -> None:
    """Queues again what this worker had taken and was stopped at; where it cannot, the sweep does so."""
    with (
        contextlib.suppress(PipelineError),
        studio_at(seat(given), given.cache) as studio,
        studio.catalogue.writing() as tx,
    ):
        free_dead(tx, stopped=True)
