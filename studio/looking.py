"""What a script asks for, what files are, whether the bucket can be used: said, and nothing is changed."""

import json
import sys
import tempfile
from pathlib import Path

import click

from pipeline.errors import NotFound, UnreadableMedia
from pipeline.footage import Media
from pipeline.media import shelf
from pipeline.media.ffmpeg import found
from pipeline.media.overlays import looked_at, probed
from pipeline.media.probe import described
from pipeline.outline import outline
from pipeline.presets import Style
from pipeline.script import Script
from pipeline.values import as_json
from storage.claims import FolderClaims
from storage.s3_store import S3Store
from studio import checking
from studio.drafting import STYLE
from studio.options import AS_JSON
from studio.place import seat
from studio.settings import Settings
from workers.folder import PRESETS, VideoFolder
from workers.home import found_files
from workers.revisions import revision

FOLDER = click.argument("folder", type=click.Path(path_type=Path, readable=False))


@click.command()
@FOLDER
@STYLE
@AS_JSON
@click.pass_obj
def check(given: Settings, folder: Path, style_name: str, as_data: bool) -> None:
    """Say what the script in FOLDER asks for: shots, assets, length, and every error."""
    place = VideoFolder(folder.absolute())
    with shelf.laid_over(place.root / PRESETS):
        words = shelf.said_in(given.language)
        script = revision(place, shelf.framings())
        told = outline(script, _style(script, style_name), found_files(script, place))
    if as_data:
        click.echo(json.dumps(as_json(told), ensure_ascii=False, indent=1))
        return
    for line in checking.lines(told, words):
        click.echo(line)


@click.command("probe")
@click.argument("files", nargs=-1, required=True)
@AS_JSON
@click.pass_obj
def probe_files(given: Settings, files: tuple[str, ...], as_data: bool) -> None:
    """Say what each FILE is, or why it cannot be used and what to do. Exit status 1 when any cannot."""
    words = shelf.said_in(given.language)
    rows: list[object] = []
    unusable = False
    for file in files:
        try:
            media, asked = _probed(Path(file), given)
            rows.append({"file": file, "usable": True, "media": as_json(media), "alpha_asked": asked})
            line = described(media, words)
            line += "\n" + words.say(f"remark.alpha-asked.{asked}", detail=media.name) if asked else ""
        except UnreadableMedia as error:
            unusable = True
            rows.append({"file": file, "usable": False, "why": error.why, "todo": error.todo})
            line = f"{error.name}: {error.why}" + (f" — {error.todo}" if error.todo else "")
        if not as_data:
            click.echo(line)
    if as_data:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    if unusable:
        sys.exit(1)


def _probed(path: Path, given: Settings) -> tuple[Media, str]:
    """What a file is, and what its alpha is taken for where it must be asked for."""
    media = probed(path)
    with tempfile.TemporaryDirectory() as scratch:
        return media, looked_at(path, media, Path(scratch), found(given.ffmpeg))


@click.command()
@click.option("--make-bucket", is_flag=True, help="Make the bucket first, if it is not there.")
@click.pass_obj
def storage(given: Settings, make_bucket: bool) -> None:
    """Say whether the bucket that RUSHES_S3_URL names can be used, or what is wrong with it."""
    place = given.s3 if given.studio is None else seat(given).s3
    if place is None:
        todo = "name a bucket, for example https://host/bucket; docs/storage.md has more"
        raise NotFound("RUSHES_S3_URL is not set", todo=todo)
    store = S3Store(place, FolderClaims(given.cache / "claims"))
    if make_bucket:
        store.make_bucket()
    store.check()
    click.echo(shelf.said_in(given.language).say("storage.works", place=place.shown))


def _style(script: Script, name: str) -> Style:
    return shelf.style(name or script.style or "course")
