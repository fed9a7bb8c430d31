"""What a draft may still have and a final may not: told as remarks; `REFUSED` of them are marked so in the report."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.alternatives import alternative
from pipeline.flashes import Flashing
from pipeline.footage import Asset, Footage, Remark
from pipeline.geometry import Box
from pipeline.placing import visible
from pipeline.script import Script
from pipeline.spans import Span, rounded
from pipeline.timeline import Overlay, Timeline

REFUSED = frozenset({"flashes", "flashes-red", "flashes-together"})
"""Codes of remarks with which no final is made: what harms those who see it (WCAG 2.2, 2.3.1)."""


def shortcomings(script: Script, footage: Footage, timeline: Timeline) -> tuple[Remark, ...]:
    """What of the animations shown would harm people, or keep some of them out, each once.

    `flashes`, `flashes-red`: one that flashes too much while it is shown (facts `first`, `last`: the frames of the
    animation; `at`: the frame of the film). `no-alternative`: what it shows is told to nobody who does not see it.
    """
    return (*dict.fromkeys((*_flashes(footage, timeline), *_untold(script, footage, timeline))),)


def seen_together(footage: Footage, timeline: Timeline) -> tuple[tuple[Overlay, ...], ...]:
    """Moving animations whose flashes may add up, each group in order of stacking.

    Those that are seen in the same place within a second of each other; and one that is looped or played faster, alone.
    """
    near = int(timeline.rate)
    groups: list[list[Overlay]] = []
    for overlay, asset in _moving(footage, timeline):
        box = _there(overlay, asset)
        around = Span(overlay.at.start - near, overlay.at.stop + near)
        met = [
            group
            for group in groups
            if any(one.at.meets(around) and _there(one, footage.asset(one.name, one.line)).common(box) for one in group)
        ]
        groups = [group for group in groups if group not in met]
        groups.append([*(one for group in met for one in group), overlay])
    order = {id(overlay): number for number, overlay in enumerate(timeline.overlays)}
    return tuple(
        tuple(sorted(group, key=lambda one: order[id(one)]))
        for group in groups
        if len(group) > 1 or group[0].speed > 1 or _turns(group[0])
    )


def flashing_together(
    group: Sequence[Overlay], found: Sequence[Flashing], footage: Footage, timeline: Timeline
) -> Iterator[Remark]:
    """`flashes-together`: where a group flashes too much as it is seen, and none of it does by itself.

    `found` by the frames of the film, which the facts `first` and `last` tell.
    """
    own = [
        Span(start, start + max(1, rounded(seen.frames / overlay.speed)))
        for overlay, seen, start, _ in _own(footage, timeline)
        if overlay in group
    ]
    names = ", ".join(dict.fromkeys(overlay.name for overlay in group))
    for span in dict.fromkeys(one.span for one in found):
        if not any(span.meets(told) for told in own):
            facts = (("first", str(span.start)), ("last", str(span.stop - 1)))
            yield Remark("flashes-together", names, group[0].line, facts)


def _moving(footage: Footage, timeline: Timeline) -> Iterator[tuple[Overlay, Asset]]:
    for overlay in timeline.overlays:
        asset = footage.asset(overlay.name, overlay.line) if overlay.kind == "asset" else None
        if asset is not None and asset.kind == "moving":
            yield overlay, asset


def _there(overlay: Overlay, asset: Asset | None) -> Box:
    """Where anything is ever seen of it."""
    return visible(asset.size, asset.box or asset.size.box, overlay.box) if asset and asset.size else overlay.box


def _turns(overlay: Overlay) -> bool:
    return overlay.after == "loop" and overlay.offset + overlay.at.frames > overlay.frames


def _own(footage: Footage, timeline: Timeline) -> Iterator[tuple[Overlay, Span, int, Flashing]]:
    """Each animation that flashes too much by itself: its own frames that do, where they begin in the film."""
    for overlay, asset in _moving(footage, timeline):
        for one in asset.flashes:
            last = overlay.offset + rounded((overlay.at.frames - 1) * overlay.speed)
            seen = one.span.common(Span(overlay.offset, last + 1))
            if seen is not None:
                yield overlay, seen, overlay.at.start + rounded((seen.start - overlay.offset) / overlay.speed), one


def _flashes(footage: Footage, timeline: Timeline) -> Iterable[Remark]:
    for overlay, seen, at, one in _own(footage, timeline):
        facts = (("first", str(seen.start)), ("last", str(seen.stop - 1)), ("at", str(at)))
        yield Remark("flashes" if one.kind == "general" else "flashes-red", overlay.name, overlay.line, facts)


def _untold(script: Script, footage: Footage, timeline: Timeline) -> Iterable[Remark]:
    told: set[str] = set()
    for overlay in timeline.overlays:
        if overlay.kind == "asset" and overlay.name not in told:
            told.add(overlay.name)
            if not alternative(overlay.name, overlay.line, script, footage):
                yield Remark("no-alternative", overlay.name, overlay.line)
