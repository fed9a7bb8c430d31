"""Where everything stands on a card: each template as words and marks in pixels."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.media.card_marks import border, plain, ring, shade
from pipeline.media.card_text import Block, Face, fitted, set_by_the_book
from pipeline.presets import Brand
from pipeline.timeline import Card
from pipeline.words import Words


@dataclass(frozen=True, slots=True)
class Lettering:
    """One line of words: `baseline` and left edge `x` in pixels of the card."""

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
    """A picture (RGBA) whose top left stands at `x`, `y`. `turn`: when it comes (0 first); `dx`, `dy`: from where."""

    picture: np.ndarray
    x: int
    y: int
    turn: int = 0
    dx: int = 0
    dy: int = 0


Piece = Lettering | Mark

SMALL = 700
"""Width in pixels up to which a slate is a corner, its small type relatively larger (a corner is 0.28 of 1920)."""


def pieces(card: Card, brand: Brand, words: Words) -> tuple[Piece, ...]:
    """What the card shows, undermost first. Empty when all its fields are."""
    return TEMPLATES[card.template](Desk(card, brand, words))


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
    def unit(self) -> int:
        """The height that shares are taken of: the card's, or that of a 16:9 card as wide, if that is less."""
        return min(self.size.height, self.size.width * 9 // 16)

    def share(self, part: Fraction | float) -> int:
        """A share of `unit` in pixels, at least 1."""
        return max(1, round(float(part) * self.unit))

    def face(self, kind: str = "font") -> Face:
        """One of the brand's faces: `font`, `font_bold`, `font_mono`."""
        return Face(shelf.font(getattr(self.brand, kind)))

    def block(
        self,
        text: str,
        kind: str,
        width: int,
        height: int,
        largest: Fraction | float,
        lines: int,
        least: Fraction | float = 0,
    ) -> Block:
        """The text by the book, in the brand's face, fitted."""
        face = self.face(kind)
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

    def lettered(
        self, block: Block, x: int, top: int, colour: str, turn: int = 0, **moves: int
    ) -> tuple[Lettering, ...]:
        """The lines of a block whose capitals begin at `top`."""
        return tuple(
            Lettering(
                line, block.face, block.size, colour, x, top + block.capital + index * block.leading, turn, **moves
            )
            for index, line in enumerate(block.lines)
        )


def title(desk: Desk) -> tuple[Piece, ...]:
    """A rule on the upper third, words under it, left, large."""
    size, brand = desk.size, desk.brand
    x, y = size.width // 9, size.height // 3
    top = y + desk.share(0.075)
    room = round(size.height * (1 - brand.caption_band)) - top
    block = desk.block(
        _first(desk.card, "text", "words", "title"), "font_bold", size.width * 2 // 3, room, brand.title_size, 3
    )
    if not block.lines:
        return ()
    rule = plain(Size(size.width // 9, desk.share(brand.rule)), brand.ink)
    return (Mark(rule, x, y), *desk.lettered(block, x, top, brand.ink, 1, dy=desk.share(brand.travel)))


def lower_third(desk: Desk) -> tuple[Piece, ...]:
    """Name and role, low on the left, on a shade that comes in from the frame's edge."""
    size, brand = desk.size, desk.brand
    x, width = round(size.width * brand.safe), size.width // 2
    lowest = round(size.height * (1 - brand.caption_band)) - desk.share(0.004)
    role = desk.block(
        _first(desk.card, "role"), "font", width, desk.share(0.05), brand.role_size, 1, brand.role_size * 3 // 4
    )
    name = desk.block(
        _first(desk.card, "name", "text"),
        "font_bold",
        width,
        desk.share(0.06),
        brand.name_size,
        1,
        brand.name_size * 7 / 10,
    )
    if not (role.lines or name.lines):
        return ()
    between = desk.share(0.024) if role.lines and name.lines else 0
    top = lowest - role.height - between - name.height
    block = Box(x, top, max(name.width, role.width), lowest - top)
    slide = -desk.share(brand.travel)
    return (
        _shaded(desk, block, from_left=True),
        *desk.lettered(name, x, top, brand.ink, 1, dx=slide),
        *desk.lettered(role, x, top + name.height + between, brand.ink, 2, dx=slide),
    )


def key_words(desk: Desk) -> tuple[Piece, ...]:
    """Key words: beside the speaker (the free two thirds of `side`), else centred above the captions."""
    size, brand = desk.size, desk.brand
    place, side = desk.card.field("place"), desk.card.field("side")
    beside = place in {"beside", "left", "right", "side"} or side in {"left", "right"}
    left = "left" in {place, side}
    safe = round(size.width * brand.safe)
    width = size.width * 43 // 100 if beside else size.width * 3 // 4
    block = desk.block(_first(desk.card, "text", "words"), "font_bold", width, desk.share(0.5), brand.text_size, 3)
    if not block.lines:
        return ()
    low = round(size.height * (1 - brand.caption_band)) - desk.share(0.03)
    if beside:
        x = safe + desk.share(0.03) if left else size.width - safe - desk.share(0.03) - block.width
        top = (size.height - block.height) // 2
    else:
        x = (size.width - block.width) // 2
        top = (size.height - block.height) // 2 if place == "full" else low - block.height
    rise = desk.share(brand.travel)
    lines = tuple(
        Lettering(
            line.text, line.face, line.size, line.colour,
            line.x if beside else (size.width - block.face.width(line.text, block.size)) // 2,
            line.baseline, 1, dy=rise,
        )
        for line in desk.lettered(block, x, top, brand.ink)
    )  # fmt: skip
    return (_shaded(desk, Box(x, top, block.width, block.height)), *lines)


def slate_take(desk: Desk) -> tuple[Piece, ...]:
    """What a clapper says: line, shot, length; then the words to film; then what is missing, ringed. On leader."""
    size, brand, card = desk.size, desk.brand, desk.card
    x, width = size.width // 9, size.width * 7 // 9
    top = round(size.height * 0.1)
    out = _columns(
        desk, x, width, top, (("line", card.field("number")), ("shot", card.field("shot")), ("lasts", _lasting(desk)))
    )
    y = top + desk.share(0.155)
    out += [Mark(plain(Size(width, max(1, desk.share(brand.rule / 3))), brand.quiet), x, y)]
    what = desk.block(_what(desk, "take"), "font_bold", width, desk.share(0.1), 0.055, 1, 0.03)
    low = round(size.height * 0.86)
    start = y + desk.share(0.085)
    said = desk.block(card.field("words"), "font", width, low - desk.share(0.17) - start, brand.slate_size, 7)
    out += desk.lettered(said, x, start, brand.ink)
    out += _ringed(desk, what, x, low - what.capital)
    return tuple(out)


def slate_asset(desk: Desk) -> tuple[Piece, ...]:
    """A panel of leader where the animation will be: its name, ringed, how long, and the words it goes with."""
    size, brand, card = desk.size, desk.brand, desk.card
    small = size.width < SMALL
    x = max(size.width // 16, desk.share(0.06))
    width, stroke = size.width - 2 * x, max(1, desk.share(0.0022))
    label = 0.075 if small else 0.042
    out: list[Piece] = [Mark(plain(size, brand.ground), 0, 0), Mark(border(size, brand.quiet, stroke, 0.45), 0, 0)]
    top, low = x * 3 // 4 + desk.share(0.02), size.height - x * 3 // 4 - desk.share(0.02)
    lasts = desk.block(_lasting(desk), "font_mono", width // 3, desk.share(0.2), label, 1, label * 0.7)
    kind = desk.block(
        _what(desk, "asset"), "font", width - lasts.width - x // 2, desk.share(0.2), label, 1, label * 0.7
    )
    out += desk.lettered(kind, x, top, brand.quiet)
    out += desk.lettered(lasts, x + width - lasts.width, top, brand.ink)
    said = desk.block(
        card.field("words"), "font", width, desk.share(0.24), label * 1.05, 2 if small else 3, label * 0.8
    )
    if said.lines:
        out += desk.lettered(said, x, low - said.height, brand.quiet)
    under, over = top + kind.height, (low - said.height) if said.lines else low
    name = desk.block(
        _first(card, "reference", "what"), "font_mono", width * 4 // 5, (over - under) // 2, 0.13, 2, label
    )
    out += _ringed(desk, name, x + desk.share(0.03), (under + over - name.height) // 2)
    return tuple(out)


def _columns(desk: Desk, x: int, width: int, top: int, fields: tuple[tuple[str, str], ...]) -> list[Piece]:
    """Small labels, each over its value, a third of the width apart."""
    out: list[Piece] = []
    column = width // len(fields)
    for index, (code, value) in enumerate(field for field in fields if field[1]):
        label = desk.block(
            desk.words.say(f"slate.{code}"), "font", column * 9 // 10, desk.share(0.05), desk.brand.label_size, 1
        )
        shown = desk.block(value, "font_mono", column * 9 // 10, desk.share(0.08), 0.072, 1, 0.03)
        out += desk.lettered(label, x + index * column, top, desk.brand.quiet)
        out += desk.lettered(shown, x + index * column, top + desk.share(0.055), desk.brand.ink)
    return out


def _ringed(desk: Desk, block: Block, x: int, top: int) -> list[Piece]:
    """Words with the pencil's ring about them, all of it on the card."""
    if not block.lines:
        return []
    beside, above = desk.share(0.045) + block.size // 4, block.size * 6 // 10
    left, up = max(0, x - beside), max(0, top - above)
    right = min(desk.size.width, x + block.width + beside)
    down = min(desk.size.height, top + block.height - block.size // 5 + above)
    stroke = max(2, desk.share(0.0085))
    circle = ring(Size(right - left, down - up), desk.brand.mark, stroke)
    return [*desk.lettered(block, x, top, desk.brand.ink), Mark(circle, left, up)]


def _shaded(desk: Desk, words: Box, *, from_left: bool = False) -> Mark:
    """The shade under `words`, whole under all of them, soft around; from the frame's left edge if so asked."""
    near, soft = desk.share(0.03), desk.share(0.09)
    reach = near + soft
    left = 0 if from_left else max(0, words.x - reach)
    top, right = max(0, words.y - reach), min(desk.size.width, words.right + reach + (soft if from_left else 0))
    bottom = min(desk.size.height, words.bottom + reach)
    fall = (0 if from_left else soft, soft, soft * 2 if from_left else soft, soft)
    return Mark(shade(Size(right - left, bottom - top), desk.brand.ground, float(desk.brand.shade), fall), left, top)


def _what(desk: Desk, kind: str) -> str:
    return desk.card.field("what") or desk.words.say(f"slate.{kind}")


def _lasting(desk: Desk) -> str:
    """`seconds` of the card (a number or a fraction) as people of its language write it; other text as it is."""
    text = desk.card.field("seconds")
    try:
        seconds = f"{float(Fraction(text)):.1f}"
    except (ValueError, ZeroDivisionError):
        return text
    comma = "," if desk.words.language == "fr" else "."
    return desk.words.say("slate.seconds", seconds=seconds.replace(".", comma))


def _first(card: Card, *names: str) -> str:
    return next((value for name in names if (value := card.field(name).strip())), "")


TEMPLATES: dict[str, Callable[[Desk], tuple[Piece, ...]]] = {
    "title": title,
    "lower-third": lower_third,
    "text": key_words,
    "slate-take": slate_take,
    "slate-asset": slate_asset,
}
