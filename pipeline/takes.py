"""Which take says which words: the values that `choose` gives."""

from dataclasses import dataclass

from pipeline.footage import Remark
from pipeline.script import LineId
from pipeline.spans import Span


@dataclass(frozen=True, slots=True)
class Shot:
    """A unit of filming: the lines performed in one go. By default one per scene; `[shot ID]` starts another."""

    id: str
    lines: tuple[LineId, ...]
    take: int | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """One performance of a shot: a span of a rush, in frames. `number` counts the takes of the shot, from 1."""

    shot: str
    rush: str
    span: Span
    number: int
    circled: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A script word and where it was said, in frames of the rush. `confidence` in thousandths (0: placed by length)."""

    word: int
    span: Span
    confidence: int


@dataclass(frozen=True, slots=True)
class Telling:
    """Consecutive script words of one line as one take says them. `score` in thousandths.

    `take` is an index into `Chosen.takes`; `span` the voiced frames of the rush, from first word to last; words that
    the script holds and the take leaves out stand in no `said`. `beside` is voice within `span` that is none of the
    script's words (improvised, hesitations): it is kept, and never cut into.
    """

    line: LineId
    words: range
    take: int
    span: Span
    said: tuple[Said, ...]
    score: int
    beside: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Untold:
    """Consecutive script words of one line that no take says: a slate stands in for them."""

    line: LineId
    words: range


@dataclass(frozen=True, slots=True)
class Rejected:
    """A span of a rush that was not kept for a line (empty: for none), and why, in a code of `presets/words`."""

    line: str
    rush: str
    span: Span
    why: str
    score: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is told by which take, in script order, and all that was left out.

    `told` holds tellings and gaps in the order of the script; each word of each line is in exactly one of them.
    `written`, `spoken`, `missing`, `added` count words: of the script, of it said, of it not said, and said beside it
    within the chosen spans.
    """

    shots: tuple[Shot, ...]
    takes: tuple[Take, ...]
    told: tuple[Telling | Untold, ...]
    rejected: tuple[Rejected, ...] = ()
    written: int = 0
    spoken: int = 0
    missing: int = 0
    added: int = 0
    remarks: tuple[Remark, ...] = ()
