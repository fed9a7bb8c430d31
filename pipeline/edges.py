"""The parts of a frame that graphics and words keep to: inside its safe edge, above its captions."""

from fractions import Fraction

from pipeline.geometry import Box, Size
from pipeline.presets import Brand

TALL = Fraction(3, 4)
"""A frame narrower than this for its height is made for phones held upright, where players lay their own buttons over
its foot; 4:5 and 1:1 are shown whole, the buttons below them."""


def safe_edge(brand: Brand, size: Size) -> Box:
    """The frame less the edge that graphics keep free."""
    x, y = round(brand.safe * size.width), round(brand.safe * size.height)
    return Box(x, y, size.width - 2 * x, size.height - 2 * y)


def captions(brand: Brand, size: Size) -> Box:
    """The band at the foot of the frame that is left to captions."""
    low = round((1 - band(brand, size)) * size.height)
    return Box(0, low, size.width, size.height - low)


def free(brand: Brand, size: Size) -> Box:
    """What graphics and words have: inside the safe edge, above the captions."""
    safe = safe_edge(brand, size)
    return Box(safe.x, safe.y, safe.width, max(1, captions(brand, size).y - safe.y))


def captions_line(brand: Brand, size: Size) -> Fraction | None:
    """Where the first line of captions begins in a tall frame, as a share of its height.

    None in any other, where players put captions low by themselves.
    """
    return 1 - brand.caption_band_tall if tall(size) else None


def band(brand: Brand, size: Size) -> Fraction:
    """The height of the band of captions, as a share of the frame's."""
    return brand.caption_band_tall if tall(size) else brand.caption_band


def unit(size: Size) -> Fraction:
    """The height that lengths of words are shares of: the frame's, or that of a 16:9 frame as wide, if that is less."""
    return min(Fraction(size.height), Fraction(size.width * 9, 16))


def tall(size: Size) -> bool:
    """True for a frame made for phones held upright."""
    return size.aspect < TALL
