"""Which styles there are now, for videos that follow them."""

from dataclasses import replace
from fractions import Fraction

from pipeline.errors import PresetError
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.values import Key, digest


def styled(name: str, rate: Fraction, size: Size) -> Key | None:
    """The digest of the style of that name at a course's rate and size, as a draft's manifest pins it.

    None when there is no such style any more.
    """
    try:
        return digest(replace(shelf.style(name), rate=rate, size=size))
    except PresetError:
        return None
