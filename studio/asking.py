"""`rushes status`, `stale`, `diff`, `history` and `where`: one question each, in sentences or as JSON."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import click

from pipeline.change_words import told_list
from pipeline.errors import NotFound
from pipeline.media import shelf
from pipeline.saying import Saying
from pipeline.script import Script
from pipeline.values import as_json, digest
from pipeline.words import Words
from storage.catalogue.comparing import compared
from storage.catalogue.drafts import draft_numbered, drafts
from storage.catalogue.engine import Transaction
from storage.catalogue.finding import assets_called
from storage.catalogue.history import Told, Use, uses
from storage.catalogue.history import history as happened
from storage.catalogue.people import everyone, person_of
from storage.catalogue.scripts import revision
from storage.catalogue.staleness import Stale
from storage.catalogue.staleness import sentence as stale_sentence
from storage.catalogue.staleness import stale as staleness
from storage.catalogue.waiting import Waits, blockers, sentence, waiting
from studio.drafting import style_in
from studio.options import AS_JSON, VIDEO
from studio.place import housed, is_folder, opened, placed
from studio.settings import Settings
from workers.places import Place


@click.command()
@click.argument("video", required=False)
@click.option("--for", "address", help="Only what waits for the person of this address (without VIDEO).")
@AS_JSON
@click.pass_obj
def status(given: Settings, video: str | None, address: str | None, as_data: bool) -> None:
    """Say what blocks VIDEO, who owes it and by when; without VIDEO, what waits for whom in the studio."""
    words = shelf.said_in(given.language)
    if video is not None:
        folder = is_folder(given, video)
        with placed(given, video) as place, place.catalogue.reading() as tx:
            if folder and not drafts(tx, place.video):
                message = f"{video}: what blocks a folder's video is known from its drafts, and it has none yet"
                raise NotFound(message, todo=f"make one: rushes draft {video}")
            found = blockers(tx, place.video)
        lead = "{sentence}" if folder else "{sentence}  [{link}]"
        _told(as_data, [_waits(one, words) for one in found], lambda one: [lead.format_map(one)])
        if not as_data and not found:
            click.echo(words.say("asked.nothing_blocks"))
        return
    with opened(given) as studio, studio.catalogue.reading() as tx:
        people = everyone(tx)
        if address is not None:
            one = person_of(tx, address)
            if one is None:
                raise NotFound(f"nobody has the address {address}", todo="check it")
            people = (one,)
        by = [(one, waiting(tx, one.id)) for one in people]
    rows = [
        {"name": one.name, "email": one.email, "waits": [_waits(w, words) for w in some]} for one, some in by if some
    ]
    _told(as_data, rows, _person_lines)


def _person_lines(row: dict[str, Any]) -> list[str]:
    return [row["name"], *(f"  {one['video']}: {one['sentence']}  [{one['link']}]" for one in row["waits"])]


def _waits(one: Waits, words: Words) -> dict[str, Any]:
    told = {"code": one.code, "video": f"{one.course}/{one.video_code}", "sentence": sentence(one, words)}
    owed = {"owner": one.owner_name or None, "due": one.due.isoformat() if one.due is not None else None}
    return told | owed | {"line": one.line, "number": one.number, "many": one.many, "link": link(one)}


def link(one: Waits) -> str:
    """Where a fact leads: the video, and what on it."""
    return f"/{one.course}/{one.video_code}#{one.subject}-{one.subject_id}"


@click.command()
@VIDEO
@AS_JSON
@click.pass_obj
def stale(given: Settings, video: str, as_data: bool) -> None:
    """Say what of the last draft of VIDEO is no longer as it was: lines, assets, rushes, takes, style."""
    words = shelf.said_in(given.language)
    with placed(given, video) as place, place.catalogue.reading() as tx:
        script = _script(tx, place)
        style = style_in(tx, place, script, "", own=is_folder(given, video)) if script is not None else None
        found = staleness(tx, place.video, None if style is None else digest(style))
    rows = [as_json_row(one) | {"sentence": stale_sentence(one, script, words)} for one in found]
    _told(as_data, rows, lambda row: [row["sentence"]])
    if not as_data and not found:
        click.echo(words.say("asked.nothing_stale"))


def as_json_row(one: Stale) -> dict[str, Any]:
    """One stale thing for programs."""
    return {
        "draft": one.number,
        "because": one.because,
        "how": one.how,
        "what": one.what,
        "segments": list(one.segments),
        "captions": one.captions,
    }


@click.command()
@VIDEO
@click.argument("before", type=click.IntRange(min=1))
@click.argument("after", type=click.IntRange(min=1))
@AS_JSON
@click.pass_obj
def diff(given: Settings, video: str, before: int, after: int, as_data: bool) -> None:
    """Say what changed from draft BEFORE of VIDEO to draft AFTER, line by line."""
    words, framings, numbers = shelf.said_in(given.language), shelf.framings(), shelf.reviewing()
    with placed(given, video) as place, place.catalogue.reading() as tx:
        old, new = (draft_numbered(tx, place.video, number) for number in (before, after))
        found = compared(tx, old, new, framings)
    told = told_list((before, after), found, Saying(words, framings, found.listed.rate), numbers)
    if as_data:
        click.echo(json.dumps(as_json(told), ensure_ascii=False, indent=1))
        return
    click.echo(told.sentence)
    for one in told.entries:
        seconds = f"{float(one.at / found.listed.rate):.1f}".replace(".", words.say("report.decimal"))
        click.echo(f"  {words.say('changed.seconds', seconds=seconds)}  {one.sentence}")


@click.command()
@VIDEO
@click.option("--most", type=click.IntRange(min=1), default=200, show_default=True, help="At most so many, the newest.")
@click.option("--work", is_flag=True, help="Each piece of work as well: asked for, begun, done.")
@AS_JSON
@click.pass_obj
def history(given: Settings, video: str, most: int, work: bool, as_data: bool) -> None:
    """Say what happened to VIDEO, its files and its assets; newest first."""
    words = shelf.said_in(given.language)
    with placed(given, video) as place, place.catalogue.reading() as tx:
        found = happened(tx, place.video, most, work=work)
    _told(as_data, [_event(one) for one in found], lambda row: [_eventline_called(row, words)])


def _event(one: Told) -> dict[str, Any]:
    event = one.event
    return {
        "id": event.id,
        "at": event.at.isoformat(timespec="seconds"),
        "by": one.by_name or None,
        "kind": event.kind,
        "details": event.details,
    }


def _eventline_called(row: dict[str, Any], words: Words) -> str:
    details: dict[str, Any] = row["details"]
    named = next(
        (str(details[key]) for key in ("name", "code", "number", "title", "stage", "key") if key in details), ""
    )
    code = f"event.{row['kind']}"
    said = words.say(code) if code in words.sentences else row["kind"]
    named = "; ".join(details.get("causes", [named]))
    parts = [row["at"].replace("T", " ").removesuffix("+00:00"), said, named, row["by"] or ""]
    return "  ".join(part for part in parts if part)


@click.command()
@click.argument("asset")
@click.option("--in", "folder", help="A video's folder; without, the studio.")
@AS_JSON
@click.pass_obj
def where(given: Settings, asset: str, folder: str | None, as_data: bool) -> None:
    """Say which cues of which videos use ASSET (COURSE/NAME, or NAME in every course), and in which version."""
    words = shelf.said_in(given.language)
    with housed(given, folder) as studio, studio.catalogue.reading() as tx:
        known = assets_called(tx, asset)
        if not known:
            raise NotFound(f"there is no asset {asset!r}", todo="check its name")
        rows = [{"asset": name, "uses": [_use(one) for one in uses(tx, asset_id)]} for asset_id, name in known]
    _told(as_data, rows, lambda row: _use_lines(row, words))


def _use(one: Use) -> dict[str, Any]:
    return {
        "video": f"{one.course}/{one.video_code}",
        "line": one.line,
        "number": one.number,
        "cue": one.cue,
        "reference": one.reference,
        "policy": one.policy,
        "version": one.version,
    }


def _use_lines(row: dict[str, Any], words: Words) -> list[str]:
    if not row["uses"]:
        return [words.say("asked.unused", asset=row["asset"])]
    version = {True: "asked.use", False: "asked.use_nothing"}
    return [
        words.say(
            version[one["version"] is not None],
            asset=row["asset"],
            video=one["video"],
            number=one["number"] or "?",
            version=one["version"],
            policy=words.say(f"asked.policy.{one['policy']}"),
        )
        for one in row["uses"]
    ]


def _told(as_data: bool, rows: Sequence[dict[str, Any]], lines: Callable[[dict[str, Any]], list[str]]) -> None:
    if as_data:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        for line in lines(row):
            click.echo(line)


def _script(tx: Transaction, place: Place) -> Script | None:
    """The last script, None while there is none."""
    try:
        return revision(tx, place.video, shelf.framings()).script
    except NotFound:
        return None
