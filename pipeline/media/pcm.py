"""PCM on disk as arrays that are read only where they are used."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.errors import UnreadableMedia
from pipeline.spans import SAMPLE_RATE

FORMATS = {(1, 16): ("<i2", 1 / 32_768), (1, 32): ("<i4", 1 / 2_147_483_648), (3, 32): ("<f4", 1.0)}
"""WAVE format tag and bits of a sample: how numpy reads it, and what makes full scale 1."""

EXTENSIBLE = 0xFFFE
"""WAVE_FORMAT_EXTENSIBLE: the tag stands at byte 24 of the format chunk instead."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """Samples of a WAV file at 48 kHz, (samples, channels), mapped, not loaded."""

    samples: np.ndarray
    scale: float

    @property
    def length(self) -> int:
        """How many samples, each of all channels."""
        return len(self.samples)

    def stereo(self, start: int, stop: int) -> np.ndarray:
        """Samples `[start, stop)` as float32, (2, stop - start), full scale 1; silence outside the file."""
        out = np.zeros((2, stop - start), np.float32)
        first, last = max(start, 0), min(stop, self.length)
        if first < last:
            part = self.samples[first:last, :2].T
            np.multiply(part, np.float32(self.scale), out=out[:, first - start : last - start], casting="unsafe")
        return out


def pcm(path: Path) -> Pcm:
    """The WAV file, mapped: 16 or 32-bit integers or 32-bit floats. A mono one sounds on both sides.

    Raises:
        UnreadableMedia: it is none, or not at 48 kHz.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] not in {b"RIFF", b"RF64"} or head[8:12] != b"WAVE":
            raise UnreadableMedia(path.name, "it is not a WAV file")
        fields = b""
        while chunk := file.read(8):
            name, length = struct.unpack("<4sI", chunk)
            if name == b"data":
                start = file.tell()
                return _mapped(path, fields, start, min(length, size - start) if length else size - start)
            body = file.read(length + length % 2)
            fields = body if name == b"fmt " else fields
    raise UnreadableMedia(path.name, "its WAV header has no data")


def _mapped(path: Path, fields: bytes, start: int, length: int) -> Pcm:
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", fields)
    if tag == EXTENSIBLE:
        (tag,) = struct.unpack_from("<H", fields, 24)
    if (tag, bits) not in FORMATS or rate != SAMPLE_RATE:
        raise UnreadableMedia(path.name, f"wanted PCM at {SAMPLE_RATE} Hz, found format {tag}, {bits} bits, {rate} Hz")
    kind, scale = FORMATS[tag, bits]
    count = length // (channels * bits // 8)
    if count == 0:
        return Pcm(np.zeros((0, channels), kind), scale)
    return Pcm(np.memmap(path, kind, "r", start, (count, channels)), scale)
