"""Where everything stands on each card, in pixels: words on the thirds, one rule, one ring."""

from collections.abc import Callable
from fractions import Fraction

from pipeline.geometry import Box, Size
from pipeline.media.card_desk import Desk, Mark, Piece, coming, lettered
from pipeline.media.card_marks import border, plain, ring
from pipeline.media.card_text import CAPITAL, Block
from pipeline.presets import Brand
from pipeline.timeline import Card
from pipeline.words import Words

VALUE = 0.06
"""Type of what stands under a take slate's labels, a share of the height."""

QUOTED = 110
"""Letters of the words that an asset's slate quotes: two lines of them, to know which words they are."""

ASIDE = 0.34
"""Width of a take slate beside a graphic: what the graphic leaves of the frame, less the safe edge and some air."""

LABEL_LEAST, LABEL_MOST, LABEL_READ = 0.042, 0.075, 23
"""Small type of an asset's slate: shares of the card's height, and the pixels wanted between the two. Full frame,
beside and corner (0.28 of 1920) are then all read at the distance at which a draft is watched."""


def pieces(card: Card, brand: Brand, words: Words) -> tuple[Piece, ...]:
    """What the card shows, undermost first. Empty when there is nothing to say."""
    return TEMPLATES[card.template](Desk(card, brand, words))


