"""What decides how things are made, beside the files and the style: recipe numbers, and presets that are no style's."""

from typing import Any

from pipeline import segments, timeline
from pipeline.commands import conform
from pipeline.media import listen, overlays, shelf, sound, watch
from pipeline.values import digest


def rules(language: str) -> dict[str, Any]:
    """Recipe numbers, and digests of presets, for a manifest; `language` is that of what slates and cards say."""
    recipes = {
        "conformed": conform.RECIPE,
        "heard": listen.RECIPE,
        "watched": watch.RECIPE,
        "overlay": overlays.RECIPE,
        "card": timeline.CARD_RECIPE,
        "segment": segments.RECIPE,
        "sound": sound.RECIPE,
    }
    words = shelf.said_in(language)
    presets = {
        "framings": digest(shelf.framings()),
        "mezzanine": digest(shelf.mezzanine()),
        "words": digest(dict(words.sentences)),
    }
    return {"recipes": recipes, "presets": presets}
