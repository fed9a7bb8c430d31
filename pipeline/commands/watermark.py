"""The ffmpeg command that burns a mark into a film."""

import ffmpeg

from pipeline.commands.inputs import arguments, opened
from pipeline.commands.segment import encoding
from pipeline.copies import Film
from pipeline.presets import Encode


def watermark_arguments(film: str, mark: str, facts: Film, encode: Encode, out: str) -> list[str]:
    """Arguments that lay `mark` (PNG with alpha, as large as the film) over every frame of `film`, to `out` (MP4).

    Sound, chapters and titles are copied as they are. What is written in the mark is in its pixels: no text comes here.
    """
    source = opened(film)
    picture = source.video.overlay(opened(mark).video, eof_action="repeat", format="yuv420")
    picture = picture.filter("setsar", 1).filter("format", "yuv420p")
    picture = picture.filter("setparams", range="tv", colorspace="bt709", color_primaries="bt709", color_trc="bt709")
    options = encoding(encode, facts.size, facts.rate, facts.frames)
    options |= {"map_metadata": 0, "map_chapters": 0, "movflags": "+faststart", "acodec": "copy"}
    return arguments(ffmpeg.output(picture, source.audio, out, **options))
