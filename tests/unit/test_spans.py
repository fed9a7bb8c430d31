from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.spans import STANDARD_RATES, Span, frames_in, merged, rounded, sample_at, standard_rate

spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 500), st.integers(1, 200))


@pytest.mark.parametrize(("start", "stop"), [(5, 5), (6, 5)])
def test_an_empty_span_is_refused(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match=rf"found \[{start}, {stop}\)"):
        Span(start, stop)


@given(spans, spans)
def test_common_frames_are_those_that_both_hold(one: Span, other: Span) -> None:
    common = one.common(other)
    held = {frame for frame in range(one.start, one.stop) if other.holds(frame)}
    assert held == (set(range(common.start, common.stop)) if common else set())
    assert one.meets(other) == bool(held)


@given(st.lists(spans, max_size=8), st.integers(0, 20))
def test_merged_spans_hold_the_same_frames_and_stand_apart(some: list[Span], gap: int) -> None:
    joined = merged(some, gap)
    assert {f for s in some for f in range(s.start, s.stop)} <= {f for s in joined for f in range(s.start, s.stop)}
    assert all(before.stop + gap < after.start for before, after in pairwise(joined))


@given(st.sampled_from(STANDARD_RATES), st.integers(0, 10**6))
def test_a_frame_begins_on_the_nearest_sample(rate: Fraction, frame: int) -> None:
    assert abs(sample_at(frame, rate) - frame * 48000 / rate) <= Fraction(1, 2)


@given(st.sampled_from(STANDARD_RATES), st.integers(0, 10**5))
def test_seconds_of_a_frame_give_the_frame_back(rate: Fraction, frame: int) -> None:
    assert frames_in(frame / rate, rate) == frame


@pytest.mark.parametrize(
    ("measured", "standard"),
    [
        (Fraction(2997, 100), Fraction(30000, 1001)),
        (Fraction(25), Fraction(25)),
        (Fraction(23976, 1000), Fraction(24000, 1001)),
        (Fraction(15), Fraction(15)),
        (Fraction(30), Fraction(30)),
    ],
)
def test_rates_snap_to_the_standard_ones_within_a_thousandth(measured: Fraction, standard: Fraction) -> None:
    assert standard_rate(measured) == standard


def test_halves_round_up_so_that_neighbours_never_meet() -> None:
    assert [rounded(Fraction(n, 2)) for n in range(-3, 6)] == [-1, -1, 0, 0, 1, 1, 2, 2, 3]
