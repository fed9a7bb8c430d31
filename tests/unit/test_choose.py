"""Takes, retakes, false starts, asides: on words heard by hand."""

from fractions import Fraction
from itertools import pairwise

import pytest

from pipeline.choose import choose, shot_list
from pipeline.footage import Footage, Marked
from pipeline.presets import Style
from pipeline.script import Cue, Line, LineId, Place, Scene, Script, Speaker, Word
from pipeline.spans import Span
from pipeline.speech import Heard, Speech
from pipeline.takes import Chosen, Telling, Untold
from pipeline.values import Key

HERE = Place(1, 1)
A = "Bonjour à tous et bienvenue dans ce cours."
B = "D'abord, on collecte la donnée brute."
C = "Ensuite, on la nettoie avec beaucoup de soin."
D = "Enfin, on la montre au monde entier."


def line(name: str, text: str, *cues: Cue) -> Line:
    """A line of the words of `text`; those in parentheses are optional."""
    words: list[Word] = []
    inside = False
    for part in text.split():
        inside = inside or part.startswith("(")
        words.append(Word(part.strip("()"), HERE, optional=inside, ends=part.rstrip(")")[-1] in ".!?"))
        inside = inside and not part.endswith(")")
    return Line(LineId(name), tuple(words), cues, (), HERE)


def script(*scenes: tuple[Line, ...], language: str = "fr") -> Script:
    return Script(
        "P1", "", language, Speaker(), "course", tuple(Scene(f"Scène {n}", lines) for n, lines in enumerate(scenes)), ""
    )


def shot(name: str, take: int | None = None, at: int = 0) -> Cue:
    return Cue("shot", at, HERE, f"[shot {name}]", reference=name, take=take)


def heard(*runs: str, rush: str = "rush.mov", language: str = "fr", start: int = 10) -> Speech:
    """Words of six frames each at 25 frames a second; a second of silence between runs."""
    words: list[Heard] = []
    voiced: list[Span] = []
    at = start
    for run in runs:
        begun = at
        for word in run.split():
            words.append(Heard(word, Span(at, at + 6), 900))
            at += 6
        voiced.append(Span(begun, at))
        at += 25
    return Speech(rush, Key("k"), "whisper", language, tuple(voiced), tuple(words), (-2000,) * len(voiced))


def chosen(text: Script, style: Style, *speech: Speech) -> Chosen:
    found = choose(text, shot_list(text), Footage(Fraction(25)), speech, style)
    covered = [(told.line, index) for told in found.told for index in told.words]
    assert covered == [(one.id, index) for one in text.lines for index in range(len(one.words))]
    for told in found.told:
        if isinstance(told, Telling):
            spans = [said.span for said in told.said]
            assert all(span.within(told.span) for span in (*spans, *told.beside))
            assert all(one.stop <= other.start for one, other in pairwise(spans))
            assert {said.word for said in told.said} <= set(told.words)
    return found


def text_of(found: Chosen, speech: Speech, number: int = 0) -> str:
    """The words of the rush that one telling shows."""
    telling = found.told[number]
    assert isinstance(telling, Telling)
    return " ".join(word.text for word in speech.words if word.span.within(telling.span))


def whys(found: Chosen) -> list[str]:
    return [one.why for one in found.rejected]


def test_one_take_read_straight_is_one_telling_a_line(course: Style) -> None:
    speech = heard(A, B, C)
    found = chosen(script((line("1", A), line("2", f"{B} {C}"))), course, speech)
    assert [told.line for told in found.told] == ["1", "2"]
    assert [take.number for take in found.takes] == [1]
    assert text_of(found, speech, 1) == f"{B} {C}"
    assert (found.written, found.spoken, found.missing, found.added) == (22, 22, 0, 0)
    assert found.rejected == ()
    assert all(told.score == 1000 for told in found.told if isinstance(told, Telling))


def test_nothing_heard_leaves_every_line_untold(course: Style) -> None:
    found = chosen(script((line("1", A), line("2", B))), course, heard())
    assert found.told == (Untold(LineId("1"), range(8)), Untold(LineId("2"), range(6)))
    assert found.takes == ()


def test_a_false_start_is_left_out(course: Style) -> None:
    speech = heard("Bonjour à tous et bien", A, B)
    found = chosen(script((line("1", f"{A} {B}"),)), course, speech)
    assert text_of(found, speech) == f"{A} {B}"
    assert whys(found) == ["false-start"]
    assert [take.number for take in found.takes] == [1]


