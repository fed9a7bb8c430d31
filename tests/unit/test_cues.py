from fractions import Fraction
from typing import Any

import pytest

from pipeline.cues import ALIASES, Closing, cue
from pipeline.errors import Problem
from pipeline.media import shelf
from pipeline.reading_arguments import Written, duration
from pipeline.script import Cue, Duration, Place

SECONDS = {n: Duration(seconds=Fraction(n)) for n in (2, 6)}


def written(inside: str) -> Written:
    return Written(f"[{inside}]", inside, Place(4, 3, 40), lambda index: Place(4, 4 + index, 41 + index), "a.md")


def read(inside: str) -> Cue | Closing | None:
    problems: list[Problem] = []
    found = cue(written(inside), shelf.framings(), problems)
    assert not problems, problems
    return found


def fields(inside: str) -> dict[str, Any]:
    found = read(inside)
    assert isinstance(found, Cue)
    plain = Cue(found.name, 0, found.place_in_file, found.source)
    return {name: value for name in Cue.__slots__ if (value := getattr(found, name)) != getattr(plain, name)}


def wrong(inside: str) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    cue(written(inside), shelf.framings(), problems)
    assert problems
    return tuple(problems)


@pytest.mark.parametrize(
    ("inside", "name"),
    [(word, name) for word, name in ALIASES.items()]
    + [("Synthe", "lower-third"), ("MONTRER", "show"), ("sYnThÉ", "lower-third"), ("Titre :", "title")],
)
def test_english_and_french_words_are_the_same_cue(inside: str, name: str) -> None:
    arguments = {"shot": "02", "frame": "close", "show": "a", "title": "A", "text": '"A"', "music": "a", "sound": "a"}
    said = f"{inside} {arguments.get(name, '6s' if name == 'pause' else '')}"
    found = read(said)
    assert isinstance(found, Cue)
    assert found.name == name


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("shot 02", {"reference": "02"}),
        ("plan A-3 prise 2", {"reference": "A-3", "take": 2}),
        ("frame close", {"reference": "close"}),
        ("frame plan poitrine", {"reference": "close"}),
        ("cadre Plan Americain", {"reference": "american"}),
        ("frame gros plan gauche", {"reference": "closeup", "side": "left"}),
        ("frame medium right push 4s", {"reference": "medium", "side": "right", "push": Duration(seconds=Fraction(4))}),
        ("frame GP", {"reference": "closeup"}),
        ("frame plan d\u2019ensemble", {"reference": "wide"}),
        ("frame auto", {"reference": "auto"}),
        ("frame à droite", {"reference": "auto", "side": "right"}),
        ("show collect", {"reference": "collect"}),
        ("show collect full for 6s", {"reference": "collect", "place": "full", "duration": SECONDS[6]}),
        ("show collect for 6 s full", {"reference": "collect", "place": "full", "duration": SECONDS[6]}),
        ("show a beside left v3", {"reference": "a", "place": "beside", "side": "left", "version": 3}),
        ("show a@v3 over", {"reference": "a", "place": "over", "version": 3}),
        ("show a left", {"reference": "a", "place": "beside", "side": "left"}),
        ("montrer a à côté", {"reference": "a", "place": "beside"}),
        ("montrer a plein écran pendant 1,5s", {"reference": "a", "place": "full", "duration": duration("1.5s")}),
        (
            "show a beside enter slide leave cut",
            {"reference": "a", "place": "beside", "enter": "slide", "leave": "cut"},
        ),
        ("show a loop corner", {"reference": "a", "place": "corner", "loops": True}),
        (
            "montrer a entrée glissé sortie fondu en boucle",
            {"reference": "a", "enter": "slide", "leave": "fade", "loops": True},
        ),
        (
            "montrer a entrée zoom pendant 6s boucle",
            {"reference": "a", "enter": "scale", "duration": SECONDS[6], "loops": True},
        ),
        ("show enter enter coupe", {"reference": "enter", "enter": "cut"}),
        ('show "data journey" coin', {"reference": "data journey", "place": "corner"}),
        ("show full full", {"reference": "full", "place": "full"}),
        ("show motion/a_b.mov", {"reference": "motion/a_b.mov"}),
        ("show s3://bucket/key.mov", {"reference": "s3://bucket/key.mov"}),
        ("title Les trois étapes", {"text": "Les trois étapes"}),
        ("title Les trois étapes for 2s", {"text": "Les trois étapes", "duration": SECONDS[2]}),
        ("title Data for free", {"text": "Data for free"}),
        ('title "Wait for 2s"', {"text": "Wait for 2s"}),
        ('title The "big" data', {"text": 'The "big" data'}),
        ("lower-third", {}),
        ("lower-third Ana Roy | Data analyst", {"text": "Ana Roy", "role": "Data analyst"}),
        ("synthé Ana Roy", {"text": "Ana Roy"}),
        ('text "Trois étapes"', {"text": "Trois étapes"}),
        ("texte « Trois étapes » gauche", {"text": "Trois étapes", "place": "beside", "side": "left"}),
        ("text “A ] B” corner for 2s", {"text": "A ] B", "place": "corner", "duration": SECONDS[2]}),
        ("music theme -18dB", {"reference": "theme", "gain": Fraction(-18)}),
        ("musique thème \u221218,5 dB", {"reference": "thème", "gain": Fraction(-37, 2)}),
        ("sound click@v2", {"reference": "click", "version": 2}),
        ("pause 12f", {"duration": Duration(frames=12)}),
        ("silence 2s", {"duration": SECONDS[2]}),
        ("cut", {}),
        ("keep", {}),
    ],
)
def test_arguments(inside: str, expected: dict[str, Any]) -> None:
    assert fields(inside) == expected


