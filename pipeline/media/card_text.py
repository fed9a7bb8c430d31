"""Words set so that they always fit: by the typography of their language, smaller, on more lines, at last cut short."""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyphen
from PIL import Image, ImageDraw, ImageFont

from pipeline.words import HARD, NARROW, french_spaces

NO_SIGN = "\U0010ffff"
"""A code point that never is a character (Unicode 16, table 23-1): no font draws it."""

UNKNOWN = "□"
"""Stands for a letter that the font lacks; other signs that it lacks (emoji) are left out."""

NEVER_FIRST = "?!:;,.…»)]}\u201d\u2019%€" + NARROW + HARD
"""What never begins a line."""

LONGEST = 1200
"""Characters of a text that are looked at; no card holds half as many at the smallest type."""

SMALLER = 0.94
"""Each size tried is this share of the one before."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font file."""

    path: Path

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The font at `size` pixels to the em."""
        return _font(str(self.path), size)

    def width(self, text: str, size: int) -> int:
        """Pixels that `text` advances, rounded up."""
        return math.ceil(self.at(size).getlength(text))

    def draws(self, sign: str) -> bool:
        """True when the font has a glyph for that character."""
        return sign.isspace() or _drawing(str(self.path), sign) != _drawing(str(self.path), NO_SIGN)


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@cache
def _drawing(path: str, sign: str) -> bytes:
    """A small picture of the sign; those that a font lacks all look alike (Pillow does not tell which it has)."""
    picture = Image.new("L", (64, 64))
    ImageDraw.Draw(picture).text((16, 16), sign, fill=255, font=_font(path, 32))
    return picture.tobytes()


@dataclass(frozen=True, slots=True)
class Block:
    """Text set on lines: `size` px to the em, `leading` px from baseline to baseline, no line wider than `width`.

    `height` reaches from the top of the first line's capitals to below the last one's descenders; no text: 0.
    """

    face: Face
    size: int
    leading: int
    lines: tuple[str, ...]

    @property
    def capital(self) -> int:
        """Height of its capitals."""
        return round(self.size * CAPITAL)

    @property
    def width(self) -> int:
        """Of the longest line."""
        return max((self.face.width(line, self.size) for line in self.lines), default=0)

    @property
    def height(self) -> int:
        """See the class."""
        return _height(len(self.lines), self.size, self.leading)


CAPITAL, DESCENT = 0.714, 0.22
"""Of Atkinson Hyperlegible, in ems: the height of capitals (its OS/2 table) and the depth of a `g`."""


def _height(lines: int, size: int, leading: int) -> int:
    return math.ceil(size * (CAPITAL + DESCENT)) + (lines - 1) * leading if lines else 0


def set_by_the_book(text: str, face: Face, language: str) -> str:
    """`text` on one line, by the typography of its language, with nothing that the font cannot draw."""
    signs = " ".join(unicodedata.normalize("NFC", text[:LONGEST]).split())
    text = re.sub(" +", " ", "".join(_drawn(sign, face) for sign in signs)).strip().replace("...", "…")
    french = language.casefold().split("-", maxsplit=1)[0] == "fr"
    return re.sub(" (?=[?!:;…»)%€])|(?<=[«(]) ", HARD, french_spaces(text) if french else text)


def _drawn(sign: str, face: Face) -> str:
    """The sign, what it is made of, a square for a letter, nothing for anything else the font lacks."""
    if unicodedata.category(sign)[0] == "C":
        return ""
    if face.draws(sign):
        return sign
    for form in ("NFKC", "NFKD"):
        plain = "".join(part for part in unicodedata.normalize(form, sign) if face.draws(part))
        if plain:
            return plain
    return UNKNOWN if unicodedata.category(sign)[0] in "LN" else ""


def fitted(  # noqa: PLR0913
    text: str,
    face: Face,
    width: int,
    height: int,
    *,
    largest: int,
    least: int,
    lines: int,
    leading: float,
    language: str = "",
) -> Block:
    """`text` (already set by the book) as large as fits in `width` x `height` px on at most `lines` lines.

    Between `largest` and `least` px to the em; at the least, what is too much is cut short with an ellipsis.
    """
    if not text:
        return Block(face, least, round(least * leading), ())
    size = max(largest, least)
    while size > least:
        step = round(size * leading)
        set_on = _wrapped(text, width, _measure(face, size), _joints)
        if set_on is not None and len(set_on) <= lines and _height(len(set_on), size, step) <= height:
            return Block(face, size, step, _balanced(text, set_on, width, _measure(face, size)))
        size = max(least, min(size - 1, int(size * SMALLER)))
    step, measure = round(least * leading), _measure(face, least)
    room = max(1, min(lines, (height - _height(1, least, step)) // step + 1))
    whole = _wrapped(text, width, measure, _anywhere(language)) or (_short(text, width, measure),)
    if len(whole) > room:
        whole = (*whole[: room - 1], _short(" ".join(whole[room - 1 :]), width, measure))
    return Block(face, least, step, tuple(line for line in whole if line))


Measure = Callable[[str], int]
"""Pixels that a text is wide."""

Parting = Callable[[str, int], list[tuple[str, str]]]
"""Ways to part a word after at most so many letters, the best last; each is a line's end and what goes on the next."""


