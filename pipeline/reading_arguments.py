"""What a cue says after its name: words, names in quotes, durations, references. Each question takes its answer out."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from markdown_it.common.utils import unescapeAll

from pipeline.errors import Problem
from pipeline.script import Duration, Place

LONGEST = Fraction(3600)
"""Seconds: a longer duration is a slip of the keyboard."""

NEAR = 0.7
"""A known word is suggested when it is at least so alike (difflib's ratio): two letters swapped in five are 0.8."""

LENGTHS = "write it as 6s, 1.5s or 12f"

_FOR = frozenset({"for", "pendant"})
_QUOTES = {'"': '"', "«": "»", "“": "”"}
_LENGTH = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,6})?)(s|sec|f|i)", re.IGNORECASE)
_VERSIONED = re.compile(r"(.+)@v([0-9]{1,6})", re.IGNORECASE | re.DOTALL)
_VERSION = re.compile(r"v([0-9]{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """A cue as it stands in the file: its whole text, the text between its brackets, where each character of it is."""

    source: str
    inside: str
    place: Place
    at: Callable[[int], Place]
    file: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a cue, or all that stands in one pair of quotes; `index` is its place in the cue's text."""

    text: str
    index: int
    quoted: bool = False


def plain(text: str) -> str:
    """Text as it is compared: no accents, no capitals, single spaces.

    >>> plain("Synthé")
    'synthe'
    """
    apart = unicodedata.normalize("NFD", text.replace("\u2019", "'").casefold())
    return " ".join("".join(mark for mark in apart if unicodedata.category(mark) != "Mn").split())


def nearest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """What to suggest for a word that is not known: the nearest that is, else all of them after `otherwise`.

    >>> nearest("clsoe", ["wide", "close"])
    'did you mean "close"?'
    """
    folded = {plain(name): name for name in reversed(tuple(known))}
    near = difflib.get_close_matches(plain(word), folded, 1, NEAR)
    if near:
        return f'did you mean "{folded[near[0]]}"?'
    return f"{otherwise} {', '.join(reversed(folded.values()))}" if otherwise else ""


def duration(text: str) -> Duration | None:
    """The length that `6s`, `1.5s`, `1,5s` or `12f` writes; None when it writes none.

    >>> duration("1,5s")
    Duration(seconds=Fraction(3, 2), frames=None)
    """
    found = _LENGTH.fullmatch(text)
    if not found:
        return None
    number = Fraction(found[1].replace(",", "."))
    if found[2].casefold() in {"s", "sec"}:
        return Duration(seconds=number) if 0 < number <= LONGEST else None
    return Duration(frames=int(number)) if number.denominator == 1 and number > 0 else None


def pieces(text: str) -> list[Piece]:
    """The words of a cue and what it holds in quotes (`"…"`, `«…»`, `“…”`)."""
    out: list[Piece] = []
    index = 0
    while index < len(text):
        if text[index].isspace():
            index += 1
            continue
        closes = _QUOTES.get(text[index])
        stop = text.find(closes, index + 1) if closes else -1
        if stop > 0:
            out.append(Piece(unescapeAll(text[index + 1 : stop].strip()), index, quoted=True))
            index = stop + 1
            continue
        stop = index
        while stop < len(text) and not text[stop].isspace():
            stop += 1
        out.append(Piece(unescapeAll(text[index:stop]), index))
        index = stop
    return out


def unquoted(text: str) -> str:
    """The text without the one pair of quotes around the whole of it, and without Markdown's escapes."""
    text = " ".join(text.split())
    closes = _QUOTES.get(text[:1])
    if closes and len(text) > 1 and text.find(closes, 1) == len(text) - 1:
        text = text[1:-1].strip()
    return unescapeAll(text)


class Arguments:
    """The words after a cue's name, taken out one question after another; what remains was not understood."""

    def __init__(self, written: Written, problems: list[Problem]) -> None:
        self.written = written
        self.problems = problems
        self.pieces = pieces(written.inside)
        self._stop = len(written.inside)

    def wrong(self, index: int, message: str, todo: str = "") -> None:
        """Adds a problem at that character of the cue's text."""
        place = self.written.at(index)
        self.problems.append(Problem(place.line, place.column, message, self.written.file, todo))

    def raw(self) -> str:
        """All that remains, as written."""
        if not self.pieces:
            return ""
        start = self.pieces[0].index
        self.pieces.clear()
        return self.written.inside[start : self._stop].strip()

    def one_of(self, words: Mapping[str, str]) -> str:
        """The value of the first word (or two words) that stands in `words`, empty when none does."""
        for size in (2, 1):
            for start in range(len(self.pieces) - size + 1):
                group = self.pieces[start : start + size]
                found = words.get(plain(" ".join(piece.text for piece in group)))
                if found and not any(piece.quoted for piece in group):
                    del self.pieces[start : start + size]
                    return found
        return ""

    def after(self, words: frozenset[str]) -> int | None:
        """Where what follows the first of the words stands, the word taken out; None when there is no such word."""
        for number, piece in enumerate(self.pieces):
            if not piece.quoted and plain(piece.text) in words:
                del self.pieces[number]
                return number
        return None

    def length_after(self, words: frozenset[str]) -> Duration | None:
        """The duration that follows one of the words; None when there is none, or a wrong one."""
        number = self.after(words)
        return None if number is None else self.length(number)

    def shown_for(self) -> Duration | None:
        """The duration of `for 6s`, wherever it stands."""
        return self.length_after(_FOR)

    def ends_for(self) -> Duration | None:
        """The duration of a closing `for 6s`. Text may hold the word too ("for free"), so a digit must follow it."""
        for size in (2, 3):
            tail = self.pieces[-size:]
            said = [piece.text for piece in tail]
            if len(tail) == size and not tail[0].quoted and plain(said[0]) in _FOR and said[1][:1].isdigit():
                del self.pieces[-size]
                self._stop = tail[0].index
                return self.length(len(self.pieces) - size + 1)
        return None

    def length(self, number: int) -> Duration | None:
        """The duration written at that piece (`6s`, or `6 s` in two), taken out; a wrong one is a problem."""
        if number >= len(self.pieces):
            return self.wrong(len(self.written.inside), "wanted a duration, found nothing", LENGTHS)
        for size in (2, 1):
            group = self.pieces[number : number + size]
            found = duration("".join(piece.text for piece in group))
            if found:
                del self.pieces[number : number + size]
                return found
        piece = self.pieces.pop(number)
        return self.wrong(piece.index, f'wanted a duration, found "{piece.text}"', LENGTHS)

    def reference(self, name: str) -> tuple[str, int | None]:
        """The asset that is named, without its version, and the version. No name, or an address, is a problem."""
        piece = self.pieces.pop(0) if self.pieces else Piece("", 0)
        if not piece.text:
            self.wrong(piece.index, f"{name} what? A reference is missing", f"for example [{name} data-journey]")
        if "://" in piece.text and not piece.text.startswith("s3://"):
            self.wrong(
                piece.index, f'"{piece.text}" is on the network', "put the file beside the script, write its name"
            )
        found = _VERSIONED.fullmatch(piece.text)
        reference, version = (found[1], int(found[2])) if found else (piece.text, None)
        for number, other in enumerate(self.pieces):
            said = _VERSION.fullmatch(other.text)
            if said and not other.quoted:
                if version not in {None, int(said[1])}:
                    self.wrong(other.index, f"two versions, v{version} and v{said[1]}", "keep one")
                del self.pieces[number]
                return reference, int(said[1])
        return reference, version
