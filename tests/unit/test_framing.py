"""The framings a take can give: composed as an editor would, inside the picture, honest about pixels."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.camera import place_at
from pipeline.framing import Composed, Framing, compose, fitted, tighter
from pipeline.geometry import Box, Size, overlap
from pipeline.media import shelf
from pipeline.presets import Style
from pipeline.timeline import Locked, Moving
from pipeline.tracks import Watched
from tests.unit.heads import HD, RATE, UHD, at, take, watched


@cache
def composed(seen: Watched, style: Style) -> Composed:
    [table] = compose((take(),), (seen,), style, RATE)
    return table


def found(table: Composed, name: str, side: str = "") -> Framing:
    framing = table.framing(name, side)
    assert framing is not None, [(one.name, one.side, one.why) for one in table.refused]
    return framing


def why_not(table: Composed, name: str, side: str = "") -> str:
    [why] = [one.why for one in table.refused if one.name == name and one.side == side]
    return why


def test_the_ladder_of_a_teacher_filmed_to_the_knees_in_4k(course: Style) -> None:
    """Head 405 px of 2160 lines: the table of `framing-and-cutting.md` 1.5 says 1.29, 0.87 and too soft."""
    table = composed(watched(at(1920, 420, 405)), course)
    centred = {one.name: (one.density, one.grade) for one in table.framings if not one.side}
    assert list(centred) == ["wide", "american", "medium", "close"]
    assert centred["wide"] == (2000, "free")
    assert 1260 <= centred["medium"][0] <= 1310
    assert centred["medium"][1] == "free"
    assert 850 <= centred["close"][0] <= 885
    assert centred["close"][1] == "warned"
    assert why_not(table, "closeup") == "density"
    assert why_not(table, "full") == "too-wide"
    assert not table.remarks


@pytest.mark.parametrize(
    ("name", "shown_below_chin", "headroom", "eyes"),
    [
        ("american", 3.8, (0.07, 0.11), (0.15, 0.22)),
        ("medium", 2.1, (0.06, 0.11), (0.22, 0.27)),
        ("close", 1.1, (0.08, 0.11), (0.29, 0.34)),
        ("closeup", 0.5, (-0.01, 0.02), (0.31, 0.35)),
    ],
)
def test_each_size_is_cut_where_it_should_with_its_headroom_and_eye_line(
    course: Style, name: str, shown_below_chin: float, headroom: tuple[float, float], eyes: tuple[float, float]
) -> None:
    small = replace(course, size=Size(640, 360))
    x, y, head = 1920, 420, 400
    box = found(composed(watched(at(x, y, head)), small), name).box
    assert abs(box.bottom - (y + head / 2 + shown_below_chin * head)) <= 14  # rounding to whole shapes: 9 rows
    assert headroom[0] <= (y - head / 2 - box.y) / box.height <= headroom[1]
    assert eyes[0] <= (y - box.y) / box.height <= eyes[1]
    assert abs((x - box.x) / box.width - 0.5) < 0.005


def test_neighbours_on_the_ladder_differ_enough_to_cut_between_them(course: Style) -> None:
    table = composed(watched(at(1920, 420, 400)), replace(course, size=Size(640, 360)))
    centred = [one for one in table.framings if not one.side and one.name != "wide"]
    assert len(centred) == 4
    for wider, closer in pairwise(centred):
        assert overlap(wider.box, closer.box) <= course.rhythm.overlap_most


@pytest.mark.parametrize(("side", "place"), [("left", (0.28, 0.33)), ("right", (0.67, 0.72))])
@pytest.mark.parametrize("name", ["medium", "close"])
def test_beside_a_graphic_the_head_stands_in_its_third(
    course: Style, name: str, side: str, place: tuple[float, float]
) -> None:
    table = composed(watched(at(1920, 500, 300)), replace(course, size=Size(1280, 720)))
    box = found(table, name, side).box
    assert place[0] - 0.002 <= (1920 - box.x) / box.width <= place[1] + 0.002
    assert box.height == found(table, name).box.height


def test_a_side_with_too_little_room_is_framed_a_little_tighter(course: Style) -> None:
    """A man in 1080p who sits just left of the middle: from 0.33 of the width on there is no whole `close` any more."""
    table = composed(watched(at(897, 350, 400), size=HD), course)
    middle, aside = found(table, "close"), found(table, "close", "left")
    assert 0.85 * middle.box.width <= aside.box.width < middle.box.width
    assert 0.30 <= (897 - aside.box.x) / aside.box.width <= 0.33
    assert aside.box.right <= 1920
    assert (middle.grade, aside.grade) == ("warned", "allowed")
    assert why_not(table, "close", "right") == "no-room"  # 0.79 of its width would be another framing


def test_a_side_without_room_for_the_graphic_is_refused(course: Style) -> None:
    table = composed(watched(at(2900, 500, 300)), course)
    assert found(table, "medium", "right")
    assert why_not(table, "medium", "left") == "no-room"
    assert why_not(table, "wide", "left") == "no-room"


def test_of_someone_filmed_close_the_whole_picture_is_the_nearest_to_medium(course: Style) -> None:
    """Head 386 px of 1080 lines, as in a webcam's picture: 2.8 heads high, between `medium` (3.4) and `close` (2.3)."""
    table = composed(watched(at(960, 400, 386), size=HD), course)
    assert [one.name for one in table.framings if not one.side] == ["wide", "close"]
    assert why_not(table, "medium") == "too-wide"
    rules = course.framings
    assert table.apart("wide", "medium", rules) < table.apart("close", "medium", rules)
    assert table.apart("wide", "wide", rules) == 1


