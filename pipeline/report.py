"""The report of a draft as JSON data: what was made, what is missing, every cut with its reason, every figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.credits import credited, uncredited
from pipeline.draft import Plan
from pipeline.final import REFUSED, shortcomings
from pipeline.footage import Remark
from pipeline.metrics import metrics
from pipeline.saying import Saying
from pipeline.spans import Span
from pipeline.takes import Chosen, Rejected, Telling
from pipeline.timeline import Clip, Filmed, Plain
from pipeline.transcript import transcript
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
    timeline, saying = plan.timeline, saying_of(plan, words)
    figures = metrics(timeline, plan.composed, plan.watched, plan.chosen, plan.style)
    return {
        "draft": made.number,
        "title": plan.script.title,
        "language": plan.script.language,
        "frames": timeline.frames,
        "rate": as_json(timeline.rate),
        "size": [timeline.size.width, timeline.size.height],
        "segments": dict(made.segments),
        "slates": [
            {"line": slate.line, "kind": slate.kind, "what": slate.what, "frames": slate.frames, "frame": slate.frame}
            for slate in timeline.slates
        ],
        "warnings": [
            {
                "code": remark.code,
                "message": saying.remark(remark, plan.script),
                "line": remark.line,
                "refused": remark.code in REFUSED,
            }
            for remark in remarks(plan)
        ],
        "cuts": cuts(plan, saying),
        "takes": takes(plan.chosen, words),
        "credits": [as_json(one) for one in credited(plan.footage, timeline)],
        "metrics": figures
        | {"integrated_loudness_lufs": _level(made.loudness), "true_peak_dbtp": _level(made.true_peak)},
        "timing": {phase: dict(seconds) for phase, seconds in made.timing.items()},
        **_for_the_page(plan, saying),
    }


def saying_of(plan: Plan, words: Words) -> Saying:
    """How the plan is told in the language of `words`."""
    return Saying(words, plan.style.framings, plan.timeline.rate)


def remarks(plan: Plan) -> tuple[Remark, ...]:
    """What people should know of the plan, each once: of the files, the takes, their framings, the edit."""
    used = {clip.picture.rush for clip in plan.timeline.clips if isinstance(clip.picture, Filmed)}
    framed = [remark for composed in plan.composed if composed.take.rush in used for remark in composed.remarks]
    unknown = uncredited(plan.footage, plan.timeline)
    lacking = shortcomings(plan.script, plan.footage, plan.timeline)
    every = (*plan.footage.remarks, *plan.chosen.remarks, *framed, *plan.timeline.remarks, *lacking, *unknown)
    return tuple(dict.fromkeys(every))


def cuts(plan: Plan, saying: Saying) -> list[dict[str, Any]]:
    """Every place where the picture changes: frame, line, reason, framing before and after."""
    clips, spans = plan.timeline.clips, plan.timeline.spans()
    return [
        {
            "frame": span.start,
            "line": clip.line,
            "reason": saying.reason(clip.why),
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
    why = words.say(f"rejected.{one.why}")
    return {"rush": one.rush, "span": _pair(one.span), "why": why, "code": one.why, "score": one.score / 1000}


def _pair(span: Span) -> list[int]:
    return [span.start, span.stop]


def _for_the_page(plan: Plan, saying: Saying) -> dict[str, Any]:
    timeline, script = plan.timeline, plan.script
    cards = {card.key: card for card in timeline.cards}
    places: dict[str, list[int]] = {}
    for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
        for word in clip.words:
            start, stop = span.start + word.span.start, span.start + word.span.stop
            had = places.setdefault(word.line, [start, stop])
            had[0], had[1] = min(had[0], start), max(had[1], stop)
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
                    saying.words.say(f"kind.{clip.picture.kind}")
                    if isinstance(clip.picture, Plain)
                    else saying.short(clip.picture.framing)
                ),
                "line": clip.line,
                "rush": clip.picture.rush if isinstance(clip.picture, Filmed) else "",
                "take": clip.picture.take if isinstance(clip.picture, Filmed) else None,
                "reason": saying.reason(clip.why),
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
                "text": cards[overlay.key].field("text") if overlay.key in cards else "",
            }
            for overlay in timeline.overlays
            # a slate is the picture of its clip and lies over nothing; a progress corner stands everywhere
            if overlay.name not in {"slate-take", "progress"}
        ],
        "transcript": as_json(transcript(script, plan.footage, timeline, saying.words)),
    }


def _level(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100
