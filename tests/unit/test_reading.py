from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.errors import ScriptError
from pipeline.media import shelf
from pipeline.reading import decoded, printed, read
from pipeline.script import Cue, Duration, Line, Script, Speaker
from pipeline.values import as_json, from_json
from tests.unit.scripts import placed, script

EXAMPLE = """---
id: P1C2                      # letters, digits, -
title: Découvrez le métier de data analyst
language: fr
speaker: {name: Prénom Nom, role: Data analyst}
style: course
---

# Bienvenue

[lower-third]
Bonjour ! Dans ce chapitre, nous allons suivre
[show data-journey beside] la donnée, étape par étape, [/show] de la source au tableau de bord.

[frame close] Retenez bien ceci : une donnée fausse coûte plus cher qu'une donnée absente.

> Sourire avant de commencer.

# Les trois étapes

[shot 02]
D'abord, [show collect full for 6s] on collecte. ~~Ensuite on nettoie.~~
"""


def line(text: str) -> Line:
    (only,) = script(text).lines
    return only


def texts(text: str) -> list[list[str]]:
    return [[word.text for word in one.words] for one in script(text).lines]


def problems(text: str) -> list[str]:
    with pytest.raises(ScriptError) as caught:
        read(text, shelf.framings(), "a.md")
    return [str(problem) for problem in caught.value.problems]


def test_the_example_of_the_design_reads() -> None:
    found = placed(EXAMPLE)
    assert (found.id, found.title, found.language, found.style) == (
        "P1C2",
        "Découvrez le métier de data analyst",
        "fr",
        "course",
    )
    assert found.speaker == Speaker("Prénom Nom", "Data analyst")
    assert [scene.title for scene in found.scenes] == ["Bienvenue", "Les trois étapes"]
    first, second, third = found.lines
    assert first.words[0].text == "Bonjour\u00a0!"
    assert first.words[0].ends
    assert [(cue.name, cue.at) for cue in first.cues] == [("lower-third", 0), ("show", 7)]
    assert first.cues[1].until == (first.id, 12)
    assert (second.cues[0].reference, second.notes) == ("close", ("Sourire avant de commencer.",))
    assert third.text == "D'abord, on collecte."
    assert third.cues[1].duration == Duration(seconds=Fraction(6))
    assert printed(found) == EXAMPLE


@pytest.mark.parametrize("page", ["script-language.md", "script-language.fr.md"])
def test_the_examples_of_the_documentation_read(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    examples = [part.split("\n```")[0] for part in text.split("```markdown\n")[1:]]
    assert [len(placed(example).lines) for example in examples] == [3, 4, 3, 1]


def test_both_pages_of_the_documentation_show_the_same_cues() -> None:
    pages = [
        (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
        for page in ("script-language.md", "script-language.fr.md")
    ]
    shown = [[tuple(cue.name for cue in line.cues) for example in page.split("```markdown\n")[1:]
              for line in script(example.split("\n```")[0]).lines] for page in pages]  # fmt: skip
    assert shown[0] == shown[1]


def test_a_script_is_json_and_back() -> None:
    found = script(EXAMPLE)
    assert from_json(Script, as_json(found)) == found


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "---\nid: A\n---\n", "<!-- only -->", "# ", "***", "…"])
def test_a_script_that_says_nothing_is_no_error(text: str) -> None:
    assert script(text).lines == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un deux.", [["Un", "deux."]]),
        ("Un\ndeux", [["Un", "deux"]]),
        ("Un  \ndeux", [["Un", "deux"]]),
        ("- Un\n- deux\n  trois", [["Un"], ["deux", "trois"]]),
        ("1. Un\n2. deux", [["Un"], ["deux"]]),
        ("\tUn\n\n    deux", [["Un"], ["deux"]]),
        ("Un ~~deux~~ trois", [["Un", "trois"]]),
        ("~~Tout~~", []),
        ("~~Un [rires] [show~~ deux", None),
        ("~~Un [rires]~~ deux", [["deux"]]),
        ("l'**école** *et* __nous__", [["l'école", "et", "nous"]]),
        ("Voir [le site](https://a.b) ici", [["Voir", "le", "site", "ici"]]),
        ("Voir <https://a.b/c>", [["Voir", "https://a.b/c"]]),
        ("`code` dit", [["code", "dit"]]),
        ("\\[non\\] &amp; \\*oui\\*", [["[non]", "&", "*oui*"]]),
        ("« Oui ! » dit-il ; « non »…", [["«\u00a0Oui\u00a0!\u00a0»", "dit-il\u00a0;", "«\u00a0non\u00a0»…"]]),
        ("10\u00a0000 euros, 50 % et 2 + 2", [["10\u00a0000", "euros,", "50\u00a0%", "et", "2", "+", "2"]]),
        ("M.\u00a0Dupont\u202f!", [["M.", "Dupont\u202f!"]]),
        ("Un <br> deux<!-- note --> trois", [["Un", "deux", "trois"]]),
        ("— Bonjour — dit-il", [["—\u00a0Bonjour\u00a0—", "dit-il"]]),
        ("co\u00adopé\u200bré", [["coopéré"]]),
        ("data [cut]base", [["data", "base"]]),
        ("Titre\n===\n\nUn", [["Un"]]),
        ("Un\n\n---\n\ndeux", [["Un"], ["deux"]]),
        ("| a | b |\n|--|--|\n| note | Un *deux* |\n| | trois |", [["Un", "deux"], ["trois"]]),
    ],
)
def test_what_is_spoken(text: str, expected: list[list[str]] | None) -> None:
    if expected is None:
        assert problems(text)
    else:
        assert [[word.text for word in one.words] for one in placed(text).lines] == expected