def test_a_false_start_without_a_pause_is_left_out_too(course: Style) -> None:
    speech = heard(A, f"D'abord, on coll {B} {C}")
    found = chosen(script((line("1", f"{A} {B} {C}"),)), course, speech)
    shown = [text_of(found, speech, number) for number in range(len(found.told))]
    assert shown == [A, f"{B} {C}"]
    assert whys(found) == ["false-start"]


def test_a_retake_of_one_sentence_replaces_that_sentence_only(course: Style) -> None:
    speech = heard(A, B, C, B)
    found = chosen(script((line("1", f"{A} {B} {C}"),)), course, speech)
    tellings = [told for told in found.told if isinstance(told, Telling)]
    assert [telling.take for telling in tellings] == [0, 1, 0]
    assert tellings[1].span.start > tellings[2].span.start
    assert whys(found) == ["later-take"]


def test_of_two_whole_takes_the_later_tells_all(course: Style) -> None:
    speech = heard(A, B, C, A, B, C)
    found = chosen(script((line("1", A), line("2", f"{B} {C}"))), course, speech)
    assert {told.take for told in found.told if isinstance(told, Telling)} == {1}
    assert [take.number for take in found.takes] == [1, 2]
    assert whys(found) == ["later-take"] * 3


def test_a_later_fragment_does_not_win(course: Style) -> None:
    speech = heard(A, B, C, A, "D'abord, on collecte la")
    found = chosen(script((line("1", f"{A} {B} {C}"),)), course, speech)
    tellings = [told for told in found.told if isinstance(told, Telling)]
    assert [(telling.words, telling.take) for telling in tellings] == [(range(8), 1), (range(8, 22), 0)]
    assert sorted(whys(found)) == ["later-take", "partial"]


def test_a_remark_beside_the_script_is_kept_out_and_reported(course: Style) -> None:
    speech = heard(A, "Attends, il y a un avion qui passe, on attend un peu.", B)
    found = chosen(script((line("1", f"{A} {B}"),)), course, speech)
    assert [text_of(found, speech, 0), text_of(found, speech, 1)] == [A, B]
    assert [(one.why, one.line) for one in found.rejected] == [("off-script", "")]
    assert len(found.takes) == 1


def test_hesitations_stay_and_are_counted(course: Style) -> None:
    speech = heard(A, "euh", B.replace(" on ", " euh on "))
    found = chosen(script((line("1", f"{A} {B}"),)), course, speech)
    assert len(found.told) == 1
    assert found.added == 2
    assert found.rejected == ()
    assert isinstance(found.told[0], Telling)
    assert len(found.told[0].beside) == 2


def test_a_few_words_that_no_pause_parts_stay(course: Style) -> None:
    speech = heard(A, f"Voilà donc {B}")
    found = chosen(script((line("1", f"{A} {B}"),)), course, speech)
    assert text_of(found, speech) == f"{A} Voilà donc {B}"
    assert found.added == 2


def test_a_sentence_no_take_says_is_untold(course: Style) -> None:
    speech = heard(A, C)
    found = chosen(script((line("1", f"{A} {B} {C}"),)), course, speech)
    assert [type(told) for told in found.told] == [Telling, Untold, Telling]
    assert found.told[1].words == range(8, 14)
    assert found.missing == 6
    assert [remark.code for remark in found.remarks] == ["hearing.left-out"]


def test_a_short_sentence_left_out_is_only_reported(course: Style) -> None:
    speech = heard(A, C)
    found = chosen(script((line("1", f"{A} Très bien. {C}"),)), course, speech)
    assert [type(told) for told in found.told] == [Telling]
    assert found.missing == 2
    assert [remark.code for remark in found.remarks] == ["hearing.left-out"]


def test_words_in_parentheses_may_be_left_out(course: Style) -> None:
    speech = heard("D'abord, on collecte la donnée.", C)
    found = chosen(
        script((line("1", f"D'abord, on collecte la donnée (brute, bien entendu). {C} (Merci à tous ici.)"),)),
        course,
        speech,
    )
    assert [type(told) for told in found.told] == [Telling]
    assert isinstance(found.told[0], Telling)
    assert found.told[0].score == 1000
    assert found.missing == 0


