"""PCM on disk as arrays that are read only where they are used."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.errors import UnreadableMedia
from pipeline.spans import SAMPLE_RATE, Span

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


HEAD = 1 << 16
"""Bytes from the start of a WAV file of ours in which its samples have begun (their chunks of text are short)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the samples of a WAV file lie: from byte `start` on, `count` of them, each of `channels`."""

    start: int
    count: int
    channels: int
    kind: str
    scale: float

    def bytes_of(self, span: Span) -> tuple[int, int]:
        """The bytes that hold a span of samples, half-open, as far as there are any."""
        each = self.channels * np.dtype(self.kind).itemsize
        first, last = (min(max(at, 0), self.count) for at in (span.start, span.stop))
        return self.start + first * each, self.start + last * each


def layout(head: bytes, size: int, name: str) -> Layout:
    """Where samples lie in a WAV file of `size` bytes, of which `head` is the beginning.

    Raises:
        UnreadableMedia: it is no WAV file that we read, not at 48 kHz, or its samples begin later.
    """
    if head[:4] not in {b"RIFF", b"RF64"} or head[8:12] != b"WAVE":
        raise UnreadableMedia(name, "it is not a WAV file")
    fields, at = b"", 12
    while at + 8 <= len(head):
        chunk, length = struct.unpack_from("<4sI", head, at)
        at += 8
        if chunk == b"data":
            return _laid_out(fields, at, min(length, size - at) if length else size - at, name)
        fields = head[at : at + length] if chunk == b"fmt " else fields
        at += length + length % 2
    raise UnreadableMedia(name, "its WAV header has no data")


def _laid_out(fields: bytes, start: int, length: int, name: str) -> Layout:
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", fields)
    if tag == EXTENSIBLE:
        (tag,) = struct.unpack_from("<H", fields, 24)
    if (tag, bits) not in FORMATS or rate != SAMPLE_RATE:
        raise UnreadableMedia(name, f"wanted PCM at {SAMPLE_RATE} Hz, found format {tag}, {bits} bits, {rate} Hz")
    kind, scale = FORMATS[tag, bits]
    return Layout(start, length // (channels * bits // 8), channels, kind, scale)


def pcm(path: Path) -> Pcm:
    """The WAV file, mapped: 16 or 32-bit integers or 32-bit floats. A mono one sounds on both sides.

    Raises:
        UnreadableMedia: it is none, or not at 48 kHz.
    """
    with path.open("rb") as file:
        found = layout(file.read(HEAD), path.stat().st_size, path.name)
    if found.count == 0:
        return Pcm(np.zeros((0, found.channels), found.kind), found.scale)
    return Pcm(np.memmap(path, found.kind, "r", found.start, (found.count, found.channels)), found.scale)
