import json
import os
import subprocess
import sys
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path as File

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadTimeline
from pipeline.footage import Asset, Colour, Footage, Media, Rush
from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.presets import Style
from pipeline.segments import Ground, Laid, Segment, Source, check, segments
from pipeline.segments import pieces as in_pieces
from pipeline.spans import Span
from pipeline.timeline import (
    Card,
    Chapter,
    Clip,
    Filmed,
    Knot,
    Locked,
    Move,
    Moving,
    Overlay,
    Plain,
    Slate,
    SoundClip,
    Spoken,
    Timeline,
    Travel,
    Why,
)
from pipeline.values import Key, as_json, from_json

RATE = Fraction(25)
UHD, HD = Size(3840, 2160), Size(1920, 1080)
MEDIA = Media("a.mov", Key("d"), "video", "mov", colour=Colour())
RUSH = Rush("a.mov", Key("d"), Key("rush"), RATE, 1000, UHD, silent=False, media=MEDIA)
ASSET = Asset("logo.mov", Key("e"), "moving", Key("logo"), HD, HD.box, 50, alpha=True)
MUSIC = Asset("bed.wav", Key("f"), "sound", Key("bed"), samples=48_000)
FOOTAGE = Footage(RATE, (RUSH,), (("logo", ASSET), ("bed", MUSIC)))
BOX = Box(100, 100, 1920, 1080)


def film(start: int, stop: int, path: Locked | Moving = Locked(BOX), **more: object) -> Filmed:  # noqa: B008
    return Filmed("a.mov", Key("rush"), Span(start, stop), UHD, "close", path, 1000, **more)  # type: ignore[arg-type]


def clip(start: int, stop: int, path: Locked | Moving = Locked(BOX)) -> Clip:  # noqa: B008
    return Clip(film(start, stop, path), stop - start)


def logo(start: int, stop: int, **more: object) -> Overlay:
    return Overlay(Key("logo"), "logo", "asset", Span(start, stop), HD.box, 50, **more)  # type: ignore[arg-type]


def a_timeline(clips: tuple[Clip, ...], *overlays: Overlay, **more: object) -> Timeline:
    return Timeline(RATE, HD, "fr", clips, overlays, **more)  # type: ignore[arg-type]


def pieces(style: Style, clips: tuple[Clip, ...], *overlays: Overlay) -> tuple[Segment, ...]:
    return segments(a_timeline(clips, *overlays), style, "build")


spans = st.tuples(st.integers(0, 500), st.integers(1, 80)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
evens = st.tuples(st.integers(0, 500), st.integers(0, 300)).map(lambda at: Box(2 * at[0], 2 * at[1], 1920, 1080))
paths = st.one_of(
    evens.map(Locked),
    st.tuples(st.lists(st.integers(0, 600), min_size=2, max_size=5, unique=True), st.lists(evens, min_size=5)).map(
        lambda made: Moving(tuple(Knot(at, box) for at, box in zip(sorted(made[0]), made[1], strict=False)))
    ),
)
clips = st.tuples(spans, paths).map(lambda made: clip(made[0].start, made[0].stop, made[1]))
overlays = st.tuples(
    spans, st.integers(0, 49), st.sampled_from(["hold", "gone", "loop"]), st.integers(0, 12), st.integers(20, 80)
).map(
    lambda made: logo(
        made[0].start,
        made[0].stop,
        offset=made[1],
        after=made[2],
        enter=Move(min(made[3], made[0].frames), Travel(2 * made[1], 0)),
        speed=Fraction(1) if made[2] == "loop" else Fraction(49, made[4]),
    )
)


@settings(max_examples=20, deadline=None)
@given(st.lists(clips, min_size=1, max_size=5), st.lists(overlays, max_size=4))
def test_segments_hold_every_frame_once_and_survive_json(shots: list[Clip], laid: list[Overlay]) -> None:
    found = pieces(shelf.style(), tuple(shots), *laid)
    assert [piece.frames for piece in found] == [shot.frames for shot in shots]
    for piece in found:
        assert from_json(Segment, as_json(piece)) == piece
        assert from_json(Segment, as_json(piece)).key == piece.key
        for one in piece.overlays:
            assert one.at.within(Span(0, piece.frames))
            assert 0 <= one.offset < one.frames


@settings(max_examples=20, deadline=None)
@given(clips, overlays, st.integers(1, 200))
def test_a_clip_moved_in_time_with_its_overlays_keeps_its_key(shot: Clip, over: Overlay, by: int) -> None:
    before = Clip(Plain("#161616"), by)
    alone = pieces(shelf.style(), (shot,), over)
    moved = pieces(shelf.style(), (before, shot), replace(over, at=over.at.shifted(by)))
    assert moved[1].key == alone[0].key


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 600), st.integers(376, 2000), st.integers(1, 60), st.integers(0, 400))
def test_a_long_clip_is_cut_at_frames_of_its_rush(start: int, frames: int, trimmed: int, hold: int) -> None:
    """Pieces tile the clip, none is long or short, and one trimmed at its head keeps the keys of the others."""
    whole = Clip(film(start, start + frames, hold=hold), frames + hold)
    found = pieces(shelf.style(), (whole,))
    assert sum(piece.frames for piece in found) == whole.frames
    sources = [piece.base for piece in found]
    assert all(isinstance(source, Source) for source in sources)
    assert [source.span.start for source in sources][1:] == [source.span.stop for source in sources][:-1]
    assert all(50 <= piece.frames <= 300 for piece in found[:-1])
    assert 50 <= found[-1].frames <= 300 + hold
    shorter = pieces(shelf.style(), (Clip(film(start + trimmed, start + frames, hold=hold), whole.frames - trimmed),))
    kept = {piece.key for piece in found} & {piece.key for piece in shorter}
    assert len(kept) >= len(found) - 2 or whole.frames - trimmed <= 375


