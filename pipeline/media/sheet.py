"""A style on one sheet: every card, in light and in dark, with short words and long ones; its colours, its framings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from PIL import Image, ImageDraw

from pipeline.contrast import AA, contrast, least_over_film
from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.media.card_text import Face, set_by_the_book
from pipeline.media.cards import held
from pipeline.media.stand_in import filmed
from pipeline.placing import View, region
from pipeline.presets import FramingRule, Style, Tone
from pipeline.reading_time import READ
from pipeline.spans import frames_in
from pipeline.timeline import Card, Template
from pipeline.words import Words

WIDE, EDGE, GAP, COLUMNS = 2400, 96, 24, 4
"""The sheet's width, its margins, the air between cells, in pixels."""

SMALL, PLAIN, LARGE = 24, 30, 84
"""Its type, in pixels to the em: 24 px of 2400 are 2.1 mm on a sheet of A4, the smallest that is read from there."""

RATE = Fraction(25)

Length = Literal["short", "long"]


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of card: what fills it, by the codes of sample words; `fixed` fields; how long it stands."""

    code: str
    template: Template
    fields: Mapping[str, str]
    fixed: Mapping[str, str]
    seconds: Fraction


def rows(style: Style) -> tuple[Row, ...]:
    """Every card that a film of this style can have."""
    brand, cards, numbers = style.brand, style.cards, {"number": "2", "of": "5"}
    return (
        Row("title", "title", {"text": "heading"}, {}, brand.title_seconds),
        Row("chapter", "chapter", {"text": "heading"}, numbers, cards.chapter_seconds),
        Row("chapter-over", "chapter", {"text": "heading"}, {"place": "over"}, cards.chapter_seconds),
        Row("lower-third", "lower-third", {"name": "name", "role": "role"}, {}, brand.band_seconds),
        Row("text", "text", {"text": "key"}, {}, brand.text_seconds),
        Row("text-beside", "text", {"text": "key"}, {"place": "beside", "side": "right"}, brand.text_seconds),
        Row("progress", "progress", {}, numbers, Fraction(0)),
        Row("end", "end", {"text": "heading", "name": "name", "role": "role"}, {}, cards.end_seconds),
        Row("slate-take", "slate-take", {"words": "said"}, {"number": "7", "shot": "02", "seconds": "6"}, Fraction(0)),
        Row("slate-asset", "slate-asset", {"reference": "asset", "words": "said"}, {"seconds": "4"}, Fraction(0)),
    )


def sheet(style: Style, words: Words) -> Image.Image:
    """The contact sheet, in the language of `words`."""
    return _Sheet(style, words).whole()


class _Sheet:
    """One sheet being drawn, from the top."""

    def __init__(self, style: Style, words: Words) -> None:
        self.words, self.brand, self.true = words, style.brand, style
        self.paper: Tone = style.brand.light
        self.tones = sorted(("dark", "light"), key=lambda tone: tone != style.brand.tone)
        across = (WIDE - 2 * EDGE - (COLUMNS - 1) * GAP) // COLUMNS
        self.cell = Size(across, across * style.size.height // style.size.width)
        # drawn twice as large as it is shown: as fine as from a whole frame, and sooner; but not the slate of an asset,
        # whose small type depends on its pixels
        self.style = replace(style, size=Size(2 * self.cell.width, 2 * self.cell.height))
        self.page = Image.new("RGB", (WIDE, 8000), self.paper.ground)
        self.draw = ImageDraw.Draw(self.page)
        self.y = EDGE

    def whole(self) -> Image.Image:
        self.heading()
        every = rows(self.style)
        for row in every:
            if not row.template.startswith("slate"):
                self.row(row)
        self.slates([row for row in every if row.template.startswith("slate")])
        self.colours()
        self.framings()
        return self.page.crop((0, 0, WIDE, self.y + EDGE))

    def write(self, text: str, x: int, y: int, size: int, font: str = "font", colour: str = "") -> int:
        """Words whose capitals begin at `y`; gives how wide they are."""
        face = Face(shelf.font(getattr(self.brand, font)))
        said = set_by_the_book(text, face, self.words.language)
        ink = colour or self.paper.ink
        self.draw.text((x, y + round(size * 0.714)), said, fill=ink, font=face.at(size), anchor="ls")
        return face.width(said, size)

    def column(self, number: int) -> int:
        return EDGE + number * (self.cell.width + GAP)

    def heading(self) -> None:
        size, say = self.true.size, self.words.say
        self.write(self.style.name, EDGE, self.y, LARGE, "font_bold")
        self.y += LARGE + 12
        shape = f"{size.width} \u00d7 {size.height}"
        faces = [Face(shelf.font(name)) for name in (self.brand.font, self.brand.font_bold, self.brand.font_mono)]
        fonts = ", ".join(dict.fromkeys(str(face.at(PLAIN).getname()[0]) for face in faces))
        told = say("sheet.of", brand=self.brand.name, size=shape, fonts=fonts)
        self.write(told, EDGE, self.y, PLAIN, colour=self.paper.quiet)
        self.y += PLAIN + 48
        for number, tone in enumerate(self.tones):
            own = say("sheet.own") if tone == self.brand.tone else ""
            said = say(f"sheet.{tone}") + own
            self.write(said, self.column(2 * number), self.y, PLAIN, "font_bold")
        self.y += PLAIN + 24

    def row(self, row: Row) -> None:
        """One kind of card: in its own tone, in the other."""
        self.begin()
        wide = self.write(self.words.say(f"sheet.card.{row.code}"), EDGE, self.y + 22, PLAIN, "font_bold")
        self.write(self.asked(row), EDGE + wide + 20, self.y + 27, SMALL, colour=self.paper.quiet)
        for number, tone in enumerate(self.tones):
            self.pair(row, tone, 2 * number)
        self.y += 68 + self.cell.height + (56 if row.seconds else 28)

    def slates(self, some: list[Row]) -> None:
        """Both slates in one row: they are black leader in either tone."""
        self.begin()
        for number, row in enumerate(some):
            self.write(
                self.words.say(f"sheet.card.{row.code}"), self.column(2 * number), self.y + 22, PLAIN, "font_bold"
            )
            self.pair(row, "dark", 2 * number)
        self.y += 68 + self.cell.height + 28

    def pair(self, row: Row, tone: str, column: int) -> None:
        """A card with short words and with long ones."""
        lengths: tuple[Length, ...] = ("short", "long")
        for number, length in enumerate(lengths):
            x, y = self.column(column + number), self.y + 68
            card = self.card(row, length)
            self.page.paste(self.shown(card, tone), (x, y))
            edge = (x, y, x + self.cell.width - 1, y + self.cell.height - 1)
            self.draw.rectangle(edge, outline=self.paper.quiet)
            self.speed(card, row, x, y + self.cell.height + 14)

    def begin(self) -> None:
        self.draw.line((EDGE, self.y, WIDE - EDGE, self.y), fill=self.paper.ink, width=1)

    def asked(self, row: Row) -> str:
        """How long the card stands, and how many signs can be read in that time."""
        if not row.seconds:
            return ""
        most = -(-row.seconds * self.style.cards.reading_most // 1) - 1
        return self.words.say("sheet.reads", seconds=self.number(row.seconds, 1), most=int(most))

    def number(self, value: float | Fraction, digits: int) -> str:
        said = f"{float(value):.{digits}f}"
        return (said.removesuffix(".0") if digits == 1 else said).replace(".", self.words.say("report.decimal"))

    def card(self, row: Row, length: Length) -> Card:
        filled = {field: self.words.say(f"sheet.{length}.{code}") for field, code in row.fields.items()}
        if row.template == "progress" and length == "long":
            filled = {"number": "17", "of": "24"}
        fields = tuple({**row.fixed, **filled}.items())
        size = self.place(row).size
        frames = max(1, frames_in(row.seconds, RATE))
        return Card(row.template, fields, frames, size, RATE, self.words.language, self.style.brand_key)

    def place(self, row: Row) -> Box:
        """Where the card stands in the frame: an animation that is missing, beside the speaker."""
        if row.template != "slate-asset":
            return self.style.size.box
        return region("beside", "right", View(side="left"), self.true)

    def shown(self, card: Card, tone: str) -> Image.Image:
        """The card as it is seen, in one cell."""
        sized = self.true if card.template == "slate-asset" else self.style
        style = replace(sized, brand=replace(self.brand, tone="light" if tone == "light" else "dark"))
        full = card.template in {"title", "end", "slate-take"} or (
            card.template == "chapter" and card.field("place") != "over"
        )
        aside = card.field("place") == "beside" or card.template == "slate-asset" or style.rhythm.side == "left"
        if full:
            ground = (style.brand.leader if card.template == "slate-take" else style.brand.colours).ground
            film = Image.new("RGB", (style.size.width, style.size.height), ground)
        else:
            film = filmed(style.size, 3.44, 0.08, 0.3 if aside else 0.5).copy()
        box = region("beside", "right", View(side="left"), style) if card.template == "slate-asset" else style.size.box
        picture = held(card, style.brand, self.words)
        film.paste(picture, (box.x, box.y), picture)
        return film.resize((self.cell.width, self.cell.height), Image.Resampling.LANCZOS)

    def speed(self, card: Card, row: Row, x: int, y: int) -> None:
        """How fast its words have to be read, marked where that is too fast."""
        signs = sum(len(card.field(name)) for name in READ.get(card.template, ()))
        if not row.seconds or not signs:
            return
        rate = signs / row.seconds
        hurried = rate >= self.style.cards.reading_most
        said = self.words.say("sheet.hurried" if hurried else "sheet.calm", signs=signs, rate=int(rate))
        font, colour = ("font_bold", self.paper.mark) if hurried else ("font", self.paper.quiet)
        self.write(said, x, y, SMALL, font, colour)

    def colours(self) -> None:
        self.begin()
        say = self.words.say
        self.write(say("sheet.colours"), EDGE, self.y + 22, PLAIN, "font_bold")
        measured = say("sheet.contrast", least=self.number(AA, 1))
        self.write(measured, self.column(1), self.y + 27, SMALL, colour=self.paper.quiet)
        self.y += 68
        side = (self.cell.width * 2 + GAP) // 4
        for number, tone in enumerate(self.tones):
            own = self.brand.light if tone == "light" else self.brand.dark
            over = least_over_film(own.ink, own.ground, float(own.shade))
            told = (
                ("ground", own.ground, own.ink, contrast(own.ink, own.ground)),
                ("ink", own.ink, own.ground, over),
                ("quiet", own.quiet, own.ground, contrast(own.quiet, own.ground)),
                ("mark", own.mark, own.ground, contrast(own.mark, own.ground)),
            )
            for place, (code, colour, words, measured) in enumerate(told):
                x = self.column(2 * number) + place * side
                self.draw.rectangle((x, self.y, x + side - 1, self.y + 170), fill=colour, outline=self.paper.quiet)
                self.write(say(f"sheet.colour.{code}"), x + 18, self.y + 24, SMALL, "font_bold", words)
                self.write(colour, x + 18, self.y + 66, SMALL, "font_mono", words)
                self.write(self.number(measured, 1) + ":1", x + 18, self.y + 126, SMALL, "font", words)
        self.y += 170 + 60

    def framings(self) -> None:
        self.begin()
        self.write(self.words.say("sheet.framings"), EDGE, self.y + 22, PLAIN, "font_bold")
        self.y += 68
        ladder = self.style.framings.framing
        width = (WIDE - 2 * EDGE - (len(ladder) - 1) * GAP) // len(ladder)
        size = Size(width, width * self.style.size.height // self.style.size.width)
        french = self.words.language == "fr"
        for number, rule in enumerate(ladder):
            x = EDGE + number * (width + GAP)
            self.page.paste(self.framed(rule, size), (x, self.y))
            names, short = (rule.fr, rule.short_fr) if french else (rule.en, rule.short_en)
            said = self.write(short, x, self.y + size.height + 18, PLAIN, "font_bold")
            self.write(rule.id, x + said + 14, self.y + size.height + 23, SMALL, "font_mono", self.paper.quiet)
            for line, name in enumerate([name for name in names if name != short][:2]):
                self.write(name, x, self.y + size.height + 64 + 34 * line, SMALL)
        self.y += size.height + 150

    def framed(self, rule: FramingRule, size: Size) -> Image.Image:
        """The stand-in as that framing shows it; headroom shrinks as the eyes rise to their line."""
        if not rule.lower:
            return filmed(size, 14, 0.35)
        least, most = (float(part) for part in rule.headroom)
        air = least
        for _ in range(8):
            heads = float(rule.lower) / (1 - air)
            air = min(most, max(least, float(self.style.framings.eye_line) - 0.5 / heads))
        return filmed(size, float(rule.lower) / (1 - air), air)
