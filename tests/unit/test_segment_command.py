import os
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.commands.frames import sought
from pipeline.commands.laid import landed
from pipeline.commands.segment import gop, level, segment_arguments
from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.presets import Style
from pipeline.segments import Base, Ground, Laid, Segment, Source
from pipeline.spans import STANDARD_RATES, Span, rounded
from pipeline.timeline import Knot, Locked, Moving
from pipeline.values import Key

GOLDENS = Path(__file__).parent / "goldens"
UHD, HD = Size(3840, 2160), Size(1920, 1080)
NTSC = Fraction(30_000, 1001)
RUSH, CARD, LOGO, CLIP = Key("rush"), Key("card"), Key("logo"), Key("clip")
PATHS = {RUSH: "rush/picture.mp4", CARD: "card/picture.png", LOGO: "logo/picture.mp4", CLIP: "clip/picture.mp4"}
NORMALS = {
    CARD: Normal(HD, Box(200, 300, 800, 240), 1, alpha=True, still=True),
    LOGO: Normal(HD, Box(96, 800, 640, 160), 75, alpha=True, still=False),
    CLIP: Normal(HD, HD.box, 50, alpha=False, still=False),
}
MEDIUM, CLOSE = Box(640, 360, 2560, 1440), Box(960, 400, 1920, 1080)

CASES: dict[str, tuple[Base, int, tuple[Laid, ...], Fraction]] = {
    "locked": (Source(RUSH, Span(37, 97), UHD, Locked(MEDIUM)), 60, (), NTSC),
    "locked-whole-from-the-start": (Source(RUSH, Span(0, 50), UHD, Locked(UHD.box)), 50, (), Fraction(25)),
    "locked-pixel-for-pixel-held": (Source(RUSH, Span(9, 50), UHD, Locked(CLOSE)), 50, (), Fraction(25)),
    "push": (Source(RUSH, Span(100, 200), UHD, Moving((Knot(0, UHD.box), Knot(99, MEDIUM)))), 100, (), Fraction(25)),
    "followed": (
        Source(
            RUSH,
            Span(0, 50),
            UHD,
            Moving(tuple(Knot(at, Box(900 + at * at, 400, 1920, 1080)) for at in (0, 10, 20)), "linear"),
        ),
        50,
        (),
        Fraction(25),
    ),
    "title": (Ground("#161616"), 75, (Laid(CARD, Span(0, 75), HD.box, 1, 0, "hold", (10, 0), (10, 65)),), NTSC),
    "overlays": (
        Source(RUSH, Span(10, 70), UHD, Locked(MEDIUM)),
        60,
        (
            Laid(LOGO, Span(12, 60), HD.box, 75, 0, "hold"),
            Laid(LOGO, Span(0, 60), Box(960, 540, 960, 540), 75, 30, "hold", (0, 0), (8, 52)),
            Laid(CLIP, Span(5, 40), HD.box, 50, 40, "gone", (6, -2)),
        ),
        Fraction(25),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_command_is_the_one_that_was_reviewed(course: Style, name: str) -> None:
    base, frames, overlays, rate = CASES[name]
    segment = Segment(base, frames, overlays, rate, HD, course.encode, "build")
    found = "".join(f"{argument}\n" for argument in segment_arguments(segment, PATHS, NORMALS, "out.mp4"))
    golden = GOLDENS / f"{name}.txt"
    if os.environ.get("RUSHES_WRITE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8"), "if it is meant, raise RECIPE and run with RUSHES_WRITE_GOLDENS=1"


@pytest.mark.parametrize(
    ("size", "rate", "wanted"),
    [
        (HD, Fraction(25), "4.1"),
        (HD, NTSC, "4.1"),
        (HD, Fraction(50), "4.2"),
        (HD, Fraction(60_000, 1001), "4.2"),
        (Size(320, 180), Fraction(25), "4.1"),
        (UHD, Fraction(25), "5.1"),
        (UHD, Fraction(60), "5.2"),
    ],
)
def test_the_level_holds_the_picture(course: Style, size: Size, rate: Fraction, wanted: str) -> None:
    assert level(course.encode, size, rate) == wanted


def test_key_frames_are_never_more_than_a_second_apart(course: Style) -> None:
    rates = (Fraction(24_000, 1001), Fraction(24), NTSC, Fraction(30), Fraction(60_000, 1001))
    assert [gop(course.encode, rate) for rate in rates] == [23, 24, 29, 30, 59]


@pytest.mark.parametrize(
    ("box", "wanted"),
    [
        (HD.box, Box(200, 300, 800, 240)),
        (Box(100, 50, 1920, 1080), Box(300, 350, 800, 240)),
        (Box(0, 0, 960, 540), Box(100, 150, 400, 120)),
        (Box(1, 1, 538, 303), Box(58, 86, 224, 66)),
        (Box(0, 0, 2, 2), Box(0, 0, 2, 2)),
    ],
)
def test_what_is_stored_lands_where_it_stood_in_the_whole(box: Box, wanted: Box) -> None:
    assert landed(box, NORMALS[CARD]) == wanted


def test_of_a_link_little_is_asked_for_at_a_time(course: Style) -> None:
    base, frames, _, rate = CASES["overlays"]
    segment = Segment(base, frames, (), rate, HD, course.encode, "build")
    linked = segment_arguments(segment, {RUSH: "http://127.0.0.1:8333/rushes/x?signed"}, {}, "out.mp4")
    asked = linked[linked.index("-request_size") + 1], linked[linked.index("-initial_request_size") + 1]
    assert [0 < int(one) <= 1 << 20 for one in asked] == [True, True]
    assert "-request_size" not in segment_arguments(segment, {RUSH: "/kept/mezzanine.mp4"}, {}, "out.mp4")


@pytest.mark.parametrize("rate", STANDARD_RATES)
def test_a_file_is_read_from_the_very_frame_even_where_its_tick_is_a_frame(rate: Fraction) -> None:
    for frame in range(1, 2000):
        found = sought("a.mp4", frame, rate, 1).node.kwargs["ss"]
        assert rounded(Fraction(found) * rate) == frame, f"ffmpeg rounds {found} to its tick"
        assert frame - 1 < Fraction(found) * rate <= frame