def test_a_take_that_people_marked_wins_unless_the_script_names_one(course: Style) -> None:
    speech = heard(f"{A} {B}", f"{A} {B}", f"{A} {B}")
    first = speech.voiced[0]

    def told(text: Script, *marks: Marked) -> tuple[list[bool], str]:
        found = choose(text, shot_list(text), Footage(Fraction(25), marks=marks), (speech,), course)
        telling = found.told[0]
        assert isinstance(telling, Telling)
        return [take.circled for take in found.takes], next(
            str(number) for number, span in enumerate(speech.voiced, 1) if telling.span.within(span)
        )

    plain = script((line("1", f"{A} {B}"),))
    assert told(plain) == ([False, False, False], "3")
    near = Span(first.start + 3, first.stop + 3)  # marked by hand, or found by another model: a little beside
    assert told(plain, Marked("rush.mov", "01", near)) == ([True, False, False], "1")
    assert told(plain, Marked("other.mov", "01", near)) == ([False, False, False], "3")
    assert told(plain, Marked("rush.mov", "02", near)) == ([False, False, False], "3")
    named = script((line("1", f"{A} {B}", shot("intro", take=2)),))
    assert told(named, Marked("rush.mov", "intro", near)) == ([False, True, False], "2")


def test_the_shot_that_people_say_a_rush_is_of_goes_before_its_name(course: Style) -> None:
    text = script((line("1", A),), (line("2", B),))
    speech = heard(A, B, rush="02.mov")
    others = heard(A, rush="late.mov")
    footage = Footage(Fraction(25), marks=(Marked("late.mov", "02"), Marked("late.mov", "no such shot")))
    unmarked = choose(text, shot_list(text), Footage(Fraction(25)), (speech, others), course)
    marked = choose(text, shot_list(text), footage, (speech, others), course)
    assert [remark.code for remark in unmarked.remarks] != [remark.code for remark in marked.remarks]


def test_a_circled_take_wins(course: Style) -> None:
    text = script((line("1", A, shot("01", take=1)), line("2", B)))
    found = chosen(text, course, heard(A, B, A, B))
    assert {told.take for told in found.told if isinstance(told, Telling)} == {0}
    assert [take.circled for take in found.takes] == [True, False]
    assert whys(found) == ["not-circled", "not-circled"]


def test_file_names_number_takes(course: Style) -> None:
    text = script((line("1", A, shot("02", take=3)),))
    found = chosen(text, course, heard(A, rush="P1-S02-T10.mov"), heard(A, rush="P1-S02-T3.mov"))
    assert [(take.rush, take.number) for take in found.takes] == [("P1-S02-T3.mov", 3), ("P1-S02-T10.mov", 10)]
    assert isinstance(found.told[0], Telling)
    assert found.told[0].take == 0


def test_a_rush_named_for_another_shot_is_still_heard(course: Style) -> None:
    text = script((line("1", A, shot("01")),), (line("2", B, shot("02")),))
    found = chosen(text, course, heard(A, rush="02_take1.mov"))
    assert isinstance(found.told[0], Telling)
    assert [remark.code for remark in found.remarks] == ["hearing.other-shot"]


def test_rushes_are_taken_in_the_order_of_their_names(course: Style) -> None:
    found = chosen(script((line("1", A),)), course, heard(A, rush="take 10.mov"), heard(A, rush="take 9.mov"))
    assert isinstance(found.told[0], Telling)
    assert found.takes[found.told[0].take].rush == "take 10.mov"


def test_a_sentence_in_other_words_is_kept_in_its_place(course: Style) -> None:
    said = "Dans un second temps, il faut la nettoyer avec soin."
    speech = heard(B, said, D)
    found = chosen(script((line("1", f"{B} {C} {D}"),)), course, speech)
    assert [type(told) for told in found.told] == [Telling] * len(found.told)
    assert "nettoyer avec soin" in " ".join(text_of(found, speech, number) for number in range(len(found.told)))
    assert "hearing.improvised" in [remark.code for remark in found.remarks]


def test_chat_does_not_pass_for_a_retake_of_a_short_sentence(course: Style) -> None:
    speech = heard(A, "Très bien.", B, "Ok, très bien, on la garde.")
    found = chosen(script((line("1", f"{A} Très bien. {B}"),)), course, speech)
    assert len(found.told) == 1
    assert text_of(found, speech) == f"{A} Très bien. {B}"


def test_the_same_sentence_twice_is_told_in_order(course: Style) -> None:
    speech = heard(A, B, C, B, D)
    found = chosen(script((line("1", f"{A} {B} {C} {B} {D}"),)), course, speech)
    assert len(found.told) == 1
    assert found.rejected == ()


