"""Reads a script: Markdown with cues to a `Script`, every word and cue knowing its place, all problems told at once."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.cues import Closing, cue
from pipeline.errors import Problem, ScriptError
from pipeline.presets import Framings
from pipeline.reading_arguments import Written
from pipeline.reading_atoms import Atom, Letter, Mark
from pipeline.reading_blocks import Block, Heading, Note, Paragraph, blocks
from pipeline.reading_front import front
from pipeline.reading_source import Source, decoded, source
from pipeline.reading_words import spoken
from pipeline.script import Cue, CueName, Line, LineId, Place, Scene, Script, Word

__all__ = ["decoded", "printed", "read"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def read(text: str, framings: Framings, file: str = "script.md") -> Script:
    """The script that is written in `text`; `framings` are the names that `[frame …]` may use.

    A script that says nothing is no error here. Ids that are not given come from a line's words.

    Raises:
        ScriptError: all that is wrong in the file, in reading order.
    """
    problems: list[Problem] = []
    origin = source(text, file)
    said = front(origin, problems)
    reader = _Reader(origin, framings, problems)
    scenes = reader.scenes(blocks(origin, problems))
    lines = [line for scene in scenes for line in scene.lines]
    untils = _ranges(lines, origin, problems)
    ids = _ids(lines, origin, problems)
    if problems:
        raise ScriptError(tuple(sorted(set(problems))))
    built = iter([_line(line, ids, untils[row], ids[row], origin.place(line.at)) for row, line in enumerate(lines)])
    whole = tuple(Scene(scene.title, tuple(next(built) for _ in scene.lines)) for scene in scenes)
    title = said.title or next((scene.title for scene in whole if scene.title), "")
    return Script(said.id, title, said.language, said.speaker, said.style, whole, text)


def printed(script: Script) -> str:
    """The file of a script, as it was read."""
    return script.source


@dataclass(slots=True)
class _Line:
    """A line being read. `events` are its cues and the ends of ranges, with the word they bind to."""

    words: tuple[Word, ...]
    events: list[tuple[Cue | Closing, int]]
    notes: list[str]
    at: int
    given: str = ""

    @property
    def stands_alone(self) -> bool:
        """True when it is a line of its own even without words: it takes time, or has an id."""
        return bool(self.given) or any(isinstance(event, Cue) and event.name in _TIMED for event, _ in self.events)


@dataclass(slots=True)
class _Scene:
    title: str
    lines: list[_Line] = field(default_factory=list[_Line])


_TIMED: frozenset[CueName] = frozenset({"title", "end", "pause"})
"""Cues that need no words: they fill a time of their own."""


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    framings: Framings
    problems: list[Problem]

    def scenes(self, found: Iterable[Block]) -> list[_Scene]:
        out = [_Scene("")]
        notes: list[str] = []
        for block in found:
            if isinstance(block, Note):
                notes.append(block.text)
            elif isinstance(block, Heading):
                if out[-1].lines:
                    out[-1].lines[-1].notes += notes
                    notes = []
                out.append(_Scene(self.title(block)))
            else:
                line = self.line(block)
                if line.words or line.events:
                    line.notes[:0] = notes
                    out[-1].lines.append(line)
                    notes = []
                else:
                    notes += line.notes
        if out[-1].lines:
            out[-1].lines[-1].notes += notes
        for scene in out:
            scene.lines = _bound(scene.lines)
        return out if out[0].lines else out[1:]

    def title(self, block: Heading) -> str:
        self.stray(block.atoms, "a scene has no id", "take it out")
        text = "".join(atom.text for atom in block.atoms if isinstance(atom, Letter) and not atom.dropped)
        return " ".join(text.split())

    def line(self, block: Paragraph) -> _Line:
        atoms, given = self.given(block.atoms)
        self.stray(atoms, "an id is the last thing of its paragraph", "move it to the end, or write \\{ for a brace")
        said = spoken(atoms, self.source)
        events: list[tuple[Cue | Closing, int]] = []
        for mark, at in said.marks:
            event = cue(self.written(mark), self.framings, self.problems)
            if event is not None:
                events.append((event, at))
        if given and not (said.words or said.marks):
            self.wrong(block.at, f'the id "{given}" stands on nothing', "put it at the end of a paragraph of speech")
        return _Line(said.words, events, [*block.notes, *said.asides], block.at, given)

    def written(self, mark: Mark) -> Written:
        return Written(
            mark.source,
            mark.inside,
            self.source.place(mark.at),
            lambda index: self.source.place(mark.offsets[index]),
            self.source.file,
        )

    def given(self, atoms: tuple[Atom, ...]) -> tuple[tuple[Atom, ...], str]:
        """The paragraph without the `{#id}` at its end, and the id."""
        stop = len(atoms)
        while stop and isinstance(last := atoms[stop - 1], Letter) and last.text.isspace():
            stop -= 1
        start = stop
        tail: list[str] = []
        while start and isinstance(letter := atoms[start - 1], Letter) and not letter.text.isspace():
            start -= 1
            tail.append(letter.text)
            if letter.text == "{":
                break
        text = "".join(reversed(tail))
        if not (text.startswith("{#") and text.endswith("}")) or any(_escaped(atom) for atom in atoms[start:stop]):
            return atoms, ""
        if not _ID.fullmatch(text[2:-1]):
            todo = "an id has letters, digits, - and _, such as {#intro}"
            self.wrong(atoms[start].at, f'"{text}" is no id', todo)
            return atoms[:start], ""
        return atoms[:start], text[2:-1]

    def stray(self, atoms: Sequence[Atom], message: str, todo: str) -> None:
        for one, other in pairwise(atoms):
            both = isinstance(one, Letter) and isinstance(other, Letter) and one.text + other.text == "{#"
            if both and not (_escaped(one) or _escaped(other)):
                self.wrong(one.at, message, todo)

    def wrong(self, at: int, message: str, todo: str) -> None:
        self.problems.append(self.source.problem(at, message, todo))


def _escaped(atom: Atom) -> bool:
    return isinstance(atom, Letter) and atom.literal


def _bound(lines: list[_Line]) -> list[_Line]:
    """The lines of a scene, cues that stand in a paragraph of their own bound to the next word of the scene.

    With no word after them they bind to the end of the last line before; with no word at all they stay where they are.
    """
    spoken_lines = [number for number, line in enumerate(lines) if line.words]
    out: list[_Line] = []
    for number, line in enumerate(lines):
        if line.words or line.stands_alone or not spoken_lines:
            out.append(line)
            continue
        later = next((other for other in spoken_lines if other > number), None)
        if later is None:
            before = lines[spoken_lines[-1]]
            before.events += [(event, len(before.words)) for event, _ in line.events]
            before.notes += line.notes
        else:
            # those of several such paragraphs come in order: each is put before what the line itself says
            first = sum(1 for _, at in lines[later].events if at == -1)
            lines[later].events[first:first] = [(event, -1) for event, _ in line.events]
            lines[later].notes[:0] = line.notes
    for line in out:
        line.events = [(event, max(at, 0)) for event, at in line.events]
    return out


def _ranges(lines: list[_Line], origin: Source, problems: list[Problem]) -> list[dict[int, tuple[int, int]]]:
    """For each line, by the number of the event that opens a range: the line and word at which it ends."""
    untils: list[dict[int, tuple[int, int]]] = [{} for _ in lines]
    opened: dict[CueName, list[tuple[int, int, int]]] = {}
    for row, line in enumerate(lines):
        for number, (event, at) in enumerate(line.events):
            standing = opened.setdefault(event.name, [])
            if isinstance(event, Closing):
                if not standing:
                    word = event.word.removeprefix("/")
                    todo = f'put [{word} …] before it; one with "for" ends by itself'
                    problems.append(origin.problem(event.place.offset, f'"[/{word}]" ends nothing that is open', todo))
                    continue
                opener, index, word_at = standing.pop()
                if (opener, word_at) == (row, at):
                    message = f'"[{event.word}]" ends a range without a word'
                    problems.append(origin.problem(event.place.offset, message, "put the words between the two"))
                untils[opener][index] = (row, at)
            elif event.name == "music" and standing:
                opener, index, _ = standing.pop()
                untils[opener][index] = (row, at)  # one music at a time: the next one ends it
                standing.append((row, number, at))
            elif event.name == "keep" and standing:
                todo = "end the first with [/keep]"
                problems.append(origin.problem(event.place_in_file.offset, "keep inside keep", todo))
            elif event.duration is None:
                standing.append((row, number, at))
    return untils


def _ids(lines: list[_Line], origin: Source, problems: list[Problem]) -> list[LineId]:
    """The id of each line: the one given, else eight hex digits of the digest of its words, made unique by a number."""
    given: dict[str, _Line] = {}
    for line in lines:
        if line.given in given:
            first = origin.place(given[line.given].at).line
            message = f'the id "{line.given}" is on line {first} already'
            problems.append(origin.problem(line.at, message, "give one of them another id"))
        elif line.given:
            given[line.given] = line
    taken = set(given)
    out: list[LineId] = []
    for line in lines:
        text = " ".join(word.text for word in line.words) or " ".join(
            event.source for event, _ in line.events if isinstance(event, Cue)
        )
        short = line.given or hashlib.sha256(text.casefold().encode()).hexdigest()[:8]
        unique, count = short, 1
        while unique in taken and not line.given:
            count += 1
            unique = f"{short}-{count}"
        taken.add(unique)
        out.append(LineId(unique))
    return out


def _line(line: _Line, ids: list[LineId], untils: dict[int, tuple[int, int]], own: LineId, place: Place) -> Line:
    cues: list[Cue] = []
    for number, (event, at) in enumerate(line.events):
        if isinstance(event, Cue):
            until = untils.get(number)
            cues.append(replace(event, at=at, until=(ids[until[0]], until[1]) if until else None))
    return Line(own, line.words, tuple(cues), tuple(line.notes), place, bool(line.given))
