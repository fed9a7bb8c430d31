"""Words set so that they always fit: by the typography of their language, smaller, on more lines, at last cut short."""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.media.card_lines import Measure, anywhere, broken, joints, reach
from pipeline.words import HARD, NARROW, french_spaces

NO_SIGN = "\U0010ffff"
"""A code point that never is a character (Unicode 16, table 23-1): no font draws it."""

UNKNOWN = "□"
"""Stands for a letter that the font lacks; other signs that it lacks (emoji) are left out."""

ELLIPSIS = "…"

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
        most = min(lines, (height - _height(1, size, step)) // step + 1)
        set_on = broken(text, width, _measure(face, size), joints, language, most)
        if set_on is not None and len(set_on) <= most:
            return Block(face, size, step, set_on)
        size = max(least, min(size - 1, int(size * SMALLER)))
    step, measure = round(least * leading), _measure(face, least)
    room = max(1, min(lines, (height - _height(1, least, step)) // step + 1))
    whole = broken(text, width, measure, anywhere(language), language, room) or (_short(text, width, measure),)
    if len(whole) > room:
        whole = (*whole[: room - 1], _short(" ".join(whole[room - 1 :]), width, measure))
    while len(whole) > 1 and whole[-1] == ELLIPSIS:  # never alone on a line after others
        whole = (*whole[:-2], _short(f"{whole[-2]} {ELLIPSIS}", width, measure))
    return Block(face, least, step, tuple(line for line in whole if line))


def _measure(face: Face, size: int) -> Measure:
    return lambda text: face.width(text, size)


def _short(text: str, width: int, measure: Measure) -> str:
    """As much of `text` as fits on a line with an ellipsis after it; empty when not even that fits."""
    for at in range(reach(text, width, measure), -1, -1):
        line = text[:at].rstrip(" ,;:" + NARROW + HARD) + ELLIPSIS
        if measure(line) <= width:
            return line
    return ""
