"""What a style adds to a film by itself: chapter cards, titles over the film, a progress corner, an end card."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.media import shelf
from pipeline.outline import outline
from pipeline.presets import Style
from pipeline.reading import read
from pipeline.saying import Saying
from pipeline.segments import check
from pipeline.spans import Span
from pipeline.timeline import Filmed, Overlay, Plain, Timeline
from tests.unit.lessons import RATE, Lesson, lesson, moving

TWO = (
    "# Un\n\n[lower-third Ana Roy]\nBonjour à tous les gens qui sont venus ici ce soir.\n\n# Deux\n\nVoici la suite.\n"
)
Chapter = Literal["none", "full", "over"]


def styled(
    text: str, chapter: Chapter = "none", *, end: bool = False, progress: bool = False, takes: list[int] | None = None
) -> Lesson:
    """The lesson in the style of a course with other cards."""
    course = shelf.style("course")
    cards = replace(course.cards, chapter=chapter, end=end, progress=progress)
    return replace(lesson(text, takes), style=replace(course, cards=cards))


def named(timeline: Timeline, name: str) -> list[Overlay]:
    return [overlay for overlay in timeline.overlays if overlay.name == name]


def kinds(timeline: Timeline) -> list[str]:
    return [clip.picture.kind if isinstance(clip.picture, Plain) else "film" for clip in timeline.clips]


def text_of(timeline: Timeline, overlay: Overlay, field: str = "text") -> str:
    return {card.key: card for card in timeline.cards}[overlay.key].field(field)


def test_a_course_adds_nothing() -> None:
    timeline = lesson(TWO).timeline()
    assert {overlay.name for overlay in timeline.overlays} == {"lower-third"}
    assert "title" not in kinds(timeline)


def test_chapter_cards_stand_before_their_scenes() -> None:
    timeline = styled(TWO, "full").timeline()
    assert kinds(timeline)[0] == "title"
    cards = named(timeline, "chapter")
    assert [text_of(timeline, one) for one in cards] == ["Un", "Deux"]
    assert [text_of(timeline, one, "number") + text_of(timeline, one, "of") for one in cards] == ["12", "22"]
    assert [one.at.start for one in cards] == [chapter.frame for chapter in timeline.chapters]
    assert {one.at.frames for one in cards} == {75}


def test_no_chapter_card_where_the_script_has_a_title() -> None:
    text = "# Un\n\n[title Le début]\n\nBonjour à tous.\n\n# Deux\n\nVoici la suite.\n"
    for chapter in ("full", "over"):
        timeline = styled(text, chapter).timeline()
        assert [text_of(timeline, one) for one in named(timeline, "chapter")] == ["Deux"]


def test_a_name_band_waits_for_the_title_over_the_film() -> None:
    two = TWO.replace("ce soir", "ce soir, et à tous ceux qui nous suivent de chez eux ou d'ailleurs")
    before = named(lesson(two).timeline(), "lower-third")[0].at
    timeline = styled(two, "over").timeline()
    first, _ = named(timeline, "chapter")
    band = named(timeline, "lower-third")[0]
    assert first.at == Span(0, 75)
    assert before.meets(first.at)
    assert band.at == Span(75, 75 + before.frames)


def test_a_title_without_room_is_told() -> None:
    text = '# Un\n\n[text "Le mot"] Bonjour à tous les gens qui sont venus ici.\n\n# Deux\n\nVoici la suite.\n'
    timeline = styled(text, "over").timeline()
    assert [text_of(timeline, one) for one in named(timeline, "chapter")] == ["Deux"]
    remark = next(remark for remark in timeline.remarks if remark.code == "chapter-hidden")
    said = Saying(shelf.said_in("fr"), shelf.framings(), RATE).remark(remark, lesson(text).script)
    assert said.startswith("le titre du chapitre «\u00a0Un\u00a0»")


def test_a_graphic_beside_stands_above_a_title_over_the_film() -> None:
    text = "# Un\n\n[show data beside for 2s] Bonjour à tous les gens qui sont venus ici.\n"
    asset = moving("data", 60)
    plain, under = (
        replace(styled(text, chapter), footage=replace(styled(text).footage, assets=(("data", asset),))).timeline()
        for chapter in ("none", "over")
    )
    assert named(under, "data")[0].box.bottom < named(plain, "data")[0].box.bottom


def test_the_corner_counts_chapters_and_leaves_titles_alone() -> None:
    timeline = styled(TWO + "\n[title La fin]\n", end=True, progress=True).timeline()
    corners = named(timeline, "progress")
    assert [text_of(timeline, one, "number") for one in corners] == ["1", "2"]
    assert {text_of(timeline, one, "of") for one in corners} == {"2"}
    assert timeline.overlays.index(corners[-1]) < timeline.overlays.index(named(timeline, "lower-third")[0])
    assert corners[1].at == Span(timeline.chapters[1].frame, timeline.spans()[-2].start)
    # one chapter is no progress
    assert named(styled("# Un\n\nBonjour à tous.\n", progress=True).timeline(), "progress") == []


def test_the_end_card_says_what_was_seen() -> None:
    case = styled(TWO, end=True)
    script = replace(case.script, title="La donnée", speaker=replace(case.script.speaker, name="Ana Roy"))
    timeline = replace(case, script=script).timeline()
    (end,) = named(timeline, "end")
    assert end.at == timeline.spans()[-1]
    assert end.at.frames == 150
    assert (text_of(timeline, end), text_of(timeline, end, "name")) == ("La donnée", "Ana Roy")
    assert [why.code for why in timeline.clips[-1].why] == ["end"]


@pytest.mark.parametrize("by_style", [True, False])
def test_a_script_has_its_own_end(by_style: bool) -> None:
    timeline = styled(TWO + "\n[fin À bientôt pendant 4s]\n", end=by_style).timeline()
    (end,) = named(timeline, "end")
    assert (text_of(timeline, end), end.at.frames, end.at.stop) == ("À bientôt", 100, timeline.frames)


def test_the_length_told_before_filming_counts_the_cards() -> None:
    plain, full = styled(TWO), styled(TWO, "full", end=True)
    lengths = [outline(case.script, case.style, {}).frames for case in (plain, full)]
    assert lengths[1] - lengths[0] == 2 * 75 + 150


def test_what_cannot_be_read_in_time_is_told_with_the_length_that_would_do() -> None:
    words = "Une valeur plausible, mais fausse, que personne ne vérifie"
    text = f'[text "{words}" for 3s] Bonjour à tous les gens qui sont venus ici ce soir pour nous entendre.\n'
    timeline = lesson(text).timeline()
    (remark,) = timeline.remarks
    assert remark.code == "hurried"
    assert dict(remark.facts) == {"signs": "19", "lasts": "3", "wanted": "39/10"}
    assert len(words) / 3.8 >= 15 > len(words) / 3.9
    script = lesson(text).script
    assert (
        Saying(shelf.said_in("en"), shelf.framings(), RATE)
        .remark(remark, script)
        .startswith(f"“{words}” stands for 3.0 s: 19 characters a second, too fast to read; 3.9 s would do")
    )
    longer = lesson(text.replace("3s", "3.9s")).timeline()
    assert longer.remarks == ()
    less = replace(lesson(text).style, cards=replace(lesson(text).style.cards, reading_most=Fraction(20)))
    assert replace(lesson(text), style=less).timeline().remarks == ()


def test_an_interview_sets_the_head_aside() -> None:
    timeline = replace(lesson(TWO), style=shelf.style("interview")).timeline()
    framings = [clip.picture.framing for clip in timeline.clips if isinstance(clip.picture, Filmed)]
    assert framings
    assert all(one.endswith("-left") for one in framings)
    assert not any(why.code == "graphic" for clip in timeline.clips for why in clip.why)
    # where the take has no room for it, the head stays in the middle
    narrow = replace(lesson(TWO, sides=False), style=shelf.style("interview")).timeline()
    assert not any("-" in clip.picture.framing for clip in narrow.clips if isinstance(clip.picture, Filmed))


CUES = (
    "",
    "",
    "",
    "[lower-third Ana]",
    '[text "mot"]',
    "[title Voilà]",
    "[show gone full for 1s]",
    "[pause 2s]",
    "[end]",
)


@st.composite
def styles(draw: st.DrawFn) -> Style:
    base = shelf.style(draw(st.sampled_from(["course", "interview"])))
    chapter = draw(st.sampled_from(["none", "full", "over"]))
    cards = replace(base.cards, chapter=chapter, end=draw(st.booleans()), progress=draw(st.booleans()))
    return replace(base, cards=cards)


@settings(max_examples=60, deadline=None)
@given(
    styles(),
    st.lists(st.tuples(st.booleans(), st.sampled_from(CUES), st.sampled_from([1, 1, 2, None])), min_size=1, max_size=5),
)
def test_whatever_the_script_the_cards_keep_to_their_places(
    style: Style, lines: list[tuple[bool, str, int | None]]
) -> None:
    parts = [
        (f"# Partie {number}\n\n" if heads else "") + f"{cue} Voici une phrase que l'on dit, {number} fois.\n"
        for number, (heads, cue, _) in enumerate(lines)
    ]
    case = replace(lesson("\n".join(parts), [take for _, _, take in lines]), style=style)
    timeline = case.timeline()
    check(timeline, case.footage)
    titles = [
        span
        for clip, span in zip(timeline.clips, timeline.spans(), strict=True)
        if isinstance(clip.picture, Plain) and clip.picture.kind == "title"
    ]
    over = [one for one in named(timeline, "chapter") if one.place == "over"]
    low = [one for one in timeline.overlays if one.name in {"lower-third", "text"}]
    for one in (*over, *named(timeline, "progress")):
        assert one.at.within(Span(0, timeline.frames))
        assert not any(one.at.meets(title) for title in titles)
    for one in over:
        assert not any(one.at.meets(other.at) for other in low)
        assert one.at.frames * 2 >= style.cards.chapter_seconds * RATE - 1
    bands = [one for one in low if one.name == "lower-third"]
    assert not any(one.at.meets(other.at) for one in bands for other in bands if one is not other)
    marks = sorted((one.at for one in named(timeline, "progress")), key=lambda at: at.start)
    assert not any(one.meets(other) for one, other in pairwise(marks))
    asked = sum(cue == "[end]" for _, cue, _ in lines)
    assert len(named(timeline, "end")) == (asked or int(style.cards.end))


@pytest.mark.parametrize(
    ("cue", "text", "seconds"), [("[end]", "", None), ("[fin]", "", None), ("[end For free for 4s]", "For free", 4)]
)
def test_reading_an_end(cue: str, text: str, seconds: int | None) -> None:
    script = read(f"Un mot.\n\n{cue}\n", shelf.framings())
    (found,) = [one for line in script.lines for one in line.cues]
    assert (found.name, found.text) == ("end", text)
    assert (found.duration.seconds if found.duration else None) == seconds
