from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.flashes import GRID, Flashing, flashing, linear
from pipeline.spans import Span

RATE = Fraction(25)
FIELD = (GRID.width // 3, GRID.height // 3)
BLACK, WHITE, RED = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.5, 0.0, 0.0)


def grid(colour: Sequence[float], part: tuple[int, int] | None = None, ground: Sequence[float] = BLACK) -> np.ndarray:
    """A picture of `ground` with `part` (cells across, cells down) of it in `colour`; None: all of it."""
    picture = np.empty((GRID.height, GRID.width, 3), np.float32)
    picture[:] = ground
    wide, high = part or (GRID.width, GRID.height)
    picture[:high, :wide] = colour
    return picture


def blinking(times: int, every: int, colour=WHITE, part=None, ground=BLACK) -> list[np.ndarray]:
    """Ten still frames, then `times` flashes of `every` frames lit and `every` dark, then a second of rest."""
    dark, lit = grid(ground, ground=ground), grid(colour, part, ground)
    return [dark] * 10 + ([lit] * every + [dark] * every) * times + [dark] * 25


@pytest.mark.parametrize("kind", ["general", "red"])
def test_three_flashes_in_a_second_pass_and_four_do_not(kind: str) -> None:
    # a dark red against black changes luminance by less than 10 %
    colour = WHITE if kind == "general" else (0.45, 0.0, 0.0)
    assert flashing(blinking(3, 3, colour), RATE) == ()
    assert flashing(blinking(4, 3, colour), RATE) == (Flashing(kind, Span(10, 32)),)


def test_four_flashes_that_take_longer_than_a_second_pass() -> None:
    assert flashing(blinking(4, 4), RATE) == ()  # the eighth change comes 28 frames after the first
    assert flashing(blinking(4, 4), Fraction(28)) == (Flashing("general", Span(10, 39)),)
    assert flashing(blinking(9, 4), RATE) == ()  # three in any second, on and on


def test_a_quarter_of_a_field_passes_and_more_does_not() -> None:
    half = FIELD[0] // 2
    assert flashing(blinking(5, 2, part=(half, FIELD[1] // 2)), RATE) == ()
    assert flashing(blinking(5, 2, part=(half + 1, FIELD[1] // 2)), RATE) != ()


def test_two_small_places_far_from_each_other_pass() -> None:
    def two(value: float) -> np.ndarray:
        picture = grid(BLACK)
        picture[:9, :16] = picture[-9:, -16:] = value
        return picture

    assert flashing([two(0), *([two(1)] * 2 + [two(0)] * 2) * 6], RATE) == ()


@pytest.mark.parametrize(
    ("low", "high", "harms"), [(0.0, 0.09, False), (0.0, 0.11, True), (0.85, 1.0, False), (0.78, 0.9, True)]
)
def test_what_counts_as_a_change_of_luminance(low: float, high: float, harms: bool) -> None:
    found = flashing(blinking(5, 2, (high,) * 3, ground=(low,) * 3), RATE)
    assert bool(found) is harms
    assert {one.kind for one in found} <= {"general"}


def test_a_slow_change_and_a_cut_are_no_flashes() -> None:
    ramp = [grid((value,) * 3) for value in np.linspace(0, 1, 50)]
    assert flashing([*ramp, *reversed(ramp)], RATE) == ()
    assert flashing([grid(BLACK), *[grid(WHITE)] * 20, *[grid(BLACK)] * 20], RATE) == ()


def test_a_fade_in_steps_counts_once_each_way() -> None:
    steps = [grid((value,) * 3) for value in (0, 0.15, 0.3, 0.45, 0.3, 0.15)]
    assert flashing([*steps * 3, *[steps[0]] * 25], RATE) == ()
    assert flashing([*steps * 4, *[steps[0]] * 25], RATE) != ()


def test_red_against_a_blue_of_the_same_luminance_is_seen() -> None:
    red, blue = (0.45, 0.0, 0.0), (0.0, 0.0, 1.0)
    assert abs(0.2126 * red[0] - 0.0722 * blue[2]) < 0.1
    assert {one.kind for one in flashing(blinking(4, 3, red, ground=blue), RATE)} == {"red"}
    green = (0.0, 0.1, 0.0)
    assert flashing(blinking(4, 3, green, ground=blue), RATE) == ()


def test_the_noise_of_a_dark_picture_is_not_red() -> None:
    assert flashing(blinking(9, 1, (0.03, 0.0, 0.0)), RATE) == ()


def test_a_bar_that_crosses_the_picture_flashes_nowhere() -> None:
    def bar(at: int) -> np.ndarray:
        picture = grid(BLACK)
        picture[:, at * 4 : at * 4 + 12] = 1
        return picture

    assert flashing([bar(at) for at in range(24)], RATE) == ()


def test_the_worse_of_two_grounds_counts() -> None:
    dark, lit = grid(BLACK), grid(WHITE)
    over_black = [dark, *[lit, lit, dark, dark] * 5]
    both = [np.stack((lit, one)) for one in over_black]
    assert flashing(both, RATE) == flashing(over_black, RATE) != ()


@given(st.integers(0, 6), st.integers(1, 6), st.sampled_from([Fraction(24), RATE, Fraction(30000, 1001)]))
def test_what_is_found_lies_in_the_film_and_apart(times: int, every: int, rate: Fraction) -> None:
    film = blinking(times, every)
    found = flashing(film, rate)
    assert all(one.span.within(Span(0, len(film))) for one in found)
    assert bool(found) is (times > 3 and 7 * every <= int(rate))


def test_light_is_linear() -> None:
    assert linear(np.array([0, 255, 188], np.uint8)).tolist() == pytest.approx([0, 1, 0.5029], abs=1e-3)
