"""When a file in a watched folder is whole, with a clock that the test turns."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipeline.standing import Stamp, Standing, looked

STILL = Fraction(10)


def taken(looks: list[tuple[float, dict[str, tuple[int, int]]]]) -> list[tuple[float, str]]:
    """When each file is taken, from what lies there at each look: (size, time) by name."""
    known, out = Standing(), []
    for now, there in looks:
        known, whole = looked(known, {name: Stamp(*stamp) for name, stamp in there.items()}, now, STILL)
        out += [(now, name) for name in whole]
    return out


def test_a_file_is_taken_once_when_it_has_stood_still() -> None:
    assert taken([(now, {"a.mov": (5, 1)}) for now in (0, 4, 9.9, 10, 14, 60)]) == [(10, "a.mov")]


def test_a_file_that_grows_slowly_is_waited_for() -> None:
    grows = [(float(now), {"a.mov": (min(now, 60) // 8, min(now, 60) // 8)}) for now in range(1, 90)]
    assert taken(grows) == [(66.0, "a.mov")]


def test_a_time_that_changes_alone_counts_as_change() -> None:
    assert taken([(0, {"a": (5, 1)}), (9, {"a": (5, 2)}), (18, {"a": (5, 2)}), (19, {"a": (5, 2)})]) == [(19, "a")]


def test_a_file_renamed_at_its_end_waits_under_its_new_name() -> None:
    # under `a.mov.part` it is not among those that may be taken
    assert taken([(0, {}), (30, {"a.mov": (9, 1)}), (39, {"a.mov": (9, 1)}), (40, {"a.mov": (9, 1)})]) == [
        (40, "a.mov")
    ]


def test_a_file_that_vanishes_is_forgotten_and_may_come_back() -> None:
    there = {"a": (5, 1)}
    assert taken([(0, there), (5, {}), (11, there), (20, there), (21, there)]) == [(21, "a")]
    assert taken([(0, there), (10, there), (12, {}), (13, there), (23, there)]) == [(10, "a"), (23, "a")]


def test_a_file_that_changes_after_it_was_taken_is_another() -> None:
    more = {"a": (6, 2)}
    assert taken([(0, {"a": (5, 1)}), (10, {"a": (5, 1)}), (15, more), (24, more), (25, more)]) == [
        (10, "a"),
        (25, "a"),
    ]


def test_what_is_waited_for_is_known() -> None:
    known, _ = looked(Standing(), {"b": Stamp(1, 1), "a": Stamp(2, 1)}, 0.0, STILL)
    assert known.waiting == ("a", "b")
    known, whole = looked(known, {"a": Stamp(2, 1)}, 10.0, STILL)
    assert (known.waiting, whole) == ((), ("a",))


STATES = st.dictionaries(st.sampled_from("abc"), st.tuples(st.integers(1, 3), st.integers(1, 2)), max_size=3)


@given(looks=st.lists(st.tuples(st.integers(1, 6), STATES), max_size=30))
def test_nothing_is_taken_that_did_not_stand_still(looks: list[tuple[int, dict[str, tuple[int, int]]]]) -> None:
    now, timed = 0.0, []
    for step, there in looks:
        now += step
        timed.append((now, there))
    for when, name in taken(timed):
        stamps = [there.get(name) for at, there in timed if when - STILL <= at <= when]
        assert len(set(stamps)) == 1
        assert stamps[0] is not None
        assert any(at <= when - STILL and there.get(name) == stamps[0] for at, there in timed)
