"""`rushes serve`: the web app of the studio, until it is told to end."""

import contextlib
import gc
import logging
import socket
from collections.abc import Generator
from datetime import timedelta
from functools import partial

import click

from pipeline.errors import PipelineError
from pipeline.media import shelf
from storage.catalogue.engine import Catalogue
from storage.catalogue.entry import anyone_signs_in, one_time_link
from storage.folder_store import FolderStore
from storage.objects import ObjectStore, storage_error
from storage.signing import Signer, kept_secret
from studio.examining import overlooked
from studio.place import opened, reach, seat
from studio.settings import Settings
from studio.waking import wake
from web.app import app
from web.desk import LANGUAGES, Desk, Language, Limits, Outside, Overlook, Question, Site, Worker
from web.server import Server
from workers.broker import work_at
from workers.logs import write_worker

log = logging.getLogger(__name__)

SIGNED_WITH = "link.key"
"""The name of the file that holds what links to a folder are signed with."""
HOST, PORT = "127.0.0.1", 8800
"""Only this machine, unless another is named."""


@click.command("serve")
@click.option("--host", default=HOST, show_default=True, help="The address it listens on.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
@click.option("--url", help="How browsers reach it, where a proxy stands before it; without, RUSHES_URL.")
@click.option("--quiet", is_flag=True, help="Say nothing: not where it is, nor how the first admin comes in.")
@click.pass_obj
def serve(given: Settings, host: str, port: int, url: str | None, quiet: bool) -> None:
    """Serve the web app of the studio, until Ctrl-C."""
    words = shelf.said_in(given.language)
    reached = (url or given.url or f"http://{host}:{port}").rstrip("/")
    with desk(given, reached, proxied=bool(url or given.url)) as found:
        if not quiet:
            click.echo(words.say("serve.up", url=reached))
            if (link := first_link(found.catalogue, found.limits, reached)) is not None:
                click.echo(words.say("serve.first", link=link, hours=found.limits.link_hours))
        write_worker(given.log_format or "json", f"web@{socket.gethostname()}")
        made = Server(app(found), host, port)
        gc.freeze()  # what is there now stays: looking through it at every collection was a quarter of a page of notes
        made.run()


@contextlib.contextmanager
def desk(given: Settings, url: str, *, proxied: bool) -> Generator[Desk]:
    """What the web app works with, as the settings have it. `proxied`: a proxy of ours stands before it.

    Raises:
        NotFound: no studio is set.
        StorageUnavailable: it is not up.
    """
    at, told = seat(given), reach(given)
    stores = () if at.s3 is None else (at.s3.origin,)

    def nudge() -> None:
        try:
            wake(given)
        except PipelineError as error:  # the farm looks by itself as well
            log.warning("the farm was not woken: %s", error.message)

    with opened(given) as studio:
        yield Desk(
            catalogue=studio.catalogue,
            store=linking(studio.store),
            site=Site(url, stores, proxied=proxied),
            limits=limits(),
            words={language: shelf.said_in(language) for language in LANGUAGES},
            framings=shelf.framings(),
            styles=shelf.style_names(),
            wake=nudge,
            provider=given.provider,
            telling=shelf.telling(),
            reviewing=shelf.reviewing(),
            outside=Outside(told.secret, told.private, told.mails, told.zone),
            overlook=partial(overlook, given),
        )


def overlook(given: Settings, language: Language) -> Overlook:
    """The workers that answer, and whether all is well that can be asked from here."""
    broker = seat(given).broker
    found = tuple(
        Question(one.check, one.well, one.said, one.todo) for one in overlooked(given, shelf.said_in(language))
    )
    try:
        workers = None if broker is None else work_at(broker)
    except PipelineError:  # which is among the questions
        workers = ()
    told = (
        None
        if workers is None
        else tuple(Worker(one.name, one.queues, one.does, one.version, one.free, one.size) for one in workers)
    )
    return Overlook(told, found)


def linking(store: ObjectStore) -> ObjectStore:
    """The store, which makes links for browsers: a folder needs a secret to sign them with, kept in it.

    Raises:
        StorageUnavailable: it can be neither read nor written.
    """
    if not isinstance(store, FolderStore):
        return store
    path = store.root / SIGNED_WITH
    try:
        return FolderStore(store.root, Signer(kept_secret(path)))
    except OSError as error:
        raise storage_error(error, path) from error


def limits() -> Limits:
    """What the web app allows.

    Raises:
        PresetError: the preset is wrong.
    """
    return shelf.preset(Limits, "web.toml")


def first_link(catalogue: Catalogue, allowed: Limits, url: str) -> str | None:
    """The address at which the first admin comes in, once; None when there is somebody already."""
    with catalogue.reading() as tx:
        if anyone_signs_in(tx):
            return None
    with catalogue.writing() as tx:
        return f"{url}/first/{one_time_link(tx, 'first_admin', None, timedelta(hours=allowed.link_hours))}"
