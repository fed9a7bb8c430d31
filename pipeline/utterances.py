"""The script words that the film carries, where each was said in its rush, and where it is quiet around them."""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.lengths import fitted
from pipeline.script import Line, LineId, Script
from pipeline.spans import Span, merged
from pipeline.takes import Chosen, Telling


@dataclass(frozen=True, slots=True)
class Orders:
    """Where each line's words stand among all words of the script."""

    starts: dict[LineId, int]
    words: int

    def at(self, line: LineId, word: int) -> int:
        """The order of a word of a line; of the line's end, that of the next line's first word."""
        return self.starts[line] + word


def orders(script: Script) -> Orders:
    """The order of every word of a script."""
    starts: dict[LineId, int] = {}
    count = 0
    for line in script.lines:
        starts[line.id] = count
        count += len(line.words)
    return Orders(starts, count)


@dataclass(frozen=True, slots=True)
class Uttered:
    """A script word that the film carries. `order` counts all words of the script, said or not, from 0.

    `span` in frames of the rush, or of the slate. `body` is what must not be cut into: the word, and voice beside the
    script that hangs on it. `word` is -1 for voice of which no word is known.
    """

    line: LineId
    word: int
    text: str
    order: int
    span: Span
    body: Span
    emphasis: bool = False


def said(line: Line, first: int, chosen: Chosen, lengths: dict[str, int]) -> dict[int, tuple[int, Uttered | None]]:
    """By word index: the take that tells it, and where; None for a word its take leaves out.

    `first` is the order of the line's first word; `lengths` the frames of each rush by name.
    """
    out: dict[int, tuple[int, Uttered | None]] = {}
    for telling in chosen.told:
        if isinstance(telling, Telling) and telling.line == line.id:
            out |= dict.fromkeys(telling.words, (telling.take, None))
            for word in _uttered(line, first, telling, lengths[chosen.takes[telling.take].rush]):
                at = word.word if word.word >= 0 else telling.words.start
                out[at] = (telling.take, word)
    return out


def _uttered(line: Line, order: int, telling: Telling, limit: int) -> list[Uttered]:
    """The telling's words, in order and apart, voice beside the script hung on the word before it."""
    if not telling.said:
        start = telling.words.start
        return [Uttered(line.id, -1, "", order + start, telling.span, telling.span)]
    said = sorted(telling.said, key=lambda one: one.word)
    spans = fitted([(one.span.start, one.span.stop) for one in said], limit)
    edges = [Span(span.start, span.stop) for span in spans]
    edges[0] = edges[0].hull(Span(min(telling.span.start, spans[0].start), spans[0].stop))
    edges[-1] = edges[-1].hull(Span(spans[-1].start, max(telling.span.stop, spans[-1].stop)))
    for voice in telling.beside:
        index = max(0, bisect_left([span.start for span in spans], voice.start) - 1)
        limit_here = spans[index + 1].start if index + 1 < len(spans) else limit
        edges[index] = edges[index].hull(Span(edges[index].start, max(edges[index].stop, min(voice.stop, limit_here))))
    return [
        Uttered(line.id, one.word, word.text, order + one.word, span, edge, word.emphasis > 0)
        for one, span, edge in zip(said, spans, edges, strict=True)
        for word in (line.words[one.word],)
    ]


@dataclass(frozen=True, slots=True)
class Quiet:
    """By rush: the spans in which something is heard that must not be cut into, in order and apart."""

    heard: dict[str, tuple[Span, ...]]

    def after(self, rush: str, frame: int) -> int:
        """Quiet frames from `frame` to the next that is heard; the rest of the rush counts as quiet."""
        heard = self.heard.get(rush, ())
        index = bisect_right(heard, frame, key=_stop)
        return max(0, heard[index].start - frame) if index < len(heard) else sys.maxsize

    def before(self, rush: str, frame: int) -> int:
        """Quiet frames up to `frame`, from the last that is heard or the start of the rush."""
        heard = self.heard.get(rush, ())
        index = bisect_left(heard, frame, key=_start)
        return max(0, frame - heard[index - 1].stop) if index else frame


def _start(span: Span) -> int:
    return span.start


def _stop(span: Span) -> int:
    return span.stop


def quiet(chosen: Chosen) -> Quiet:
    """Where it is quiet in each rush: away from all that is told, beside the script or rejected."""
    told: dict[str, list[Span]] = {}
    heard: dict[str, list[Span]] = {}
    for telling in chosen.told:
        if isinstance(telling, Telling):
            rush = chosen.takes[telling.take].rush
            told.setdefault(rush, []).append(telling.span)
            spans = [one.span for one in telling.said] or [telling.span]
            edges = ((telling.span.start, min(spans).start), (max(span.stop for span in spans), telling.span.stop))
            heard.setdefault(rush, []).extend(
                (*spans, *telling.beside, *(Span(start, stop) for start, stop in edges if start < stop))
            )
    for one in chosen.rejected:
        heard.setdefault(one.rush, []).extend(_without(one.span, told.get(one.rush, [])))
    return Quiet({rush: merged(spans) for rush, spans in heard.items()})


def _without(span: Span, others: list[Span]) -> Iterator[Span]:
    """What of `span` lies in none of the others: what was rejected may be told of elsewhere."""
    start = span.start
    for other in merged(others):
        if start < other.start and other.meets(span):
            yield Span(start, min(other.start, span.stop))
        if other.meets(span):
            start = max(start, other.stop)
    if start < span.stop:
        yield Span(start, span.stop)
