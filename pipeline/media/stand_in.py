"""A person before a wall, in greys: stands in for film where a style is shown and nothing has been filmed."""

from functools import cache

from PIL import Image, ImageDraw, ImageFilter

from pipeline.geometry import Size

WALL, FLOOR, SKIN, HAIR, CLOTH = 158, 108, 196, 48, 72
"""Levels of grey. The face is light and the cloth dark, as they are in most rushes: words have to bear both."""

BODY = ((-0.7, 7.5), (-0.8, 4.4), (-1.15, 4.1), (-1.2, 2.3), (-1.08, 1.8), (-0.8, 1.58), (-0.28, 1.4))
NECK = ((-0.22, 1.6), (-0.22, 0.8))
"""The left outline of a person, from feet to neck, in head heights from the crown (canon of 7.5 heads)."""


@cache
def filmed(size: Size, heads: float, headroom: float, across: float = 0.5) -> Image.Image:
    """That person, the frame `heads` head heights high.

    `headroom` is the air above the crown as a share of the frame, `across` the middle of the head as one of the width.
    """
    fine = 2
    width, height = size.width * fine, size.height * fine
    fall = [WALL - level * (WALL - FLOOR) // 255 for level in range(256)]
    picture = Image.linear_gradient("L").resize((width, height)).point(fall)
    draw = ImageDraw.Draw(picture)
    head = height / heads
    x, crown = width * across, height * headroom
    for left, level in ((NECK, SKIN - 24), (BODY, CLOTH)):
        outline = [*left, *((-over, down) for over, down in reversed(left))]
        draw.polygon([(x + over * head, crown + down * head) for over, down in outline], fill=level)
    for over, top, bottom, level in ((0.4, -0.04, 0.84, HAIR), (0.33, 0.16, 1, SKIN)):
        draw.ellipse((x - over * head, crown + top * head, x + over * head, crown + bottom * head), fill=level)
    soft = picture.filter(ImageFilter.GaussianBlur(head / 30))
    return soft.resize((size.width, size.height), Image.Resampling.LANCZOS).convert("RGB")
