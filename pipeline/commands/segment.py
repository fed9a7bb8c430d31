"""The ffmpeg command that renders one segment."""

from collections.abc import Mapping
from fractions import Fraction

import ffmpeg

from pipeline.commands.camera import framed
from pipeline.commands.frames import counted, held, plain, sought, text
from pipeline.commands.inputs import arguments
from pipeline.commands.laid import laid_over
from pipeline.footage import Normal
from pipeline.geometry import Size
from pipeline.presets import Encode
from pipeline.segments import Segment, Source
from pipeline.values import Key

LEVELS = (
    ("3.0", 1_620, 40_500),
    ("3.1", 3_600, 108_000),
    ("3.2", 5_120, 216_000),
    ("4.0", 8_192, 245_760),
    ("4.1", 8_192, 245_760),
    ("4.2", 8_704, 522_240),
    ("5.0", 22_080, 589_824),
    ("5.1", 36_864, 983_040),
    ("5.2", 36_864, 2_073_600),
    ("6.2", 139_264, 16_711_680),
)
"""H.264 levels: macroblocks in a frame, macroblocks a second at most (ITU-T H.264 table A-1)."""

BT709 = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709"}


def segment_arguments(segment: Segment, paths: Mapping[Key, str], normals: Mapping[Key, Normal], out: str) -> list[str]:
    """Arguments that render the segment to `out`, an MP4 with one silent picture track.

    `paths` gives the mezzanine of its source and the stored picture of each overlay, by key; `normals` what is
    known of each overlay. Frame n of the output is packet n, at time n in units of one frame.

    Raises:
        KeyError: a path or an overlay is not given.
    """
    picture = _base(segment, paths)
    for index, laid in enumerate(segment.overlays):
        picture = laid_over(picture, segment, index, normals[laid.key], paths[laid.key])
    picture = picture.filter("setsar", 1).filter("format", "yuv420p")
    picture = picture.filter("setparams", range="tv", colorspace="bt709", color_primaries="bt709", color_trc="bt709")
    output = ffmpeg.output(picture, out, **encoding(segment.encode, segment.size, segment.rate, segment.frames))
    return arguments(output.global_args("-filter_complex_threads", str(segment.encode.threads)))


def level(encode: Encode, size: Size, rate: Fraction) -> str:
    """The profile's level, or the lowest above it that holds pictures of `size` at `rate`."""
    blocks = -(-size.width // 16) * -(-size.height // 16)
    names = [name for name, _, _ in LEVELS]
    for name, frame_most, second_most in LEVELS[names.index(encode.level) :]:
        if blocks <= frame_most and blocks * rate <= second_most:
            return name
    return LEVELS[-1][0]


def gop(encode: Encode, rate: Fraction) -> int:
    """Frames from one key frame to the next: never longer than the profile's, so 29 at 29.97."""
    return max(1, int(encode.gop_seconds * rate))


def _base(segment: Segment, paths: Mapping[Key, str]) -> ffmpeg.Stream:
    base, size, rate = segment.base, segment.size, segment.rate
    if isinstance(base, Source):
        film = sought(paths[base.key], base.span.start, rate, segment.encode.threads)
        film = framed(counted(film.filter("trim", end_frame=base.span.frames), rate), base.path, base.size, size)
        return held(film, segment.frames - base.span.frames)
    return counted(plain(base.colour, size, rate, segment.frames), rate)


def encoding(encode: Encode, size: Size, rate: Fraction, frames: int) -> dict[str, object]:
    """No B-frames, closed GOPs, the same parameter sets whatever the picture, the same bytes on every machine."""
    every = gop(encode, rate)
    return {
        "vcodec": "libx264",
        "preset": encode.preset,
        "crf": encode.crf,
        "threads": encode.threads,
        "level": level(encode, size, rate),
        "pix_fmt": encode.pixel_format,
        "g": every,
        "keyint_min": every,
        "x264-params": encode.x264,
        "r": text(rate),
        "frames:v": frames,
        "color_range": "tv",
        **BT709,
        "chroma_sample_location": "left",
        "flags:v": "+bitexact",
        "fflags": "+bitexact",
        # the SEI in which x264 signs its settings
        "bsf:v": "filter_units=remove_types=6",
        "map_metadata": -1,
        "video_track_timescale": rate.numerator,
        "f": "mp4",
    }
