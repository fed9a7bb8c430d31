"""What people see of an asset before it is in a film: names and key of its preview; nothing is drawn here."""

from dataclasses import dataclass
from typing import Literal

from pipeline.values import Key, digest

RECIPE = 1
"""Raised whenever the same asset would be shown otherwise than before."""

MOVING, STILL, SOUND = "preview.mp4", "poster.jpg", "preview.m4a"
"""The files of a preview: a film for what moves, a picture for all that is seen, sound for what is heard."""

VALUE = "value.json"
"""The file beside them that holds what the preview says: a `Preview`."""

OF_RUSHES = ("moov-at-end", "no-sound", "tiny")
"""Remarks of checks that tell something of a rush, and nothing of an asset: most animations are silent and small."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview shows. `guess`: what the alpha of the asset is taken for, where that is to be asked."""

    kind: Literal["moving", "still", "sound"]
    guess: Literal["", "straight", "premultiplied"] = ""


def preview_key(asset: str, alpha: str) -> Key:
    """Names the preview of a file by its digest, and what people said of its alpha."""
    return digest({"preview": RECIPE, "asset": asset, "alpha": alpha})
