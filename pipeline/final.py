"""What a draft may still have and a final may not: told as remarks; `REFUSED` of them are marked so in the report."""

from collections.abc import Iterable

from pipeline.alternatives import alternative
from pipeline.footage import Footage, Remark
from pipeline.script import Script
from pipeline.spans import Span, rounded
from pipeline.timeline import Timeline

REFUSED = frozenset({"flashes", "flashes-red"})
"""Codes of remarks with which no final is made: what harms those who see it (WCAG 2.2, 2.3.1)."""


def shortcomings(script: Script, footage: Footage, timeline: Timeline) -> tuple[Remark, ...]:
    """What of the animations shown would harm people, or keep some of them out, each once.

    `flashes`, `flashes-red`: one that flashes too much while it is shown (facts `first`, `last`: the frames of the
    animation; `at`: the frame of the film). `no-alternative`: what it shows is told to nobody who does not see it.
    """
    return (*dict.fromkeys((*_flashes(footage, timeline), *_untold(script, footage, timeline))),)


def _flashes(footage: Footage, timeline: Timeline) -> Iterable[Remark]:
    for overlay in timeline.overlays:
        asset = footage.asset(overlay.name, overlay.line) if overlay.kind == "asset" else None
        for one in asset.flashes if asset else ():
            last = overlay.offset + rounded((overlay.at.frames - 1) * overlay.speed)
            seen = one.span.common(Span(overlay.offset, last + 1))
            if seen is not None:
                at = overlay.at.start + rounded((seen.start - overlay.offset) / overlay.speed)
                facts = (("first", str(seen.start)), ("last", str(seen.stop - 1)), ("at", str(at)))
                code = "flashes" if one.kind == "general" else "flashes-red"
                yield Remark(code, overlay.name, overlay.line, facts)


def _untold(script: Script, footage: Footage, timeline: Timeline) -> Iterable[Remark]:
    told: set[str] = set()
    for overlay in timeline.overlays:
        if overlay.kind == "asset" and overlay.name not in told:
            told.add(overlay.name)
            if not alternative(overlay.name, overlay.line, script, footage):
                yield Remark("no-alternative", overlay.name, overlay.line)
