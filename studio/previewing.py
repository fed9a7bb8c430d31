"""`rushes preview-style`: a style on one sheet, before anything is filmed."""

from contextlib import nullcontext
from pathlib import Path

import click

from pipeline.errors import NotFound
from pipeline.media import shelf
from pipeline.media.sheet import sheet
from storage.objects import storage_error
from studio.settings import Settings
from workers.folder import PRESETS

KINDS = (".png", ".pdf")


@click.command("preview-style")
@click.argument("name", metavar="[STYLE]", default="course")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write it: a .png or a .pdf; without, STYLE.png.")
@click.option("--in", "video", type=click.Path(path_type=Path), help="A video's folder whose own presets go first.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="The language of its words; without, yours.")
@click.pass_obj
def preview_style(given: Settings, name: str, out: Path | None, video: Path | None, language: str | None) -> None:
    """Draw every card of STYLE on one sheet: light and dark, short words and long, colours, framings."""
    with shelf.laid_over(video / PRESETS) if video is not None else nullcontext():
        _previewed(name, out or Path(f"{name}.png"), language or given.language)


def _previewed(name: str, path: Path, language: str) -> None:
    style, words = shelf.style(name), shelf.said_in(language)
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
