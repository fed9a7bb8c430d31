# ruff: noqa: RUF001 (typographic apostrophes)
"""How long words last when nobody has said them yet."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lengths import fitted, placed, spoken_frames, syllables
from pipeline.media import shelf
from pipeline.numerals import spelled
from pipeline.presets import Style
from pipeline.script import Place, Word
from pipeline.spans import Span

RATE = Fraction(25)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("donnée", 2),
        ("une", 1),
        ("tableau", 2),
        ("la réalité", 5),
        ("création", 3),
        ("naïf", 2),
        ("voyage", 2),
        ("quatre", 1),
        ("aujourd’hui", 3),
        ("l’été", 2),
        ("l'API", 3),
        ("qu'il", 1),
        ("25 %", 4),
        ("", 0),
        ("… — !", 0),
    ],
)
def test_french_syllables(text: str, wanted: int) -> None:
    assert syllables(text, "fr") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("table", 2),
        ("used", 1),
        ("wanted", 2),
        ("times", 1),
        ("boxes", 2),
        ("nation", 2),
        ("video", 3),
        ("isn't", 2),
        ("don't", 1),
        ("we're", 1),
        ("applying", 3),
        ("HTML", 4),
        ("the", 1),
        ("1984", 5),
    ],
)
def test_english_syllables(text: str, wanted: int) -> None:
    assert syllables(text, "en-GB") == wanted


def test_other_languages_count_vowels_and_signs() -> None:
    assert syllables("Guten Morgen", "de") == 4
    assert syllables("доброе утро", "ru") == 5
    assert syllables("数据分析", "zh") == 4


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("71, 80, 91 et 200", "fr", "soixante et onze, quatre-vingt, quatre-vingt-onze et deux cent"),
        ("le 1er et la 2e", "fr", "le premier et la deuxième"),
        ("3,5 à 10h30", "fr", "trois virgule cinq à dix heures trente"),
        ("10\u202f000 €", "fr", "dix mille euros"),
        ("x²", "fr", "x au carré"),
        ("99.99%", "en", "ninety-nine point nine nine percent"),
        ("$5 in 1984", "en", "five dollars in nineteen eighty-four"),
        ("21st", "en", "twenty-first"),
        ("007", "en", "zero zero seven"),
        ("1,000 %", "de", "1,000 %"),
    ],
)
def test_numbers_are_spelled_out(text: str, language: str, wanted: str) -> None:
    assert spelled(text, language) == wanted


@given(st.integers(0, 10**13), st.sampled_from(["fr", "en"]))
@settings(max_examples=50, deadline=None)
def test_every_number_is_spelled_without_digits(number: int, language: str) -> None:
    assert not any(letter.isdigit() for letter in spelled(str(number), language))


def test_a_sentence_lasts_its_syllables_and_its_pauses(course: Style) -> None:
    hearing = course.hearing
    text = "Bonjour, on commence."
    wanted = (2 + 3) / hearing.syllables_a_second_fr + hearing.pause_comma
    assert spoken_frames(text, "fr", hearing, RATE) == round(wanted * RATE)


def test_words_of_a_script_count_as_their_text(course: Style) -> None:
    text = "Bonjour ! On commence. Voici la suite"
    words = [Word(part, Place(1, 1), ends=part.endswith((".", "!"))) for part in text.split()]
    assert spoken_frames(words, "fr", course.hearing, RATE) == spoken_frames(text, "fr", course.hearing, RATE)


def test_nothing_lasts_one_frame(course: Style) -> None:
    assert spoken_frames("", "fr", course.hearing, RATE) == 1
    assert placed("", "fr", course.hearing, RATE) == ()


@given(
    st.lists(st.sampled_from(["un", "donnée,", "—", "fin.", "25", "API", "!", "l’été"]), max_size=30),
    st.sampled_from([Fraction(1), Fraction(24000, 1001), Fraction(60)]),
)
@settings(max_examples=60, deadline=None)
def test_each_word_has_its_place(words: list[str], rate: Fraction) -> None:
    hearing = shelf.style("course").hearing
    text = " ".join(words)
    spans = placed(text, "fr", hearing, rate)
    assert len(spans) == len(words)
    assert all(one.stop <= other.start for one, other in pairwise(spans))
    if spans:
        assert spans[0].start >= 0
        assert spans[-1].stop == spoken_frames(text, "fr", hearing, rate)


def test_times_too_close_are_moved_apart() -> None:
    assert fitted([(0, 0), (0, 0), (9, 9)], 3) == (Span(0, 1), Span(1, 2), Span(2, 3))


def test_more_words_than_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="3 words do not fit in 2 frames"):
        fitted([(0, 1)] * 3, 2)
