"""Where graphics land in the picture: boxes in output pixels, clear of the speaker's face and of the captions."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline import edges
from pipeline.geometry import Box, Size
from pipeline.graphics import Place
from pipeline.presets import Style

PANEL = (Fraction(42, 100), Fraction(95, 100))
"""Columns of a graphic right of the speaker, as shares of the width (mirrored left of them): the two thirds a side
framing leaves, less the safe edge. Framing notes 1.4; a head at 0.28-0.33 W ends before 0.42."""

PANEL_TOP = Fraction(8, 100)
"""First row of a graphic beside the speaker, as a share of the height (framing notes 1.4)."""

BAND = Fraction(15, 100)
"""Height above the captions of a name band or key words that stand low in the picture: a graphic beside the speaker
ends above them. A share of `edges.unit`."""

WORDS = Fraction(35, 100)
"""Width of key words beside the speaker, a share of the frame's."""

NARROW = Fraction(20, 100)
"""A panel narrower than this share of the width shows nothing that can be read: the other side is taken."""

LABEL = Box(25, 45, 50, 35)
"""Where the slate of an asset that will lie over the picture stands, in hundredths of the output: low, centred."""

SHAPE_MOST = Fraction(105, 100)
"""A picture of another shape fills the frame if no more than 1 in 20 of it is lost; else it is shown whole."""

OTHER: dict[str, Literal["", "left", "right"]] = {"left": "right", "right": "left", "": ""}
"""A graphic on one side wants the head on the other."""


@dataclass(frozen=True, slots=True)
class View:
    """What is seen while a graphic is up: the head in output pixels, where known, and the framing's side.

    `hands`: the first column that hands in use reach on the left, and the first beyond them on the right; None where
    they are at rest. `card`: it comes over a slate or a title. `band`: a name band or key words stand low in the
    picture. `shared`: an animation or a still is seen as well.
    """

    face: Box | None = None
    side: str = ""
    hands: tuple[int | None, int | None] = (None, None)
    card: bool = False
    band: bool = False
    shared: bool = False


def safe(style: Style) -> Box:
    """What graphics keep to: the picture less its safe edge and the captions below."""
    return edges.free(style.brand, style.size)


