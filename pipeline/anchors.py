"""What hangs on words stays with them: where each word of a revision of a script stands in the next one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from pipeline.lines import KEPT, PARTED, Text, bare, text
from pipeline.script import Line, LineId, Script

Anchor = tuple[LineId, int]
"""A word: its line, and its index there."""


def heirs(before: Script, after: Script) -> Mapping[LineId, tuple[LineId, ...]]:
    """For each line of the old revision that lives on: the lines of the new one that hold its words, in order.

    First the line that kept its id, or that it was merged into; then the parts that were split off. The new revision
    has its ids from `pipeline.lines.kept`.
    """
    return {
        old.id: (new.id, *(part.id for part in parts)) for olds, new, parts in _families(before, after) for old in olds
    }


def followed(before: Script, after: Script) -> Mapping[Anchor, Anchor]:
    """Where each word of the old revision stands in the new one; a word that is gone is not in it.

    A word is followed only to the same word (accents, capitals and punctuation aside) of a line that holds its line's.
    """
    out: dict[Anchor, Anchor] = {}
    for olds, new, parts in _families(before, after):
        source, target = _words(olds), _words((new, *parts))
        for one, other in _same([word for _, word in source], [word for _, word in target]):
            out[source[one][0]] = target[other][0]
    return out


def carried(revisions: Sequence[Script], target: int) -> tuple[Mapping[Anchor, Anchor], ...]:
    """For each of these revisions, oldest first: where its words stand in the one with the index `target`.

    Words are followed from each revision to the next, or back; those that are gone on the way are gone.
    """
    here = {(line.id, word): (line.id, word) for line in revisions[target].lines for word in range(len(line.words))}
    out: dict[int, dict[Anchor, Anchor]] = {target: here}
    for number in range(target - 1, -1, -1):
        step, onwards = followed(revisions[number], revisions[number + 1]), out[number + 1]
        out[number] = {was: onwards[now] for was, now in step.items() if now in onwards}
    for number in range(target + 1, len(revisions)):
        step, back = followed(revisions[number - 1], revisions[number]), out[number - 1]
        out[number] = {now: back[was] for was, now in step.items() if was in back}
    return tuple(out[number] for number in range(len(revisions)))


def holds(line: Line, other: Text) -> bool:
    """True when the line still holds most of those words, as `pipeline.lines.text` gives them."""
    return (Counter(text(line)) & Counter(other)).total() >= KEPT * len(other)


def _families(before: Script, after: Script) -> Iterator[tuple[tuple[Line, ...], Line, tuple[Line, ...]]]:
    """Old lines, the new line that took them over, and the new lines split off it: those that follow it directly."""
    known = {line.id for line in before.lines}
    lines = after.lines
    for number, new in enumerate(lines):
        taken = {new.id, *new.merged}
        olds = tuple(line for line in before.lines if line.id in taken)
        if not olds:
            continue
        fresh: list[Line] = []
        for line in lines[number + 1 :]:
            if line.id in known:
                break
            fresh.append(line)
        yield olds, new, _parts(olds, new, fresh)


def _parts(olds: Sequence[Line], new: Line, fresh: Sequence[Line]) -> tuple[Line, ...]:
    """The new lines that are mostly made of the old ones' words, one after the other."""
    parts: list[Line] = []
    source = [word for _, word in _words(olds)]
    for line in fresh:
        target = _words((new, *parts, line))
        own = [index for index, (anchor, _) in enumerate(target) if anchor[0] == line.id]
        found = {other for _, other in _same(source, [word for _, word in target])}
        if not own or len(found.intersection(own)) < PARTED * len(own):
            break
        parts.append(line)
    return tuple(parts)


def _words(lines: Sequence[Line]) -> list[tuple[Anchor, str]]:
    return [
        ((line.id, index), same) for line in lines for index, word in enumerate(line.words) if (same := bare(word.text))
    ]


def _same(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    if one == other:  # most lines of most revisions
        yield from ((step, step) for step in range(len(one)))
        return
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        yield from ((block.a + step, block.b + step) for step in range(block.size))
