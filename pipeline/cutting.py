"""Where to cut, and what to show: an exact dynamic programme over phrases, after GAZED (Moorthy et al. 2020).

The film between two cards is a row of beats, one a phrase. A plan gives each beat an option (a framing) and says of
each joint whether the picture runs on or is cut. Its energy is the sum of

- `Beat.costs`: what each phrase costs in its framing (far from what is wanted, soft, against a cue);
- `Beat.runs`, `Beat.cuts`: what each joint costs, run on or cut, for the two framings it parts;
- for each shot of `n` frames: `short` if `n < least`, `zoom` if `n < apart`, `long_rate` for each frame beyond `long`
  and `longest_rate` for each beyond `longest`;
- `repeat` for each shot that shows what the shot but one before it showed.

All costs are integers, so that sums are exact and a tie is a tie: the first in order of joints and options wins.

The last two terms look back over a shot and its neighbour, so the state is (option, age of the shot, framing of the
shot before). Age beyond `longest` no longer changes what a further frame costs: it stops there, and the states stay
few: 150 phrases of 5 framings take some ten milliseconds. No approximation is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from pipeline.presets import Rhythm
from pipeline.spans import frames_in, rounded

UNIT = 1_000_000
"""Integer cost of 1 in a preset: fine enough that a cost per frame keeps four digits."""


def cost(value: Fraction) -> int:
    """A preset's cost as an integer, in millionths."""
    return rounded(value * UNIT)


@dataclass(frozen=True, slots=True)
class Tempo:
    """What shots cost by their length: lengths in frames, costs in millionths, rates in millionths a frame."""

    least: int
    first_least: int
    apart: int
    long: int
    longest: int
    short: int
    zoom: int
    repeat: int
    long_rate: int
    longest_rate: int

    def growth(self, age: int, frames: int) -> int:
        """What `frames` more cost a shot that is `age` frames old."""
        if age + frames <= self.long:  # most shots: nothing to reckon
            return 0
        return self._long(age + frames) - self._long(age)

    def _long(self, age: int) -> int:
        return self.long_rate * max(0, age - self.long) + self.longest_rate * max(0, age - self.longest)

    def closing(self, age: int, *, first: bool) -> int:
        """What it costs to end a shot of `age` frames; `first`: it opens the film."""
        short = self.short if age < (self.first_least if first else self.least) else 0
        return short + (self.zoom if age < self.apart else 0)


def tempo(rhythm: Rhythm, rate: Fraction) -> Tempo:
    """The rhythm of a style in frames at `rate`."""
    long, longest = frames_in(rhythm.shot_long, rate), frames_in(rhythm.shot_longest, rate)
    stretch = max(1, longest - long)
    return Tempo(
        least=frames_in(rhythm.shot_least, rate),
        first_least=frames_in(rhythm.first_shot_least, rate),
        apart=frames_in(rhythm.zoom_apart, rate),
        long=long,
        longest=longest,
        short=cost(rhythm.cost_short),
        zoom=cost(rhythm.cost_zoom),
        repeat=cost(rhythm.cost_repeat),
        long_rate=cost(rhythm.cost_long) // stretch,
        longest_rate=cost(rhythm.cost_longest) // stretch,
    )


