from itertools import pairwise
from typing import Any

from pipeline.lined_script import LABEL, LinedLine, lined
from tests.unit.told import RUSH, report


def line(number: int, **changes: Any) -> LinedLine:
    scenes = lined(report() | changes)
    return next(line for scene in scenes for line in scene.lines if line.number == number)


def test_lines_that_say_nothing_are_left_out() -> None:
    assert [line.number for scene in lined(report()) for line in scene.lines] == [1, 2, 4, 5, 6]


def test_a_scene_begins_where_its_first_word_is_said() -> None:
    assert [scene.frame for scene in lined(report())] == [10, 420]


def test_the_chosen_take_is_solid_and_the_false_start_covers_only_its_beginning() -> None:
    chosen, false_start = line(2).strokes
    assert (chosen.chosen, chosen.top, chosen.bottom) == (True, 0.0, 100.0)
    assert (false_start.chosen, false_start.bottom, false_start.tells) == (False, 50.0, "faux départ")
    assert false_start.lane > chosen.lane


def test_a_take_is_numbered_where_it_begins_and_not_where_it_goes_on() -> None:
    assert [stroke.label for stroke in line(1).strokes] == ["1"]
    assert line(2).strokes[0].label == ""


def test_two_takes_that_tell_a_line_share_its_height_by_their_length() -> None:
    first, second = line(5).strokes
    assert (first.top, first.bottom, second.top, second.bottom) == (0.0, 50.0, 50.0, 100.0)
    assert (first.label, second.label) == ("", "3")
    assert first.lane != second.lane


def test_a_line_that_no_take_says_has_no_stroke_and_is_missing() -> None:
    assert line(6).missing
    assert line(6).strokes == ()


def test_the_framing_a_line_begins_in_is_ticked_and_each_change_after() -> None:
    assert [(tick.name, tick.frame) for tick in line(1).ticks] == [("PL", 0), ("PT ←", 90)]
    assert line(1).ticks[0].at == 0.0


def test_tick_labels_never_cover_each_other() -> None:
    clips = [clip | {"frame": 10 + 3 * place} for place, clip in enumerate(report()["clips"])]
    told = line(1, clips=clips)
    places = [tick.at * told.height / 100 for tick in told.ticks]
    assert len(places) == 8
    assert all(after - before >= LABEL - 0.5 for before, after in pairwise(places))
    assert places[0] >= 0
    assert places[-1] <= told.height


def test_brackets_stand_where_the_overlay_is_and_say_what_is_missing() -> None:
    [bracket] = line(4).brackets
    assert (bracket.name, bracket.missing) == ("carte-des-oceans", True)
    assert (bracket.top, bracket.bottom) == (round(100 * 20 / 212, 1), round(100 * 120 / 212, 1))
    assert [bracket.lane for bracket in line(1).brackets] == [0, 1]


def test_a_line_that_the_timeline_does_not_hold_has_bare_margins() -> None:
    changed = report()
    changed["scenes"][0]["lines"][0]["frames"] = None
    told = line(1, scenes=changed["scenes"])
    assert (told.frames, told.ticks, told.brackets) == (None, (), ())


def test_what_was_rejected_for_a_line_without_a_take_is_drawn_whole() -> None:
    rejected = {"rush": RUSH, "span": [0, 50], "why": "faux départ", "code": "partial", "score": 0.6}
    takes = [{"line": "b3", "rush": RUSH, "span": None, "score": 0.0, "take": None, "rejected": [rejected]}]
    [stroke] = line(6, takes=takes).strokes
    assert (stroke.chosen, stroke.top, stroke.bottom) == (False, 0.0, 100.0)
