"""A card on the desk: its measures, its faces, and the pieces that templates put on it."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from pipeline import edges
from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.media.card_marks import plain, shade
from pipeline.media.card_text import Block, Face, fitted, set_by_the_book
from pipeline.presets import Brand, Tone
from pipeline.timeline import Card
from pipeline.words import Words


@dataclass(frozen=True, slots=True)
class Lettering:
    """One line of words: left edge `x` and `baseline` in pixels of the card. `turn`, `dx`, `dy`: see `Mark`."""

    text: str
    face: Face
    size: int
    colour: str
    x: int
    baseline: int
    turn: int = 0
    dx: int = 0
    dy: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A picture (RGBA, straight alpha) whose top left stands at `x`, `y`.

    `turn` is when it comes in (0 first); `dx`, `dy` how far from its place it sets out.
    """

    picture: np.ndarray
    x: int
    y: int
    turn: int = 0
    dx: int = 0
    dy: int = 0


Piece = Lettering | Mark


@dataclass(frozen=True, slots=True)
class Desk:
    """A card on the desk: its brand and its measures."""

    card: Card
    brand: Brand
    words: Words

    @property
    def size(self) -> Size:
        """Of the card."""
        return self.card.size

    @property
    def tone(self) -> Tone:
        """Its colours."""
        return self.brand.leader if self.card.template.startswith("slate") else self.brand.colours

    @property
    def safe(self) -> Box:
        """Where words may stand on a card that is as large as the film: inside the safe edges, above captions."""
        return edges.free(self.brand, self.size)

    @property
    def unit(self) -> int:
        """The height that shares are taken of: the card's, or that of a 16:9 card as wide, if that is less."""
        return int(edges.unit(self.size))

    def share(self, part: Fraction | float) -> int:
        """A share of `unit` in pixels, at least 1."""
        return max(1, round(float(part) * self.unit))

    def first(self, *names: str) -> str:
        """The first of these fields that holds anything."""
        return next((value for name in names if (value := self.card.field(name).strip())), "")

    def block(
        self,
        text: str,
        kind: str,
        room: tuple[int, int],
        largest: Fraction | float,
        *,
        lines: int = 1,
        least: Fraction | float = 0,
    ) -> Block:
        """The text by the book, in one of the brand's faces (`font`, `font_bold`, `font_mono`), fitted to `room` px.

        `largest` and `least` type in ems as shares of `unit`; never smaller than the brand allows.
        """
        face = Face(shelf.font(getattr(self.brand, kind)))
        width, height = room
        return fitted(
            set_by_the_book(text, face, self.card.language),
            face,
            max(1, width),
            max(1, height),
            largest=self.share(largest),
            least=self.share(max(least, self.brand.type_least)),
            lines=lines,
            leading=float(self.brand.leading),
            language=self.card.language,
        )

    def rule(self, width: int, thickness: Fraction | float, colour: str, x: int, y: int) -> Mark:
        """A line across."""
        return Mark(plain(Size(max(1, width), self.share(thickness)), colour), x, y)

    def shaded(self, words: Box, *, soft: float = 0.26, corner: bool = False) -> Mark:
        """The shade under `words`: whole under all of them, falling away over `soft` (a share) around.

        With `corner` it fills the frame's lower left corner too; in a tall frame the left edge alone: its foot is far.
        """
        near, fall = self.share(0.012), self.share(soft)
        whole = Box(words.x - near, words.y - 2 * near, words.width + 2 * near, words.height + 3 * near)
        if corner:
            foot = whole.bottom if edges.tall(self.size) else self.size.height
            whole = whole.cover(Box(0, foot - 1, 1, 1))
        reach = Box(whole.x - fall, whole.y - fall, whole.width + 2 * fall, whole.height + 2 * fall)
        shown = reach.common(self.size.box) or self.size.box
        picture = shade(shown.size, self.tone.ground, float(self.tone.shade), whole.shifted(-shown.x, -shown.y), fall)
        return Mark(picture, shown.x, shown.y)


def lettered(block: Block, x: int, top: int, colour: str, *, centred: int = 0) -> tuple[Lettering, ...]:
    """The lines of a block whose capitals begin at `top`, from `x` on, or each centred in `centred` px from there."""
    return tuple(
        Lettering(
            line,
            block.face,
            block.size,
            colour,
            x + (centred - block.face.width(line, block.size)) // 2 if centred else x,
            top + block.capital + index * block.leading,
        )
        for index, line in enumerate(block.lines)
    )


def coming(pieces: tuple[Lettering, ...], turn: int, dx: int = 0, dy: int = 0) -> tuple[Lettering, ...]:
    """The same, coming in at their turn from (`dx`, `dy`) away."""
    return tuple(replace(piece, turn=turn, dx=dx, dy=dy) for piece in pieces)