@dataclass(frozen=True, slots=True)
class Beat:
    """One phrase as the plan sees it. Costs in millionths, lengths in frames.

    `names` are the framings of its options, `costs` what each costs for the phrase. The joint before it is either run
    on, adding `before` frames to the shot, or cut, leaving `out` of them to the shot before and `into` to the new one.
    `runs` and `cuts` are (option of the beat before, option here, cost); a pair that is absent cannot be. The first
    beat of a row has neither; its `into` frames belong to its shot. `tail` frames follow the last beat.
    """

    names: tuple[str, ...]
    costs: tuple[int, ...]
    frames: int
    before: int = 0
    out: int = 0
    into: int = 0
    runs: tuple[tuple[int, int, int], ...] = ()
    cuts: tuple[tuple[int, int, int], ...] = ()
    tail: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What the plan gives one beat: its option, and whether the picture is cut before it."""

    option: int
    cut: bool


_State = tuple[int, str, int]
_Node = tuple[int, "_Node | None", int, bool]


def optimum(beats: Sequence[Beat], tempo: Tempo, *, opens_film: bool = False) -> tuple[int, tuple[Choice, ...]]:
    """The least energy there is, and the plan that has it: a choice for each beat, the first one cut.

    `opens_film`: the first shot has to last `first_least`.

    Raises:
        ValueError: no plan at all: some joint lets nothing through.
    """
    if not beats:
        return 0, ()
    states: dict[_State, _Node] = {}
    for option, own in enumerate(beats[0].costs):
        age = beats[0].into + beats[0].frames
        _offer(states, (option, "", min(age, tempo.longest)), (own + tempo.growth(0, age), None, option, True))
    for before, beat in pairwise(beats):
        states = _after(states, before, beat, tempo, opens_film=opens_film)
        if not states:
            raise ValueError("a joint between two phrases that can neither be run on nor cut")
    tail = beats[-1].tail
    best: _Node | None = None
    for (_, shown, age), node in states.items():
        end = node[0] + tempo.growth(age, tail) + tempo.closing(age + tail, first=opens_film and not shown)
        if best is None or end < best[0]:
            best = (end, *node[1:])
    assert best is not None  # noqa: S101 (there is a state, or this would have raised)
    return best[0], _choices(best)


def _offer(states: dict[_State, _Node], state: _State, node: _Node) -> None:
    had = states.get(state)
    if had is None or node[0] < had[0]:
        states[state] = node


def _after(
    states: dict[_State, _Node], before: Beat, beat: Beat, tempo: Tempo, *, opens_film: bool
) -> dict[_State, _Node]:
    """The states after one beat more."""
    out: dict[_State, _Node] = {}
    by_option: dict[int, list[tuple[_State, _Node]]] = {}
    for state, node in states.items():
        by_option.setdefault(state[0], []).append((state, node))
    more = beat.before + beat.frames
    for old, option, price in beat.runs:
        for (_, shown, age), node in by_option.get(old, ()):
            total = node[0] + price + beat.costs[option] + tempo.growth(age, more)
            _offer(out, (option, shown, min(age + more, tempo.longest)), (total, node, option, False))
    closed = _closed(states, beat.out, tempo, opens_film=opens_film)
    age = beat.into + beat.frames
    fresh, kept = tempo.growth(0, age), min(age, tempo.longest)
    for old, option, price in beat.cuts:
        name, new = before.names[old], beat.names[option]
        best: tuple[int, _Node] | None = None
        for shown, ended, node in closed.get(old, ()):
            total = ended + tempo.repeat if shown == new else ended
            if best is None or total < best[0]:
                best = (total, node)
        if best:
            total = best[0] + price + beat.costs[option] + fresh
            _offer(out, (option, name, kept), (total, best[1], option, True))
    return out


def _closed(
    states: dict[_State, _Node], out: int, tempo: Tempo, *, opens_film: bool
) -> dict[int, list[tuple[str, int, _Node]]]:
    """For each option, and each framing of the shot before, the cheapest way to end its shot `out` frames later."""
    best: dict[tuple[int, str], tuple[int, _Node]] = {}
    for (option, shown, age), node in states.items():
        ended = node[0] + tempo.growth(age, out) + tempo.closing(age + out, first=opens_film and not shown)
        had = best.get((option, shown))
        if had is None or ended < had[0]:
            best[option, shown] = (ended, node)
    closed: dict[int, list[tuple[str, int, _Node]]] = {}
    for (option, shown), (ended, node) in best.items():
        closed.setdefault(option, []).append((shown, ended, node))
    return closed


def _choices(last: _Node) -> tuple[Choice, ...]:
    out: list[Choice] = []
    node: _Node | None = last
    while node is not None:
        out.append(Choice(node[2], node[3]))
        node = node[1]
    return tuple(reversed(out))