def _measure(face: Face, size: int) -> Measure:
    return lambda text: face.width(text, size)


def _joints(word: str, most: int) -> list[tuple[str, str]]:
    """After a hyphen, a slash, an underscore."""
    return [(word[: at + 1], word[at + 1 :]) for at in range(1, min(most, len(word) - 1)) if word[at] in "-/_"]


def _anywhere(language: str) -> Parting:
    """At joints, between syllables of that language, or where it must be."""
    known = pyphen.language_fallback(language.replace("-", "_"))
    syllables = pyphen.Pyphen(lang=known) if known else None

    def parting(word: str, most: int) -> list[tuple[str, str]]:
        letters = [(word[:at], word[at:].lstrip(NARROW + HARD)) for at in range(1, most + 1)]
        places = syllables.positions(word) if syllables else ()
        return [*letters, *((word[:at] + "-", word[at:]) for at in places if at <= most), *_joints(word, most)]

    return parting


def _wrapped(text: str, width: int, measure: Measure, parting: Parting) -> tuple[str, ...] | None:
    """Lines no wider than `width`, or None when a word is wider and cannot be parted."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while measure(line) > width:
            ways = [
                way for way in parting(line, _most(line, width, measure)) if way[1] and way[1][0] not in NEVER_FIRST
            ]
            fitting = next((way for way in reversed(ways) if measure(way[0]) <= width), None)
            if fitting is None:
                return None
            lines.append(fitting[0])
            line = fitting[1]
    return (*lines, line) if line else tuple(lines)


def _most(text: str, width: int, measure: Measure) -> int:
    """How many of its first letters fit in `width`, by halving."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= width else (low, middle - 1)
    return low


def _short(text: str, width: int, measure: Measure) -> str:
    """As much of `text` as fits on a line with an ellipsis after it; empty when not even that fits."""
    for at in range(_most(text, width, measure), -1, -1):
        line = text[:at].rstrip(" ,;:" + NARROW + HARD) + "…"
        if measure(line) <= width:
            return line
    return ""


def _balanced(text: str, lines: tuple[str, ...], width: int, measure: Measure) -> tuple[str, ...]:
    """The same count of lines, as even in length as can be: no word stands alone on the last."""
    low, high, best = width // 2, width, lines
    while low < high:
        middle = (low + high) // 2
        again = _wrapped(text, middle, measure, _joints)
        if again is not None and len(again) == len(lines):
            best, high = again, middle
        else:
            low = middle + 1
    return best
