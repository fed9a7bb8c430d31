"""`rushes follow`, `pause`, `pin`: whether a video is drafted by itself, and which versions its cues use."""

import json

import click

from pipeline.media import shelf
from storage.catalogue.casting import pin as pin_cues
from storage.catalogue.casting import unpin
from storage.catalogue.courses import set_drafting
from storage.catalogue.terms import Drafting
from studio.options import AS_JSON, VIDEO
from studio.place import placed
from studio.settings import Settings


@click.command()
@VIDEO
@AS_JSON
@click.pass_obj
def follow(given: Settings, video: str, as_data: bool) -> None:
    """Let VIDEO be drafted by itself when what it follows changes; what changed while it was paused is due at once."""
    _set(given, video, "automatic", as_data)


@click.command()
@VIDEO
@AS_JSON
@click.pass_obj
def pause(given: Settings, video: str, as_data: bool) -> None:
    """Let VIDEO be drafted only when somebody asks."""
    _set(given, video, "paused", as_data)


def _set(given: Settings, video: str, drafting: Drafting, as_data: bool) -> None:
    with placed(given, video) as place, place.catalogue.writing() as tx:
        set_drafting(tx, place.video, drafting)
    said = shelf.said_in(given.language).say(f"jobs.{drafting}", video=video)
    click.echo(json.dumps({"video": video, "drafting": drafting}) if as_data else said)


@click.command()
@VIDEO
@click.option("--undo", is_flag=True, help="Let every pinned cue use the latest version again.")
@AS_JSON
@click.pass_obj
def pin(given: Settings, video: str, undo: bool, as_data: bool) -> None:
    """Pin every cue of VIDEO to the version that it now uses, whatever comes later."""
    with placed(given, video) as place, place.catalogue.writing() as tx:
        count = unpin(tx, place.video) if undo else pin_cues(tx, place.video)
    said = shelf.said_in(given.language).say("jobs.unpinned" if undo else "jobs.pinned", n=count)
    click.echo(json.dumps({"video": video, "pinned": not undo, "cues": count}) if as_data else said)