def region(place: Place, side: str, view: View, style: Style) -> Box:
    """Where a graphic of that place may be: whole pixels of the output, even in origin and size.

    `side` is where a graphic beside stands; empty: where there is most room. A corner is 16:9.
    """
    size = style.size
    if place == "full":
        return size.box
    if place == "over" and view.card:
        place = "beside"
    if place == "over":
        label = _shares(size, Fraction(LABEL.x, 100), Fraction(LABEL.y, 100), LABEL.right, LABEL.bottom)
        return (label.common(safe(style)) or label).even()
    free = safe(style)
    if place == "corner":
        left, right = _corner(view, free, style)
        height = min((right - left) * 9 // 16, free.height)
        return Box(left, free.y, right - left, height).even()
    # a slate's own words stand left, unless a graphic is to
    left, right = _panel(side or ("right" if view.card else ""), view, style)
    top = round(PANEL_TOP * size.height)
    low = (1 - edges.band(style.brand, size)) * size.height
    bottom = round(low - BAND * edges.unit(size)) if view.band else free.bottom
    return Box(left + left % 2, top + top % 2, right - left, bottom - top).even()


def _shares(size: Size, x: Fraction, y: Fraction, right: int, bottom: int) -> Box:
    left, top = round(x * size.width), round(y * size.height)
    return Box(left, top, right * size.width // 100 - left, bottom * size.height // 100 - top).even()


def words_side(view: View, style: Style) -> Literal["", "left", "right"]:
    """On which side of the speaker key words without a place stand; empty: low, in the middle."""
    if style.graphics.words == "low" or view.card or view.shared:
        return ""
    room = region("beside", "", view, style)
    if room.width < WORDS * style.size.width:
        return ""
    return "left" if 2 * room.x + room.width < style.size.width else "right"


def _corner(view: View, free: Box, style: Style) -> tuple[int, int]:
    """Columns of a corner graphic: in the top corner that is further from the head, right when it is centred."""
    width = round(style.brand.corner_width * style.size.width)
    if view.face is None:
        leftmost = view.side == "right"
    else:
        leftmost = 2 * view.face.x + view.face.width > style.size.width
        room = view.face.x - free.x if leftmost else free.right - view.face.right
        width = min(width, room) if room >= NARROW / 2 * style.size.width else width
    return (free.x, free.x + width) if leftmost else (free.right - width, free.right)


def _panel(side: str, view: View, style: Style) -> tuple[int, int]:
    """Columns of a graphic beside the speaker: never over the face, nor over hands where enough is left."""
    width = style.size.width
    near, far = round(PANEL[0] * width), round(PANEL[1] * width)
    columns = {"right": (near, far), "left": (width - far, width - near)}
    if view.face is None:
        return columns[side or OTHER[view.side] or "right"]
    air = round((1 - PANEL[1]) * width)
    free = {"right": (view.face.right + air // 2, far), "left": (width - far, view.face.x - air // 2)}
    room = {one: max(0, right - left) for one, (left, right) in free.items()}
    side = OTHER[view.side] or side
    chosen = side if side and room[side] >= NARROW * width else max(("right", "left"), key=lambda one: room[one])
    if room[chosen] < 2:
        return columns[chosen]
    # the panel never grows beyond what a side framing would leave
    left, right = free[chosen]
    wide = far - near
    left, right = (max(left, right - wide), right) if chosen == "right" else (left, min(right, left + wide))
    inner = _clear_of_hands(left, right, view)
    least = min(round(style.graphics.hands_least * width), right - left)
    return inner if inner[1] - inner[0] >= least else (left, right)


def _clear_of_hands(left: int, right: int, view: View) -> tuple[int, int]:
    """The columns of a panel less those that hands in use reach."""
    first, last = view.hands
    on_the_right = view.face is None or left >= view.face.x
    if on_the_right:
        return (max(left, last), right) if last is not None else (left, right)
    return (left, min(right, first)) if first is not None else (left, right)


def landed(made: Size, seen: Box, place: Place, side: str, view: View, style: Style) -> Box:
    """Where the whole picture of an asset, as made, lands in output pixels; `seen` is the part that is ever visible.

    `over` and `full`: in the frame, fitted as the style says. Beside and in a corner the visible part is fitted into
    its place. Nothing is enlarged beyond what the style allows for its place.
    """
    most = style.graphics.rule(place).enlarged_most
    if place in {"over", "full"}:
        return _framed(made, place, style)
    room = region(place, side, view, style)
    if place == "corner":
        room = Box(room.x, room.y, room.width, safe(style).bottom - room.y)
    scale = min(Fraction(room.width, seen.width), Fraction(room.height, seen.height), most)
    width, height = max(1, int(seen.width * scale)), max(1, int(seen.height * scale))
    x = room.x + (room.width - width) // 2
    y = room.y + (room.height - height) // 2
    if place == "corner":
        x = room.x if room.x * 2 < style.size.width - room.width else room.right - width
        y = room.y
    whole = (max(1, int(made.width * scale)), max(1, int(made.height * scale)))
    return Box(x - int(seen.x * scale), y - int(seen.y * scale), *whole)


def framed(made: Size, size: Size) -> Box:
    """The frame filled where the shapes agree, nearly; else the whole picture, centred."""
    across, down = Fraction(size.width, made.width), Fraction(size.height, made.height)
    small, large = min(across, down), max(across, down)
    return _centred(made, large if large <= small * SHAPE_MOST else small, size)


def _framed(made: Size, place: Place, style: Style) -> Box:
    """Over or full: as in `framed`, or cropped to fill, or pixel for pixel, as the style says; centred."""
    size, rule = style.size, style.graphics.rule(place)
    across, down = Fraction(size.width, made.width), Fraction(size.height, made.height)
    small, large = min(across, down), max(across, down)
    alike = rule.fit == "fill" or large <= small * SHAPE_MOST
    scale = Fraction(1) if rule.fit == "made" else large if alike else small
    return _centred(made, min(scale, rule.enlarged_most), size)


def _centred(made: Size, scale: Fraction, size: Size) -> Box:
    width, height = max(1, round(made.width * scale)), max(1, round(made.height * scale))
    return Box((size.width - width) // 2, (size.height - height) // 2, width, height)


def visible(made: Size, seen: Box, box: Box) -> Box:
    """Where the visible part `seen` of a picture is when the whole of it, as `made`, lands in `box`."""
    wide, high = Fraction(box.width, made.width), Fraction(box.height, made.height)
    x, y = round(box.x + seen.x * wide), round(box.y + seen.y * high)
    return Box(x, y, max(1, round(seen.width * wide)), max(1, round(seen.height * high)))


def landing(part: Box, box: Box, size: Size) -> Box:
    """A part of the rush as it lands in an output of `size` that shows `box` of the rush."""
    across, down = Fraction(size.width, box.width), Fraction(size.height, box.height)
    x, y = round((part.x - box.x) * across), round((part.y - box.y) * down)
    return Box(x, y, max(1, round(part.width * across)), max(1, round(part.height * down)))
