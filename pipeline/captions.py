"""Captions from the words that were said, with the script's spelling: readable, well broken, never overlapping.

Sources: Netflix Timed Text Style Guide (general requirements; French and English templates): two lines of 42
characters, 5/6 s to 7 s, 17 characters a second, two frames between captions, lines broken after punctuation or before
conjunctions and prepositions, never between an article and its noun. BBC Subtitle Guidelines §3, §4 and §5.2: one
sentence where possible, no longer than 1.5 s after speech has stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import pairwise

from pipeline.breaks import break_cost
from pipeline.reading_words import ends_sentence
from pipeline.spans import Span, frames_in, rounded
from pipeline.timeline import Plain, Timeline

LINE = 42
"""Characters in a line at most (Netflix)."""

SHORTEST = Fraction(1)
"""Seconds a caption stands at least, where there is room (Netflix 5/6 s, BBC 0.3 s a word; 1 s reads calmly)."""

LONGEST = Fraction(7)
"""Seconds a caption stands at most (Netflix)."""

SPEED = Fraction(17)
"""Characters a second that adults read (Netflix)."""

LINGER = Fraction(3, 2)
"""Seconds a caption may stay after speech has stopped (BBC §5.2)."""

GAP = 2
"""Frames between two captions, so that the eye sees the change (Netflix)."""

SILENCE = Fraction(2)
"""Seconds without a word after which another caption begins: one that waits tells what is not yet said."""


@dataclass(frozen=True, slots=True)
class Caption:
    """One or two lines of text and the frames of the timeline they stand on."""

    span: Span
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A word in frames of the timeline, and how good it is to break after it: 0 best. `ends` a sentence."""

    text: str
    span: Span
    cost: Fraction
    ends: bool


def captions(timeline: Timeline) -> tuple[Caption, ...]:
    """The captions of a timeline, in order, apart from each other, none over a title.

    Each has at most two lines of `LINE` characters. It stands `SHORTEST` to `LONGEST` seconds and no longer than
    `LINGER` after its last word; it is shorter only where its neighbours or a title leave no room.
    """
    out: list[Caption] = []
    for room, words in _rooms(timeline):
        pieces = _said(words, timeline.language)
        groups = [pieces[part.start : part.stop] for part in _parts(pieces, room, timeline.rate)]
        out += _timed(groups, room, timeline.rate)
    return tuple(out)


def _rooms(timeline: Timeline) -> list[tuple[Span, list[tuple[str, Span]]]]:
    """The stretches between titles, each with its words in timeline frames."""
    rooms: list[tuple[Span, list[tuple[str, Span]]]] = []
    open_room = False
    for clip, place in zip(timeline.clips, timeline.spans(), strict=True):
        if isinstance(clip.picture, Plain) and clip.picture.kind == "title":
            open_room = False
            continue
        words = [(" ".join(word.text.split("\n")), word.span.shifted(place.start)) for word in clip.words]
        if open_room:
            room, before = rooms[-1]
            rooms[-1] = (room.hull(place), before + words)
        else:
            rooms.append((place, words))
        open_room = True
    return [(room, words) for room, words in rooms if words]


def _said(words: Sequence[tuple[str, Span]], language: str) -> list[_Said]:
    """The words in pieces that fit in a line, each with the cost of a break after it."""
    pieces = [piece for text, span in words for piece in _cut(text, span)]
    out: list[_Said] = []
    for number, (text, span) in enumerate(pieces):
        following = pieces[number + 1][0] if number + 1 < len(pieces) else ""
        ends = not following or ends_sentence(text, following)
        out.append(_Said(text, span, Fraction(0) if ends else break_cost(text, following, language), ends))
    return out


