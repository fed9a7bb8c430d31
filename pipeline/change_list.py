"""What changed from one draft to another, line by line: one entry for each line, with its facts and what to look at."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.aligned import Stretch, aligned
from pipeline.change_facts import Both, Fact, Pair, facts_of, heard_otherwise, lines_of, music_facts
from pipeline.changes import Change, Shown, changes, counterparts, missed_after
from pipeline.presets import Reviewing
from pipeline.remade import NOBODY, Named
from pipeline.script import Script
from pipeline.spans import Span, frames_in, merged


@dataclass(frozen=True, slots=True)
class Seen:
    """A draft as people see it: what it shows, and the script that it was made from."""

    shown: Shown
    script: Script


@dataclass(frozen=True, slots=True)
class Entry:
    """What changed of one line (`line` empty: of what stands in none, such as the music).

    `number` counts lines from 1 in the new script, or in the old one where the line is gone (`gone`). `now` and `was`
    are the frames of either draft that changed, from the first to the last; None where there are none. `at` is the
    frame of the new draft to look at. `spans`: the frames of the new draft that are not as they were; empty where there
    is nothing new to see. `segments`: the changes that it tells, in order. `heard`: the frames of the new draft in
    which music or an effect sounds that is another, or where one that is gone would.
    """

    line: str
    number: int | None
    gone: bool
    at: int
    now: Span | None
    was: Span | None
    facts: tuple[Fact, ...]
    spans: tuple[Span, ...] = ()
    segments: tuple[Change, ...] = ()
    heard: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Every entry, in the order of the new draft. `lines`: how many of the `of` lines of its script have one."""

    entries: tuple[Entry, ...]
    lines: int
    of: int
    frames: int
    rate: Fraction

    def parts(self, playing: Reviewing) -> tuple[Span, ...]:
        """What is played to see and hear only what changed, with a handle around each change; parts that touch are one.

        A change with nothing new to see is a cut: what stands on both sides of it is played. Of a sound that lasts, its
        beginning and its end are: there one hears what it is, how loud it stands under the voice, how it comes and
        goes, which is what is judged of music. In between it is the same music; and one that lies under the whole film
        would else make "only what changed" the whole film, in which nobody finds the other changes.
        """
        around, whole = frames_in(playing.handle_seconds, self.rate), Span(0, max(1, self.frames))
        ends = frames_in(playing.sound_seconds, self.rate)
        spans = [span for entry in self.entries for span in (*seen_in(entry), *ends_of(entry.heard, ends))]
        wide = (Span(span.start - around, span.stop + around).common(whole) for span in spans)
        return merged(span for span in wide if span is not None)


@dataclass(frozen=True, slots=True)
class Changed:
    """Two drafts of a video, and what changed from one to the other."""

    before: Seen
    after: Seen
    listed: ChangeList


def seen_in(entry: Entry) -> tuple[Span, ...]:
    """The frames at which a change of the picture is seen; where something went, the first one after it."""
    if entry.spans or not entry.segments:
        return entry.spans
    return (Span(entry.at, entry.at + 1),)


def ends_of(heard: Iterable[Span], frames: int) -> tuple[Span, ...]:
    """The first and the last so many frames of each stretch; all of one that has no more than both."""
    found: list[Span] = []
    for one in heard:
        found += [Span(one.start, min(one.stop, one.start + frames)), Span(max(one.start, one.stop - frames), one.stop)]
    return merged(found)


def change_list(before: Seen, after: Seen, named: Named = NOBODY) -> ChangeList:
    """What changed from `before` to `after`; `named` are the names of what the two were made of.

    Each segment that changed (`pipeline.changes`) is in exactly one entry; a line of which nothing changed has none.
    """
    both = Both(before.shown, after.shown, before.script, after.script, named)
    found = changes(before.shown, after.shown)
    homes = {old: new for new, old in counterparts(before.shown, after.shown).items()}
    groups: defaultdict[tuple[str, int], list[Change]] = defaultdict(list)
    for change in found:
        line = both.blamed(change)
        groups[line, 0 if line else len(groups)].append(change)
    placed: list[tuple[float, Entry]] = []
    for (line, _), some in groups.items():
        first = some[0]
        place = first.after if first.after is not None else missed_after(homes, first.before or 0) + 0.5
        placed.append((place, _entry(both, line, some, homes)))
    placed += _unseen(both, homes, {line for line, _ in groups})
    placed += _music(both)
    entries = tuple(entry for _, entry in sorted(placed, key=lambda one: one[0]))
    lines = len({entry.line for entry in entries if entry.line})
    timeline = after.shown.timeline
    return ChangeList(entries, lines, len(after.script.lines), timeline.frames, timeline.rate)