@settings(max_examples=20, deadline=None)
@given(spans, paths, st.integers(0, 40))
def test_a_path_shows_the_same_box_at_each_frame_as_before_it_was_rebased(
    span: Span, path: Locked | Moving, by: int
) -> None:
    [piece] = pieces(shelf.style(), (clip(span.start + by, span.stop + by, path),))
    assert isinstance(piece.base, Source)
    for frame in range(0, span.frames, 7):
        assert box_at(piece.base.path, frame) == box_at(path, span.start + by + frame)


def box_at(path: Locked | Moving, frame: int) -> tuple[Fraction, ...]:
    if isinstance(path, Locked):
        return tuple(Fraction(edge) for edge in edges(path.box))
    before = [knot for knot in path.knots if knot.frame <= frame] or [path.knots[0]]
    after = [knot for knot in path.knots if knot.frame > frame] or [path.knots[-1]]
    one, other = before[-1], after[0]
    if one.frame >= other.frame or frame < one.frame:
        return tuple(Fraction(edge) for edge in edges(one.box))
    share = Fraction(frame - one.frame, other.frame - one.frame)
    share = share * share * (3 - 2 * share) if path.ease == "smooth" else share
    return tuple(a + (b - a) * share for a, b in zip(edges(one.box), edges(other.box), strict=True))


