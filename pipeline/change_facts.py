"""The facts of a change: another take, another version of a graphic, so many frames less, other words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from pipeline.changes import Change, Shown
from pipeline.remade import Named
from pipeline.script import Script
from pipeline.spans import SAMPLE_RATE, Span, rounded, sample_at
from pipeline.timeline import Clip, Filmed, Overlay, SoundClip, Timeline
from pipeline.values import Key

Code = Literal[
    "new",
    "gone",
    "filmed",
    "slate",
    "title",
    "take",
    "rush",
    "length",
    "slip",
    "cut",
    "framing",
    "camera",
    "graphic",
    "graphic-file",
    "graphic-new",
    "graphic-gone",
    "graphic-place",
    "graphic-time",
    "text",
    "card",
    "words",
    "voice",
    "sound",
    "sound-new",
    "sound-gone",
    "sound-gain",
    "moved",
    "look",
]
SHOWN_WORDS = 3
"""Stretches of words that a fact quotes at most; the script's own page shows all."""
SAMPLES_OFF = 2
"""Samples by which a voice may stand elsewhere in its line and be the same: places are rounded to samples twice."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is another: what it was, what it is, and of what. Frames and line numbers are told as numbers."""

    code: Code
    old: str = ""
    new: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A segment of the old draft and the one that stands for it in the new, by place from 0; None: there is none."""

    old: int | None
    new: int | None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """Two drafts with their scripts, and the names of what they were made of."""

    old: Shown
    new: Shown
    was: Script
    now: Script
    named: Named

    def blamed(self, change: Change) -> str:
        """The line that a changed segment is told under: the first of its lines whose words are others, else the first.

        A clip may hold the end of one line and the beginning of the next.
        """
        lines: list[str] = []
        for shown, number in ((self.new, change.after), (self.old, change.before)):
            if number is not None:
                clip = shown.timeline.clips[number]
                lines += [name for name in (clip.line, *(word.line for word in clip.words)) if name]
        return next((line for line in lines if self.words(line)), lines[0] if lines else "")

    def words(self, line: str) -> tuple[Fact, ...]:
        """That a line says other words, and which; or that only one of the scripts has it."""
        texts = [next((one.text for one in script.lines if one.id == line), None) for script in (self.was, self.now)]
        old, new = texts
        if old == new:
            return ()
        if old is None:
            return (Fact("new"),)
        return (Fact("gone"),) if new is None else (Fact("words", *_apart(old.split(), new.split())),)

    def name(self, key: Key, otherwise: str) -> str:
        """What people call an input: its name, with its version where it has one."""
        return self.named.names.get(key, otherwise)


def lines_of(timeline: Timeline) -> dict[str, tuple[int, Span]]:
    """For each line: the first clip that shows it, and the frames that do."""
    out: dict[str, tuple[int, Span]] = {}
    for number, (clip, span) in enumerate(zip(timeline.clips, timeline.spans(), strict=True)):
        for line in dict.fromkeys((clip.line, *(word.line for word in clip.words))):
            if line:
                first, had = out.get(line, (number, span))
                out[line] = (first, had.hull(span))
    return out


def facts_of(both: Both, line: str, pairs: Sequence[Pair]) -> tuple[Fact, ...]:
    """The facts of the segments that changed in a line, at least one; `line` empty: they stand in none."""
    facts = list(both.words(line)) if line else []
    olds = [both.old.timeline.clips[pair.old] for pair in pairs if pair.old is not None]
    news = [both.new.timeline.clips[pair.new] for pair in pairs if pair.new is not None]
    if not facts and (not olds or not news):
        lacks = _lacks(both, line, pairs)
        facts += [Fact(lacks)] if lacks else []
    if not any(fact.code in {"new", "gone"} for fact in facts):
        facts += _cut(both, pairs, olds, news)
    facts += _dressed(both, pairs)
    if any(pair.moved for pair in pairs):
        facts.append(_moved(both, line, pairs))
    return tuple(dict.fromkeys(facts)) or (Fact("look"),)


def _lacks(both: Both, line: str, pairs: Sequence[Pair]) -> Literal["new", "gone", ""]:
    """Which draft alone shows a line, though both scripts may have it."""
    if not line:
        return "new" if all(pair.old is None for pair in pairs) else "gone"
    there = [line in lines_of(shown.timeline) for shown in (both.old, both.new)]
    return "" if all(there) else "gone" if there[0] else "new"


def _apart(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """The stretches of words in which two texts differ, those of each; a text without any of them has none."""
    blocks = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if one[0] != "equal"]
    more = ["…"] if len(blocks) > SHOWN_WORDS else []
    was = [" ".join(old[i:j]) for _, i, j, _, _ in blocks[:SHOWN_WORDS] if i < j]
    now = [" ".join(new[i:j]) for _, _, _, i, j in blocks[:SHOWN_WORDS] if i < j]
    return " … ".join([*was, *more]), " … ".join([*now, *more])


def _cut(both: Both, pairs: Sequence[Pair], olds: Sequence[Clip], news: Sequence[Clip]) -> Iterator[Fact]:
    """How the film itself is another: its take, its length, its framing."""
    held = list(_held(both, pairs))
    for old, new in held:
        if _kind(old) != _kind(new):
            yield Fact("filmed" if _kind(new) == "take" else "slate" if _kind(new) == "slate" else "title")
    takes = [(_take(old), _take(new)) for old, new in held if _take(old) and _take(new)]
    apart = [(old, new) for old, new in takes if old != new]
    if apart:
        yield Fact("take", *_named_takes([old for old, _ in apart], [new for _, new in apart]))
    elif any(_key(old) != _key(new) for old, new in held if _take(old) and _take(new)):
        yield Fact("rush")
    longer = sum(clip.frames for clip in news) - sum(clip.frames for clip in olds)
    if longer:
        yield Fact("length", new=f"{longer:+d}")
    elif any(_slips(old, new) for old, new in held):
        yield Fact("slip")
    was, now = _framings(olds), _framings(news)
    if was and now and was != now:
        yield Fact("framing", " ".join(was), " ".join(now))
    elif any(_framed(old, new) for old, new in held):
        yield Fact("camera")
    if _shots(olds) != _shots(news):
        yield Fact("cut")


def _shots(clips: Sequence[Clip]) -> int:
    """How many of these begin with a cut: a long clip is several, and only its first says why it begins."""
    return sum(bool(clip.why) for clip in clips)


def _held(both: Both, pairs: Sequence[Pair]) -> Iterator[tuple[Clip, Clip]]:
    """The clips that stand for each other."""
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            yield both.old.timeline.clips[pair.old], both.new.timeline.clips[pair.new]


def _kind(clip: Clip) -> str:
    return "take" if isinstance(clip.picture, Filmed) else clip.picture.kind


def _take(clip: Clip) -> tuple[int, str] | None:
    return (clip.picture.take, clip.picture.rush) if isinstance(clip.picture, Filmed) else None


def _key(clip: Clip) -> str:
    return clip.picture.key if isinstance(clip.picture, Filmed) else ""


def _named_takes(olds: Sequence[tuple[int, str] | None], news: Sequence[tuple[int, str] | None]) -> tuple[str, str]:
    """Takes by their number; with their file where the numbers are the same."""
    plain = [", ".join(dict.fromkeys(str(one[0]) for one in some if one)) for some in (olds, news)]
    if plain[0] != plain[1]:
        return plain[0], plain[1]
    whole = [", ".join(dict.fromkeys(f"{one[0]} ({one[1]})" for one in some if one)) for some in (olds, news)]
    return whole[0], whole[1]


def _slips(old: Clip, new: Clip) -> bool:
    """The same take for as long, but cut at other frames."""
    if not isinstance(old.picture, Filmed) or not isinstance(new.picture, Filmed) or _take(old) != _take(new):
        return False
    return old.picture.span != new.picture.span


def _framed(old: Clip, new: Clip) -> bool:
    """The same framing of the same take, but its box is another."""
    if not isinstance(old.picture, Filmed) or not isinstance(new.picture, Filmed) or _take(old) != _take(new):
        return False
    return old.picture.framing == new.picture.framing and old.picture.path != new.picture.path


def _framings(clips: Sequence[Clip]) -> list[str]:
    """The framings that clips show, one after the other."""
    return [name for name, _ in groupby(clip.picture.framing for clip in clips if isinstance(clip.picture, Filmed))]


def _dressed(both: Both, pairs: Sequence[Pair]) -> Iterator[Fact]:
    """How graphics and texts over the film are others."""
    olds = _over(both.old.timeline, [pair.old for pair in pairs])
    news = _over(both.new.timeline, [pair.new for pair in pairs])
    left = list(news)
    for old in olds:
        new = _same(old, left) or _same(old, both.new.timeline.overlays)
        if new is None:
            yield Fact("graphic-gone", what=_graphic(both, old))
            continue
        if new in left:
            left.remove(new)
        yield from _other(both, old, new)
    for new in left:
        if _same(new, both.old.timeline.overlays) is None:
            yield Fact("graphic-new", what=_graphic(both, new))


def _over(timeline: Timeline, numbers: Sequence[int | None]) -> list[Overlay]:
    spans = timeline.spans()
    there = [spans[number] for number in numbers if number is not None]
    return [one for one in timeline.overlays if any(one.at.meets(span) for span in there)]


def _same(one: Overlay, others: Sequence[Overlay]) -> Overlay | None:
    """What stands for an overlay among others: the very same file on its line, or what is called the same there."""
    mine = [other for other in others if other.line == one.line]
    alike = [other for other in mine if _base(other) == _base(one)]
    return next((other for other in mine if other.key == one.key), alike[0] if alike else None)


def _base(overlay: Overlay) -> str:
    """What it is called whatever its version: `collect` of `collect@v2`."""
    return overlay.name.partition("@")[0]


def _graphic(both: Both, one: Overlay) -> str:
    """What people call an overlay: the name of its asset, or the text of its card."""
    card = both.named.cards.get(one.key) if one.kind == "card" else None
    texts = () if card is None else (card.field("text"), card.field("name"))
    return next((text for text in texts if text), _base(one))


def _other(both: Both, old: Overlay, new: Overlay) -> Iterator[Fact]:
    what = _graphic(both, new)
    if old.key != new.key and old.kind == new.kind == "card":
        was = _graphic(both, old)
        yield Fact("text", was, what) if was != what else Fact("card", what=what)
    elif old.key != new.key:
        names = [both.name(one.key, "").removeprefix(one.name).strip() for one in (old, new)]
        told = all(names) and names[0] != names[1]
        yield Fact("graphic", *names, what=what) if told else Fact("graphic-file", what=what)
    if (old.box, old.place, old.ground, old.fills) != (new.box, new.place, new.ground, new.fills):
        yield Fact("graphic-place", what=what)
    if _run(old) != _run(new):
        yield Fact("graphic-time", what=what)


def _run(one: Overlay) -> tuple[object, ...]:
    """For how long, from where and how an overlay is seen."""
    return one.at.frames, one.offset, one.speed, one.after, one.enter, one.leave, one.fade


def _moved(both: Both, line: str, pairs: Sequence[Pair]) -> Fact:
    """After which line it stands now, by its number in the new script; of none, at the beginning."""
    first = min(pair.new for pair in pairs if pair.moved and pair.new is not None)
    for clip in reversed(both.new.timeline.clips[:first]):
        named = [name for name in (*(word.line for word in reversed(clip.words)), clip.line) if name and name != line]
        known = [name for name in named if any(one.id == name for one in both.now.lines)]
        if known:
            return Fact("moved", new=str(both.now.number(known[0])))
    return Fact("moved")


def heard_otherwise(both: Both, was: Span, now: Span) -> tuple[Fact, ...]:
    """Whether another voice, or another part of it, sounds in a line that lasts as long as before."""
    if was.frames != now.frames:
        return ()
    old, new = (_voice(one.timeline, span) for one, span in ((both.old, was), (both.new, now)))
    same = len(old) == len(new) and all(
        one[0] == other[0] and all(abs(a - b) <= SAMPLES_OFF for a, b in zip(one[1:], other[1:], strict=True))
        for one, other in zip(old, new, strict=True)
    )
    return () if same else (Fact("voice"),)


def _voice(timeline: Timeline, span: Span) -> list[tuple[Key, int, int, int]]:
    """What is heard of voices in some frames: key, first sample there, first and last sample of the source."""
    start, stop = (sample_at(frame, timeline.rate) for frame in (span.start, span.stop))
    least = SAMPLE_RATE // timeline.rate  # less than a frame is the neighbour's
    out: list[tuple[Key, int, int, int]] = []
    for one in timeline.sounds:
        first, last = max(start, one.at), min(stop, one.stop)
        if one.kind == "voice" and last - first >= least:
            begins = one.source.start + first - one.at
            out.append((one.key, first - start, begins, begins + last - first))
    return out


def music_facts(both: Both) -> Iterator[tuple[Fact, Span | None, Span | None]]:
    """What changed of music and effects, with the frames of the old and of the new draft in which they sound."""
    old, new = ([one for one in shown.timeline.sounds if one.kind != "voice"] for shown in (both.old, both.new))
    left = list(new)
    for one in old:
        alike = [other for other in left if _tune(both, other) == _tune(both, one)]
        other = next((other for other in left if other.key == one.key), alike[0] if alike else None)
        if other is None:
            yield Fact("sound-gone", what=_sounding(both, one)), _frames(both.old.timeline, one), None
            continue
        left.remove(other)
        places = _frames(both.old.timeline, one), _frames(both.new.timeline, other)
        if other.key != one.key:
            yield Fact("sound", _sounding(both, one), _sounding(both, other)), *places
        elif other.gain != one.gain:
            yield Fact("sound-gain", what=_sounding(both, one)), *places
    for one in left:
        yield Fact("sound-new", what=_sounding(both, one)), None, _frames(both.new.timeline, one)


def _tune(both: Both, one: SoundClip) -> str:
    """What a sound is called whatever its version."""
    name, _, version = both.name(one.key, one.key).rpartition(" v")
    return name if version.isdecimal() and name else both.name(one.key, one.key)


def _sounding(both: Both, one: SoundClip) -> str:
    return both.name(one.key, one.key[:12])


def _frames(timeline: Timeline, one: SoundClip) -> Span:
    """The frames in which it sounds, as nearly as frames can tell."""
    start, stop = (rounded(sample * timeline.rate / SAMPLE_RATE) for sample in (one.at, one.stop))
    return Span(start, max(start + 1, stop))
