"""What an animated SVG says at a moment: SMIL's `animate`, `animateTransform` and `set`, worked out (SVG 1.1 ch. 19).

Times are exact seconds. What is changed is the tree that was given; `Film.at` puts it back.
"""

import contextlib
import heapq
import math
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from pipeline.media.smil_values import Numbers, base_of, blended, eased, put, summed, times_of, values_of

SVG = "{http://www.w3.org/2000/svg}"
HREF = ("href", "{http://www.w3.org/1999/xlink}href")

DRAWN = {f"{SVG}{name}" for name in ("animate", "animateColor", "animateTransform", "set")}
"""Elements that are worked out here. `animateMotion` and its kin are not."""

HORIZON = Fraction(60)
"""Seconds looked ahead: what starts later, or takes longer to come round, is not shown."""

ROUND_MOST = Fraction(12)
"""Seconds within which an endless picture should come round to its beginning; else its longest part is taken."""

EVENTS_MOST = 20_000
"""Beginnings and ends worked out for one file: more are no drawing but a trap."""

_CLOCK = re.compile(r"^(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d*)?|\.\d+)(h|min|s|ms)?$")
_UNITS = {"h": Fraction(3600), "min": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000), None: Fraction(1)}
_SYNC = re.compile(r"^(?P<of>[^+\s]+?)\.(?P<event>begin|end)\s*(?:(?P<sign>[+-])\s*(?P<offset>\S+))?$")


def clock(text: str) -> Fraction | None:
    """Seconds of a SMIL clock value (`1.5s`, `300ms`, `02:30`), None when it is none.

    >>> clock("300ms"), clock("01:02.5"), clock("indefinite")
    (Fraction(3, 10), Fraction(125, 2), None)
    """
    found = _CLOCK.match(text.strip())
    if not found:
        return None
    hours, minutes, rest, unit = found.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + Fraction(rest.rstrip(".") or "0") * _UNITS[unit]


@dataclass(frozen=True, slots=True)
class Begin:
    """A beginning: `offset` seconds after the start, or after each `event` (begin, end) of the animation named `of`."""

    offset: Fraction
    of: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Animation:
    """One animation element. `lasts` is None for without end, `dur` for a value that stays."""

    name: str
    target: Element
    attribute: str
    form: str
    values: tuple[str, ...]
    times: tuple[float, ...]
    mode: str
    splines: tuple[Numbers, ...]
    dur: Fraction | None
    lasts: Fraction | None
    begins: tuple[Begin, ...]
    stop: Fraction | None
    additive: bool
    accumulate: bool
    freeze: bool
    restart: str


@dataclass(frozen=True, slots=True)
class Interval:
    """When one animation runs: seconds, half-open; `stop` None for without end."""

    start: Fraction
    stop: Fraction | None


@dataclass(frozen=True, slots=True)
class Film:
    """All animations of a tree with the times they run at. `endless`: it comes round for ever, drawn for `lasts`."""

    animations: tuple[Animation, ...]
    runs: tuple[tuple[Interval, ...], ...]
    lasts: Fraction
    endless: bool

    @contextlib.contextmanager
    def at(self, seconds: Fraction) -> Generator[None]:
        """The tree as it stands at that time, while the block lasts."""
        shown = [
            (interval.start, number, animation, interval)
            for number, (animation, runs) in enumerate(zip(self.animations, self.runs, strict=True))
            if (interval := _showing(animation, runs, seconds)) is not None
        ]
        before = [(animation.target, dict(animation.target.attrib)) for *_, animation, _ in shown]
        bases: dict[tuple[int, str], str] = {}
        for _, _, animation, interval in sorted(shown, key=lambda one: one[:2]):
            slot = (id(animation.target), animation.attribute)
            base = bases.get(slot) or base_of(animation.target, animation.attribute)
            bases[slot] = value_at(animation, interval, seconds, base)
            put(animation.target, animation.attribute, bases[slot])
        try:
            yield
        finally:
            for element, attributes in reversed(before):
                element.attrib.clear()
                element.attrib.update(attributes)


def film(root: Element) -> tuple[Film, tuple[str, ...]]:
    """The animations of a tree, taken out of it, and what of it cannot be drawn (ids of remarks)."""
    found, lacking = _animations(root)
    planned = _Schedule(found)
    endless, whole = _whole(found, planned.runs, coming=bool(planned.coming))
    return Film(found, tuple(map(tuple, planned.runs)), whole, endless), lacking


