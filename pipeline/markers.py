"""The notes of a draft as editing programs get them: markers on its frames, each with what was said."""

import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from pipeline.geometry import Size
from pipeline.spans import Span
from pipeline.words import Words


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered to a note."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Marker:
    """A note. `line` is the number of its line in the script, None where it is on no line; `said` what that line says.

    `blocks`: a must-fix, else a remark.
    """

    span: Span
    text: str
    author: str
    line: int | None = None
    said: str = ""
    blocks: bool = False
    resolved: bool = False
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A draft with its notes, in their order in time. `file` is the name of its film as it is taken home.

    `start`: the number that timecode gives its first frame; our films have no timecode of their own, so it is 0.

    Raises:
        ValueError: a note is on frames that the draft has not.
    """

    name: str
    file: str
    rate: Fraction
    frames: int
    size: Size
    markers: tuple[Marker, ...]
    start: int = 0

    def __post_init__(self) -> None:
        for one in self.markers:
            if not one.span.within(Span(0, self.frames)):
                message = f"wanted notes on frames 0 to {self.frames}, found one on {one.span}"
                raise ValueError(message)


def clean(text: str) -> str:
    r"""The text without what XML and terminals refuse (control characters, lone surrogates); newlines and tabs stay.

    >>> clean("a\x00b\r\nc\td\x1b")
    'ab\nc\td'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\n\t" or not _refused(one))


def _refused(one: str) -> bool:
    return unicodedata.category(one) in {"Cc", "Cs"} or one in "\ufffe\uffff"


def one_line(text: str) -> str:
    r"""The text in one line, a slash where lines ended.

    >>> one_line("too fast\n\n  really ")
    'too fast / really'
    """
    lines = (" ".join(line.split()) for line in clean(text).splitlines())
    return " / ".join(line for line in lines if line)


def titled(marker: Marker) -> str:
    """A note in one line: who says what."""
    return f"{one_line(marker.author)}: {one_line(marker.text)}"


def standing(marker: Marker, words: Words) -> str:
    """What kind of note it is, and whether it is settled."""
    kind = words.say("notes.must_fix" if marker.blocks else "notes.remark")
    return words.say(
        "notes.standing", kind=kind, state=words.say("notes.resolved" if marker.resolved else "notes.open")
    )


def told(marker: Marker, words: Words) -> str:
    """A note whole: its text as written, how it stands, its line, and what was answered."""
    out = [clean(marker.text), "", standing(marker, words)]
    if marker.line is not None:
        said = words.say("notes.said", words=one_line(marker.said)) if marker.said else ""
        out.append(" ".join(part for part in (words.say("notes.line", number=marker.line), said) if part))
    out += [words.say("notes.answer", name=one_line(one.author), text=clean(one.text)) for one in marker.answers]
    return "\n".join(out)
