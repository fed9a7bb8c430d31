"""Markers as text: an edit decision list (CMX 3600) with locators, and a table (CSV)."""

import csv
import io
from typing import Final

from pipeline.markers import Marked, Marker, clean, one_line, standing, titled
from pipeline.timecode import drops, timecode
from pipeline.words import Words

REEL: Final = "AX"
"""The reel of what comes from no tape (CMX 3600: auxiliary source)."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection")."""
BOM: Final = "\ufeff"
"""Spreadsheets take a file without it for another encoding than UTF-8."""


def edl(film: Marked) -> bytes:
    """One event, the whole draft, with a `* LOC:` for each note: its first frame, colour, author and text.

    Source and record count alike, so that it does not matter by which of the two a program reads a locator.
    """
    first, last = (timecode(film.start + frame, film.rate) for frame in (0, film.frames))
    out = [
        f"TITLE: {one_line(film.name)}",
        "FCM: DROP FRAME" if drops(film.rate) else "FCM: NON-DROP FRAME",
        "",
        f"001  {REEL:<8} V     C        {first} {last} {first} {last}",
        f"* FROM CLIP NAME: {one_line(film.file)}",
    ]
    for one in film.markers:
        at = timecode(film.start + one.span.start, film.rate)
        out.append(f"* LOC: {at} {colour(one):<7} {titled(one)}")
    return "\r\n".join([*out, ""]).encode()


def colour(marker: Marker) -> str:
    """The colour of a marker, by the names that editing programs have: what waits, what must be done, what is."""
    if marker.resolved:
        return "GREEN"
    return "RED" if marker.blocks else "YELLOW"


def table(film: Marked, words: Words) -> bytes:
    """A row a note, in UTF-8; what a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    heads = ("number", "from", "to", "frame", "frames", "line", "author", "standing", "text", "answers")
    rows.writerow([words.say(f"notes.column.{head}") for head in heads])
    for number, one in enumerate(film.markers, 1):
        answers = "\n".join(words.say("notes.answer", name=said.author, text=said.text) for said in one.answers)
        texts = (one_line(one.author), standing(one, words), clean(one.text), clean(answers))
        ends = (timecode(film.start + frame, film.rate) for frame in (one.span.start, one.span.stop - 1))
        numbers = (number, *ends, one.span.start, one.span.frames, "" if one.line is None else one.line)
        rows.writerow([*numbers, *(_inert(text) for text in texts)])
    return (BOM + out.getvalue()).encode()


def _inert(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