def value_at(animation: Animation, interval: Interval, seconds: Fraction, base: str) -> str:
    """What the attribute is at that time, where `base` is what it would be without this animation."""
    values = [value or base for value in animation.values]
    if animation.dur is None or len(values) == 1:
        found = values[-1]
        rounds = 0
    else:
        passed = seconds - interval.start
        if interval.stop is not None and seconds >= interval.stop:
            passed = interval.stop - interval.start
        rounds = math.floor(passed / animation.dur)
        part = passed / animation.dur - rounds
        if part == 0 and rounds and interval.stop is not None and seconds >= interval.stop:
            rounds, part = rounds - 1, Fraction(1)
        found = _between(animation, values, float(part))
    if animation.accumulate and rounds:
        found = summed(found, values[-1], rounds)
    if animation.form:
        found = f"{animation.form}({found})"
        return f"{base} {found}".strip() if animation.additive else found
    return summed(base, found, 1) if animation.additive else found


def _between(animation: Animation, values: Sequence[str], part: float) -> str:
    """The value a share `part` of the way through."""
    count, times = len(values), animation.times
    if animation.mode == "discrete":
        index = max((i for i, time in enumerate(times) if time <= part), default=0) if times else int(part * count)
        return values[min(index, count - 1)]
    times = times or tuple(i / (count - 1) for i in range(count))
    index = max((i for i, time in enumerate(times[:-1]) if time <= part), default=0)
    begin, end = times[index], times[index + 1]
    share = 1.0 if end <= begin else min(1.0, (part - begin) / (end - begin))
    if animation.mode == "spline" and index < len(animation.splines):
        share = eased(animation.splines[index], share)
    return blended(values[index], values[index + 1], share)


def _showing(animation: Animation, runs: Iterable[Interval], seconds: Fraction) -> Interval | None:
    """The run that is seen at that time: the one going on, else the last one where it freezes."""
    begun = [run for run in runs if run.start <= seconds]
    if not begun:
        return None
    last = begun[-1]
    return last if last.stop is None or seconds < last.stop or animation.freeze else None


def _animations(root: Element) -> tuple[tuple[Animation, ...], tuple[str, ...]]:
    by_name = {element.get("id"): element for element in root.iter() if element.get("id")}
    out: list[Animation] = []
    lacking: dict[str, None] = {}
    for parent in list(root.iter()):
        for element in list(parent):
            if element.tag in DRAWN:
                parent.remove(element)
                named = next((element.get(name, "").lstrip("#") for name in HREF if element.get(name)), "")
                target = by_name.get(named) if named else parent
                made = _animation(element, target, lacking) if target is not None else None
                out += [made] if made is not None else []
            elif element.tag in {f"{SVG}animateMotion", f"{SVG}discard"}:
                parent.remove(element)
                lacking[f"svg-motion:{str(element.tag).removeprefix(SVG)}"] = None
    return tuple(out), tuple(lacking)


def _animation(element: Element, target: Element, lacking: dict[str, None]) -> Animation | None:
    kind = str(element.tag).removeprefix(SVG)
    attribute = element.get("attributeName", "transform" if kind == "animateTransform" else "").strip()
    attribute = attribute.removeprefix("xlink:")
    if not attribute or attribute == "href":  # a picture that is changed for another might be anywhere
        lacking[f"svg-motion:{attribute or kind}"] = None
        return None
    begins = tuple(_begins(element.get("begin", "0"), lacking))
    values, adds = values_of(element, kind)
    if not values or not begins:
        return None
    dur = clock(element.get("dur", "indefinite"))
    dur = dur or None
    mode = element.get("calcMode", "discrete" if kind == "set" else "linear")
    if kind != "set" and dur is None:
        return None  # SVG 1.1: without a length it says nothing
    return Animation(
        name=element.get("id", ""),
        target=target,
        attribute=attribute,
        form=element.get("type", "translate") if kind == "animateTransform" else "",
        values=values,
        times=times_of(element.get("keyTimes", ""), values, mode),
        mode=mode,
        splines=tuple(
            tuple(float(part) for part in re.split(r"[\s,]+", one.strip()))
            for one in element.get("keySplines", "").split(";")
            if len(re.split(r"[\s,]+", one.strip())) == 4
        ),
        dur=dur,
        lasts=_lasts(element, dur),
        begins=begins,
        stop=clock(element.get("end", "")),
        additive=element.get("additive") == "sum" or adds,
        accumulate=element.get("accumulate") == "sum",
        freeze=element.get("fill") == "freeze",
        restart=element.get("restart", "always"),
    )


