"""Where graphics land in the picture: boxes in output pixels, clear of the speaker's face and of the captions."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.geometry import Box, Size
from pipeline.presets import Style

PANEL = (Fraction(42, 100), Fraction(95, 100))
"""Columns of a graphic right of the speaker, as shares of the width (mirrored left of them): the two thirds a side
framing leaves, less the safe edge. Framing notes 1.4; a head at 0.28-0.33 W ends before 0.42."""

PANEL_TOP = Fraction(8, 100)
"""First row of a graphic beside the speaker, as a share of the height (framing notes 1.4)."""

PANEL_LOW = Fraction(70, 100)
"""Last row of a graphic beside the speaker while a name band or key words stand low in the picture: above them."""

NARROW = Fraction(20, 100)
"""A panel narrower than this share of the width shows nothing that can be read: the other side is taken."""

LABEL = Box(25, 45, 50, 35)
"""Where the slate of an asset that will lie over the picture stands, in hundredths of the output: low, centred."""

SHAPE_MOST = Fraction(105, 100)
"""A picture of another shape fills the frame if no more than 1 in 20 of it is lost; else it is shown whole."""

OTHER: dict[str, Literal["", "left", "right"]] = {"left": "right", "right": "left", "": ""}
"""A graphic on one side wants the head on the other."""

Place = Literal["over", "beside", "full", "corner"]


@dataclass(frozen=True, slots=True)
class View:
    """What is seen where a graphic begins: the head in output pixels, where known, and the framing's side.

    `card`: a slate or a title, and nothing that was filmed. `band`: a name band or key words stand low in the picture.
    """

    face: Box | None = None
    side: str = ""
    card: bool = False
    band: bool = False


def region(place: Place, side: str, view: View, style: Style) -> Box:
    """Where a graphic of that place may be: whole pixels of the output, even in origin and size.

    `side` is where a graphic beside stands; empty: where there is most room. A corner is 16:9.
    """
    size, brand = style.size, style.brand
    if place == "full":
        return size.box
    if place == "over" and view.card:
        place = "beside"
    if place == "over":
        return _shares(size, Fraction(LABEL.x, 100), Fraction(LABEL.y, 100), LABEL.right, LABEL.bottom)
    safe_x, safe_y = round(brand.safe * size.width), round(brand.safe * size.height)
    bottom = round((1 - brand.caption_band) * size.height)
    if place == "corner":
        width = round(brand.corner_width * size.width)
        height = min(width * 9 // 16, bottom - safe_y)
        return Box(_corner(view, size, width, safe_x), safe_y, width, height).even()
    left, right = _panel(side, view, size)
    top = round(PANEL_TOP * size.height)
    bottom = round(PANEL_LOW * size.height) if view.band else bottom
    return Box(left, top, right - left, bottom - top).even()


def _shares(size: Size, x: Fraction, y: Fraction, right: int, bottom: int) -> Box:
    left, top = round(x * size.width), round(y * size.height)
    return Box(left, top, right * size.width // 100 - left, bottom * size.height // 100 - top).even()


def _corner(view: View, size: Size, width: int, safe: int) -> int:
    """The left edge of a corner graphic: in the top corner that is further from the head, right when it is centred."""
    right = size.width - safe - width
    head = view.face.x + view.face.width // 2 if view.face else None
    if head is None:
        return safe if view.side == "right" else right
    return safe if head * 2 > size.width else right


def _panel(side: str, view: View, size: Size) -> tuple[int, int]:
    """Columns of a graphic beside the speaker: never over the face."""
    width = size.width
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
    return (max(left, right - wide), right) if chosen == "right" else (left, min(right, left + wide))


def landed(made: Size, seen: Box, place: Place, side: str, view: View, style: Style) -> Box:
    """Where the whole picture of an asset, as made, lands in output pixels; `seen` is the part that is ever visible.

    `over` and `full`: the frame, as made. Beside and in a corner the visible part is fitted into its place, never
    enlarged beyond one pixel as made for one of the output.
    """
    size = style.size
    if place in {"over", "full"}:
        return framed(made, size)
    room = region(place, side, view, style)
    if place == "corner":
        room = Box(room.x, room.y, room.width, round((1 - style.brand.caption_band) * size.height) - room.y)
    scale = min(Fraction(room.width, seen.width), Fraction(room.height, seen.height), Fraction(1))
    width, height = max(1, int(seen.width * scale)), max(1, int(seen.height * scale))
    x = room.x + (room.width - width) // 2
    y = room.y + (room.height - height) // 2
    if place == "corner":
        x = room.x if room.x * 2 < size.width - room.width else room.right - width
        y = room.y
    whole = (max(1, int(made.width * scale)), max(1, int(made.height * scale)))
    return Box(x - int(seen.x * scale), y - int(seen.y * scale), *whole)


def framed(made: Size, size: Size) -> Box:
    """The frame filled where the shapes agree, nearly; else the whole picture, centred."""
    across, down = Fraction(size.width, made.width), Fraction(size.height, made.height)
    small, large = min(across, down), max(across, down)
    scale = large if large <= small * SHAPE_MOST else small
    width, height = max(1, round(made.width * scale)), max(1, round(made.height * scale))
    return Box((size.width - width) // 2, (size.height - height) // 2, width, height)


def face_in(face: Box, box: Box, size: Size) -> Box:
    """A face box of the rush as it lands in an output of `size` that shows `box` of the rush."""
    across, down = Fraction(size.width, box.width), Fraction(size.height, box.height)
    x, y = round((face.x - box.x) * across), round((face.y - box.y) * down)
    return Box(x, y, max(1, round(face.width * across)), max(1, round(face.height * down)))