def _entry(both: Both, line: str, some: Sequence[Change], homes: Mapping[int, int]) -> Entry:
    olds, news = both.old.timeline.spans(), both.new.timeline.spans()
    was = [olds[one.before] for one in some if one.before is not None]
    now = [news[one.after] for one in some if one.after is not None]
    at = now[0].start if now else _missed_at(both, homes, some[0].before or 0)
    number, gone = _number(both, line)
    pairs = [Pair(one.before, one.after, one.moved) for one in some]
    return Entry(line, number, gone, at, _hull(now), _hull(was), facts_of(both, line, pairs), merged(now), tuple(some))


def _number(both: Both, line: str) -> tuple[int | None, bool]:
    """The number of a line, and whether it is that of the old script."""
    for script, gone in ((both.now, False), (both.was, True)):
        if any(one.id == line for one in script.lines):
            return script.number(line), gone
    return None, bool(line)


def _hull(spans: Sequence[Span]) -> Span | None:
    return Span(min(one.start for one in spans), max(one.stop for one in spans)) if spans else None


def _unseen(both: Both, homes: Mapping[int, int], told: Collection[str]) -> Iterator[tuple[float, Entry]]:
    """Lines that no segment tells of, and that are others all the same: in their words, their voice, or at all."""
    olds, news = lines_of(both.old.timeline), lines_of(both.new.timeline)
    for line, (first, now) in news.items():
        was = olds[line][1] if line in olds else None
        facts = both.words(line) or (() if was is not None else (Fact("new"),))
        facts += () if was is None else heard_otherwise(both, was, now)
        if facts and line not in told:
            number, gone = _number(both, line)
            heard = (now,) if any(fact.code in {"voice", "new"} for fact in facts) else ()
            yield first, Entry(line, number, gone, now.start, now, was, facts, heard)
    for line in olds.keys() - news.keys() - set(told):
        first, was = olds[line]
        place, (number, gone) = missed_after(homes, first) + 0.5, _number(both, line)
        yield place, Entry(line, number, gone, _missed_at(both, homes, first), None, was, (Fact("gone"),))


def _missed_at(both: Both, homes: Mapping[int, int], old: int) -> int:
    """The frame of the new draft where a segment of the old one is missed: the first after it, or the very last."""
    news, after = both.new.timeline.spans(), missed_after(homes, old) + 1
    return news[after].start if after < len(news) else max(0, both.new.timeline.frames - 1)


def _music(both: Both) -> Iterator[tuple[float, Entry]]:
    starts, whole = [span.start for span in both.new.timeline.spans()], Span(0, max(1, both.new.timeline.frames))
    stretches = aligned(both.old, both.new)
    for fact, was, now in music_facts(both):
        heard = _beside(stretches, was) if now is None and was is not None else merged(_within(whole, now))
        at = heard[0].start if heard else starts[-1]
        place = sum(start <= at for start in starts) - 1.5
        yield place, Entry("", None, gone=False, at=at, now=now, was=was, facts=(fact,), heard=heard)


def _within(whole: Span, span: Span | None) -> Iterator[Span]:
    """The part of it that is in the film, if any: a sound may ring on after the last picture."""
    part = None if span is None else span.common(whole)
    if part is not None:
        yield part


def _beside(stretches: Sequence[Stretch], was: Span) -> tuple[Span, ...]:
    """The frames of the new draft that stand beside these of the old; none where all that stood there is gone."""
    found: list[Span] = []
    for one in stretches:
        part = None if one.was is None else one.was.common(was)
        if one.was is not None and one.now is not None and part is not None:
            start, stop = (min(frame - one.was.start, one.now.frames) for frame in (part.start, part.stop))
            start = one.now.start + min(start, one.now.frames - 1)
            found.append(Span(start, max(start + 1, one.now.start + stop)))
    return merged(found)
