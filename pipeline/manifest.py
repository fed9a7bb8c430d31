"""What a draft was made of: the manifest that pins every input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.draft import Plan
from pipeline.errors import PipelineError
from pipeline.footage import Footage
from pipeline.presets import Style
from pipeline.script import Script
from pipeline.values import FORMAT, BadValue, Key, as_json, digest, from_json

Kind = Literal["conformed", "watched", "heard", "overlay", "sound", "recorded", "segment", "mix", "other"]
"""What is derived: a rush conformed, watched, heard; an asset or card normalised; PCM; a recorder's sound beside a
rush; a segment; a draft's sound; anything else that people look at: previews, briefs."""


PICTURE_OR_SOUND: tuple[Kind, Kind] = ("overlay", "sound")


class WrongManifest(PipelineError):
    """A draft's manifest does not say what it should."""

    code = "manifest"


@dataclass(frozen=True, slots=True)
class Pinned:
    """The values a draft was made from. Files stand in it by digest, and what was made of them by key."""

    script: Script
    style: Style
    footage: Footage


def manifest(plan: Plan, pictures: tuple[Key, ...], sound: Key, build: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest as JSON data: script, style, rushes and assets by digest, what was heard and seen, every piece.

    `rules`: recipe numbers and presets that decide how pieces are made. Script, style and footage stand in it whole,
    so that `pinned` gives them back.
    """
    script, footage = plan.script, plan.footage
    return {
        "format": FORMAT,
        "script": {"id": script.id, "title": script.title, "digest": digest(script.source), "source": script.source},
        "style": {"name": plan.style.name, "digest": digest(plan.style)},
        "rules": dict(rules),
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
        "pinned": as_json(Pinned(script, plan.style, footage)),
    }


def heard_key(heard: Key, recorder: Key) -> Key:
    """Names what is heard in a rush whose sound is a recorder's; without one, what is heard in the rush itself."""
    return digest({"heard": heard, "recorder": recorder}) if recorder else heard


def pieces(data: Mapping[str, Any]) -> frozenset[tuple[Kind, Key]]:
    """Everything that was made for a draft, by kind and key, out of its manifest, of whatever version.

    An asset is among them as both a picture and a sound: one of the two was never made.
    """
    rushes: list[dict[str, Any]] = data.get("pinned", {}).get("footage", {}).get("rushes", [])
    recorders = {rush["name"]: Key(rush.get("recorder", "")) for rush in rushes}
    found: set[tuple[Kind, Key]] = {("recorded", recorder) for recorder in recorders.values() if recorder}
    found |= {("conformed", Key(one["conformed"])) for one in data.get("rushes", [])}
    found |= {(kind, Key(one["normal"])) for one in data.get("assets", []) for kind in PICTURE_OR_SOUND}
    found |= {("overlay", Key(key)) for key in data.get("cards", [])}
    heard = [(Key(one["key"]), recorders.get(one["rush"], Key(""))) for one in data.get("speech", [])]
    found |= {("heard", heard_key(key, recorder)) for key, recorder in heard}
    found |= {("watched", Key(one["key"])) for one in data.get("watched", [])}
    found |= {("segment", Key(key)) for key in data.get("segments", [])}
    found |= {("mix", Key(data["sound"]))} if "sound" in data else set()
    return frozenset(found)


def pinned(data: Mapping[str, Any]) -> Pinned:
    """What a draft was made from, out of its manifest.

    Raises:
        WrongManifest: it is no manifest, or of a version that did not write all of it.
    """
    try:
        return from_json(Pinned, data["pinned"])
    except (KeyError, TypeError, BadValue) as error:
        todo = "name the manifest.json of a draft made by this version or a later one"
        raise WrongManifest(f"the manifest does not pin everything a draft is made of: {error}", todo=todo) from error
