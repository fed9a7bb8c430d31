"""`rushes add` and `rushes export`: what comes in from cards, and goes out again."""

import json
import os
import socket
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import click

from pipeline.errors import NotFound, StorageRefused, StorageUnavailable, WrongHash
from pipeline.media import shelf
from pipeline.media.ffmpeg import found
from pipeline.words import Words
from storage.catalogue.filming import rushes as rushes_of
from studio import adding
from studio.elsewhere import login
from studio.options import AS_JSON, PROGRESS, VIDEO
from studio.place import is_folder, placed, seat
from studio.progress import Mode, shown
from studio.remote import Remote
from studio.settings import Settings
from studio.waking import wake
from workers.adding import Added, Preview, add, looked_at, preview
from workers.beside import Sidecar, keep_sidecar
from workers.exporting import export as export_originals
from workers.handing import MEGA, Desk
from workers.ingest import Ingest
from workers.places import Place
from workers.progress import Listener, Step, Summed, silent
from workers.watching import RealClock, watch


@click.command("add")
@VIDEO
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be added, matched to which shots, and why.")
@click.option(
    "--watch", "watched", type=click.Path(path_type=Path), help="Add what comes into this folder, until Ctrl-C."
)
@click.option("--here", is_flag=True, help="Add to this video even what is named for another.")
@click.option("--motion", is_flag=True, help="They are animations: versions of what their names say. Elsewhere only.")
@PROGRESS
@AS_JSON
@click.pass_obj
def add_files(  # noqa: PLR0913 (one parameter for each option of the command)
    given: Settings,
    *,
    video: str,
    paths: tuple[Path, ...],
    dry_run: bool,
    watched: Path | None,
    here: bool,
    motion: bool,
    progress: str,
    as_data: bool,
) -> None:
    """Add cards, folders and files (PATHS) to VIDEO: originals are kept for ever, byte for byte.

    VIDEO is a folder, or COURSE/VIDEO of the studio: the one here, or the one elsewhere (RUSHES_STUDIO, rushes login).

    Exit status 1 when a file is refused, cannot be used, or is left because its name speaks of another video.
    """
    if bool(paths) == (watched is not None):
        message = "name what to add, or a folder to watch (--watch FOLDER); not both"
        raise click.UsageError(message)
    words = shelf.said_in(given.language)
    if not os.path.isdir(video) and (there := login(given)) is not None:  # noqa: PTH112 (as in studio.place)
        if watched is not None:
            message = "a folder is watched where the studio is; name what to add"
            raise click.UsageError(message)
        remote = Remote(given, there, video, cast("Mode", progress), as_data=as_data)
        if not remote.add(paths, here=here, motion=motion, dry_run=dry_run):
            sys.exit(1)
        return
    if motion:
        message = "--motion: sends to a studio elsewhere; here: rushes asset VIDEO NAME FILE"
        raise click.UsageError(message)
    with placed(given, video) as place:
        farm = not is_folder(given, video) and seat(given).broker is not None
        nudge = (lambda: wake(given)) if farm else None
        intake = Intake(given, place, words, cast("Mode", progress), nudge, as_data=as_data, here=here)
        if watched is not None:
            intake.watch(watched)
            return
        seen = preview(paths, place.filmed, place.others, here=here)
        if dry_run:
            intake.tell(seen)
            return
        intake.add(seen)
    if not intake.well:
        sys.exit(1)


@click.command("export")
@VIDEO
@click.argument("folder", type=click.Path(path_type=Path))
@PROGRESS
@click.pass_obj
def export_files(given: Settings, video: str, folder: Path, progress: str) -> None:
    """Write the originals of VIDEO into FOLDER again, with a media hash list (ASC MHL) that proves them."""
    words = shelf.said_in(given.language)
    with placed(given, video) as place:
        with place.catalogue.reading() as tx:
            ready = [one for one in rushes_of(tx, place.video) if one.file.state == "ready"]
        if not ready:
            raise NotFound(f"{video}: has no original yet", todo="add some with: rushes add")
        listener = shown(cast("Mode", progress), words)
        show = listener or silent
        try:
            manifest = export_originals(
                place.store,
                ready,
                folder.absolute(),
                lambda done: show(Step("export", done, len(ready), "files", finished=done == len(ready))),
            )
        finally:
            if listener is not None:
                listener.close()
    click.echo(words.say("add.exported", n=len(ready), folder=folder, manifest=manifest.name))


