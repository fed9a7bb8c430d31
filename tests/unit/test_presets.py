import string

import pytest

from pipeline.errors import PresetError
from pipeline.media import shelf
from pipeline.presets import Style, style
from pipeline.values import Key


def test_framings_answer_to_every_name_people_use(course: Style) -> None:
    for name in ("medium", "Plan Taille", "PT", "MS", "plan rapproché taille"):
        assert course.framings.named(name) == "medium"
    assert course.framings.named("clsoe") is None


def test_no_two_framings_share_a_name(course: Style) -> None:
    names = [
        name.casefold()
        for rule in course.framings.framing
        for name in {rule.id, *rule.fr, *rule.en, rule.short_fr, rule.short_en}
    ]
    assert len(names) == len(set(names))


def test_an_unknown_style_names_the_nearest() -> None:
    with pytest.raises(PresetError, match="did you mean 'course'"):
        shelf.style("cuorse")


def test_a_wrong_number_names_file_and_field(course: Style) -> None:
    texts = {
        path.relative_to(shelf.folder()).as_posix(): path.read_text("utf-8") for path in shelf.folder().rglob("*.toml")
    }
    broken = texts | {"styles/course.toml": texts["styles/course.toml"].replace("shot_least = 2", 'shot_leest = "x"')}
    with pytest.raises(PresetError, match=r"styles/course\.toml.*shot_leest"):
        style("course", broken, Key("f"))
    assert style("course", texts, course.files) == course


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_is_said_in_both_languages_with_the_same_fields(language: str) -> None:
    one, other = shelf.said_in(language).sentences, shelf.said_in("fr" if language == "en" else "en").sentences
    plural = {code for code in one if code.endswith(".one")}
    assert set(one) - plural <= set(other)
    for code in set(one) - plural:
        fields = {name for _, name, _, _ in string.Formatter().parse(one[code]) if name}
        assert fields == {name for _, name, _, _ in string.Formatter().parse(other[code]) if name}, code
