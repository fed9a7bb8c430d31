"""The `rushes` command: thin; everything it does is a call of the crew or of a pure function."""

import json
import logging
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import NoReturn

import click

from pipeline.errors import NotFound, PipelineError, UnreadableMedia
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
from storage.objects import storage_error
from storage.s3_store import S3Store
from studio import (
    asking,
    briefing,
    caching,
    checking,
    doctor,
    drafting,
    farm,
    filing,
    following,
    intake,
    jobs,
    keeping,
    metrics,
    previewing,
    remote,
    serving,
    tokens,
    upping,
    watching,
)
from studio.drafting import STYLE
from studio.options import AS_JSON
from studio.place import seat
from studio.settings import Settings, settings
from studio.start import INTERRUPTED
from workers.folder import PRESETS, VideoFolder
from workers.home import found_files
from workers.logs import LogFile, write_to
from workers.revisions import revision

FOLDER = click.argument("folder", type=click.Path(path_type=Path, readable=False))


class Interrupted(Exception):
    """Ctrl-C, past click: before 8.2 it writes an empty line of its own when it sees one."""


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise Interrupted from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rushes")
@click.option("--log", "log_file", type=click.Path(path_type=Path), help="Write every ffmpeg command to this file.")
@click.pass_context
def rushes(context: click.Context, log_file: Path | None) -> None:
    """From a written script and one camera's footage to a draft that people can review."""
    given = settings(os.environ)
    if log_file is not None:
        try:
            write_to(LogFile(str(log_file), given.log_format or "text"))
        except OSError as error:
            raise storage_error(error, log_file) from error
    context.obj = given


@rushes.command()
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


@rushes.command("probe")
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


@rushes.command()
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


rushes.add_command(drafting.draft)
rushes.add_command(drafting.explain)
rushes.add_command(briefing.brief)
for _command in (
    asking.status, asking.stale, asking.diff, asking.history, asking.where,
    keeping.verify, keeping.gc, keeping.purge,
    filing.course, filing.videos, filing.script, filing.asset, filing.cast_asset, filing.approve, filing.circle,
    filing.due, filing.person,
    jobs.list_jobs, jobs.cancel, jobs.retry, watching.watch, following.follow, following.pause, following.pin,
    caching.cache,
):  # fmt: skip
    rushes.add_command(_command)
rushes.add_command(previewing.preview_style)
rushes.add_command(upping.up)
rushes.add_command(doctor.doctor)
rushes.add_command(intake.add_files)
rushes.add_command(tokens.tokens)
rushes.add_command(remote.log_in)
rushes.add_command(remote.log_out)
rushes.add_command(intake.export_files)
rushes.add_command(farm.run_worker)
rushes.add_command(metrics.serve_metrics)
rushes.add_command(serving.serve)


def _style(script: Script, name: str) -> Style:
    return shelf.style(name or script.style or "course")


def main() -> NoReturn:
    """Runs the command and ends with its status: 0 done, 1 failed, 2 usage, 3 nothing to draft, 130 interrupted."""
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, signal.default_int_handler)
    try:
        rushes.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except (click.Abort, Interrupted, KeyboardInterrupt):
        click.echo(INTERRUPTED, err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except PipelineError as error:
        click.echo(f"rushes: {error}", err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        logging.getLogger(__name__).debug("a fault", exc_info=error)
        where = "".join(traceback.format_exception(error)[-2:])
        click.echo(f"rushes: a fault of Rushes itself; nothing is lost\n{where}", err=True)
        sys.exit(1)
    sys.exit(0)
