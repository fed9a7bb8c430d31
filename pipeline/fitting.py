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


PACED_UNSEEN = Fraction(1, 10)
"""A change of speed up to this is not told: a movement of a second is then a tenth longer or shorter (a judgement)."""


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
    if moving and worded:
        out += _lasting(asset, overlay, rate)
    return tuple(out)


def _other_shape(made: Size, frame: Size) -> bool:
    one, other = sorted((made.aspect, frame.aspect))
    return other > one * SHAPE_MOST


def _lasting(asset: Asset, overlay: Overlay, rate: Fraction) -> list[Remark]:
    """What to know of a moving asset that lasts longer or shorter than its words."""
    own, seen = asset.frames, overlay.at.frames
    facts = [("own", str(own / rate)), ("film", str(seen / rate)), ("frames", str(seen))]
    code = ""
    if overlay.speed != 1:
        code = "asset-paced" if abs(overlay.speed - 1) > PACED_UNSEEN else ""
        facts.append(("speed", str(rounded(overlay.speed * 100))))
    elif overlay.after != "loop" and abs(own - seen) > FRAMES_OFF:
        code = "asset-longer" if own > seen else "asset-shorter"
    return [Remark(code, overlay.name, overlay.line, tuple(facts))] if code else []
