"""Animated pictures that only Pillow plays: animated WebP (libavformat reads none) and AVIF (it loses their alpha)."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.errors import UnreadableMedia
from pipeline.footage import Media
from pipeline.geometry import Size
from pipeline.media.digests import digest_of
from pipeline.media.stills import PIXELS_MOST, in_srgb
from pipeline.spans import standard_rate

PLAYED = "played"
"""`Media.container` of what is drawn by Pillow."""

USUAL = 100
"""Milliseconds of a picture that tells no length: what browsers take."""

PICTURES_MOST = 20_000


def is_played(head: bytes) -> bool:
    """True for the first bytes of an animated WebP (VP8X with its animation flag) or an AVIF, still or not."""
    animated = head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and bool(head[20:21]) and bool(head[20] & 2)
    brands = head[8 : 8 + 56] if head[4:8] == b"ftyp" else b""
    return animated or brands[:4] in {b"avif", b"avis"}


def played(path: Path) -> Media:
    """What it is. Its rate is that of pictures of equal length, and their mean otherwise.

    Raises:
        UnreadableMedia: it cannot be decoded, or is too large.
    """
    times, whole, size, alpha = [], 0, None, False
    try:
        with Image.open(path) as image:
            kind, size = str(image.format).lower(), Size(*image.size)
            alpha = image.has_transparency_data
            if size.box.area > PIXELS_MOST or image.n_frames > PICTURES_MOST:  # type: ignore[attr-defined]
                why = f"{size}, {image.n_frames} pictures: too large"  # type: ignore[attr-defined]
                raise UnreadableMedia(path.name, why, todo="make it smaller")
            for number in range(image.n_frames):  # type: ignore[attr-defined]
                image.seek(number)
                image.load()
                times.append(whole)
                whole += round(image.info.get("duration") or USUAL)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        todo = "open it in an image editor and export it again, as APNG or ProRes 4444 if it moves"
        raise UnreadableMedia(path.name, f"the picture cannot be decoded ({error})", todo=todo) from error
    digest = digest_of(path)
    media = Media(path.name, digest, "still", PLAYED, size, size, frames=1, video_codec=kind, alpha=alpha)
    if len(times) < 2:
        return media
    rate = standard_rate(Fraction(len(times) * 1000, whole), Fraction(1, 100))
    varies = max(b - a for a, b in zip(times, [*times[1:], whole], strict=True)) > 2 * whole / len(times)
    return Media(
        path.name, digest, "video", PLAYED, size, size, rate, len(times), variable=varies,
        duration=Fraction(whole, 1000), video_codec=kind, alpha=alpha, remarks=("variable-rate",) if varies else (),
    )  # fmt: skip


def pictures(path: Path, rate: Fraction, frames: int) -> Iterator[np.ndarray]:
    """`frames` pictures at `rate`, RGBA (height, width, 4): at each time the last that has begun by half a frame."""
    with Image.open(path) as image:
        shown, number, stop = np.zeros(0, np.uint8), -1, Fraction(0)
        for frame in range(frames):
            at = (frame + Fraction(1, 2)) / rate * 1000
            while number < 0 or (stop < at and number + 1 < image.n_frames):  # type: ignore[attr-defined]
                number += 1
                image.seek(number)
                image.load()
                shown = np.asarray(in_srgb(image.copy()).convert("RGBA"))
                stop += round(image.info.get("duration") or USUAL)
            yield shown
