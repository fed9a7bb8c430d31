"""What ffmpeg does to an animation once, so that every segment that shows it pays little."""

from fractions import Fraction

import ffmpeg

from pipeline.commands.inputs import arguments, opened
from pipeline.footage import Media
from pipeline.geometry import Box, Size
from pipeline.spans import rounded

CRF = 11
"""Quality of the stored colour and alpha: at crf 10 the pair is visually clean at 1/14 the bytes of ProRes 4444."""

MOVING_MOST = 1920
"""Longest edge of an animation as kept: drafts are 1080p, and one of 4K with alpha took 1.8 GB to make ready."""

SEEN = 8
"""Alpha (of 255) up to which a pixel's own colour is not kept: 3 % of it shows, and it is often black or noise."""

SPREAD = 4
"""Pixels by which colour is carried past the edge of what is seen: chroma is halved and corners are scaled by 0.28."""

TICKS = 100
"""Ticks in half a frame while frames are chosen: 0.2 ms at 25 frames a second, for containers that count in 1 ms."""

SEQUENCE = "sequence"
"""`Media.container` of numbered pictures; their path is then a pattern (`%06d.png`), and without a rate they are made
for the timeline's."""

VECTORS = frozenset({"svg", "lottie", "dotlottie"})
"""`Media.container` of what is drawn for the frame it will be seen in, at whatever size that is."""

DRAWN = VECTORS | {"played"}
"""`Media.container` of what ffmpeg cannot decode: its pictures are drawn, and come through a pipe."""

PIPE = "pipe:0"

SAMPLED = 8
"""Frames looked at to tell a straight animation from a premultiplied one."""

DECODING = 1
"""Threads that decode: each holds whole frames, and one of 4K in 12 bits with alpha is 66 MB."""

SHALLOW = 8
"""Bits of a channel that need no care."""

SCALER = "bicubic+accurate_rnd+full_chroma_int"

UNTAGGED, HIGH_DEFINITION = 2, 720
"""H.273's code for a matrix that is not told, and the lines from which every player takes it for BT.709 (ffmpeg would
take BT.601)."""

ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""ffmpeg's own VP8 and VP9 decoders drop the alpha in silence and give an opaque rectangle."""


def alpha_reach(path: str, media: Media, rate: Fraction, out: str, samples: str) -> list[str]:
    """Arguments that write the greatest alpha each pixel ever has: one raw grey picture of `kept(media)` size.

    `out` is written again at each frame; the last one counts. In `samples`, up to `SAMPLED` frames, spread over all, as
    they are: raw RGBA, as large as they are stored.
    """
    size = kept(media)
    picture = _decoded(path, media, rate)
    parts = _straight(picture, media).split()
    alpha = parts[0].filter("alphaextract")
    reach = alpha.filter("scale", size.width, size.height, flags=SCALER).filter("lagfun", decay=1)
    options = {"f": "image2", "update": 1, "vcodec": "rawvideo", "pix_fmt": "gray", "fps_mode": "passthrough"}
    some = parts[1].filter("select", f"not(mod(n,{-(-max(1, media.frames) // SAMPLED)}))").filter("format", "rgba")
    taken = {"f": "rawvideo", "vcodec": "rawvideo", "fps_mode": "passthrough", "frames:v": SAMPLED}
    written = [
        ffmpeg.output(reach, out, **options, **({"frames:v": media.frames} if media.frames else {})),
        ffmpeg.output(some, samples, **taken),
    ]
    return arguments(ffmpeg.merge_outputs(*written))


def normal_moving(
    path: str, media: Media, rate: Fraction, box: Box, out: str, *, premultiplied: bool = False
) -> list[str]:
    """Arguments that write the normalised picture: the frames nearest in time at `rate`, `box` of the upright picture.

    With `media.alpha`, colour stands above alpha (see `Normal`), and colour goes on past the edges of what is seen so
    that neither halved chroma nor scaling mixes it with what lay hidden.
    """
    frames = normal_frames(media, rate)
    # cut first: whole frames of 4K, held by the filters that choose frames, would take a gigabyte
    cut = _reaching(_upright(path, media, rate, premultiplied=premultiplied), kept(media), box)
    picture = _nearest(cut, media.rate or rate, rate)
    if media.alpha:
        picture = _stacked(picture)
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


def drawn_pictures(size: Size, rate: Fraction, out: str) -> list[str]:
    """Arguments that keep pictures drawn one after the other (raw BGRA, `size`) as they are: straight, without loss."""
    pictures = opened(PIPE, format="rawvideo", pix_fmt="bgra", s=str(size), framerate=_text(rate))
    return arguments(ffmpeg.output(pictures.video, out, vcodec="qtrle" if out.endswith(".mov") else "png"))


def normal_frames(media: Media, rate: Fraction) -> int:
    """Frames of a moving asset at `rate`, at least 1: as long as it was made, to the nearest frame."""
    if media.rate is None and media.duration:
        return max(1, rounded(media.duration * rate))
    return max(1, rounded(media.frames * rate / (media.rate or rate)))


def kept(media: Media) -> Size:
    """The size a moving asset is kept at: as people see it, its longest edge at most `MOVING_MOST`.

    Raises:
        ValueError: there is no picture.
    """
    size = media.upright or media.size
    if size is None:
        raise ValueError(f"{media.name} has no picture")
    longest = max(size.width, size.height)
    if longest <= MOVING_MOST:
        return size
    return size.box.scaled(Fraction(MOVING_MOST, longest)).size


