# ruff: noqa: RUF001 (typographic apostrophes are what this is about)
"""What is the same word, heard or written.

Words are cut into tokens that compare alike however they were written: case, accents, hyphens, elisions, numbers,
symbols and names of letters do not count.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.numerals import spelled

_LETTER_NAMES = {"ixe": "x", "igrec": "y", "zede": "z", "zed": "z", "emme": "m", "enne": "n", "effe": "f", "esse": "s"}
"""French names of letters that are no other word, as Whisper writes them."""

_APOSTROPHES = re.compile("['’ʼ`´]")
_POINTS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_PIECE = re.compile(r"[^\W_]+")
_FILLERS = {
    "fr": frozenset({"euh", "heu", "hum", "hm", "mh", "ben", "bah", "hein", "ah", "oh"}),
    "en": frozenset({"uh", "um", "uhm", "er", "erm", "hm", "hmm", "mm", "ah", "oh"}),
}
"""Hesitations that carry nothing (framing-and-cutting survey §3.6)."""

SAME = 0.5
"""Tokens at least this similar are the same word, heard or written a little differently (`donné`, `données`: 0.8)."""


@dataclass(frozen=True, slots=True)
class Token:
    """One comparable piece of a word; `word` is the index of the word it comes from."""

    text: str
    word: int
    optional: bool = False


def tokens(words: Sequence[str], language: str) -> tuple[Token, ...]:
    """The words as tokens, in order; a word of punctuation alone gives none.

    >>> [token.text for token in tokens(["L'été,", "25 %", "grand-père"], "fr")]
    ['ete', 'vingt', 'cinq', 'pour', 'cent', 'grand', 'pere']
    """
    short = language.split("-", maxsplit=1)[0].casefold()
    return tuple(Token(text, index) for index, word in enumerate(words) for text in _texts(word, short))


def _texts(word: str, language: str) -> list[str]:
    plain = _POINTS.sub("", _folded(spelled(unicodedata.normalize("NFKC", _squares(word, language)), language)))
    if language == "en":
        pieces = _PIECE.findall(_APOSTROPHES.sub("", plain))  # it's: its
    else:
        pieces = [piece for part in plain.split() for piece in _without_elision(part)]
    out: list[str] = []
    for piece in pieces:
        if any("\u3040" <= letter <= "\u9fff" for letter in piece):
            out += list(piece)  # no spaces between words: each sign is a token
        else:
            out.append(_LETTER_NAMES.get(piece, piece) if language == "fr" else piece)
    return ["percent"] if out == ["per", "cent"] else out


def _squares(word: str, language: str) -> str:
    """Raised figures spelled before Unicode's compatibility forms make plain ones of them."""
    return spelled(word, language) if any(sign in word for sign in "²³") else word


def _without_elision(word: str) -> list[str]:
    """The pieces of a word without the article or pronoun that was elided before it (`l'`, `d'`, `qu'`)."""
    parts = _APOSTROPHES.split(word)
    kept = [part for part in parts[:-1] if len(part) > 2] + parts[-1:]
    return [piece for part in kept for piece in _PIECE.findall(part)]


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("œ", "oe")


def is_filler(text: str, language: str) -> bool:
    """True for a token that is a hesitation and nothing else (`euh`, `um`)."""
    return text in _FILLERS.get(language.split("-", maxsplit=1)[0].casefold(), _FILLERS["en"])


SOUNDED = 0.9
"""How alike tokens are at most when only their sounds are the same (`sans` heard for `cent`)."""


def similarity(one: str, other: str, language: str = "") -> float:
    """How alike two tokens are, 0 to 1: the Dice coefficient of their pairs of letters, ends included.

    In French the pairs of their sounds count too, nearly as much: Whisper writes `sans` where `cent` was said.

    >>> similarity("donnee", "donnees")
    0.8
    """
    alike = _dice(pairs(one), pairs(other))
    if alike < SOUNDED and _speaks_french(language):
        alike = max(alike, SOUNDED * _dice(pairs(sound(one)), pairs(sound(other))))
    return alike


def _speaks_french(language: str) -> bool:
    return language.split("-", maxsplit=1)[0].casefold() == "fr"


def _dice(first: frozenset[str], second: frozenset[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second))


def pairs(text: str) -> frozenset[str]:
    """The pairs of letters of a token, its ends marked."""
    edged = f"^{text}$"
    return frozenset(edged[index : index + 2] for index in range(len(edged) - 1))


_FRENCH_SOUNDS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        ("eaux?$|aux?$|au(?=.)|eau", "o"),
        ("(?<=.)(?:ais|ait|aient|er|ez|ee?s?)$", "e"),
        ("ai|ei", "e"),
        ("ph", "f"),
        ("sc(?=[eiy])|c(?=[eiy])|ss", "s"),
        ("g(?=[eiy])", "j"),
        ("qu|ck|c(?!h)|q", "k"),
        ("oi", "wa"),
        ("ou", "w"),
        (r"(?<=\w\w)[dtsxzp]+$", ""),
        ("(?:[ae][nm])(?![aeiouynm])", "A"),
        ("(?:[aei]in|[aei]im|in|im|yn|ym|un|um|en$)(?![aeiouynm])", "I"),
        ("(?:on|om)(?![aeiouynm])", "O"),
        (r"(\w)\1", r"\1"),
        ("h", ""),
    )
)
"""Letters of French, folded, and how they sound, roughly; in this order."""


@cache
def sound(text: str) -> str:
    """How a French token sounds, roughly: `cent`, `sans` and `sang` are one.

    >>> sound("cent") == sound("sans")
    True
    """
    said = text
    for pattern, letters in _FRENCH_SOUNDS:
        said = pattern.sub(letters, said)
    return said or text
