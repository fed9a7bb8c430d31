"""`rushes doctor`: whether everything that Rushes needs is well, and what to do where it is not."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from pipeline.media import shelf
from pipeline.values import as_json
from studio.examining import Finding, examined
from studio.options import AS_JSON
from studio.settings import Settings
from workers.data_folder import DataFolder


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The folder of a studio to look at.")
@AS_JSON
@click.pass_obj
def doctor(given: Settings, data: Path | None, as_data: bool) -> None:
    """Look whether all is well: programs, models, space, servers, workers. Exit status 1 when anything is not."""
    words = shelf.said_in(given.language)
    if data is not None:
        given = replace(given, data=data.absolute())
    elif given.studio is None and not given.elsewhere and DataFolder(given.own_data).is_studio:
        given = replace(given, data=given.own_data)
    found: list[Finding] = []
    for finding in examined(given, words):
        found.append(finding)
        if not as_data:
            shown = f"{'✓' if finding.well else '✗'} {words.say(f'doctor.name.{finding.check}')}"
            click.echo(words.say("doctor.line", name=shown, said=finding.said))
            if finding.todo:
                click.echo(f"  {finding.todo}")
    if as_data:
        click.echo(json.dumps([as_json(one) for one in found], ensure_ascii=False, indent=1))
    if not all(one.well for one in found):
        sys.exit(1)
