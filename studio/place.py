"""Which video a command is about: a folder's, when such a folder lies here; else the studio's, by its code."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import NotFound, PipelineError
from storage.objects import storage_error
from storage.signing import kept_secret
from studio.settings import Settings
from workers.data_folder import DataFolder
from workers.folder import VideoFolder
from workers.places import Place, Studio, in_folder, in_studio, studio_at
from workers.seat import Seat, seat_up
from workers.telling import Reach

KEPT = "secret.key"
"""The name of the file in a studio's folder that holds its own secret."""
TODO = "set RUSHES_DATA to the studio's folder, or RUSHES_DATABASE_URL and RUSHES_S3_URL; docs/keeping.md has more"


def is_folder(given: Settings, video: str) -> bool:
    """True when VIDEO names a folder: one that is here, or, where no studio is set, one that should be."""
    return given.studio is None or os.path.isdir(video)  # noqa: PTH112 (a folder that may not be looked into is no error)


def seat(given: Settings) -> Seat:
    """Where the studio keeps its things: as the settings say, or as `rushes up` does that runs in RUSHES_DATA.

    Raises:
        NotFound: the settings name no studio.
        PipelineError: they name servers, and a folder that has its own.
        StorageUnavailable: the studio of that folder is not up.
    """
    if given.data is not None and DataFolder(given.data).is_studio:
        if given.elsewhere:
            message = (
                f"RUSHES_DATA: {given.data} is a studio with servers of its own, and {given.elsewhere[0]} is set too"
            )
            raise PipelineError(message, todo=f"unset {' and '.join(given.elsewhere)}, or RUSHES_DATA")
        return seat_up(DataFolder(given.data))
    if given.studio is None:
        raise NotFound("no studio is set", todo=TODO)
    return given.studio


def own_secret(given: Settings) -> bytes | None:
    """The studio's own secret: as set, else kept in its folder where all of it is; None where machines share it.

    Raises:
        StorageUnavailable: the folder can be neither read nor written.
    """
    alone = given.data is not None and (DataFolder(given.data).is_studio or given.database is None)
    if given.secret is not None or given.data is None or not alone:
        return given.secret
    path = given.data / KEPT
    try:
        return kept_secret(path)
    except OSError as error:
        raise storage_error(error, path) from error


def reach(given: Settings) -> Reach:
    """How the studio tells what happens outside of it.

    Raises:
        StorageUnavailable: its folder can be neither read nor written.
    """
    return Reach(given.url or "", given.zone, given.smtp, own_secret(given), given.private)


@contextmanager
def placed(given: Settings, video: str) -> Generator[Place]:
    """The video, where it is kept.

    Raises:
        WrongFolder: there is neither such a folder nor a studio.
        NotFound: the studio has no such video.
    """
    if is_folder(given, video):
        with in_folder(VideoFolder(Path(video).absolute())) as place:
            yield place
    else:
        with opened(given) as studio, in_studio(studio, video) as place:
            yield place


@contextmanager
def opened(given: Settings) -> Generator[Studio]:
    """The studio that the settings name.

    Raises:
        NotFound: they name none.
        StorageUnavailable: it is not up; its catalogue cannot be reached.
    """
    with studio_at(seat(given), given.cache) as studio:
        yield studio


@contextmanager
def housed(given: Settings, folder: str | None) -> Generator[Studio]:
    """The catalogue and store of a folder, or of the studio when none is named."""
    if folder is None:
        with opened(given) as studio:
            yield studio
    else:
        with in_folder(VideoFolder(Path(folder).absolute())) as place:
            yield Studio(place.catalogue, place.store, place.work)
