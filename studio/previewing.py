"""`rushes preview-style`: a style on one sheet, before anything is filmed."""

from pathlib import Path

import click

from pipeline.errors import NotFound
from pipeline.media import shelf
from pipeline.media.sheet import sheet
from storage.objects import storage_error
from studio.settings import Settings

KINDS = (".png", ".pdf")


@click.command("preview-style")
@click.argument("name", metavar="[STYLE]", default="course")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write it: a .png or a .pdf; without, STYLE.png.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="The language of its words; without, yours.")
@click.pass_obj
def preview_style(given: Settings, name: str, out: Path | None, language: str | None) -> None:
    """Draw every card of STYLE on one sheet: light and dark, short words and long, colours, framings."""
    style, words = shelf.style(name), shelf.said_in(language or given.language)
    path = out or Path(f"{name}.png")
    if path.suffix.casefold() not in KINDS:
        raise NotFound(f"{path.name} is no picture that can be written", todo=f"end its name in {' or '.join(KINDS)}")
    if not path.parent.is_dir():
        raise NotFound(f"there is no folder {path.parent} to write in", todo="make it first, or name another")
    drawn = sheet(style, words)
    try:
        drawn.save(path, resolution=300)
    except OSError as error:
        raise storage_error(error, path) from error
    click.echo(words.say("sheet.written", path=path))
