"""`rushes share`: links for people without an account, made, listed and revoked on the studio's own machine."""

import json
from uuid import UUID

import click

from pipeline.errors import NotFound
from pipeline.media import shelf
from pipeline.values import as_json
from pipeline.words import Words
from storage.catalogue.courses import course_of, video_called
from storage.catalogue.drafts import draft_numbered
from storage.catalogue.engine import Transaction
from storage.catalogue.sharing import revoke
from storage.catalogue.terms import CourseId, LinkId, Rights
from storage.catalogue.visits import Shared, shared_links
from studio.filing import person_called
from studio.options import AS_JSON
from studio.place import opened
from studio.serving import HOST, PORT, limits
from studio.settings import Settings
from web.api.links import told
from web.lending import LinkGiven, address, lent


@click.group("share")
def share() -> None:
    """Links by which people without an account watch drafts."""


@share.command("make")
@click.argument("place", metavar="COURSE|COURSE/VIDEO")
@click.argument("email")
@click.option("--draft", "number", type=click.IntRange(min=1), help="This draft alone; without, always the latest.")
@click.option("--may", type=click.Choice(["view", "comment", "approve"]), default="view", show_default=True)
@click.option("--download", "downloads", is_flag=True, help="They may download the film.")
@click.option("--watermark", is_flag=True, help="Their name stands over the picture.")
@click.option("--days", type=click.IntRange(min=1), help="Until it ends; without, as presets/web.toml has it.")
@click.option("--password", "asks", is_flag=True, help="It has a password, which is asked for here.")
@click.option("--for", "label", default="", help="For whom it is.")
@click.pass_obj
def make(
    given: Settings, place: str, email: str, number: int | None, may: Rights, days: int | None, asks: bool, **more: str
) -> None:
    """Make a link to COURSE/VIDEO, or to a whole COURSE, for the person of that EMAIL; write it: once, here.

    Guests are told to ask that person for a new one when it is over.
    """
    if number is not None and "/" not in place:
        message = "--draft is of one video: name it as COURSE/VIDEO"
        raise click.UsageError(message)
    words = shelf.said_in(given.language)
    password = click.prompt(words.say("share.password"), hide_input=True, err=True) if asks else ""
    with opened(given) as studio:
        with studio.catalogue.reading() as tx:
            by = person_called(tx, email)
            course, to, of = _target(tx, place, number)
        wanted = LinkGiven(to=to, of=of, rights=may, days=days or 0, password=password, **more)  # type: ignore[reportArgumentType] (they are checked here)
        _, token = lent(studio.catalogue, limits(), course, wanted, by)
    click.echo(address(given.url or f"http://{HOST}:{PORT}", token))


@share.command("list")
@click.argument("course")
@AS_JSON
@click.pass_obj
def list_links(given: Settings, course: str, as_data: bool) -> None:
    """List the links into a COURSE: where each leads, what it allows, until when, who came by it."""
    words = shelf.said_in(given.language)
    with opened(given) as studio, studio.catalogue.reading() as tx:
        found = shared_links(tx, course_of(tx, course))
    if as_data:
        click.echo(json.dumps([as_json(told(one)) for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        click.echo(_line(one, words))
        for who in one.visits:
            name = who.name or words.say("share.nameless")
            click.echo("  " + words.say("share.visit", name=name, n=who.opens, day=who.last.date(), notes=who.notes))
    if not found:
        click.echo(words.say("share.none"))


@share.command("revoke")
@click.argument("link", metavar="ID", type=click.UUID)
@click.pass_obj
def revoke_link(given: Settings, link: UUID) -> None:
    """Close a link for ever, by the id that `rushes share list` gives; whoever watches by it is out at once."""
    with opened(given) as studio, studio.catalogue.writing() as tx:
        revoke(tx, LinkId(link))
    click.echo(shelf.said_in(given.language).say("share.revoked"))


def _target(tx: Transaction, place: str, number: int | None) -> tuple[CourseId, str, UUID | None]:
    """The course of a place, what a link leads to, and which one that is."""
    if "/" not in place:
        return course_of(tx, place), "course", None
    of = video_called(tx, place)
    if number is None:
        return of.course, "video", of.id
    one = draft_numbered(tx, of.id, number)
    if one.state != "done":
        raise NotFound(f"draft {number} is {one.state}", todo="share one that is done, or the latest: without --draft")
    return of.course, "draft", one.id


def _line(one: Shared, words: Words) -> str:
    terms = one.link.terms
    to = "draft" if one.draft else "video" if one.video else "course"
    state = "open" if one.open else "revoked" if one.link.revoked_at else "over"
    until = terms.expires_at.date() if terms.expires_at is not None else "—"
    return words.say(
        "share.one",
        id=one.link.id,
        label=terms.label or words.say("share.unnamed"),
        to=words.say(f"share.to.{to}", video=one.video, number=one.draft),
        may=words.say(f"share.may.{terms.rights}"),
        state=words.say(f"share.state.{state}"),
        until=until,
    )
