"""The `rushes` command: thin; everything it does is a call of the crew or of a pure function."""

import logging
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

import click

from pipeline.errors import PipelineError
from storage.objects import storage_error
from studio.settings import settings
from studio.start import INTERRUPTED
from workers.logs import LogFile, write_to

COMMANDS: Final[Mapping[str, str]] = {
    "add": "intake:add_files",
    "approve": "filing:approve",
    "asset": "filing:asset",
    "brief": "briefing:brief",
    "cache": "caching:cache",
    "cancel": "jobs:cancel",
    "cast": "filing:cast_asset",
    "check": "looking:check",
    "circle": "filing:circle",
    "copy": "copying:copy_draft",
    "course": "filing:course",
    "diff": "asking:diff",
    "doctor": "doctor:doctor",
    "draft": "drafting:draft",
    "due": "filing:due",
    "explain": "drafting:explain",
    "export": "intake:export_files",
    "follow": "following:follow",
    "gc": "keeping:gc",
    "history": "asking:history",
    "jobs": "jobs:list_jobs",
    "login": "remote:log_in",
    "logout": "remote:log_out",
    "metrics": "metrics:serve_metrics",
    "notes": "noting:notes",
    "pause": "following:pause",
    "person": "filing:person",
    "pin": "following:pin",
    "preview-style": "previewing:preview_style",
    "probe": "looking:probe_files",
    "purge": "keeping:purge",
    "retry": "jobs:retry",
    "script": "filing:script",
    "serve": "serving:serve",
    "share": "sharing:share",
    "stale": "asking:stale",
    "status": "asking:status",
    "storage": "looking:storage",
    "token": "tokens:tokens",
    "up": "upping:up",
    "verify": "keeping:verify",
    "video": "filing:videos",
    "watch": "watching:watch",
    "where": "asking:where",
    "worker": "farm:run_worker",
}
"""Where each command is, below `studio`. Only the one that is asked for is loaded: all of them take seconds."""


class Interrupted(Exception):
    """Ctrl-C, past click: before 8.2 it writes an empty line of its own when it sees one."""


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's)
        """Every command by name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's)
        """The command of that name, loaded; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"studio.{module}"), name)
        return found

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
