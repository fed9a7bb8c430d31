from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.alternatives import alternative, written
from pipeline.final import REFUSED, shortcomings
from pipeline.flashes import Flashing
from pipeline.footage import About, Asset, Remark
from pipeline.media import shelf
from pipeline.script import Speaker
from pipeline.spans import Span
from pipeline.transcript import Told, markdown, text, transcript
from tests.unit.lessons import Lesson, lesson, moving, still, tune

FRENCH = shelf.said_in("fr")
LESSON = """# Bienvenue

Nous allons suivre [montrer trajet sur pendant 3s] une donnée, étape par étape, jusqu'au sol.

# Étapes

[titre "Les étapes"]

D'abord, on collecte [montrer carte coin] des mesures. [texte "Des *mesures*"] Beaucoup de mesures.

Et ceci, personne ne le dit.
"""


def cut(source: str = LESSON, assets: tuple[Asset, ...] = (), **given: object) -> Lesson:
    return lesson(source, assets=assets, **given)  # type: ignore[arg-type]


def told(case: Lesson) -> tuple[Told, ...]:
    return transcript(case.script, case.footage, case.timeline(), FRENCH)


def plain(case: Lesson) -> list[list[str]]:
    return [[" ".join(one.text for one in some) for some in scene.paragraphs] for scene in told(case)]


PATH = replace(moving("trajet", 75), about=About(alternative="Un point descend d'un satellite."))


def test_what_is_shown_stands_in_brackets_before_the_word_it_begins_with() -> None:
    first, second = plain(cut(assets=(PATH,), takes=[1, 1, None]))
    shown = "[À l\u2019image\u00a0: Un point descend d'un satellite]"
    assert first == [f"Nous allons suivre {shown} une donnée, étape par étape, jusqu'au sol."]
    assert second[0] == "[Titre\u00a0: Les étapes]"
    assert second[1] == (
        "D'abord, on collecte [Animation à venir\u00a0: carte] des mesures."
        " [Mots à l\u2019image\u00a0: Des *mesures*] Beaucoup de mesures."
    )
    assert second[2] == "Et ceci, personne ne le dit."


def test_music_and_effects_stand_where_they_are_heard() -> None:
    """By their alternative where somebody wrote one, by their name elsewhere; what is missing is not heard."""
    source = "# A\n\n[musique nappe]\n\nOn voit [son clic] ici la mer. Et [son absent] là [son clic] encore la mer.\n"
    bed = replace(tune("nappe", 480_000), about=About(alternative="Un piano, lent."))
    [scene] = told(cut(source, (bed, tune("clic", 4800))))
    heard = [one.text for some in scene.paragraphs for one in some if one.kind == "heard"]
    assert heard == ["[Musique\u00a0: Un piano, lent]", "[Son\u00a0: clic]", "[Son\u00a0: clic]"]
    assert [[one.text for one in some] for some in scene.paragraphs][-1][1:4] == [
        "On voit", "[Son\u00a0: clic]", "ici la mer. Et là",
    ]  # fmt: skip
    assert "*\\[Son\u00a0: clic\\]*" in markdown((scene,), "", Speaker(), FRENCH)


def test_scenes_begin_where_they_do_in_the_film() -> None:
    case = cut(takes=[1, 1, None])
    timeline = case.timeline()
    assert [scene.title for scene in told(case)] == ["Bienvenue", "Étapes"]
    assert told(case)[1].frame == timeline.chapters[1].frame


def test_words_that_nobody_has_said_yet_say_so() -> None:
    case = cut(takes=[1, 1, None])
    assert [one.kind for one in told(case)[1].paragraphs[2]] == ["unfilmed"]
    whole = text(told(case), "Un titre", Speaker("Camille", "Analyste"), FRENCH)
    assert "[à filmer] Et ceci, personne ne le dit." in whole
    assert whole.startswith("UN TITRE\n\nParle\u00a0: Camille, Analyste\n")


def test_every_word_of_the_film_is_in_it_once_and_in_order() -> None:
    case = cut(assets=(PATH,), takes=[1, 2, None])
    said = " ".join(
        one.text for scene in told(case) for some in scene.paragraphs for one in some if one.kind != "shown"
    )
    film = " ".join(" ".join(word.text.split()) for clip in case.timeline().clips for word in clip.words)
    assert said == film


