"""Where everything stands on each card, in pixels: words on the thirds, one rule."""

from collections.abc import Callable

from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.media.card_desk import Desk, Mark, Piece, coming, lettered
from pipeline.media.card_marks import pictured, strokes
from pipeline.media.card_slates import slate_asset, slate_take
from pipeline.placing import WORDS
from pipeline.presets import Brand
from pipeline.timeline import Card, Template
from pipeline.words import Words

END_SIZE = 0.6
"""Type of an end card's words, a share of a title's: they were read at the beginning already."""


def pieces(card: Card, brand: Brand, words: Words) -> tuple[Piece, ...]:
    """What the card shows, undermost first. Empty when there is nothing to say."""
    return TEMPLATES[card.template](Desk(card, brand, words))


def title(desk: Desk) -> tuple[Piece, ...]:
    """A rule on the upper third, words under it, left, large. Field: `text`."""
    size, brand = desk.size, desk.brand
    x, y = size.width // 9, size.height // 3
    top = y + desk.share(0.075)
    room = size.width * 2 // 3, desk.safe.bottom - top
    block = desk.block(desk.first("text", "words", "title"), "font_bold", room, brand.title_size, lines=4)
    if not block.lines:
        return ()
    words = coming(lettered(block, x, top, desk.tone.ink), 1, dy=desk.share(brand.travel))
    return (desk.rule(size.width // 9, brand.rule, desk.tone.ink, x, y), *words)


def chapter(desk: Desk) -> tuple[Piece, ...]:
    """A chapter's title. Fields: `text`; `number` and `of`, told over the rule; `place`: `over`, low on the picture."""
    if desk.card.field("place") == "over":
        return _chapter_over(desk)
    size, brand = desk.size, desk.brand
    titled = title(desk)
    number, of = desk.first("number"), desk.first("of")
    if not titled or not number:
        return titled
    x, room = size.width // 9, (size.width * 2 // 3, desk.share(0.08))
    said = desk.words.say("card.chapter", number=number, of=of or number)
    label = desk.block(said, "font", room, brand.name_size, least=brand.label_size)
    top = size.height // 3 - desk.share(0.045) - label.capital
    return (*titled, *lettered(label, x, top, desk.tone.quiet))


def _chapter_over(desk: Desk) -> tuple[Piece, ...]:
    size, brand = desk.size, desk.brand
    room = size.width * 2 // 3, size.height // 3
    block = desk.block(desk.first("text"), "font_bold", room, brand.chapter_size, lines=2)
    if not block.lines:
        return ()
    x, top = desk.safe.x, desk.safe.bottom - desk.share(0.004) - block.height
    words = coming(lettered(block, x, top, desk.tone.ink), 1, dx=-desk.share(brand.travel))
    return (desk.shaded(Box(x, top, block.width, block.height), corner=True), *words)


def end(desk: Desk) -> tuple[Piece, ...]:
    """The logo, a rule on the upper third, what was seen, and by whom. Fields: `text`, `name`, `role`; all may lack."""
    size, brand, tone = desk.size, desk.brand, desk.tone
    x, y, width = size.width // 9, size.height // 3, size.width * 2 // 3
    room = Size(width, max(1, min(desk.share(brand.logo_size), y - desk.share(0.06) - desk.safe.y)))
    logo = pictured(shelf.logo(tone.logo), room)
    top, bottom = y + desk.share(0.075), desk.safe.bottom
    by = desk.share(0.12)
    text = desk.block(
        desk.first("text"), "font_bold", (width, bottom - top - by * 2), brand.title_size * END_SIZE, lines=3
    )
    name = desk.block(desk.first("name"), "font_bold", (width, by // 2), brand.name_size)
    role = desk.block(desk.first("role"), "font", (width, by // 2), brand.role_size)
    rise = desk.share(brand.travel)
    out: list[Piece] = [Mark(logo, x, y - desk.share(0.06) - logo.shape[0])]
    out.append(desk.rule(size.width // 9, brand.rule, tone.ink, x, y))
    for block, colour, after in ((text, tone.ink, 0.075), (name, tone.ink, 0.024), (role, tone.quiet, 0)):
        if block.lines:
            out += coming(lettered(block, x, top, colour), 1, dy=rise)
            top += block.height + desk.share(after)
    return tuple(out)


def progress(desk: Desk) -> tuple[Piece, ...]:
    """One stroke a chapter, those gone by lit, between the upper edge and where graphics begin. `number`, `of`."""
    size, brand = desk.size, desk.brand
    number, of = int(desk.first("number") or 0), int(desk.first("of") or 0)
    if not 1 <= number <= of:
        return ()
    thick = desk.share(brand.progress_line)
    long = max(2 * thick, round(size.width * brand.progress_width))
    picture = strokes(Size(long, thick), number, of, desk.tone)
    x, y = desk.safe.right - long - thick, round(size.height * brand.progress_edge) - thick
    return (Mark(picture, max(0, x), max(0, y)),)


def lower_third(desk: Desk) -> tuple[Piece, ...]:
    """Name and role, low on the left, on a shade that lies in the frame's corner. Fields: `name`, `role`."""
    size, brand = desk.size, desk.brand
    x, width = desk.safe.x, size.width // 2
    low = desk.safe.bottom - desk.share(0.004)
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
        *coming(lettered(name, x, top, desk.tone.ink), 1, dx=slide),
        *coming(lettered(role, x, top + name.height + between, desk.tone.ink), 2, dx=slide),
    )


def key_words(desk: Desk) -> tuple[Piece, ...]:
    """Key words. Fields: `text`; `place` and `side`: beside the speaker, on that side, else centred above captions."""
    size, brand = desk.size, desk.brand
    place, side = desk.card.field("place"), desk.card.field("side")
    beside = place == "beside" or side in {"left", "right"}
    width = int(WORDS * size.width) if beside else size.width * 3 // 4
    block = desk.block(desk.first("text", "words"), "font_bold", (width, size.height // 2), brand.text_size, lines=3)
    if not block.lines:
        return ()
    middle = (size.height - block.height) // 2
    low = desk.safe.bottom - desk.share(0.03) - block.height
    x = (size.width - block.width) // 2
    if beside:
        x = desk.safe.x if side == "left" else desk.safe.right - width
    top = middle if beside or place == "full" else low
    words = lettered(block, x, top, desk.tone.ink, centred=0 if beside else block.width)
    rise = desk.share(brand.travel)
    return (desk.shaded(Box(x, top, block.width, block.height), soft=0.18), *coming(words, 1, dy=rise))


TEMPLATES: dict[Template, Callable[[Desk], tuple[Piece, ...]]] = {
    "title": title,
    "chapter": chapter,
    "end": end,
    "lower-third": lower_third,
    "text": key_words,
    "progress": progress,
    "slate-take": slate_take,
    "slate-asset": slate_asset,
}
