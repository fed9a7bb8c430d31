"""Using the catalogue by hand: courses, videos, scripts, assets, who owes what, what cues use, which takes count."""

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import click

from pipeline.about import ALPHAS
from pipeline.about import about as about_of
from pipeline.errors import NotFound
from pipeline.footage import UNKNOWN
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.reading import decoded, read
from pipeline.values import as_json
from storage.catalogue.assets import Wanted, add_asset, approve_version, assign_asset, describe_asset, versions
from storage.catalogue.casting import cast as cast_cue
from storage.catalogue.casting import resolved
from storage.catalogue.courses import (
    Course,
    add_chapter,
    add_course,
    add_part,
    add_video,
    change_course,
    chapters,
    course_of,
    parts,
    set_due,
)
from storage.catalogue.courses import course as course_row
from storage.catalogue.courses import video as video_row
from storage.catalogue.engine import Transaction
from storage.catalogue.filming import circle_take, takes
from storage.catalogue.finding import assets_called
from storage.catalogue.people import add_person, person_of
from storage.catalogue.scripts import revision, save_revision
from storage.catalogue.terms import Approval, AssetId, AssetKind, PersonId, Policy, Stage
from studio.options import VIDEO
from studio.place import opened, placed
from studio.settings import Settings
from workers.attaching import attached
from workers.folder import said_in
from workers.places import Place, Studio

SIZE = "1920x1080"
OWNER = click.option("--owner", help="The address of who makes it.")
DUE = click.option("--due", type=click.DateTime(["%Y-%m-%d"]), help="By when.")


@click.group()
def course() -> None:
    """Courses of the studio."""


@course.command("new")
@click.argument("code")
@click.argument("title")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--style", default="course", show_default=True)
@click.option("--rate", default="25", show_default=True, help="Frames a second of its drafts: 25, 30000/1001.")
@click.option("--size", default=SIZE, show_default=True, help="Pixels of its drafts.")
@click.pass_obj
def new_course(given: Settings, code: str, title: str, language: str, style: str, rate: str, size: str) -> None:
    """Begin a course, called CODE."""
    words = shelf.said_in(given.language)
    made = Course(code, title, language, shelf.style(style).name, _rate(rate), _size(size))
    with opened(given) as studio, studio.catalogue.writing() as tx:
        add_course(tx, made)
    click.echo(words.say("filed.course", code=code))


@course.command("set")
@click.argument("code")
@click.option("--style", help="The style of its drafts, where a script names none.")
@click.option("--rate", help="Frames a second of its drafts: 25, 30000/1001.")
@click.option("--size", help="Pixels of its drafts: 1920x1080.")
@click.pass_obj
def set_course(given: Settings, code: str, style: str | None, rate: str | None, size: str | None) -> None:
    """Say how the drafts of the course CODE are made from now on; its videos follow."""
    words = shelf.said_in(given.language)
    wanted_style = None if style is None else shelf.style(style).name
    wanted_rate, wanted_size = (None if rate is None else _rate(rate)), (None if size is None else _size(size))
    with opened(given) as studio, studio.catalogue.writing() as tx:
        change_course(tx, course_of(tx, code), style=wanted_style, rate=wanted_rate, size=wanted_size)
    click.echo(words.say("filed.course_set", code=code))


def _rate(text: str) -> Fraction:
    try:
        found = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise click.UsageError(f"wanted a rate such as 25 or 30000/1001, found {text}") from error
    if found <= 0:
        raise click.UsageError(f"wanted a rate above 0, found {text}")
    return found


def _size(text: str) -> Size:
    try:
        width, height = (int(part) for part in text.split("x"))
        return Size(width, height)
    except ValueError as error:
        raise click.UsageError(f"wanted a size such as {SIZE}, found {text}") from error


@click.group("video")
def videos() -> None:
    """Videos of a course."""


