"""Where everything stands on slates, in pixels: black leader, white type, the pencil's ring about what is missing."""

from fractions import Fraction

from pipeline.geometry import Size
from pipeline.media.card_desk import Desk, Mark, Piece, lettered
from pipeline.media.card_marks import border, plain, ring
from pipeline.media.card_text import CAPITAL, Block

VALUE = 0.06
"""Type of what stands under a take slate's labels, a share of the height."""

QUOTED = 110
"""Letters of the words that an asset's slate quotes: two lines of them, to know which words they are."""

ASIDE = 0.34
"""Width of a take slate beside a graphic: what the graphic leaves of the frame, less the safe edge and some air."""

LABEL_LEAST, LABEL_MOST, LABEL_READ = 0.042, 0.075, 23
"""Small type of an asset's slate: shares of the card's height, and the pixels wanted between the two. Full frame,
beside and corner (0.28 of 1920) are then all read at the distance at which a draft is watched."""


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
        desk.rule(width, brand.rule / 3, desk.tone.quiet, x, under),
        *lettered(said, x, start, desk.tone.ink),
        # on the right: a name band may lie over the left, a graphic in the upper right corner
        *_ringed(desk, what, x + width - what.width, low - what.capital),
    )


def slate_asset(desk: Desk) -> tuple[Piece, ...]:
    """Leader that fills the place where the animation will be: its name, ringed, how long, the words it goes with.

    Fields: `reference`, `seconds`, `words`, `what`. The card is of the size of the place.
    """
    size = desk.size
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
        Mark(plain(size, desk.tone.ground), 0, 0),
        Mark(border(size, desk.tone.quiet, desk.share(0.0022), 0.45), 0, 0),
        *lettered(kind, x, y, desk.tone.quiet),
        *lettered(lasts, x + width - lasts.width, y, desk.tone.ink),
        *lettered(said, x, over, desk.tone.quiet),
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
            out += lettered(label, x, top, desk.tone.quiet)
            out += lettered(shown, x, base - shown.capital, desk.tone.ink)
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
    circle = ring(Size(right - left, down - up), desk.tone.mark, max(3, block.size // 9), drift, len(block.lines))
    return (*lettered(block, x, top, desk.tone.ink), Mark(circle, left, up))


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
