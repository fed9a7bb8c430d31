"""What each framing of each phrase, and each joint between two, costs: the beats that `cutting` weighs.

Four weights stand far apart, so that none is ever bought with the next: a jump cut that could be avoided, a framing cue
at its own word, a cue further on, the peace of a graphic beside the speaker. What is left is taste, in `Rhythm`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.cutting import UNIT, Beat, cost
from pipeline.framing import Composed, Framing
from pipeline.geometry import Box, overlap
from pipeline.phrases import Phrase
from pipeline.presets import Style
from pipeline.script import Cue
from pipeline.tracks import Track

JUMP, CUE_WORD, CUE, LOCK = 1_000_000 * UNIT, 100_000 * UNIT, 10_000 * UNIT, 1_000 * UNIT
"""Costs that are no taste, each far above all that the next could add up to in one joint or phrase."""

Side = Literal["", "left", "right"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the script binds one phrase to.

    `cue`: the `[frame]` in force (`auto`: only its push and side count); `heads`: it stands at this phrase. `side`:
    where a graphic beside wants the head. Of the joint before it: `locked`, within a graphic beside; `covered`, under
    one that fills the frame; `near`, one that fills the frame begins close by; `calm`, a graphic comes or goes close
    by. `opens`: a scene has just begun.
    """

    cue: Cue | None = None
    heads: bool = False
    side: Side = ""
    locked: bool = False
    covered: bool = False
    near: bool = False
    calm: bool = False
    opens: bool = False

    @property
    def push(self) -> bool:
        """True when the camera moves as the phrase begins."""
        return self.heads and self.cue is not None and self.cue.push is not None


@dataclass(frozen=True, slots=True)
class Options:
    """The framings a phrase may have, what each costs it, and the one its cue gets (`target`, an index)."""

    framings: tuple[Framing, ...]
    costs: tuple[int, ...]
    target: int | None
    wider: tuple[Framing | None, ...]


def options(phrase: Phrase, table: Composed, wish: Wish, sides: frozenset[Side], style: Style) -> Options:
    """What a phrase may show: all its take can give without a side, and with the sides its scene has a use for."""
    framings = tuple(one for one in table.framings if one.side in {"", *sides})
    target = asked(framings, table, wish, style)
    wanted = _nearest(framings, table, _wants(phrase, wish, style), style)
    graded = {"free": 0, "warned": cost(style.rhythm.cost_density), "allowed": 2 * cost(style.rhythm.cost_density)}
    aside = wish.side if any(one.side == wish.side for one in framings) else ""
    costs: list[int] = []
    for index, one in enumerate(framings):
        price = graded[one.grade]
        if target is not None:
            price += 0 if index == target else (CUE_WORD if wish.heads else CUE)
        else:
            price += cost(style.rhythm.cost_want) * _steps(framings, one, wanted)
            if one.side != aside:
                price += CUE if aside else 2 * cost(style.rhythm.cost_want)
        costs.append(price)
    wider = tuple(_wider(framings, one) for one in framings)
    return Options(framings, tuple(costs), target, wider)


def asked(framings: tuple[Framing, ...], table: Composed, wish: Wish, style: Style) -> int | None:
    """The index of the framing that comes nearest to the cue in force: the side first, then the size; None without."""
    if wish.cue is None or wish.cue.reference == "auto":
        return None
    name, side = wish.cue.reference, wish.cue.side or wish.side
    if not any(one.side == side for one in framings):
        side = ""
    rules = style.framings
    return min(
        range(len(framings)),
        key=lambda index: (framings[index].side != side, table.apart(framings[index].name, name, rules), index),
    )


def _wants(phrase: Phrase, wish: Wish, style: Style) -> tuple[str, ...]:
    rhythm = style.rhythm
    if phrase.emphasis:
        return rhythm.emphasis
    return rhythm.opens if wish.opens else rhythm.prefers


def _nearest(framings: tuple[Framing, ...], table: Composed, wanted: tuple[str, ...], style: Style) -> frozenset[str]:
    """The wanted names the take can give; else the names nearest to them in size."""
    names = {one.name for one in framings}
    if there := names & set(wanted):
        return frozenset(there)
    away = {name: min(table.apart(name, want, style.framings) for want in wanted) for name in names}
    return frozenset(name for name in names if away[name] == min(away.values()))


def _steps(framings: tuple[Framing, ...], one: Framing, wanted: frozenset[str]) -> int:
    """How many rungs, of those the take can give, lie between a framing and the nearest wanted."""
    ladder = list(dict.fromkeys(framing.name for framing in framings))
    return min(abs(ladder.index(one.name) - ladder.index(name)) for name in wanted)


def _wider(framings: tuple[Framing, ...], one: Framing) -> Framing | None:
    """The next wider framing of the same side: where a push begins that has nothing before it."""
    same = [framing for framing in framings if framing.side == one.side]
    at = same.index(one)
    return same[at - 1] if at else None


