"""What ffmpeg does with sound: decode once, measure, encode once."""

import ffmpeg

from pipeline.commands.inputs import arguments, opened
from pipeline.spans import SAMPLE_RATE

MIXED = {"format": "f32le", "ar": SAMPLE_RATE, "ac": 2}
"""How a mix lies on disk between two steps: 32-bit float, stereo, no header."""


def decoded_arguments(path: str, out: str) -> list[str]:
    """Arguments that decode a file's first sound to `out`: WAV, 16 bits, 48 kHz, stereo."""
    sound = opened(path).audio.filter("aresample", SAMPLE_RATE).filter("aformat", channel_layouts="stereo")
    return arguments(ffmpeg.output(sound, out, acodec="pcm_s16le", f="wav", map_metadata=-1, fflags="+bitexact"))


def voice_arguments(path: str, out: str) -> list[str]:
    """Arguments that write the sound of a file as it is listened to: WAV, 16 bits, 16 kHz, mono."""
    return arguments(ffmpeg.output(opened(path).audio, out, ar=16_000, ac=1, acodec="pcm_s16le", f="wav"))


def measured_arguments(path: str, out: str, *, mixed: bool) -> list[str]:
    """Arguments that write loudness and true peak so far, every 100 ms, to `out` (EBU R 128 metadata of ffmpeg).

    `out` is relative to where ffmpeg runs. `mixed`: the file is a mix between two steps, without header.
    """
    sound = opened(path, **(MIXED if mixed else {})).audio
    measured = sound.filter("ebur128", peak="true", framelog="quiet", metadata=1)
    return arguments(ffmpeg.output(measured.filter("ametadata", mode="print", file=out), "-", f="null"))


def encoded_arguments(path: str, out: str, bitrate: int) -> list[str]:
    """Arguments that encode a mix to AAC in `out` (MP4); an edit list hides what the encoder puts before it."""
    sound = opened(path, **MIXED).audio
    options = {"acodec": "aac", "audio_bitrate": bitrate, "map_metadata": -1, "flags:a": "+bitexact"}
    return arguments(ffmpeg.output(sound, out, f="mp4", fflags="+bitexact", movflags="+faststart", **options))
