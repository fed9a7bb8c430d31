"""`rushes jobs`, `cancel`, `retry`: what the farm does, stopped or done again."""

import getpass
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from pipeline.errors import NotFound
from pipeline.media import shelf
from pipeline.words import Words
from storage.catalogue.courses import addresses
from storage.catalogue.drafts import UNDER_WAY, last_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.jobs import OVER, UNDONE, Job
from storage.catalogue.jobs import jobs as jobs_in
from storage.catalogue.people import person_of
from storage.catalogue.steering import SHORT, cancel_draft, do_again, give_up_job, job_called, retry_video
from storage.catalogue.terms import JobState, PersonId, VideoId
from studio.options import AS_JSON
from studio.place import is_folder, opened, placed
from studio.settings import Settings

WHAT = click.argument("what", metavar="VIDEO|JOB")
BY = click.option("--by", "email", help="The address of who says so; without, your name on this machine.")

LIVE: tuple[JobState, ...] = (*UNDONE, "failed")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a command is about: a job, or everything of a video."""

    catalogue: Catalogue
    video: VideoId | None
    job: Job | None = None


@click.command("jobs")
@click.argument("video", required=False)
@click.option("--all", "every", is_flag=True, help="Those that are done or cancelled as well.")
@click.option("--long", "whole", is_flag=True, help="With the last that the programs said.")
@AS_JSON
@click.pass_obj
def list_jobs(given: Settings, video: str | None, every: bool, whole: bool, as_data: bool) -> None:
    """Say what is being done for VIDEO, or for the whole studio: what runs, what waits, what failed and why."""
    words = shelf.said_in(given.language)
    states = (*UNDONE, *OVER) if every else LIVE
    with _meant(given, video) as meant, meant.catalogue.reading() as tx:
        rows = [job_row(one, addresses(tx)) for one in jobs_in(tx, states, meant.video)]
    if as_data:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(_line(row, words))
        if whole:
            click.echo("".join(f"    {line}\n" for line in row["tail"].splitlines()), nl=False)
    if not rows:
        click.echo(words.say("jobs.none"))


def job_row(one: Job, videos: Mapping[VideoId, str]) -> dict[str, Any]:
    """A job for programs."""
    return {
        "id": str(one.id),
        "kind": one.work.kind,
        "video": None if one.work.video is None else videos[one.work.video],
        "state": one.state,
        "worker": one.worker,
        "done": one.done,
        "total": one.work.total,
        "attempts": one.attempts,
        "cause": one.cause,
        "tail": one.stderr_tail,
    }


def kind_of(kind: str, words: Words) -> str:
    """A kind of work as people call it."""
    code = f"jobs.kind.{kind}"
    return words.say(code) if code in words.sentences else kind


def _line(row: dict[str, Any], words: Words) -> str:
    parts = [row["id"][-SHORT:], words.say(f"jobs.state.{row['state']}"), kind_of(row["kind"], words)]
    parts += [row["video"] or ""]
    if row["total"] and row["state"] == "running":
        parts.append(f"{row['done']}/{row['total']}")
    parts += [row["worker"] if row["state"] == "running" else ""]
    if row["attempts"] > 1:
        parts.append(words.say("jobs.attempts", n=row["attempts"]))
    return "  ".join(part for part in (*parts, row["cause"]) if part)


@click.command()
@WHAT
@BY
@AS_JSON
@click.pass_obj
def cancel(given: Settings, what: str, email: str | None, as_data: bool) -> None:
    """Give up the draft of VIDEO that is under way, with its jobs; or one JOB alone."""
    words = shelf.said_in(given.language)
    number: int | None = None
    with _meant(given, what, jobs=True) as meant:
        name, by = _who(meant.catalogue, email)
        with meant.catalogue.writing(by) as tx:
            if meant.job is not None:
                stopped = (give_up_job(tx, meant.job.id, name),)
            else:
                last = last_draft(tx, _video(meant))
                if last is None or last.state not in UNDER_WAY:
                    raise NotFound(f"{what}: no draft is under way", todo="rushes history says what there was")
                number, stopped = last.number, cancel_draft(tx, last.id, name)
    if as_data:
        click.echo(json.dumps({"draft": number, "jobs": [str(one.id) for one in stopped], "by": name}))
        return
    if number is not None:
        click.echo(words.say("jobs.cancelled_draft", number=number, name=name))
    click.echo(words.say("jobs.cancelled", n=len(stopped)))


@click.command()
@WHAT
@BY
@AS_JSON
@click.pass_obj
def retry(given: Settings, what: str, email: str | None, as_data: bool) -> None:
    """Have what failed or was cancelled of VIDEO done again, or one JOB; and the last draft, where it failed."""
    words = shelf.said_in(given.language)
    with _meant(given, what, jobs=True) as meant:
        name, by = _who(meant.catalogue, email)
        with meant.catalogue.writing(by) as tx:
            if meant.job is not None:
                again, draft = (meant.job,), do_again(tx, meant.job.id, name)
            else:
                again, draft = retry_video(tx, _video(meant), f"asked again by {name}")
            if not again and draft is None:
                raise NotFound(f"{what}: nothing failed or was cancelled", todo="rushes jobs says what there is")
    number = None if draft is None else draft.number
    if as_data:
        click.echo(json.dumps({"draft": number, "jobs": [str(one.id) for one in again], "by": name}))
        return
    click.echo(words.say("jobs.again", n=len(again)))
    if number is not None:
        click.echo(words.say("jobs.draft_again", number=number))


@contextmanager
def _meant(given: Settings, what: str | None, *, jobs: bool = False) -> Generator[Meant]:
    """The video, or with `jobs` the job, that is meant; the whole studio when nothing is named."""
    if what is not None and is_folder(given, what):
        with placed(given, what) as place:
            yield Meant(place.catalogue, place.video)
        return
    with opened(given) as studio:
        if what is not None and jobs:
            with studio.catalogue.reading() as tx:
                job = job_called(tx, what)
            if job is not None:
                yield Meant(studio.catalogue, job.work.video, job)
                return
        if what is None:
            yield Meant(studio.catalogue, None)
            return
    with placed(given, what) as place:
        yield Meant(place.catalogue, place.video)


def _video(meant: Meant) -> VideoId:
    assert meant.video is not None  # noqa: S101 (what is no job is a video)
    return meant.video


def _who(catalogue: Catalogue, email: str | None) -> tuple[str, PersonId | None]:
    """The name of who asks, and whom the catalogue knows by that address.

    Raises:
        NotFound: it knows nobody of that address.
    """
    if email is None:
        return getpass.getuser(), None
    with catalogue.reading() as tx:
        found = person_of(tx, email)
    if found is None:
        raise NotFound(f"nobody has the address {email}", todo="add them with: rushes person EMAIL NAME")
    return found.name, found.id