@dataclass(frozen=True, slots=True)
class Seen:
    """A framing on its take: `track` is None where nobody was seen."""

    framing: Framing
    track: Track | None

    def likeness(self, other: "Seen") -> Fraction:
        """How alike two framings look, 0 to 1: the overlap of their boxes, seen from the head where both are known.

        A speaker who has moved between two takes and is framed as before looks the same, wherever the boxes lie.
        """
        one, two = self.framing.box, other.framing.box
        if self.track is None or other.track is None or self.track == other.track:
            return overlap(one, two)
        alike = overlap(_from_head(one, self.track), _from_head(two, other.track))
        return max(overlap(one, two), alike) if self.track.size == other.track.size else alike

    def ratio(self, other: "Seen") -> Fraction:
        """By how much the subject's size changes between two framings, at least 1."""
        known = self.track is not None and other.track is not None
        heads = (self.track.head_height, other.track.head_height) if self.track and other.track and known else (1, 1)
        first = Fraction(self.framing.box.height, max(1, heads[0]))
        second = Fraction(other.framing.box.height, max(1, heads[1]))
        return max(first, second) / min(first, second)


def _from_head(box: Box, track: Track) -> Box:
    """The box counted from the eyes, in thousandths of the head's height."""
    unit = Fraction(1000, max(1, track.head_height))
    return box.shifted(-track.centre, -track.eye_line).scaled(unit)


def change_cost(one: Seen, other: Seen, style: Style, *, jumps: bool) -> int:
    """What a change of framing costs by itself: nothing up to `overlap_free`, up to 1 at `overlap_most`.

    Above it is a jump cut, and where time jumps too the size has to change by `join_ratio`: less is one as well.
    """
    rhythm, alike = style.rhythm, one.likeness(other)
    if alike > rhythm.overlap_most or (jumps and one.ratio(other) < rhythm.join_ratio):
        return JUMP + cost(alike * 1000)
    return cost(max(Fraction(0), alike - rhythm.overlap_free) / (rhythm.overlap_most - rhythm.overlap_free))


@dataclass(frozen=True, slots=True)
class Part:
    """A phrase with all that weighs on it."""

    phrase: Phrase
    table: Composed
    wish: Wish
    options: Options

    def seen(self, option: int) -> Seen:
        """The framing of an option, on this phrase's take."""
        return Seen(self.options.framings[option], self.table.track)

    def entering(self, option: int) -> Seen:
        """What a shot that begins with this phrase shows first: wider than the option where a push leads to it."""
        wider = self.options.wider[option]
        return Seen(wider, self.table.track) if wider and self.pushes(option) else self.seen(option)

    def pushes(self, option: int) -> bool:
        """True when the camera moves to this option as the phrase begins."""
        return self.wish.push and option == self.options.target


def beats(parts: Sequence[Part], style: Style, rate: Fraction) -> tuple[Beat, ...]:
    """One row of phrases, with nothing but the rush between them, as `cutting` weighs it."""
    out: list[Beat] = []
    for index, part in enumerate(parts):
        phrase, gap = part.phrase, part.phrase.gap
        names = tuple(one.id for one in part.options.framings)
        runs, cuts = joint(parts[index - 1], part, style, rate) if index else ((), ())
        shown = gap.out + gap.into if part.wish.covered or gap.kind == "jumps" else gap.filmed
        out.append(
            Beat(
                names=names,
                costs=part.options.costs,
                frames=phrase.span.frames,
                before=shown + gap.hold,
                out=gap.out + gap.hold,
                into=gap.into,
                runs=runs,
                cuts=cuts,
                tail=phrase.tail + phrase.hold if index + 1 == len(parts) else 0,
            )
        )
    return tuple(out)


_Pairs = tuple[tuple[int, int, int], ...]


def joint(before: Part, part: Part, style: Style, rate: Fraction) -> tuple[_Pairs, _Pairs]:
    """What it costs to run on and to cut between two phrases, for each pair of their options that is possible."""
    gap = part.phrase.gap
    runs: list[tuple[int, int, int]] = []
    cuts: list[tuple[int, int, int]] = []
    kept = cost(style.rhythm.cost_pause * gap.removed / rate) + (CUE_WORD if gap.wanted else 0)
    for old, one in enumerate(before.options.framings):
        for new, other in enumerate(part.options.framings):
            same = one.id == other.id
            if part.wish.covered:
                (runs if same else cuts).append((old, new, 0))
            elif gap.kind == "runs" and (same or part.pushes(new)):
                runs.append((old, new, kept))
            else:
                cuts.append((old, new, cut_cost(before.seen(old), part.entering(new), part, style)))
    return tuple(runs), tuple(cuts)


def cut_cost(old: Seen, new: Seen, part: Part, style: Style) -> int:
    """What a cut costs before a phrase: the change of framing and, where there need be none, the cut itself."""
    rhythm, gap, wish = style.rhythm, part.phrase.gap, part.wish
    price = change_cost(old, new, style, jumps=gap.kind == "jumps" or gap.removed > 0)
    if gap.kind == "runs":
        rough = {"pause": 1, "phrase": 2}.get(gap.parting, 0)
        price += cost(rhythm.cost_cut + rough * rhythm.cost_mid_sentence)
        price += (LOCK if wish.locked or wish.calm else 0) + (cost(rhythm.cost_zoom) if wish.near else 0)
    return price