@pytest.mark.parametrize(
    ("inside", "column", "message", "todo"),
    [
        ("frame clsoe", 10, 'unknown framing "clsoe"', 'did you mean "close"?'),
        ("frame plan poitrin", 10, 'unknown framing "plan poitrin"', 'did you mean "plan poitrine"?'),
        ("frame", 4, "which framing?", "wide, full"),
        ("frame auto close", 15, '"auto" gives back the choice', "keep one"),
        ("frame close push", 20, "wanted a duration, found nothing", "6s"),
        ("shwo data", 4, 'unknown cue "shwo"', 'did you mean "show"?'),
        ("rires", 4, 'unknown cue "rires"', "begins with >"),
        ('"show" a', 4, 'unknown cue "show"', ""),
        ("", 4, "an empty cue", "\\["),
        ("show", 4, "show what?", "for example"),
        ('show ""', 9, "show what?", "for example"),
        ("show a enter slid", 17, 'unknown way to come or go "slid"', 'did you mean "slide"?'),
        ("show a leave", 16, "comes or goes how", "cut, fade, slide, scale"),
        ("show a besid", 11, 'unknown place "besid"', 'did you mean "beside"?'),
        ("show data journey", 14, 'unknown place "journey"', "quotes"),
        ("show a for six", 15, 'wanted a duration, found "six"', "write it as 6s"),
        ("show a for 0s", 15, 'wanted a duration, found "0s"', "6s"),
        ("show a for 99999s", 15, "wanted a duration", "6s"),
        ("show a full left", 4, "full has no side", "beside left"),
        ("show a@v2 v3", 14, "two versions, v2 and v3", "keep one"),
        ("show https://a.b/c.mov", 9, "is on the network", "beside the script"),
        ("title", 4, "a title without text", "for example"),
        ("title for 2s", 4, "a title without text", "for example"),
        ("title A for 2x", 16, 'wanted a duration, found "2x"', "6s"),
        ("lower-third | Role", 4, "one name and one role", ""),
        ("text Trois étapes", 4, "in quotes", "for example"),
        ("music", 4, "music what?", ""),
        ("music theme loud", 16, 'wanted a level, found "loud"', "-18dB"),
        ("music theme 40dB", 16, 'wanted a level, found "40dB"', "-60dB to 12dB"),
        ("sound a full", 12, 'unknown word "full" in a sound cue', "quotes"),
        ("pause", 9, "wanted a duration, found nothing", ""),
        ("pause long", 10, 'wanted a duration, found "long"', ""),
        ("pause 1.5f", 10, "wanted a duration", ""),
        ("cut now", 8, 'unknown word "now" in a cut cue', "nothing more"),
        ("shot", 4, "which shot?", ""),
        ("shot 2 take zero", 4, "wanted the number of a take", ""),
        ("shot 2 take 0", 4, "wanted the number of a take", ""),
        ("shot 2 tke 3", 11, 'unknown word "tke"', 'did you mean "take"?'),
        ("/cut", 4, "has no range", "/show"),
        ("/show a", 10, "takes nothing after it", "write [/show]"),
        ("/shw", 4, 'unknown cue "/shw"', 'did you mean "show"?'),
    ],
)
def test_a_wrong_cue_says_where_what_and_what_to_do(inside: str, column: int, message: str, todo: str) -> None:
    problem = wrong(inside)[0]
    assert (problem.file, problem.line, problem.column) == ("a.md", 4, column)
    assert message in problem.message
    assert todo in problem.todo


def test_all_that_is_wrong_in_one_cue_is_told() -> None:
    assert [problem.column for problem in wrong("show https://a/b for x besid")] == [9, 25, 27]


def test_a_range_is_ended_by_any_of_its_words() -> None:
    assert read("/montrer") == Closing("show", "/montrer", Place(4, 3, 40))
    assert read("/synthé") == Closing("lower-third", "/synthé", Place(4, 3, 40))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6s", Duration(seconds=Fraction(6))),
        ("1.5s", Duration(seconds=Fraction(3, 2))),
        ("1,5S", Duration(seconds=Fraction(3, 2))),
        ("12f", Duration(frames=12)),
        ("12i", Duration(frames=12)),
        ("6", None),
        ("s", None),
        ("-6s", None),
        ("1.5.2s", None),
        ("9" * 5000 + "s", None),
        ("٣s", None),
    ],
)
def test_durations(text: str, expected: Duration | None) -> None:
    assert duration(text) == expected
