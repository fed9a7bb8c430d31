"""What graphics keep to: the safe edge, and the band of captions of each shape of frame."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import edges
from pipeline.geometry import Size
from pipeline.media import shelf

BRAND = shelf.style("course").brand


@pytest.mark.parametrize(
    ("size", "low"),
    [
        (Size(1920, 1080), 162),  # framing notes 1.4
        (Size(1080, 1920), 576),  # the same: 30 % where players lay buttons over the foot
        (Size(1080, 1080), 162),
        (Size(1080, 1350), 202),  # 4:5 is shown whole
    ],
)
def test_how_high_the_band_of_captions_is(size: Size, low: int) -> None:
    assert edges.captions(BRAND, size).height == low
    assert edges.captions(BRAND, size).bottom == size.height


@given(st.integers(16, 4000), st.integers(16, 4000))
def test_the_parts_of_a_frame_lie_in_it_and_words_stand_above_captions(width: int, height: int) -> None:
    size = Size(width, height)
    free, captions = edges.free(BRAND, size), edges.captions(BRAND, size)
    assert free.within(edges.safe_edge(BRAND, size))
    assert captions.within(size.box)
    assert free.common(captions) is None


def test_captions_of_a_tall_film_begin_where_their_band_does() -> None:
    assert edges.captions_line(BRAND, Size(1080, 1920)) == Fraction(70, 100)
    assert edges.captions_line(BRAND, Size(1920, 1080)) is None
