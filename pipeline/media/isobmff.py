"""What libavformat does not tell about MP4 and MOV files: where the index lies, alpha layers, how pictures turn."""

import math
import struct
from dataclasses import dataclass

from pipeline.media.opening import Source

_PREFIX_SEI = 39
"""NAL unit type of ITU-T H.265 table 7-1."""

_ALPHA = 165
"""SEI payload type of alpha channel information, ITU-T H.265 F.14.1."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a stored picture becomes upright: flipped left-right if `mirrored`, then `rotation` degrees clockwise."""

    rotation: int = 0
    mirrored: bool = False


def turn(matrix: bytes) -> Turn:
    """The turn of a display matrix: nine 32-bit integers (ISO/IEC 14496-12 §6.2.2), little-endian as libav holds them.

    Angles between are rounded to the nearest quarter turn.
    """
    a, b, _, c, d, *_ = struct.unpack("<9i", matrix[:36])
    mirrored = a * d - b * c < 0
    sign = -1 if mirrored else 1
    quarters = round(math.degrees(math.atan2(sign * b, sign * a)) / 90)
    return Turn(quarters % 4 * 90, mirrored)


def index_first(source: Source) -> bool:
    """True when the index (`moov`) stands before the media data (`mdat`): then a player can seek at once."""
    with source.open("rb") as file:
        at = 0
        while True:
            file.seek(at)
            header = file.read(16)
            if len(header) < 8:
                return False
            size, kind = struct.unpack(">I4s", header[:8])
            if kind in {b"moov", b"mdat"}:
                return kind == b"moov"
            if size == 1 and len(header) == 16:
                size = struct.unpack(">Q", header[8:])[0]
            if size < 8:
                return False
            at += size


def alpha_layer(header: bytes) -> bool:
    """True when an `hvcC` box (ISO/IEC 14496-15 §8.3.3) announces an alpha layer; decoders may drop it in silence."""
    at, arrays = 23, header[22] if len(header) > 22 else 0
    for _ in range(arrays):
        kind, count = (header[at] & 63, int.from_bytes(header[at + 1 : at + 3])) if at + 3 <= len(header) else (0, 0)
        at += 3
        for _ in range(count):
            unit = header[at + 2 : at + 2 + int.from_bytes(header[at : at + 2])]
            if kind == _PREFIX_SEI and unit[2:3] == bytes([_ALPHA]):
                return True
            at += 2 + len(unit)
    return False
