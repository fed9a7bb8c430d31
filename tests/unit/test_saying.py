"""What is told to people: in their words, in both languages, with nothing of the program's own names."""

import re
import string
from fractions import Fraction

import pytest

from pipeline.footage import Remark
from pipeline.media import shelf
from pipeline.reading import read
from pipeline.saying import Saying
from pipeline.timeline import Why

FRAMINGS = shelf.framings()
FRENCH = Saying(shelf.said_in("fr"), FRAMINGS, Fraction(25))
ENGLISH = Saying(shelf.said_in("en"), FRAMINGS, Fraction(25))
SCRIPT = read("# One\n\nHello there.\n\nAnd more.\n", FRAMINGS)
LINE = SCRIPT.lines[1].id


def facts(**given: str) -> tuple[tuple[str, str], ...]:
    return tuple(given.items())


@pytest.mark.parametrize(
    ("shown", "french", "english"),
    [
        ("medium", "plan taille", "medium shot"),
        ("medium-left", "plan taille à gauche", "medium shot on the left"),
        ("closeup-right", "gros plan à droite", "close-up on the right"),
        ("slate", "carton", "slate"),
        ("title", "titre", "title"),
    ],
)
def test_a_framing_by_its_name(shown: str, french: str, english: str) -> None:
    assert (FRENCH.framing(shown), ENGLISH.framing(shown)) == (french, english)


@pytest.mark.parametrize(
    ("why", "french", "english"),
    [
        ((Why("first", new="wide"),), "début, plan large", "start, wide shot"),
        (
            (Why("sentence-end", "medium", "closeup", removed=30), Why("take-join", "1", "2")),
            "fin de phrase, plan taille → gros plan, 1,2 s de silence en moins, prise 1 → prise 2",
            "sentence end, medium shot → close-up, 1.2 s of silence removed, take 1 → take 2",
        ),
        (
            (Why("scene", "close", "medium-left"), Why("shot-join", "01", "02"), Why("cue", cue="[cadre]")),
            "nouvelle séquence, plan poitrine → plan taille à gauche, plan tourné 01 → plan tourné 02, repère [cadre]",
            "new scene, medium close-up → medium shot on the left, shot 01 → shot 02, cue [cadre]",
        ),
        (
            (Why("pause", "medium", "medium"), Why("longest", frames=205)),
            "dans une pause, plan taille, après un plan de 8,2 s",
            "in a pause, medium shot, after a shot of 8.2 s",
        ),
    ],
)
def test_a_reason_as_a_sentence(why: tuple[Why, ...], french: str, english: str) -> None:
    assert FRENCH.reason(why).replace("\u202f", " ") == french
    assert ENGLISH.reason(why).replace("\u202f", " ") == english


def test_a_remark_names_framings_and_rates_as_people_do() -> None:
    unmet = Remark(
        "cue-unmet", "", LINE,
        facts(cue="[frame left]", framing="close-left", why="no-room", new="close", can="wide close"),
    )  # fmt: skip
    told = FRENCH.remark(unmet, SCRIPT)
    assert told.startswith("réplique 2")
    assert "plan poitrine à gauche" in told
    assert told.endswith("plan large, plan poitrine")
    rate = Remark("rush-rate", "a.mp4", "", facts(own="30000/1001", film="25"))
    assert "29,97" in FRENCH.remark(rate, SCRIPT)
    assert "29.97" in ENGLISH.remark(rate, SCRIPT)
    spoken = Remark("hearing.language", "a.mp4", "", facts(spoken="en"))
    assert "anglais" in FRENCH.remark(spoken, SCRIPT)
    unnamed = Remark("hearing.language", "a.mp4", "", facts(spoken="sw"))
    assert "sw" in FRENCH.remark(unnamed, SCRIPT)


def test_both_languages_say_the_same_things_with_the_same_fields() -> None:
    french, english = FRENCH.words.sentences, ENGLISH.words.sentences

    def fields(sentence: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name} - {"n"}

    assert {code for code in french.keys() ^ english.keys() if not code.endswith(".one")} == set()
    assert [code for code in french.keys() & english.keys() if fields(french[code]) != fields(english[code])] == []


def test_french_sentences_keep_their_marks_on_their_line() -> None:
    loose = re.compile(r"[^\s{}:] [;!?:»]|« ")
    assert [code for code, text in FRENCH.words.sentences.items() if loose.search(text)] == []
