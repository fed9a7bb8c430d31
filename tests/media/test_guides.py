"""Guide layers and labels, by their pixels."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.brief import Areas
from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.labels import Label
from pipeline.media import guides, shelf
from pipeline.values import Key

NAMED = {
    "safe": "marge de sécurité",
    "captions": "sous-titres",
    "free": "zone libre",
    "face": "visage : ne pas couvrir",
}
SIZES = [Size(1920, 1080), Size(640, 360), Size(1080, 1920)]


def some(size: Size) -> Areas:
    x, y = size.width // 20, size.height // 20
    low = size.height * 85 // 100
    return Areas(
        Box(x, y, size.width - 2 * x, size.height - 2 * y),
        Box(0, low, size.width, size.height - low),
        (Box(size.width * 45 // 100, size.height // 5, size.width // 2, size.height // 3),),
        (Box(size.width // 5, size.height // 5, size.width // 6, size.height // 4),),
    )


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_layer_covers_its_areas_and_nothing_else(size: Size) -> None:
    areas = some(size)
    layer = np.asarray(guides.guide(areas, size, shelf.style().brand, NAMED))
    assert layer.shape == (size.height, size.width, 4)
    for box in (*areas.free, *areas.faces):
        assert layer[box.y : box.bottom, box.x : box.right, 3].min() > 0
    # below the free area and above the captions nothing is drawn but the safe edge
    [free] = areas.free
    between = layer[free.bottom + 2 : areas.captions.y, free.x : areas.safe.right - size.width // 50, 3]
    assert between.size
    assert between.max() == 0
    [face] = areas.faces
    middle = layer[face.y + face.height // 3 : face.bottom - 2, face.x + 9 : face.right - 9]
    assert (middle[..., 0] > middle[..., 1]).all()  # red, not green


def test_areas_that_reach_outside_or_fill_the_frame_are_drawn() -> None:
    size = Size(640, 360)
    areas = Areas(Box(32, 18, 576, 324), Box(0, 306, 640, 54), (size.box,), (Box(-40, -20, 200, 150),))
    layer = np.asarray(guides.guide(areas, size, shelf.style().brand, NAMED))
    assert layer[..., 3].min() > 0


def test_a_frame_with_its_areas_is_the_frame_elsewhere() -> None:
    size = Size(640, 360)
    areas = some(size)
    frame = BytesIO()
    Image.new("RGB", (640, 360), (90, 120, 60)).save(frame, "JPEG", quality=95)
    layer = guides.guide(areas, size, shelf.style().brand, NAMED)
    shown = np.asarray(Image.open(BytesIO(guides.drawn(frame.getvalue(), layer)))).astype(int)
    assert shown.shape == (360, 640, 3)
    [free] = areas.free
    untouched = shown[free.bottom + 16 : areas.captions.y - 16, free.x : free.x + 100]
    assert np.abs(untouched - (90, 120, 60)).max() <= 6
    assert guides.smaller(frame.getvalue(), 640) == frame.getvalue()
    assert Image.open(BytesIO(guides.smaller(frame.getvalue(), 320))).size == (320, 180)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", ["caption", "handle"])
def test_a_label_is_a_still_in_its_place(tmp_path: Path, kind: str, size: Size) -> None:
    brand = shelf.style().brand
    lines = ("nous allons suivre une donnée,", "étape par étape") if kind == "caption" else ("marge",)
    label = Label(kind, lines, size, Key("brand"))  # type: ignore[arg-type]
    normal = guides.label(label, brand, tmp_path)
    assert normal == Normal(size, normal.box, 1, alpha=True, still=True)
    assert normal.box == normal.box.even()
    assert normal.box.within(size.box)
    picture = np.asarray(Image.open(tmp_path / "picture.png"))
    assert picture.shape == (normal.box.height, normal.box.width, 4)
    assert picture[..., :3][picture[..., 3] > 0].max() > 240
    third = size.height // 3
    assert normal.box.y > 2 * third if kind == "caption" else normal.box.bottom < third
