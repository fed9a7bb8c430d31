"""`rushes copy`: a draft with a name over it, its contact sheet, its notes on paper; made here, where it is asked."""

import shutil
import tempfile
from pathlib import Path
from typing import cast

import click
from babel.dates import format_date

from pipeline.copies import COPY_KINDS, CopyKind, Film, Wanted, kind_of, steps
from pipeline.errors import NotFound, PipelineError
from pipeline.media import shelf
from pipeline.media.ffmpeg import found as found_ffmpeg
from pipeline.words import Words
from storage import keys
from storage.catalogue.copying import Saying, wanted_copy
from storage.catalogue.drafts import Drafted
from storage.catalogue.marked import leaving
from storage.objects import storage_error
from storage.sums import sum_of
from studio.noting import wanted_draft
from studio.options import PROGRESS, VIDEO
from studio.place import is_folder, placed
from studio.progress import Mode, shown
from studio.settings import Settings
from workers.copying import DRAFT_FILM, write_copy
from workers.folder import DRAFTS
from workers.places import Place
from workers.progress import Step, silent

UNITS = {"watermark": "frames", "contact-sheet": "pictures", "notes-pdf": "pictures"}


@click.command("copy")
@VIDEO
@click.argument("kind", type=click.Choice(COPY_KINDS))
@click.option("--name", default="", help="What stands over the pictures, taken as it is; a watermark wants one.")
@click.option("--public", is_flag=True, help="As a guest of a share link has it: only the notes that guests are shown.")
@click.option("--draft", "number", type=click.IntRange(min=1), help="That draft; without, the last.")
@click.option("--out", "folder", type=click.Path(path_type=Path), default=Path(), help="The folder to write it into.")
@PROGRESS
@click.pass_obj
def copy_draft(  # noqa: PLR0913 (one parameter for each option of the command)
    given: Settings,
    video: str,
    kind: CopyKind,
    *,
    name: str,
    public: bool,
    number: int | None,
    folder: Path,
    progress: str,
) -> None:
    """Write a copy of a draft of VIDEO: with a name burnt in, as a contact sheet, or its notes with their pictures."""
    words = shelf.said_in(given.language)
    if kind == "watermark" and not name.strip():
        raise PipelineError("a watermark says whose the film is, and no name is given", todo="give one with --name")
    with placed(given, video) as place:
        with place.catalogue.reading() as tx:
            drafted = wanted_draft(tx, place.video, number)
            told = leaving(tx, drafted, internal=not public)
            film = _film(place, Path(video) if is_folder(given, video) else None, drafted)
            of = keys.draft(str(drafted.video), drafted.number)
            facts = Film(of, sum_of(film).sha256, told.film.rate, told.film.frames, told.film.size)
            day = format_date(drafted.done_at or drafted.created_at, "long", locale=words.language)
            wanted = wanted_copy(tx, drafted, kind, told, facts, name, Saying(words, shelf.framings(), day))
        for path in _written(given, wanted, film, folder / told.called, words, cast("Mode", progress)):
            click.echo(path)


def _film(place: Place, folder: Path | None, drafted: Drafted) -> Path:
    """The film of a draft, on this disk: drafts of a folder lie in it.

    Raises:
        NotFound: it is kept no longer.
    """
    if folder is None:
        return place.shop.file(keys.draft(str(drafted.video), drafted.number), DRAFT_FILM)
    film = folder.absolute() / DRAFTS / f"{drafted.number:03d}" / DRAFT_FILM
    if not film.is_file():
        raise NotFound(f"{film}: the film is not there", todo="name a draft whose folder is still there")
    return film


def _written(given: Settings, wanted: Wanted, film: Path, stem: Path, words: Words, mode: Mode) -> list[Path]:
    """Writes the files of a copy; their names begin with `stem`."""
    listener, total, unit = shown(mode, words), steps(wanted), UNITS[kind_of(wanted)]
    show = listener or silent
    try:
        with tempfile.TemporaryDirectory() as scratch:
            made = write_copy(
                wanted,
                film,
                Path(scratch),
                found_ffmpeg(given.ffmpeg),
                lambda done: show(Step("export", done, total, unit, finished=done >= total)),
            )
            stem.parent.mkdir(parents=True, exist_ok=True)
            out = [stem.with_name(f"{stem.name}-{name}") for name in made]
            for name, path in zip(made, out, strict=True):
                shutil.move(Path(scratch) / name, path)
    except OSError as error:
        raise storage_error(error, stem) from error
    finally:
        if listener is not None:
            listener.close()
    return out
