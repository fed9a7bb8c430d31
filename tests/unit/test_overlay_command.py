"""The command that normalises an asset: what is in it, and why."""

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.commands.overlay import alpha_reach, kept, normal_frames, normal_moving, normal_states
from pipeline.footage import Colour, Media
from pipeline.geometry import Box, Size
from pipeline.values import Key

CLIP = Media(
    "collect.mov",
    Key("0" * 64),
    "video",
    "mov",
    size=Size(1920, 1080),
    upright=Size(1920, 1080),
    rate=Fraction(25),
    frames=100,
    video_codec="prores",
    alpha=True,
    colour=Colour(matrix=1),
)
BOX = Box(100, 200, 640, 360)


def graph(arguments: list[str]) -> str:
    return arguments[arguments.index("-filter_complex") + 1]


def test_colour_stands_above_alpha() -> None:
    arguments = normal_moving("in.mov", CLIP, Fraction(25), BOX, "out.mp4")
    assert "crop=640:360:100:200:exact=1" in graph(arguments)
    assert graph(arguments).index("alphaextract") < graph(arguments).index("vstack")
    assert "out_color_matrix=bt709" in graph(arguments)


def test_without_alpha_nothing_is_stacked() -> None:
    arguments = normal_moving("in.mp4", replace(CLIP, alpha=False), Fraction(25), BOX, "out.mp4")
    assert "vstack" not in graph(arguments)
    assert "alphaextract" not in graph(arguments)


@pytest.mark.parametrize(("codec", "decoder"), [("vp9", "libvpx-vp9"), ("vp8", "libvpx")])
def test_web_video_is_opened_by_the_decoder_that_keeps_alpha(codec: str, decoder: str) -> None:
    media = replace(CLIP, video_codec=codec)
    for arguments in (
        alpha_reach("in.webm", media, Fraction(25), "reach", "samples"),
        normal_moving("in.webm", media, Fraction(25), BOX, "out.mp4"),
    ):
        before = arguments[: arguments.index("-i")]
        assert before[before.index("-vcodec") + 1] == decoder


def test_opaque_web_video_keeps_the_fast_decoder() -> None:
    arguments = normal_moving("in.webm", replace(CLIP, video_codec="vp9", alpha=False), Fraction(25), BOX, "out.mp4")
    assert "libvpx-vp9" not in arguments


def test_frames_are_counted_not_timed() -> None:
    arguments = normal_moving("in.mov", CLIP, Fraction(30000, 1001), BOX, "out.mp4")
    assert arguments[arguments.index("-frames:v") + 1] == "120"
    assert arguments[arguments.index("-bf") + 1] == "0"
    # half a frame early, in ticks of which half a frame has a whole number: then `up` is the nearest frame
    for step in ("settb=1/5000", "setpts=PTS-STARTPTS-100", "fps=fps=30000/1001:round=up:start_time=0"):
        assert step in graph(arguments)


@pytest.mark.parametrize(
    ("frames", "made", "rate", "wanted"),
    [
        (100, Fraction(25), Fraction(25), 100),
        (100, Fraction(25), Fraction(50), 200),
        (100, Fraction(25), Fraction(30000, 1001), 120),
        (1, Fraction(60), Fraction(24), 1),
        (48, None, Fraction(25), 48),  # a sequence has no rate: one picture a frame
    ],
)
def test_length_at_the_timelines_rate(frames: int, made: Fraction | None, rate: Fraction, wanted: int) -> None:
    assert normal_frames(replace(CLIP, frames=frames, rate=made), rate) == wanted


def test_untagged_high_definition_is_bt709() -> None:
    untagged = replace(CLIP, colour=Colour(matrix=2))
    assert "setparams=colorspace=bt709" in graph(normal_moving("a", untagged, Fraction(25), BOX, "b"))
    small = replace(untagged, upright=Size(720, 576))
    assert "setparams" not in graph(normal_moving("a", small, Fraction(25), BOX, "b"))


def test_odd_picture_is_widened_before_it_is_cut() -> None:
    media = replace(CLIP, upright=Size(321, 181))
    assert "pad=322:182:0:0" in graph(normal_moving("a", media, Fraction(25), Box(0, 0, 322, 182), "b"))


def test_sequence_is_read_at_the_timelines_rate() -> None:
    media = replace(CLIP, container="sequence", rate=None)
    arguments = normal_moving("frames/%06d.png", media, Fraction(24), BOX, "b")
    assert arguments[arguments.index("-framerate") + 1] == "24/1"
    assert arguments[arguments.index("-f") + 1] == "image2"


def test_card_is_held_by_repeating_one_picture() -> None:
    arguments = normal_states("states.raw", Size(640, 720), Fraction(25), (11, 57), 75, "out.mp4")
    assert "loop=loop=57:size=1:start=11" in graph(arguments)
    assert "loop=" not in graph(normal_states("s", Size(2, 4), Fraction(25), (0, 0), 1, "o"))


def test_sound_has_no_upright_picture() -> None:
    with pytest.raises(ValueError, match="no picture"):
        kept(Media("voice.wav", Key("0" * 64), "sound", "wav"))


def test_more_than_a_draft_shows_is_not_kept() -> None:
    assert kept(CLIP) == Size(1920, 1080)
    assert kept(replace(CLIP, upright=Size(3840, 2160))) == Size(1920, 1080)
    assert kept(replace(CLIP, upright=Size(2160, 3840))) == Size(1080, 1920)
    assert "scale=1920:1080" in graph(
        alpha_reach("in.mov", replace(CLIP, upright=Size(3840, 2160)), Fraction(25), "reach", "samples")
    )