def test_emphasis_and_options_are_of_words() -> None:
    words = line("Un *deux* **trois** ***quatre*** (cinq six) élève(s) (sept").words
    assert [word.emphasis for word in words] == [0, 1, 2, 2, 0, 0, 0, 0]
    assert [word.optional for word in words] == [False, False, False, False, True, True, False, False]


def test_escaped_parentheses_are_parentheses() -> None:
    assert not any(word.optional for word in line("Un \\(deux\\) trois").words)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Un deux. Trois quatre", ["deux.", "quatre"]),
        ("Ah ! dit-il. Puis M. Martin, etc. et voilà. Fin", ["dit-il.", "voilà.", "Fin"]),
        ("Il dit : « Viens. » Elle vient…", ["«\u00a0Viens.\u00a0»", "vient…"]),
        ("Euh… je crois que 1.5 suffit ? Oui.", ["suffit\u00a0?", "Oui."]),
        ("Le langage C. Ensuite Java", ["C.", "Java"]),
    ],
)
def test_where_sentences_end(text: str, ends: list[str]) -> None:
    assert [word.text for word in line(text).words if word.ends] == ends


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("[cut] Un deux", [0]),
        ("Un [cut] deux", [1]),
        ("Un deux [cut]", [2]),
        ("Un deux [cut].", [2]),
        ("« [cut] Un » deux", [0]),
        ("Un [cut] ! Deux", [1]),
        ("Un[cut]deux", [1]),
        ("Un ~~mot~~ [cut] deux", [1]),
        ("[cut]\n[keep] Un", [0, 0]),
        ("- [cut] Un", [0]),
    ],
)
def test_a_cue_binds_to_the_next_word(text: str, at: list[int]) -> None:
    assert [cue.at for cue in placed(text).lines[0].cues] == at


def cues(text: str) -> list[list[tuple[str, int]]]:
    return [[(cue.name, cue.at) for cue in one.cues] for one in script(text).lines]


def test_cues_in_a_paragraph_of_their_own_bind_to_the_next_word_of_the_scene() -> None:
    assert cues("[shot 02]\n\n[frame close]\n\n[cut] Un") == [[("shot", 0), ("frame", 0), ("cut", 0)]]
    assert cues("Un\n\n[cut]\n\n# Deux\n\ntrois") == [[("cut", 1)], []]
    assert cues("[cut]\n\n# Deux\n\ntrois") == [[("cut", 0)], []]


def test_a_title_stands_alone() -> None:
    found = script("[frame close]\n\n[title Fin]\n\nUn")
    assert [[cue.name for cue in one.cues] for one in found.lines] == [["title"], ["frame"]]
    assert [one.text for one in found.lines] == ["", "Un"]


