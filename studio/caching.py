"""`rushes cache why`: which of the things that a segment was made of made it new."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import click

from pipeline.errors import NotFound
from pipeline.media import shelf
from pipeline.remade import differences
from pipeline.segments import Segment
from pipeline.values import BadValue, Key, as_json, from_json
from pipeline.words import Words
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.remaking import Standing, draft_before, named, segment_at, segment_called, stood_before
from storage.keys import derived
from storage.objects import ObjectStore
from studio.options import AS_JSON
from studio.place import housed, placed
from studio.settings import Settings
from workers.pieces import MADE_OF


@click.group()
def cache() -> None:
    """What was made before and is found again."""


@cache.command()
@click.argument("segment", nargs=-1, required=True, metavar="SEGMENT | VIDEO NUMBER POSITION")
@click.option("--in", "folder", help="A video's folder, for a SEGMENT of it; without, the studio.")
@AS_JSON
@click.pass_obj
def why(given: Settings, segment: tuple[str, ...], folder: str | None, as_data: bool) -> None:
    """Say which input made a segment new, against the one that stood there in the draft before.

    SEGMENT is its key, or the first 8 characters of it or more; or name its place: the draft's NUMBER, and POSITION
    in it, counted from 1.
    """
    words = shelf.said_in(given.language)
    with _found(given, segment, folder) as (catalogue, store, one), catalogue.reading() as tx:
        told = _told(tx, store, one, words)
    if as_data:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo(told["sentence"])
    for row in told["differences"]:
        click.echo(f"  {row['sentence']}")


@contextmanager
def _found(
    given: Settings, segment: tuple[str, ...], folder: str | None
) -> Generator[tuple[Catalogue, ObjectStore, Standing]]:
    """The segment that is meant, with the catalogue and the store that have it."""
    if len(segment) == 1:
        with housed(given, folder) as studio:
            with studio.catalogue.reading() as tx:
                one = segment_called(tx, segment[0])
            yield studio.catalogue, studio.store, one
        return
    if len(segment) != 3 or not all(part.isdecimal() for part in segment[1:]) or "0" in segment[1:]:
        message = f"wanted a segment's key, or VIDEO NUMBER POSITION, found {' '.join(segment)}"
        raise click.UsageError(message)
    with placed(given, segment[0]) as place:
        with place.catalogue.reading() as tx:
            one = segment_at(tx, place.video, int(segment[1]), int(segment[2]) - 1)
        yield place.catalogue, place.store, one


def _told(tx: Transaction, store: ObjectStore, one: Standing, words: Words) -> dict[str, Any]:
    told: dict[str, Any] = {"segment": one.key, "draft": one.number, "position": one.position + 1}
    fields: dict[str, Any] = {"draft": one.number, "position": one.position + 1}
    earlier = draft_before(tx, one)
    if earlier is None:
        return told | {"before": None, "differences": [], "sentence": words.say("made.alone", **fields)}
    fields["before"] = earlier[1]
    old = stood_before(tx, one, *earlier)
    if old is None:
        return told | {"before": None, "differences": [], "sentence": words.say("made.first", **fields)}
    fields["place"] = old.position + 1
    before = {"segment": old.key, "draft": old.number, "position": old.position + 1}
    if old.key == one.key:
        return told | {"before": before, "differences": [], "sentence": words.say("made.same", **fields)}
    found = differences(_made_of(store, old), _made_of(store, one), named(tx, (old.draft, one.draft)))
    rows = [as_json(each) | {"sentence": words.say(f"made.{each.code}", **as_json(each))} for each in found]
    return told | {"before": before, "differences": rows, "sentence": words.say("made.lead", **fields)}


def _made_of(store: ObjectStore, one: Standing) -> Segment:
    """What a segment was made of.

    Raises:
        NotFound: it is gone, or an earlier version of Rushes made it and kept no account.
    """
    whole = store.whole(derived("segment", Key(one.key)))
    file = whole.file(MADE_OF) if whole is not None else None
    where = f"segment {one.position + 1} of draft {one.number}"
    if file is None:
        lost = "is there no longer" if whole is None else "was made by a version of Rushes that did not note of what"
        raise NotFound(f"{where} {lost}", todo="rushes diff compares the drafts without it")
    try:
        return from_json(Segment, json.loads(store.read(file.key, 0, file.size)))
    except (BadValue, ValueError) as error:
        message = f"{where} was made by another version of Rushes, which noted it otherwise"
        raise NotFound(message, todo="rushes diff compares the drafts without it") from error