def _decoded(path: str, media: Media, rate: Fraction) -> ffmpeg.Stream:
    """The picture turned as its file says (ffmpeg does that by itself), progressive, its matrix told."""
    options: dict[str, object] = {"threads": DECODING}
    if media.container == SEQUENCE:
        options |= {"format": "image2", "framerate": _text(media.rate or rate)}
    elif media.alpha and media.video_codec in ALPHA_DECODERS:
        options["vcodec"] = ALPHA_DECODERS[media.video_codec]
    picture = opened(path, **options).video
    if media.interlaced:
        picture = picture.filter("bwdif", mode="send_frame")
    if media.colour.matrix == UNTAGGED and kept(media).height >= HIGH_DEFINITION:
        picture = picture.filter("setparams", colorspace="bt709")
    return picture


def _upright(path: str, media: Media, rate: Fraction, *, premultiplied: bool) -> ffmpeg.Stream:
    """The picture at the size it is kept at, pixels square; GBRAP, straight, when it has alpha."""
    picture, size = _decoded(path, media, rate), kept(media)
    if media.alpha:
        picture = _straight(picture, media)
        if premultiplied or size != turned(media):
            picture = _scaled_with_alpha(picture, size, premultiplied=premultiplied)
    else:
        picture = picture.filter("scale", size.width, size.height, flags=SCALER)
    return picture.filter("setsar", 1)


def _straight(picture: ffmpeg.Stream, media: Media) -> ffmpeg.Stream:
    """In GBRAP, 8 bits a channel, each code the nearest; unsaid, ffmpeg rounds a colour off by up to 3 levels.

    swscale divides deep alpha, and deep RGB, by a power of two: half of all codes come out a level off.
    """
    if media.colour.depth > SHALLOW and not media.pixel_format.startswith("yuv"):
        return picture.filter("format", "gbrap16le").filter("zscale").filter("format", "gbrap")
    if media.colour.depth > SHALLOW:
        parts = picture.split()
        opacity = parts[1].filter("alphaextract").filter("format", "gray")
        colour = parts[0].filter("scale", flags=SCALER).filter("format", "gbrp")
        return ffmpeg.filter([colour, opacity], "alphamerge").filter("format", "gbrap")
    return picture.filter("scale", flags=SCALER).filter("format", "gbrap")


def turned(media: Media) -> Size | None:
    """The size of the stored picture after its rotation, pixels as they are; None when there is none."""
    if media.size is None or media.rotation % 180 == 0:
        return media.size
    return Size(media.size.height, media.size.width)


def _scaled_with_alpha(picture: ffmpeg.Stream, size: Size, *, premultiplied: bool) -> ffmpeg.Stream:
    """A GBRAP picture at another size, each colour counting for what is seen of it: as it is, when `premultiplied`.

    Straight scaling would mix edges with what lies hidden beside them, often black. Multiplied and divided here and not
    by `premultiply`, whose meaning changed with ffmpeg 9.
    """
    parts = picture.split()
    opaque = parts[1].filter("alphaextract")
    weighed = parts[0].filter("format", "gbrp")
    if not premultiplied:
        alpha = opaque.split()
        opaque = alpha[1]
        weighed = ffmpeg.filter([weighed, alpha[0].filter("format", "gbrp")], "blend", all_mode="multiply")
    weighed = weighed.filter("scale", size.width, size.height, flags=SCALER)
    opacity = opaque.filter("scale", size.width, size.height, flags=SCALER).split()
    colour = ffmpeg.filter([weighed, opacity[0].filter("format", "gbrp")], "blend", all_mode="divide")
    return ffmpeg.filter([colour, opacity[1]], "alphamerge").filter("format", "gbrap")


def _nearest(picture: ffmpeg.Stream, made: Fraction, rate: Fraction) -> ffmpeg.Stream:
    """At `rate`, the frame nearest in time of a picture made at the rate `made`; the last one without end.

    A frame counts from half a frame before it to half a frame after: then `up` gives the nearest. Half a frame is a
    whole number of ticks, whatever the container's own are.
    """
    return (
        picture.filter("settb", f"1/{made.numerator * TICKS * 2}")
        .filter("setpts", f"PTS-STARTPTS-{made.denominator * TICKS}")
        .filter("fps", fps=_text(rate), round="up", start_time=0)
        .filter("tpad", stop=-1, stop_mode="clone")
    )


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
    # at half the size: a quarter of the work, and each step reaches twice as far
    spread = spread.filter("scale", "iw/2", "ih/2", flags="neighbor")
    for _ in range(SPREAD // 2):
        spread = spread.filter("dilation")
    spread = spread.filter("scale", "iw*2", "ih*2", flags="neighbor")
    whole = ffmpeg.filter([spread, colour[1], mask[1]], "maskedmerge")
    return ffmpeg.filter([whole, alpha[1].filter("format", "gbrp")], "vstack")


def _written(picture: ffmpeg.Stream, out: str, rate: Fraction, frames: int) -> ffmpeg.Stream:
    """BT.709, 8 bits, no B-frames: decoded at little cost, and frame n is the n-th packet."""
    picture = picture.filter("scale", out_color_matrix="bt709", out_range="tv", flags=SCALER).filter(
        "format", "yuv420p"
    )
    options = {
        "vcodec": "libx264",
        "preset": "veryfast",
        # no CABAC, no deblocking, of no use at this quality: a third of the CPU to decode for a tenth more bytes
        "tune": "fastdecode",
        "crf": CRF,
        "bf": 0,
        "g": max(1, rounded(rate)),
        "threads": 2,
        # at this quality looking ahead saves next to nothing, and holds 150 MB
        "x264-params": "rc-lookahead=0:sync-lookahead=0",
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
