"""The picture as people see it: upright, square pixels, SDR in the colours of BT.709, 8 bits."""

from dataclasses import replace

import ffmpeg

from pipeline.commands.tones import sdr_expression
from pipeline.footage import Colour, Media
from pipeline.geometry import Size

_UNKNOWN = 2
_BT709 = 1
_BT601 = 6
_BT2020 = 9
_RGB = 0
_PQ = 16

EXACT = "bicubic+accurate_rnd+bitexact"
"""How swscale rounds: alike on every processor."""

HD = Size(1280, 577)
"""From this width or height on, a picture that does not tell its colours is BT.709, below BT.601 (what players do)."""


def told(media: Media) -> Colour:
    """Its colour with what the file leaves out filled in as players do."""
    colour, size = media.colour, media.size or HD
    usual = _BT709 if size.width >= HD.width or size.height >= HD.height else _BT601
    if colour.hdr:
        usual = _BT2020
    matrix = colour.matrix
    if media.pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal")):
        matrix = _RGB
    elif matrix in {_UNKNOWN, _RGB}:
        matrix = usual
    # SDR transfers are all shown by the same displays (ITU-R BT.1886): none is converted into another
    transfer = colour.transfer if colour.hdr else _BT709
    primaries = colour.primaries if colour.primaries != _UNKNOWN else (_BT2020 if colour.hdr else _BT709)
    return replace(colour, primaries=primaries, transfer=transfer, matrix=matrix)


def upright_sdr(picture: ffmpeg.Stream, media: Media, size: Size) -> ffmpeg.Stream:
    """Turned, pixels made square, cut to the even `size`, toned down, 8-bit 4:2:0 in BT.709."""
    # what the file says about turning must not reach the outputs: they would be turned twice
    picture = _turned(picture.filter("sidedata", mode="delete", type="DISPLAYMATRIX"), media)
    stretched = media.upright is not None and not _cut_only(media)
    if not stretched:
        picture = picture.filter("crop", size.width, size.height, 0, 0, exact=1)
    colour = told(media)
    picture = picture.filter(
        "setparams",
        color_primaries=colour.primaries,
        color_trc=colour.transfer,
        colorspace=colour.matrix,
        range="pc" if colour.full_range else "tv",
    )
    wanted: dict[str, object] = {"matrix": "bt709", "range": "limited"}
    if stretched:
        picture = picture.filter("scale", size.width, size.height, flags=EXACT)
    if colour.hdr:
        picture = picture.filter("zscale", primaries="bt709", transfer="smpte2084", matrix="gbr", range="full")
        picture = picture.filter("format", "gbrp12le")
        curve = sdr_expression()
        picture = picture.filter("lutrgb", r=curve, g=curve, b=curve)
        picture = picture.filter("setparams", color_primaries="bt709", color_trc="bt709")
        picture = picture.filter("zscale", dither="ordered", **wanted)
    elif colour.primaries != _BT709:
        picture = picture.filter("zscale", primaries="bt709", transfer="bt709", dither="ordered", **wanted)
    else:
        picture = picture.filter("scale", out_color_matrix="bt709", out_range="tv", flags=EXACT)
    picture = picture.filter("format", "yuv420p").filter("setsar", 1)
    return picture.filter("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv")


def _cut_only(media: Media) -> bool:
    """True when stored pixels are square: the picture need not be scaled to be upright."""
    size, upright = media.size, media.upright
    if size is None or upright is None:
        return True
    return upright in ({Size(size.height, size.width)} if media.rotation in {90, 270} else {size})


def _turned(picture: ffmpeg.Stream, media: Media) -> ffmpeg.Stream:
    if media.mirrored:
        picture = picture.filter("hflip")
    if media.rotation == 90:
        return picture.filter("transpose", "clock")
    if media.rotation == 180:
        return picture.filter("hflip").filter("vflip")
    if media.rotation == 270:
        return picture.filter("transpose", "cclock")
    return picture