@videos.command("new")
@click.argument("address", metavar="COURSE/VIDEO")
@click.argument("title")
@click.option("--part", default="1", show_default=True, help="The part it belongs to; made when it is not there.")
@click.option("--chapter", default="1", show_default=True, help="The chapter, likewise.")
@click.pass_obj
def new_video(given: Settings, address: str, title: str, part: str, chapter: str) -> None:
    """Begin a video, after the others of its chapter."""
    words = shelf.said_in(given.language)
    of, slash, code = address.rpartition("/")
    if not slash:
        message = f"wanted COURSE/VIDEO, found {address}"
        raise click.UsageError(message)
    with opened(given) as studio, studio.catalogue.writing() as tx:
        course_id = course_of(tx, of)
        part_id = parts(tx, course_id).get(part) or add_part(tx, course_id, part)
        chapter_id = chapters(tx, part_id).get(chapter) or add_chapter(tx, part_id, chapter)
        add_video(tx, chapter_id, code, title)
    click.echo(words.say("filed.video", code=address))


@click.command()
@VIDEO
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def script(given: Settings, video: str, file: Path) -> None:
    """Keep FILE as the next revision of the script of VIDEO."""
    words = shelf.said_in(given.language)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NotFound(f"{file}: {error.strerror}", todo="check its name") from error
    found = read(decoded(data, file.name), shelf.framings(), file.name)
    with placed(given, video) as place, place.catalogue.writing() as tx:
        saved = save_revision(tx, place.video, found)
    click.echo(words.say("filed.script", number=saved.number, lines=len(saved.script.lines)))


@click.command()
@VIDEO
@click.argument("name")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(get_args(AssetKind)), default="motion", show_default=True)
@OWNER
@DUE
@click.option("--licence", help="Under what licence it may be used.")
@click.option("--source", help="Where it comes from: an address, a name.")
@click.option("--alternative", help="What it shows, for those who do not see it.")
@click.option("--loops/--no-loops", default=None, help="Whether its first frame follows its last.")
@click.option("--alpha", type=click.Choice(["found", *ALPHAS]), help="How its colour is stored under its alpha.")
@click.pass_obj
def asset(
    given: Settings,
    video: str,
    name: str,
    file: Path | None,
    kind: AssetKind,
    owner: str | None,
    due: datetime | None,
    **about: Any,
) -> None:
    """Ask for the asset NAME in the course of VIDEO, or send FILE as its next version; say what is known of it.

    What an about.toml beside FILE says is kept with it.
    """
    known_of = about_of(file.name, said_in(file.parent)) if file is not None else UNKNOWN
    said = {field: value for field, value in as_json(known_of).items() if value}
    said |= {field: value for field, value in about.items() if value is not None}
    said |= {"alpha": ""} if said.get("alpha") == "found" else {}
    words = shelf.said_in(given.language)
    with placed(given, video) as place:
        with place.catalogue.writing() as tx:
            of = video_row(tx, place.video).course
            known = asset_named(tx, place, name)
            who = None if owner is None else person_called(tx, owner)
            day = None if due is None else due.date()
            if known is None:
                known = add_asset(tx, of, Wanted(name, kind, who, day))
            elif owner is not None or due is not None:
                assign_asset(tx, known, who, day)
            if said:
                describe_asset(tx, known, **said)
        number = None
        if file is not None:
            number = attached(Studio(place.catalogue, place.store, place.work), known, file).number
    click.echo(words.say("filed.asset", name=name) if number is None else _version(given, name, number))


def _version(given: Settings, name: str, number: int) -> str:
    return shelf.said_in(given.language).say("filed.version", name=name, number=number)


@click.command("cast")
@VIDEO
@click.argument("reference")
@click.argument("name")
@click.option("--line", type=click.IntRange(min=1), help="Only the cue of that line; without, of every line.")
@click.option("--policy", type=click.Choice(["latest", "latest_approved"]), default="latest", show_default=True)
@click.option("--version", "pinned", type=click.IntRange(min=1), help="This version, whatever comes later.")
@click.pass_obj
def cast_asset(
    given: Settings, video: str, reference: str, name: str, line: int | None, policy: Policy, pinned: int | None
) -> None:
    """Let the cues of VIDEO that say REFERENCE use the asset NAME."""
    words = shelf.said_in(given.language)
    with placed(given, video) as place, place.catalogue.writing() as tx:
        known = _wanted(tx, place, name)
        numbered = {one.number: one.id for one in versions(tx, known)}
        if pinned is not None and pinned not in numbered:
            raise NotFound(f"{name} has no version {pinned}", todo=f"it has {', '.join(map(str, numbered)) or 'none'}")
        position = {one.id: at for at, one in enumerate(revision(tx, place.video, shelf.framings()).script.lines, 1)}
        cues = [one for one in resolved(tx, place.video) if one.reference == reference]
        cues = [one for one in cues if line is None or position.get(one.line) == line]
        if not cues:
            raise NotFound(f"no cue says {reference!r}", todo="write it as the script does; rushes check lists them")
        for one in cues:
            cast_cue(tx, one.id, known, "pinned" if pinned is not None else policy, numbered.get(pinned or 0))
    click.echo(words.say("filed.cast", n=len(cues), name=name))


