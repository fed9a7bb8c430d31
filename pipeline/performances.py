"""Performances: stretches of a rush in which sentences of one shot come in order; what people call takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.footage import Marked
from pipeline.presets import Hearing
from pipeline.readings import Reading, Sentence
from pipeline.slating import Called
from pipeline.takes import Shot

NEAR = 4
"""A sentence said in other words stands in its place when those heard around it are at most this far apart."""


@dataclass(frozen=True, slots=True)
class Performance:
    """One go at a shot. `number` counts the takes of the shot; a false start has the number of the take it became."""

    shot: int
    rush: str
    readings: tuple[Reading, ...]
    number: int
    circled: bool


def placed_readings(heard: Sequence[Reading], listed: Sequence[Sentence], hearing: Hearing) -> tuple[Reading, ...]:
    """The readings that are worth something: at least partial, improvised in their place, or begun again at once."""
    good = [reading.score >= 1000 * hearing.partial for reading in heard]
    out: list[Reading] = []
    for index, reading in enumerate(heard):
        if not good[index] and not _begun_again(heard, index):
            before = next((heard[at].sentence for at in range(index - 1, -1, -1) if good[at]), None)
            after = next((heard[at].sentence for at in range(index + 1, len(heard)) if good[at]), None)
            if reading.score < 1000 * hearing.improvised or not _in_place(reading.sentence, before, after, listed):
                continue
        out.append(reading)
    return tuple(out)


def _begun_again(heard: Sequence[Reading], index: int) -> bool:
    """True when the sentence is said again at once, or was reached in order and then an earlier one is said again."""
    number = heard[index].sentence
    after = heard[index + 1].sentence if index + 1 < len(heard) else None
    before = heard[index - 1].sentence if index else None
    return after == number or (after is not None and after < number and before == number - 1)


def _in_place(number: int, before: int | None, after: int | None, listed: Sequence[Sentence]) -> bool:
    shots = {listed[at].shot for at in (before, after) if at is not None}
    low = -1 if before is None else before
    high = len(listed) if after is None else after
    return listed[number].shot in shots and low < number < high and high - low <= NEAR


def performances(
    heard: Mapping[str, Sequence[Reading]],
    listed: Sequence[Sentence],
    shots: Sequence[Shot],
    names: Mapping[str, Called],
    hearing: Hearing,
) -> tuple[Performance, ...]:
    """All performances, by rush in the order of `heard`, then time."""
    out: list[Performance] = []
    counted = [0] * len(shots)
    for rush, found in heard.items():
        stretches = _stretches(found, listed)
        for index, stretch in enumerate(stretches):
            shot = listed[stretch[0].sentence].shot
            after = stretches[index + 1] if index + 1 < len(stretches) else None
            number = counted[shot] + 1
            if not _false_start(stretch, after, listed, hearing):
                counted[shot] = number
            name = names[rush]
            if name.take is not None and name.shot in {None, shots[shot].id}:
                number = name.take
                counted[shot] = max(counted[shot], number)
            out.append(Performance(shot, rush, stretch, number, circled=number == shots[shot].take))
    return tuple(out)


def circled(
    performed: Sequence[Performance], shots: Sequence[Shot], marks: Sequence[Marked]
) -> tuple[Performance, ...]:
    """The same, circled where people chose that stretch of the rush, unless the script itself names the shot's take.

    A performance is the one that was chosen when the two share more than half of it.
    """
    chosen = {(mark.rush, mark.shot, mark.span) for mark in marks if mark.span is not None}

    def one(performance: Performance) -> bool:
        shot = shots[performance.shot]
        if shot.take is not None:
            return performance.circled
        span = performance.readings[0].span.hull(performance.readings[-1].span)
        common = [span.common(mark) for rush, of, mark in chosen if (rush, of) == (performance.rush, shot.id)]
        return any(part is not None and 2 * part.frames > span.frames for part in common)

    return tuple(replace(performance, circled=one(performance)) for performance in performed)


def _stretches(found: Sequence[Reading], listed: Sequence[Sentence]) -> list[tuple[Reading, ...]]:
    out: list[list[Reading]] = []
    for reading in found:
        last = out[-1][-1] if out else None
        goes_on = (
            last is not None
            and reading.sentence > last.sentence
            and listed[reading.sentence].shot == listed[last.sentence].shot
        )
        if goes_on:
            out[-1].append(reading)
        else:
            out.append([reading])
    return [tuple(stretch) for stretch in out]


def _false_start(
    stretch: Sequence[Reading], after: Sequence[Reading] | None, listed: Sequence[Sentence], hearing: Hearing
) -> bool:
    """True when no sentence was brought to its end before the shot was begun again."""
    if any(reading.score >= 1000 * hearing.full for reading in stretch) or after is None:
        return False
    same = listed[after[0].sentence].shot == listed[stretch[0].sentence].shot
    return same and after[0].sentence <= stretch[-1].sentence