def _lasts(element: Element, dur: Fraction | None) -> Fraction | None:
    """How long a run takes, repeats and all; None for without end."""
    count, until = element.get("repeatCount"), element.get("repeatDur")
    whole = dur
    if dur is not None and count is not None:
        try:
            whole = dur * Fraction(count) if count.strip() != "indefinite" else None
        except (ValueError, ZeroDivisionError):
            whole = dur
    if until is not None:
        limit = clock(until)
        if count is None:
            return limit
        whole = limit if whole is None else min(whole, limit) if limit is not None else whole
    return whole


def _begins(text: str, lacking: dict[str, None]) -> Iterator[Begin]:
    for part in text.split(";"):
        one = part.strip()
        if not one:
            continue
        at = clock(one.lstrip("+-"))
        sync = _SYNC.match(one)
        if at is not None:
            yield Begin(-at if one.startswith("-") else at)
        elif sync:
            offset = clock(sync["offset"] or "0") or Fraction(0)
            yield Begin(-offset if sync["sign"] == "-" else offset, sync["of"].replace("\\", ""), sync["event"])
        else:
            lacking[f"svg-waits:{one}"] = None


class _Schedule:
    """Beginnings and ends in order of time; each may set off others."""

    def __init__(self, animations: Sequence[Animation]) -> None:
        self.runs: list[list[Interval]] = [[] for _ in animations]
        self.coming: list[tuple[Fraction, int, str, int, int]] = []
        self._animations = animations
        self._heard: dict[tuple[str, str], list[tuple[int, Fraction]]] = {}
        self._count = 0
        for number, animation in enumerate(animations):
            for begin in animation.begins:
                if begin.of:
                    self._heard.setdefault((begin.of, begin.event), []).append((number, begin.offset))
                else:
                    self._expect(begin.offset, "begin", number)
        while self.coming and self.coming[0][0] < HORIZON and self._count < EVENTS_MOST:
            at, _, event, number, run = heapq.heappop(self.coming)
            if event == "begin":
                self._begin(number, at)
            elif run == len(self.runs[number]):  # not begun again meanwhile
                self._tell(number, "end", at)

    def _expect(self, at: Fraction, event: str, number: int, run: int = 0) -> None:
        self._count += 1
        heapq.heappush(self.coming, (at, self._count, event, number, run))

    def _tell(self, number: int, event: str, at: Fraction) -> None:
        name = self._animations[number].name
        for other, offset in self._heard.get((name, event), []) if name else []:
            self._expect(at + offset, "begin", other)

    def _begin(self, number: int, at: Fraction) -> None:
        mine, animation = self.runs[number], self._animations[number]
        going = bool(mine) and (mine[-1].stop is None or at < mine[-1].stop)
        kept = animation.restart == "never" or (going and animation.restart == "whenNotActive")
        if mine and (kept or (going and mine[-1].start >= at)):
            return
        if going:
            mine[-1] = Interval(mine[-1].start, at)
            self._tell(number, "end", at)
        stop = None if animation.lasts is None else at + animation.lasts
        if animation.stop is not None and animation.stop > at:
            stop = animation.stop if stop is None else min(stop, animation.stop)
        mine.append(Interval(at, stop))
        self._tell(number, "begin", at)
        if stop is not None:
            self._expect(stop, "end", number, len(mine))


def _whole(
    animations: Sequence[Animation], runs: Sequence[Sequence[Interval]], *, coming: bool
) -> tuple[bool, Fraction]:
    """Whether it has no end, and the seconds to draw: all of it, or until it has come round once."""
    started = Fraction(0)
    rounds: list[Fraction] = []
    for animation, mine in zip(animations, runs, strict=True):
        if not mine:
            continue
        if mine[-1].stop is None and animation.dur is not None:
            started = max(started, mine[-1].start)
            rounds.append(animation.dur)
        elif coming and len(mine) > 2 and mine[-1].start > HORIZON / 2:
            rounds.append(mine[-1].start - mine[-2].start)
    if not rounds:
        return False, max((run.stop or run.start for mine in runs for run in mine), default=Fraction(0))
    common = Fraction(math.lcm(*(one.numerator * _over(rounds) // one.denominator for one in rounds)), _over(rounds))
    return True, min(HORIZON, started + (common if common <= ROUND_MOST else max(rounds)))


def _over(parts: Iterable[Fraction]) -> int:
    return math.lcm(*(part.denominator for part in parts))