def test_numbers_letters_and_signs_match_what_is_heard(course: Style) -> None:
    speech = heard("l'équation a x au carré plus b x vaut vingt cinq pour cent de dix mille euros")
    found = chosen(script((line("1", "L'équation ax² + bx vaut 25 % de 10 000 €."),)), course, speech)
    assert isinstance(found.told[0], Telling)
    assert found.told[0].score > 900


def test_another_language_is_matched_too(course: Style) -> None:
    text = script((line("1", "Guten Morgen und herzlich willkommen. Heute lernen wir etwas Neues."),), language="de")
    speech = heard("guten Morgen und herzlich willkommen", "heute lernen wir etwas neues", language="de")
    assert chosen(text, course, speech).missing == 0


@pytest.mark.parametrize("retakes", [1, 3])
def test_words_said_are_found_again_at_their_frames(course: Style, retakes: int) -> None:
    speech = heard(*[A] * retakes)
    found = chosen(script((line("1", A),)), course, speech)
    assert isinstance(found.told[0], Telling)
    assert [said.span for said in found.told[0].said] == [word.span for word in speech.words[-8:]]


class TestShots:
    def test_a_scene_is_a_shot(self) -> None:
        text = script((line("1", A), line("2", B)), (line("3", C),))
        assert [(shot.id, shot.lines) for shot in shot_list(text)] == [("01", ("1", "2")), ("02", ("3",))]

    def test_a_cue_starts_another(self) -> None:
        text = script((line("1", A), line("2", B, shot("intro", take=2)), line("3", C)), (line("4", D),))
        found = [(one.id, one.lines, one.take) for one in shot_list(text)]
        assert found == [("01", ("1",), None), ("intro", ("2", "3"), 2), ("02", ("4",), None)]

    def test_an_id_of_the_script_is_never_given_to_a_scene(self) -> None:
        text = script((line("1", A), line("2", B, shot("02"))), (line("3", C),))
        assert [one.id for one in shot_list(text)] == ["01", "02", "02b"]

    def test_a_cue_inside_a_line_takes_the_next(self) -> None:
        text = script((line("1", A, shot("x", at=3)), line("2", B)))
        assert [(one.id, one.lines) for one in shot_list(text)] == [("01", ("1",)), ("x", ("2",))]

    def test_lines_without_words_belong_to_none(self) -> None:
        assert shot_list(script((Line(LineId("1"), (), (), (), HERE),))) == ()


class TestWithoutModel:
    def mute(self, *lengths: float, rush: str = "rush.mov") -> Speech:
        """Runs of voice of so many seconds, 0.8 s apart."""
        voiced: list[Span] = []
        at = 20
        for length in lengths:
            voiced.append(Span(at, at + round(length * 25)))
            at = voiced[-1].stop + 20
        return Speech(rush, Key("k"), "script-length", "fr", tuple(voiced))

    def test_runs_are_dealt_to_sentences_by_length(self, course: Style) -> None:
        speech = self.mute(2.1, 2.0, 2.3, 2.0)
        found = chosen(script((line("1", A), line("2", B), line("3", C), line("4", D))), course, speech)
        assert [told.span for told in found.told if isinstance(told, Telling)] == list(speech.voiced)
        assert "hearing.by-length" in [remark.code for remark in found.remarks]
        assert all(said.confidence == 0 for told in found.told if isinstance(told, Telling) for said in told.said)

    def test_one_run_may_hold_all(self, course: Style) -> None:
        found = chosen(script((line("1", A), line("2", f"{B} {C}"))), course, self.mute(7.0))
        assert found.missing == 0

    def test_a_sentence_may_fill_several_runs(self, course: Style) -> None:
        speech = self.mute(1.0, 1.1)
        found = chosen(script((line("1", A),)), course, speech)
        assert isinstance(found.told[0], Telling)
        assert found.told[0].span == Span(speech.voiced[0].start, speech.voiced[1].stop)
        assert all(any(said.span.within(run) for run in speech.voiced) for said in found.told[0].said)

    def test_a_run_too_many_is_left_out(self, course: Style) -> None:
        speech = self.mute(2.1, 1.9, 2.2, 4.0)
        found = chosen(script((line("1", A), line("2", B), line("3", C))), course, speech)
        assert [told.span for told in found.told if isinstance(told, Telling)] == list(speech.voiced[:3])

    def test_silence_tells_nothing(self, course: Style) -> None:
        found = chosen(script((line("1", A),)), course, self.mute())
        assert found.told == (Untold(LineId("1"), range(8)),)
