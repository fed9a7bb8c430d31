"""Previews of assets: what moves as a small film, what stands as a picture, alpha over a checkerboard, sound as AAC."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.commands.laid import landed
from pipeline.commands.preview import heard_arguments, preview_arguments
from pipeline.footage import Media, Normal
from pipeline.geometry import Box, Size
from pipeline.media import join, overlays
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.previews import MOVING, SOUND, STILL, Preview

WIDE = Size(960, 540)
"""The most of a preview: a page shows it at half a column, twice as fine on a phone."""

SQUARE = 12
"""Pixels of a square of the checkerboard."""

BOARD = (232, 200)
"""Greys of the checkerboard, as image editors have it: white and black both stand out."""

USUAL = Fraction(25)
"""The rate of what has none of its own."""


def previewed(
    path: Path, media: Media, alpha: str, folder: Path, ffmpeg: Ffmpeg, progress: Callable[[int], None]
) -> Preview:
    """Writes the preview of a file into `folder`. `alpha` is what people said of it; `progress` is told frames.

    Raises:
        UnreadableMedia: it cannot be decoded, or no pixel of it is ever visible.
    """
    if media.kind == "sound":
        run(ffmpeg, heard_arguments(str(path), str(folder / SOUND)), what=f"a preview of {media.name}")
        return Preview("sound")
    made = folder / "made"
    made.mkdir()
    rate = media.rate or USUAL
    normal = overlays.normalised(path, media, overlays.Wanted(rate, WIDE, alpha), made, ffmpeg, progress)
    size = _fitting(normal.size)
    box = landed(size.box, normal).common(size.box) or size.box
    if normal.still:
        _still(made / overlays.PICTURE_STILL, size, box).save(folder / STILL, "JPEG", quality=88)
    else:
        board = made / "board.png"
        checkerboard(size).save(board)
        arguments = preview_arguments(
            str(board), str(made / overlays.PICTURE_MOVING), normal, rate, (size, box), str(folder / MOVING)
        )
        run(ffmpeg, arguments, what=f"a preview of {media.name}")
        for _, picture in join.stills(folder / MOVING, rate, [_telling(normal)], width=size.width):
            (folder / STILL).write_bytes(picture)
    _emptied(made)
    return Preview("still" if normal.still else "moving", normal.guess)


def checkerboard(size: Size) -> Image.Image:
    """The board that stands for what is transparent."""
    rows, columns = np.indices((size.height, size.width)) // SQUARE
    return Image.fromarray(np.where((rows + columns) % 2, BOARD[1], BOARD[0]).astype(np.uint8)).convert("RGB")


def _still(picture: Path, size: Size, box: Box) -> Image.Image:
    board = checkerboard(size)
    shown = Image.open(picture).convert("RGBA").resize((box.width, box.height), Image.Resampling.LANCZOS)
    board.paste(shown, (box.x, box.y), shown)
    return board


def _telling(normal: Normal) -> int:
    """The frame that stands for it: two thirds in, when most animations are all there."""
    return normal.frames * 2 // 3


def _fitting(size: Size) -> Size:
    """The size of the preview, even, of the same shape."""
    share = min(Fraction(1), Fraction(WIDE.width, size.width), Fraction(WIDE.height, size.height))
    return Size(max(2, round(size.width * share / 2) * 2), max(2, round(size.height * share / 2) * 2))


def _emptied(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
