"""The notes of a draft as a file, for each program that reads them."""

from typing import Final, Literal, get_args

from pipeline.markers import Marked
from pipeline.markers_otio import otio
from pipeline.markers_plain import edl, table
from pipeline.markers_xml import fcp7, fcpxml
from pipeline.words import Words

Reader = Literal["edl", "fcpxml", "fcp7", "otio", "csv"]
"""Who reads the file, by what the format is called."""
READERS: Final[tuple[Reader, ...]] = get_args(Reader)
SUFFIXES: Final[dict[Reader, str]] = {
    "edl": ".edl",
    "fcpxml": ".fcpxml",
    "fcp7": ".xml",
    "otio": ".otio",
    "csv": ".csv",
}
KINDS: Final[dict[Reader, str]] = {
    "edl": "text/plain; charset=utf-8",
    "fcpxml": "application/xml",
    "fcp7": "application/xml",
    "otio": "application/json",
    "csv": "text/csv; charset=utf-8",
}
"""What each is, as browsers are told."""


def marker_file(film: Marked, reader: Reader, words: Words) -> bytes:
    """The bytes of the file, in the language of `words`."""
    if reader == "edl":
        return edl(film)
    if reader == "csv":
        return table(film, words)
    return {"fcpxml": fcpxml, "fcp7": fcp7, "otio": otio}[reader](film, words)