@click.command()
@VIDEO
@click.argument("name")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--reject", is_flag=True, help="Reject it instead.")
@click.pass_obj
def approve(given: Settings, video: str, name: str, number: int, reject: bool) -> None:
    """Approve version NUMBER of the asset NAME, of the course of VIDEO."""
    words = shelf.said_in(given.language)
    approval: Approval = "rejected" if reject else "approved"
    with placed(given, video) as place, place.catalogue.writing() as tx:
        found = [one for one in versions(tx, _wanted(tx, place, name)) if one.number == number]
        if not found:
            raise NotFound(f"{name} has no version {number}", todo="rushes where says which there are")
        approve_version(tx, found[0].id, approval)
    click.echo(words.say(f"filed.{approval}", name=name, number=number))


@click.command()
@VIDEO
@click.argument("shot")
@click.argument("take", type=click.IntRange(min=1))
@click.option("--no", "uncircled", is_flag=True, help="It is the chosen one no longer.")
@click.pass_obj
def circle(given: Settings, video: str, shot: str, take: int, uncircled: bool) -> None:
    """Circle a TAKE of a SHOT of VIDEO: drafts use it from now on. rushes explain numbers them."""
    words = shelf.said_in(given.language)
    with placed(given, video) as place, place.catalogue.writing() as tx:
        of = [one for one in takes(tx, place.video) if one.shot == shot]
        if take not in {one.number for one in of}:
            there = ", ".join(str(one.number) for one in of) or "none"
            raise NotFound(
                f"shot {shot} has no take {take}; it has {there}", todo="draft it first: that finds its takes"
            )
        for one in of:
            if one.circled or one.number == take:
                circle_take(tx, one.id, circled=one.number == take and not uncircled)
    click.echo(words.say("filed.circled", shot=shot, take=take))


@click.command()
@VIDEO
@click.argument("stage", type=click.Choice(get_args(Stage)))
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), required=False)
@OWNER
@click.pass_obj
def due(given: Settings, video: str, stage: Stage, day: datetime | None, owner: str | None) -> None:
    """Say by which DAY a STAGE of VIDEO is due, and who answers for it."""
    words = shelf.said_in(given.language)
    with placed(given, video) as place, place.catalogue.writing() as tx:
        by: date | None = None if day is None else day.date()
        set_due(tx, place.video, stage, by, None if owner is None else person_called(tx, owner))
    click.echo(words.say("filed.due", stage=words.say(f"stage.{stage}"), day=by.isoformat() if by else "—"))


@click.command()
@click.argument("email")
@click.argument("name")
@click.pass_obj
def person(given: Settings, email: str, name: str) -> None:
    """Add someone, by their address and their name."""
    with opened(given) as studio, studio.catalogue.writing() as tx:
        add_person(tx, name, email, language=given.language)
    click.echo(shelf.said_in(given.language).say("filed.person", name=name))


def person_called(tx: Transaction, email: str) -> PersonId:
    """The person of that address.

    Raises:
        NotFound: there is none.
    """
    found = person_of(tx, email)
    if found is None:
        raise NotFound(f"nobody has the address {email}", todo="add them with: rushes person EMAIL NAME")
    return found.id


def asset_named(tx: Transaction, place: Place, name: str) -> AssetId | None:
    """The asset of that very name that the video's course, or the studio, has."""
    of = course_row(tx, video_row(tx, place.video).course).code
    known = [(one, full) for one, full in assets_called(tx, name) if full in {name, f"{of}/{name}"}]
    return known[0][0] if known else None


def _wanted(tx: Transaction, place: Place, name: str) -> AssetId:
    found = asset_named(tx, place, name)
    if found is None:
        raise NotFound(f"there is no asset {name!r}", todo="send it with: rushes asset VIDEO NAME FILE")
    return found
