"""Markdown's inline text with the exact place of every character, and cues as tokens of their own.

`markdown-it-py` says on which lines a paragraph stands; where each piece of text stood inside it is noted here while
it parses, so that a word or a cue is found in the file through escapes, entities, emphasis, links and lists alike.
"""

from functools import cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

NESTING = 100
"""How deep lists, quotes and emphasis may stand in each other (markdown-it's own default)."""


class _PlacedState(StateInline):
    """Notes in `meta["at"]` where each token began in the inline text."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self._began = 0
        self._closings: dict[int, int] | None = None

    def closing(self, opening: int) -> int | None:
        """Where the bracket that opens there is closed, nested ones and escapes heeded; None: nowhere in this text."""
        if self._closings is None:
            self._closings = _closings(self.src)
        found = self._closings.get(opening)
        return found if found is not None and found < self.posMax else None

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self._began = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802 (markdown-it's own name)
        token = super().pushPending()
        token.meta["at"] = self._began
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        before = self.tokens[-1] if self.tokens and not self.pending else None
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = token.meta["from"] = self.pos
        # `***` is pushed as three texts from one position
        if before and before.type == ttype == "text" and before.meta.get("from") == self.pos:
            token.meta["at"] = before.meta["at"] + len(before.content)
        return token


class _PlacedInline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _PlacedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _closings(text: str) -> dict[int, int]:
    closings: dict[int, int] = {}
    opened: list[int] = []
    at = 0
    while at < len(text):
        if text[at] == "[":
            opened.append(at)
        elif text[at] == "]" and opened:
            closings[opened.pop()] = at
        at += 1 + (text[at] == "\\")
    return closings


def _cue(state: StateInline, silent: bool) -> bool:
    """The inline rule of a cue: brackets that make no link, to their own closing one; `info` "open" when it lacks."""
    # while a link looks for its end the brackets only have to balance
    if silent or state.src[state.pos] != "[" or not isinstance(state, _PlacedState):
        return False
    stop = state.closing(state.pos)
    token = state.push("cue", "", 0)
    token.content = "" if stop is None else state.src[state.pos + 1 : stop]
    token.info = "open" if stop is None else ""
    state.pos = state.pos + 1 if stop is None else stop + 1
    return True


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables and `~~…~~`, cues as inline tokens, each inline token with its place.

    Indented code is left out: a paragraph that a writer indents is speech.
    """
    markdown = MarkdownIt("zero")
    markdown.inline = _PlacedInline()
    markdown.configure("commonmark", options_update={"maxNesting": NESTING})
    markdown.enable(["table", "strikethrough"])
    # joining texts would lose their places
    markdown.disable(["code", "text_join", "fragments_join"])
    markdown.inline.ruler.after("link", "cue", _cue)
    return markdown
