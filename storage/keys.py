"""Names of objects: a kind and the digest of what made it. Never taken from a request."""

from typing import Literal

from pipeline.values import Key

Kind = Literal["conformed", "watched", "heard", "overlay", "card", "segment", "sound", "media"]
"""What is derived: see `derived`."""


def derived(kind: Kind, key: Key, name: str = "") -> str:
    """The name of a derived object: `derived/<kind>/<first two of key>/<key>[/<name>]`.

    >>> derived("segment", Key("ab12"), "picture.mp4")
    'derived/segment/ab/ab12/picture.mp4'
    """
    return "/".join(part for part in ("derived", kind, key[:2], key, name) if part)
