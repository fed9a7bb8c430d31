"""Where a camera is at each frame, and how calmly it goes there."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.camera import calm, cover, place_at, pushed, straightened
from pipeline.geometry import Box
from pipeline.media import shelf
from pipeline.presets import Style
from pipeline.timeline import Knot, Locked, Moving

WIDE, NEAR = Box(0, 0, 1600, 900), Box(400, 200, 800, 450)
HZ = Fraction(5)


def test_a_locked_camera_is_where_it_is() -> None:
    assert place_at(Locked(NEAR), 12345).box() == NEAR


@pytest.mark.parametrize(
    ("ease", "frame", "x"),
    [
        ("linear", 0, 0),
        ("linear", 100, 0),
        ("linear", 125, 100),
        ("linear", 150, 200),
        ("linear", 200, 400),
        ("linear", 999, 400),
        ("smooth", 125, Fraction(400) * 5 / 32),
        ("smooth", 150, 200),
        ("smooth", 199, Fraction(400 * 99 * 99 * (300 - 2 * 99), 100**3)),
    ],
)
def test_a_moving_camera_rests_before_its_first_knot_and_after_its_last(ease: str, frame: int, x: Fraction) -> None:
    path = Moving((Knot(100, WIDE), Knot(200, NEAR)), ease)  # type: ignore[arg-type]
    assert place_at(path, frame).x == x


def test_each_stretch_of_a_smooth_path_eases_by_itself() -> None:
    path = Moving((Knot(0, WIDE), Knot(10, NEAR), Knot(30, WIDE)), "smooth")
    assert place_at(path, 10).box() == NEAR
    assert place_at(path, 20).x == 200


def test_the_cover_of_a_path_holds_all_its_boxes() -> None:
    assert cover(Moving((Knot(0, NEAR), Knot(9, NEAR.shifted(-30, 10))), "linear")) == Box(370, 200, 830, 460)
    assert cover(Locked(NEAR)) == NEAR


def test_a_push_between_two_locked_cameras_eases_once() -> None:
    assert pushed(Locked(WIDE), Locked(NEAR), 50, 75, 5) == Moving((Knot(50, WIDE), Knot(125, NEAR)), "smooth")
    assert pushed(Locked(NEAR), Locked(NEAR), 50, 75, 5) == Locked(NEAR)


def test_a_push_to_a_moving_camera_ends_on_its_path_and_stays_on_it() -> None:
    end = Moving((Knot(0, NEAR), Knot(400, NEAR.shifted(200, 0))), "linear")
    path = pushed(Locked(WIDE), end, 100, 50, 5)
    assert place_at(path, 100).box() == WIDE
    assert place_at(path, 125).box().width == 1200
    for frame in (150, 275, 400, 500):
        assert place_at(path, frame).box() == place_at(end, frame).box()


def test_a_head_that_hardly_moves_locks_the_camera_at_its_median(course: Style) -> None:
    heads = [1000 + (index * 37) % 100 for index in range(200)]
    aims = calm(heads, 1600, 1600, HZ, course.framings)
    assert len(set(aims)) == 1
    assert 1040 <= aims[0] <= 1060


def test_one_second_out_of_place_in_half_a_minute_moves_nothing(course: Style) -> None:
    heads = [1000] * 70 + [1500] * 5 + [1000] * 75
    assert set(calm(heads, 1600, 1600, HZ, course.framings)) == {1000}


def test_a_head_that_changes_its_place_once_is_followed_by_one_eased_move(course: Style) -> None:
    aims = calm([1000] * 50 + [1300] * 50, 1600, 1600, HZ, course.framings)
    assert set(aims[:50]) == {1000}
    assert set(aims[62:]) == {1300}
    assert all(one <= other for one, other in pairwise(aims))
    speeds = [float(other - one) * 5 / 1600 for one, other in pairwise(aims)]
    assert max(speeds) <= float(course.framings.speed_most) * 1.01


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(-160, 160), min_size=4, max_size=40), st.integers(3, 8))
def test_a_followed_head_keeps_its_place_and_the_camera_its_limits(steps: list[int], hold: int) -> None:
    rules = shelf.style("course").framings
    heads = [2000]
    for step in steps:
        heads += [heads[-1] + step // hold] * hold
    aims = [float(aim) for aim in calm(heads, 1600, 1600, HZ, rules)]
    assert len(aims) == len(heads)
    if max(heads) - min(heads) <= 0.25 * 1600:
        return
    speeds = [(other - one) * 5 / 1600 for one, other in pairwise(aims)]
    assert max(map(abs, speeds)) <= float(rules.speed_most) + 1e-3
    assert max(abs(other - one) * 5 for one, other in pairwise(speeds)) <= float(rules.acceleration_most) + 1e-3


def test_a_head_that_walks_stays_within_its_slack_where_the_camera_may_go_as_fast(course: Style) -> None:
    heads = [1000 + index * 12 + (index % 3) * 9 for index in range(120)]
    aims = calm(heads, 1600, 1600, HZ, course.framings)
    slack = float(course.framings.follow_slack) * 1600 + 0.01
    assert all(abs(float(aim) - head) <= slack for aim, head in zip(aims, heads, strict=True))
    bends = [abs(a - 2 * b + c) for a, b, c in zip(aims, aims[1:], aims[2:], strict=False)]
    assert sum(float(bend) for bend in bends) / len(bends) / 1600 / 25 < 2e-5


def test_knots_on_a_straight_line_go_and_corners_stay() -> None:
    knots = [Knot(frame, NEAR.shifted(frame, 0)) for frame in range(0, 50, 5)]
    knots += [Knot(frame, NEAR.shifted(45, 0)) for frame in range(50, 100, 5)]
    assert [knot.frame for knot in straightened(knots)] == [0, 45, 95]


def test_a_straightened_path_is_the_same_path_to_half_a_pixel() -> None:
    knots = [Knot(frame, NEAR.shifted(round(40 * (frame / 100) ** 2), frame // 9)) for frame in range(0, 200, 5)]
    path = Moving(straightened(knots), "linear")
    assert len(path.knots) < len(knots)
    for knot in knots:
        place = place_at(path, knot.frame)
        assert abs(place.x - knot.box.x) <= Fraction(1, 2)
        assert abs(place.y - knot.box.y) <= Fraction(1, 2)
