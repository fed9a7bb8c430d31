"""What changed from one draft to another, segment by segment; and what of a draft shows which line or input."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.hearing import Mix, heard
from pipeline.script import LineId
from pipeline.spans import Span
from pipeline.timeline import Clip, Filmed, Timeline
from pipeline.values import Key, digest

Kind = Literal["new", "omitted", "moved", "retimed", "recut", "restyled"]
Why = Literal["take", "words", "framing", "overlay", "length", "order", "slate", "filmed", "style"]

PLAIN = Mix()
"""Each rush has its own sound, in whatever style."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft as it is compared: its timeline, and the key of each segment in order."""

    timeline: Timeline
    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if len(self.timeline.clips) != len(self.keys):
            message = f"a timeline of {len(self.timeline.clips)} clips has as many segments, found {len(self.keys)}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Change:
    """One segment that is not as it was. `before` and `after` count segments from 0; None where there is none.

    - `new`, `omitted`: only one of the drafts has it
    - `moved`: the very same pictures, elsewhere in the order
    - `retimed`: the same words by the same take, cut at other frames
    - `recut`: the same line by another take, or cut between other words; or a slate that was filmed
    - `restyled`: the same frames of the same take, framed or dressed otherwise

    `frame` and `frames` are its place in the new draft, or in the old one when it is omitted.
    """

    kind: Kind
    before: int | None
    after: int | None
    line: str
    frame: int
    frames: int
    why: tuple[Why, ...] = ()
    moved: bool = False


def changes(before: Shown, after: Shown) -> tuple[Change, ...]:
    """Every segment that changed, in the order of the new draft; what is omitted stands where it was missed.

    Each segment of either draft is in one change at most; what is in none is unchanged, wherever it now starts.
    """
    pairs = counterparts(before, after)
    still = _in_order([old for _, old in sorted(pairs.items())])
    found: list[tuple[float, Change]] = []
    for new, span in enumerate(after.timeline.spans()):
        old = pairs.get(new)
        if old is None:
            found.append((new, _change("new", None, new, after.timeline.clips[new], span)))
        elif (change := _difference(before, after, old, new, moved=old not in still)) is not None:
            found.append((new, change))
    homes = {old: new for new, old in pairs.items()}
    for old, span in enumerate(before.timeline.spans()):
        if old not in homes:
            missed = missed_after(homes, old) + 0.5
            found.append((missed, _change("omitted", old, None, before.timeline.clips[old], span)))
    return tuple(change for _, change in sorted(found, key=lambda one: one[0]))


def counterparts(before: Shown, after: Shown) -> dict[int, int]:
    """New segment to the old one that it is, or stands for; no old one twice. What is new has none."""
    same = _same_keys(before.keys, after.keys)
    return same | _counterparts(before, after, same)


def missed_after(homes: Mapping[int, int], old: int) -> int:
    """The new segment after which an omitted one is missed, -1 for the beginning. `homes`: old segment to new."""
    return max((homes[earlier] for earlier in range(old) if earlier in homes), default=-1)


def line_digests(shown: Shown, mix: Mix = PLAIN) -> Mapping[LineId, tuple[Span, Key]]:
    """For each line: the frames that show it, and the digest of the segments that do and of what is heard with them.

    What is decided on a line holds while that digest is the same, wherever the line stands.
    """
    made: defaultdict[str, list[object]] = defaultdict(list)
    places: dict[str, Span] = {}
    for clip, span, key in zip(shown.timeline.clips, shown.timeline.spans(), shown.keys, strict=True):
        named = [clip.line, *(word.line for word in clip.words)]
        sounds = heard(shown.timeline, span, mix)
        for line in dict.fromkeys(name for name in named if name):
            made[line].append({"segment": key, "heard": sounds})
            had = places.get(line, span)
            places[line] = Span(min(had.start, span.start), max(had.stop, span.stop))
    return {LineId(line): (places[line], digest(some)) for line, some in made.items()}


def segments_showing(timeline: Timeline, inputs: frozenset[Key]) -> tuple[int, ...]:
    """The segments that show any of these inputs: rushes as conformed, assets as normalised."""
    laid = [overlay.at for overlay in timeline.overlays if overlay.key in inputs]
    return tuple(
        number
        for number, (clip, span) in enumerate(zip(timeline.clips, timeline.spans(), strict=True))
        if (isinstance(clip.picture, Filmed) and clip.picture.key in inputs)
        or any(at.common(span) is not None for at in laid)
    )


def _same_keys(before: Sequence[Key], after: Sequence[Key]) -> dict[int, int]:
    """New segment to old one with the same key; of several, the first to the first."""
    holders: defaultdict[Key, list[int]] = defaultdict(list)
    for old, key in reversed(list(enumerate(before))):
        holders[key].append(old)
    return {new: holders[key].pop() for new, key in enumerate(after) if holders.get(key)}


