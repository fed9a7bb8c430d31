"""The commands of ingest: arguments as data, and the arithmetic of frames they rest on."""

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.commands.conform import (
    FINER,
    Mezzanine,
    analysis_size,
    conforming,
    even_size,
    expected_frames,
    first_frames,
    proxy_size,
    sampled_frames,
    shown_pictures,
    sounding,
    strip,
)
from pipeline.commands.formats import FORMATS
from pipeline.commands.tones import PEAK, WHITE, pq, sdr_expression
from pipeline.commands.upright import told
from pipeline.footage import Colour, Media
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.spans import STANDARD_RATES
from pipeline.values import Key

GOLDENS = Path(__file__).parent / "goldens"
UHD = Size(3840, 2160)
CAMERA = Media(
    "prise 1.mov",
    Key("0" * 64),
    "video",
    "mov,mp4,m4a,3gp,3g2,mj2",
    size=UHD,
    upright=UHD,
    rate=Fraction(25),
    frames=1000,
    duration=Fraction(40),
    pixel_format="yuv420p",
    colour=Colour(1, 1, 1),
    sample_rate=48000,
    channels=2,
    samples=40 * 48000,
    time_base=Fraction(1, 12800),
    sound_track=1,
)
PHONE = replace(
    CAMERA,
    size=Size(1921, 1081),
    upright=Size(1081, 1921),
    rotation=90,
    mirrored=True,
    variable=True,
    interlaced=True,
    rate=Fraction(2987, 100),
    start=Fraction(1, 3),
    time_base=Fraction(1, 90000),
    colour=Colour(9, 18, 9, depth=10),
    pixel_format="yuv420p10le",
    channels=6,
)
SCREEN = replace(CAMERA, size=Size(720, 576), upright=Size(768, 576), colour=Colour(), sample_rate=0, channels=0)
NTSC = Fraction(30000, 1001)


@pytest.fixture(scope="module")
def numbers() -> Mezzanine:
    return shelf.mezzanine()


@pytest.mark.parametrize(
    ("name", "media", "rate"),
    [
        ("conform-camera", CAMERA, Fraction(25)),
        ("conform-phone-hdr-fields-mirrored", PHONE, NTSC),
        ("conform-screen-silent", SCREEN, Fraction(25)),
    ],
)
def test_the_one_decode_is_written_down(name: str, media: Media, rate: Fraction, numbers: Mezzanine) -> None:
    same_as_golden(name, conforming("/rushes/prise 1.mov", media, rate, numbers))


@pytest.mark.parametrize(
    ("name", "media", "offset"),
    [("sound-stereo", CAMERA, 0), ("sound-late", CAMERA, -480), ("sound-silent", SCREEN, 0)],
)
def test_the_sound_is_written_down(name: str, media: Media, offset: int, numbers: Mezzanine) -> None:
    same_as_golden(name, sounding(media, NTSC, 1199, offset, numbers))


def same_as_golden(name: str, arguments: list[str]) -> None:
    """Compares with `goldens/`; with RUSHES_WRITE_GOLDENS set, writes them: then read the difference."""
    path = GOLDENS / f"{name}.txt"
    text = "\n".join(arguments) + "\n"
    if "RUSHES_WRITE_GOLDENS" in os.environ:
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_there_is_one_input_and_one_decode(numbers: Mezzanine) -> None:
    arguments = conforming("/rushes/a.mov", PHONE, NTSC, numbers)
    assert arguments.count("-i") == 1
    assert arguments[arguments.index("-protocol_whitelist") + 1] == "file,pipe"
    graph = arguments[arguments.index("-filter_complex") + 1]
    assert graph.count("[0:0]") == 1
    assert graph.index("hflip") < graph.index("transpose=clock") < graph.index("crop=1080:1920")
    assert graph.index("bwdif") < graph.index("fps=") < graph.index("lutrgb")


def test_deep_pictures_are_decoded_by_fewer_threads(numbers: Mezzanine) -> None:
    for media, threads in ((CAMERA, numbers.decode_threads), (PHONE, numbers.deep_threads)):
        arguments = conforming("/rushes/a.mov", media, NTSC, numbers)
        assert arguments[arguments.index("-threads") + 1] == str(threads)
        assert arguments.index("-threads") < arguments.index("-i")


def test_no_playlist_or_device_is_opened() -> None:
    assert not {"hls", "dash", "concat", "sdp", "rtsp", "image2", "lavfi", "imf", "v4l2", "xcbgrab"} & set(FORMATS)


@pytest.mark.parametrize(
    ("upright", "even"), [((321, 241), (320, 240)), ((1080, 1920), (1080, 1920)), ((1, 1), (2, 2))]
)
def test_an_odd_size_loses_its_last_row_and_column(upright: tuple[int, int], even: tuple[int, int]) -> None:
    assert even_size(replace(CAMERA, upright=Size(*upright))) == Size(*even)