def _cut(text: str, span: Span) -> list[tuple[str, Span]]:
    """A word that is wider than a line (an address) in pieces that are not."""
    count = min(-(-len(text) // LINE), span.frames)
    if count <= 1:
        return [(text, span)]
    cuts = [span.start + span.frames * number // count for number in range(count + 1)]
    parts = [text[number * LINE : (number + 1) * LINE] for number in range(count - 1)] + [text[(count - 1) * LINE :]]
    return [(part, Span(cuts[number], cuts[number + 1])) for number, part in enumerate(parts)]


def _length(words: Sequence[_Said]) -> int:
    return sum(len(word.text) + 1 for word in words) - 1


def _layout(words: Sequence[_Said]) -> tuple[Fraction, int] | None:
    """The cost of the words in one caption and after how many its first line ends (all: one line); None: no room."""
    if _length(words) <= LINE or len(words) == 1:
        return Fraction(0), len(words)
    best: tuple[Fraction, int] | None = None
    whole, first = _length(words), -1
    for stop in range(1, len(words)):
        first += len(words[stop - 1].text) + 1
        second = whole - first - 1
        if max(first, second) <= LINE:
            # of equal breaks the one that makes the lines most alike
            cost = words[stop - 1].cost / 2 + Fraction(abs(first - second), LINE)
            best = min(best or (cost, stop), (cost, stop))
    return best


def _parts(words: list[_Said], room: Span, rate: Fraction) -> list[range]:
    """The words of each caption: the division of least cost (exact dynamic programme, from the last word back)."""
    count = len(words)
    best: list[tuple[Fraction, int]] = [(Fraction(0), count)] * (count + 1)
    for start in range(count - 1, -1, -1):
        choices: list[tuple[Fraction, int]] = []
        for stop in range(start + 1, count + 1):
            cost = _cost(words, range(start, stop), room, rate)
            if cost is None and stop > start + 1:
                break
            choices.append(((cost or Fraction(0)) + best[stop][0], stop))
        best[start] = min(choices, key=lambda choice: choice[0])
    parts: list[range] = []
    at = 0
    while at < count:
        parts.append(range(at, best[at][1]))
        at = best[at][1]
    return parts


def _cost(words: list[_Said], part: range, room: Span, rate: Fraction) -> Fraction | None:
    """What is wrong with these words as one caption; None when they cannot be one."""
    held = words[part.start : part.stop]
    frames, silence = held[-1].span.stop - held[0].span.start, SILENCE * rate
    if frames > LONGEST * rate or any(later.span.start - word.span.stop > silence for word, later in pairwise(held)):
        return None
    layout, lasts = _layout(held), frames / rate
    if layout is None:
        return None
    until = words[part.stop].span.start if part.stop < len(words) else room.stop
    stands = min((until - held[0].span.start) / rate, lasts + LINGER)
    hurried = max(Fraction(0), SPEED.denominator * Fraction(_length(held)) / max(stands, 1 / rate) - SPEED)
    brief = max(Fraction(0), SHORTEST - stands)
    sentences = sum(word.ends for word in held[:-1])
    return 1 + layout[0] + held[-1].cost + sentences * Fraction(3, 2) + hurried / 2 + brief * 12


def _timed(groups: Sequence[Sequence[_Said]], room: Span, rate: Fraction) -> list[Caption]:
    """Each caption from its first word, for as long as it takes to read, its neighbours and the room permitting."""
    shortest, longest, linger = (frames_in(seconds, rate) for seconds in (SHORTEST, LONGEST, LINGER))
    out: list[Caption] = []
    for number, words in enumerate(groups):
        floor = out[-1].span.stop + GAP if out else room.start
        start = max(words[0].span.start, out[-1].span.stop if out else room.start)
        following = groups[number + 1][0].span.start if number + 1 < len(groups) else room.stop + GAP
        # the gap gives way where a caption would be too short to read
        ceiling = max(start + 1, min(max(following - GAP, min(following, start + shortest)), room.stop))
        wanted = max(start + shortest, start + rounded(_length(words) / SPEED * rate))
        stop = max(words[-1].span.stop, min(wanted, words[-1].span.stop + linger))
        stop = min(stop, start + longest, ceiling)
        if stop - start < shortest:
            start = max(min(start, stop - shortest), min(start, floor))
        out.append(Caption(Span(start, stop), _lines(words)))
    return out


def _lines(words: Sequence[_Said]) -> tuple[str, ...]:
    layout = _layout(words)
    stop = layout[1] if layout else len(words)
    return tuple(" ".join(word.text for word in line) for line in (words[:stop], words[stop:]) if line)


def vtt(shown: Sequence[Caption], rate: Fraction, line: Fraction | None = None) -> str:
    """The captions as WebVTT (W3C), times exact to the millisecond.

    `line`: where their first line begins, as a share of the picture's height; None: where players put it.
    """
    where = "" if line is None else f" line:{rounded(line * 100)}%"
    return "WEBVTT\n" + "".join(
        f"\n{_time(caption.span.start, rate, '.')} --> {_time(caption.span.stop, rate, '.')}{where}\n"
        + "".join(f"{escape(line, quote=False)}\n" for line in caption.lines)
        for caption in shown
    )


def srt(shown: Sequence[Caption], rate: Fraction) -> str:
    """The captions as SubRip, times exact to the millisecond."""
    return "\n".join(
        f"{number}\n{_time(caption.span.start, rate, ',')} --> {_time(caption.span.stop, rate, ',')}\n"
        # an arrow made of hyphens would read as a line of times
        + "".join(f"{line.replace('-->', '→')}\n" for line in caption.lines)
        for number, caption in enumerate(shown, 1)
    )


def _time(frame: int, rate: Fraction, mark: str) -> str:
    # rounding keeps order, so what does not overlap in frames does not in milliseconds
    seconds, thousandths = divmod(rounded(frame / rate * 1000), 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{mark}{thousandths:03}"
