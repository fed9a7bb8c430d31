"""Where the words of the script are in the finished film."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.spans import Span


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the script's words are in the finished film, in its frames.

    `words`: the span of each word it carries, by order. `edges`: where the picture begins that stands before a word, by
    the order of the first word of each phrase, slate and title. `titles`: where titles hold the film. `bands`: where
    the style's own words stand low in the picture.
    """

    frames: int
    words: Mapping[int, Span]
    edges: Mapping[int, int]
    lead: int
    titles: tuple[Span, ...] = ()
    bands: tuple[Span, ...] = ()

    def start(self, order: int) -> tuple[int, bool]:
        """The first frame of the word of `order`, or of the next that is said; and whether it is the word itself."""
        later = [one for one in self.words if one >= order]
        if not later:
            return self.stop(order), False
        return self.words[min(later)].start, order in self.words

    @property
    def ends(self) -> int:
        """The frame at which the film is over, but for titles: an end card."""
        last = max((span.stop for span in self.words.values()), default=0)
        return min((title.start for title in self.titles if title.start >= last), default=self.frames)

    def goes_on(self, order: int) -> bool:
        """True when the word of `order` or a later one is said."""
        return any(one >= order for one in self.words)

    def stop(self, order: int) -> int:
        """The frame at which the last word before `order` has been said; 0 when there is none."""
        return max((span.stop for one, span in self.words.items() if one < order), default=0)

    def edge(self, order: int) -> int:
        """Where the picture may change before the word of `order`: at the cut, else in the silence before it."""
        later = sorted({one for one in (*self.words, *self.edges) if one >= order})
        if not later:
            return self.frames
        if later[0] in self.edges:
            return self.edges[later[0]]
        return max(self.stop(order), self.words[later[0]].start - self.lead)
