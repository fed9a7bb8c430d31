"""Which video a command is about: a folder's, when such a folder lies here; else the studio's, by its code."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import NotFound
from studio.settings import Settings
from workers.folder import VideoFolder
from workers.places import Place, Studio, in_folder, in_studio, studio_at

TODO = "set RUSHES_DATA to the studio's folder, or RUSHES_DATABASE_URL and RUSHES_S3_URL; docs/keeping.md has more"


def is_folder(given: Settings, video: str) -> bool:
    """True when VIDEO names a folder: one that is here, or, where no studio is set, one that should be."""
    return given.studio is None or os.path.isdir(video)  # noqa: PTH112 (a folder that may not be looked into is no error)


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
        StorageUnavailable: its catalogue cannot be reached.
    """
    if given.studio is None:
        raise NotFound("no studio is set", todo=TODO)
    with studio_at(given.studio, given.cache) as studio:
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