class Intake:
    """Adds to one video, and says so. `wake`: has the farm look at what was sent; without, it is looked at here."""

    def __init__(
        self,
        given: Settings,
        place: Place,
        words: Words,
        progress: Mode,
        wake: Callable[[], None] | None,
        *,
        as_data: bool,
        here: bool,
    ) -> None:
        self._place = place
        self._words = words
        self._progress: Mode = progress
        self._as_data = as_data
        self._here = here
        self.well = True
        self._machine = socket.gethostname()
        self._desk = Desk(place.catalogue, self._machine)
        self._ingest = Ingest(place.store, place.catalogue, place.work, found(given.ffmpeg), self._machine)
        self._ingest.looks = wake is None
        self._wake = wake

    def tell(self, seen: Preview) -> None:
        """What would be added."""
        if self._as_data:
            self._say_data(adding.preview_data(seen))
        else:
            self._say(*adding.seen_lines(seen, self._words))

    def add(self, seen: Preview) -> list[Added]:
        """Every file that was seen, added; what was interrupted before is gone on with as well."""
        done: list[Added] = []
        with self._listening(seen):
            self._ingest.free()
            for one in add(seen.files, self._place.video, self._desk, self._ingest, self._place.rate):
                done.append(one)
                if not self._as_data and not self._later(one):
                    self._say(adding.added_line(one, self._words))
            self._ingest.settle(self._place.video)
            done = self._looked_at(done)
            refused = self._keep(seen.beside)
        if self._as_data:
            files = [adding.added_data(one) for one in done]
            self._say_data({"video": seen.video, "files": files, "beside": len(seen.beside) - len(refused)})
        elif not seen.files and not seen.beside:
            self._say(self._words.say("add.nothing"), *adding.passed_lines(seen, self._words))
        else:
            kept = self._words.say("add.kept_beside", n=len(seen.beside) - len(refused))
            self._say(*adding.passed_lines(seen, self._words), *refused, *([kept] if seen.beside else ()))
            self._say(adding.summary(done, self._words))
        self.well = not refused and all(one.well for one in done)
        return done

    @staticmethod
    def _later(one: Added) -> bool:
        return one.file is not None and one.file.state == "processing"

    def _looked_at(self, done: list[Added]) -> list[Added]:
        """What was sent, once the farm has looked at it."""
        later = [self._later(one) for one in done]
        if self._wake is None or not any(later):
            return done
        self._wake()
        now = looked_at(done, self._place.catalogue, self._ingest.listener)
        for one, waited in zip(now, later, strict=True):
            if waited and not self._as_data:
                self._say(adding.added_line(one, self._words))
        return now

    def _keep(self, beside: Sequence[Sidecar]) -> list[str]:
        """Keeps what cameras wrote beside their clips; why some of it is refused."""
        refused: list[str] = []
        for one in beside:
            try:
                keep_sidecar(self._place.catalogue, self._place.store, self._place.video, one)
            except WrongHash as error:
                name = f"{one.card}/{one.name}"
                state = self._words.say("add.left")
                refused.append(self._words.say("add.failed", name=name, state=state, cause=str(error)))
        return refused

    def watch(self, folder: Path) -> None:
        """Adds what comes into a folder, until it is interrupted."""
        numbers = shelf.watching()
        say = self._words.say
        self._say(say("add.watching", folder=folder, still=f"{float(numbers.still):g}"))

        def take(paths: Sequence[Path]) -> Sequence[Path]:
            try:
                whole = {path.as_posix() for path in paths}
                seen = preview([folder], self._place.filmed, self._place.others, here=self._here)
                files = tuple(one for one in seen.files if one.arrival.path in whole)
                self.add(Preview(seen.video, files, (), beside=tuple(one for one in seen.beside if one.path in whole)))
            except StorageRefused:
                raise
            except StorageUnavailable as error:
                self._say(say("add.later", error=error.message, seconds=f"{float(numbers.look):g}"))
                return paths
            return ()

        def waiting(names: Sequence[str]) -> None:
            if names:
                self._say(say("add.waiting", names=", ".join(Path(name).name for name in names)))

        watch(folder, numbers, RealClock(), take, waiting)
        self._say(say("add.ended", folder=folder))

    @contextmanager
    def _listening(self, seen: Preview) -> Generator[None]:
        listener = shown(self._progress, self._words)
        summed = Summed(listener or silent, {"send": max(1, seen.size // MEGA)} if seen.size else {})
        self._desk.listener = self._ingest.listener = summed
        try:
            yield
        finally:
            summed.end()
            if listener is not None:
                listener.close()
            self._desk.listener = self._ingest.listener = cast("Listener", silent)

    def _say(self, *lines: str) -> None:
        for line in lines:
            click.echo(line)

    def _say_data(self, data: object) -> None:
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
