"""A film with a mark burnt over its whole picture; its sound is copied, byte for byte."""

from collections.abc import Callable
from io import BytesIO
from itertools import count
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from pipeline.commands.watermark import watermark_arguments
from pipeline.copies import FILM, Watermarked
from pipeline.errors import WrongPicture
from pipeline.geometry import Size
from pipeline.markers import one_line
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.join import QUALITY

TYPE = 0.034
"""The em, a share of the height: read at a quarter of the size, as stolen films are shown."""

APART = 4.2
"""Ems from one row to the next: no face or diagram of a 1080p frame is without a mark."""

SLANT = 22
"""Degrees: no crop or level stretch of the picture is without a part of the text."""

INK, EDGE = (255, 255, 255, 66), (0, 0, 0, 66)
"""White with a dark edge, a quarter opaque: seen on white as on black, and the picture can be judged through it."""


def mark(text: str, size: Size) -> Image.Image:
    """The mark: the text over and over, slanted, each character as it is; RGBA, as large as the film."""
    em = max(10, round(TYPE * size.height))
    font = ImageFont.truetype(str(shelf.font(shelf.style().brand.font_bold)), em)
    words = one_line(text)
    side = size.width + size.height  # a square that covers the frame however it is turned
    sheet = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(sheet)
    step = round(font.getlength(words)) + 3 * em
    edge = max(1, em // 16)
    for row in count():
        y = round(row * APART * em)
        if y >= side:
            break
        for x in range(-(row % 2) * step // 2, side, step):
            pen.text((x, y), words, font=font, fill=INK, stroke_width=edge, stroke_fill=EDGE)
    turned = sheet.rotate(SLANT, Image.Resampling.BICUBIC)
    left, top = (side - size.width) // 2, (side - size.height) // 2
    return turned.crop((left, top, left + size.width, top + size.height))


def marked(picture: bytes, text: str) -> bytes:
    """A JPEG with the same mark over it; as it is, where the text is empty."""
    if not text:
        return picture
    out = BytesIO()
    with Image.open(BytesIO(picture)) as plain:
        drawn = plain.convert("RGBA")
    drawn.alpha_composite(mark(text, Size(*drawn.size)))
    drawn.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def watermarked(wanted: Watermarked, film: Path, folder: Path, ffmpeg: Ffmpeg, progress: Callable[[int], None]) -> None:
    """Writes the film with its mark into `folder`; `progress` is told frames.

    Raises:
        FfmpegFailed: ffmpeg could not do it.
        WrongPicture: what came out has another number of frames, or other sound.
    """
    drawn, out = folder / "mark.png", folder / FILM
    mark(wanted.text, wanted.film.size).save(drawn)
    encode = shelf.style().encode
    run(
        ffmpeg,
        watermark_arguments(str(film), str(drawn), wanted.film, encode, str(out)),
        what="a film with a name over it",
        progress=progress,
    )
    drawn.unlink()
    before, after = _streams(film), _streams(out)
    if after != (wanted.film.frames, before[1]):
        raise WrongPicture(
            f"wanted {wanted.film.frames} frames and the film's own sound, found {after[0]} frames"
            + ("" if after[1] == before[1] else " and other sound")
        )


def _streams(film: Path) -> tuple[int, int]:
    """How many frames a film has, and a checksum of its sound as it is encoded."""
    with av.open(str(film), options={"protocol_whitelist": "file"}) as opened:
        frames, sound = 0, list[bytes]()
        for packet in opened.demux():
            if packet.size and packet.stream.type == "video":
                frames += 1
            elif packet.size:
                sound.append(bytes(packet))
    return frames, hash(tuple(sound))
