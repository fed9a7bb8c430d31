"""How graphics come and go: what the script, the style and the animation itself say, and the way they travel."""

from pipeline.footage import Asset
from pipeline.geometry import Box
from pipeline.graphics import Coming, Fate, Place
from pipeline.placing import safe
from pipeline.presets import Style
from pipeline.script import Cue
from pipeline.spans import rounded
from pipeline.timeline import AT_ONCE, THERE, Move, Travel

ENDS: frozenset[Fate] = frozenset({"whole", "faster", "slower", "gone"})
"""Fates of an animation whose own last frame is the last one seen."""


def comings(cue: Cue, asset: Asset, place: Place, fate: Fate, style: Style) -> tuple[Coming, Coming]:
    """How an asset comes and goes.

    The script's word goes before the style's. An animation with alpha has an entrance and an exit of its own: it comes
    at once, and where it is seen to its end goes at once.
    """
    rule = style.graphics.rule(place)
    drawn = asset.kind == "moving" and asset.alpha
    enter = cue.enter or ("cut" if drawn else rule.enter)
    return enter, cue.leave or ("cut" if drawn and fate in ENDS else rule.leave)


def move(how: Coming, frames: int, there: Box, place: Place, style: Style) -> Move:
    """The way of a graphic that is seen at `there`, over `frames`."""
    if how == "cut" or frames < 1:
        return AT_ONCE
    graphics = style.graphics
    if how == "scale":
        return Move(frames, Travel(scale=graphics.scale, ease=graphics.ease))
    if how == "slide":
        x, y = _away(there, place, style)
        return Move(frames, Travel(x, y, ease=graphics.ease) if (x, y) != (0, 0) else THERE)
    return Move(frames)


def _away(there: Box, place: Place, style: Style) -> tuple[int, int]:
    """Where what slides comes from, even pixels (right, down): its own side, from below, from above; never inwards.

    What keeps to the safe area keeps to it as it travels: the first way with room enough is taken, else the longest.
    """
    size, full = style.size, rounded(style.graphics.slide * style.size.width) & ~1
    middle = 2 * there.x + there.width
    outwards = [(1, 0)] if middle * 5 > size.width * 6 else [(-1, 0)] if middle * 5 < size.width * 4 else []
    ways = [*outwards, (0, 1), (0, -1)]
    if place in {"over", "full"}:
        return ways[0][0] * full, ways[0][1] * full
    free = safe(style)
    room = {
        (1, 0): free.right - there.right,
        (-1, 0): there.x - free.x,
        (0, 1): free.bottom - there.bottom,
        (0, -1): there.y - free.y,
    }
    far = {way: max(0, min(full, room[way]) & ~1) for way in ways}
    way = max(ways, key=lambda way: far[way])
    return way[0] * far[way], way[1] * far[way]
