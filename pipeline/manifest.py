"""What a draft was made of: the manifest that pins every input."""

from typing import Any

from pipeline.draft import Plan
from pipeline.values import FORMAT, Key, as_json, digest


def manifest(plan: Plan, pictures: tuple[Key, ...], sound: Key, build: str) -> dict[str, Any]:
    """The manifest as JSON data: script, style, rushes and assets by digest, what was heard and seen, every piece."""
    script, footage = plan.script, plan.footage
    return {
        "format": FORMAT,
        "script": {"id": script.id, "title": script.title, "digest": digest(script.source), "source": script.source},
        "style": {"name": plan.style.name, "digest": digest(plan.style)},
        "ffmpeg": build,
        "rate": as_json(footage.rate),
        "rushes": [{"name": rush.name, "digest": rush.digest, "conformed": rush.key} for rush in footage.rushes],
        "assets": [
            {"reference": reference, "name": asset.name, "digest": asset.digest, "normal": asset.key}
            for reference, asset in footage.assets
        ],
        "speech": [{"rush": speech.rush, "key": speech.key, "method": speech.method} for speech in plan.speech],
        "watched": [{"rush": watched.rush, "key": watched.key} for watched in plan.watched],
        "cards": sorted({card.key for card in plan.timeline.cards}),
        "timeline": digest(plan.timeline),
        "segments": list(pictures),
        "sound": sound,
    }
