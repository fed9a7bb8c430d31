"""Copies of a draft for taking home: made by a worker when somebody asks, once, and kept by all that makes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.copies import FILES, Asked, ContactSheet, Wanted, Watermarked, copy_key, kind_of
from pipeline.errors import NotFound
from pipeline.media.contact import contact_sheet
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.notes_pdf import notes_pdf
from pipeline.media.watermark import watermarked
from pipeline.values import from_json
from workers.pieces import Making, Progress
from workers.workshop import Lost, Workshop

DRAFT_FILM = "draft.mp4"
"""The film in the object of a draft."""


def write_copy(wanted: Wanted, film: Path, folder: Path, ffmpeg: Ffmpeg, progress: Progress) -> tuple[str, ...]:
    """Writes a copy of the film into `folder`; the names of its files.

    Raises:
        FfmpegFailed, WrongPicture: it did not come out as it should.
    """
    if isinstance(wanted, Watermarked):
        watermarked(wanted, film, folder, ffmpeg, progress)
    elif isinstance(wanted, ContactSheet):
        contact_sheet(wanted, film, folder, progress)
    else:
        notes_pdf(wanted, film, folder, progress)
    return FILES[kind_of(wanted)]


@dataclass(frozen=True)
class Copying(Making[tuple[str, ...]]):
    """A copy of a draft; its value names its files."""

    wanted: Wanted
    ffmpeg: Ffmpeg
    kind = "other"
    gives = tuple[str, ...]

    def make(self, folder: Path, progress: Progress) -> tuple[str, ...]:
        """Brings the film here, and writes the copy.

        Raises:
            NotFound: the draft is kept no longer.
        """
        try:
            film = self.shop.file(self.wanted.film.name, DRAFT_FILM)
        except Lost as error:  # nobody makes a draft anew that is gone
            raise NotFound("the film of this draft is kept no longer", todo="draft again, and take that") from error
        return write_copy(self.wanted, film, folder, self.ffmpeg, progress)


def copying(details: Mapping[str, Any], shop: Workshop, ffmpeg: Ffmpeg) -> Copying:
    """The copy that a job asks for.

    Raises:
        BadValue: another version of Rushes asked for it.
    """
    wanted = from_json(Asked, details).wanted
    return Copying(shop, copy_key(wanted), wanted, ffmpeg)
