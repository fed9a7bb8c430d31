"""The page of a report, `report.html`: what `report.json` says, for people. One file that asks nothing of a network."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, Literal

from jinja2 import Environment, StrictUndefined, Template

from pipeline.lined_script import lined
from pipeline.timecode import short
from pipeline.words import Words

NARROW = "\u202f"
"""Narrow no-break space: between groups of digits and before a unit (SI brochure, 5.4.3 and 5.4.4)."""

TIGHT, ROOMY = Fraction(3), Fraction(9)
"""Seconds: a shorter cell of the strip has no room for its time; only a longer one has room for words beside its frame.

The template draws 25 px a second and frames 84 px high.
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must be: `least` or `most` (or both) in the unit of the report."""

    least: float | None = None
    most: float | None = None


BARS: Mapping[str, Bar] = {
    "subject_inclusion": Bar(least=99.5),
    "static_jitter": Bar(most=2e-5),
    "moving_jitter": Bar(most=2e-4),
    "jump_cuts": Bar(most=0),
    "cuts_inside_words": Bar(most=0),
    "integrated_loudness_lufs": Bar(least=-16.5, most=-15.5),
    "true_peak_dbtp": Bar(most=-1),
}
"""The bars every draft is held to; other figures are told and not judged."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, its value and its bar as words, and how it stands against the bar."""

    code: str
    name: str
    value: str
    bar: str
    state: Literal["held", "failed", "told", "absent"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One shot on the strip. `marks`: (left, width) in hundredths of it where an overlay stands, and its name."""

    frame: int
    frames: int
    kind: str
    short: str
    line: str
    picture: str
    says: str
    reason: str
    marks: tuple[tuple[float, float, str], ...]


def page(
    report: Mapping[str, Any],
    words: Words,
    pictures: Mapping[int, bytes],
    template: str,
    fonts: Mapping[str, bytes] | None = None,
) -> str:
    """The page as one HTML text.

    `report` is `report.json` with `draft` (number), `title`, `language`, `scenes` (`title`, `lines`: `id`, `number`,
    `text`, `frames` `[start, stop]` or None), `clips` (`frame`, `frames`, `kind`, `framing`, `short`, `line`, `rush`,
    `take`, `reason`), `overlays` (`frame`, `frames`, `name`, `place`, `line`, and `text`: the words of a card).
    `credits`: the assets it shows and plays (`name`, `licence`, `source`). `subject_inclusion` is a percentage; a
    figure may be None. `pictures` are small JPEGs by the first frame of their clip. `template` is the text of
    `presets/pages/report.html.j2`. `fonts` are TrueType files by weight (`400`, `700`) or `mono`; without them the
    reader's own are used.

    Raises:
        PresetError: a sentence of `[report]` is not in `presets/words`.
    """
    speaking = Speaking(words, Fraction(report["rate"]))
    report = called(report, words)
    scenes = lined(report)
    return compiled(template).render(
        report=report,
        say=words.say,
        knows=words.sentences.__contains__,
        clock=speaking.clock,
        timecode=speaking.timecode,
        seconds=speaking.seconds,
        share=speaking.share,
        number=speaking.number,
        data=data_address,
        language=words.language,
        scenes=scenes,
        lanes=max((scene.lanes for scene in scenes), default=1),
        numbers=_numbers(report),
        cells=cells(report, {frame: data_address(one, "image/jpeg") for frame, one in pictures.items()}),
        figures=figures(report["metrics"], speaking),
        shorts=_shorts(report),
        fonts=fonts or {},
        rate=float(speaking.rate),
        rate_digits=0 if speaking.rate.denominator == 1 else 2,
        tight=round(TIGHT * speaking.rate),
        roomy=round(ROOMY * speaking.rate),
    )


@cache
def compiled(template: str) -> Template:
    """A page template; what it names and is not given is an error, and text is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template)


