"""The name over the picture: how large, and where. Shown in the page; copies to take home have it burnt in."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from storage.catalogue.guests import Guest

TALL: Final = 0.045
"""Of the picture's height, a letter at most: it is read on a phone, and the picture is seen through it."""
WIDE: Final = 0.8
"""Of the picture's width, the longest mark."""
LETTER: Final = 0.6
"""Of its height, the width of a letter (Atkinson Hyperlegible Next, semi-bold, measured on capitals and figures)."""
PLACES: Final = ((0.5, 0.2), (0.5, 0.5), (0.5, 0.8))
"""Where its middle stands, in shares of width and height: one in each third, so that no crop leaves them all out."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands over a picture of that size in pixels, how tall its letters are, and the middle of each: x and y."""

    text: str
    width: int
    height: int
    tall: int
    places: tuple[tuple[int, int], ...]


def mark(guest: Guest | None, today: date, width: int, height: int) -> Mark | None:
    """The mark for whoever watches a film of that size in pixels; None for members, and where a link wants none.

    What is told of them is their name, else for whom the link is; without either, the day alone.
    """
    if guest is None or not guest.watermark:
        return None
    text = f"{guest.called} · {today.isoformat()}" if guest.called else today.isoformat()
    tall = max(1, int(min(height * TALL, width * WIDE / (len(text) * LETTER))))
    return Mark(text, width, height, tall, tuple((int(x * width), int(y * height)) for x, y in PLACES))
