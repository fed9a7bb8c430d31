"""A draft as the review room knows it: its frames, shots, scenes and lines, and the addresses of what belongs to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipeline.changes import Shown
from pipeline.filmstrip import cell_of, sheet_of
from pipeline.geometry import Size
from pipeline.script import Script
from pipeline.spans import Span
from pipeline.timeline import Clip, Filmed, Timeline
from storage.catalogue.drafts import Drafted


@dataclass(frozen=True, slots=True)
class Said:
    """A line as it stands in a draft. `span` in frames of the film; None where the draft does not say it."""

    id: str
    number: int
    text: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Told:
    """A scene as it stands in a draft."""

    title: str
    lines: tuple[Said, ...]

    @property
    def start(self) -> int | None:
        """Its first frame; None where the draft says nothing of it."""
        return min((line.span.start for line in self.lines if line.span is not None), default=None)


def scenes(script: Script, timeline: Timeline) -> tuple[Told, ...]:
    """The scenes of a script with the frames that their lines have in a timeline."""
    places: dict[str, Span] = {}
    for clip, place in zip(timeline.clips, timeline.spans(), strict=True):
        for word in clip.words:
            span = word.span.shifted(place.start)
            places[word.line] = span.hull(places.get(word.line, span))
    numbers = {line.id: number for number, line in enumerate(script.lines, 1)}
    return tuple(
        Told(
            scene.title,
            tuple(
                Said(line.id, numbers[line.id], line.text, places.get(line.id)) for line in scene.lines if line.words
            ),
        )
        for scene in script.scenes
    )


def room(
    drafted: Drafted,
    shown: Shown,
    told: Iterable[Told],
    report: Mapping[str, Any],
    fresh: Iterable[Span],
    addresses: Mapping[str, Any],
) -> dict[str, Any]:
    """What the page hands to its JavaScript. Frames are integers, spans half-open pairs of them.

    `report` names the shots as the strip of the draft has them; a report without leaves the bare segments.
    """
    timeline = shown.timeline
    rate, size = timeline.rate, timeline.size
    scenes = tuple(told)
    return {
        "id": str(drafted.id),
        "video": str(drafted.video),
        "number": drafted.number,
        "rate": [rate.numerator, rate.denominator],
        "frames": timeline.frames,
        "size": [size.width, size.height],
        "shots": _shots(report, timeline),
        "sheet": _sheet(report, size),
        "slates": [
            {"start": slate.frame, "stop": slate.frame + slate.frames, "kind": slate.kind, "what": slate.what}
            for slate in timeline.slates
        ],
        "scenes": [{"title": one.title, "start": one.start} for one in scenes if one.start is not None],
        "lines": [
            {"id": line.id, "number": line.number, "text": line.text, "start": line.span.start, "stop": line.span.stop}
            for one in scenes
            for line in one.lines
            if line.span is not None
        ],
        "fresh": [[span.start, span.stop] for span in fresh],
        **addresses,
    }


def seconds(frame: int, rate: Fraction) -> float:
    """The middle of a frame: the time at which a player shows it, whatever it rounds."""
    return float((frame + Fraction(1, 2)) / rate)


def _shots(report: Mapping[str, Any], timeline: Timeline) -> list[dict[str, Any]]:
    if "clips" not in report:
        places = zip(timeline.clips, timeline.spans(), strict=True)
        return [_shot(clip, place) for clip, place in places]
    size = timeline.size if "size" in report else None  # drafts of before the strip have no sheet
    return [
        {
            "start": clip["frame"],
            "stop": clip["frame"] + clip["frames"],
            "kind": clip["kind"],
            "name": clip["short"],
            "line": clip["line"],
            "box": _box(index, size),
        }
        for index, clip in enumerate(report["clips"])
    ]


def _shot(clip: Clip, place: Span) -> dict[str, Any]:
    picture = clip.picture
    kind, name = ("take", picture.framing) if isinstance(picture, Filmed) else (picture.kind, picture.kind)
    return {"start": place.start, "stop": place.stop, "kind": kind, "name": name, "line": clip.line, "box": None}


def _box(index: int, film: Size | None) -> list[int] | None:
    if film is None:
        return None
    box = cell_of(index, film)
    return [box.x, box.y, box.width, box.height]


def _sheet(report: Mapping[str, Any], film: Size) -> list[int] | None:
    if "clips" not in report or "size" not in report:
        return None
    size = sheet_of(len(report["clips"]), film)
    return [size.width, size.height]
