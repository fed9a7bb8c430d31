"""The lined script as a drawing in shares of each line's height: takes, framing changes, animations. Nothing is drawn.

A script supervisor draws one vertical line per take over the words it covers. The report knows when each line is said,
not where each word stands on the page: within a line, time stands for place, 0 (first word) to 100 (last).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.script import Script

LETTERS_A_ROW = 70
"""Letters of a row of script text: 68 times the width of a nought, which is wider than the mean letter."""
ROW, LABEL = 28, 17
"""Heights in pixels of a row of script text and of a label beside it (the look: 18 px on 28 px)."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A vertical line for a take: its lane from the left, from 0; the share of the line's height it covers."""

    lane: int
    top: float
    bottom: float
    chosen: bool
    label: str
    tells: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A change of framing at a share of the line's height, and the framing's short name."""

    at: float
    name: str
    frame: int


@dataclass(frozen=True, slots=True)
class Bracket:
    """Where an animation, a name band or key words stand beside the line; `missing`: a slate stands in for it.

    Those that meet stand in different lanes. `label`: its name on the line on which it begins, else empty; it stands
    `drop` pixels below its top, clear of the label before it.
    """

    lane: int
    top: float
    bottom: float
    name: str
    place: str
    missing: bool
    label: str = ""
    drop: int = 0


@dataclass(frozen=True, slots=True)
class LinedLine:
    """One line of the script and all that is drawn in its margins. `height` in pixels is what the labels need.

    `missing`: no take says it. `frames` is None where the timeline does not hold it.
    """

    id: str
    number: int
    text: str
    frames: tuple[int, int] | None
    height: int
    missing: bool
    strokes: tuple[Stroke, ...]
    ticks: tuple[Tick, ...]
    brackets: tuple[Bracket, ...]


@dataclass(frozen=True, slots=True)
class LinedScene:
    """A scene, and how many lanes its margin has."""

    title: str
    frame: int | None
    lanes: int
    lines: tuple[LinedLine, ...]


def lined(report: Mapping[str, Any]) -> tuple[LinedScene, ...]:
    """The scenes of a report with their margins; lines that say nothing are left out."""
    return tuple(_scene(scene, report) for scene in report["scenes"])


def _scene(scene: Mapping[str, Any], report: Mapping[str, Any]) -> LinedScene:
    said = [line for line in scene["lines"] if line["text"]]
    ids = {line["id"] for line in said}
    kept = [take for take in report["takes"] if take["line"] in ids and take["take"] is not None]
    lanes = {name: lane for lane, name in enumerate(dict.fromkeys((take["rush"], take["take"]) for take in kept))}
    lines = tuple(_line(line, report, lanes) for line in said)
    drawn = [stroke.lane + 1 for line in lines for stroke in line.strokes]
    starts = [line.frames[0] for line in lines if line.frames]
    return LinedScene(scene["title"], min(starts, default=None), max(drawn, default=1), _labelled(lines))


def _line(line: Mapping[str, Any], report: Mapping[str, Any], lanes: Mapping[tuple[str, int], int]) -> LinedLine:
    own = [take for take in report["takes"] if take["line"] == line["id"]]
    strokes = (*_kept(own, lanes), *_left_out(own, len(lanes)))
    frames = (line["frames"][0], line["frames"][1]) if line["frames"] else None
    ticks: tuple[Tick, ...] = ()
    brackets: tuple[Bracket, ...] = ()
    if frames:
        changes = [clip for clip in report["clips"] if frames[0] <= clip["frame"] < frames[1]]
        if not line_opens(report["clips"], frames[0]):
            changes = [_shown_at(report["clips"], frames[0]), *changes]
        ticks = tuple(Tick(_share(clip["frame"], frames), clip["short"], clip["frame"]) for clip in changes)
        missing = {slate["what"] for slate in report["slates"] if slate["kind"] == "asset"}
        brackets = _brackets([overlay for overlay in report["overlays"] if _meets(overlay, frames)], frames, missing)
    rows = max(1, -(-len(line["text"]) // LETTERS_A_ROW))
    height = max(rows * ROW, len(ticks) * LABEL, len(brackets) * LABEL * 2)
    absent = any(slate["kind"] == "take" and slate["line"] == line["id"] for slate in report["slates"])
    return LinedLine(
        line["id"], line["number"], line["text"], frames, height, absent, strokes, _apart(ticks, height), brackets
    )


def line_opens(clips: Sequence[Mapping[str, Any]], frame: int) -> bool:
    """True when a clip begins on that frame."""
    return any(clip["frame"] == frame for clip in clips)


def _shown_at(clips: Sequence[Mapping[str, Any]], frame: int) -> Mapping[str, Any]:
    return next(clip for clip in reversed(clips) if clip["frame"] <= frame)


def _share(frame: int, frames: tuple[int, int]) -> float:
    inside = (frame - frames[0]) / (frames[1] - frames[0])
    return round(100 * min(1.0, max(0.0, inside)), 1)


def _meets(overlay: Mapping[str, Any], frames: tuple[int, int]) -> bool:
    return overlay["frame"] < frames[1] and frames[0] < overlay["frame"] + overlay["frames"]


def _brackets(overlays: Sequence[Mapping[str, Any]], frames: tuple[int, int], missing: set[str]) -> tuple[Bracket, ...]:
    out: list[Bracket] = []
    for overlay in sorted(overlays, key=lambda overlay: overlay["frame"]):
        top, bottom = _share(overlay["frame"], frames), _share(overlay["frame"] + overlay["frames"], frames)
        taken = {other.lane for other in out if other.top < bottom and top < other.bottom}
        lane = next(lane for lane in range(len(out) + 1) if lane not in taken)
        out.append(Bracket(lane, top, bottom, overlay["name"], overlay["place"], overlay["name"] in missing))
    return tuple(out)


def _kept(own: Sequence[Mapping[str, Any]], lanes: Mapping[tuple[str, int], int]) -> list[Stroke]:
    """The chosen takes of a line: where several tell it, each covers a part as long as its span."""
    kept = [take for take in own if take["take"] is not None]
    total = sum(take["span"][1] - take["span"][0] for take in kept)
    out: list[Stroke] = []
    done = 0
    for take in kept:
        top, done = done, done + take["span"][1] - take["span"][0]
        lane = lanes[take["rush"], take["take"]]
        place = (round(100 * top / total, 1), round(100 * done / total, 1))
        out.append(Stroke(lane, *place, chosen=True, label=str(take["take"]), tells=take["rush"]))
    return out


def _left_out(own: Sequence[Mapping[str, Any]], first: int) -> list[Stroke]:
    """The rejected takes of a line, each in a lane of its own; a short one covers only its beginning."""
    longest = max((take["span"][1] - take["span"][0] for take in own if take["take"] is not None), default=0)
    out: list[Stroke] = []
    for take in own:
        for rejected in take["rejected"]:
            length = rejected["span"][1] - rejected["span"][0]
            covered = min(100.0, round(100 * length / longest, 1)) if longest else 100.0
            out.append(Stroke(first + len(out), 0.0, covered, chosen=False, label="", tells=rejected["why"]))
    return out


def _apart(ticks: tuple[Tick, ...], height: int) -> tuple[Tick, ...]:
    """The ticks moved down, then up, by the least that keeps their labels from covering each other."""
    step = 100 * LABEL / height
    places = [tick.at for tick in ticks]
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + step)
    if places:
        places[-1] = min(places[-1], 100 - step)
    for index in range(len(places) - 2, -1, -1):
        places[index] = min(places[index], places[index + 1] - step)
    return tuple(
        Tick(round(max(0.0, place), 1), tick.name, tick.frame) for place, tick in zip(places, ticks, strict=True)
    )


def _labelled(lines: tuple[LinedLine, ...]) -> tuple[LinedLine, ...]:
    """The lines, takes and brackets labelled only where they begin: not on the lines they merely go on through."""
    running: dict[int, str] = {}
    open_brackets: set[str] = set()
    out: list[LinedLine] = []
    for line in lines:
        strokes: list[Stroke] = []
        through: dict[int, str] = {}
        for stroke in line.strokes:
            goes_on = stroke.chosen and stroke.top == 0 and running.get(stroke.lane) == stroke.label
            label = "" if goes_on else stroke.label
            strokes.append(Stroke(stroke.lane, stroke.top, stroke.bottom, stroke.chosen, label, stroke.tells))
            if stroke.chosen and stroke.bottom == 100:
                through[stroke.lane] = stroke.label
        running = through
        brackets = _named(line.brackets, line.height, open_brackets)
        open_brackets = {bracket.name for bracket in line.brackets if bracket.bottom == 100}
        out.append(replace(line, strokes=tuple(strokes), brackets=brackets))
    return tuple(out)


def _named(brackets: tuple[Bracket, ...], height: int, running: set[str]) -> tuple[Bracket, ...]:
    """The brackets with their labels, moved down by the least that keeps them from covering each other."""
    out: list[Bracket] = []
    free = 0
    for bracket in brackets:
        if bracket.top == 0 and bracket.name in running:
            out.append(bracket)
            continue
        top = round(bracket.top * height / 100)
        drop = max(0, free - top)
        free = top + drop + LABEL
        out.append(replace(bracket, label=bracket.name, drop=drop))
    return tuple(out)


def lined_now(script: Script, report: Mapping[str, Any]) -> tuple[LinedScene, ...]:
    """The scenes of a script as it now stands, drawn as a draft's report has them (empty: nothing was drafted).

    A line whose words have changed since has nothing in its margins. Lines that hold only cues are there too.
    """
    drawn = {line.id: line for scene in (lined(report) if "scenes" in report else ()) for line in scene.lines}
    out: list[LinedScene] = []
    number = 0
    for scene in script.scenes:
        lines: list[LinedLine] = []
        for line in scene.lines:
            number += 1
            there = drawn.get(line.id)
            if there is not None and there.text == line.text:
                lines.append(replace(there, number=number))
            else:
                height = max(1, -(-len(line.text) // LETTERS_A_ROW)) * ROW
                lines.append(
                    LinedLine(
                        line.id, number, line.text, None, height, missing=False, strokes=(), ticks=(), brackets=()
                    )
                )
        lanes = max((stroke.lane + 1 for line in lines for stroke in line.strokes), default=1)
        out.append(LinedScene(scene.title, None, lanes, tuple(lines)))
    return tuple(out)
