"""Where a note stands in another draft: on the same words, wherever those now stand, or nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.anchors import Anchor
from pipeline.script import LineId
from pipeline.spans import Span
from pipeline.timeline import Clip, Timeline


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one line that follow each other: those with the indexes `[first, stop)`."""

    line: str
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Hung:
    """What a note hangs on: the words said under its frames, in the order in which they are said.

    `start`: its first frame, counted from the first of the first word (below 0 before it); `stop`: the frame after its
    last, counted from the first of the last word. Where nothing is said it hangs on a clip without words instead:
    the one of that `place`, from 0, among those of its `line`; both are then counted from the clip's first frame.
    """

    words: tuple[Run, ...]
    start: int
    stop: int
    line: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A word in a draft. `at` are its frames; `room` those up to the next; a clip's first has those before."""

    anchor: Anchor
    at: Span
    room: Span


def word_places(timeline: Timeline) -> tuple[Place, ...]:
    """Every word that is said in a draft, in order; the rooms of a clip's words tile it."""
    out: list[Place] = []
    for clip, span in _placed(timeline):
        words = sorted(clip.words, key=lambda word: word.span)
        starts = [span.start, *(span.start + word.span.start for word in words[1:]), span.stop]
        for number, word in enumerate(words):
            if starts[number] < starts[number + 1]:  # two words of one frame: the later one has it
                room = Span(starts[number], starts[number + 1])
                out.append(Place((LineId(word.line), word.word), word.span.shifted(span.start), room))
    return tuple(out)


def silent_clips(timeline: Timeline, line: str) -> tuple[Span, ...]:
    """The clips of a line in which nothing is said, such as titles, in order."""
    return tuple(span for clip, span in _placed(timeline) if not clip.words and clip.line == line)


def hung(timeline: Timeline, span: Span) -> Hung:
    """What a note on these frames of a draft hangs on.

    Raises:
        ValueError: the draft has no such frames.
    """
    under = [place for place in word_places(timeline) if place.room.meets(span)]
    if under:
        return Hung(
            tuple(_runs([place.anchor for place in under])),
            span.start - under[0].at.start,
            span.stop - under[-1].at.start,
        )
    for clip, at in _placed(timeline):
        if at.meets(span):
            place = silent_clips(timeline, clip.line).index(at)
            return Hung((), span.start - at.start, span.stop - at.start, clip.line, place)
    message = f"a draft of {timeline.frames} frames has none of {span}"
    raise ValueError(message)


def standing(hung: Hung, places: Mapping[Anchor, Anchor], timeline: Timeline) -> Span | None:
    """The frames of another draft on which a note stands; None where its words are said no more.

    `places`: where each word of the script it was written on stands in the script of that draft
    (`pipeline.anchors.carried`). What it stands on are its own words and, between them, words that are new: where they
    were parted, the longest stretch of them. It begins and ends on words of its own.
    """
    return standings((hung,), places, timeline)[0]


def standings(many: Sequence[Hung], places: Mapping[Anchor, Anchor], timeline: Timeline) -> tuple[Span | None, ...]:
    """The same of many notes, at once."""
    said = word_places(timeline)
    index = {place.anchor: number for number, place in enumerate(said)}
    known = frozenset(places.values())
    return tuple(_on_words(one, places, said, index, known) if one.words else _on_clip(one, timeline) for one in many)


def _on_clip(hung: Hung, timeline: Timeline) -> Span | None:
    there = silent_clips(timeline, hung.line) if hung.line else ()
    if hung.place >= len(there):
        return None
    return _within(there[hung.place], hung.start, hung.stop, there[hung.place].start, there[hung.place].start)


def _on_words(
    hung: Hung,
    places: Mapping[Anchor, Anchor],
    said: Sequence[Place],
    index: Mapping[Anchor, int],
    known: frozenset[Anchor],
) -> Span | None:
    was = [(LineId(run.line), word) for run in hung.words for word in range(run.first, run.stop)]
    now = [places.get(anchor) for anchor in was]
    own = {index[anchor] for anchor in now if anchor is not None and anchor in index}
    if not own:
        return None
    first, last = max(_stretches(own, said, known), key=_longest)[:2]
    begins, ends = said[first], said[last]
    start, stop = hung.start, hung.stop
    if begins.anchor != now[0]:  # its first word is gone: from where the next one begins
        start = 0
    if ends.anchor != now[-1]:
        stop = ends.at.frames
    return _within(begins.room.hull(ends.room), start, stop, begins.at.start, ends.at.start)


def _stretches(own: set[int], said: Sequence[Place], known: frozenset[Anchor]) -> Iterator[tuple[int, int, int]]:
    """First and last word of each stretch, and how many of its words are the note's own."""
    ordered = sorted(own)
    first = last = ordered[0]
    count = 1
    for number in ordered[1:]:
        if any(said[between].anchor in known for between in range(last + 1, number)):
            yield first, last, count
            first, count = number, 0
        last, count = number, count + 1
    yield first, last, count


def _longest(ends: tuple[int, int, int]) -> tuple[int, int]:
    """What is greatest for the stretch with most words, and of those for the first."""
    first, _, count = ends
    return count, -first


def _within(room: Span, start: int, stop: int, begins: int, ends: int) -> Span:
    """The frames from `start` after `begins` to `stop` after `ends`, at least one, none of them outside the room."""
    first = min(max(begins + start, room.start), room.stop - 1)
    return Span(first, max(first + 1, min(ends + stop, room.stop)))


def _runs(anchors: Sequence[Anchor]) -> Iterator[Run]:
    line, first, stop = "", 0, 0
    for name, word in anchors:
        if (name, word) == (line, stop):
            stop += 1
            continue
        if line:
            yield Run(line, first, stop)
        line, first, stop = name, word, word + 1
    yield Run(line, first, stop)


def _placed(timeline: Timeline) -> Iterator[tuple[Clip, Span]]:
    return zip(timeline.clips, timeline.spans(), strict=True)
