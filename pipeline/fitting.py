"""Whether an asset fits where the script shows it: alpha, size, shape, length; remarks that say what to do."""

from fractions import Fraction

from pipeline.footage import Asset, Remark
from pipeline.geometry import Size
from pipeline.placing import SHAPE_MOST
from pipeline.spans import rounded
from pipeline.timeline import Overlay

ENLARGED = Fraction(11, 10)
"""An asset enlarged by more than this is soft to the eye (a tenth: the limit styles have for framings of a rush)."""

FRAMES_OFF = 2
"""Frames by which an asset may miss its words unseen: two of 25 a second, under a tenth of a second."""


def fitting(asset: Asset, overlay: Overlay, frame: Size, rate: Fraction, *, worded: bool) -> tuple[Remark, ...]:
    """What people should know of an asset as it lands in a film of `frame`.

    `worded`: the script says by words how long it is seen.
    """
    if asset.size is None:
        return ()
    out: list[Remark] = []

    def note(code: str, **facts: object) -> None:
        told = tuple((name, str(value)) for name, value in facts.items())
        out.append(Remark(code, overlay.name, overlay.line, told))

    moving = asset.kind == "moving"
    if moving and not asset.alpha and overlay.place in {"over", "beside", "corner"}:
        note("asset-opaque")
    if overlay.place in {"over", "full"}:
        if _other_shape(asset.size, frame):
            note("asset-shape", made=asset.size, frame=frame)
        if overlay.box.width > asset.size.width * ENLARGED:
            note("asset-small", made=asset.size, seen=overlay.box.size)
    own, seen = asset.frames, overlay.at.frames
    if moving and worded and overlay.speed != 1 and abs(own - seen) > FRAMES_OFF:
        note("asset-paced", own=own / rate, film=seen / rate, frames=seen, speed=rounded(overlay.speed * 100))
    elif moving and worded and overlay.after != "loop" and own > seen + FRAMES_OFF:
        note("asset-longer", own=own / rate, film=seen / rate, frames=seen)
    elif moving and worded and overlay.after != "loop" and seen > own + FRAMES_OFF:
        note("asset-shorter", own=own / rate, film=seen / rate, frames=seen)
    return tuple(out)


def _other_shape(made: Size, frame: Size) -> bool:
    one, other = sorted((made.aspect, frame.aspect))
    return other > one * SHAPE_MOST
