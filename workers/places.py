"""Where a video is kept: a folder with a catalogue and a store of its own, or the studio's."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import cast

from pipeline.choose import shot_list
from pipeline.errors import Clash, NotFound, NothingToDraft
from pipeline.media import shelf
from pipeline.naming import Filmed
from pipeline.script import Script
from pipeline.takes import Shot
from storage.catalogue.claims import DatabaseClaims
from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video, course, video_called
from storage.catalogue.courses import videos as videos_of
from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.finding import first_video
from storage.catalogue.scripts import revision as kept_revision
from storage.catalogue.terms import VideoId
from storage.claims import Claims, FolderClaims
from storage.folder_store import FolderStore
from storage.objects import ObjectStore
from storage.s3_place import S3Place
from workers.data_folder import CATALOGUE
from workers.folder import PRESETS, VideoFolder
from workers.revisions import revision
from workers.seat import Seat
from workers.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Place:
    """A video where it is kept. `work` is worked in; `others` are the other videos of its course.

    `rate` is what rushes are conformed to; None: the rate that most of them have.
    """

    catalogue: Catalogue
    store: ObjectStore
    work: FolderStore
    video: VideoId
    filmed: Filmed
    others: tuple[Filmed, ...] = ()
    rate: Fraction | None = None

    @property
    def shop(self) -> Workshop:
        """Where pieces of its drafts are made."""
        return Workshop(self.work, self.store)


@dataclass(frozen=True, slots=True)
class Studio:
    """A catalogue, the store of its objects, and a folder of this machine to work in."""

    catalogue: Catalogue
    store: ObjectStore
    work: FolderStore


@contextmanager
def studio_at(seat: Seat, cache: Path) -> Generator[Studio]:
    """The studio, its schema brought up to date. In a folder of this machine, what is made is made in its store.

    Raises:
        StorageUnavailable: its catalogue cannot be reached.
    """
    own = FolderStore((seat.data or cache) / ("objects" if seat.data and seat.s3 is None else "work"))
    catalogue = catalogue_at(seat)
    store = _bucket(seat.s3, claims(catalogue)) if seat.s3 is not None else own
    try:
        catalogue.upgrade()
        yield Studio(catalogue, store, own)
    finally:
        catalogue.close()


def _bucket(place: S3Place, claims: Claims) -> ObjectStore:
    """The store of a bucket. What speaks to S3 is loaded only where there is one: it takes a quarter of a second."""
    made: Callable[[S3Place, Claims], ObjectStore] = import_module("storage.s3_store").S3Store
    return made(place, claims)


def catalogue_at(seat: Seat) -> Catalogue:
    """The studio's catalogue, as it is."""
    return Catalogue(seat.database or f"sqlite:///{cast('Path', seat.data) / CATALOGUE}")


def claims(catalogue: Catalogue) -> Claims:
    """Who writes a key of the studio's bucket, one at a time: over all machines by PostgreSQL, else over this one.

    SQLite is a file of one machine; the locked files lie beside it, so that all who share it share them.
    """
    url = catalogue.engine.url
    if url.get_backend_name() == "postgresql":
        return DatabaseClaims(url)
    return FolderClaims(Path(url.database or "").absolute().parent / "claims")


@contextmanager
def in_folder(folder: VideoFolder) -> Generator[Place]:
    """A video's folder: its catalogue is made in it when it is not there; objects lie in it.

    Raises:
        WrongFolder: there is no such folder.
        ScriptError: its script cannot be read.
        StorageUnavailable: it cannot be written.
    """
    with shelf.laid_over(folder.root / PRESETS):
        yield from _in_folder(folder)


def _in_folder(folder: VideoFolder) -> Generator[Place]:
    script = _script(folder)
    name = (script.id if script is not None else "") or folder.root.name
    work = FolderStore(folder.hidden)
    catalogue = Catalogue(f"sqlite:///{folder.hidden / CATALOGUE}")
    try:
        catalogue.upgrade()
        style = shelf.style(script.style or "course") if script is not None else None
        video = _only_video(catalogue, name, script)
        filmed = Filmed(name, shot_list(script) if script is not None else ())
        yield Place(catalogue, work, work, video, filmed, rate=style.rate if style is not None else None)
    finally:
        catalogue.close()


@contextmanager
def in_studio(studio: Studio, address: str) -> Generator[Place]:
    """A video of a studio, called `COURSE/VIDEO` by their codes, or `VIDEO` where only one course has that code.

    Raises:
        NotFound: there is none, or several.
    """
    with studio.catalogue.reading() as tx:
        found = video_called(tx, address)
        rate = course(tx, found.course).rate
        filmed = {one.id: Filmed(one.code, _shots(tx, one.id)) for one in videos_of(tx, found.course)}
    others = tuple(one for video, one in filmed.items() if video != found.id)
    yield Place(studio.catalogue, studio.store, studio.work, found.id, filmed[found.id], others, rate)


def _script(folder: VideoFolder) -> Script | None:
    """The script, None while there is none: a video may be filmed before it is written down."""
    try:
        return revision(folder, shelf.framings())
    except NothingToDraft:
        return None


def _shots(tx: Transaction, video: VideoId) -> tuple[Shot, ...]:
    try:
        return shot_list(kept_revision(tx, video, shelf.framings()).script)
    except NotFound:
        return ()


def _only_video(catalogue: Catalogue, name: str, script: Script | None) -> VideoId:
    """The one video of a folder's catalogue, with a course of its own; made at first, whoever is first."""
    with catalogue.reading() as tx:
        there = first_video(tx)
    if there is not None:
        return there
    try:
        with catalogue.writing() as tx:
            title = script.title if script is not None and script.title else name
            course_id = add_course(tx, Course(name, title))
            return add_video(tx, add_chapter(tx, add_part(tx, course_id, title), title), name, title)
    except Clash:
        with catalogue.reading() as tx:
            there = first_video(tx)
        if there is None:
            raise
        return there
