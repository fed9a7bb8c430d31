"""What ffmpeg does to an animation once, so that every segment that shows it pays little."""

from fractions import Fraction

import ffmpeg

from pipeline.commands.inputs import arguments, opened
from pipeline.footage import Media
from pipeline.geometry import Box, Size
from pipeline.spans import rounded

CRF = 11
"""Quality of the stored colour and alpha: at crf 10 the pair is visually clean at 1/14 the bytes of ProRes 4444."""

SEEN = 8
"""Alpha (of 255) up to which a pixel's own colour is not kept: 3 % of it shows, and it is often black or noise."""

SPREAD = 4
"""Pixels by which colour is carried past the edge of what is seen: chroma is halved and corners are scaled by 0.28."""

TICKS = 100
"""Ticks in half a frame while frames are chosen: 0.2 ms at 25 frames a second, for containers that count in 1 ms."""

SEQUENCE = "sequence"
"""`Media.container` of numbered pictures; their path is then a pattern (`%06d.png`), and without a rate they are made
for the timeline's."""

ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""ffmpeg's own VP8 and VP9 decoders drop the alpha in silence and give an opaque rectangle."""


def alpha_reach(path: str, media: Media, rate: Fraction, out: str) -> list[str]:
    """Arguments that write the greatest alpha each pixel ever has: one raw grey picture of `upright(media)` size.

    `out` is written again at each frame; the last one counts.
    """
    reach = _upright(path, media, rate).filter("format", "gbrap").filter("alphaextract").filter("lagfun", decay=1)
    options = {"f": "image2", "update": 1, "vcodec": "rawvideo", "pix_fmt": "gray", "fps_mode": "passthrough"}
    return arguments(ffmpeg.output(reach, out, **options, **({"frames:v": media.frames} if media.frames else {})))


def normal_moving(path: str, media: Media, rate: Fraction, box: Box, out: str) -> list[str]:
    """Arguments that write the normalised picture: the frames nearest in time at `rate`, `box` of the upright picture.

    With `media.alpha`, colour stands above alpha (see `Normal`), and colour goes on past the edges of what is seen so
    that neither halved chroma nor scaling mixes it with what lay hidden.
    """
    frames = normal_frames(media, rate)
    # a source frame counts from half a frame before it to half a frame after: then `up` gives the nearest one. Half a
    # frame is a whole number of ticks, whatever the container's own are
    made = media.rate or rate
    picture = (
        _upright(path, media, rate)
        .filter("settb", f"1/{made.numerator * TICKS * 2}")
        .filter("setpts", f"PTS-STARTPTS-{made.denominator * TICKS}")
        .filter("fps", fps=_text(rate), round="up", start_time=0)
        .filter("tpad", stop=-1, stop_mode="clone")
    )
    if media.alpha:
        picture = _stacked(_reaching(picture.filter("format", "gbrap"), upright(media), box))
    else:
        picture = _cut(picture, box)
    return arguments(_written(picture, out, rate, frames))


def normal_states(path: str, size: Size, rate: Fraction, hold: tuple[int, int], frames: int, out: str) -> list[str]:
    """Arguments that make a moving card from its different pictures: raw RGB of `size`, colour above alpha already.

    `hold` is (index, more): the picture that stays, and for how many more frames than one.
    """
    index, more = hold
    pictures = opened(path, format="rawvideo", pix_fmt="rgb24", s=str(size), framerate=_text(rate))
    if more:
        pictures = pictures.filter("loop", loop=more, size=1, start=index).filter("setpts", "N/FR/TB")
    return arguments(_written(pictures, out, rate, frames))


def normal_frames(media: Media, rate: Fraction) -> int:
    """Frames of a moving asset at `rate`, at least 1: as long as it was made, to the nearest frame."""
    return max(1, rounded(media.frames * rate / (media.rate or rate)))


def upright(media: Media) -> Size:
    """The picture's size as people see it.

    Raises:
        ValueError: there is no picture.
    """
    size = media.upright or media.size
    if size is None:
        raise ValueError(f"{media.name} has no picture")
    return size


def _upright(path: str, media: Media, rate: Fraction) -> ffmpeg.Stream:
    """The picture turned as its file says (ffmpeg does that by itself), progressive, its pixels square."""
    options: dict[str, object] = {}
    if media.container == SEQUENCE:
        options |= {"format": "image2", "framerate": _text(media.rate or rate)}
    elif media.alpha and media.video_codec in ALPHA_DECODERS:
        options["vcodec"] = ALPHA_DECODERS[media.video_codec]
    picture = opened(path, **options).video
    if media.interlaced:
        picture = picture.filter("bwdif", mode="send_frame")
    size = upright(media)
    # an untagged matrix is BT.709 from 720 lines on, as every player takes it (ffmpeg would take BT.601)
    matrix = {"in_color_matrix": "bt709"} if media.colour.matrix == 2 and size.height >= 720 else {}
    return picture.filter("scale", size.width, size.height, flags="bicubic+accurate_rnd", **matrix).filter("setsar", 1)


def _reaching(picture: ffmpeg.Stream, size: Size, box: Box) -> ffmpeg.Stream:
    """`box` of a picture with alpha; an odd picture is first widened by an empty column or row."""
    if not box.within(size.box):
        width, height = max(size.width, box.right), max(size.height, box.bottom)
        picture = picture.filter("pad", width, height, 0, 0, color="black@0")
    return _cut(picture, box)


def _cut(picture: ffmpeg.Stream, box: Box) -> ffmpeg.Stream:
    return picture.filter("crop", box.width, box.height, box.x, box.y, exact=1)


def _stacked(picture: ffmpeg.Stream) -> ffmpeg.Stream:
    """Colour above alpha, both in RGB."""
    first, second = (picture.split()[index] for index in (0, 1))
    alpha = second.filter("alphaextract").split()
    mask = alpha[0].filter("lutyuv", y=f"if(gt(val,{SEEN}),255,0)").filter("format", "gbrp").split()
    colour = first.filter("format", "gbrp").split()
    spread = ffmpeg.filter([colour[0], mask[0]], "blend", all_mode="and")
    for _ in range(SPREAD):
        spread = spread.filter("dilation")
    whole = ffmpeg.filter([spread, colour[1], mask[1]], "maskedmerge")
    return ffmpeg.filter([whole, alpha[1].filter("format", "gbrp")], "vstack")


def _written(picture: ffmpeg.Stream, out: str, rate: Fraction, frames: int) -> ffmpeg.Stream:
    """BT.709, 8 bits, no B-frames: decoded at little cost, and frame n is the n-th packet."""
    picture = picture.filter(
        "scale", out_color_matrix="bt709", out_range="tv", flags="bicubic+accurate_rnd+full_chroma_int"
    ).filter("format", "yuv420p")
    options = {
        "vcodec": "libx264",
        "preset": "veryfast",
        "crf": CRF,
        "bf": 0,
        "g": max(1, rounded(rate)),
        "threads": 2,
        "r": _text(rate),
        "frames:v": frames,
        "color_range": "tv",
        "colorspace": "bt709",
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "map_metadata": -1,
        "fflags": "+bitexact",
        "movflags": "+faststart",
        "video_track_timescale": rate.numerator,
    }
    return ffmpeg.output(picture, out, **options)


def _text(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"
