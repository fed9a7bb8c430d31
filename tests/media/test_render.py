from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.commands.segment import segment_arguments
from pipeline.errors import WrongPicture
from pipeline.geometry import Box, Size
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.render import opened, packets, render
from pipeline.presets import Style
from pipeline.segments import Ground, Laid, Source, segments
from pipeline.spans import Span
from pipeline.timeline import Clip, Filmed, Knot, Locked, Moving, Overlay, Timeline
from pipeline.timeline import Path as CameraPath
from tests.media.pictures import colour, near, numbers, planes
from tests.media.rendering import RATE, SIZE, SOURCE, Bench, laid

ORANGE = (232, 164, 0)


@pytest.fixture
def bench(tmp_path: Path, ffmpeg: Ffmpeg, course: Style) -> Bench:
    return Bench(tmp_path, ffmpeg, course)


@pytest.mark.parametrize("rate", [Fraction(25), RATE, Fraction(24_000, 1001), Fraction(60_000, 1001)])
def test_every_frame_is_the_one_asked_for_whatever_the_rate(bench: Bench, rate: Fraction) -> None:
    key = bench.film(rate, 50)
    for start, stop in ((0, 1), (0, 50), (1, 9), (24, 26), (31, 50), (49, 50)):
        base = Source(key, Span(start, stop), SOURCE, Locked(Box(160, 90, 320, 180)))
        out = bench.rendered(bench.segment(base, stop - start, rate=rate))
        assert numbers(out) == list(range(start, stop))


def test_a_segment_longer_than_its_span_stands_still(bench: Bench) -> None:
    base = Source(bench.film(RATE, 20), Span(10, 15), SOURCE, Locked(SOURCE.box))
    assert numbers(bench.rendered(bench.segment(base, 9))) == [10, 11, 12, 13, 14, 14, 14, 14, 14]


def test_a_box_is_cut_out_and_scaled(bench: Bench) -> None:
    picture = np.zeros((360, 640), np.uint8)
    picture[:180, :320], picture[:180, 320:], picture[180:, :320], picture[180:, 320:] = 40, 90, 140, 200
    key = bench.film(RATE, 2, lambda _: picture)
    for box, wanted in ((Box(0, 0, 320, 180), 40), (Box(320, 0, 320, 180), 90), (Box(400, 200, 160, 90), 200)):
        [(luma, _, _), _] = planes(bench.rendered(bench.segment(Source(key, Span(0, 2), SOURCE, Locked(box)), 2)))
        assert np.abs(luma - wanted).max() <= 1
    [(luma, _, _), _] = planes(bench.rendered(bench.segment(Source(key, Span(0, 2), SOURCE, Locked(SOURCE.box)), 2)))
    found = [luma[y, x] for y, x in ((40, 80), (40, 240), (140, 80), (140, 240))]
    assert found == pytest.approx([40, 90, 140, 200], abs=1)


def test_a_ground_has_the_colour_it_was_given(bench: Bench) -> None:
    found = planes(bench.rendered(bench.segment(Ground("#e8a400"), 3)))
    assert len(found) == 3
    assert near(colour(found[2], 100, 100), ORANGE)


def test_a_still_lies_over_the_picture_by_its_alpha(bench: Bench) -> None:
    key = bench.still((255, 64, 0, 128), SIZE, Box(100, 40, 60, 50))
    found = planes(bench.rendered(bench.segment(Ground("#0000ff"), 10, laid(key, Span(2, 6)))))
    for frame, picture in enumerate(found):
        wanted = (128, 32, 127) if 2 <= frame < 6 else (0, 0, 255)
        assert near(colour(picture, 130, 64), wanted), frame
        assert near(colour(picture, 90, 64), (0, 0, 255)), frame


def test_an_animation_with_alpha_starts_late_goes_on_and_stands_still(bench: Bench) -> None:
    key = bench.moving([(255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 128), (0, 0, 0, 0)], Box(20, 20, 80, 60))
    base = Ground("#ffffff")
    sizes = {"box": Box(0, 0, 100, 80)}
    found = planes(bench.rendered(bench.segment(base, 9, laid(key, Span(2, 8), 4, offset=1, **sizes))))
    green, half, white = (0, 255, 0), (127, 127, 255), (255, 255, 255)
    wanted = [white, white, green, half, white, white, white, white, white]
    assert [near(colour(picture, 60, 50), right, 3) for picture, right in zip(found, wanted, strict=True)] == [True] * 9
    shown = laid(key, Span(1, 8), 3, **sizes)
    found = planes(bench.rendered(bench.segment(base, 9, replace(shown, after="hold"))))
    wanted = [white, (255, 0, 0), green, half, half, half, half, half, white]
    assert [near(colour(picture, 60, 50), right, 3) for picture, right in zip(found, wanted, strict=True)] == [True] * 9
    found = planes(bench.rendered(bench.segment(base, 9, replace(shown, after="gone"))))
    wanted = [white, (255, 0, 0), green, half, white, white, white, white, white]
    assert [near(colour(picture, 60, 50), right, 3) for picture, right in zip(found, wanted, strict=True)] == [True] * 9


