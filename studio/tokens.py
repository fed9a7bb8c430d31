"""`rushes token`: tokens of people's programs, made, listed and ended on the studio's own machine."""

import json
from datetime import timedelta

import click

from pipeline.errors import NotFound
from pipeline.media import shelf
from storage.catalogue.engine import Transaction
from storage.catalogue.entry import SignedIn, make_token, sessions, sign_out
from storage.catalogue.terms import Reach
from studio.filing import person_called
from studio.options import AS_JSON
from studio.place import opened
from studio.serving import limits
from studio.settings import Settings

EMAIL = click.argument("email")


@click.group("token")
def tokens() -> None:
    """Tokens of people's programs; on their own page, people make their own."""


@tokens.command("make")
@EMAIL
@click.argument("name")
@click.option("--may", type=click.Choice(["send", "read", "all"]), default="send", show_default=True)
@click.option("--days", type=click.IntRange(min=1), default=90, show_default=True, help="Until it ends.")
@click.pass_obj
def make(given: Settings, email: str, name: str, may: Reach, days: int) -> None:
    """Make a token called NAME for the person of that EMAIL, and write it: once, here."""
    most = limits().token_days
    if days > most:
        message = f"wanted at most {most} days, found {days}"
        raise click.UsageError(message)
    with opened(given) as studio, studio.catalogue.writing() as tx:
        secret = make_token(tx, person_called(tx, email), name, may, timedelta(days=days))
    click.echo(secret)


@tokens.command("list")
@EMAIL
@AS_JSON
@click.pass_obj
def list_tokens(given: Settings, email: str, as_data: bool) -> None:
    """List the tokens of a person: name, what they may, when they were used, until when they last."""
    words = shelf.said_in(given.language)
    with opened(given) as studio, studio.catalogue.reading() as tx:
        found = _tokens(tx, email)
    if as_data:
        click.echo(json.dumps([_data(one) for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        used = words.say("token.used", day=one.seen_at.date()) if one.used else words.say("token.unused")
        may, until = words.say(f"token.may.{one.reach}"), one.expires_at.date()
        click.echo(words.say("token.one", id=one.id, name=one.label, may=may, used=used, until=until))
    if not found:
        click.echo(words.say("token.none"))


@tokens.command("end")
@EMAIL
@click.argument("token", metavar="ID")
@click.pass_obj
def end(given: Settings, email: str, token: str) -> None:
    """End a token of a person, by the id that `rushes token list` gives."""
    with opened(given) as studio, studio.catalogue.writing() as tx:
        found = next((one for one in _tokens(tx, email) if str(one.id) == token), None)
        if found is None:
            raise NotFound(f"{email} has no token {token}", todo="rushes token list says which there are")
        sign_out(tx, found.id)
    click.echo(shelf.said_in(given.language).say("token.ended", name=found.label))


def _tokens(tx: Transaction, email: str) -> list[SignedIn]:
    return [one for one in sessions(tx, person_called(tx, email)) if one.through == "token"]


def _data(one: SignedIn) -> dict[str, str | None]:
    return {
        "id": str(one.id),
        "name": one.label,
        "may": one.reach,
        "made": one.created_at.isoformat(),
        "used": one.seen_at.isoformat() if one.used else None,
        "until": one.expires_at.isoformat(),
    }
