"""Small test media, made on the spot: pictures that carry their own number, clicks at a known time."""

import os
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from pipeline.media.ffmpeg import Ffmpeg, found, run

BITS = 12
BLOCK = 16
WIDTH, HEIGHT = BITS * BLOCK, 64
DARK, LIGHT = 48, 208


def made(ffmpeg: Ffmpeg, path: Path, *arguments: str) -> Path:
    """What ffmpeg makes of these arguments, at `path`."""
    run(ffmpeg, ["-v", "error", *arguments, str(path)], what=f"making {path.name}")
    return path


def pattern(size: str = "320x180", rate: str = "25", seconds: float = 1) -> tuple[str, ...]:
    """Arguments for a moving test picture."""
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}")


def tone(seconds: float = 1, rate: int = 48000) -> tuple[str, ...]:
    """Arguments for a tone of 440 Hz."""
    return ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={rate}:duration={seconds}")


def clip(path: Path, seconds: float = 3, size: str = "640x360", *, sound: bool = True) -> Path:
    """A small film of a moving pattern, with a tone or without sound."""
    heard = (*tone(seconds), "-shortest") if sound else ()
    return made(found(os.environ.get("RUSHES_FFMPEG")), path, *pattern(size, "25", seconds), *heard)


def counted(path: Path, times: Sequence[int], tick: Fraction, **options: str) -> Path:
    """A film whose picture k carries the number k in stripes, shown at `times[k]` ticks of `tick` seconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", options={"preset": "ultrafast", "bf": "2", **options})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = stream.codec_context.time_base = tick
        for number, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(_striped(number), format="yuv420p")
            frame.pts, frame.time_base = time, tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def constant(path: Path, rate: Fraction, frames: int) -> Path:
    """A film of numbered pictures at a constant rate."""
    return counted(path, [frame * rate.denominator for frame in range(frames)], Fraction(1, rate.numerator))


def numbers(path: Path) -> tuple[int, ...]:
    """The number that each picture of a film carries, in order of showing."""
    with av.open(str(path)) as container:
        return tuple(_number(frame.to_ndarray(format="gray")) for frame in container.decode(video=0))


def _striped(number: int) -> np.ndarray:
    picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    for bit in range(BITS):
        picture[:HEIGHT, bit * BLOCK : (bit + 1) * BLOCK] = LIGHT if number >> bit & 1 else DARK
    return picture


def _number(grey: np.ndarray) -> int:
    row = grey[grey.shape[0] // 4 : -(grey.shape[0] // 4)].mean(axis=0)
    block = grey.shape[1] / BITS
    bits = [row[round((bit + 0.25) * block) : round((bit + 0.75) * block)].mean() > 128 for bit in range(BITS)]
    return sum(1 << bit for bit, light in enumerate(bits) if light)


def clicks(path: Path, at: Iterable[int], samples: int, *, rate: int = 48000, channels: int = 1) -> Path:
    """A WAV of silence with single loud samples at these places."""
    sound = np.zeros((1, samples * channels), np.int16)
    for place in at:
        sound[0, place * channels : (place + 1) * channels] = 30000
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono" if channels == 1 else "stereo")
        frame = av.AudioFrame.from_ndarray(sound, format="s16", layout="mono" if channels == 1 else "stereo")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def samples_of(path: Path) -> np.ndarray:
    """The samples of a sound file: (samples, channels) of int16."""
    with av.open(str(path)) as container:
        channels = container.streams.audio[0].codec_context.channels
        parts = [frame.to_ndarray().reshape(-1, channels) for frame in container.decode(audio=0)]
    return np.concatenate(parts) if parts else np.zeros((0, channels), np.int16)
