"""What is said of an asset that does not fit where it is shown."""

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.fitting import fitting
from pipeline.footage import About, Asset
from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.reading import read
from pipeline.saying import Saying
from pipeline.script import Script
from pipeline.spans import Span
from pipeline.timeline import Overlay
from pipeline.values import Key

FRAME, RATE = Size(1920, 1080), Fraction(25)
FITS = Asset("a.mov", Key("1"), "moving", Key("2"), FRAME, FRAME.box, 50, alpha=True)
SHOWN = Overlay(Key("2"), "a.mov", "asset", Span(0, 50), FRAME.box, 50, place="over")


def codes(asset: Asset, overlay: Overlay, *, worded: bool = True) -> list[str]:
    return [remark.code for remark in fitting(asset, overlay, FRAME, RATE, worded=worded)]


def test_what_fits_is_not_spoken_of() -> None:
    assert codes(FITS, SHOWN) == []
    assert codes(replace(FITS, frames=52), SHOWN) == []


@pytest.mark.parametrize(
    ("asset", "overlay", "wanted"),
    [
        (replace(FITS, alpha=False), SHOWN, ["asset-opaque"]),
        (replace(FITS, alpha=False), replace(SHOWN, place="full"), []),
        (replace(FITS, alpha=False, kind="still", frames=1), SHOWN, []),
        (replace(FITS, size=Size(1280, 720)), SHOWN, ["asset-small"]),
        (replace(FITS, size=Size(1080, 1080)), replace(SHOWN, box=Box(420, 0, 1080, 1080)), ["asset-shape"]),
        (replace(FITS, size=Size(400, 300)), replace(SHOWN, box=Box(0, 0, 400, 300), place="corner"), []),
        (replace(FITS, frames=75), SHOWN, ["asset-longer"]),
        (replace(FITS, frames=25), SHOWN, ["asset-shorter"]),
        (replace(FITS, frames=60), replace(SHOWN, speed=Fraction(59, 49)), ["asset-paced"]),
        (replace(FITS, frames=25, about=About(loops=True)), replace(SHOWN, after="loop"), []),
    ],
)
def test_what_does_not_fit_is_said(asset: Asset, overlay: Overlay, wanted: list[str]) -> None:
    assert codes(asset, overlay) == wanted


def test_only_words_make_it_too_long_or_too_short() -> None:
    assert codes(replace(FITS, frames=75), SHOWN, worded=False) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_has_a_sentence(language: str) -> None:
    saying = Saying(shelf.said_in(language), shelf.framings(), RATE)
    for asset in (replace(FITS, alpha=False, size=Size(640, 480), frames=75), replace(FITS, frames=25)):
        for remark in (
            *fitting(asset, SHOWN, FRAME, RATE, worded=True),
            *fitting(asset, replace(SHOWN, speed=Fraction(6, 5)), FRAME, RATE, worded=True),
        ):
            assert "a.mov" in saying.remark(remark, SCRIPT)
    long = fitting(replace(FITS, frames=75), SHOWN, FRAME, RATE, worded=True)[0]
    assert all(part in saying.remark(long, SCRIPT) for part in ("3 s", "2 s", "50"))


SCRIPT: Script = read("# A\n\nOne line.\n", shelf.framings())
