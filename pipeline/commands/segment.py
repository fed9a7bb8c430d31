"""The ffmpeg command that renders one segment."""

from collections.abc import Mapping
from fractions import Fraction

import ffmpeg

from pipeline.commands.camera import SCALER, framed
from pipeline.commands.inputs import LINK, arguments, lavfi, opened
from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.presets import Encode
from pipeline.segments import Laid, Segment, Source
from pipeline.spans import rounded
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

ASKED_AT_ONCE = {"request_size": 256 << 10, "initial_request_size": 32 << 10, "multiple_requests": 1}
"""Bytes of a link that are asked for at a time, over one connection. Asked for without a bound, the store sends what
nobody reads: 4.0 times the payload of a segment of 5 s; 1.40 so, 1.57 by a MiB (measured over 113 MB of 1080p)."""

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
        over = _shown(segment, laid, normals[laid.key], paths[laid.key], index)
        place = landed(laid.box, normals[laid.key])
        # never `enable`: on an input that starts later it shows nothing, in silence
        picture = picture.overlay(over, x=place.x, y=place.y, eof_action="pass", format="yuv420")
    picture = picture.filter("setsar", 1).filter("format", "yuv420p")
    picture = picture.filter("setparams", range="tv", colorspace="bt709", color_primaries="bt709", color_trc="bt709")
    output = ffmpeg.output(picture, out, **_encoding(segment.encode, segment.size, segment.rate, segment.frames))
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
    base, size = segment.base, segment.size
    if isinstance(base, Source):
        film = _sought(paths[base.key], base.span.start, segment)
        film = framed(
            _counted(film.filter("trim", end_frame=base.span.frames), segment.rate), base.path, base.size, size
        )
        return _held(film, segment.frames - base.span.frames)
    colour = lavfi(f"color={base.colour.replace('#', '0x')}:size={size}:rate={_text(segment.rate)},format=rgb24")
    one = _as_yuv(colour.filter("trim", end_frame=1), size, size, "yuv420p")
    return _counted(_repeated(one, segment.frames), segment.rate)


def _sought(path: str, frame: int, segment: Segment) -> ffmpeg.Stream:
    """A file at our rate from `frame` on. Half a frame early is exact at every rate; ffmpeg reads microseconds."""
    early = (frame - Fraction(1, 2)) / segment.rate
    options: dict[str, object] = {"ss": _seconds(early)} if frame > 0 else {}
    options |= ASKED_AT_ONCE if path.startswith(LINK) else {}
    return opened(path, threads=segment.encode.threads, **options).video


def _shown(segment: Segment, laid: Laid, normal: Normal, path: str, index: int) -> ffmpeg.Stream:
    """The overlay as it lands, for exactly the frames it shows."""
    place = landed(laid.box, normal)
    picture = opened(path).video if normal.still else _sought(path, laid.offset, segment)
    # ffmpeg-python takes two equal chains for one stream: the same asset laid twice differs by its number, nothing else
    picture = picture.filter("setpts", f"PTS+{index}*0")
    if normal.still:
        over = _repeated(_as_yuv(picture, normal.box.size, place.size, "yuva420p"), laid.at.frames)
    else:
        over = _moving(segment, laid, normal, picture, place.size)
    if laid.fade_in[0] or laid.fade_out[0]:
        over = _faded(over, segment.rate, laid)
    return _counted(over, segment.rate, laid.at.start)


def landed(box: Box, normal: Normal) -> Box:
    """Where the stored part of an overlay lands, even in origin and size, when its whole picture lands in `box`."""
    wide, high = Fraction(box.width, normal.size.width), Fraction(box.height, normal.size.height)
    x, y = _nearest_even(box.x + normal.box.x * wide), _nearest_even(box.y + normal.box.y * high)
    right, bottom = _nearest_even(box.x + normal.box.right * wide), _nearest_even(box.y + normal.box.bottom * high)
    return Box(x, y, max(2, right - x), max(2, bottom - y))


def _nearest_even(value: Fraction) -> int:
    return rounded(value / 2) * 2


