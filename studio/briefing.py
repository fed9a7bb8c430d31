"""`rushes brief`: what a motion designer needs for each animation that a script asks for, as a folder and one page."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import click

from pipeline import draft as path_of_a_draft
from pipeline.brief import Brief, briefs
from pipeline.brief_page import brief_page
from pipeline.brief_told import Delivered, index, told
from pipeline.draft import Plan
from pipeline.errors import Clash, NotFound
from pipeline.media import guides, shelf
from pipeline.naming_assets import Naming, in_folder, in_studio
from pipeline.references import folded
from pipeline.words import Words
from storage.catalogue.assets import versions
from storage.catalogue.casting import resolved
from storage.objects import storage_error
from studio.drafting import STYLE, desk_of, script_of, styled
from studio.filing import asset_named
from studio.options import PROGRESS, VIDEO
from studio.progress import Mode
from studio.settings import Settings
from workers.briefing import BriefCrew
from workers.drafting import Desk
from workers.folder import MOTION

INDEX, PAGE, ONE = "brief.json", "brief.html", "brief.json"
"""Files of a brief's folder, and the one in the folder of each animation."""

SHOWN = 1200
"""Pixels across of the pictures that the page carries: twice what a column shows, and a page of ten is under 3 MB."""


@click.command("brief")
@VIDEO
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write; brief or brief-CODE if not given.")
@click.option("--cue", "reference", help="Only the animation that the script calls so, even where it is there.")
@click.option("--all", "every", is_flag=True, help="Those that are there too, not only the missing.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="What it is written in; by default the script's.")
@STYLE
@PROGRESS
@click.pass_obj
def brief(
    given: Settings,
    video: str,
    out: Path | None,
    reference: str | None,
    every: bool,
    language: str | None,
    style_name: str,
    progress: str,
) -> None:
    """Write what motion designers need for each animation of VIDEO that is missing: a folder, and one page.

    VIDEO is a folder, or the code of a video of the studio. Nothing but what the brief shows is rendered.
    """
    words = shelf.said_in(given.language)
    with desk_of(given, video, cast("Mode", progress)) as desk:
        script = script_of(desk).script
        known = [name for name, cue in script.references() if cue == "show"]
        if reference is not None and folded(reference) not in {folded(name) for name in known}:
            raise NotFound(words.say("brief.unknown", reference=reference, known=", ".join(known) or "—"))
        place = out or _usual(desk, video)
        before = _written_before(place)
        with BriefCrew(desk.home(), desk.place.shop, desk.tools, desk.listener) as crew:
            plan = path_of_a_draft.plan(script, styled(desk, script, style_name), crew)
            wanted = briefs(
                plan,
                lambda cue, missing: (missing or every) if reference is None else folded(reference) in _names(cue),
            )
            if not wanted:
                click.echo(words.say("brief.none"))
                return
            try:
                _cleared(place, before)
                _write(place, desk, crew, plan, wanted, shelf.said_in(language or script.language))
            except OSError as error:
                raise storage_error(error, place) from error
    click.echo(words.say("brief.written", n=len(wanted), place=place / PAGE))