@pytest.mark.parametrize("scales", [(1,), (2,), (1, 2), (2, 1)])
@pytest.mark.parametrize("box", [Box(0, 0, 320, 180), Box(0, 0, 640, 360)])
def test_an_animation_with_alpha_leaves_the_picture_around_it_as_it_is(
    bench: Bench, box: Box, scales: tuple[int, ...]
) -> None:
    """ffmpeg gives one colour range to all that meets: alpha of full range once made the whole picture so."""
    film = bench.film(RATE, 6, lambda _: 60)
    overlays: list[Laid] = []
    for number, scale in enumerate(scales):
        key = bench.moving([(255, 0, 0, 128)] * 3, Box(20, 20, 60, 60))
        overlays.append(laid(key, Span(1, 4), 3, box=Box(160 * number, 0, 80 * scale, 80 * scale)))
    found = planes(bench.rendered(bench.segment(Source(film, Span(0, 6), SOURCE, Locked(box)), 6, *overlays)))
    for frame, picture in enumerate(found):
        assert near(colour(picture, 150, 170), (51, 51, 51)), frame
        for number, scale in enumerate(scales):
            inside = colour(picture, 160 * number + 50 * scale, 50 * scale)
            assert near(inside, (153, 25, 25) if 1 <= frame < 4 else (51, 51, 51)), (frame, number)