def _counterparts(before: Shown, after: Shown, same: Mapping[int, int]) -> dict[int, int]:
    """New segment to the old one of the same line that says most of its words; each once, best first."""
    taken = set(same.values())
    olds = [(old, clip) for old, clip in enumerate(before.timeline.clips) if old not in taken]
    rated = sorted(
        (
            (-rate, abs(old - new), new, old)
            for new, clip in enumerate(after.timeline.clips)
            if new not in same
            for old, other in olds
            if (rate := _likeness(other, clip)) > 0
        ),
    )
    out: dict[int, int] = {}
    for _, _, new, old in rated:
        if new not in out and old not in taken:
            out[new] = old
            taken.add(old)
    return out


def _likeness(one: Clip, other: Clip) -> float:
    """How much two clips are the same piece of the script, 0 to 1; a title is like a title of the same line."""
    mine, theirs = _spoken(one), _spoken(other)
    if not mine and not theirs:
        return 1.0 if one.line == other.line and _kind(one) == _kind(other) else 0.0
    shared = (mine & theirs).total()
    if shared:
        return 2 * shared / (mine.total() + theirs.total())
    return 0.1 if one.line and one.line == other.line and "take" in {_kind(one), _kind(other)} else 0.0


def _spoken(clip: Clip) -> Counter[tuple[str, str]]:
    return Counter((word.line, word.text) for word in clip.words)


def _kind(clip: Clip) -> str:
    return "take" if isinstance(clip.picture, Filmed) else clip.picture.kind


def _in_order(olds: Sequence[int]) -> frozenset[int]:
    """The most of these numbers that stand in rising order: what has not moved."""
    tails: list[int] = []
    heads: list[int] = []
    back: list[int | None] = []
    for index, old in enumerate(olds):
        at = bisect_left(tails, old)
        back.append(heads[at - 1] if at else None)
        tails[at : at + 1] = [old]
        heads[at : at + 1] = [index]
    still: list[int] = []
    index = heads[-1] if heads else None
    while index is not None:
        still.append(olds[index])
        index = back[index]
    return frozenset(still)


def _difference(before: Shown, after: Shown, old: int, new: int, *, moved: bool) -> Change | None:
    other = after.timeline.clips[new]
    span = after.timeline.spans()[new]
    if before.keys[old] == after.keys[new]:
        return _change("moved", old, new, other, span, ("order",), moved=True) if moved else None
    kind, why = _kind_of(before, after, old, new)
    return _change(kind, old, new, other, span, (*why, *(("order",) if moved else ())), moved=moved)


def _kind_of(before: Shown, after: Shown, old: int, new: int) -> tuple[Kind, tuple[Why, ...]]:
    one, other = before.timeline.clips[old], after.timeline.clips[new]
    was, now = one.picture, other.picture
    if not isinstance(was, Filmed) or not isinstance(now, Filmed):
        if isinstance(now, Filmed):
            return "recut", ("filmed",)
        if isinstance(was, Filmed) or _spoken(one) != _spoken(other):
            return "recut", ("slate",) if isinstance(was, Filmed) else ("words",)
        return ("retimed", ("length",)) if one.frames != other.frames else ("restyled", ("style",))
    # a file conformed again is the same take: it is known by name, not by key
    cut: tuple[Why, ...] = ("take",) if (was.rush, was.take) != (now.rush, now.take) else ()
    if _spoken(one) != _spoken(other):
        cut = (*cut, "words")
    if cut:
        return "recut", cut
    if (was.span, was.hold) != (now.span, now.hold):
        return "retimed", ("length",)
    return "restyled", tuple(_dressing(before, after, old, new)) or ("style",)


def _dressing(before: Shown, after: Shown, old: int, new: int) -> Iterator[Why]:
    was, now = before.timeline.clips[old].picture, after.timeline.clips[new].picture
    if isinstance(was, Filmed) and isinstance(now, Filmed):
        if (was.framing, was.path) != (now.framing, now.path):
            yield "framing"
        if was.key != now.key:
            yield "take"
    if _laid(before.timeline, old) != _laid(after.timeline, new):
        yield "overlay"


def _laid(timeline: Timeline, number: int) -> list[tuple[Key, int, int, object]]:
    span = timeline.spans()[number]
    return [
        (overlay.key, shown.start - span.start, shown.frames, overlay.box)
        for overlay in timeline.overlays
        if (shown := overlay.at.common(span)) is not None
    ]


def _change(
    kind: Kind,
    before: int | None,
    after: int | None,
    clip: Clip,
    span: Span,
    why: tuple[Why, ...] = (),
    *,
    moved: bool = False,
) -> Change:
    line = clip.line or next((word.line for word in clip.words), "")
    return Change(kind, before, after, line, span.start, span.frames, why, moved)
