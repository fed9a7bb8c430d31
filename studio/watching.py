"""`rushes watch`: a draft that the farm makes, looked at while it is made."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import click

from pipeline.errors import NotFound
from pipeline.media import shelf
from pipeline.words import Words
from storage.catalogue.drafts import Drafted, draft, last_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.jobs import Job
from storage.catalogue.steering import jobs_of
from storage.catalogue.terms import VideoId
from storage.keys import draft as place_of
from studio.jobs import kind_of
from studio.options import AS_JSON, PROGRESS, VIDEO
from studio.place import is_folder, placed
from studio.progress import Mode, shown
from studio.settings import Settings
from workers.folder import DRAFTS
from workers.progress import Step

LOOK = 0.5
"""Seconds between two looks: workers say how far they are once a second at most."""

PHASES: dict[str, tuple[str, str]] = {
    "send": ("send", "megabytes"),
    "ingest": ("probe", "frames"),
    "conform": ("conform", "frames"),
    "watch": ("watch", "frames"),
    "listen": ("listen", "frames"),
    "sync": ("sync", "files"),
    "sound": ("sounds", "files"),
    "normalise": ("assets", "assets"),
    "compose": ("cards", "cards"),
    "render": ("render", "frames"),
    "mix": ("sound", "frames"),
    "join": ("join", "drafts"),
}
"""The phase of a draft that each kind of work belongs to, and what its progress counts."""


@dataclass(frozen=True, slots=True)
class Look:
    """A draft as it stands, how far its phases are, and which of its jobs failed."""

    draft: Drafted
    steps: tuple[Step, ...]
    failed: tuple[Job, ...]


@click.command()
@VIDEO
@PROGRESS
@AS_JSON
@click.pass_obj
def watch(given: Settings, video: str, progress: str, as_data: bool) -> None:
    """Look at the draft of VIDEO while it is made. Ctrl-C only ends the looking. Exit status 1 when it failed."""
    with placed(given, video) as place:
        of = _last(place.catalogue, place.video, video)
        looked_at(given, place.catalogue, of, video, cast("Mode", "jsonl" if as_data else progress))


def looked_at(given: Settings, catalogue: Catalogue, of: Drafted, video: str, progress: Mode) -> None:
    """Shows a draft while it is made, and says what came of it.

    Raises:
        SystemExit: 1 when it failed, 130 when the looking was interrupted.
    """
    words = shelf.said_in(given.language)
    listener = shown(progress, words)
    before: tuple[Step, ...] = ()
    last = Look(of, (), ())
    try:
        for last in looks(catalogue, of):
            for step in last.steps:
                if listener is not None and step not in before:
                    listener(step)
            before = last.steps
    except KeyboardInterrupt:
        click.echo(words.say("jobs.detached"), err=True)
        sys.exit(130)
    finally:
        if listener is not None:
            listener.close()
    where = f"{video}/{DRAFTS}/{last.draft.number:03d}"
    if not is_folder(given, video):
        where = place_of(str(last.draft.video), last.draft.number)
    _ended(last, where, words, as_data=progress == "jsonl")


def _last(catalogue: Catalogue, video: VideoId, called: str) -> Drafted:
    with catalogue.reading() as tx:
        found = last_draft(tx, video)
    if found is None:
        raise NotFound(f"{called} has no draft", todo=f"ask for one: rushes draft {called}")
    return found


def looks(catalogue: Catalogue, of: Drafted) -> Iterator[Look]:
    """A draft as it stands, again and again until it is over; one that is superseded gives way to the next."""
    while True:
        with catalogue.reading() as tx:
            now = draft(tx, of.id)
            while now.superseded_by is not None:
                now = draft(tx, now.superseded_by)
            jobs = jobs_of(tx, now.id)
        yield Look(now, steps(jobs), tuple(one for one in jobs if one.state == "failed"))
        if now.done_at is not None or now.state == "superseded":
            return
        of = now
        time.sleep(LOOK)


def steps(jobs: tuple[Job, ...]) -> tuple[Step, ...]:
    """How far each phase of a draft is, in the order of its work: the sum of its jobs."""
    found: dict[str, Step] = {}
    for kind, (phase, unit) in PHASES.items():
        mine = [one for one in jobs if one.work.kind == kind and one.work.total]
        if mine:
            done, total = sum(one.done for one in mine), sum(one.work.total for one in mine)
            found[phase] = Step(phase, done, total, unit, finished=all(one.state == "done" for one in mine))
    return tuple(found.values())


def _ended(last: Look, where: str, words: Words, *, as_data: bool) -> None:
    """Says what came of the draft; ends with status 1 when nothing did."""
    done, number = last.draft.state == "done", last.draft.number
    if as_data:
        row = {"phase": "draft", "number": number, "state": last.draft.state, "place": where if done else None}
        failed = [{"kind": one.work.kind, "cause": one.cause} for one in last.failed]
        click.echo(json.dumps({**row, "error": last.draft.error, "failed": failed, "finished": True}))
    else:
        for one in last.failed:
            click.echo(words.say("jobs.failed", kind=kind_of(one.work.kind, words), cause=one.cause))
        said = words.say("jobs.done", number=number, place=where)
        click.echo(said if done else words.say("jobs.undone", number=number, error=last.draft.error))
    if not done:
        sys.exit(1)
