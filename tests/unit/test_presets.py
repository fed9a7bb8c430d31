import string

import pytest

from pipeline.errors import PresetError
from pipeline.media import shelf
from pipeline.preset_files import Texts
from pipeline.presets import Style
from pipeline.styles import style
from pipeline.values import Key


def shipped() -> dict[str, str]:
    return {
        path.relative_to(shelf.folder()).as_posix(): path.read_text("utf-8") for path in shelf.folder().rglob("*.toml")
    }


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
    texts = shipped()
    broken = texts | {"styles/course.toml": texts["styles/course.toml"].replace("shot_least = 2", 'shot_leest = "x"')}
    with pytest.raises(PresetError, match=r"presets/styles/course\.toml: .*shot_leest.* in rhythm") as wrong:
        style("course", Texts(broken), Key("f"))
    assert wrong.value.todo == "did you mean 'shot_least'?"
    assert style("course", Texts(texts), course.files) == course


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_is_said_in_both_languages_with_the_same_fields(language: str) -> None:
    one, other = shelf.said_in(language).sentences, shelf.said_in("fr" if language == "en" else "en").sentences
    plural = {code for code in one if code.endswith(".one")}
    assert set(one) - plural <= set(other)
    for code in set(one) - plural:
        fields = {name for _, name, _, _ in string.Formatter().parse(one[code]) if name}
        assert fields == {name for _, name, _, _ in string.Formatter().parse(other[code]) if name}, code


def test_a_style_says_only_what_it_does_otherwise(course: Style) -> None:
    interview = shelf.style("interview")
    assert interview.name == "interview"
    assert interview.seeing == course.seeing
    assert interview.rhythm.side == "left"
    assert interview.rhythm.cost_short == course.rhythm.cost_short
    assert interview.cards.reading_most == course.cards.reading_most


def test_styles_that_are_like_each_other_are_refused(course: Style) -> None:
    texts = {"styles/a.toml": 'like = "b"', "styles/b.toml": 'like = "c"', "styles/c.toml": 'like = "b"'}
    with pytest.raises(PresetError, match=r"styles/b\.toml: it is like c like b"):
        style("a", Texts(texts), course.files)
    with pytest.raises(PresetError, match="unknown style 'd'; styles are a"):
        style("a", Texts({"styles/a.toml": 'like = "d"'}), course.files)


def test_a_style_is_light_or_dark(course: Style) -> None:
    texts = shipped()
    light = style("mine", Texts(texts | {"styles/mine.toml": 'like = "course"\ntone = "light"'}), course.files)
    assert (light.brand.colours, light.brand.leader) == (course.brand.light, course.brand.dark)
    assert light.brand_key != course.brand_key
    with pytest.raises(PresetError, match=r"styles/mine\.toml.*tone"):
        style("mine", Texts(texts | {"styles/mine.toml": 'like = "course"\ntone = "grey"'}), course.files)
    with pytest.raises(PresetError, match="it names no brand that there is: 'nihgt'"):
        style("mine", Texts(texts | {"styles/mine.toml": 'like = "course"\nbrand = "nihgt"'}), course.files)


def test_every_brand_has_what_it_names() -> None:
    for name in shelf.style_names():
        brand = shelf.style(name).brand
        assert len(shelf.page_fonts(brand)) == 3
        for tone in (brand.light, brand.dark):
            assert shelf.logo(tone.logo).is_file()
