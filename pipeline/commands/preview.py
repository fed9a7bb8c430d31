"""The preview of an asset in ffmpeg: over a checkerboard, small, as every browser plays it."""

from fractions import Fraction

import ffmpeg

from pipeline.commands.frames import as_yuv, counted, repeated, resized, text
from pipeline.commands.inputs import arguments, opened
from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.spans import rounded

CRF = 23
"""Quality of a preview: seen at a third of its size, edges over the checkerboard keep their steps."""


def preview_arguments(
    board: str, picture: str, normal: Normal, rate: Fraction, place: tuple[Size, Box], out: str
) -> list[str]:
    """Arguments that lay a moving asset (`picture`, as it is normalised) over a board (PNG), to `out` (MP4).

    `place`: the size of the preview, which is that of the board, and where what is stored of the asset lands in it.
    """
    size, box = place
    under = counted(repeated(as_yuv(opened(board).video, size, size, "yuv420p"), normal.frames), rate)
    film = under.overlay(_laid(opened(picture).video, normal, box, rate), x=box.x, y=box.y, format="yuv420")
    options = {
        "vcodec": "libx264", "preset": "veryfast", "crf": CRF, "bf": 0, "g": max(1, rounded(rate)), "threads": 2,
        "pix_fmt": "yuv420p", "r": text(rate), "frames:v": normal.frames, "color_range": "tv", "colorspace": "bt709",
        "color_primaries": "bt709", "color_trc": "bt709", "map_metadata": -1, "movflags": "+faststart",
    }  # fmt: skip
    return arguments(ffmpeg.output(film, out, **options))


def _laid(film: ffmpeg.Stream, normal: Normal, box: Box, rate: Fraction) -> ffmpeg.Stream:
    if not normal.alpha:
        return counted(resized(film, normal.box.size, box.size).filter("format", "yuv420p"), rate)
    wide, high = normal.box.width, normal.box.height
    halves = film.split()
    colour = resized(halves[0].filter("crop", wide, high, 0, 0), normal.box.size, box.size)
    alpha = halves[1].filter("crop", wide, high, 0, high).filter("extractplanes", "y")
    # studio-range grey, as it is stored: see `laid.py`
    alpha = alpha.filter("lut", c0="clip((val-16)*255/219,0,255)").filter("setparams", range="tv")
    return counted(ffmpeg.filter([colour, resized(alpha, normal.box.size, box.size)], "alphamerge"), rate)


def heard_arguments(path: str, out: str) -> list[str]:
    """Arguments that write the first sound of a file as browsers play it: AAC in `out` (MP4)."""
    options = {"acodec": "aac", "audio_bitrate": 128_000, "ac": 2, "map_metadata": -1, "movflags": "+faststart"}
    return arguments(ffmpeg.output(opened(path).audio, out, f="mp4", **options))
