"""The room shows the very frame that it is asked for, and says which it is: read from the pixels, at every rate."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from tests.media.patterned import number
from tests.web.browsing import browsing
from tests.web.patterns import patterned
from tests.web.serving import Served
from web.patterns import PATTERNS, Pattern
from web.statics import static

PROOF = """async ([module, plan]) => {
    const { proof } = await import(module);
    let state = plan.seed;
    plan.random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
    return proof(document.querySelector("r-player"), plan);
}"""
QUICK = {"seeks": 100, "steps": 40, "plays": 4}
LONG = {"seeks": 500, "steps": 200, "plays": 20}


@pytest.fixture(params=PATTERNS, ids=[one.name for one in PATTERNS])
def pattern(request: pytest.FixtureRequest) -> Pattern:
    return request.param


def looked_at(page: Page, pattern: Pattern, plan: dict[str, int]) -> list[dict[str, Any]]:
    given = {**plan, "seams": list(pattern.seams), "seed": pattern.rate.numerator}
    return page.evaluate(PROOF, [static("js/review/proof.js"), given])


def on_screen(page: Page) -> int | None:
    """The number on a picture of the screen itself."""
    with Image.open(io.BytesIO(page.locator("r-player video").screenshot())) as picture:
        return number(np.asarray(picture.convert("L"), float))


def wrong(all_: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in all_ if not one["sure"] or not one["wanted"] == one["told"] == one["seen"]]


def shown(chromium: Browser, site: Served, pattern: Pattern, plan: dict[str, int]) -> None:
    with browsing(chromium, site, "reviewer", language="en") as page:
        page.goto("/videos/C1/V1/drafts/1")
        found = looked_at(page, pattern, plan)
        assert len(found) >= plan["seeks"] + plan["plays"] + 12
        assert wrong(found) == [], wrong(found)[:8]
        for frame in (0, pattern.seams[0], pattern.frames - 1):
            page.evaluate("frame => document.querySelector('r-player').seek(frame)", frame)
            assert page.evaluate("() => document.querySelector('r-player').settled()")
            assert on_screen(page) == frame
            assert page.locator("#frame").text_content() == str(frame)


def test_no_frame_is_wrong(
    pattern: Pattern, site: Served, chromium: Browser, course: Style, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    patterned(site, pattern, course, ffmpeg, tmp_path / "made")
    shown(chromium, site, pattern, QUICK)


@pytest.mark.soak
def test_no_frame_is_wrong_however_long_one_looks(
    pattern: Pattern, site: Served, chromium: Browser, course: Style, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    patterned(site, pattern, course, ffmpeg, tmp_path / "made")
    shown(chromium, site, pattern, LONG)