def ranges(text: str) -> list[tuple[str, tuple[int, int] | None]]:
    found = script(text)
    rows = {one.id: row for row, one in enumerate(found.lines)}
    return [
        (cue.reference or cue.name, (rows[cue.until[0]], cue.until[1]) if cue.until else None)
        for one in found.lines
        for cue in one.cues
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[show a] Un [/montrer] deux", [("a", (0, 1))]),
        ("[anim a] Un\n\ndeux [/show] trois", [("a", (1, 1))]),
        ("[show a] Un [show b] deux [/show] trois [/show]", [("a", (0, 3)), ("b", (0, 2))]),
        ("[show a] Un", [("a", None)]),
        ("[music a] Un [music b] deux", [("a", (0, 1)), ("b", None)]),
        ("[keep] Un\n\n[/garder]\n\nDeux", [("keep", (1, 0))]),
        ("[keep] Un\n\n[/garder]", [("keep", (0, 1))]),
        ("[show a] Un [show b for 2s] deux [/show]", [("a", (0, 2)), ("b", None)]),
    ],
)
def test_ranges(text: str, expected: list[tuple[str, tuple[int, int] | None]]) -> None:
    assert ranges(text) == expected


def test_an_image_is_a_still_over_the_full_frame() -> None:
    (cue,) = line('Un ![le schéma](motion/sch%C3%A9ma@v2.png "x") deux').cues
    assert (cue.name, cue.reference, cue.place, cue.at) == ("show", "motion/schéma@v2.png", "full", 1)


def test_a_table_has_cues_and_notes_left_and_speech_right() -> None:
    found = placed(
        "| Image | Son |\n|---|:--|\n| Plan large [frame close] | Un **deux** {#a} |\n"
        "| [synthé A \\| B] | [cut] trois \\| |\n| [title Fin] | |\n"
    )
    first, second, third = found.lines
    assert (first.id, first.notes, first.cues[0].reference) == ("a", ("Plan large",), "close")
    assert [(cue.name, cue.text, cue.role, cue.at) for cue in second.cues] == [
        ("lower-third", "A", "B", 0),
        ("cut", "", "", 0),
    ]
    assert second.text == "trois\u00a0|"
    assert third.cues[0].text == "Fin"


def test_notes_go_to_the_next_line_of_the_scene_or_the_last() -> None:
    found = script("> un\n\nA <!-- deux -->\n\n<!--\ntrois\n\nquatre\n-->\n\nB\n\n> cinq\n> six\n\n# T\n\n> sept\n")
    assert [one.notes for one in found.lines] == [("un", "deux"), ("trois\n\nquatre", "cinq\nsix")]


