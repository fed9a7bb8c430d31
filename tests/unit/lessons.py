"""Small lessons to cut: a script read for real, takes that say it at a steady pace, framings of a seated speaker."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from pipeline.edit import edit
from pipeline.footage import Asset, Footage, Media, Rush
from pipeline.framing import Composed, Framing, Refused
from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.presets import Style
from pipeline.reading import read
from pipeline.script import Script
from pipeline.spans import Span
from pipeline.takes import Chosen, Rejected, Said, Shot, Take, Telling, Untold
from pipeline.timeline import Locked, Timeline
from pipeline.tracks import Track
from pipeline.values import Key

RATE = Fraction(25)
SIZE, OUT = Size(3840, 2160), Size(1920, 1080)
HEIGHTS = {"wide": 2160, "american": 1900, "medium": 1376, "close": 932, "closeup": 600}
WORD, NEXT, COMMA, SENTENCE, LINE = 9, 1, 10, 30, 50
"""Frames of a word, and of the silences after a word, a comma, a sentence, a line."""


def key(name: str) -> Key:
    return Key((name.encode().hex() + "0" * 64)[:64])


def rush(name: str, frames: int, rate: Fraction = RATE, size: Size = SIZE) -> Rush:
    media = Media(name, key(name), "video", "mp4", size=size, upright=size, rate=rate, frames=frames)
    return Rush(name, key(name), key(name), rate, frames, size, silent=False, media=media)


def track(name: str, span: Span, centre: int = 1920, head: int = 400) -> Track:
    face = Box(centre - 150, 560, 300, 340)
    return Track(name, span, SIZE, head, 400, 600, centre, face, None, ((span.start, centre, 600),), 1000, 0)


def framing(name: str, side: str, centre: int, grade: str = "free") -> Framing:
    height = HEIGHTS[name]
    width = height * 16 // 9 & ~1
    x = round(centre - width * {"": 0.5, "left": 0.31, "right": 0.69}[side])
    box = Box(min(max(0, x), SIZE.width - width), max(0, min(450, SIZE.height - height)), width, height).even()
    return Framing(name, side, Locked(box), box, height * 1000 // 1080, grade)  # type: ignore[arg-type]


def table(
    take: Take, names: Sequence[str] = ("wide", "medium", "close"), sides: bool = True, centre: int = 1920
) -> Composed:
    found = [framing(name, "", centre) for name in names]
    found += [framing(name, side, centre) for side in ("left", "right") for name in names if sides and name != "wide"]
    refused = tuple(Refused(name, "", 550, "density") for name in HEIGHTS if name not in names)
    return Composed(take, tuple(found), refused, track(take.rush, take.span, centre))


@dataclass
class Lesson:
    """A script with all that `edit` asks for."""

    script: Script
    chosen: Chosen
    composed: tuple[Composed, ...]
    footage: Footage
    style: Style = field(default_factory=lambda: shelf.style("course"))

    def timeline(self) -> Timeline:
        return edit(self.script, self.chosen, self.composed, self.footage, self.style)


def lesson(
    text: str,
    takes: Sequence[int | None] | None = None,
    names: Sequence[str] = ("wide", "medium", "close"),
    sides: bool = True,
    assets: Sequence[Asset] = (),
    pauses: dict[int, int] | None = None,
    rate: Fraction = RATE,
) -> Lesson:
    """The lesson of a script's text.

    `takes`: the number of the take that tells each line with words (None: no take does); all by one without it. A new
    number is another rush. `pauses`: frames of silence before the word of that order, instead of the usual.
    """
    style = shelf.style("course")
    script = read("---\nid: t\nlanguage: fr\n---\n\n" + text, style.framings)
    lines = [line for line in script.lines if line.words]
    numbers = list(takes if takes is not None else [1] * len(lines))
    told: list[Telling | Untold] = []
    clock: dict[int, int] = {}
    order = 0
    wanted = sorted({number for number in numbers if number is not None})
    for line, number in zip(lines, numbers, strict=True):
        if number is None:
            told.append(Untold(line.id, range(len(line.words))))
            order += len(line.words)
            continue
        now = clock.get(number, 20)
        said: list[Said] = []
        for index, word in enumerate(line.words):
            now += (pauses or {}).get(order, 0)
            said.append(Said(index, Span(now, now + WORD), 900))
            after = SENTENCE if word.ends else COMMA if word.text.endswith(",") else NEXT
            now += WORD + (0 if order + 1 in (pauses or {}) else after)
            order += 1
        clock[number] = now + LINE
        span = Span(said[0].span.start, said[-1].span.stop)
        told.append(Telling(line.id, range(len(line.words)), wanted.index(number), span, tuple(said), 1000))
    rushes = tuple(rush(f"rush{number}.mp4", clock[number] + 100, rate) for number in wanted)
    made = tuple(
        Take(f"{number:02d}", one.name, Span(0, one.frames), number) for number, one in zip(wanted, rushes, strict=True)
    )
    chosen = Chosen((Shot("01", tuple(line.id for line in lines)),), made, tuple(told))
    composed = tuple(table(take, names, sides) for take in made)
    listed = tuple((asset.name, asset) for asset in assets)
    return Lesson(script, chosen, composed, Footage(rate, rushes, listed), style)


def rejected(case: Lesson, span: Span, number: int = 0) -> Lesson:
    """The lesson with a span of a take's rush rejected."""
    one = Rejected("", case.footage.rushes[number].name, span, "off-script", 300)
    return replace(case, chosen=replace(case.chosen, rejected=(*case.chosen.rejected, one)))


def still(name: str, size: Size = OUT, box: Box | None = None, alpha: bool = False) -> Asset:
    return Asset(name, key(name), "still", key(name), size, box or size.box, 1, alpha)


def moving(name: str, frames: int, alpha: bool = True, size: Size = OUT, box: Box | None = None) -> Asset:
    return Asset(name, key(name), "moving", key(name), size, box or size.box, frames, alpha)


def tune(name: str, samples: int) -> Asset:
    return Asset(name, key(name), "sound", key(name), samples=samples)
