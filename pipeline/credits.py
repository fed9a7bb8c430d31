"""Whose the pictures and sounds of a film are: every asset it shows or plays, with its licence and its source."""

from dataclasses import dataclass

from pipeline.footage import Asset, Footage, Remark
from pipeline.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Credit:
    """An asset by its file's name; licence and source as people wrote them, empty where nobody did."""

    name: str
    kind: str
    licence: str
    source: str


def used(footage: Footage, timeline: Timeline) -> tuple[Asset, ...]:
    """The assets that are seen or heard in the timeline, each once, by name."""
    keys = {overlay.key for overlay in timeline.overlays} | {sound.key for sound in timeline.sounds}
    of = {asset.digest: asset for _, asset in footage.assets if asset.key in keys}
    return tuple(sorted(of.values(), key=lambda asset: asset.name))


def credited(footage: Footage, timeline: Timeline) -> tuple[Credit, ...]:
    """What is known of whose they are."""
    return tuple(
        Credit(asset.name, asset.kind, asset.about.licence, asset.about.source) for asset in used(footage, timeline)
    )


def uncredited(footage: Footage, timeline: Timeline) -> tuple[Remark, ...]:
    """Music and effects without a licence: they are hardly ever made in the studio, and a course is public."""
    return tuple(
        Remark("licence-unknown", asset.name)
        for asset in used(footage, timeline)
        if asset.kind == "sound" and not asset.about.licence
    )
