"""`rushes draft` and `rushes explain`: what would be cut and why, and the draft itself."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import click

from pipeline import draft as path_of_a_draft
from pipeline.errors import NotFound
from pipeline.manifest import WrongManifest, pinned
from pipeline.media import shelf
from pipeline.media.ffmpeg import found
from pipeline.media.model import speech_model
from pipeline.presets import Style
from pipeline.script import Script
from storage.catalogue.drafts import ask_draft, manifest_draft
from storage.catalogue.engine import Transaction
from storage.catalogue.scripts import Revision, revision_of
from storage.catalogue.scripts import revision as last_revision
from studio import explaining
from studio.options import AS_JSON, PROGRESS, VIDEO
from studio.place import is_folder, placed, seat
from studio.progress import Mode, shown
from studio.settings import Settings
from studio.waking import wake
from studio.watching import looked_at
from workers.crew import Tools
from workers.drafting import Desk, style_of
from workers.folder import VideoFolder
from workers.places import Place
from workers.progress import silent
from workers.revisions import revision

STYLE = click.option("--style", "style_name", default="", help="A style other than the script's own.")


@click.command()
@VIDEO
@STYLE
@click.option(
    "--manifest",
    "manifest_file",
    type=click.Path(path_type=Path),
    help="Make the draft of this manifest.json again: the same frames, whatever changed since.",
)
@click.option("--here", is_flag=True, help="Make it on this machine, where the studio has a farm.")
@PROGRESS
@click.pass_obj
def draft(given: Settings, video: str, style_name: str, manifest_file: Path | None, here: bool, progress: str) -> None:
    """Make the next draft of VIDEO: a folder, or the code of a video of the studio.

    Where the studio has a farm, the farm makes it; Ctrl-C then only ends the looking.
    """
    if manifest_file is None and not here and not is_folder(given, video) and seat(given).broker is not None:
        _on_the_farm(given, video, style_name, cast("Mode", progress))
        return
    manifest = None if manifest_file is None else _manifest(manifest_file)
    if manifest is not None and style_name:
        message = "a manifest has its own style"
        raise click.UsageError(message)
    with desk_of(given, video, cast("Mode", progress)) as desk:
        if manifest is None:
            with desk.crew() as crew:
                saved = script_of(desk)
                script = saved.script
                made = desk.drafted(crew, script, styled(desk, script, style_name), "asked by hand")
        else:
            values = pinned(manifest)
            script = values.script
            with desk.crew(manifest) as crew:
                cause, of = _made_before(desk, manifest)
                made = desk.drafted(crew, script, values.style, cause, of)
    if progress == "jsonl":
        click.echo(json.dumps({"phase": "draft", "number": made.number, "place": made.place, "finished": True}))
        return
    for line in explaining.summary(made.report, made.place, shelf.said_in(script.language)):
        click.echo(line)


@click.command()
@VIDEO
@STYLE
@PROGRESS
@AS_JSON
@click.pass_obj
def explain(given: Settings, video: str, style_name: str, progress: str, as_data: bool) -> None:
    """Say how the draft of VIDEO would be cut, and why, without rendering it."""
    words = shelf.said_in(given.language)
    with desk_of(given, video, cast("Mode", progress)) as desk, desk.crew() as crew:
        script = script_of(desk).script
        plan = path_of_a_draft.plan(script, styled(desk, script, style_name), crew)
        told = explaining.explained(plan, crew, words)
    if as_data:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for line in explaining.lines(told, words):
        click.echo(line)


def _on_the_farm(given: Settings, video: str, style_name: str, progress: Mode) -> None:
    with placed(given, video) as place:
        if style_name:
            shelf.style(style_name)  # an unknown one is said now
        with place.catalogue.writing() as tx:
            asked = ask_draft(tx, place.video, "asked by hand", style=style_name)
        wake(given, asked.id)
        looked_at(given, place.catalogue, asked, video, progress)


@contextmanager
def desk_of(given: Settings, video: str, progress: Mode) -> Generator[Desk]:
    """Where drafts of a video are made, with progress shown while they are."""
    folder = VideoFolder(Path(video).absolute()) if is_folder(given, video) else None
    if folder is not None:
        folder.script()
    model = None if given.no_speech_model else speech_model(given.speech_model, given.cache)
    tools = Tools(found(given.ffmpeg), model, given.workers)
    listener = shown(progress, shelf.said_in(given.language))
    try:
        with placed(given, video) as place:
            yield Desk(place, folder, tools, listener or silent)
    finally:
        if listener is not None:
            listener.close()


def script_of(desk: Desk) -> Revision:
    """The script as it now stands: the folder's, kept as a revision; or the last one of the catalogue."""
    if desk.folder is not None:
        return desk.saved(revision(desk.folder, shelf.framings()))
    with desk.place.catalogue.reading() as tx:
        return last_revision(tx, desk.place.video, shelf.framings())


def style_in(tx: Transaction, place: Place, script: Script, name: str, *, own: bool) -> Style:
    """The style that a draft would be in. `own`: the video is a folder's, and has no course but its own."""
    return shelf.style(name or script.style or "course") if own else style_of(tx, place.video, script, name)


def styled(desk: Desk, script: Script, name: str) -> Style:
    """The style that its draft would be in, or the one of that name."""
    with desk.place.catalogue.reading() as tx:
        return style_in(tx, desk.place, script, name, own=desk.folder is not None)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise NotFound(f"{path}: {error.strerror}", todo="name the manifest.json of a draft") from error
    except ValueError as error:
        raise WrongManifest(f"{path}: is no manifest", todo="name the manifest.json of a draft") from error
    return data


def _made_before(desk: Desk, manifest: dict[str, Any]) -> tuple[str, Any]:
    """Why a draft is made again, and the revision of its script, where the catalogue knows it."""
    with desk.place.catalogue.reading() as tx:
        number = manifest_draft(tx, desk.place.video, manifest)
        of = revision_of(tx, desk.place.video, manifest["script"]["digest"])
    return f"draft {number} again" if number else "made again from a manifest", of
