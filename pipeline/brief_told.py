"""A brief as JSON data: its values in frames, seconds and pixels, and by the names people give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipeline.brief import Brief
from pipeline.draft import Plan
from pipeline.geometry import Box
from pipeline.naming_assets import Naming
from pipeline.report import saying_of
from pipeline.saying import Saying
from pipeline.spans import Span
from pipeline.values import FORMAT, as_json
from pipeline.words import Words


@dataclass(frozen=True, slots=True)
class Delivered:
    """What goes with a brief: its folder and files, frames of the reference clip before its own, and all of them."""

    folder: str
    files: tuple[str, ...]
    handle: int
    frames: int


def told(brief: Brief, plan: Plan, naming: Naming, with_it: Delivered, words: Words) -> dict[str, Any]:
    """`brief.json` of one animation. Frames `[start, stop)` count from its own first, but for `film`.

    `again`: the notes that sent it back; a studio, which has notes, puts them in.
    """
    saying, rate = saying_of(plan, words), plan.timeline.rate
    return {
        "format": FORMAT,
        "number": brief.number,
        "reference": brief.reference,
        "cue": brief.cue.source,
        "line": {"id": brief.line, "number": brief.line_number},
        "scene": brief.scene,
        "missing": brief.missing,
        "again": [],
        "film": _pair(brief.at),
        "frames": brief.at.frames,
        "seconds": _seconds(brief.at.frames, rate),
        "rate": as_json(rate),
        "size": {"width": plan.style.size.width, "height": plan.style.size.height},
        "length": brief.length,
        "asked": brief.asked,
        "place": brief.place,
        "placed": brief.placed,
        "estimated": brief.estimated,
        "words": [
            {
                "text": word.text,
                "frames": _pair(word.span),
                "seconds": [_seconds(word.span.start, rate), _seconds(word.span.stop, rate)],
                "measured": word.measured,
                "under": word.under,
            }
            for word in brief.words
        ],
        "under": [
            {
                "frames": _pair(under.at),
                "framing": under.framing,
                "name": saying.framing(under.framing),
                "filmed": under.filmed,
                "still": under.still,
                "face": _box(under.face),
                "free": _box(under.free),
            }
            for under in brief.under
        ],
        "before": _around(brief, saying, before=True),
        "after": _around(brief, saying, before=False),
        "graphics": [
            {
                "name": saying.words.say(f"report.cue.{one.name}")
                if f"report.cue.{one.name}" in saying.words.sentences
                else one.name,
                "place": one.place,
                "frames": _pair(one.at),
            }
            for one in brief.graphics
        ],
        "file": {
            "name": naming.file,
            "version": naming.version,
            "replaces": list(naming.replaces),
            "goes": naming.goes,
        },
        "folder": with_it.folder,
        "files": list(with_it.files),
        "clip": {"frames": with_it.frames, "handle": with_it.handle},
    }


def index(told_all: Sequence[dict[str, Any]], plan: Plan, video: str) -> dict[str, Any]:
    """`brief.json` of the whole: what it is of, and every brief in order. `video`: its folder's name or its code."""
    return {
        "format": FORMAT,
        "video": video,
        "title": plan.script.title,
        "language": plan.script.language,
        "rate": as_json(plan.timeline.rate),
        "size": {"width": plan.style.size.width, "height": plan.style.size.height},
        "style": plan.style.name,
        "briefs": list(told_all),
    }


def _around(brief: Brief, saying: Saying, *, before: bool) -> dict[str, Any]:
    """What is said and seen just before it, or just after."""
    framing = brief.before if before else brief.after
    said = [word.text for word in brief.words if not word.under and (word.span.stop <= 0) is before]
    return {"framing": framing, "name": saying.framing(framing) if framing else "", "words": " ".join(said)}


def _pair(span: Span) -> list[int]:
    return [span.start, span.stop]


def _seconds(frames: int, rate: Fraction) -> float:
    return round(float(frames / rate), 3)


def _box(box: Box | None) -> dict[str, int] | None:
    return None if box is None else {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