def test_markdown_marks_nothing_but_what_is_shown() -> None:
    case = cut(assets=(PATH,), takes=[1, 1, None])
    whole = markdown(told(case), "Un # titre", Speaker(), FRENCH)
    assert whole.startswith("# Un \\# titre\n\n## Bienvenue\n\n")
    assert "*\\[Mots à l\u2019image\u00a0: Des \\*mesures\\*\\]*" in whole


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("![Une carte](carte.png)", "Une carte"),
        ("![Une carte [bleue]\n  des mers](a(1).png)", "Une carte [bleue] des mers"),
        ("![](carte.png)", ""),
        ("[montrer carte]", ""),
    ],
)
def test_the_alternative_written_in_the_script(source: str, expected: str) -> None:
    case = cut(f"# A\n\nOn voit {source} ici la mer.\n")
    [cue] = [cue for line in case.script.lines for cue in line.cues]
    assert written(cue) == expected


def test_the_script_goes_before_what_is_known_of_the_asset() -> None:
    chart = replace(still("carte"), about=About(alternative="Une carte"))
    for written_as, found in (("![La mer du Nord](carte)", "La mer du Nord"), ("[montrer carte]", "Une carte")):
        case = cut(f"# A\n\nOn voit {written_as} ici la mer.\n", (chart,))
        assert alternative("carte", case.script.lines[0].id, case.script, case.footage) == found


def remarks(case: Lesson) -> tuple[Remark, ...]:
    return shortcomings(case.script, case.footage, case.timeline())


def test_an_alternative_is_asked_for_once_and_only_of_what_is_there() -> None:
    source = "# A\n\nOn voit [montrer trajet] ici. Et là [montrer trajet] encore, avec [montrer absente] une autre.\n"
    [one] = remarks(cut(source, (moving("trajet", 20),)))
    assert (one.code, one.message) == ("no-alternative", "trajet")
    assert one.code not in REFUSED
    assert remarks(cut(source, (PATH,))) == ()


FLASHING = (Flashing("general", Span(41, 49)),)


def test_flashes_that_are_shown_refuse_a_final() -> None:
    source = "# A\n\nOn voit [montrer trajet pendant 2s] ici la mer qui monte et qui descend sans fin.\n"
    calm = replace(PATH, flashes=(Flashing("general", Span(60, 75)),))
    assert remarks(cut(source, (calm,))) == ()  # they come after what is shown of it
    case = cut(source, (replace(PATH, flashes=(Flashing("red", Span(20, 60)),)),))
    [one] = remarks(case)
    overlay = case.timeline().overlays[0]
    assert (one.code, one.line) == ("flashes-red", case.script.lines[0].id)
    assert dict(one.facts) == {"first": "20", "last": "49", "at": str(overlay.at.start + 20)}
    assert one.code in REFUSED


def test_flashes_are_where_an_animation_that_is_played_faster_shows_them() -> None:
    case = cut("# A\n\nOn voit [montrer trajet] la mer qui monte.\n", (replace(PATH, flashes=FLASHING),))
    timeline = case.timeline()
    faster = replace(timeline.overlays[0], at=Span(0, 40), speed=Fraction(5, 4))
    [one] = shortcomings(case.script, case.footage, replace(timeline, overlays=(faster,)))
    assert dict(one.facts) == {"first": "41", "last": "48", "at": "33"}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("chapter", "[Titre\u00a0: Les étapes, Camille]"),
        ("end", "[Mots à l\u2019image\u00a0: Les étapes, Camille]"),
    ],
)
def test_cards_of_every_kind_say_their_words(template: str, said: str) -> None:
    case = cut(takes=[1, 1, None])
    timeline = case.timeline()
    [title] = [card for card in timeline.cards if card.template == "title"]
    other = replace(title, template=template, fields=(("number", "1"), ("text", "Les étapes"), ("name", "Camille")))
    laid = tuple(replace(one, key=other.key) if one.key == title.key else one for one in timeline.overlays)
    changed = replace(timeline, cards=(other,), overlays=laid)
    first = transcript(case.script, case.footage, changed, FRENCH)[1].paragraphs[0]
    assert [one.text for one in first] == [said]
