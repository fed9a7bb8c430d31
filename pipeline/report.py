"""The report of a draft as JSON data: what was made, what is missing, every cut with its reason, every figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.draft import Plan
from pipeline.footage import Remark
from pipeline.metrics import metrics
from pipeline.presets import Framings
from pipeline.script import Script
from pipeline.spans import Span
from pipeline.takes import Chosen, Rejected, Telling
from pipeline.timeline import Clip, Filmed, Plain, Why
from pipeline.values import as_json
from pipeline.words import Words


@dataclass(frozen=True, slots=True)
class Made:
    """What only the making tells: segments by fate, levels in hundredths (None: silence), seconds by phase."""

    number: int
    segments: Mapping[str, int]
    loudness: int | None
    true_peak: int | None
    timing: Mapping[str, Mapping[str, float]]


def report(plan: Plan, made: Made, words: Words) -> dict[str, Any]:
    """`report.json`: the fields people and programs rely on, then those that only the page uses."""
    timeline = plan.timeline
    figures = metrics(timeline, plan.composed, plan.watched, plan.chosen, plan.style)
    remarks = dict.fromkeys((*plan.footage.remarks, *plan.chosen.remarks, *_framing_remarks(plan), *timeline.remarks))
    return {
        "draft": made.number,
        "title": plan.script.title,
        "language": plan.script.language,
        "frames": timeline.frames,
        "rate": as_json(timeline.rate),
        "segments": dict(made.segments),
        "slates": [
            {"line": slate.line, "kind": slate.kind, "what": slate.what, "frames": slate.frames, "frame": slate.frame}
            for slate in timeline.slates
        ],
        "warnings": [
            {"code": remark.code, "message": said(remark, plan.script, words), "line": remark.line}
            for remark in remarks
        ],
        "cuts": cuts(plan, words),
        "takes": takes(plan.chosen, words),
        "metrics": figures
        | {"integrated_loudness_lufs": _level(made.loudness), "true_peak_dbtp": _level(made.true_peak)},
        "timing": {phase: dict(seconds) for phase, seconds in made.timing.items()},
        **_for_the_page(plan, words),
    }


def said(remark: Remark, script: Script, words: Words) -> str:
    """A remark as a sentence: by its code where `presets/words` has one, else its own message."""
    number = script.number(remark.line) if remark.line else 0
    if remark.code.startswith("probe."):
        code = remark.code.replace("probe.", "probe.remark.")
        return words.say("remark.file", name=remark.message, detail=words.say(code))
    code = f"remark.{remark.code}"
    if code not in words.sentences:
        return words.say("remark.at", number=number, detail=remark.message) if number else remark.message
    return words.say(code, detail=remark.message, number=number)


def reason(why: tuple[Why, ...], words: Words) -> str:
    """Why a clip begins, as one line."""
    return ", ".join(
        part for one in why for part in (words.say(f"why.{one.code}", detail=one.detail), one.detail) if part
    )


def cuts(plan: Plan, words: Words) -> list[dict[str, Any]]:
    """Every place where the picture changes: frame, line, reason, framing before and after."""
    clips, spans = plan.timeline.clips, plan.timeline.spans()
    return [
        {
            "frame": span.start,
            "line": clip.line,
            "reason": reason(clip.why, words),
            "from": shown(before),
            "to": shown(clip),
        }
        for before, clip, span in zip(clips, clips[1:], spans[1:], strict=False)
    ]


def shown(clip: Clip) -> str:
    """What a clip shows in a word: its framing, `slate` or `title`."""
    return clip.picture.framing if isinstance(clip.picture, Filmed) else clip.picture.kind


def takes(chosen: Chosen, words: Words) -> list[dict[str, Any]]:
    """Each telling: line, rush, span, score, and what was rejected for that line."""
    rejected: dict[str, list[dict[str, Any]]] = {}
    for one in chosen.rejected:
        rejected.setdefault(one.line, []).append(_rejected(one, words))
    out: list[dict[str, Any]] = []
    for telling in chosen.told:
        if isinstance(telling, Telling):
            take = chosen.takes[telling.take]
            out.append(
                {
                    "line": telling.line,
                    "rush": take.rush,
                    "span": _pair(telling.span),
                    "score": telling.score / 1000,
                    "take": take.number,
                    "rejected": rejected.pop(telling.line, []),
                }
            )
    out += [
        {"line": line, "rush": one["rush"], "span": None, "score": 0.0, "take": None, "rejected": [one]}
        for line, some in rejected.items()
        for one in some
    ]
    return out


def _rejected(one: Rejected, words: Words) -> dict[str, Any]:
    code = f"rejected.{one.why}"
    why = words.say(code) if code in words.sentences else one.why
    return {"rush": one.rush, "span": _pair(one.span), "why": why, "code": one.why, "score": one.score / 1000}


def _pair(span: Span) -> list[int]:
    return [span.start, span.stop]


def _framing_remarks(plan: Plan) -> list[Remark]:
    used = {clip.picture.rush for clip in plan.timeline.clips if isinstance(clip.picture, Filmed)}
    return [remark for composed in plan.composed if composed.take.rush in used for remark in composed.remarks]


def short_name(framing: str, framings: Framings, language: str) -> str:
    """A framing's short name in a language, with an arrow for its side: `PT ←`."""
    name, _, side = framing.partition("-")
    rule = next(rule for rule in framings.framing if rule.id == name)
    short = rule.short_fr if language.startswith("fr") else rule.short_en
    return short + {"": "", "left": " ←", "right": " →"}[side]


def _for_the_page(plan: Plan, words: Words) -> dict[str, Any]:
    timeline, script = plan.timeline, plan.script
    places: dict[str, list[int]] = {}
    for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
        for word in clip.words:
            start, stop = span.start + word.span.start, span.start + word.span.stop
            had = places.setdefault(word.line, [start, stop])
            had[0], had[1] = min(had[0], start), max(had[1], stop)
    framings = plan.style.framings
    return {
        "scenes": [
            {
                "title": scene.title,
                "lines": [
                    {"id": line.id, "number": script.number(line.id), "text": line.text, "frames": places.get(line.id)}
                    for line in scene.lines
                ],
            }
            for scene in script.scenes
        ],
        "clips": [
            {
                "frame": span.start,
                "frames": clip.frames,
                "kind": "take" if isinstance(clip.picture, Filmed) else clip.picture.kind,
                "framing": shown(clip),
                "short": (
                    words.say(f"kind.{clip.picture.kind}")
                    if isinstance(clip.picture, Plain)
                    else short_name(clip.picture.framing, framings, script.language)
                ),
                "line": clip.line,
                "rush": clip.picture.rush if isinstance(clip.picture, Filmed) else "",
                "take": clip.picture.take if isinstance(clip.picture, Filmed) else None,
                "reason": reason(clip.why, words),
            }
            for clip, span in zip(timeline.clips, timeline.spans(), strict=True)
        ],
        "overlays": [
            {
                "frame": overlay.at.start,
                "frames": overlay.at.frames,
                "name": overlay.name,
                "place": overlay.place,
                "line": overlay.line,
            }
            for overlay in timeline.overlays
        ],
    }


def _level(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100
