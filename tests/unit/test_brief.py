"""What a designer is told: measured on lessons of which every word and framing is known."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.brief import CONTEXT, HANDLES, Brief, areas, briefs, excerpt, reference
from pipeline.brief_page import brief_page
from pipeline.brief_told import Delivered, index, told
from pipeline.captions import captions
from pipeline.draft import Plan
from pipeline.footage import Asset
from pipeline.geometry import Size
from pipeline.labels import labelled, laid
from pipeline.media import shelf
from pipeline.naming_assets import in_folder, in_studio
from pipeline.segments import Source, segments
from pipeline.spans import Span
from pipeline.timeline import Filmed
from tests.unit.lessons import OUT, key, lesson

LINE = "Bonjour, ceci est une phrase [show carte {place}] qui montre une carte du monde entier. [/show] Et une autre."
TWO = f"# Un\n\n{LINE}\n\nPuis [show logo coin for 1s] une seconde réplique qui suit la première, tranquillement.\n"


def plan(text: str, **given: object) -> Plan:
    made = lesson(text, **given)  # type: ignore[arg-type]
    timeline = made.timeline()
    return Plan(made.script, made.style, made.footage, (), (), made.chosen, made.composed, timeline, ())


def every(found: Plan) -> tuple[Brief, ...]:
    return briefs(found, lambda *_: True)


def moving(name: str, frames: int) -> Asset:
    return Asset(name, key(name), "moving", key(name), OUT, OUT.box, frames, alpha=True)


@pytest.mark.parametrize("place", ["beside", "beside left", "over", "full", "corner"])
def test_the_free_area_is_safe_and_clear_of_the_face(place: str) -> None:
    found = plan(f"# Un\n\n{LINE.format(place=place)}\n")
    [brief] = every(found)
    assert brief.place == place.partition(" ")[0]
    drawn = areas(brief.under, found.style)
    for under in brief.under:
        assert under.filmed
        assert under.face is not None
        assert under.face.within(OUT.box)
        if brief.place != "full":
            assert under.free.within(drawn.safe)
            assert under.free.common(drawn.captions) is None
        if brief.place in {"beside", "corner"}:
            assert under.free.common(under.face) is None


def test_beside_the_framing_is_the_one_that_makes_room_though_nothing_has_arrived() -> None:
    found = plan(f"# Un\n\n{LINE.format(place='beside right')}\n")
    [brief] = every(found)
    [under] = brief.under
    assert brief.missing
    assert under.framing.endswith("-left")
    assert under.face is not None
    assert under.face.right <= under.free.x
    [slate] = [one for one in found.timeline.overlays if one.name == "carte"]
    assert under.free == slate.box


def test_words_count_from_the_first_frame_and_begin_with_the_one_it_hangs_on() -> None:
    found = plan(f"# Un\n\n{LINE.format(place='over')}\n")
    [brief] = every(found)
    under = [word for word in brief.words if word.under]
    assert " ".join(word.text for word in under) == "qui montre une carte du monde entier."
    assert under[0].span.start == 0
    assert under[-1].span.stop <= brief.at.frames
    assert all(before.span.stop <= after.span.start for before, after in pairwise(brief.words))
    assert all(word.measured for word in brief.words)
    assert not brief.estimated
    assert brief.length == "range"


def test_what_no_take_says_is_estimated_and_shown_on_its_slate() -> None:
    found = plan(f"# Un\n\n{LINE.format(place='beside')}\n", takes=[None])
    [brief] = every(found)
    [under] = brief.under
    assert brief.estimated
    assert (under.framing, under.filmed, under.face) == ("slate", False, None)


def test_a_time_that_was_reckoned_is_not_called_measured() -> None:
    found = plan(f"# Un\n\n{LINE.format(place='over')}\n")
    told = [replace(one, said=tuple(replace(word, confidence=0) for word in one.said)) for one in found.chosen.told]  # type: ignore[union-attr]
    [brief] = every(replace(found, chosen=replace(found.chosen, told=tuple(told))))
    assert brief.estimated


@pytest.mark.parametrize(
    ("cue", "asset", "length", "asked"),
    [
        ("[show carte for 2s]", None, "written", 50),
        ("[show carte]", None, "style", 100),
        ("[show carte]", moving("carte", 33), "made", 33),
        ("[show carte for 2s]", moving("carte", 33), "written", 50),
    ],
)
def test_what_says_how_long_it_lasts(cue: str, asset: Asset | None, length: str, asked: int) -> None:
    found = plan(
        f"# Un\n\nUne phrase {cue} assez longue pour que rien ne manque à personne ici, ni là.\n",
        assets=[asset] if asset else [],
    )
    [brief] = every(found)
    assert (brief.length, brief.asked, brief.at.frames) == (length, asked, asked)


def test_one_at_the_very_end_is_cut_short_and_says_so() -> None:
    [brief] = every(plan("# Un\n\nUne phrase. [show carte for 8s]\n"))
    assert brief.at.frames < brief.asked == 200


def test_only_what_is_missing_or_asked_for_keeping_its_number() -> None:
    found = plan(TWO.format(place="over"), assets=[moving("carte", 40)])
    assert [(one.number, one.missing) for one in every(found)] == [(1, False), (2, True)]
    [lacking] = briefs(found, lambda _, missing: missing)
    assert (lacking.number, lacking.reference) == (2, "logo")


def test_one_animation_shown_twice_on_a_line_is_told_twice() -> None:
    text = (
        "Ici [show carte for 1s] un mot, deux mots, [show carte for 2s] puis trois mots, quatre mots, cinq mots, six."
    )
    [one, two] = every(plan(f"# Un\n\n{text}\n"))
    assert (one.at.frames, two.at.frames) == (25, 50)
    assert one.at.stop <= two.at.start


def test_what_stands_around() -> None:
    found = plan(TWO.format(place="beside"))
    [one, two] = every(found)
    near = CONTEXT * found.timeline.rate
    assert two.at.start - one.at.stop < near
    assert [(other.name, other.at.start) for other in one.graphics] == [("logo", two.at.start - one.at.start)]
    assert [other.name for other in two.graphics] == ["carte"]
    assert two.after == next(
        clip.picture.framing
        for clip, span in zip(found.timeline.clips, found.timeline.spans(), strict=True)
        if span.stop > two.at.stop and isinstance(clip.picture, Filmed)
    )


def test_the_reference_clip_has_handles_that_the_film_allows() -> None:
    found = plan(TWO.format(place="over"))
    for brief in every(found):
        film, handle = reference(found.timeline, brief)
        most = int(HANDLES * found.timeline.rate)
        assert handle == min(most, brief.at.start)
        assert film.frames == handle + brief.at.frames + min(most, found.timeline.frames - brief.at.stop)
        assert film.sounds == ()
        assert brief.reference not in {overlay.name for overlay in film.overlays}


FILM = plan(TWO.format(place="beside"))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, FILM.timeline.frames - 1), st.integers(1, 200))
def test_an_excerpt_shows_the_very_frames_of_the_film(start: int, frames: int) -> None:
    within = Span(start, min(FILM.timeline.frames, start + frames))
    cut = excerpt(FILM.timeline, within, every(FILM)[0])
    assert cut.frames == within.frames
    whole, part = (_sources(replace(FILM, timeline=one)) for one in (FILM.timeline, cut))
    assert part == whole[within.start : within.stop]
    assert all(one.at.shifted(within.start).meets(within) for one in cut.overlays)


def _sources(found: Plan) -> list[tuple[str, int]]:
    """The frame of the rush that each frame of the film shows."""
    out: list[tuple[str, int]] = []
    for piece in segments(found.timeline, found.style, "build"):
        base = piece.base
        last = base.span.frames - 1 if isinstance(base, Source) else 0
        out += [
            (base.key, base.span.start + min(at, last)) if isinstance(base, Source) else ("ground", 0)
            for at in range(piece.frames)
        ]
    return out


def test_labels_stand_where_captions_do_and_mark_both_handles() -> None:
    shown = captions(FILM.timeline)
    found = labelled(shown, 40, Span(25, 100), 125, "marge", Size(1920, 1080), key("brand"))
    assert [span for label, span in found if label.kind == "handle"] == [Span(0, 25), Span(100, 125)]
    told = [(label.lines, span) for label, span in found if label.kind == "caption"]
    inside = [(one.lines, one.span.shifted(-40).common(Span(0, 125))) for one in shown]
    assert told == [pair for pair in inside if pair[1] is not None]
    assert len({laid(*pair).key for pair in found}) == len({label for label, _ in found})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_says_everything_in_both_languages_and_asks_nothing_of_a_network(language: str) -> None:
    words = shelf.said_in(language)
    for found in (plan(TWO.format(place="beside")), plan(TWO.format(place="full"), takes=[None, 1])):
        rows = [
            told(
                one,
                found,
                name,
                Delivered("f", ("guide.png", "frame-1.jpg", "areas-1.jpg", "reference.mp4"), 25, 90),
                words,
            )
            for one in every(found)
            for name in (in_folder(one.cue, ["carte.png"]), in_studio(one.cue, [1, 2]))
        ]
        whole = index(rows, found, "cours/<b>")
        assert json.loads(json.dumps(whole)) == whole
        page = brief_page(
            whole, words, {one["number"]: (b"jpeg",) * 9 for one in rows}, shelf.page("brief.html.j2"), {}
        )
        assert "http" not in page
        assert "<b>" not in page.split("<h1>")[0]
        assert f'<html lang="{language}">' in page
        for row in rows:
            assert row["file"]["name"] in page
            assert all(one["name"] in page for one in row["under"])


def test_the_rate_is_exact_in_the_data() -> None:
    ntsc = Fraction(30000, 1001)
    found = plan(TWO.format(place="over"), rate=ntsc)
    [row, _] = [
        told(one, found, in_studio(one.cue, []), Delivered("", (), 0, 0), shelf.said_in("en")) for one in every(found)
    ]
    assert Fraction(row["rate"]) == ntsc
    assert row["seconds"] == round(float(row["frames"] / ntsc), 3)