def test_a_long_clip_in_pieces_is_the_same_picture(
    bench: Bench, course: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camera that moves, an animation and a fade go on over the cut as if there were none."""
    film = bench.film(Fraction(25), 400, lambda frame: np.arange(640)[None, :] // 4 + frame % 50)
    key = bench.moving([(255, 0, 0, 128)] * 3 + [(0, 255, 0, 200)] * 40, Box(20, 20, 60, 60))
    path = Moving((Knot(0, Box(0, 0, 640, 360)), Knot(390, Box(100, 40, 480, 270))))
    clip = Clip(Filmed("a.mov", film, Span(0, 400), SOURCE, "wide", path, 1000), 400)
    over = Overlay(key, "logo", "asset", Span(225, 262), Box(0, 0, 160, 160), 43, fade=30)
    timeline = Timeline(Fraction(25), SIZE, "fr", (clip,), (over,))
    style = replace(course, encode=bench.encode)
    first, second = segments(timeline, style, "build")
    monkeypatch.setattr("pipeline.segments.WHOLE_MOST", Fraction(60))
    [whole] = segments(timeline, style, "build")
    pieces = [*planes(bench.rendered(first, "first")), *planes(bench.rendered(second, "second"))]
    for frame, (one, other) in enumerate(zip(pieces, planes(bench.rendered(whole, "whole")), strict=True)):
        assert np.abs(one[0] - other[0]).mean() < 0.5, frame


def test_an_opaque_animation_covers_what_is_under_it(bench: Bench) -> None:
    key = bench.moving([(255, 0, 0, 0), (0, 255, 0, 0)], alpha=False)
    found = planes(bench.rendered(bench.segment(Ground("#0000ff"), 4, laid(key, Span(1, 3), 2))))
    wanted = [(0, 0, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert [near(colour(picture, 60, 50), right, 3) for picture, right in zip(found, wanted, strict=True)] == [True] * 4


@pytest.mark.parametrize("kind", ["still", "moving", "opaque"])
def test_an_overlay_fades_in_and_out_even_when_it_began_before(bench: Bench, kind: str) -> None:
    key = {
        "still": lambda: bench.still((255, 255, 255, 255)),
        "moving": lambda: bench.moving([(255, 255, 255, 255)] * 12),
        "opaque": lambda: bench.moving([(255, 255, 255, 255)] * 12, alpha=False),
    }[kind]()
    frames = 1 if kind == "still" else 12
    over = laid(key, Span(2, 12), frames, fade_in=(4, 2), fade_out=(3, 9))
    levels = [
        colour(picture, 100, 100)[1] / 255
        for picture in planes(bench.rendered(bench.segment(Ground("#000000"), 14, over)))
    ]
    wanted = [0, 0, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 0.75, 0.5, 0.25, 0, 0]
    assert levels == pytest.approx(wanted, abs=0.02)
    begun = laid(key, Span(0, 5), frames, fade_in=(4, -2), fade_out=(3, 4))
    levels = [
        colour(picture, 100, 100)[1] / 255
        for picture in planes(bench.rendered(bench.segment(Ground("#000000"), 6, begun)))
    ]
    assert levels == pytest.approx([0.6, 0.8, 1, 1, 0.75, 0], abs=0.02)
    ending = laid(key, Span(0, 2), frames, fade_out=(3, -1))
    levels = [
        colour(picture, 100, 100)[1] / 255
        for picture in planes(bench.rendered(bench.segment(Ground("#000000"), 3, ending)))
    ]
    assert levels == pytest.approx([0.5, 0.25, 0], abs=0.02)


def test_an_overlay_is_scaled_with_what_is_invisible_around_it(bench: Bench) -> None:
    key = bench.still((255, 0, 0, 255), Size(400, 200), Box(200, 100, 100, 50))
    over = laid(key, Span(0, 2), box=Box(20, 40, 200, 100))
    [picture, _] = planes(bench.rendered(bench.segment(Ground("#0000ff"), 2, over)))
    red, blue = (255, 0, 0), (0, 0, 255)
    for (x, y), wanted in {(124, 94): red, (166, 112): red, (114, 94): blue, (124, 86): blue, (175, 100): blue}.items():
        assert near(colour(picture, x, y), wanted, 8), (x, y)


def test_an_overlay_may_reach_outside_the_picture(bench: Bench) -> None:
    key = bench.still((255, 0, 0, 255), Size(100, 100), Box(0, 0, 100, 100))
    over = [laid(key, Span(0, 2), box=Box(x, y, 100, 100)) for x, y in ((-50, -50), (270, 130))]
    [picture, _] = planes(bench.rendered(bench.segment(Ground("#0000ff"), 2, *over)))
    assert near(colour(picture, 20, 20), (255, 0, 0), 4)
    assert near(colour(picture, 300, 160), (255, 0, 0), 4)
    assert near(colour(picture, 160, 90), (0, 0, 255), 4)


def test_later_overlays_lie_on_earlier_ones(bench: Bench) -> None:
    red, green = bench.still((255, 0, 0, 255)), bench.still((0, 255, 0, 255))
    [picture] = planes(
        bench.rendered(bench.segment(Ground("#0000ff"), 1, laid(red, Span(0, 1)), laid(green, Span(0, 1))))
    )
    assert near(colour(picture, 60, 50), (0, 255, 0), 3)


def test_all_segments_of_a_profile_have_the_same_parameter_sets_and_tags(bench: Bench) -> None:
    film = Source(bench.film(RATE, 40), Span(0, 35), SOURCE, Locked(SOURCE.box))
    over = laid(bench.still((255, 0, 0, 128)), Span(0, 5))
    sets = set()
    for base, frames, overlays in ((film, 35, ()), (Ground("#000000"), 5, ()), (Ground("#ffffff"), 1, (over,))):
        out = bench.folder / "one.mp4"
        segment = bench.segment(base, frames, *overlays)
        sets.add(render(segment, bench.paths, bench.normals, out, bench.ffmpeg))
        with av.open(str(out)) as container:
            [stream] = container.streams
            codec = stream.codec_context
            assert (codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range) == (1, 1, 1, 1)
            assert codec.pix_fmt == "yuv420p"
            assert stream.sample_aspect_ratio == 1
            assert (stream.time_base, stream.average_rate) == (Fraction(1, 30_000), RATE)
    assert len(sets) == 1


def test_there_is_a_key_frame_at_least_each_second(bench: Bench) -> None:
    out = bench.rendered(bench.segment(Ground("#000000"), 70))
    with av.open(str(out)) as container:
        keys = [packet.pts // 1001 for packet in container.demux(video=0) if packet.is_keyframe and packet.size]
    assert keys == [0, 29, 58]


def test_the_same_segment_gives_the_same_bytes(bench: Bench) -> None:
    path = Moving((Knot(0, SOURCE.box), Knot(19, Box(160, 90, 320, 180))))
    base = Source(bench.film(RATE, 20), Span(0, 20), SOURCE, path)
    over = laid(bench.moving([(255, 0, 0, 128)] * 10), Span(3, 18), 10, fade_in=(4, 3))
    segment = bench.segment(base, 20, over)
    assert bench.rendered(segment, "one").read_bytes() == bench.rendered(segment, "other").read_bytes()


def dot(x: float, y: float) -> np.ndarray:
    down, along = np.mgrid[0:360, 0:640]
    return (30 + 190 * np.exp(-((along - x) ** 2 + (down - y) ** 2) / 128)).round().astype(np.uint8)


def centre(luma: np.ndarray) -> tuple[float, float]:
    weight = np.clip(luma - 40, 0, None)
    down, along = np.mgrid[0 : luma.shape[0], 0 : luma.shape[1]]
    return float((weight * along).sum() / weight.sum()), float((weight * down).sum() / weight.sum())


def ideal(path: CameraPath, frame: int, x: float, y: float) -> tuple[float, float]:
    """Where a point of the source lands in the output: pixel centres onto pixel centres."""
    assert isinstance(path, Moving)
    one, other = path.knots
    share = min(1.0, max(0.0, (frame - one.frame) / (other.frame - one.frame)))
    share = share * share * (3 - 2 * share) if path.ease == "smooth" else share
    left, top, wide, high = (
        a + (b - a) * share
        for a, b in zip(
            (one.box.x, one.box.y, one.box.width, one.box.height),
            (other.box.x, other.box.y, other.box.width, other.box.height),
            strict=True,
        )
    )
    return (x + 0.5 - left) * SIZE.width / wide - 0.5, (y + 0.5 - top) * SIZE.height / high - 0.5


@pytest.mark.parametrize(
    "path",
    [
        Moving((Knot(5, SOURCE.box), Knot(45, Box(120, 80, 384, 216)))),
        Moving((Knot(0, Box(100, 60, 320, 180)), Knot(49, Box(141, 89, 320, 180))), "linear"),
        Moving((Knot(-10, Box(160, 90, 320, 180)), Knot(60, Box(210, 110, 240, 135)))),
    ],
    ids=["push", "pan", "push-beyond-density-1"],
)
def test_a_moving_camera_moves_by_fractions_of_a_pixel(bench: Bench, path: Moving) -> None:
    x, y = 290.0, 170.0
    base = Source(bench.film(RATE, 50, lambda _: dot(x, y)), Span(0, 50), SOURCE, path)
    found = np.array([centre(luma) for luma, _, _ in planes(bench.rendered(bench.segment(base, 50)))])
    wanted = np.array([ideal(path, frame, x, y) for frame in range(50)])
    off = found - wanted
    assert np.abs(off).max() < 0.1
    jitter = np.abs(np.diff(off, 2, axis=0)).mean(axis=0) / SIZE.width
    assert jitter.max() < 2e-4


def test_a_source_that_is_too_short_is_refused_and_not_kept(bench: Bench) -> None:
    base = Source(bench.film(RATE, 10), Span(0, 20), SOURCE, Locked(SOURCE.box))
    with pytest.raises(WrongPicture, match="wanted 20 frames, found 10"):
        bench.rendered(bench.segment(base, 20))
    assert not (bench.folder / "out.mp4").exists()


def test_b_frames_are_refused(bench: Bench) -> None:
    out = bench.folder / "out.mp4"
    arguments = segment_arguments(bench.segment(Ground("#336699"), 12), {}, {}, str(out))
    arguments[arguments.index("-x264-params") + 1] = "bframes=2:b-adapt=0"
    run(bench.ffmpeg, arguments, what="a wrong segment")
    with pytest.raises(WrongPicture, match="decoded at"), opened(out) as container:
        list(packets(container, 12, out.name))


def test_a_segment_that_does_not_begin_with_a_key_frame_is_refused(bench: Bench) -> None:
    good, out = bench.rendered(bench.segment(Ground("#336699"), 12)), bench.folder / "late.mp4"
    with av.open(str(good)) as source, av.open(str(out), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0], opaque=True)
        for packet in list(source.demux(video=0))[1:-1]:
            packet.stream = stream
            packet.pts = packet.dts = packet.pts - 1001
            target.mux(packet)
    with (
        pytest.raises(WrongPicture, match="wanted a key frame at 0 first, found no key frame at 0"),
        opened(out) as container,
    ):
        list(packets(container, 11, out.name))


def test_what_is_no_picture_alone_is_refused(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    nothing, both = tmp_path / "nothing.mp4", tmp_path / "both.mp4"
    nothing.write_bytes(b"nothing")
    with pytest.raises(WrongPicture, match="found none that can be read"):
        opened(nothing)
    run(ffmpeg, ["-f", "lavfi", "-i", "testsrc=d=1", "-f", "lavfi", "-i", "sine=d=1", str(both)], what="both")
    with pytest.raises(WrongPicture, match="found video h264, audio aac"):
        opened(both)