def _moving(segment: Segment, laid: Laid, normal: Normal, film: ffmpeg.Stream, size: Size) -> ffmpeg.Stream:
    """A moving overlay from `offset` on, its last frame standing still when it is over before its place is."""
    left = laid.frames - laid.offset
    film = _counted(film.filter("trim", end_frame=min(left, laid.at.frames)), segment.rate)
    if not normal.alpha:
        faded = laid.fade_in[0] or laid.fade_out[0]
        film = _resized(film, normal.box.size, size).filter("format", "yuva420p" if faded else "yuv420p")
    else:
        part = f"{normal.box.width}:{normal.box.height}:0"
        halves = film.split()
        colour = _resized(halves[0].filter("crop", *part.split(":"), 0), normal.box.size, size)
        alpha = halves[1].filter("crop", *part.split(":"), normal.box.height).filter("extractplanes", "y")
        # alpha was stored as studio-range grey, 16 to 235; it is now 0 to 255 and says it is not: ffmpeg brings all
        # that meets to one range, and would make the whole picture full range for its sake
        alpha = alpha.filter("lut", c0="clip((val-16)*255/219,0,255)").filter("setparams", range="tv")
        film = ffmpeg.filter([colour, _resized(alpha, normal.box.size, size)], "alphamerge")
    return _held(film, laid.at.frames - left) if laid.after == "hold" else film


def _faded(over: ffmpeg.Stream, rate: Fraction, laid: Laid) -> ffmpeg.Stream:
    """Its alpha faded in and out, by time, so that a fade may have begun before the segment.

    Over n frames it takes n + 1 steps: the first frame already shows a little, the last still does.
    """
    fades = [(kind, *fade) for kind, fade in (("in", laid.fade_in), ("out", laid.fade_out)) if fade[0]]
    origin = min(laid.at.start, *(begin - 1 for _, _, begin in fades))
    over = _counted(over, rate, laid.at.start - origin)
    for kind, frames, begin in fades:
        start, length = _seconds((begin - 1 - origin) / rate), _seconds((frames + 1) / rate)
        over = over.filter("fade", type=kind, start_time=start, duration=length, alpha=1)
    return over


def _as_yuv(picture: ffmpeg.Stream, found: Size, wanted: Size, pixels: str) -> ffmpeg.Stream:
    """An RGB picture in BT.709; unsaid, ffmpeg would take BT.601."""
    size = {} if found == wanted else {"w": wanted.width, "h": wanted.height}
    scaled = picture.filter(
        "scale", **size, flags=f"{SCALER}+full_chroma_int", out_color_matrix="bt709", out_range="tv"
    )
    return scaled.filter("format", pixels)


def _resized(picture: ffmpeg.Stream, found: Size, wanted: Size) -> ffmpeg.Stream:
    if found == wanted:
        return picture
    return picture.filter("scale", wanted.width, wanted.height, flags=SCALER, in_range="tv", out_range="tv")


def _repeated(picture: ffmpeg.Stream, frames: int) -> ffmpeg.Stream:
    """One picture, `frames` times: a picture decoded and converted once."""
    return picture.filter("loop", loop=frames - 1, size=1)


def _held(picture: ffmpeg.Stream, frames: int) -> ffmpeg.Stream:
    """Its last picture standing still for `frames` more; none when that is not above 0."""
    return picture.filter("tpad", stop=frames, stop_mode="clone") if frames > 0 else picture


def _counted(picture: ffmpeg.Stream, rate: Fraction, start: int = 0) -> ffmpeg.Stream:
    """Time in units of one frame, the first at `start`."""
    return picture.filter("settb", f"{rate.denominator}/{rate.numerator}").filter(
        "setpts", f"N+{start}" if start else "N"
    )


def _encoding(encode: Encode, size: Size, rate: Fraction, frames: int) -> dict[str, object]:
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
        "r": _text(rate),
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


def _text(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def _seconds(value: Fraction) -> str:
    return f"{float(max(Fraction(0), value)):.6f}"