def title(desk: Desk) -> tuple[Piece, ...]:
    """A rule on the upper third, words under it, left, large. Field: `text`."""
    size, brand = desk.size, desk.brand
    x, y = size.width // 9, size.height // 3
    top = y + desk.share(0.075)
    room = size.width * 2 // 3, round(size.height * (1 - brand.caption_band)) - top
    block = desk.block(desk.first("text", "words", "title"), "font_bold", room, brand.title_size, lines=4)
    if not block.lines:
        return ()
    words = coming(lettered(block, x, top, brand.ink), 1, dy=desk.share(brand.travel))
    return (desk.rule(size.width // 9, brand.rule, brand.ink, x, y), *words)


def lower_third(desk: Desk) -> tuple[Piece, ...]:
    """Name and role, low on the left, on a shade that lies in the frame's corner. Fields: `name`, `role`."""
    size, brand = desk.size, desk.brand
    x, width = round(size.width * brand.safe), size.width // 2
    low = round(size.height * (1 - brand.caption_band)) - desk.share(0.004)
    least = brand.role_size * 3 // 4
    role = desk.block(desk.first("role"), "font", (width, desk.share(0.05)), brand.role_size, least=least)
    least = brand.name_size * 7 / 10
    name = desk.block(desk.first("name", "text"), "font_bold", (width, desk.share(0.06)), brand.name_size, least=least)
    if not (role.lines or name.lines):
        return ()
    between = desk.share(0.024) if role.lines and name.lines else 0
    top = low - role.height - between - name.height
    slide = -desk.share(brand.travel)
    return (
        desk.shaded(Box(x, top, max(name.width, role.width), low - top), corner=True),
        *coming(lettered(name, x, top, brand.ink), 1, dx=slide),
        *coming(lettered(role, x, top + name.height + between, brand.ink), 2, dx=slide),
    )


def key_words(desk: Desk) -> tuple[Piece, ...]:
    """Key words. Fields: `text`; `place` and `side`: beside the speaker, on that side, else centred above captions."""
    size, brand = desk.size, desk.brand
    place, side = desk.card.field("place"), desk.card.field("side")
    beside = place == "beside" or side in {"left", "right"}
    safe = round(size.width * brand.safe)
    width = size.width * 7 // 20 if beside else size.width * 3 // 4
    block = desk.block(desk.first("text", "words"), "font_bold", (width, size.height // 2), brand.text_size, lines=3)
    if not block.lines:
        return ()
    middle = (size.height - block.height) // 2
    low = round(size.height * (1 - brand.caption_band)) - desk.share(0.03) - block.height
    x = (size.width - block.width) // 2
    if beside:
        x = safe if side == "left" else size.width - safe - width
    top = middle if beside or place == "full" else low
    words = lettered(block, x, top, brand.ink, centred=0 if beside else block.width)
    rise = desk.share(brand.travel)
    return (desk.shaded(Box(x, top, block.width, block.height), soft=0.15), *coming(words, 1, dy=rise))


def slate_take(desk: Desk) -> tuple[Piece, ...]:
    """What a clapper says, then the words to film, then what is missing, ringed; made to lie on leader.

    Fields: `number` of the line, `shot`, `seconds`, `words`, `what`; `side` where all of it stands, beside a graphic.
    """
    size, brand = desk.size, desk.brand
    x, width = size.width // 9, size.width * 7 // 9
    side = desk.card.field("side")
    if side:
        x, width = (
            round(size.width * (brand.safe if side == "left" else 1 - brand.safe - ASIDE)),
            round(size.width * ASIDE),
        )
    top, low = round(size.height * 0.1), round(size.height * 0.86)
    line, shot, lasts = (2, 2, 5) if side else (2, 3, 2)
    fields = (
        ("line", desk.first("number"), line),
        ("shot", desk.first("shot"), shot),
        ("lasts", _lasting(desk), lasts),
    )
    under = top + desk.share(0.155)
    start = under + desk.share(0.085)
    room = width, low - desk.share(0.17) - start
    said = desk.block(desk.first("words"), "font", room, brand.slate_size, lines=7)
    what = desk.block(_what(desk, "take"), "font_bold", (width, desk.share(0.1)), 0.055, least=0.03)
    return (
        *_columns(desk, x, width, top, fields),
        desk.rule(width, brand.rule / 3, brand.quiet, x, under),
        *lettered(said, x, start, brand.ink),
        # on the right: a name band may lie over the left, a graphic in the upper right corner
        *_ringed(desk, what, x + width - what.width, low - what.capital),
    )


def slate_asset(desk: Desk) -> tuple[Piece, ...]:
    """Leader that fills the place where the animation will be: its name, ringed, how long, the words it goes with.

    Fields: `reference`, `seconds`, `words`, `what`. The card is of the size of the place.
    """
    size, brand = desk.size, desk.brand
    x, y = max(size.width // 16, desk.share(0.06)), desk.share(0.075)
    width, low = size.width - 2 * x, size.height - y
    label = min(LABEL_MOST, max(LABEL_LEAST, LABEL_READ / desk.unit))
    line = desk.share(0.2)
    lasts = desk.block(_lasting(desk), "font_bold", (width // 3, line), label, least=label * 0.7)
    kind = desk.block(_what(desk, "asset"), "font", (width - lasts.width - x // 2, line), label, least=label * 0.7)
    said = desk.block(_quoted(desk), "font", (width, desk.share(0.24)), label, lines=2, least=label * 0.8)
    under, over = y + kind.height, low - said.height
    room = width * 4 // 5, (over - under) // 2
    name = desk.block(desk.first("reference"), "font_mono", room, 0.12, lines=2, least=label)
    return (
        Mark(plain(size, brand.ground), 0, 0),
        Mark(border(size, brand.quiet, desk.share(0.0022), 0.45), 0, 0),
        *lettered(kind, x, y, brand.quiet),
        *lettered(lasts, x + width - lasts.width, y, brand.ink),
        *lettered(said, x, over, brand.quiet),
        *_ringed(desk, name, x + name.size, (under + over - name.height) // 2),
    )


def _columns(desk: Desk, x: int, width: int, top: int, fields: tuple[tuple[str, str, int], ...]) -> list[Piece]:
    """Small labels, each over its value; a field is the label's code, the value, and its ninths of the width."""
    out: list[Piece] = []
    for code, value, ninths in fields:
        column = width * ninths // 9
        room = column * 9 // 10, desk.share(0.08)
        label = desk.block(desk.words.say(f"slate.{code}"), "font", room, desk.brand.label_size)
        shown = desk.block(value, "font_bold", room, VALUE, least=0.03)
        if shown.lines:
            # all values stand on one line, however small
            base = top + desk.share(0.055) + desk.share(VALUE * CAPITAL)
            out += lettered(label, x, top, desk.brand.quiet)
            out += lettered(shown, x, base - shown.capital, desk.brand.ink)
        x += column
    return out


def _ringed(desk: Desk, block: Block, x: int, top: int) -> tuple[Piece, ...]:
    """Words with the pencil's ring about them, all of it on the card."""
    if not block.lines:
        return ()
    drift = max(2, block.size // 7)
    beside = drift + block.size * (2 + len(block.lines)) // 4
    above = drift + block.size // 2
    left, up = max(0, x - beside), max(0, top - above)
    right = min(desk.size.width, x + block.width + beside)
    down = min(desk.size.height, top + block.height - block.size // 8 + above)
    circle = ring(Size(right - left, down - up), desk.brand.mark, max(3, block.size // 9), drift, len(block.lines))
    return (*lettered(block, x, top, desk.brand.ink), Mark(circle, left, up))


def _what(desk: Desk, kind: str) -> str:
    return desk.first("what") or desk.words.say(f"slate.{kind}")


def _lasting(desk: Desk) -> str:
    """`seconds` of the card (a number or a fraction) as people of its language write it; other text as it is."""
    text = desk.first("seconds")
    try:
        seconds = f"{float(Fraction(text)):.1f}"
    except (ValueError, ZeroDivisionError, OverflowError):
        return text
    comma = "," if desk.words.language == "fr" else "."
    return desk.words.say("slate.seconds", seconds=seconds.removesuffix(".0").replace(".", comma))


def _quoted(desk: Desk) -> str:
    """The card's words in the quotation marks of their language, without the comma they break off at."""
    words = desk.first("words").rstrip(",;: ")
    if len(words) > QUOTED:
        words = words[:QUOTED].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
    return desk.words.say("slate.quoted", words=words) if words else ""


TEMPLATES: dict[str, Callable[[Desk], tuple[Piece, ...]]] = {
    "title": title,
    "lower-third": lower_third,
    "text": key_words,
    "slate-take": slate_take,
    "slate-asset": slate_asset,
}
