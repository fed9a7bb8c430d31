"""The inline text of a paragraph as letters, cues and comments, each with its place in the file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from markdown_it.token import Token

from pipeline.errors import Problem
from pipeline.reading_source import Source

ADDRESS = frozenset("/.:#@")
"""A link to somewhere holds one of these; what holds none is a slip, such as `[cut](donc)`."""


class Letter(NamedTuple):
    """A character as it is read (an entity may give two), its offset in the file, and how it stands in the text.

    `emphasis`: 0 none, 1 `*…*`, 2 `**…**`. `literal`: escaped, so it is text and nothing else.
    """

    text: str
    at: int
    emphasis: int = 0
    dropped: bool = False
    literal: bool = False


class Mark(NamedTuple):
    """A cue as written: its text, brackets apart, the offset of each character of it and of its end."""

    source: str
    inside: str
    at: int
    offsets: tuple[int, ...]


class Aside(NamedTuple):
    """A comment inside a paragraph."""

    text: str
    at: int


Atom = Letter | Mark | Aside


def atoms(
    tokens: Sequence[Token], content: str, offsets: Sequence[int], source: Source, problems: list[Problem]
) -> list[Atom]:
    """The inline tokens of one paragraph as letters, cues and comments, in order.

    `offsets`: where each character of `content` stands in the file, and its end: one more than `content` has.
    What cannot be spoken is added to `problems`.
    """
    reader = _Reader(content, offsets, source, problems)
    for token in tokens:
        reader.add(token)
    return reader.atoms


@dataclass(slots=True)
class _Reader:
    content: str
    offsets: Sequence[int]
    source: Source
    problems: list[Problem]
    atoms: list[Atom] = field(default_factory=list[Atom])
    em: int = 0
    strong: int = 0
    struck: int = 0
    address: int = 0

    def add(self, token: Token) -> None:
        at: int = token.meta.get("at", 0)
        step = token.nesting
        self.em += step * token.type.startswith("em_")
        self.strong += step * token.type.startswith("strong_")
        self.struck += step * token.type.startswith("s_")
        self.address += step * (token.markup == "autolink")
        match token.type:
            case "text":
                self.text(token.content, at + self.address, at)
            case "text_special":
                self.letter(token.content, self.offsets[at], literal=True)
            case "code_inline":
                start = at + len(token.markup)
                # one space inside each end is taken off
                start += not self.content[start:].replace("\n", " ").startswith(token.content)
                self.text(token.content, start, at, literal=True)
            case "softbreak" | "hardbreak":
                self.letter(" ", self.offsets[at])
            case "link_open":
                self.link(token, at)
            case "html_inline":
                self.html(token.content, self.offsets[at])
            case "cue" | "image":
                self.mark(token, at)
            case _:
                pass

    def letter(self, text: str, at: int, *, literal: bool = False) -> None:
        emphasis = 2 if self.strong else int(self.em > 0)
        self.atoms.append(Letter(text, at, emphasis, self.struck > 0, literal))

    def text(self, text: str, start: int, otherwise: int, *, literal: bool = False) -> None:
        """Letters from `start` on. An address in `<…>` is shown decoded: then all of it stands where it began."""
        exact = start + len(text) < len(self.offsets)
        for number, char in enumerate(text):
            self.letter(char, self.offsets[start + number if exact else otherwise], literal=literal)

    def wrong(self, at: int, message: str, todo: str) -> None:
        self.problems.append(self.source.problem(at, message, todo))

    def mark(self, token: Token, at: int) -> None:
        inside = token.content
        place = self.offsets[at]
        after = self.content[at + len(inside) + 2 :][:1]
        if token.info:
            todo = "close it with ], or write \\[ for a bracket that is spoken"
            self.wrong(place, "a bracket that is never closed", todo)
        elif token.type == "cue" and after == "(" and at and self.content[at - 1] == "!":
            self.wrong(self.offsets[at - 1], "an image whose address cannot be read", "write ![…](<a name.png>)")
        elif self.struck:
            pass  # dropped with the words around it
        elif token.type == "cue":
            places = tuple(self.offsets[at + 1 : at + len(inside) + 2])
            self.atoms.append(Mark(f"[{inside}]", inside, place, places))
        else:
            address = str(token.attrs.get("src", ""))
            show = f'show "{unquote(address)}" full'
            self.atoms.append(Mark(f"![{inside}]({address})", show, place, (place,) * (len(show) + 1)))

    def link(self, token: Token, at: int) -> None:
        """`[cut](donc)` is a link to Markdown, and a cue before an optional word to whoever wrote it."""
        if token.markup == "autolink" or set(str(token.attrs.get("href", ""))) & ADDRESS:
            return
        label = self.content[at:].split("]", maxsplit=1)[0]
        todo = "put a space after ] if it is a cue, or give the link a whole address"
        self.wrong(self.offsets[at] - 1, f'"[{label}](…)" is a link to nowhere', todo)

    def html(self, text: str, at: int) -> None:
        if text.startswith("<!--"):
            comment = " ".join(text.removeprefix("<!--").removesuffix("-->").split())
            self.atoms.append(Aside(comment, at))
        elif text.casefold().startswith("<br"):
            self.letter(" ", at)
        else:
            self.wrong(at, f"{text} is HTML, which cannot be spoken", "take it out, or write \\< for a <")
