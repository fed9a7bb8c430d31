"""Speech as heard in a rush: words and voiced spans, in frames of the conformed rush."""

from dataclasses import dataclass
from typing import Literal

from pipeline.spans import Span
from pipeline.values import Key

Method = Literal["whisper", "script-length", "none"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One word as heard. `confidence` in thousandths."""

    text: str
    span: Span
    confidence: int
    method: Method = "whisper"


@dataclass(frozen=True, slots=True)
class Speech:
    """All that is heard in one rush. `voiced` are the runs of voice, ordered, apart from each other.

    With no model, `words` is empty and `method` is `script-length`: `choose` aligns by length.
    `level` is the loudness of each voiced run in hundredths of dBFS (mean RMS). `spoken`: the language that is surely
    spoken, where it is another than `language`, in which the words were wanted.
    """

    rush: str
    key: Key
    method: Method
    language: str
    voiced: tuple[Span, ...]
    words: tuple[Heard, ...] = ()
    level: tuple[int, ...] = ()
    spoken: str = ""
