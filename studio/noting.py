"""`rushes notes`: the notes of a draft as a file, for the programs that editors work in."""

from pathlib import Path

import click

from pipeline.errors import NotFound
from pipeline.markers_files import READERS, SUFFIXES, Reader, marker_file
from pipeline.media import shelf
from storage.catalogue.drafts import Drafted, draft_numbered, drafts, watchable
from storage.catalogue.engine import Transaction
from storage.catalogue.marked import leaving
from storage.catalogue.terms import VideoId
from storage.objects import storage_error
from studio.options import VIDEO
from studio.place import placed
from studio.settings import Settings


@click.command()
@VIDEO
@click.option("--format", "reader", type=click.Choice(READERS), default="edl", show_default=True, help="Who reads it.")
@click.option("--draft", "number", type=click.IntRange(min=1), help="The notes of that draft; without, of the last.")
@click.option("--public", is_flag=True, help="Only the notes that guests are shown.")
@click.option(
    "--start",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The number of frames that timecode gives the draft's first frame.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Where to write it; without, here, named for the draft.")
@click.pass_obj
def notes(
    given: Settings, video: str, reader: Reader, number: int | None, public: bool, start: int, out: Path | None
) -> None:
    """Write the notes of a draft of VIDEO as markers for an editing program, or as a table.

    With their pictures, on paper: rushes copy VIDEO notes-pdf.
    """
    words = shelf.said_in(given.language)
    with placed(given, video) as place, place.catalogue.reading() as tx:
        found = wanted_draft(tx, place.video, number)
        told = leaving(tx, found, internal=not public, start=start)
    path = out or Path(f"{told.called}{SUFFIXES[reader]}")
    try:
        path.write_bytes(marker_file(told.film, reader, words))
    except OSError as error:
        raise storage_error(error, path) from error
    click.echo(words.say("notes.written", n=len(told.film.markers), number=found.number, path=path))


def wanted_draft(tx: Transaction, video: VideoId, number: int | None) -> Drafted:
    """The draft of that number, else the last that can be watched.

    Raises:
        NotFound: there is none.
    """
    if number is not None:
        return draft_numbered(tx, video, number)
    found = watchable(drafts(tx, video))
    if found is None:
        raise NotFound("the video has no draft that is done", todo="draft it first")
    return found