def edges(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.width, box.height


def test_knots_that_do_not_matter_are_left_out(course: Style) -> None:
    knots = tuple(Knot(frame, Box(frame, 0, 1920, 1080)) for frame in (0, 100, 120, 140, 160, 400))
    [piece] = pieces(course, (clip(110, 130, Moving(knots, "linear")),))
    assert isinstance(piece.base, Source)
    assert piece.base.path == Moving(
        (Knot(-10, knots[1].box), Knot(10, knots[2].box), Knot(30, knots[3].box)), "linear"
    )


def test_a_camera_at_rest_in_its_segment_is_locked(course: Style) -> None:
    path = Moving((Knot(0, BOX), Knot(10, Box(0, 0, 1920, 1080))))
    [piece] = pieces(course, (clip(10, 60, path),))
    assert isinstance(piece.base, Source)
    assert piece.base.path == Locked(Box(0, 0, 1920, 1080))
    odd = Moving((Knot(0, BOX), Knot(10, Box(1, 0, 1920, 1080))))
    [piece] = pieces(course, (clip(10, 60, odd),))
    assert isinstance(piece.base, Source)
    assert isinstance(piece.base.path, Moving), "an odd box cannot be cropped exactly in 4:2:0"


def test_an_overlay_across_a_cut_goes_on_in_the_next_segment(course: Style) -> None:
    over = logo(10, 60, offset=5, fade=8)
    first, second, third = pieces(course, (clip(0, 25), clip(0, 25), clip(0, 25)), over)
    assert first.overlays == (Laid(Key("logo"), Span(10, 25), HD.box, 50, 5, "hold", (8, 10)),)
    assert second.overlays == (Laid(Key("logo"), Span(0, 25), HD.box, 50, 20, "hold"),)
    assert third.overlays == (Laid(Key("logo"), Span(0, 10), HD.box, 50, 45, "hold", (0, 0), (8, 2)),)


def test_a_fade_that_began_before_the_segment_goes_on(course: Style) -> None:
    _, second = pieces(course, (clip(0, 25), clip(0, 25)), logo(20, 60, fade=8))
    assert second.overlays[0].fade_in == (8, -5)


def test_a_draft_written_before_there_were_moves_is_read_and_fades_as_it_did(course: Style) -> None:
    written = as_json(a_timeline((clip(0, 25),), logo(2, 20, fade=5)))
    for name in ("enter", "leave", "speed", "ground", "fills"):
        del written["overlays"][0][name]
    [piece] = segments(from_json(Timeline, written), course, "build")
    assert (piece.overlays[0].fade_in, piece.overlays[0].fade_out) == ((5, 2), (5, 15))


def test_of_a_loop_or_at_another_speed_a_later_segment_goes_on_where_the_one_before_was(course: Style) -> None:
    shots = (clip(0, 33), clip(0, 60))
    loop = pieces(course, shots, logo(3, 90, after="loop", offset=10))[1].overlays[0]
    assert (loop.offset, loop.late, loop.at) == (40, 0, Span(0, 57))
    again = pieces(course, (clip(0, 53), clip(0, 60)), logo(3, 100, after="loop", offset=10))[1].overlays[0]
    assert again.offset == 10
    fast = pieces(course, shots, logo(0, 45, speed=Fraction(49, 44)))[1].overlays[0]
    assert fast.offset + fast.late == 33 * Fraction(49, 44)
    assert abs(fast.late) <= Fraction(1, 2)


def test_an_overlay_that_is_over_is_gone_or_stands_still(course: Style) -> None:
    shots = (clip(0, 60), clip(0, 60))
    assert pieces(course, shots, logo(0, 120, after="gone"))[1].overlays == ()
    held = pieces(course, shots, logo(0, 120))[1].overlays
    assert held == (Laid(Key("logo"), Span(0, 60), HD.box, 50, 49, "hold"),)


def test_a_still_has_one_frame_for_ever(course: Style) -> None:
    over = replace(logo(0, 120), frames=1)
    assert [piece.overlays[0].offset for piece in pieces(course, (clip(0, 60), clip(0, 60)), over)] == [0, 0]


def test_what_changes_no_pixel_is_not_in_the_key(course: Style) -> None:
    plain = clip(0, 25)
    told = Clip(
        replace(film(0, 25), rush="b.mov", framing="medium", density=2000, take=3),
        25,
        "line",
        (Spoken("line", 0, "mot", Span(0, 5)),),
        (Why("cue"),),
        joins=True,
    )
    over = logo(0, 20)
    other = replace(over, name="other", kind="card", place="full", line="l")
    assert pieces(course, (plain,), over)[0].key == pieces(course, (told,), other)[0].key


def another(value: object) -> object:
    """A value of the same kind that is not it."""
    for kind, change in {
        int: lambda old: old + 2,
        str: lambda old: {"hold": "gone", "mezzanine": "rush", "smooth": "linear"}.get(old, old + "x"),
        Fraction: lambda old: old + 1,
        Span: lambda old: old.shifted(1),
        Box: lambda old: old.shifted(2, 0),
        Size: lambda old: Size(old.width + 2, old.height),
        tuple: lambda old: (old[0] + 1, *old[1:]) if old and isinstance(old[0], int) else old[:-1],
    }.items():
        if type(value) is kind:
            return change(value)  # type: ignore[no-untyped-call]
    name = fields(value)[0].name  # type: ignore[arg-type]
    return replace(value, **{name: another(getattr(value, name))})  # type: ignore[type-var]


@pytest.mark.parametrize("part", ["segment", "source", "laid", "encode", "moving"])
def test_every_field_of_a_segment_is_in_its_key(course: Style, part: str) -> None:
    path = Moving((Knot(0, BOX), Knot(24, Box(0, 0, 1920, 1080))))
    [piece] = pieces(course, (clip(0, 25, path),), logo(2, 20, fade=5))
    assert isinstance(piece.base, Source)
    whole: dict[str, tuple[object, object]] = {
        "segment": (piece, lambda new: new),
        "source": (piece.base, lambda new: replace(piece, base=new)),
        "laid": (piece.overlays[0], lambda new: replace(piece, overlays=(new,))),
        "encode": (piece.encode, lambda new: replace(piece, encode=new)),
        "moving": (path, lambda new: replace(piece, base=replace(piece.base, path=new))),
    }
    value, put = whole[part]
    keys = {piece.key}
    for field in fields(value):  # type: ignore[arg-type]
        changed = put(replace(value, **{field.name: another(getattr(value, field.name))}))  # type: ignore[type-var]
        assert changed.key not in keys, field.name
        keys.add(changed.key)


def test_another_ffmpeg_or_another_profile_gives_other_segments(course: Style) -> None:
    timeline = a_timeline((clip(0, 25),))
    [first] = segments(timeline, course, "build")
    assert segments(timeline, course, "other")[0].key != first.key
    assert segments(timeline, replace(course, encode=replace(course.encode, crf=20)), "build")[0].key != first.key


def test_a_plain_ground_is_the_same_whatever_stands_for(course: Style) -> None:
    one, other = pieces(course, (Clip(Plain("#161616", "title"), 9), Clip(Plain("#161616", "slate"), 9)))
    assert one.base == Ground("#161616")
    assert one.key == other.key


def test_keys_agree_between_two_processes(course: Style) -> None:
    path = Moving((Knot(0, BOX), Knot(24, Box(0, 0, 1920, 1080))))
    [piece] = pieces(course, (clip(0, 25, path),), logo(2, 20, fade=5))
    code = "import sys, json; from pipeline.segments import Segment; from pipeline.values import from_json; "
    code += "print(from_json(Segment, json.load(sys.stdin)).key)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(as_json(piece)),
        text=True,
        capture_output=True,
        check=True,
        cwd=File(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    assert done.stdout == f"{piece.key}\n"


VOICE = SoundClip("voice", Key("rush"), Span(0, 48_000), 0)
CARD = Card("title", (), 10, HD, RATE, "fr", Key("b"))

GOOD = a_timeline(
    (clip(0, 25), clip(100, 125, Moving((Knot(0, BOX), Knot(200, Box(0, 0, 3840, 2160)))))),
    logo(0, 40, fade=5),
    Overlay(CARD.key, "title", "card", Span(0, 9), HD.box, 10),
    cards=(CARD,),
    sounds=(VOICE, replace(VOICE, at=48_000), SoundClip("music", Key("bed"), Span(0, 96_000), 0, loop=True)),
    chapters=(Chapter("one", 0), Chapter("two", 25)),
    slates=(Slate("l", "asset", "x", 10, 40),),
)

WRONG: dict[str, Timeline] = {
    "it has no clip": replace(GOOD, clips=(), overlays=(), sounds=(), chapters=(), slates=()),
    "that of the conformed footage 25": replace(GOOD, rate=Fraction(30)),
    "4:2:0 pictures are even": replace(GOOD, size=Size(1921, 1080)),
    "chapters do not stand one after the other": replace(GOOD, chapters=(Chapter("a", 9), Chapter("b", 9))),
    "a chapter lies outside its 50 frames": replace(GOOD, chapters=(Chapter("a", 50),)),
    "the slate for 'x' runs over [45, 55)": replace(GOOD, slates=(Slate("l", "take", "x", 10, 45),)),
    "two voices sound at once from sample 9 to 48000": replace(GOOD, sounds=(VOICE, replace(VOICE, at=9))),
    "the word 'mot' runs over": replace(
        GOOD, clips=(replace(clip(0, 50), words=(Spoken("l", 0, "mot", Span(9, 51)),)),)
    ),
    "no rush is called 'a.mov'": replace(GOOD, clips=(Clip(replace(film(0, 50), key=Key("none")), 50),)),
    "of a.mov, which has 1000 frames": replace(GOOD, clips=(clip(970, 1020),)),
    "holds its last picture for -5": replace(GOOD, clips=(Clip(film(0, 55, hold=-5), 50),)),
    "which is 3840x2160": replace(GOOD, clips=(Clip(replace(film(0, 50), size=HD), 50),)),
    "its box is not even": replace(GOOD, clips=(clip(0, 50, Locked(Box(1, 0, 1920, 1080))),)),
    "moves through two or more knots": replace(GOOD, clips=(clip(0, 50, Moving((Knot(0, BOX),))),)),
    "found [5, 5]": replace(GOOD, clips=(clip(0, 50, Moving((Knot(5, BOX), Knot(5, BOX)))),)),
    "reaches outside a.mov": replace(GOOD, clips=(clip(0, 50, Locked(Box(2000, 0, 1920, 1080))),)),
    "is of another shape than 1920x1080": replace(GOOD, clips=(clip(0, 50, Locked(Box(0, 0, 1080, 1080))),)),
    "its card is not among the timeline's": replace(GOOD, cards=()),
    "its card is for 24 frames a second": replace(
        GOOD,
        cards=(card := replace(CARD, rate=Fraction(24)),),
        overlays=(Overlay(card.key, "t", "card", Span(0, 9), HD.box, 10),),
    ),
    "its asset is not in the footage": replace(GOOD, overlays=(replace(logo(0, 9), key=Key("none")),)),
    "it runs over Span(start=40, stop=60) of 50 frames": replace(GOOD, overlays=(logo(40, 60),)),
    "it starts at frame 50 of 50": replace(GOOD, overlays=(logo(0, 9, offset=50),)),
    "it fades for 30 frames in 9": replace(GOOD, overlays=(logo(0, 9, fade=30),)),
    "is outside the picture": replace(GOOD, overlays=(replace(logo(0, 9), box=Box(1920, 0, 10, 10)),)),
    "no rush or asset has the key none": replace(GOOD, sounds=(replace(VOICE, key=Key("none")),)),
    "of 1920000 samples": replace(GOOD, sounds=(replace(VOICE, source=Span(1_919_000, 1_930_000)),)),
    "its asset has no sound": replace(GOOD, sounds=(SoundClip("music", Key("logo"), Span(0, 96_000), 0, loop=True),)),
    "it runs over [90000, 138000) of 96000": replace(GOOD, sounds=(replace(VOICE, at=90_000),)),
    "it fades for 48000 and 9 samples": replace(GOOD, sounds=(replace(VOICE, fade_in=48_000, fade_out=9),)),
}


def test_a_timeline_that_keeps_its_rules_passes() -> None:
    check(GOOD, FOOTAGE)


@pytest.mark.parametrize("rule", WRONG)
def test_each_broken_rule_is_named(rule: str) -> None:
    with pytest.raises(BadTimeline) as error:
        check(WRONG[rule], FOOTAGE)
    assert rule in str(error.value)


def test_all_broken_rules_are_named_at_once() -> None:
    both = replace(GOOD, cards=(), chapters=(Chapter("a", 50),), sounds=(replace(VOICE, key=Key("none")),))
    with pytest.raises(BadTimeline) as error:
        check(both, FOOTAGE)
    assert len(str(error.value).splitlines()) == 4


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 1200), st.integers(0, 60)), min_size=1, max_size=4))
def test_a_film_in_pieces_has_a_clip_for_each_segment_and_every_word_once(made: list[tuple[int, int, int]]) -> None:
    def spoken(frames: int) -> tuple[Spoken, ...]:
        return tuple(Spoken("l", at, "mot", Span(at, min(at + 9, frames))) for at in range(0, frames, 7))

    clips = [Clip(film(start, start + long, hold=hold), long + hold, "l", spoken(long)) for start, long, hold in made]
    clips += [Clip(Plain("#000000"), long, "l", spoken(long), (Why("slate"),), joins=True) for _, long, _ in made]
    style, whole = shelf.style("course"), a_timeline(tuple(clips), logo(3, 40), logo(200, 900))
    cut = in_pieces(whole)
    assert segments(cut, style, "build") == segments(whole, style, "build")
    assert len(cut.clips) == len(segments(whole, style, "build"))
    assert in_pieces(cut) == cut
    assert cut.frames == whole.frames

    def said(timeline: Timeline) -> list[tuple[int, int]]:
        places = zip(timeline.clips, timeline.spans(), strict=True)
        return [(span.start + word.span.start, word.word) for clip, span in places for word in clip.words]

    assert said(cut) == said(whole)
    for word in (word for clip in cut.clips for word in clip.words):
        assert word.span.frames >= 1
    assert sum(bool(clip.why) for clip in cut.clips) == sum(clip.joins for clip in cut.clips) == len(made)
