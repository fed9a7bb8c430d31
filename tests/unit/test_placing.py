"""Where graphics land: clear of the head, of the name band, of what a slate says."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import Box
from pipeline.media import shelf
from pipeline.overlays import shows, words_aside
from pipeline.placing import BAND, WORDS, View, region, safe, words_side
from pipeline.presets import Style
from pipeline.utterances import orders
from tests.unit.lessons import lesson, still

STYLE = shelf.style("course")


@st.composite
def heads(draw) -> Box:
    """A head in a 1920 x 1080 picture, from a closeup to a person across the room."""
    height = draw(st.integers(80, 700))
    width = height * 4 // 5
    return Box(draw(st.integers(0, 1920 - width)), draw(st.integers(0, 1080 - height)), width, height)


@given(heads(), st.sampled_from(["", "left", "right"]), st.sampled_from(["", "left", "right"]), st.booleans())
def test_a_graphic_beside_never_covers_the_head(head: Box, side: str, asked: str, band: bool) -> None:
    box = region("beside", asked, View(head, side, band=band), STYLE)
    free = max(head.x, 1920 - head.right)
    if free > 200:  # there is room on one side at least
        assert box.common(head) is None
    assert box.within(STYLE.size.box)


def test_a_graphic_beside_stands_above_a_name_band(course: Style) -> None:
    head = Box(500, 100, 300, 380)
    low = region("beside", "", View(head, "left", band=True), course)
    assert low.bottom <= (1 - course.brand.caption_band - BAND) * course.size.height
    assert region("beside", "", View(head, "left"), course).bottom > low.bottom


def test_a_slate_makes_room_for_what_stands_beside_its_words(course: Style) -> None:
    text = "Un deux. [show gone beside left] Trois quatre.\n\nCinq. [show data] Six.\n"
    case = lesson(text, [None, None], assets=(still("data"),))
    at = orders(case.script)
    planned = shows(case.script, case.footage, case.style, at.at, lambda *_: False)
    assert words_aside(planned, range(4)) == "right"
    assert words_aside(planned, range(2)) == ""
    assert words_aside(planned, range(4, 6)) == ""


def test_over_a_slate_a_missing_asset_stands_beside_its_words(course: Style) -> None:
    beside = region("beside", "", View(card=True), course)
    assert region("over", "", View(card=True), course) == beside
    assert region("over", "", View(), course) != beside


@given(heads(), st.sampled_from(["", "left", "right"]))
def test_key_words_of_an_interview_stand_beside_the_head_or_low(head: Box, side: str) -> None:
    style = shelf.style("interview")
    view = View(head, side)
    aside = words_side(view, style)
    size, wide = style.size, int(WORDS * style.size.width)
    free = safe(style)
    columns = {"left": (free.x, free.x + wide), "right": (free.right - wide, free.right)}
    if aside:
        first, last = columns[aside]
        assert head.right <= first or head.x >= last
    else:
        assert region("beside", "", view, style).width < WORDS * size.width
    assert words_side(View(head, side, shared=True), style) == ""
    assert words_side(view, STYLE) == ""


def test_key_words_of_an_interview_are_drawn_aside_unless_the_script_says_where() -> None:
    case = lesson('Un deux [text "Retenez"] trois.\n\nQuatre [text "Là" over] cinq.\n')
    cards = replace(case, style=shelf.style("interview")).timeline().cards
    said = {card.field("text"): card.field("side") for card in cards if card.template == "text"}
    assert said == {"Retenez": "right", "Là": ""}
