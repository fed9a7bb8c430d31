"""Which script word each heard word says: an alignment that may begin again anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.matching import SOUNDED, Token, pairs, sound


def weight(text: str) -> float:
    """How much a token says about where one is in a text: little for `la`, all for `tableau`."""
    return min(1.0, 0.1 + 0.2 * len(text))


@dataclass(frozen=True)
class Page:
    """Script tokens laid out for following: `starts` are the tokens at which a sentence begins.

    `far` are tokens that a rush is not expected to say (its name tells another shot); they may still be heard there.
    """

    tokens: tuple[Token, ...]
    starts: frozenset[int]
    far: frozenset[int] = frozenset()
    language: str = ""

    @cached_property
    def unique(self) -> dict[str, int]:
        """Each different text, numbered."""
        return {text: number for number, text in enumerate(dict.fromkeys(token.text for token in self.tokens))}

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The number of the text of each token."""
        return np.array([self.unique[token.text] for token in self.tokens], dtype=np.intp)

    @cached_property
    def joined(self) -> "Page":
        """Each token joined to the one after it (`data set` heard as `dataset`); the last stands for nothing."""
        texts = [token.text for token in self.tokens]
        joined = [first + second for first, second in pairwise(texts)] + [""]
        return Page(tuple(Token(text, index) for index, text in enumerate(joined)), frozenset())

    @cached_property
    def _letters(self) -> "_Pairs":
        return _Pairs(list(self.unique))

    @cached_property
    def _sounds(self) -> "_Pairs | None":
        french = self.language.split("-", maxsplit=1)[0].casefold() == "fr"
        return _Pairs([sound(text) for text in self.unique]) if french else None

    def alike(self, text: str) -> NDArray[np.float64]:
        """The similarity of `text` to every token (`pipeline.matching.similarity`)."""
        alike = self._letters.alike(text)
        if self._sounds is not None:
            alike = np.maximum(alike, SOUNDED * self._sounds.alike(sound(text)))
        return alike[self.order]


class _Pairs:
    """Texts by their pairs of letters: which text holds which pair."""

    def __init__(self, texts: Sequence[str]) -> None:
        holders: dict[str, list[int]] = {}
        self.counts = np.array([len(pairs(text)) for text in texts], dtype=np.float64)
        for number, text in enumerate(texts):
            for pair in pairs(text):
                holders.setdefault(pair, []).append(number)
        self.holders = {pair: np.array(numbers, dtype=np.intp) for pair, numbers in holders.items()}

    def alike(self, text: str) -> NDArray[np.float64]:
        """The Dice coefficient of `text` with every text."""
        found = pairs(text)
        shared = np.zeros(len(self.counts))
        for pair in found:
            if pair in self.holders:
                shared[self.holders[pair]] += 1
        return 2 * shared / (len(found) + self.counts)


ENTER = 1.2
"""What it costs to begin at a sentence's start: more than one sure word, so that a stray word is no performance."""
ENTER_INSIDE = 2.6
"""What it costs to begin inside a sentence: people start again at its beginning."""
FAR = 2.0
"""What it costs more to begin in a shot that the file's name does not tell."""
INSERTED = 0.35
DROPPED = 0.35
"""What a heard word beside the script, or a script word left out, costs per weight (half a substitution each)."""

JOINED = 0.85
"""Two tokens against one are the same from this likeness on (`data set`, `dataset`), and gain what one word gains."""

_ALONG, _ENTERED, _TWO_WRITTEN, _TWO_HEARD = range(4)


def followed(heard: Sequence[str], page: Page) -> tuple[tuple[int, ...], ...]:
    """For each heard token the script tokens it says, by index: mostly one, none where it is beside the script.

    The best path of a Needleman-Wunsch alignment that may begin again anywhere (Viterbi over script positions and one
    state outside the script): retakes, false starts, skipped sentences and asides come out as jumps. Optional script
    tokens are left out for free. Time is `len(heard) * len(page.tokens)`.
    """
    if not heard or not page.tokens:
        return ((),) * len(heard)
    return _Path(heard, page).best()


