from fractions import Fraction

import pytest

from pipeline.lengths import spoken_frames
from pipeline.media import shelf
from pipeline.outline import AssetAsked, Outline, outline
from pipeline.presets import Style
from pipeline.reading import read
from pipeline.spans import frames_in
from pipeline.values import as_json, from_json

TEXT = """# Un

[title Bonjour for 2s]

[show collect full] Bonjour à tous les gens qui nous regardent.

[music theme@v2] [pause 1s] Nous voici. [show collect]

# Deux

[shot 07 take 2] Enfin.
"""


@pytest.fixture
def told(course: Style) -> Outline:
    return outline(read(TEXT, shelf.framings()), course, {"collect": True, "theme": True, "theme@v2": False})


def test_shots_with_their_lines_words_and_estimated_frames(told: Outline) -> None:
    first, second = told.shots
    assert (first.lines, first.words, first.begins) == ((2, 3), 10, "Bonjour à tous les gens qui …")
    assert (second.id, second.take, second.lines, second.words) == ("07", 2, (4,), 1)


def test_assets_once_each_found_or_missing(told: Outline) -> None:
    assert told.assets == (
        AssetAsked("collect", None, "show", 2, 5, found=True),
        AssetAsked("theme", 2, "music", 3, 7, found=False),
    )


def test_the_estimated_length_is_speech_pauses_titles_and_held_pictures(told: Outline, course: Style) -> None:
    script = read(TEXT, shelf.framings())
    rate = told.rate
    speech = sum(spoken_frames(line.words, "fr", course.hearing, rate) for line in script.lines if line.words)
    pauses = 3 * frames_in(course.hearing.pause_line, rate)
    edges = frames_in(course.rhythm.head, rate) + frames_in(course.rhythm.tail, rate)
    assert told.frames == speech + pauses + edges + 50 + 25
    assert told.seconds == Fraction(told.frames, 25)


def test_an_outline_is_json_and_back(told: Outline) -> None:
    assert from_json(Outline, as_json(told)) == told


def test_an_empty_script_asks_for_nothing(course: Style) -> None:
    told = outline(read("", shelf.framings()), course, {})
    assert (told.frames, told.shots, told.assets) == (0, (), ())
