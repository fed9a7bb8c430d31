"""What people should know of an asset's file, whatever the script does with it."""

from fractions import Fraction

from pipeline.commands.overlay import VECTORS
from pipeline.footage import About, Media, Normal, Remark
from pipeline.saying import file_remark
from pipeline.spans import standard_rate

OF_RUSHES = frozenset({"no-sound", "tiny", "moov-at-end", "rate-unusual", "sound-clock"})
"""Remarks of the probe that matter for what was filmed, not for what is laid over it."""


def noted(name: str, media: Media, normal: Normal, about: About, rate: Fraction) -> tuple[Remark, ...]:
    """The remarks of one asset with a picture, at the timeline's rate."""
    out = [file_remark(code, name) for code in media.remarks if code not in OF_RUSHES]
    if media.rate and not media.variable and media.container not in VECTORS and standard_rate(media.rate) != rate:
        out.append(Remark("asset-rate", name, facts=(("own", str(media.rate)), ("film", str(rate)))))
    if normal.guess and not about.alpha:
        out.append(Remark(f"alpha-asked.{normal.guess}", name))
    return tuple(out)