class _Path:
    """The tables of one run of `followed`."""

    def __init__(self, heard: Sequence[str], page: Page) -> None:
        count, size = len(heard), len(page.tokens)
        self.heard, self.page = heard, page
        self.weights = np.array([weight(token.text) for token in page.tokens])
        dropped = np.array([0.0 if token.optional else DROPPED for token in page.tokens]) * self.weights
        self.skipped = np.cumsum(dropped)  # what it costs to leave out all tokens up to and with this one
        enter = np.array([ENTER if index in page.starts else ENTER_INSIDE for index in range(size)])
        self.enter = enter + np.array([FAR if index in page.far else 0.0 for index in range(size)])
        self.how = np.zeros((count, size), dtype=np.int8)
        self.source = np.zeros((count, size), dtype=np.int32)
        self.inserted = np.zeros((count, size), dtype=np.bool_)
        self.left = np.full(count, -1, dtype=np.int32)  # the position from which the outside state was reached, or -1
        self.likes: dict[str, NDArray[np.float64]] = {}
        self.joins: dict[str, NDArray[np.float64]] = {}

    def best(self) -> tuple[tuple[int, ...], ...]:
        """Fills the tables row by row and walks back from the best end."""
        size = len(self.page.tokens)
        never = np.full(size, -np.inf)
        before, last, outside = never, never, 0.0
        for row, text in enumerate(self.heard):
            matched = self._matched(row, before, last, outside)
            cost = INSERTED * weight(text)
            inserted = last - cost
            self.inserted[row] = inserted > matched
            top = int(np.argmax(last))
            leaves = last[top] > outside
            self.left[row] = top if leaves else -1
            outside = float(max(outside, last[top]))
            before, last = last, np.maximum(inserted, matched)
        return self._walked(last, outside)

    def _matched(
        self, row: int, before: NDArray[np.float64], last: NDArray[np.float64], outside: float
    ) -> NDArray[np.float64]:
        """The best score of each script token said by heard token `row`; `before` and `last` are the two rows above."""
        text = self.heard[row]
        gain = self._gain(text)
        never = np.array([-np.inf])
        reach = last + self.skipped
        behind = np.maximum.accumulate(reach)
        places = np.arange(len(reach))
        sources = np.maximum.accumulate(np.where(reach >= behind, places, 0))
        along = np.concatenate((never, behind[:-1] - self.skipped[:-1])) + gain
        entered = max(outside, float(last.max())) - self.enter + gain
        out = np.maximum(along, entered)
        self.how[row] = np.where(along >= entered, _ALONG, _ENTERED)
        self.source[row, 1:] = sources[:-1]
        pair = self._joined_gain(text)  # one heard word for two written
        two = np.concatenate((never, never, last[:-2])) + np.concatenate((never, pair[:-1])) if len(gain) > 1 else never
        if len(gain) > 1:
            self.how[row] = np.where(two > out, _TWO_WRITTEN, self.how[row])
            out = np.maximum(out, two)
        if row:  # two heard words for one written
            two = np.concatenate((never, before[:-1])) + self._gain(self.heard[row - 1] + text)
            sure = self._alike(self.heard[row - 1] + text) > JOINED
            two = np.where(sure, two, -np.inf)
            self.how[row] = np.where(two > out, _TWO_HEARD, self.how[row])
            out = np.maximum(out, two)
        return out

    def _alike(self, text: str) -> NDArray[np.float64]:
        if text not in self.likes:
            self.likes[text] = self.page.alike(text)
        return self.likes[text]

    def _gain(self, text: str) -> NDArray[np.float64]:
        """What each script token gains when `text` says it: 1 per weight when the same, -0.5 when quite another."""
        return (1.5 * self._alike(text) - 0.5) * self.weights

    def _joined_gain(self, text: str) -> NDArray[np.float64]:
        if text not in self.joins:
            alike = self.page.joined.alike(text)
            self.joins[text] = np.where(alike > JOINED, 1.5 * alike - 0.5, -np.inf)
        return self.joins[text]

    def _walked(self, last: NDArray[np.float64], outside: float) -> tuple[tuple[int, ...], ...]:
        out: list[tuple[int, ...]] = [()] * len(self.heard)
        row, place = len(self.heard) - 1, int(np.argmax(last)) if last.max() > outside else -1
        while row >= 0:
            if place < 0:
                place = int(self.left[row])
                row -= 1
                continue
            if self.inserted[row, place]:
                row -= 1
                continue
            how = int(self.how[row, place])
            out[row] = (place,)
            if how == _TWO_WRITTEN:
                out[row] = (place - 1, place)
                place -= 2
            elif how == _TWO_HEARD:
                out[row - 1] = (place,)
                row -= 1
                place -= 1
            elif how == _ENTERED:
                place = int(self.left[row])  # a jump, from outside or from the best position of the row above
            else:
                place = int(self.source[row, place])
            row -= 1
        return tuple(out)
