# ruff: noqa: RUF001 (typographic apostrophes)
"""What is the same word, and which script word is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.following import Page, followed
from pipeline.matching import SAME, Token, is_filler, similarity, sound, tokens
from pipeline.slating import Called, called, natural
from pipeline.takes import Shot


def texts(text: str, language: str = "fr") -> list[str]:
    return [token.text for token in tokens(text.split(), language)]


@pytest.mark.parametrize(
    ("written", "heard", "language"),
    [
        ("L’été,", "l'été", "fr"),
        ("Étape", "etape", "fr"),
        ("grand-père", "grand père", "fr"),
        ("25 %", "vingt-cinq pour cent", "fr"),
        ("ax²", "ax au carré", "fr"),
        ("x", "ixe", "fr"),
        ("cœur", "coeur", "fr"),
        ("A.P.I.", "API", "fr"),
        ("95%", "ninety-five percent", "en"),
        ("per cent", "percent", "en"),
        ("it’s", "its", "en"),
        ("¿Qué?", "que", "es"),
        ("数据", "数 据", "zh"),
    ],
)
def test_written_and_heard_give_the_same_tokens(written: str, heard: str, language: str) -> None:
    joined = "".join(texts(written, language))
    assert joined == "".join(texts(heard, language))
    assert joined


def test_a_token_knows_its_word() -> None:
    assert [token.word for token in tokens(["Bonjour", "!", "vingt-deux"], "fr")] == [0, 2, 2]


@pytest.mark.parametrize(
    ("one", "other"), [("cent", "sans"), ("mesurer", "mesurais"), ("tient", "tiens"), ("eau", "haut")]
)
def test_french_homophones_are_the_same_word(one: str, other: str) -> None:
    assert sound(one) == sound(other)
    assert similarity(one, other, "fr") >= SAME


@pytest.mark.parametrize(("one", "other"), [("cent", "vingt"), ("donnee", "avion"), ("la", "les"), ("un", "on")])
def test_other_words_are_not(one: str, other: str) -> None:
    assert similarity(one, other, "fr") < SAME


def test_hesitations_are_known_in_each_language() -> None:
    assert is_filler("euh", "fr-CA")
    assert is_filler("um", "en")
    assert not is_filler("donc", "fr")


def path(heard: str, *sentences: str, optional: str = "", far: int | None = None) -> str:
    """The script words said, heard word by heard word; `-` for none."""
    page: list[Token] = []
    starts: set[int] = set()
    away: set[int] = set()
    for number, sentence in enumerate(sentences):
        starts.add(len(page))
        found = [Token(token.text, 0, token.text == optional) for token in tokens(sentence.split(), "fr")]
        if number == far:
            away |= set(range(len(page), len(page) + len(found)))
        page += found
    said = followed(texts(heard), Page(tuple(page), frozenset(starts), frozenset(away), "fr"))
    return " ".join("+".join(page[place].text for place in places) or "-" for places in said)


def test_words_are_followed_in_order() -> None:
    assert path("on collecte la donnée", "On collecte la donnée.") == "on collecte la donnee"


def test_a_word_beside_the_script_says_none() -> None:
    assert path("on collecte euh la donnée", "On collecte la donnée.") == "on collecte - la donnee"


def test_a_word_left_out_is_skipped() -> None:
    assert path("on collecte donnée brute", "On collecte la donnée brute.") == "on collecte donnee brute"


def test_two_words_may_be_heard_as_one_and_one_as_two() -> None:
    assert path("le data set propre", "Le dataset propre.") == "le dataset dataset propre"
    assert path("le dataset propre", "Le data set propre.") == "le data+set propre"


def test_speech_may_begin_again() -> None:
    assert path("d'abord on col d'abord on collecte tout", "D'abord, on collecte tout.").endswith(
        "abord on collecte tout"
    )


def test_nothing_of_the_script_is_found_in_other_speech() -> None:
    assert set(path("il y a un avion qui passe attendez", "On collecte la donnée brute.").split()) == {"-"}


def test_optional_words_are_left_out_for_free() -> None:
    assert path("on garde tout", "On garde bien tout.", optional="bien") == "on garde tout"


def test_the_same_sentence_elsewhere_is_told_by_the_shot_that_is_near() -> None:
    both = ("Voici la suite.", "Voici la suite.")
    page_one = path("voici la suite", *both, far=0)
    assert page_one == "voici la suite"
    words = [Token(text, 0) for text in ("voici", "la", "suite")] * 2
    near_second = Page(tuple(words), frozenset({0, 3}), frozenset({0, 1, 2}), "fr")
    assert followed(["voici", "la", "suite"], near_second) == ((3,), (4,), (5,))


def test_nothing_heard_and_nothing_written() -> None:
    assert followed([], Page((Token("a", 0),), frozenset({0}))) == ()
    assert followed(["a"], Page((), frozenset())) == ((),)


SHOTS = (Shot("01", ()), Shot("02", ()), Shot("intro", ()), Shot("12b", ()))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("02_take3.mov", Called("02", 3)),
        ("P1C2-S02-T3.mp4", Called("02", 3)),
        ("P1C2_02.mp4", Called("02", None)),
        ("plan 2 prise 1.MOV", Called("02", 1)),
        ("intro take 2.mov", Called("intro", 2)),
        ("shot12b.mov", Called("12b", None)),
        ("IMG_0002.MOV", Called()),
        ("GH010002.MP4", Called()),
        ("webcam1711527012951.mp4", Called()),
        ("lesson.mp4", Called()),
        ("take 4.mov", Called(None, 4)),
    ],
)
def test_what_a_name_tells(name: str, wanted: Called) -> None:
    assert called(name, "P1C2", SHOTS) == wanted


def test_names_sort_as_people_sort_them() -> None:
    assert sorted(["a10", "a9", "B1", "2"], key=natural) == ["2", "a9", "a10", "B1"]


def test_a_raised_figure_is_no_number() -> None:
    assert sorted(["m²", "²", "m2", "m", "10"], key=natural) == ["10", "m", "m2", "m²", "²"]


@given(st.permutations(["take 1", "Take 1", "take 01", "take 1²", "take", "1", "01", "²", "", "été 3", "\u0663"]))
def test_the_order_of_names_does_not_depend_on_how_they_were_found(names: list[str]) -> None:
    found = sorted(names, key=natural)
    assert found == sorted(sorted(names), key=natural)
    assert found.index("take 1") < found.index("take 1²")
    assert len({natural(name) for name in names}) == len(names)