def test_a_picture_that_leaves_no_room_to_move_is_locked(course: Style) -> None:
    walking = watched(lambda frame: (300 + 1.2 * frame, 300, 120), size=Size(1286, 720))
    assert isinstance(found(composed(walking, course), "wide").path, Locked)


def test_a_head_near_the_edge_is_framed_off_the_middle_but_not_past_a_third(course: Style) -> None:
    box = found(composed(watched(at(800, 500, 300)), course), "medium").box
    assert box.x == 0
    assert 0.33 <= 800 / box.width < 0.5
    assert why_not(composed(watched(at(500, 500, 300)), course), "medium") == "no-room"


def test_a_head_low_in_the_picture_would_have_too_much_air(course: Style) -> None:
    table = composed(watched(at(1920, 1700, 300)), course)
    assert why_not(table, "medium") == "no-room"


def test_a_rush_that_leaves_little_headroom_gives_what_it_has(course: Style) -> None:
    box = found(composed(watched(at(1920, 170, 300)), course), "medium").box
    assert box.y == 0
    assert box.y <= 170 - 150


def test_hair_is_never_cut_but_in_a_closeup(course: Style) -> None:
    style = replace(course, size=Size(640, 360))
    table = composed(watched(at(1920, 500, 300), hair=0.85), style)
    top_of_hair = 500 - 0.85 * 300
    for framing in table.framings:
        assert framing.name == "closeup" or framing.box.y <= top_of_hair
    assert found(table, "closeup").box.y > top_of_hair


def test_hands_in_use_are_not_cut_by_a_framing_that_shows_hands(course: Style) -> None:
    style = replace(course, size=Size(1280, 720))
    table = composed(watched(at(1920, 400, 300), arms=5.2), style)
    box, body = found(table, "medium").box, table.track.body if table.track else None
    assert body is not None
    assert box.x <= body.x
    assert body.right <= box.right
    wide_armed = composed(watched(at(1920, 400, 300), arms=6.5), style)
    assert why_not(wide_armed, "medium") == "no-room"
    assert found(wide_armed, "close")


def test_a_camera_is_locked_for_a_head_that_sways_a_little(course: Style) -> None:
    table = composed(watched(lambda frame: (1920 + (frame * 7) % 100, 500 + (frame * 3) % 40, 300)), course)
    assert all(isinstance(one.path, Locked) for one in table.framings)


def test_a_camera_follows_a_head_that_leaves_and_keeps_the_face_inside(course: Style) -> None:
    table = composed(watched(lambda frame: (1300 + frame * 2, 500, 405)), course)
    framing = found(table, "close")
    assert isinstance(framing.path, Moving)
    assert table.track is not None
    for frame, face in table.track.faces:
        assert face.within(place_at(framing.path, frame).box())
    assert isinstance(found(table, "wide").path, Locked)


def test_a_style_may_allow_what_is_soft(course: Style) -> None:
    seen = watched(at(1920, 420, 330))
    allowing = replace(course, framings=replace(course.framings, soft=True))
    assert why_not(composed(seen, course), "close") == "density"
    assert found(composed(seen, allowing), "close").grade == "allowed"
    assert why_not(composed(seen, allowing), "closeup") == "density"


def test_a_rush_smaller_than_the_output_gives_wide_with_a_remark(course: Style) -> None:
    table = composed(watched(at(640, 200, 150), size=Size(1280, 720)), course)
    assert found(table, "wide").box == Box(0, 0, 1280, 720)
    assert found(table, "wide").density == 667
    assert [remark.code for remark in table.remarks] == ["soft"]


def test_nobody_seen_gives_wide_alone(course: Style) -> None:
    table = composed(watched(lambda _: None), course)
    assert [one.id for one in table.framings] == ["wide"]
    assert {one.why for one in table.refused if one.name != "wide"} == {"no-subject"}
    assert [remark.code for remark in table.remarks] == ["nobody-seen"]
    assert table.track is None


def test_half_lost_gives_wide_alone(course: Style) -> None:
    table = composed(watched(lambda frame: (1920, 500, 300) if frame % 25 < 10 else None), course)
    assert [one.id for one in table.framings] == ["wide"]
    assert [remark.code for remark in table.remarks] == ["half-lost"]


