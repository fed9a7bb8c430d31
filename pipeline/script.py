"""The script as a value: scenes, lines, words and cues, each knowing where it stands in the file.

Reading and printing it is `pipeline.reading`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NewType

LineId = NewType("LineId", str)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the file: line and column from 1, and the character offset from 0."""

    line: int
    column: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word as written, punctuation attached (`"donnée,"`).

    `optional`: in parentheses, may or may not be spoken. `emphasis`: 0 none, 1 `*…*`, 2 `**…**`.
    `ends`: the word ends a sentence.
    """

    text: str
    place: Place
    optional: bool = False
    emphasis: int = 0
    ends: bool = False


CueName = Literal[
    "shot", "frame", "show", "title", "end", "lower-third", "text", "music", "sound", "pause", "cut", "keep"
]


@dataclass(frozen=True, slots=True)
class Duration:
    """A length as written: seconds (`6s`, `1.5s`) or frames (`12f`); exactly one of the two is set."""

    seconds: Fraction | None = None
    frames: int | None = None

    def at(self, rate: Fraction) -> int:
        """Frames at `rate`, at least 1."""
        if self.frames is not None:
            return max(1, self.frames)
        seconds = self.seconds or Fraction(0)
        return max(1, int(seconds * rate + Fraction(1, 2)))


@dataclass(frozen=True, slots=True)
class Cue:
    """An instruction in brackets. It binds to the word of index `at` in its line (`len(words)`: the line's end).

    Fields that a cue has no use for keep their default. `until`: (line id, word index) where `[/name]` stands,
    word index counted as for `at`, exclusive. `options` are the remaining plain words, in English, sorted.

    - `shot`: `reference` the shot's id, `take` its number
    - `frame`: `reference` the framing id of presets (`auto` gives back the choice), `side`, `push`
    - `show`: `reference` the asset, `place`, `side`, `duration`, `version`
    - `title`, `text`: `text`; `duration`; `text` has a `place` and `side`
    - `lower-third`: `text` name and `role` (both empty: the script's speaker)
    - `music`: `reference`, `gain` in decibels; `sound`: `reference`
    - `pause`: `duration`
    """

    name: CueName
    at: int
    place_in_file: Place
    source: str
    reference: str = ""
    text: str = ""
    role: str = ""
    place: Literal["", "over", "beside", "full", "corner"] = ""
    side: Literal["", "left", "right"] = ""
    take: int | None = None
    version: int | None = None
    duration: Duration | None = None
    push: Duration | None = None
    gain: Fraction | None = None
    until: tuple[LineId, int] | None = None

    @property
    def asset(self) -> str:
        """How the footage is asked for its asset: the reference as written, with its version if it has one."""
        return self.reference if self.version is None else f"{self.reference}@v{self.version}"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of speech. A line without words holds only cues (a title between two scenes, say).

    `dropped` words (`~~…~~`) are not in `words`: they are kept in the file's text alone.
    """

    id: LineId
    words: tuple[Word, ...]
    cues: tuple[Cue, ...]
    notes: tuple[str, ...]
    place: Place
    given: bool = False
    merged: tuple[LineId, ...] = ()

    @property
    def text(self) -> str:
        """Its words, joined by spaces."""
        return " ".join(word.text for word in self.words)

    def sentences(self) -> tuple[range, ...]:
        """Word indexes of each sentence, in order; together they cover all words."""
        out: list[range] = []
        start = 0
        for index, word in enumerate(self.words):
            if word.ends or index + 1 == len(self.words):
                out.append(range(start, index + 1))
                start = index + 1
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands under one heading; becomes a chapter. The first may have no title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: shown by `lower-third`."""

    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The text of one video, read. `source` is the file byte for byte; `style` is empty where the course decides."""

    id: str
    title: str
    language: str
    speaker: Speaker
    style: str
    scenes: tuple[Scene, ...]
    source: str

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in order."""
        return tuple(line for scene in self.scenes for line in scene.lines)

    def line(self, line_id: str) -> Line:
        """The line of that id.

        Raises:
            KeyError: there is none.
        """
        return {line.id: line for line in self.lines}[LineId(line_id)]

    def number(self, line_id: str) -> int:
        """The line's number as people count, from 1."""
        return [line.id for line in self.lines].index(LineId(line_id)) + 1

    def references(self) -> tuple[tuple[str, CueName], ...]:
        """The assets it names, each once, in order, with the cue that first names it."""
        seen: dict[str, CueName] = {}
        for line in self.lines:
            for cue in line.cues:
                if cue.name in {"show", "music", "sound"}:
                    seen.setdefault(cue.asset, cue.name)
        return tuple(seen.items())
