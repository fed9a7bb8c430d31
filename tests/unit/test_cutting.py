"""The dynamic programme against all plans there are; its taste; its speed."""

import itertools
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cutting import UNIT, Beat, Choice, Tempo, cost, optimum, tempo

TEMPO = Tempo(
    least=5, first_least=9, apart=3, long=20, longest=30, short=200, zoom=2000, repeat=50, long_rate=3, longest_rate=11
)


def energy(beats, plan, tempo, opens_film):
    """The energy of one plan, by its definition: None when a joint forbids it."""
    total = beats[0].costs[plan[0].option]
    shots = [[beats[0].names[plan[0].option], beats[0].into + beats[0].frames, ""]]
    for (before, old), (beat, new) in itertools.pairwise(zip(beats, plan, strict=True)):
        pairs = {(one, other): price for one, other, price in (beat.cuts if new.cut else beat.runs)}
        if (old.option, new.option) not in pairs:
            return None
        total += pairs[old.option, new.option] + beat.costs[new.option]
        if new.cut:
            shots[-1][1] += beat.out
            shots[-1][2] = before.names[old.option]
            shots.append([beat.names[new.option], beat.into + beat.frames, ""])
        else:
            shots[-1][1] += beat.before + beat.frames
    shots[-1][1] += beats[-1].tail
    ends = [shot[2] for shot in shots]
    for index, (begins, age, _) in enumerate(shots):
        least = tempo.first_least if opens_film and index == 0 else tempo.least
        total += tempo.short * (age < least) + tempo.zoom * (age < tempo.apart)
        total += tempo.long_rate * max(0, age - tempo.long) + tempo.longest_rate * max(0, age - tempo.longest)
        total += tempo.repeat * (index >= 2 and begins == ends[index - 2])
    return total


def plans(beats):
    options = [
        [Choice(option, cut) for option in range(len(beat.names)) for cut in ((True,) if index == 0 else (False, True))]
        for index, beat in enumerate(beats)
    ]
    return itertools.product(*options)


@st.composite
def rows(draw):
    names = draw(st.lists(st.sampled_from("wmcx"), min_size=1, max_size=3, unique=True))
    beats: list[Beat] = []
    for index in range(draw(st.integers(1, 4))):
        here = tuple(draw(st.permutations(names))[: draw(st.integers(1, len(names)))])
        prices = st.integers(0, 300)
        before = beats[-1].names if beats else ()
        pairs = [(old, new) for old in range(len(before)) for new in range(len(here))]
        free = [pair for pair in pairs if before[pair[0]] == here[pair[1]] or draw(st.booleans())]
        beats.append(
            Beat(
                names=here,
                costs=tuple(draw(prices) for _ in here),
                frames=draw(st.integers(1, 16)),
                before=draw(st.integers(0, 12)),
                out=draw(st.integers(0, 5)),
                into=draw(st.integers(0, 4)),
                runs=tuple((old, new, draw(prices)) for old, new in free),
                cuts=tuple((old, new, draw(prices)) for old, new in pairs),
                tail=draw(st.integers(0, 6)) if index else 0,
            )
        )
    return tuple(beats)


@settings(max_examples=40, deadline=None)
@given(rows(), st.booleans())
def test_no_plan_costs_less(beats, opens_film):
    found, choices = optimum(beats, TEMPO, opens_film=opens_film)
    costs = [price for plan in plans(beats) if (price := energy(beats, plan, TEMPO, opens_film)) is not None]
    assert found == min(costs)
    assert energy(beats, choices, TEMPO, opens_film) == found


def row(count: int, frames: int, options: int = 3, **joint: int) -> tuple[Beat, ...]:
    every = tuple((old, new) for old in range(options) for new in range(options))
    return tuple(
        Beat(
            names=tuple("wmcxyz"[:options]),
            costs=(0,) * options,
            frames=frames,
            runs=tuple((old, new, 0) for old, new in every if old == new),
            cuts=tuple((old, new, joint.get("cut", 10)) for old, new in every if old != new),
        )
        for _ in range(count)
    )


def test_shots_end_before_they_are_long():
    _, choices = optimum(row(9, 8), TEMPO)
    starts = [index for index, choice in enumerate(choices) if choice.cut]
    assert all(later - earlier <= 4 for earlier, later in itertools.pairwise([*starts, 9]))
    assert len(starts) > 2


def test_a_short_shot_is_not_worth_a_slightly_better_framing():
    beats = list(row(3, 4))
    beats[1] = replace(beats[1], costs=(20, 20, 0))
    _, choices = optimum(beats, TEMPO)
    assert [choice.cut for choice in choices] == [True, False, False]


def test_ties_go_to_the_first_option_and_are_the_same_each_time():
    beats = row(6, 8)
    assert optimum(beats, TEMPO) == optimum(beats, TEMPO)
    assert optimum(beats[:1], TEMPO)[1] == (Choice(0, cut=True),)


def test_a_joint_that_lets_nothing_through_is_refused():
    shut = Beat(("w",), (0,), 5)
    with pytest.raises(ValueError, match="neither be run on nor cut"):
        optimum((shut, shut), TEMPO)


def test_no_phrase_is_no_plan():
    assert optimum((), TEMPO) == (0, ())


def test_costs_are_whole_millionths():
    assert cost(Fraction(7, 20)) == 350_000
    assert cost(Fraction(1)) == UNIT


def test_a_rhythm_in_frames(course):
    made = tempo(course.rhythm, Fraction(30000, 1001))
    assert made.least == 60
    assert made.apart < made.least < made.first_least <= made.long < made.longest


def test_150_phrases_take_no_time(course):
    made = tempo(course.rhythm, Fraction(25))
    beats = [replace(beat, frames=25 + index * 37 % 125) for index, beat in enumerate(row(150, 1, options=4))]
    taken: list[float] = []
    for _ in range(3):
        began = time.process_time()
        optimum(beats, made)
        taken.append(time.process_time() - began)
    assert min(taken) < 0.05
