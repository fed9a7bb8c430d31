"""Words on lines: broken where Unicode allows it, evenly, after no article or preposition where it can be helped.

Unicode Standard Annex 14 says where a line may end. Of these places, Latin words are parted at hyphens and slashes only
where a word is wider than the line: "peut-être" stays whole as long as it can.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache

import pyphen
from uniseg.linebreak import line_break_units

from pipeline.breaks import break_cost
from pipeline.words import HARD, NARROW

NEVER_FIRST = "?!:;,.…»)]}\u201d\u2019%€" + NARROW + HARD
"""What never begins a line."""

SENTENCE = (".", "!", "?", "…")
"""After these a line may well end."""

HOLDING = 0.3
"""What a break after an article or a preposition costs, beside the squared shares of the width that lines leave free:
two lines of three quarters each become one of half and one whole, rather than end so."""

Measure = Callable[[str], int]
"""Pixels that a text is wide."""

Parting = Callable[[str, int], list[tuple[str, str]]]
"""Ways to part a word after at most so many letters, the best last; each is a line's end and what goes on the next."""


@lru_cache(512)
def units(text: str) -> tuple[str, ...]:
    """The text in the pieces that a line may end after, spaces still at their ends; Latin words are whole."""
    out: list[str] = []
    for piece in line_break_units(text):
        if out and not out[-1].endswith(" ") and not (_wide(out[-1][-1]) or _wide(piece[0])):
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def _wide(sign: str) -> bool:
    """True for the signs of scripts that are written without spaces between words."""
    return unicodedata.east_asian_width(sign) in {"W", "F"} or unicodedata.category(sign) == "Lo"


def joints(word: str, most: int) -> list[tuple[str, str]]:
    """Where Unicode lets a line end within the word (after a hyphen, a slash), and after an underscore."""
    return [(word[:at], word[at:]) for at in _places(word) if at <= min(most, len(word) - 1)]


@lru_cache(4096)
def _places(word: str) -> tuple[int, ...]:
    places = {at + 1 for at, sign in enumerate(word) if sign == "_"}
    at = 0
    for piece in line_break_units(word):
        at += len(piece)
        places.add(at)
    return tuple(sorted(places))


def anywhere(language: str) -> Parting:
    """At joints, between syllables of that language, or where it must be."""
    known = pyphen.language_fallback(language.replace("-", "_"))
    syllables = pyphen.Pyphen(lang=known) if known else None

    def parting(word: str, most: int) -> list[tuple[str, str]]:
        letters = [(word[:at], word[at:].lstrip(NARROW + HARD)) for at in range(1, most + 1)]
        places = syllables.positions(word) if syllables else ()
        return [*letters, *((word[:at] + "-", word[at:]) for at in places if at <= most), *joints(word, most)]

    return parting


def broken(
    text: str, width: int, measure: Measure, parting: Parting, language: str, most: int
) -> tuple[str, ...] | None:
    """Lines no wider than `width`: as few as can be, as even as can be while there are no more than `most`.

    None when a word is wider and cannot be parted.
    """
    atoms: list[str] = []
    for unit in units(text):
        parts = _narrow(unit, width, measure, parting)
        if parts is None:
            return None
        atoms += parts
    ends = _fewest(atoms, width, measure)
    if not 1 < len(ends) <= most:
        return tuple(_line(atoms, start, stop) for start, stop in zip((0, *ends), ends, strict=False))
    return _even(atoms, len(ends), width, measure, language)


def _narrow(unit: str, width: int, measure: Measure, parting: Parting) -> list[str] | None:
    """The unit in parts no wider than `width`."""
    out: list[str] = []
    rest = unit
    while measure(rest.rstrip(" ")) > width:
        ways = [
            way for way in parting(rest, reach(rest, width, measure)) if way[1].strip() and way[1][0] not in NEVER_FIRST
        ]
        fitting = next((way for way in reversed(ways) if measure(way[0]) <= width), None)
        if fitting is None:
            return None
        out.append(fitting[0])
        rest = fitting[1]
    return [*out, rest]


def reach(text: str, width: int, measure: Measure) -> int:
    """How many of its first letters fit in `width`, by halving."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= width else (low, middle - 1)
    return low


def _line(atoms: list[str], start: int, stop: int) -> str:
    return "".join(atoms[start:stop]).rstrip(" ")


def _fewest(atoms: list[str], width: int, measure: Measure) -> list[int]:
    """Where each line stops when each takes what it can."""
    ends: list[int] = []
    start = 0
    while start < len(atoms):
        stop = start + 1
        while stop < len(atoms) and measure(_line(atoms, start, stop + 1)) <= width:
            stop += 1
        ends.append(stop)
        start = stop
    return ends


def _even(atoms: list[str], lines: int, width: int, measure: Measure, language: str) -> tuple[str, ...]:
    """On that many lines, the breaks that cost least: an exact optimum, from the last line to the first."""
    fits: list[list[tuple[int, float]]] = []
    for start in range(len(atoms)):
        fits.append([])
        for stop in range(start + 1, len(atoms) + 1):
            wide = measure(_line(atoms, start, stop))
            if wide > width:
                break
            fits[-1].append((stop, (1 - wide / width) ** 2))
    held = [0.0, *(_held(atoms, at, language) for at in range(1, len(atoms))), 0.0]
    # what the lines from a place on cost, and where the first of them stops
    best: dict[int, tuple[float, int]] = {len(atoms): (0, 0)}
    chosen: list[dict[int, tuple[float, int]]] = []
    for _ in range(lines):
        best = {
            start: min((price + best[stop][0] + held[stop], stop) for stop, price in row if stop in best)
            for start, row in enumerate(fits)
            if any(stop in best for stop, _ in row)
        }
        chosen.append(best)
    out: list[str] = []
    start = 0
    for table in reversed(chosen):
        stop = table[start][1]
        out.append(_line(atoms, start, stop))
        start = stop
    return tuple(out)


def _held(atoms: list[str], at: int, language: str) -> float:
    """What it costs to end a line before that atom."""
    word, following = atoms[at - 1].strip(), atoms[at].strip()
    if word.endswith(SENTENCE):
        return HOLDING / 8
    return HOLDING * float(break_cost(word, following, language)) / 8