class Speaking:
    """Numbers and times as people write them in the report's language."""

    def __init__(self, words: Words, rate: Fraction) -> None:
        self.words = words
        self.rate = rate

    def clock(self, frame: int) -> str:
        """Minutes and seconds: `0:12`."""
        whole = int(frame / self.rate)
        return f"{whole // 60}:{whole % 60:02d}"

    def timecode(self, frame: int) -> str:
        """Its timecode, without hours where there are none: `00:12:07`."""
        return short(frame, self.rate)

    def seconds(self, frames: int) -> str:
        """A length in seconds with one digit after the point."""
        return self.decimals(frames, 1)

    def decimals(self, frames: int, digits: int) -> str:
        """A length in seconds with so many digits after the point."""
        return f"{self.number(float(frames / self.rate), digits)}{NARROW}s"

    def share(self, score: float) -> str:
        """A score from 0 to 1 as a percentage."""
        return f"{self.number(100 * score, 0)}{NARROW}%"

    def number(self, value: float, digits: int) -> str:
        """A number with the decimal sign of the language and a true minus."""
        text = f"{value:,.{digits}f}".replace(",", NARROW).replace(".", self.words.say("report.decimal"))
        return text.replace("-", "\u2212")

    def measured(self, code: str, value: float) -> str:
        """A figure with its unit."""
        unit = self.named(f"report.unit.{code}", "")
        digits = next((digits for digits in range(3) if round(value, digits) == value), 2 if abs(value) >= 0.1 else 3)
        text = self._power(value) if 0 < abs(value) < 0.001 else self.number(value, digits)
        return f"{text}{NARROW}{unit}" if unit else text

    def barred(self, code: str, bar: Bar) -> str:
        """What a figure must be, as words."""
        least = None if bar.least is None else self.measured(code, bar.least)
        most = None if bar.most is None else self.measured(code, bar.most)
        if bar.least is not None and bar.most is not None:
            return self.words.say("report.between", least=self.number(bar.least, 1), most=most)
        if least is not None:
            return self.words.say("report.at_least", least=least)
        return self.words.say("report.none_allowed" if bar.most == 0 else "report.at_most", most=most)

    def named(self, code: str, otherwise: str) -> str:
        """The sentence of that code, or `otherwise` where there is none."""
        return self.words.say(code) if code in self.words.sentences else otherwise

    def _power(self, value: float) -> str:
        mantissa, exponent = f"{value:.1e}".split("e")
        raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{self.number(float(mantissa), 1)}{NARROW}\u00d7{NARROW}10{raised}"


def figures(metrics: Mapping[str, Any], speaking: Speaking) -> tuple[Figure, ...]:
    """Each figure with its bar; those that are judged first."""
    judged = [code for code in BARS if code in metrics]
    others = [code for code in metrics if code not in BARS]
    return tuple(_figure(code, metrics[code], speaking) for code in (*judged, *others))


def _figure(code: str, value: float | None, speaking: Speaking) -> Figure:
    name = speaking.named(f"report.metric.{code}", code)
    if value is None:
        return Figure(code, name, speaking.words.say("report.none"), "", "absent")
    bar = BARS.get(code)
    if bar is None:
        return Figure(code, name, speaking.measured(code, value), "", "told")
    held = (bar.least is None or value >= bar.least) and (bar.most is None or value <= bar.most)
    return Figure(code, name, speaking.measured(code, value), speaking.barred(code, bar), "held" if held else "failed")


def data_address(file: bytes, kind: str) -> str:
    """A file as an address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(file).decode()}"


def called(report: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The report with overlays by the names people give them: their words if they have some, else the cue or asset."""
    speaking = Speaking(words, Fraction(report["rate"]))
    return {
        **report,
        "overlays": [
            {**overlay, "name": overlay.get("text") or speaking.named(f"report.cue.{overlay['name']}", overlay["name"])}
            for overlay in report["overlays"]
        ],
    }


def _numbers(report: Mapping[str, Any]) -> dict[str, int]:
    """The number of each line, by its id."""
    return {line["id"]: line["number"] for scene in report["scenes"] for line in scene["lines"]}


def _shorts(report: Mapping[str, Any]) -> dict[int, tuple[str, str]]:
    """For the frame of each cut: short names of the framings before and after it."""
    return {after["frame"]: (before["short"], after["short"]) for before, after in pairwise(report["clips"])}


def cells(report: Mapping[str, Any], pictures: Mapping[int, str]) -> tuple[Cell, ...]:
    """The shots of a report as cells of the strip. `pictures`: addresses, by the first frame of the clip they show."""
    texts = {line["id"]: line["text"] for scene in report["scenes"] for line in scene["lines"]}
    out: list[Cell] = []
    for clip in report["clips"]:
        start, frames = clip["frame"], clip["frames"]
        marks = tuple(_marks(report["overlays"], start, frames))
        out.append(
            Cell(
                frame=start,
                frames=frames,
                kind=clip["kind"],
                short=clip["short"],
                line=clip["line"],
                picture=pictures.get(start, ""),
                # a title says its own words: its card is the overlay on it
                says=(texts.get(clip["line"], "") if clip["kind"] != "title" else "")
                or next((name for _, _, name in marks), ""),
                reason=clip["reason"],
                marks=marks,
            )
        )
    return tuple(out)


def _marks(overlays: list[Mapping[str, Any]], start: int, frames: int) -> list[tuple[float, float, str]]:
    out: list[tuple[float, float, str]] = []
    for overlay in overlays:
        first = max(start, overlay["frame"])
        last = min(start + frames, overlay["frame"] + overlay["frames"])
        if first < last:
            left, width = 100 * (first - start) / frames, 100 * (last - first) / frames
            out.append((round(left, 1), round(width, 1), overlay["name"]))
    return out
