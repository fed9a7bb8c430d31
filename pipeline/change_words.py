"""What changed between two drafts, in sentences for people: the same in the command line, on pages and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.change_facts import Fact
from pipeline.change_list import Changed, ChangeList, Entry, ends_of
from pipeline.presets import Reviewing
from pipeline.saying import Saying
from pipeline.script import Script
from pipeline.spans import Span, frames_in
from pipeline.words import Words

MINUS = "\N{MINUS SIGN}"
BEGINS = 6
"""Words of a line that it is known by."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words, for pages and programs: `sentence` is `where` and `facts` in one.

    `begins`: how its line begins; `heard`: where a sound that is another begins and ends. `codes`: of the facts;
    `segments` count from 0, of the new draft and of the old. The rest is as in `pipeline.change_list.Entry`.
    """

    line: str
    number: int | None
    gone: bool
    where: str
    begins: str
    facts: tuple[str, ...]
    sentence: str
    codes: tuple[str, ...]
    at: int
    now: Span | None
    was: Span | None
    spans: tuple[Span, ...]
    heard: tuple[Span, ...]
    segments: tuple[int, ...]
    segments_before: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ToldList:
    """What changed from draft `before` to draft `after`, in words; frames are those of `after` unless said otherwise.

    `sentence` says how much that is; `parts` are what is played to see only that. `rate` is a fraction.
    """

    before: int
    after: int
    sentence: str
    lines: int
    of: int
    frames: int
    rate: tuple[int, int]
    parts: tuple[Span, ...]
    entries: tuple[Told, ...]


def told_list(numbers: tuple[int, int], found: Changed, saying: Saying, playing: Reviewing) -> ToldList:
    """A change list in words. `numbers`: of the old draft and of the new; `playing`: what of a change is played."""
    before, after = numbers
    listed, words = found.listed, saying.words
    sentence = words.say("asked.same", before=before, after=after)
    if listed.entries:
        sentence = counted(listed, playing, words)
    ends = frames_in(playing.sound_seconds, listed.rate)
    entries = tuple(told(entry, saying, found.before.script, found.after.script, ends) for entry in listed.entries)
    rate = listed.rate.as_integer_ratio()
    parts = listed.parts(playing)
    return ToldList(before, after, sentence, listed.lines, listed.of, listed.frames, rate, parts, entries)


def told(entry: Entry, saying: Saying, before: Script, after: Script, ends: int) -> Told:
    """What changed of a line, in words. `before`, `after`: the two scripts; `ends`: frames told of a sound's ends."""
    say, begins = saying.words.say, ""
    if not entry.line:
        where = say("changed.no_line")
    elif entry.number is None:
        where = say("asked.gone_line")
    else:
        where = say("changed.gone_line" if entry.gone else "changed.line", number=entry.number)
        begins = _begins((before if entry.gone else after).line(entry.line).text.split())
    facts = tuple(_fact(fact, saying) for fact in entry.facts)
    return Told(
        line=entry.line,
        number=entry.number,
        gone=entry.gone,
        where=where,
        begins=begins,
        facts=facts,
        sentence=say("changed.entry", where=where, facts="; ".join(facts)),
        codes=tuple(fact.code for fact in entry.facts),
        at=entry.at,
        now=entry.now,
        was=entry.was,
        spans=entry.spans,
        heard=ends_of(entry.heard, ends),
        segments=tuple(one.after for one in entry.segments if one.after is not None),
        segments_before=tuple(one.before for one in entry.segments if one.before is not None),
    )


def _begins(words: Sequence[str]) -> str:
    """The first words of a line, with what says that there are more."""
    return " ".join(words[:BEGINS]) + ("…" if len(words) > BEGINS else "")


def counted(found: ChangeList, playing: Reviewing, words: Words) -> str:
    """How many lines changed, and how long it takes to see only that."""
    watch = sum(part.frames for part in found.parts(playing))
    lasts = {"watch": lasting(watch / found.rate, words), "whole": lasting(found.frames / found.rate, words)}
    return words.say("changed.counts", n=found.lines, of=found.of, **lasts)


def lasting(seconds: Fraction, words: Words) -> str:
    """A length in whole seconds, in minutes where it is longer; at least a second where it is anything."""
    whole = max(int(seconds + Fraction(1, 2)), 1 if seconds else 0)
    if whole < 60:
        return words.say("changed.seconds", seconds=whole)
    return words.say("changed.minutes", minutes=whole // 60, seconds=f"{whole % 60:02d}")


def _fact(fact: Fact, saying: Saying) -> str:
    say, code, old, new = saying.words.say, f"changed.fact.{fact.code}", fact.old, fact.new
    if fact.code == "framing":
        old, new = (", ".join(saying.framing(one) for one in some.split()) for some in (old, new))
    elif fact.code == "words" and not (old and new):
        code += "-more" if new else "-less"
    elif fact.code == "moved" and not new:
        code += "-first"
    counts = {"n": abs(int(new))} if fact.code == "length" else {}
    return say(code, old=old, new=new.replace("-", MINUS) if counts else new, what=fact.what, **counts)
