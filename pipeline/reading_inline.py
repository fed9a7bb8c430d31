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


def _cue(state: StateInline, silent: bool) -> bool:
    """The inline rule of a cue: brackets that make no link, to their own closing one; `info` "open" when it lacks."""
    # while a link looks for its end the brackets only have to balance
    if silent or state.src[state.pos] != "[":
        return False
    depth = 0
    stop = state.pos
    while stop < state.posMax:
        char = state.src[stop]
        depth += (char == "[") - (char == "]")
        if depth == 0:
            break
        stop += 1 + (char == "\\")
    closed = stop < state.posMax
    token = state.push("cue", "", 0)
    token.content = state.src[state.pos + 1 : stop] if closed else ""
    token.info = "" if closed else "open"
    state.pos = stop + 1 if closed else state.pos + 1
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
