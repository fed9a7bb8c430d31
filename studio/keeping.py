"""`rushes verify`, `gc`, `purge`: what is kept is read again, what nobody needs goes, an original only when asked."""

import json
import sys
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import click

from pipeline.errors import NotFound, WrongFolder
from pipeline.media import shelf
from pipeline.values import as_json
from storage.catalogue.files import HERE, File, every_file, file_purged
from storage.catalogue.finding import kept_as
from storage.catalogue.terms import VideoId
from storage.upkeep import abandoned, give_up, mend, remove, surplus
from storage.upkeep import verify as verified
from studio.adding import size
from studio.options import AS_JSON, PROGRESS
from studio.place import housed
from studio.progress import Mode, shown
from studio.settings import Settings
from workers.folder import DRAFTS
from workers.progress import Step, silent

FOLDER = click.argument("folder", required=False)


@click.command()
@FOLDER
@click.option("--mend", "mending", is_flag=True, help="Remove what is damaged, if a draft makes it again.")
@PROGRESS
@AS_JSON
@click.pass_obj
def verify(given: Settings, folder: str | None, *, mending: bool, progress: str, as_data: bool) -> None:
    """Read every object of FOLDER, or of the studio, against its hash. Exit status 1 when anything stays wrong."""
    words = shelf.said_in(given.language)
    listener = shown(cast("Mode", progress), words)
    show = listener or silent
    try:
        with housed(given, folder) as studio, studio.work.locked() if mending else nullcontext():
            found = verified(
                studio.catalogue,
                studio.store,
                None if folder is None else Path(folder).absolute(),
                datetime.now(UTC),
                lambda done, total: show(Step("verify", done, total, "megabytes", finished=done == total)),
            )
            mended = mend(studio.catalogue, studio.store, found.findings) if mending else ()
    finally:
        if listener is not None:
            listener.close()
    if as_data:
        data = cast("dict[str, object]", as_json(found)) | {"mended": mended}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for one in found.findings:
            click.echo(words.say(f"keeping.{one.fault}", name=one.called, size=size(one.size, words)))
        for name in mended:
            click.echo(words.say("keeping.mended", name=name))
        counts = Counter(one.fault for one in found.findings)
        told = {fault: counts[fault] for fault in ("lost", "damaged", "orphaned")}
        click.echo(words.say("keeping.verified", n=found.files, size=size(found.bytes, words), **told))
    if any(not (mending and one.mendable) for one in found.findings):
        sys.exit(1)


@click.command()
@FOLDER
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--age", type=click.IntRange(min=0), help="Hours for which what nobody needs is kept all the same.")
@AS_JSON
@click.pass_obj
def gc(given: Settings, folder: str | None, dry_run: bool, age: int | None, as_data: bool) -> None:
    """Remove what no draft of FOLDER, or of the studio, needs; never an original."""
    words, keeping, now = shelf.said_in(given.language), shelf.keeping(), datetime.now(UTC)
    before = now - timedelta(hours=keeping.unneeded if age is None else age)
    stuck = now - timedelta(hours=keeping.upload)
    drafts = None if folder is None else Path(folder).absolute() / DRAFTS

    def kept(video: VideoId, number: int) -> bool:
        del video
        return drafts is None or (drafts / f"{number:03d}").is_dir()

    with housed(given, folder) as studio, studio.work.locked():
        spare = surplus(studio.catalogue, studio.store, before, kept)
        uploads = abandoned(studio.catalogue, studio.store, stuck)
        if not dry_run:
            for one in spare:
                remove(studio.catalogue, studio.store, one.name)
            give_up(studio.catalogue, studio.store, stuck)
    if as_data:
        rows = [as_json(one) for one in (*spare, *uploads)]
        click.echo(json.dumps({"removed": not dry_run, "objects": rows}, ensure_ascii=False, indent=1))
        return
    for one in (*spare, *uploads):
        said = "keeping.upload" if one.upload else "keeping.spare"
        click.echo(words.say(said, name=one.name, size=size(one.size, words)))
    told = "keeping.would_go" if dry_run else "keeping.gone"
    click.echo(words.say(told, n=len(spare), size=size(sum(one.size for one in spare), words), uploads=len(uploads)))


@click.command()
@click.argument("original")
@click.option("--reason", required=True, help="Why it must go; kept for ever.")
@click.option("--in", "folder", help="The video's folder it was added to; without, the studio's.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def purge(given: Settings, original: str, reason: str, folder: str | None, yes: bool) -> None:
    """Remove an ORIGINAL for good: its key, its sha256 (or the first 12 of it), or its name where only one has it."""
    words = shelf.said_in(given.language)
    if not reason.strip():
        message = "say why it must go: --reason"
        raise click.UsageError(message)
    with housed(given, folder) as studio:
        with studio.catalogue.reading() as tx:
            file = _meant(original, every_file(tx))
            where = ", ".join("/".join(filter(None, (one.course, one.video, one.name))) for one in kept_as(tx, file.id))
        click.echo(words.say("keeping.purging", name=file.name, size=size(file.size or 0, words), where=where or "—"))
        if not yes:
            click.confirm(words.say("keeping.sure"), abort=True)
        with studio.catalogue.writing() as tx:
            file_purged(tx, file.id, reason)
        studio.store.purge(file.object_name, reason)
    click.echo(words.say("keeping.purged", name=file.name))


def _meant(original: str, files: tuple[File, ...]) -> File:
    """The one file that is called so.

    Raises:
        NotFound: none is, or several are.
        WrongFolder: it lies in a video's folder, and was never taken into the store.
    """
    named = [file for file in files if original in {file.object_name, file.name}]
    named = named or [file for file in files if len(original) >= 12 and (file.sha256 or "").startswith(original)]
    if len(named) != 1:
        keys = "".join(f"\n  {file.object_name}" for file in named)
        todo = f"name one by its key:{keys}" if named else "rushes verify --json lists what there is"
        raise NotFound(f"{original}: wanted one original, found {len(named)}", todo=todo)
    if named[0].object_name.startswith(HERE):
        raise WrongFolder(f"{original} lies in the video's own folder", todo="remove it there, if it must go")
    return named[0]
