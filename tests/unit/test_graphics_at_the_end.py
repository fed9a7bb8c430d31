"""Graphics shown with the last word of a script, or after it: the picture goes on for them as far as it was filmed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.segments import check
from pipeline.spans import Span, frames_in
from pipeline.timeline import Filmed, Overlay, Plain, Timeline
from tests.unit.lessons import Lesson, lesson, moving, rejected, still

SECONDS = 4


def shown(case: Lesson) -> tuple[Timeline, Overlay]:
    timeline = case.timeline()
    check(timeline, case.footage)
    [overlay] = [one for one in timeline.overlays if one.name == "data"]
    return timeline, overlay


def spoken(timeline: Timeline) -> Span:
    """The last word that is said."""
    return [
        word.span.shifted(at.start)
        for clip, at in zip(timeline.clips, timeline.spans(), strict=True)
        for word in clip.words
    ][-1]


@pytest.mark.parametrize("place", ["beside", "over", "corner", "full"])
@pytest.mark.parametrize("text", ["Un deux trois. [show data {}]\n", "Un deux trois.\n\n[show data {}]\n"])
def test_what_is_shown_after_the_last_word_lasts_as_long_as_a_still_does(place: str, text: str) -> None:
    timeline, overlay = shown(lesson(text.format(place), assets=(still("data"),)))
    assert overlay.at.frames == frames_in(lesson("Un.").style.brand.asset_seconds, timeline.rate)
    assert overlay.at.start >= spoken(timeline).stop
    assert overlay.at.stop == timeline.frames
    assert not [one for one in timeline.remarks if one.code in {"overlay-ends", "word-unsaid"}]
    if place == "beside":
        assert isinstance(picture := timeline.clips[-1].picture, Filmed)
        assert picture.framing.endswith(("-left", "-right"))


def test_with_the_last_word_it_begins_with_it() -> None:
    timeline, overlay = shown(lesson("Un deux [show data] trois.\n", assets=(still("data"),)))
    assert overlay.at == Span(spoken(timeline).start, spoken(timeline).start + SECONDS * 25)
    assert timeline.frames == overlay.at.stop


def test_what_the_script_says_goes_before_and_an_animation_does_not_stretch_the_film() -> None:
    timeline, overlay = shown(lesson("Un deux. [show data for 3s]\n", assets=(moving("data", 1500),)))
    assert (overlay.at.frames, overlay.at.stop) == (75, timeline.frames)
    timeline, overlay = shown(lesson("Un deux. [show data]\n", assets=(moving("data", 1500),)))
    assert (overlay.at.frames, overlay.at.stop) == (SECONDS * 25, timeline.frames)
    [told] = [one for one in timeline.remarks if one.code == "overlay-ends"]
    assert dict(told.facts) == {"own": "60", "film": "4"}


def test_where_no_more_was_filmed_it_is_told_how_long_it_is_seen() -> None:
    case = lesson("Un deux. [show data]\n", assets=(still("data"),))
    last = case.footage.rushes[0].frames
    said = max(word.span.stop for telling in case.chosen.told for word in telling.said)  # type: ignore[union-attr]
    timeline, overlay = shown(rejected(case, Span(said + 40, last)))  # somebody speaks again
    assert overlay.at.frames == 40
    [told] = [one for one in timeline.remarks if one.code == "overlay-ends"]
    assert dict(told.facts) == {"own": "4", "film": "8/5"}
    timeline, overlay = shown(
        rejected(lesson("Un deux. [show data] [pause 4s]\n", assets=(still("data"),)), Span(said + 40, last))
    )
    assert overlay.at.frames == SECONDS * 25
    assert not [one for one in timeline.remarks if one.code == "overlay-ends"]


def test_a_slate_stands_for_it_too() -> None:
    timeline, overlay = shown(lesson("Un deux trois. [show data beside]\n", [None], assets=(still("data"),)))
    assert isinstance(timeline.clips[-1].picture, Plain)
    assert overlay.at.frames == SECONDS * 25


@given(st.sampled_from(["beside", "over", "full", "corner"]), st.integers(1, 400), st.integers(0, 3))
def test_it_is_over_before_an_end_card(place: str, frames: int, at: int) -> None:
    words = ["Un", "deux", "trois."]
    words.insert(at, f"[show data {place}]")
    text = " ".join(words) + "\n\n[end]\n"
    if place == "full" and at == 3:
        return  # it holds the film by itself
    timeline, overlay = shown(lesson(text, assets=(moving("data", frames),)))
    card = [
        span for clip, span in zip(timeline.clips, timeline.spans(), strict=True) if isinstance(clip.picture, Plain)
    ]
    assert overlay.at.stop <= card[-1].start
    assert overlay.at.frames >= min(frames, 15)
