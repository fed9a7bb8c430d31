"""What a style says of graphics: fitted, coming and going, and what becomes of one of another length than its words."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import styles
from pipeline.coming import comings, move
from pipeline.errors import PresetError
from pipeline.footage import About
from pipeline.geometry import Box, Size
from pipeline.graphics import Coming, Fate, Place, pace
from pipeline.media import shelf
from pipeline.overlays import asset_shown
from pipeline.placing import View, landed, safe, visible
from pipeline.preset_files import Texts
from pipeline.presets import Style
from pipeline.script import Cue
from pipeline.script import Place as InFile
from pipeline.spans import Span, rounded
from pipeline.timeline import AT_ONCE
from pipeline.values import Key
from tests.unit.lessons import moving, still

STYLE = shelf.style("course")
GRAPHICS = STYLE.graphics
PLACES: tuple[Place, ...] = ("over", "beside", "full", "corner")
COMINGS: tuple[Coming, ...] = ("cut", "fade", "slide", "scale")


def cue(**fields: object) -> Cue:
    return Cue("show", 0, InFile(1, 1), "[show a]", "a", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "frames", "fate"),
    [
        (100, 100, "whole"),
        (125, 100, "faster"),
        (130, 100, "trimmed"),
        (60, 100, "held"),
        (1, 100, "whole"),
        (100, 1, "trimmed"),
    ],
)
def test_an_animation_fills_the_time_it_has(made: int, frames: int, fate: Fate) -> None:
    assert pace(made, frames, GRAPHICS).fate == fate


def test_a_style_may_have_it_otherwise() -> None:
    assert pace(110, 100, replace(GRAPHICS, longer="trim")).fate == "trimmed"
    slower = replace(GRAPHICS, shorter="speed")
    assert (pace(90, 100, slower).fate, pace(70, 100, slower).fate) == ("slower", "held")
    gone = pace(60, 100, replace(GRAPHICS, shorter="gone"))
    assert (gone.fate, gone.frames, gone.after) == ("gone", 60, "gone")
    assert [pace(made, 100, GRAPHICS, loops=True).fate for made in (40, 100, 160)] == ["looped", "whole", "trimmed"]


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from(["speed", "trim"]), st.sampled_from(["hold", "speed"]))
def test_whatever_its_length_the_first_frame_is_first_and_a_new_speed_is_within_its_bounds(
    made: int, frames: int, longer: str, shorter: str
) -> None:
    paced = pace(made, frames, replace(GRAPHICS, longer=longer, shorter=shorter))  # type: ignore[arg-type]
    shown = [min(made - 1, rounded(n * paced.speed)) for n in range(paced.frames)]
    assert shown[0] == 0
    assert paced.frames == frames
    assert all(0 <= later - earlier <= 2 for earlier, later in pairwise(shown))
    assert paced.speed == 1 or Fraction(4, 5) <= Fraction(made, frames) <= Fraction(5, 4)
    if paced.fate in {"whole", "held", "faster", "slower"}:
        assert shown[-1] == made - 1


sizes = st.builds(Size, st.integers(16, 4000), st.integers(16, 4000))


@given(sizes, st.sampled_from(["over", "full"]), st.sampled_from(["fit", "fill", "made"]), st.integers(1, 6))
def test_a_picture_of_another_shape_is_whole_or_fills_or_is_as_made(
    size: Size, place: Place, fit: str, most: int
) -> None:
    rule = replace(GRAPHICS.rule(place), fit=fit, enlarged_most=Fraction(most))
    style = replace(STYLE, graphics=replace(GRAPHICS, **{place: rule}))
    box, frame = landed(size, size.box, place, "", View(), style), style.size
    assert abs(box.x * 2 + box.width - frame.width) <= 1
    assert box.width <= size.width * most + 1
    assert abs(box.width * size.height - box.height * size.width) <= max(size.width, size.height)
    enlarged = max(Fraction(frame.width, size.width), Fraction(frame.height, size.height)) <= most
    if fit == "made":
        assert box.size == size
    elif fit == "fill" and enlarged:
        assert frame.box.within(box)
    elif fit == "fit" and enlarged:
        assert box.within(frame.box) or frame.box.within(box)
        assert box.width == frame.width or box.height == frame.height


@pytest.mark.parametrize("most", [1, 2])
def test_beside_nothing_is_enlarged_beyond_what_the_style_allows(most: int) -> None:
    style = replace(STYLE, graphics=replace(GRAPHICS, beside=replace(GRAPHICS.beside, enlarged_most=Fraction(most))))
    small = landed(Size(200, 100), Size(200, 100).box, "beside", "right", View(), style)
    assert small.size == Size(200 * most, 100 * most)
    large = landed(Size(4000, 2000), Size(4000, 2000).box, "beside", "right", View(), style)
    assert large.within(safe(style))


@given(sizes, st.sampled_from(PLACES), st.sampled_from(["left", "right"]), st.sampled_from(COMINGS), st.integers(1, 30))
def test_what_keeps_to_the_safe_area_keeps_to_it_as_it_travels(
    size: Size, place: Place, side: str, how: Coming, frames: int
) -> None:
    there = visible(size, size.box, landed(size, size.box, place, side, View(side=side), STYLE))
    made = move(how, frames, there, place, STYLE)
    travel = made.travel
    assert (made == AT_ONCE) == (how == "cut")
    assert (travel.x % 2, travel.y % 2) == (0, 0)
    assert 0 < travel.scale <= 1
    if place in {"beside", "corner"}:
        assert there.shifted(travel.x, travel.y).within(safe(STYLE))
    if how == "slide" and place in {"over", "full"}:
        assert (travel.x, travel.y) != (0, 0)


def test_an_animation_with_alpha_comes_and_goes_as_it_was_made() -> None:
    drawn, opaque = moving("a", 50), moving("b", 50, alpha=False)
    assert comings(cue(), drawn, "beside", "whole", STYLE) == ("cut", "cut")
    assert comings(cue(), drawn, "beside", "trimmed", STYLE) == ("cut", "fade")
    assert comings(cue(), opaque, "beside", "whole", STYLE) == ("slide", "fade")
    assert comings(cue(), still("c"), "over", "whole", STYLE) == ("fade", "fade")
    assert comings(cue(enter="scale", leave="slide"), drawn, "over", "whole", STYLE) == ("scale", "slide")


@pytest.mark.parametrize("alpha", [True, False])
def test_what_fills_the_frame_has_a_ground_around_it_unless_it_is_seen_through(alpha: bool) -> None:
    narrow = moving("a", 50, alpha=alpha, size=Size(1080, 1080))
    box = landed(Size(1080, 1080), Size(1080, 1080).box, "full", "", View(), STYLE)
    shown = asset_shown(narrow, cue(), "full", Span(0, 50), box, STYLE, Fraction(25))
    assert (shown.fills, shown.ground) == ((False, "") if alpha else (True, STYLE.brand.colours.ground))
    wide = asset_shown(moving("a", 50, alpha=False), cue(), "full", Span(0, 50), STYLE.size.box, STYLE, Fraction(25))
    assert (wide.fills, wide.ground) == (True, "")


def test_a_loop_goes_on_because_it_was_made_so_or_because_the_script_says_so() -> None:
    plain = moving("a", 20)
    box = Box(0, 0, 1920, 1080)
    ends: list[str] = []
    for asset, told in (
        (plain, cue()),
        (plain, cue(loops=True)),
        (replace(plain, about=About(loops=True)), cue()),
        (replace(still("s"), about=About(loops=True)), cue(loops=True)),
    ):
        ends.append(asset_shown(asset, told, "over", Span(0, 90), box, STYLE, Fraction(25)).after)
    assert ends == ["hold", "loop", "loop", "hold"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("[graphics]\nspeed = [1.1, 1.2]\n", "speed runs from at most 1"),
        ("[graphics]\nscale = 0\n", "grows from a part of its size"),
        ('[graphics.beside]\nfit = "fill"\n', "shown whole"),
        ('[graphics]\nlonger = "squeeze"\n', "longer"),
    ],
)
def test_a_style_that_says_the_impossible_is_refused(wrong: str, told: str) -> None:
    texts = shelf._texts()
    broken = Texts({**texts.by_path, "styles/course.toml": texts.by_path["styles/course.toml"] + "\n" + wrong})
    with pytest.raises(PresetError, match=told):
        styles.style("course", broken, Key("f"))


def test_a_style_says_only_what_it_wants_otherwise() -> None:
    texts = shelf._texts()
    own = '\n[graphics]\nlonger = "trim"\n[graphics.beside]\nenter = "scale"\n'
    whole = Texts({**texts.by_path, "styles/course.toml": texts.by_path["styles/course.toml"] + own})
    found: Style = styles.style("course", whole, Key("f"))
    assert found.graphics == replace(GRAPHICS, longer="trim", beside=replace(GRAPHICS.beside, enter="scale"))
