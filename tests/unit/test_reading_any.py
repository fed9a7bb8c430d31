"""What holds of every script, written by people or against us."""

import contextlib
import time
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ScriptError
from pipeline.reading import decoded, printed
from tests.unit.scripts import placed, script


@dataclass(frozen=True)
class Said:
    """What a generated line should read as."""

    words: list[str]
    cues: list[tuple[str, int]]


WORDS = st.text("abcdefgéèàçœ'\u2019", min_size=1, max_size=7).filter(str.isalpha)
PUNCTUATION = st.sampled_from(["", "", "", ",", ".", " !", " ?", "…", " ;"])
CUES = st.sampled_from(
    ["[cut]", "[coupe]", "[frame close]", "[cadre plan taille gauche]", "[show a_b* beside for 2s]", "[pause 12f]",
     '[text "a *b* \\] c" coin]', "[sound clic]", "![alt *x*](c_d.png)"]
)  # fmt: skip
NAMES = {
    "[cut]": "cut", "[coupe]": "cut", "[frame close]": "frame", "[cadre plan taille gauche]": "frame",
    "[show a_b* beside for 2s]": "show", "[pause 12f]": "pause", '[text "a *b* \\] c" coin]': "text",
    "[sound clic]": "sound", "![alt *x*](c_d.png)": "show",
}  # fmt: skip
DRESS = st.sampled_from(
    ["{}", "{}", "{}", "*{}*", "**{}**", "~~non~~ {}", "{} <!-- n -->", "[{}](https://a.b)", "`{}`"]
)
GAPS = st.sampled_from([" ", " ", "\n", "  ", "\t"])


@st.composite
def said_lines(draw: Any) -> tuple[str, Said]:
    """A paragraph and what it says."""
    out: list[str] = []
    words: list[str] = []
    bound: list[tuple[str, int]] = []
    for _ in range(draw(st.integers(1, 8))):
        if draw(st.integers(0, 3)) == 0:
            cue = draw(CUES)
            out.append(cue)
            bound.append((NAMES[cue], len(words)))
        word = draw(WORDS)
        mark = draw(PUNCTUATION)
        dress = draw(DRESS)
        # an entity stands for its letter, but not in code
        spelt = word if "`" in dress else word.replace("é", draw(st.sampled_from(["é", "&eacute;"])))
        out.append(dress.format(spelt + mark))
        words.append(word + mark.replace(" ", "\u00a0"))
    text = out[0]
    for part in out[1:]:
        text += draw(GAPS) + part
    return text, Said(words, bound)


SHAPES = {
    "paragraph": str,
    "item": lambda text: "- " + text.replace("\n", "\n  "),
    "indented": lambda text: "   " + text.replace("\n", "\n\t"),
    "table": lambda text: f"| Image | Son |\n|---|---|\n| plan | {' '.join(text.split())} |",
    "note": lambda text: f"> {text.splitlines()[0]}\n\n{text}",
}


@st.composite
def scripts(draw: Any) -> tuple[str, list[tuple[str, list[Said]]]]:
    """A script file in one of many shapes, and what it says, scene by scene."""
    blocks: list[str] = []
    expected: list[tuple[str, list[Said]]] = []
    for number in range(draw(st.integers(1, 3))):
        blocks.append(f"{'#' * draw(st.integers(1, 3))} Scène {number}")
        lines: list[Said] = []
        for text, said in draw(st.lists(said_lines(), max_size=3)):
            shape = draw(st.sampled_from(list(SHAPES)))
            blocks.append(SHAPES[shape](text))
            lines.append(said)
        expected.append((f"Scène {number}", lines))
    text = "\n\n".join(blocks) + draw(st.sampled_from(["", "\n", "\n\n"]))
    text = draw(st.sampled_from(["", "---\nid: A\n---\n", "---\r\ntitle: é\r\n---\r\n"])) + text
    text = text.replace("\r\n", "\n").replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"])))
    return draw(st.sampled_from(["", "\ufeff"])) + text, expected


@settings(max_examples=30, deadline=None)
@given(scripts())
def test_reading_gives_what_was_written_and_printing_gives_the_file_back(
    made: tuple[str, list[tuple[str, list[Said]]]],
) -> None:
    text, expected = made
    found = placed(text)
    assert [scene.title for scene in found.scenes] == [title for title, _ in expected]
    for scene, (_, lines) in zip(found.scenes, expected, strict=True):
        assert [[word.text for word in one.words] for one in scene.lines] == [said.words for said in lines]
        assert [[(cue.name, cue.at) for cue in one.cues] for one in scene.lines] == [said.cues for said in lines]
    assert printed(found) == text
    assert script(printed(found)) == found
    assert decoded(text.encode(), "a.md") == text


MARKS = st.sampled_from(
    [
        *"[]()/!{}#*_~`|>-:\\\n\r\t \"'«»<&;ab1é\u00a0\ufeff",
        "[show ",
        "---\n",
        "<!--",
        "\n\n",
        "{#",
        "\n|a|b|\n|-|-|\n",
        "\n- ",
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(MARKS, max_size=25).map("".join))
def test_any_text_is_read_or_refused_with_places_in_the_file(text: str) -> None:
    rows = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    try:
        found = placed(text)
    except ScriptError as error:
        for problem in error.problems:
            assert 1 <= problem.line <= len(rows) + 1
            assert 1 <= problem.column <= len([*rows, ""][problem.line - 1]) + 1
    else:
        assert printed(found) == text
        assert len({one.id for one in found.lines}) == len(found.lines)
        assert all(0 <= cue.at <= len(one.words) for one in found.lines for cue in one.cues)


@pytest.mark.parametrize("text", ["[" * 3000, "(" * 8000 + "a" + ")" * 8000, "> " * 3000 + "a", "{#" * 3000])
def test_a_hostile_text_is_read_or_refused_in_time(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(ScriptError):
        script(text)
    # what takes twice as long for each further bracket took 11 s here
    assert time.process_time() - began < 3
