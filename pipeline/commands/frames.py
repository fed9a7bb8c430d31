"""Steps of a graph that pictures go through, frame by frame: sought, counted, repeated, held, resized."""

from fractions import Fraction

import ffmpeg

from pipeline.commands.camera import SCALER
from pipeline.commands.inputs import LINK, lavfi, opened
from pipeline.geometry import Size

ASKED_AT_ONCE = {"request_size": 256 << 10, "initial_request_size": 32 << 10, "multiple_requests": 1}
"""Bytes of a link that are asked for at a time, over one connection. Asked for without a bound, the store sends what
nobody reads: 4.0 times the payload of a segment of 5 s; 1.40 so, 1.57 by a MiB (measured over 113 MB of 1080p)."""


def sought(path: str, frame: int, rate: Fraction, threads: int) -> ffmpeg.Stream:
    """A file at our rate from `frame` on, exact at every rate.

    A quarter of a frame early: ffmpeg reads microseconds and rounds to the file's own ticks. Where a tick is a frame,
    as in a graphic at 30, half a frame early is the frame before (59.49999 of 60).
    """
    early = (frame - Fraction(1, 4)) / rate
    options: dict[str, object] = {"ss": seconds(early)} if frame > 0 else {}
    options |= ASKED_AT_ONCE if path.startswith(LINK) else {}
    return opened(path, threads=threads, **options).video


def plain(colour: str, size: Size, rate: Fraction, frames: int, number: int = 0) -> ffmpeg.Stream:
    """`frames` pictures of one colour, `#rrggbb`: one picture converted once.

    `number` tells it from others of a graph: ffmpeg-python takes two equal chains for one stream.
    """
    source = lavfi(f"color={colour.replace('#', '0x')}:size={size}:rate={text(rate)},format=rgb24")
    source = source.filter("setpts", f"PTS+{number}*0") if number else source
    return repeated(as_yuv(source.filter("trim", end_frame=1), size, size, "yuv420p"), frames)


def as_yuv(picture: ffmpeg.Stream, found: Size, wanted: Size, pixels: str) -> ffmpeg.Stream:
    """An RGB picture in BT.709; unsaid, ffmpeg would take BT.601."""
    size = {} if found == wanted else {"w": wanted.width, "h": wanted.height}
    if pixels.startswith("yuva"):
        picture = picture.filter("format", "gbrap")  # from packed RGBA, ffmpeg makes an alpha of 128 one of 129
    scaled = picture.filter(
        "scale", **size, flags=f"{SCALER}+full_chroma_int", out_color_matrix="bt709", out_range="tv"
    )
    return scaled.filter("format", pixels)


def resized(picture: ffmpeg.Stream, found: Size, wanted: Size) -> ffmpeg.Stream:
    """A studio-range picture at another size."""
    if found == wanted:
        return picture
    return picture.filter("scale", wanted.width, wanted.height, flags=SCALER, in_range="tv", out_range="tv")


def repeated(picture: ffmpeg.Stream, frames: int) -> ffmpeg.Stream:
    """One picture, `frames` times: a picture decoded and converted once."""
    return picture.filter("loop", loop=frames - 1, size=1)


def held(picture: ffmpeg.Stream, frames: int) -> ffmpeg.Stream:
    """Its last picture standing still for `frames` more; none when that is not above 0."""
    return picture.filter("tpad", stop=frames, stop_mode="clone") if frames > 0 else picture


def counted(picture: ffmpeg.Stream, rate: Fraction, start: int = 0) -> ffmpeg.Stream:
    """Time in units of one frame, the first at `start`."""
    return picture.filter("settb", f"{rate.denominator}/{rate.numerator}").filter(
        "setpts", f"N+{start}" if start else "N"
    )


def text(rate: Fraction) -> str:
    """A rate as ffmpeg reads it, exact."""
    return f"{rate.numerator}/{rate.denominator}"


def seconds(value: Fraction) -> str:
    """Seconds as ffmpeg reads them, to the microsecond; never before 0."""
    return f"{float(max(Fraction(0), value)):.6f}"