def test_sound_has_no_size() -> None:
    with pytest.raises(ValueError, match="has no picture"):
        even_size(replace(CAMERA, upright=None))


@pytest.mark.parametrize(
    ("size", "proxy", "analysis"),
    [
        ((3840, 2160), (1280, 720), (640, 360)),
        ((1080, 1920), (720, 1280), (640, 1138)),
        ((640, 540), (640, 540), (640, 540)),
        ((200, 112), (200, 112), (200, 112)),
        ((4096, 1716), (1718, 720), (640, 268)),
    ],
)
def test_sizes_beside_the_mezzanine(
    size: tuple[int, int], proxy: tuple[int, int], analysis: tuple[int, int], numbers: Mezzanine
) -> None:
    assert proxy_size(Size(*size), numbers) == Size(*proxy)
    assert analysis_size(Size(*size), numbers) == Size(*analysis)


@given(
    distances=st.lists(st.integers(1, 300), max_size=40),
    rate=st.sampled_from((Fraction(10), *STANDARD_RATES)),
    start=st.integers(-1000, 100000),
)
@settings(max_examples=60, deadline=None)
def test_every_frame_shows_the_nearest_picture(distances: list[int], rate: Fraction, start: int) -> None:
    tick = Fraction(1, 1000)
    times = [start]
    for distance in distances:
        times.append(times[-1] + distance)
    frames = expected_frames(replace(CAMERA, duration=(times[-1] - start) * tick), rate)
    for frame, picture in enumerate(shown_pictures(times, tick, rate, frames)):
        # in whole numbers, `part` of a tick each: a frame begins at a tick of 1000 d / n
        part, half = rate.numerator * FINER, 500 * rate.denominator * FINER
        off = [(time - start) * part - 2 * half * frame for time in times]
        # no picture comes more than half a frame early, to within the part of a tick in which times are placed
        allowed = [abs(distance) for distance in off if distance < half - rate.numerator]
        assert off[picture] < half
        assert abs(off[picture]) <= min(allowed)
        assert picture == 0 or abs(off[picture - 1]) > abs(off[picture])


@given(st.lists(st.integers(-50, 300), max_size=30))
@settings(max_examples=30, deadline=None)
def test_times_that_run_backwards_do_no_harm(distances: list[int]) -> None:
    times = [0]
    for distance in distances:
        times.append(times[-1] + distance)
    firsts = first_frames(times, Fraction(1, 1000), Fraction(25))
    assert list(firsts) == sorted(firsts)


@pytest.mark.parametrize(
    ("rate", "step"), [(Fraction(24000, 1001), 5), (Fraction(25), 5), (NTSC, 6), (Fraction(50), 10), (Fraction(2), 1)]
)
def test_analysis_takes_one_frame_in_so_many(rate: Fraction, step: int) -> None:
    assert sampled_frames(21, rate, 5) == tuple(range(0, 21, step))


def test_a_filmstrip_holds_a_picture_a_second_but_not_too_many(numbers: Mezzanine) -> None:
    short = strip(CAMERA, Fraction(25), numbers)
    assert (short.step, short.columns, short.rows, short.tile) == (25, 10, 5, Size(160, 90))
    long = strip(replace(CAMERA, duration=Fraction(3600)), Fraction(25), numbers)
    assert long.columns * long.rows == numbers.strip_most
    assert long.step * numbers.strip_most > 90000
    assert strip(replace(CAMERA, duration=Fraction(1, 25)), Fraction(25), numbers).columns == 1


@pytest.mark.parametrize(
    ("size", "pixel_format", "colour", "expected"),
    [
        ((1920, 1080), "yuv420p", Colour(), (1, 1, 1)),
        ((720, 576), "yuv420p", Colour(), (1, 1, 6)),
        ((1920, 1080), "yuv420p", Colour(1, 13, 5), (1, 1, 5)),
        ((1920, 1080), "yuv420p10le", Colour(2, 16, 2), (9, 16, 9)),
        ((1920, 1080), "gbrp", Colour(1, 13, 0), (1, 1, 0)),
        ((640, 480), "yuv420p", Colour(5, 6, 0), (5, 1, 6)),
    ],
)
def test_colours_left_out_are_filled_in_as_players_do(
    size: tuple[int, int], pixel_format: str, colour: Colour, expected: tuple[int, int, int]
) -> None:
    known = told(replace(CAMERA, size=Size(*size), pixel_format=pixel_format, colour=colour))
    assert (known.primaries, known.transfer, known.matrix) == expected


def test_pq_of_the_standard() -> None:
    """ITU-R BT.2408 table 1: reference white is 58 % PQ; 1,000 cd/m² is 75 %."""
    assert (round(pq(WHITE), 3), round(pq(PEAK), 3), round(pq(10000), 6)) == (0.581, 0.752, 1.0)
    assert pq(0) < 1e-6
    assert "val" in sdr_expression()