def test_lost_for_long_gives_one_size_less(course: Style) -> None:
    table = composed(watched(lambda frame: None if 100 <= frame < 240 else (1920, 420, 405)), course)
    assert why_not(table, "close") == "no-subject"
    assert found(table, "medium")
    assert [remark.code for remark in table.remarks] == ["subject-lost"]


def test_a_portrait_rush_is_cut_about_the_subject(course: Style) -> None:
    table = composed(watched(at(540, 700, 250), size=Size(1080, 1920)), course)
    box = found(table, "wide").box
    assert (box.width, box.height) == (1074, 604)
    assert box.y < 700 - 125 < box.y + 0.15 * box.height
    assert [remark.code for remark in table.remarks] == ["soft", "cropped"]


def test_a_face_that_the_output_cannot_hold_is_told(course: Style) -> None:
    table = composed(watched(at(540, 900, 900), size=Size(1080, 1920)), course)
    assert "face-cut" in [remark.code for remark in table.remarks]


@pytest.mark.parametrize(
    ("height", "aspect", "most", "wanted"),
    [
        (Fraction(2160), Fraction(16, 9), UHD, UHD),
        (Fraction(1000), Fraction(16, 9), UHD, Size(1792, 1008)),  # 18 rows apart
        (Fraction(5000), Fraction(16, 9), HD, HD),  # no larger than the picture
        (Fraction(480), Fraction(16, 9), Size(640, 480), Size(640, 360)),  # 4:3
        (Fraction(1920), Fraction(16, 9), Size(1080, 1920), Size(1074, 604)),  # portrait
        (Fraction(768), Fraction(16, 9), Size(1366, 768), Size(1362, 766)),  # a laptop's screen
        (Fraction(900), Fraction(1), UHD, Size(900, 900)),
        (Fraction(2160), Fraction(9, 16), UHD, Size(1214, 2158)),
    ],
)
def test_fitted(height: Fraction, aspect: Fraction, most: Size, wanted: Size) -> None:
    assert fitted(height, aspect, most) == wanted


def test_a_push_with_no_end_goes_in_on_the_eyes(course: Style) -> None:
    table = composed(watched(at(1920, 420, 405)), course)
    framing = found(table, "medium")
    end = tighter(framing, table.track, course)
    assert isinstance(end, Locked)
    assert end.box.within(framing.box)
    assert 1.13 <= framing.box.width / end.box.width <= 1.17
    eyes = (420 - framing.box.y) / framing.box.height, (420 - end.box.y) / end.box.height
    assert abs(eyes[0] - eyes[1]) < 0.005


def test_a_push_never_ends_softer_than_is_warned_of(course: Style) -> None:
    table = composed(watched(at(1920, 420, 405)), course)
    end = tighter(found(table, "close"), table.track, course)
    assert isinstance(end, Locked)
    assert end.box.width >= course.framings.density_warned * course.size.width - 32


@settings(max_examples=60, deadline=None)
@given(
    size=st.sampled_from(
        [UHD, HD, Size(1280, 720), Size(1080, 1920), Size(640, 480), Size(1366, 768), Size(4096, 2160)]
    ),
    out=st.sampled_from([HD, Size(1280, 720), Size(1080, 1920), Size(1080, 1080), Size(864, 1080), Size(640, 360)]),
    x=st.floats(0.05, 0.95),
    y=st.floats(0.1, 0.9),
    head=st.floats(0.04, 0.6),
    sway=st.integers(0, 8),
    soft=st.booleans(),
)
def test_any_framing_lies_inside_the_picture_in_the_shape_of_the_output_and_honest(
    size: Size, out: Size, x: float, y: float, head: float, sway: int, *, soft: bool
) -> None:
    style = shelf.style("course")
    style = replace(style, size=out, framings=replace(style.framings, soft=soft))
    height = head * size.height
    seen = watched(
        lambda frame: (x * size.width + sway * (frame // 5 % 5), y * size.height, height),
        frames=100,
        size=size,
    )
    [table] = compose((take(0, 100),), (seen,), style, RATE)
    assert table.framings[0].id == "wide"
    listed = [*((one.name, one.side) for one in (*table.framings, *table.refused))]
    assert len(listed) == len(set(listed)) == 3 * len(style.framings.framing)
    for framing in table.framings:
        for frame in range(0, 100, 7):
            box = place_at(framing.path, frame).box()
            assert box.within(size.box)
            assert box.width % 2 == box.height % 2 == 0
            assert abs(Fraction(box.width, box.height) / out.aspect - 1) <= Fraction(2, 1000)
            assert abs(framing.density - 1000 * box.width / out.width) <= 1
        if isinstance(framing.path, Locked):
            assert framing.path.box == framing.path.box.even()
        soft_least = 0 if framing.name == "wide" else 670 if soft else 750
        least = {"free": 1000, "warned": 830, "allowed": soft_least}
        assert framing.density >= least[framing.grade] - 1
        assert framing.grade != "allowed" or soft or framing.side or framing.name == "wide"
