"""Line ids that survive rewriting: the lines of a new revision of a script find themselves in the last one.

Notes, approvals and castings hang on lines. A line keeps its id when its words change, when it moves, and on its
first part when it is split; a merged line takes the first id and records the others. An id never lands on other words:
see `similarity` and `KEPT`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from heapq import heapify, heappop, heappush
from itertools import chain

from pipeline.reading_arguments import plain
from pipeline.script import Line, LineId, Script

KEPT = 0.5
"""A line is the same line when it is at least so similar: below, more of it is other words than its own."""

PARTED = 0.75
"""A line is split or merged when its parts together are at least so similar to the whole."""

SPELT = 0.75
"""Lines of a few words are compared by letters too, so that a corrected word is not another line."""

SHORT = 4
"""A line of a few words: at most so many."""

PARTS = 4
"""A line is split into, or merged from, at most so many."""

Text = tuple[str, ...]


def kept(old: Script, new: Script, used: Collection[LineId] = ()) -> Script:
    """The new revision with the ids of the old one on the lines that are the same lines.

    Ids given in the file (`{#id}`) win. A line that is new gets an id that neither revision nor `used` (the ids of all
    earlier ones) holds. `Line.merged` records the ids that a line took over.
    """
    before, after = old.lines, new.lines
    pairs = _pairs([text(line) for line in before], [text(line) for line in after], _given(before, after))
    given = {line.id for line in after if line.given}
    taken = given | {line.id for line in before} | set(used)
    ids: list[LineId] = []
    merged: list[tuple[LineId, ...]] = []
    for number, line in enumerate(after):
        sources = [before[index] for index in pairs.get(number, ())]
        heirs = chain.from_iterable((source.id, *source.merged) for source in sources)
        if line.given:
            own = line.id
        elif sources and sources[0].id not in given:
            own = sources[0].id
        else:
            own = _fresh(line.id, taken)
        taken.add(own)
        ids.append(own)
        merged.append(tuple(dict.fromkeys(heir for heir in heirs if heir != own)))
    return _renamed(new, ids, merged)


def text(line: Line) -> Text:
    """The words of a line as they are compared: no accents, capitals, punctuation. Cues, when it has no words."""
    if line.words:
        return tuple(same for word in line.words if (same := bare(word.text)))
    return ("[", *(same for cue in line.cues for word in cue.source.split() if (same := bare(word))))


def bare(word: str) -> str:
    """A word as it is compared: no accents, capitals, punctuation; empty for a sign alone."""
    return "".join(char for char in plain(word) if char.isalnum())


def similarity(one: Text, other: Text) -> float:
    """How much two lines are the same words in the same order, 0 to 1: twice what they share by what they hold.

    Of two short lines, the share of their letters counts as well when it is at least `SPELT`. Speech and cues alone
    are never similar.
    """
    if (one[:1] == ("[",)) != (other[:1] == ("[",)):
        return 0.0
    words = _shared(one, other)
    if words < 1 and max(len(one), len(other)) <= SHORT:
        letters = _shared(" ".join(one), " ".join(other))
        return max(words, letters if letters >= SPELT else 0.0)
    return words


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    if not one and not other:
        return 1.0
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return 2 * sum(block.size for block in blocks) / (len(one) + len(other))


def _given(before: Sequence[Line], after: Sequence[Line]) -> dict[int, int]:
    """New line to old line by the id that stands in the file."""
    known = {line.id: index for index, line in enumerate(before)}
    return {number: known[line.id] for number, line in enumerate(after) if line.given and line.id in known}


def _fresh(wanted: LineId, taken: Collection[LineId]) -> LineId:
    count, fresh = 1, wanted
    while fresh in taken:
        count += 1
        fresh = LineId(f"{wanted}-{count}")
    return fresh


@dataclass(frozen=True, slots=True, order=True)
class _Match:
    """Old lines that may be these new lines. Sorted best first: least unlike, then least moved.

    `exact` False: `unlike` is only the least it can be, from the words they have in common in any order.
    """

    unlike: float
    moved: int
    olds: tuple[int, ...]
    news: tuple[int, ...]
    exact: bool = False


def _pairs(before: Sequence[Text], after: Sequence[Text], given: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    """For each new line that is not new: the old lines it comes from, in order. An old line is in one of them."""
    pairs: dict[int, tuple[int, ...]] = {number: (index,) for number, index in given.items()}
    free_old = [index for index in range(len(before)) if index not in set(given.values())]
    free_new = [number for number in range(len(after)) if number not in given]
    for index, number in _untouched(before, after, free_old, free_new):
        pairs[number] = (index,)
        free_old.remove(index)
        free_new.remove(number)
    olds, news = set(free_old), set(free_new)
    waiting = list(_matches(before, after, olds, news))
    heapify(waiting)
    # comparing is slow: only what could still be the best match is compared
    while waiting:
        match = heappop(waiting)
        if not (olds.issuperset(match.olds) and news.issuperset(match.news)):
            continue
        if not match.exact:
            like, least = _likeness([before[i] for i in match.olds], [after[j] for j in match.news])
            if like >= least:
                heappush(waiting, replace(match, unlike=1 - like, exact=True))
            continue
        pairs[match.news[0]] = match.olds
        olds.difference_update(match.olds)
        news.difference_update(match.news)
    return pairs


def _likeness(olds: Sequence[Text], news: Sequence[Text]) -> tuple[float, float]:
    """How alike the old lines are to the new ones, and how alike they must be to be the same."""
    if len(olds) == len(news) == 1:
        return similarity(olds[0], news[0]), KEPT
    return _shared(tuple(chain.from_iterable(olds)), tuple(chain.from_iterable(news))), PARTED


def _untouched(
    before: Sequence[Text], after: Sequence[Text], olds: Sequence[int], news: Sequence[int]
) -> list[tuple[int, int]]:
    """Lines with the very same words: those in the same order first, then those that moved."""
    blocks = SequenceMatcher(None, [before[i] for i in olds], [after[j] for j in news], autojunk=False)
    out = [
        (olds[block.a + step], news[block.b + step])
        for block in blocks.get_matching_blocks()
        for step in range(block.size)
    ]
    seen_old, seen_new = {index for index, _ in out}, {number for _, number in out}
    moved: defaultdict[Text, list[int]] = defaultdict(list)
    for index in olds:
        if index not in seen_old:
            moved[before[index]].append(index)
    here = [number for number in news if number not in seen_new]
    return out + [(moved[after[number]].pop(0), number) for number in here if moved[after[number]]]


def _matches(before: Sequence[Text], after: Sequence[Text], olds: set[int], news: set[int]) -> Iterable[_Match]:
    """All that may be matched: one line to one, one split into several, several merged into one."""
    near = _overlaps(before, after, olds, news)
    for (index, number), common in near.items():
        one, other = before[index], after[number]
        short = max(len(one), len(other)) <= SHORT
        like = 1.0 if short else 2 * common / (len(one) + len(other))
        if like >= KEPT:
            yield _Match(1 - like, abs(index - number), (index,), (number,))
        for size in range(2, PARTS + 1) if common >= PARTED * len(other) else ():
            parts = tuple(range(number, number + size))
            shares = [near.get((index, part), 0) for part in parts]
            if news.issuperset(parts):
                yield from _parted(one, [after[part] for part in parts], shares, _Match(0, 0, (index,), parts))
        for size in range(2, PARTS + 1) if common >= PARTED * len(one) else ():
            parts = tuple(range(index, index + size))
            shares = [near.get((part, number), 0) for part in parts]
            if olds.issuperset(parts):
                yield from _parted(other, [before[part] for part in parts], shares, _Match(0, 0, parts, (number,)))


def _parted(whole: Text, parts: Sequence[Text], shares: Sequence[int], match: _Match) -> Iterable[_Match]:
    """The match with the least it can be unlike, when most words of every part are in the whole."""
    if all(share >= PARTED * len(part) for part, share in zip(parts, shares, strict=True)):
        like = 2 * min(sum(shares), len(whole)) / (len(whole) + sum(map(len, parts)))
        if like >= PARTED:
            yield replace(match, unlike=1 - like, moved=abs(match.olds[0] - match.news[0]))


def _overlaps(
    before: Sequence[Text], after: Sequence[Text], olds: set[int], news: set[int]
) -> dict[tuple[int, int], int]:
    """How many words each old and each new line have in common, in any order; short lines are always listed."""
    holders: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for index in sorted(olds):
        for word, count in Counter(before[index]).items():
            holders[word].append((index, count))
    out: Counter[tuple[int, int]] = Counter()
    for number in sorted(news):
        for word, count in Counter(after[number]).items():
            for index, other in holders[word]:
                out[index, number] += min(count, other)
        if len(after[number]) <= SHORT:
            out.update({(index, number): 0 for index in sorted(olds) if len(before[index]) <= SHORT})
    return dict(out)


def _renamed(script: Script, ids: list[LineId], merged: list[tuple[LineId, ...]]) -> Script:
    named = dict(zip((line.id for line in script.lines), ids, strict=True))
    taken = iter(zip(ids, merged, strict=True))
    scenes = tuple(
        replace(scene, lines=tuple(_line(line, *next(taken), named) for line in scene.lines)) for scene in script.scenes
    )
    return replace(script, scenes=scenes)


def _line(line: Line, own: LineId, merged: tuple[LineId, ...], named: Mapping[LineId, LineId]) -> Line:
    cues = tuple(replace(cue, until=(named[cue.until[0]], cue.until[1])) if cue.until else cue for cue in line.cues)
    return replace(line, id=own, cues=cues, merged=merged)
