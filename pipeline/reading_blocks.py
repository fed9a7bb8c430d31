"""A script file as blocks in order: headings, paragraphs, rows of an audio/video table, notes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.token import Token

from pipeline.errors import Problem
from pipeline.reading_atoms import ADDRESS, Aside, Atom, Letter, Mark, atoms
from pipeline.reading_inline import parser
from pipeline.reading_source import Source, front_matter

_NUMBERED = 100
"""A list that starts here or later is a paragraph that begins with a year, `1986.`, whose number would be lost."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3."""

    atoms: tuple[Atom, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Speech: a paragraph, a list item, or a row of a table (its left cell's cues and notes first)."""

    atoms: tuple[Atom, ...]
    notes: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Note:
    """A block that is never spoken."""

    text: str
    at: int


Block = Heading | Paragraph | Note


def blocks(source: Source, problems: list[Problem]) -> list[Block]:
    """The blocks of the file after its front matter; what has no meaning here is added to `problems`."""
    lines = [line.replace("\0", "\ufffd") for line in source.lines]
    matter = front_matter(source.lines)
    if matter:
        lines[: matter.stop + 1] = [""] * (matter.stop + 1)
    env: dict[str, object] = {}
    tokens = parser().parse("\n".join(lines), env)
    walk = _Walk(source, problems, lines)
    found = list(walk.blocks(tokens))
    walk.definitions(env)
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    source: Source
    problems: list[Problem]
    lines: list[str]

    def wrong(self, at: int, message: str, todo: str) -> None:
        self.problems.append(self.source.problem(at, message, todo))

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            line = _line(token)
            if token.type in {"blockquote_open", "table_open"}:
                stop = _closing(tokens, index)
                inner = tokens[index + 1 : stop]
                yield from [self.note(token, inner)] if token.type == "blockquote_open" else self.rows(token, inner)
                index = stop
            elif token.type == "inline":
                yield from self.inline(tokens[index - 1], token)
            elif token.type == "html_block":
                yield from self.html(token)
            elif token.type == "fence":
                self.wrong(self.start(line), "a block of code cannot be spoken", "make it a note: > …")
            elif token.type == "ordered_list_open" and int(token.attrs.get("start", 1)) >= _NUMBERED:
                number = token.attrs["start"]
                todo = f"write {number}\\{token.markup} for a number that is spoken"
                self.wrong(self.start(line), f"{number}{token.markup} begins a numbered list here", todo)
            index += 1

    def start(self, line: int) -> int:
        """The offset of the first character of a line that is no space."""
        raw = self.lines[line]
        return self.source.offset(line, len(raw) - len(raw.lstrip()))

    def offsets(self, token: Token) -> list[int]:
        """Where each character of a block's content stands in the file, and its end.

        Markdown takes away what stands before (indents, list marks), so each line of it is the tail of a line here.
        """
        out: list[int] = []
        for number, part in enumerate(token.content.split("\n"), self.first(token)):
            line = min(number, len(self.lines) - 1)
            raw = self.lines[line]
            body = part.lstrip(" \t")
            start = max(raw.rfind(body), 0) if body else len(raw)
            lead = len(part) - len(body)
            out += (self.source.offset(line, max(0, start - lead + column)) for column in range(len(part)))
            out.append(self.source.offset(line, start + len(body)))
        return out

    def first(self, token: Token) -> int:
        """The line on which a block's content begins: lines of no-break spaces before it are trimmed with the rest."""
        start, stop = token.map or (0, 1)
        parts = [part.strip(MD_TRIM_CHARS) for part in token.content.split("\n")]
        for line in range(start, stop - len(parts) + 1):
            rows = self.lines[line : line + len(parts)]
            if all(row.rstrip(MD_TRIM_CHARS).endswith(part) for row, part in zip(rows, parts, strict=False)):
                return line
        return start

    def inline(self, opener: Token, token: Token) -> Iterator[Block]:
        places = self.offsets(token)
        found = tuple(atoms(token.children or [], token.content, places, self.source, self.problems))
        if opener.type != "heading_open":
            yield Paragraph(found, (), places[0])
            return
        for mark in found:
            if isinstance(mark, Mark):
                self.wrong(mark.at, "a cue in a heading", "put it on the line below, before the words")
        if int(opener.tag[1:]) > 3:
            todo = "use # to ### for a scene, > for a note"
            self.wrong(self.start(_line(token)), f"a heading of level {opener.tag[1:]}", todo)
        yield Heading(found, places[0])

    def note(self, token: Token, inner: Sequence[Token]) -> Note:
        text = "\n".join(part.content.strip() for part in inner if part.content)
        return Note(text, self.start(_line(token)))

    def html(self, token: Token) -> Iterator[Block]:
        """Comments are notes; anything beside them would be lost without a word."""
        places = self.offsets(token)
        text, at = token.content, 0
        while (start := text.find("<!--", at)) >= 0:
            stop = text.find("-->", start + 4)
            if stop < 0:
                self.wrong(places[start], "a comment that is never closed", "close it with -->")
                return
            self.beside(text, at, start, places)
            yield Note(text[start + 4 : stop].strip(), places[start])
            at = stop + 3
        self.beside(text, at, len(text), places)

    def beside(self, text: str, start: int, stop: int, places: list[int]) -> None:
        rest = text[start:stop]
        if rest.strip():
            at = places[start + len(rest) - len(rest.lstrip())]
            todo = "HTML cannot be spoken; put speech on a line of its own, after an empty one"
            self.wrong(at, f'"{rest.split()[0]}" is not read as speech here', todo)

    def rows(self, table: Token, inner: Sequence[Token]) -> Iterator[Block]:
        """The rows of an audio/video table: left cues and notes, right speech. Its first row is a heading."""
        columns = sum(token.type == "th_open" for token in inner)
        if columns != 2:
            at = self.start(_line(table))
            self.wrong(at, f"wanted a table of two columns, found {columns}", "left: cues and notes; right: speech")
            return
        opener = ""
        cells: list[Token] = []
        for token in inner:
            opener = token.type if token.type in {"th_open", "td_open"} else opener
            if token.type == "inline":
                cells.append(token)
            elif token.type == "tr_close":
                yield from self.row(opener, cells)
                cells = []

    def row(self, opener: str, cells: list[Token]) -> Iterator[Block]:
        line = _line(cells[0])
        if opener == "th_open":
            if any(child.type == "cue" for cell in cells for child in cell.children or ()):
                todo = "add a first row such as | Image | Son |"
                self.wrong(self.start(line), "a cue in the first row of a table, which is its heading", todo)
            return
        split = _cells(self.lines[line])
        if len(split) != 2:
            todo = "write \\| for a bar inside a cell" if len(split) > 2 else "leave an empty line after the table"
            self.wrong(self.start(line), f"wanted a row of two cells, found {len(split)}", todo)
            return
        sides: list[list[Atom]] = []
        for cell, places in zip(cells, split, strict=True):
            offsets = [self.source.offset(line, column) for column in places]
            sides.append(atoms(cell.children or [], cell.content, offsets, self.source, self.problems))
        left, right = sides
        said = "".join(atom.text for atom in left if isinstance(atom, Letter | Aside))
        notes = (" ".join(said.split()),) if said.strip() else ()
        marks = [atom for atom in left if isinstance(atom, Mark)]
        yield Paragraph((*marks, *right), notes, self.source.offset(line, split[1][0]))

    def definitions(self, env: dict[str, object]) -> None:
        """`[cut]: Bonjour` defines an address for links and is never spoken; nobody who writes a lesson means that."""
        found = cast("Mapping[str, Mapping[str, Any]]", env.get("references", {}))
        for label, definition in found.items():
            if not set(definition["href"]) & ADDRESS:
                said = f'"[{label.casefold()}]:" defines a link and is not spoken'
                self.wrong(self.start(definition["map"][0]), said, "take out the colon after ]")


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _closing(tokens: Sequence[Token], index: int) -> int:
    depth = 0
    for at in range(index, len(tokens)):
        depth += tokens[at].nesting
        if depth == 0:
            return at
    return len(tokens) - 1


def _cells(raw: str) -> list[list[int]]:
    """The columns, from 0, of each character of each cell of a table's row, and of its end; an escaped bar is one."""
    start, stop = len(raw) - len(raw.lstrip(MD_TRIM_CHARS)), len(raw.rstrip(MD_TRIM_CHARS))
    cells: list[list[int]] = [[]]
    for column in range(start, stop):
        bar = raw[column] == "|"
        if bar and raw[column - 1 : column] != "\\":
            cells.append([])
        elif bar:
            cells[-1][-1] = column
        else:
            cells[-1].append(column)
    cells = cells[1:] if len(cells) > 1 and not cells[0] else cells
    cells = cells[:-1] if len(cells) > 1 and not cells[-1] else cells
    return [_trimmed(cell, raw) for cell in cells]


def _trimmed(cell: list[int], raw: str) -> list[int]:
    kept = [n for n, column in enumerate(cell) if raw[column] not in MD_TRIM_CHARS]
    inner = cell[kept[0] : kept[-1] + 1] if kept else cell[:0]
    end = inner[-1] + 1 if inner else (cell[0] if cell else 0)
    return [*inner, end]
