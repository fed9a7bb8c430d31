"""What a script asks for before anything is filmed: shots, assets found and missing, how long it will be."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipeline.chapters import asks_for_end, opened_by_card
from pipeline.choose import shot_list
from pipeline.lengths import spoken_frames
from pipeline.presets import Style
from pipeline.script import Cue, CueName, Line, Script
from pipeline.spans import frames_in

LONG = 120
"""Words of a line from which on it is told that it is long: a minute of speech (150 a minute) has no one subject, and
takes and remarks hang on lines."""

RATE = Fraction(25)
"""Frames a second of an estimate when the style does not say: what cameras record where 50 Hz lights them."""


@dataclass(frozen=True, slots=True)
class ShotAsked:
    """A shot to film: the numbers of its lines (from 1, as people count), its words, its estimated frames."""

    id: str
    take: int | None
    lines: tuple[int, ...]
    words: int
    frames: int
    begins: str


@dataclass(frozen=True, slots=True)
class AssetAsked:
    """An asset as a cue names it, the line it is wanted in (from 1), the line of the file, whether it is there."""

    reference: str
    version: int | None
    cue: CueName
    line: int
    file_line: int
    found: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """What `rushes check` tells. Frames count at `rate`. `long`: (number, words) of lines long for one paragraph."""

    rate: Fraction
    scenes: int
    lines: int
    words: int
    frames: int
    shots: tuple[ShotAsked, ...]
    assets: tuple[AssetAsked, ...]
    long: tuple[tuple[int, int], ...] = ()

    @property
    def seconds(self) -> Fraction:
        """The estimated length."""
        return self.frames / self.rate


def outline(script: Script, style: Style, found: Mapping[str, bool]) -> Outline:
    """Shots, assets and the estimated length of a script. `found`: which are there, by `Cue.asset`; others are missing.

    The length is that of the speech at the style's speed, with a pause after each line, plus titles and held pictures.
    """
    rate = style.rate or RATE
    frames = {line.id: _frames(line, script, style, rate) for line in script.lines}
    shots: list[ShotAsked] = []
    for shot in shot_list(script):
        lines = [script.line(line) for line in shot.lines]
        spoken = sum(frames[line.id] for line in lines)
        words = sum(len(line.words) for line in lines)
        numbers = tuple(script.number(line.id) for line in lines)
        shots.append(ShotAsked(shot.id, shot.take, numbers, words, spoken, _begins(lines[0]) if lines else ""))
    edges = frames_in(style.rhythm.head, rate) + frames_in(style.rhythm.tail, rate) if frames else 0
    ends = style.cards.end and frames and not asks_for_end(script)
    edges += frames_in(style.cards.chapter_seconds, rate) * len(opened_by_card(script, style))
    edges += frames_in(style.cards.end_seconds, rate) if ends else 0
    return Outline(
        rate,
        len(script.scenes),
        sum(1 for line in script.lines if line.words),
        sum(len(line.words) for line in script.lines),
        sum(frames.values()) + edges,
        tuple(shots),
        _assets(script, found),
        tuple((number, len(line.words)) for number, line in enumerate(script.lines, 1) if len(line.words) > LONG),
    )


def _frames(line: Line, script: Script, style: Style, rate: Fraction) -> int:
    held = sum(_held(cue, style, rate) for cue in line.cues)
    if not line.words:
        return held
    pause = frames_in(style.hearing.pause_line, rate)
    return held + spoken_frames(line.words, script.language, style.hearing, rate) + pause


def _held(cue: Cue, style: Style, rate: Fraction) -> int:
    """Frames that a cue adds to the film: a title's, an end card's and a pause's."""
    if cue.name not in {"title", "end", "pause"}:
        return 0
    usual = style.cards.end_seconds if cue.name == "end" else style.brand.title_seconds
    return cue.duration.at(rate) if cue.duration else frames_in(usual, rate)


def _begins(line: Line) -> str:
    """The first words of a line, enough to know it by."""
    few = 6
    text = " ".join(word.text for word in line.words[:few])
    return text + (" …" if len(line.words) > few else "")


def _assets(script: Script, found: Mapping[str, bool]) -> tuple[AssetAsked, ...]:
    """Each asset once, at the cue that names it first."""
    seen: dict[str, AssetAsked] = {}
    for number, line in enumerate(script.lines, 1):
        for cue in line.cues:
            if cue.name in {"show", "music", "sound"}:
                there = found.get(cue.asset, False)
                asked = AssetAsked(cue.reference, cue.version, cue.name, number, cue.place_in_file.line, there)
                seen.setdefault(cue.asset, asked)
    return tuple(seen.values())
