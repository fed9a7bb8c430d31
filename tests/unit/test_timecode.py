"""Timecode agrees with OpenTimelineIO's, and never gives two frames one number."""

from fractions import Fraction
from itertools import pairwise

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.spans import STANDARD_RATES
from pipeline.timecode import counted, drops, timecode

DAY = 24 * 3600


@given(st.sampled_from(STANDARD_RATES), st.integers(0, 23 * 3600 * 60))
def test_it_is_that_of_opentimelineio(rate: Fraction, frame: int) -> None:
    frame = min(frame, 23 * 3600 * counted(rate))
    assert timecode(frame, rate) == otio.opentime.RationalTime(frame, float(rate)).to_timecode(float(rate), drops(rate))


@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(60000, 1001)])
def test_where_numbers_are_left_out_it_keeps_to_the_clock(rate: Fraction) -> None:
    for hour in range(24):
        frame = round(hour * 3600 * rate)
        hours, minutes, seconds, _ = timecode(frame, rate).replace(";", ":").split(":")
        assert abs(int(hours) * 3600 + int(minutes) * 60 + int(seconds) - hour * 3600) <= 1


@pytest.mark.parametrize("rate", STANDARD_RATES)
def test_each_frame_has_its_own_number_and_they_go_up(rate: Fraction) -> None:
    for first in (0, 60 * counted(rate) - 40, 600 * counted(rate) - 60):
        numbers = [timecode(frame, rate) for frame in range(first, first + 80)]
        assert all(before < after for before, after in pairwise(numbers))


def test_no_frame_is_before_the_first() -> None:
    with pytest.raises(ValueError, match="found -1"):
        timecode(-1, Fraction(25))
