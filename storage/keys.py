"""Names of objects: a kind and the digest of what made it. Never taken from a request."""

from typing import Literal

from pipeline.values import Key

Kind = Literal["conformed", "watched", "heard", "overlay", "sound", "recorded", "segment", "mix"]
"""What is derived: a rush conformed, watched, heard; an asset or card normalised; PCM; a recorder's
sound beside a rush; a segment; a draft's sound."""


def derived(kind: Kind, key: Key) -> str:
    """The name of a derived object: `derived/<kind>/<first two of key>/<key>`.

    >>> derived("segment", Key("ab12"))
    'derived/segment/ab/ab12'
    """
    return f"derived/{kind}/{key[:2]}/{key}"
