"""Two drafts laid side by side: which frames of one stand for which of the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.changes import Shown, counterparts, missed_after
from pipeline.spans import Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames of the new draft, and those of the old that stand beside them: a line, or a piece of one.

    The first stand beside the first, and so on; where one lasts longer, its last frames stand beside the other's last.
    None: that draft has no such line; `line` says which, empty for what stands in none.
    """

    line: str
    was: Span | None
    now: Span | None


def aligned(before: Shown, after: Shown) -> tuple[Stretch, ...]:
    """The drafts side by side, in the order of the new one. Every frame of either is in one stretch, and in no other.

    What is the same in both stands beside itself, frame by frame, wherever it was moved to.
    """
    pairs = counterparts(before, after)
    homes = {old: new for new, old in pairs.items()}
    olds, news = before.timeline.spans(), after.timeline.spans()
    placed: list[tuple[float, Stretch]] = []
    for new, span in enumerate(news):
        old = pairs.get(new)
        placed.append((new, Stretch(_line(after, new), None if old is None else olds[old], span)))
    for old, span in enumerate(olds):
        if old not in homes:
            placed.append((missed_after(homes, old) + 0.5, Stretch(_line(before, old), span, None)))
    return tuple(_joined(stretch for _, stretch in sorted(placed, key=lambda one: one[0])))


def _line(shown: Shown, number: int) -> str:
    clip = shown.timeline.clips[number]
    return clip.line or next((word.line for word in clip.words), "")


def _joined(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Those of one line that go on in both drafts as one, so that there are few."""
    last: Stretch | None = None
    for one in stretches:
        if last is not None and _goes_on(last, one):
            last = Stretch(last.line, _hull(last.was, one.was), _hull(last.now, one.now))
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _goes_on(last: Stretch, one: Stretch) -> bool:
    if last.line != one.line or (last.was is None) != (one.was is None) or (last.now is None) != (one.now is None):
        return False
    alone = last.was is None or last.now is None
    even = alone or (last.was is not None and last.now is not None and last.was.frames == last.now.frames)
    return even and _follows(last.was, one.was) and _follows(last.now, one.now)


def _follows(last: Span | None, one: Span | None) -> bool:
    return last is None or one is None or last.stop == one.start


def _hull(one: Span | None, other: Span | None) -> Span | None:
    return one if other is None else other if one is None else one.hull(other)
