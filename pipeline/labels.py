"""What is written over a designer's reference clip: captions, and the word that marks its handles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.captions import Caption
from pipeline.geometry import Size
from pipeline.spans import Span
from pipeline.timeline import Overlay
from pipeline.values import Key, digest

RECIPE = 1
"""Raised whenever the same label would be drawn otherwise than before."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words over the whole picture of `size`: a `caption` at its foot, a `handle` at its top. `brand` as in `Card`."""

    kind: Literal["caption", "handle"]
    lines: tuple[str, ...]
    size: Size
    brand: Key
    recipe: int = RECIPE

    @property
    def key(self) -> Key:
        """Names the picture of it."""
        return digest({"label": digest(self)})


def labelled(
    shown: Sequence[Caption], at: int, own: Span, frames: int, handle: str, size: Size, brand: Key
) -> tuple[tuple[Label, Span], ...]:
    """The labels of an excerpt of `frames` frames that begins at frame `at` of the film, each with its frames in it.

    `shown` are the captions of the film; `own` the frames of the excerpt that are the animation's: those before and
    after it are marked with the word `handle`.
    """
    whole = Span(0, frames)
    spans = [(caption, caption.span.shifted(-at).common(whole)) for caption in shown]
    captions = [(Label("caption", caption.lines, size, brand), span) for caption, span in spans if span is not None]
    mark = Label("handle", (handle,), size, brand)
    before = [Span(0, own.start)] if own.start > 0 else []
    after = [Span(own.stop, frames)] if own.stop < frames else []
    return (*captions, *((mark, span) for span in (*before, *after)))


def laid(label: Label, span: Span) -> Overlay:
    """The label over those frames."""
    return Overlay(label.key, label.kind, "card", span, label.size.box, 1)
