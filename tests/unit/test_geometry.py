from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import Box, Size, overlap

boxes = st.builds(Box, st.integers(-50, 200), st.integers(-50, 200), st.integers(1, 150), st.integers(1, 150))


@given(boxes, boxes)
def test_a_cover_holds_both_and_what_is_common_lies_in_both(one: Box, other: Box) -> None:
    cover = one.cover(other)
    assert one.within(cover)
    assert other.within(cover)
    common = one.common(other)
    assert common is None or (common.within(one) and common.within(other))
    assert 0 <= overlap(one, other) <= 1


@given(boxes)
def test_a_clamped_box_lies_inside_and_keeps_its_size(box: Box) -> None:
    size = Size(200, 200)
    clamped = box.clamp(size)
    assert clamped.within(size.box)
    assert clamped.size == box.size
    assert not box.within(size.box) or clamped == box


def test_a_box_larger_than_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Box(0, 0, 201, 10).clamp(Size(200, 200))


@given(boxes)
def test_even_boxes_are_even_and_never_larger(box: Box) -> None:
    even = box.even()
    assert not any(value % 2 for value in (even.x, even.y, even.width, even.height))
    assert even.width <= max(2, box.width)


@pytest.mark.parametrize(("ratio", "expected"), [(Fraction(2), Fraction(1, 4)), (Fraction(3, 2), Fraction(4, 9))])
def test_nested_boxes_of_ratio_r_overlap_by_one_over_r_squared(ratio: Fraction, expected: Fraction) -> None:
    inner = Box(300, 300, 600, 600)
    outer = inner.grown(ratio - 1)
    assert overlap(inner, outer) == expected


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, -1)])
def test_empty_sizes_and_boxes_are_refused(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="at least 1 x 1"):
        Size(width, height)
    with pytest.raises(ValueError, match="at least 1 x 1"):
        Box(0, 0, width, height)
