"""Who the subject is, and where: links, outliers, gaps."""

from fractions import Fraction

import pytest

from pipeline.geometry import Box
from pipeline.presets import Style
from pipeline.tracks import Track, Watched, percentile, track
from tests.unit.heads import RATE, UHD, Head, at, sighting, take, watched


def tracked(seen: Watched, course: Style, start: int = 0, stop: int = 500) -> Track:
    found = track(take(start, stop), seen, course.seeing, RATE)
    assert found is not None
    return found


def test_a_head_that_stands_still(course: Style) -> None:
    found = tracked(watched(at(1900, 800, 300)), course)
    assert (found.head_height, found.eye_line, found.centre, found.crown) == (300, 800, 1900, 650)
    assert found.seen == 1000
    assert found.lost == 5
    assert found.face == Box(1780, 719, 240, 240)
    assert set(found.centres) == {(frame, 1900, 800) for frame in range(0, 500, 5)}


def test_hair_above_the_skull_moves_the_crown_up_and_leaves_the_head_height(course: Style) -> None:
    found = tracked(watched(at(1900, 800, 300), hair=0.7), course)
    assert found.crown == 800 - 210
    assert found.head_height == 300


def test_hair_that_an_outline_puts_below_the_skull_is_not_believed(course: Style) -> None:
    assert tracked(watched(at(1900, 800, 300), hair=0.4), course).crown == 650


def test_nobody_seen_has_no_track(course: Style) -> None:
    assert track(take(), watched(lambda _: None), course.seeing, RATE) is None


def test_only_the_frames_of_the_take_count(course: Style) -> None:
    found = tracked(watched(lambda frame: (1900, 800, 300) if frame < 250 else (900, 800, 300)), course, 250, 500)
    assert found.centre == 900
    assert found.centres[0][0] == 250


def swaying(x: float, height: float = 300) -> Head:
    return lambda frame: (x + (frame // 5 % 7) * 6, 800, height)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (swaying(800, 150), "smaller"),
        (swaying(300, 290), "at the edge"),
        (lambda frame: swaying(900)(frame) if frame < 200 else None, "there for a while"),
        (lambda _: (1400, 700, 400), "larger and nearer the middle, but a poster: it does not move"),
    ],
)
def test_the_subject_is_the_largest_most_central_most_present_living_face(course: Style, other: Head, why: str) -> None:
    found = tracked(watched(swaying(2100), other), course)
    assert abs(found.centre - 2118) < 20, why
    assert found.seen == 1000


def test_a_lone_still_face_is_the_subject_all_the_same(course: Style) -> None:
    assert tracked(watched(at(1900, 800, 300)), course).centre == 1900


def test_a_short_gap_is_bridged_in_a_straight_line(course: Style) -> None:
    gone = range(100, 120)
    found = tracked(watched(lambda frame: None if frame in gone else (1000 + frame, 800, 300)), course)
    assert (110, 1110, 800) in found.centres
    assert found.lost == 25
    assert found.seen == 960


def test_in_a_long_gap_the_head_is_held_where_it_was(course: Style) -> None:
    gone = range(100, 200)
    found = tracked(watched(lambda frame: None if frame in gone else (1000 + frame, 800, 300)), course)
    places = {frame: x for frame, x, _ in found.centres}
    assert places[95] == 1095
    assert {places[frame] for frame in gone if frame in places} == {1095}
    assert places[200] == 1200
    assert found.lost == 105


def test_before_it_is_first_seen_the_head_is_where_it_will_be(course: Style) -> None:
    found = tracked(watched(lambda frame: None if frame < 100 else (1000, 800, 300)), course)
    assert {x for _, x, _ in found.centres} == {1000}
    assert found.lost == 100


def test_a_subject_found_again_after_long_is_the_same_one(course: Style) -> None:
    gone = range(100, 300)  # 8 s, longer than runs are held together
    found = tracked(watched(lambda frame: None if frame in gone else (1900 + frame % 20, 800, 300)), course)
    assert found.seen == 600


def test_somebody_elsewhere_while_the_subject_is_away_is_somebody_else(course: Style) -> None:
    away = range(200, 400)
    found = tracked(
        watched(
            lambda frame: None if frame in away else (1900 + frame % 20, 800, 300),
            lambda frame: (400, 800, 300) if frame in away else None,
        ),
        course,
    )
    assert found.seen == 600
    assert {x for frame, x, _ in found.centres if frame in away} == {1915}


def test_a_jump_of_one_sighting_is_no_sighting(course: Style) -> None:
    seen = watched(lambda frame: (2070, 800, 300) if frame == 250 else (1900, 800, 300))
    found = tracked(seen, course)
    assert all(x == 1900 for _, x, _ in found.centres)
    assert len(found.faces) == len(seen.sampled) - 1


def test_the_body_is_as_wide_as_hands_in_use_reach_and_no_wider_for_one_wave(course: Style) -> None:
    seen = watched(at(1900, 800, 300), arms=4)
    wave = sighting(250, 1900, 800, 300, arms=8)
    seen = Watched(
        seen.rush, seen.key, UHD, seen.sampled, tuple(wave if one.frame == 250 else one for one in seen.sightings)
    )
    body = tracked(seen, course).body
    assert body is not None
    assert (body.x, body.width) == (1300, 1200)


@pytest.mark.parametrize(("share", "wanted"), [("0", 10), ("1/2", 30), ("95/100", 40), ("1", 40)])
def test_percentile(share: str, wanted: int) -> None:
    assert percentile([40, 10, 30, 20], Fraction(share)) == wanted
