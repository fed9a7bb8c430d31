"""The colours of the web pages, held to WCAG 2.2 AA in both themes."""

import re
from importlib import resources
from itertools import product

import pytest

from pipeline.contrast import AA, AA_MARK, contrast

CSS = (resources.files("web") / "static" / "css" / "tokens.css").read_text()
PAIRS = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", CSS)
TOKENS = {name: {"light": light, "dark": dark} for name, light, dark in PAIRS}

GROUNDS = ("paper", "panel", "hover")
WORDS = ("ink", "quiet", "mark", "missing", "stale", "waiting", "running", "approved")
ON = (("on-leader", "leader"), ("on-screen", "screen"), ("on-pencil", "pencil"), ("paper", "ink"), ("pencil", "leader"))
MARKS = ("edge",)
DECORATION = {"hair"}
"""Between rows and around sections: what it parts is parted by space too (1.4.11 asks nothing of it)."""
THEMES = ("light", "dark")


def test_every_colour_is_judged_or_told_to_be_decoration() -> None:
    judged = {*GROUNDS, *WORDS, *MARKS, *DECORATION, *(name for pair in ON for name in pair)}
    assert set(TOKENS) == judged
    assert CSS.count("#") == 2 * len(TOKENS), "a colour stands outside the tokens"


@pytest.mark.parametrize(("words", "ground", "theme"), [*product(WORDS, GROUNDS, THEMES)])
def test_words_can_be_read_on_every_ground(words: str, ground: str, theme: str) -> None:
    assert contrast(TOKENS[words][theme], TOKENS[ground][theme]) >= AA


@pytest.mark.parametrize(("pair", "theme"), [*product(ON, THEMES)])
def test_words_can_be_read_on_what_stands_out(pair: tuple[str, str], theme: str) -> None:
    words, ground = (TOKENS[name][theme] for name in pair)
    assert contrast(words, ground) >= AA


@pytest.mark.parametrize(("mark", "ground", "theme"), [*product(MARKS, GROUNDS, THEMES)])
def test_what_can_be_used_is_told_apart(mark: str, ground: str, theme: str) -> None:
    assert contrast(TOKENS[mark][theme], TOKENS[ground][theme]) >= AA_MARK


def test_only_tokens_name_colours() -> None:
    folder = resources.files("web") / "static" / "css"
    for sheet in folder.iterdir():
        if sheet.name == "tokens.css":
            continue
        named = re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8})\b", sheet.read_text())
        assert not named, f"{sheet.name} names {named}"