def test_ids() -> None:
    found = script("Un {#intro}\n\nDeux\n\nDeux\n\n- Trois\n  quatre {#q-1}")
    assert [one.id for one in found.lines if one.given] == ["intro", "q-1"]
    second, third = found.lines[1:3]
    assert third.id == f"{second.id}-2"
    assert script("Deux").lines[0].id == second.id
    assert [one.text for one in found.lines] == ["Un", "Deux", "Deux", "Trois quatre"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un\n\n[frame clsoe] deux", ['a.md:3:8: unknown framing "clsoe"; did you mean "close"?']),
        ("- Un\n- [shwo a] [cut x] deux", ["a.md:2:4: unknown cue", "a.md:2:17: unknown word"]),
        ("[show a besid] Un [/show]", ["a.md:1:9: unknown place"]),
        ("[shwo a] Un [/show]", ["a.md:1:2: unknown cue"]),
        ("Un [/show]", ['a.md:1:4: "[/show]" ends nothing that is open']),
        ("Un [show a for 2s] deux [/show]", ['a.md:1:25: "[/show]" ends nothing']),
        ("Un [show a][/show] deux", ["a.md:1:12: "]),
        ("[keep] Un [keep] deux", ["a.md:1:11: keep inside keep"]),
        ("Un {#a}\n\nDeux {#a}", ['a.md:3:1: the id "a" is on line 1 already']),
        ("Un {#a} deux", ["a.md:1:4: an id is the last thing"]),
        ("Un {#é}", ['a.md:1:4: "{#é}" is no id']),
        ("{#a}", ['a.md:1:1: the id "a" stands on nothing']),
        ("# Titre {#a}\n\nUn", ["a.md:1:9: a scene has no id"]),
        ("# Titre [cut]\n\nUn", ["a.md:1:9: a cue in a heading"]),
        ("#### Quatre\n\nUn", ["a.md:1:1: a heading of level 4"]),
        ("Un [cut", ["a.md:1:4: a bracket that is never closed"]),
        ("Un [cut](deux)", ['a.md:1:4: "[cut](…)" is a link to nowhere']),
        ("[cut]: deux", ['a.md:1:1: "[cut]:" defines a link']),
        ("Un ![a](b c.png)", ["a.md:1:4: an image whose address cannot be read"]),
        ("Un\n\n```\ncode\n```", ["a.md:3:1: a block of code"]),
        ("Un <b>deux</b>", ["a.md:1:4: <b> is HTML", "a.md:1:11: </b> is HTML"]),
        ("<div>\nUn\n</div>", ['a.md:1:1: "<div>" is not read']),
        ("<!-- a --> Un", ['a.md:1:12: "Un" is not read as speech']),
        ("Un\n\n<!-- a", ["a.md:3:1: a comment that is never closed"]),
        ("1986. Une année", ["a.md:1:1: 1986. begins a numbered list here; write 1986\\."]),
        ("|a|b|c|\n|-|-|-|\n|d|e|f|", ["a.md:1:1: wanted a table of two columns, found 3"]),
        ("|a|b|\n|-|-|\n|d|e|f|", ["a.md:3:1: wanted a row of two cells, found 3"]),
        ("|a|b|\n|-|-|\n|d|e|\nUn", ["a.md:4:1: wanted a row of two cells, found 1; leave an empty line"]),
        ("|[cut]|b|\n|-|-|\n|d|e|", ["a.md:1:1: a cue in the first row"]),
        ("| a | b |\n|-|-|\n| [cut x] | [shwo a] Un |", ["a.md:3:8: unknown word", "a.md:3:14: unknown cue"]),
        ("---\ntitel: A\n---\nUn", ['a.md:2:1: unknown key "titel" in the front matter; did you mean "title"?']),
        ("---\nid: A B\nlanguage: français\n---\n", ["a.md:2:5: wanted letters", "a.md:3:11: wanted a language tag"]),
        ("---\nspeaker:\n  nom: A\n---\n", ['a.md:3:3: unknown key "nom" in speaker']),
        ("---\nid: A\nid: B\n---\n", ['a.md:3:1: "id" is said twice']),
        ("---\ntitle: A: B\n---\n", ["a.md:2:9: front matter is not YAML"]),
        ("---\ntitle: [A]\n---\n", ['a.md:2:8: wanted one text for "title"']),
        ("---\n- a\n---\n", ["a.md:2:1: wanted `key: value` lines"]),
        ("---\ntitle: A\n\nUn", ["a.md:1:1: front matter that never ends"]),
        ("---\na: " + "[" * 500 + "\n---\n", ["a.md:2:"]),
    ],
)
def test_all_problems_are_told_with_their_places(text: str, expected: list[str]) -> None:
    for ending in ("\n", "\r\n"):
        told = problems(text.replace("\n", ending))
        assert len(told) == len(expected)
        assert all(one.startswith(start) for one, start in zip(told, expected, strict=True)), told


def test_the_front_matter_is_taken_as_written() -> None:
    found = script("---\nid: 007\nlanguage: no\nspeaker: Ana Roy\ntitle: ~\n---\n# Un\n\ndeux\n")
    assert (found.id, found.language, found.speaker.name, found.title) == ("007", "no", "Ana Roy", "Un")
    assert [scene.title for scene in script("---\n\nUn\n\n---\n").scenes] == [""]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfeU\x00n\x00", "wanted UTF-8 text, found UTF-16; save it as UTF-8"),
        (b"Un\r\n\xc3\xa9\xe9", "a.md:2:2: wanted UTF-8 text, found the byte 0xe9"),
        (b"PK\x03\x04\x00", "wanted a text file, found binary data"),
    ],
)
def test_what_is_not_text_is_refused_in_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(ScriptError, match=message):
        decoded(data, "a.md")


def test_cues_know_their_source() -> None:
    text = "Un\n\n- a\n  [show *a* \n  over] b"
    (cue,) = [cue for one in script(text).lines for cue in one.cues]
    assert isinstance(cue, Cue)
    assert (cue.reference, cue.place, cue.place_in_file.line, cue.place_in_file.column) == ("*a*", "over", 4, 3)
