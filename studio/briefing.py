"""`rushes brief`: what a motion designer needs for each animation that a script asks for, as a folder and one page."""

import json
import re
from collections.abc import Mapping, Sequence
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
from pipeline.script import Cue, LineId
from pipeline.values import as_json
from pipeline.words import Words
from storage.catalogue.assets import versions
from storage.catalogue.briefs import castings_owed
from storage.catalogue.casting import resolved
from storage.catalogue.noting import Returned, notes_of_cues
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

Slot = tuple[LineId, str]
"""A line and what its cue calls the animation."""

SHOWN = 1200
"""Pixels across of the pictures that the page carries: twice what a column shows, and a page of ten is under 3 MB."""


@click.command("brief")
@VIDEO
@STYLE
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write; brief or brief-CODE if not given.")
@click.option("--cue", "reference", help="Only the animation that the script calls so, even where it is there.")
@click.option("--all", "every", is_flag=True, help="Those that are there too, not only the missing.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="What it is written in; by default the script's.")
@PROGRESS
@click.pass_obj
def brief(  # noqa: PLR0913 (one parameter for each option of the command)
    given: Settings,
    video: str,
    *,
    style_name: str,
    out: Path | None,
    reference: str | None,
    every: bool,
    language: str | None,
    progress: str,
) -> None:
    """Write what motion designers need for each animation that VIDEO lacks: a folder, and one page.

    VIDEO is a folder, or the code of a video of the studio. Nothing but what the brief shows is rendered. What was sent
    back counts as lacking, and the notes that it was sent back with stand in its brief.
    """
    words = shelf.said_in(given.language)
    with desk_of(given, video, cast("Mode", progress)) as desk:
        script = script_of(desk).script
        cues = [cue for line in script.lines for cue in line.cues if cue.name == "show"]
        if reference is not None and not any(folded(reference) in _names(cue) for cue in cues):
            known = ", ".join(dict.fromkeys(cue.asset for cue in cues)) or "—"
            raise NotFound(words.say("brief.unknown", reference=reference, known=known))
        place = out or _usual(desk, video)
        before = _written_before(place)
        with BriefCrew(desk.home(), desk.place.shop, desk.tools, desk.listener) as crew:
            plan = path_of_a_draft.plan(script, styled(desk, script, style_name), crew)
            returned = _returned(desk)
            wanted = [
                one
                for one in briefs(plan, lambda cue, _: reference is None or folded(reference) in _names(cue))
                if one.missing or every or reference is not None or _slot(one) in returned
            ]
            if not wanted:
                click.echo(words.say("brief.none"))
                return
            try:
                _cleared(place, before)
                said = shelf.said_in(language or script.language)
                _write(place, desk, crew, plan, [(one, returned.get(_slot(one), ())) for one in wanted], said)
            except OSError as error:
                raise storage_error(error, place) from error
    click.echo(words.say("brief.written", n=len(wanted), place=place / PAGE))


def _names(cue: Cue) -> set[str]:
    """What the animation may be called by: as written, with its version or without."""
    return {folded(cue.reference), folded(cue.asset)}


def _usual(desk: Desk, video: str) -> Path:
    """Where a brief goes that nobody said a folder for: into the video's folder, or beside where the command is run."""
    return desk.folder.root / "brief" if desk.folder is not None else Path(f"brief-{video.replace('/', '-')}")


def _written_before(place: Path) -> tuple[str, ...]:
    """The files of the brief that lies there, below its folder; none where nothing lies there yet.

    Raises:
        Clash: what lies there is no brief.
        StorageUnavailable: it may not be read.
    """
    try:
        if not place.exists() or (place.is_dir() and not any(place.iterdir())):
            return ()
        listed = json.loads((place / INDEX).read_text("utf-8"))
        files = [f"{one['folder']}/{file}" for one in listed["briefs"] for file in (*one["files"], ONE)]
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError) as error:
        raise Clash(f"{place} is there and is no brief", todo="name another folder: --out FOLDER") from error
    except OSError as error:
        raise storage_error(error, place) from error
    return (INDEX, PAGE, *(file for file in files if ".." not in Path(file).parts))


def _cleared(place: Path, before: Sequence[str]) -> None:
    """Takes away the files of the last brief, and the folders that it alone filled; what people put there stays."""
    for file in before:
        (place / file).unlink(missing_ok=True)
    for folder in {(place / file).parent for file in before} - {place}:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _returned(desk: Desk) -> Mapping[Slot, tuple[Returned, ...]]:
    """Of the animations that are owed though something was sent, why: the notes that they were sent back with."""
    if desk.folder is not None:
        return {}
    with desk.place.catalogue.reading() as tx:
        owed = frozenset(castings_owed(tx, desk.place.video))
        notes = notes_of_cues(tx, owed)
        return {(one.line, one.reference): notes[one.id] for one in resolved(tx, desk.place.video) if one.id in owed}


def _slot(one: Brief) -> Slot:
    return LineId(one.line), one.cue.asset


def _write(
    place: Path,
    desk: Desk,
    crew: BriefCrew,
    plan: Plan,
    asked: Sequence[tuple[Brief, tuple[Returned, ...]]],
    words: Words,
) -> None:
    """Writes every brief into its folder, the page, and last what the whole says as data."""
    wanted = [one for one, _ in asked]
    folders = [f"{one.number:02d}-{_plain(one.reference)}" for one in wanted]
    for folder in folders:
        (place / folder).mkdir(parents=True, exist_ok=True)
    made = crew.shown(plan, [(one, place / folder) for one, folder in zip(wanted, folders, strict=True)], words)
    rows: list[dict[str, Any]] = []
    for (one, notes), folder, shown in zip(asked, folders, made, strict=True):
        given = Delivered(folder, shown.files, shown.handle, shown.frames)
        rows.append(told(one, plan, _naming(desk, one), given, words) | {"again": as_json(notes)})
        _json(place / folder / ONE, rows[-1])
    whole = index(rows, plan, _called(desk))
    pictures = {
        one.number: tuple(guides.smaller(picture, SHOWN) for _, picture in shown.frames_shown)
        for one, shown in zip(wanted, made, strict=True)
    }
    fonts = shelf.page_fonts(plan.style.brand)
    (place / PAGE).write_text(brief_page(whole, words, pictures, shelf.page("brief.html.j2"), fonts), "utf-8")
    _json(place / INDEX, whole)


def _naming(desk: Desk, one: Brief) -> Naming:
    """How its file is to be called: by what lies in the video's folder, or by the versions that the studio has."""
    if desk.folder is not None:
        return in_folder(one.cue, tuple(desk.folder.files(MOTION)))
    with desk.place.catalogue.reading() as tx:
        cast_as = {(used.line, used.reference): used.asset for used in resolved(tx, desk.place.video)}
        asset = cast_as.get(_slot(one)) or asset_named(tx, desk.place, one.reference)
        return in_studio(one.cue, [version.number for version in versions(tx, asset)] if asset else [])


def _called(desk: Desk) -> str:
    """The video as commands take it: its folder's name, or its code."""
    return desk.folder.root.name if desk.folder is not None else desk.place.filmed.video


def _plain(reference: str) -> str:
    """A reference as the name of a folder: letters, digits, points and hyphens."""
    return re.sub(r"[^\w.]+", "-", folded(reference)).strip("-.") or "animation"


def _json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
