"""Assets made ready once: straight alpha, cut to what is ever seen, at the timeline's rate (see `Normal`)."""

import json
import re
import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageCms, ImageOps

from pipeline.commands import overlay
from pipeline.errors import FfmpegFailed, UnreadableMedia
from pipeline.footage import Media, Normal
from pipeline.geometry import Box, Size
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.flashes import flashes
from pipeline.media.probe import probe
from pipeline.media.sequences import LINKS, is_packed, laid_out, sequence
from pipeline.values import Key, as_json, digest

PICTURE_STILL = "picture.png"
PICTURE_MOVING = "picture.mp4"
NORMAL = "normal.json"

RECIPE = 2
"""Raised whenever the same asset would give other pixels than before, or more is to be known of it."""

NOISE = 2
"""Alpha (of 255) that lossy codecs leave where there was none; it would make every box the whole picture."""

STILL_MOST = 3840
"""The longest edge of a still as kept: twice a 1080p frame, so that a photograph of 50 MP is not decoded again
for every segment that shows it."""

PIXELS_MOST = 120_000_000
"""A picture beyond this many pixels needs more memory than a worker has (4 bytes each, 512 MB in all)."""


def normal_key(media: Media, rate: Fraction, build: str) -> Key:
    """Names the normalised form of an asset. A still is the same at every rate, and needs no ffmpeg."""
    made_by = {} if media.kind == "still" else {"rate": str(rate), "build": build}
    return digest({"overlay": RECIPE, "asset": media.digest, **made_by})


def normalised(
    path: Path,
    media: Media,
    rate: Fraction,
    folder: Path,
    ffmpeg: Ffmpeg,
    progress: Callable[[int], None] | None = None,
) -> Normal:
    """Writes the normalised asset into `folder` (scratch, there already), `normal.json` last.

    `path` is the file, or the folder or zip of a picture sequence. `progress` is told the frames written.

    Raises:
        UnreadableMedia: it cannot be decoded, or no pixel of it is ever visible.
    """
    normal = (
        _still(path, media, folder) if media.kind == "still" else _moving(path, media, rate, folder, ffmpeg, progress)
    )
    if not normal.still:
        normal = replace(normal, flashes=flashes(normal, folder / PICTURE_MOVING, rate))
    return written(normal, folder)


def written(normal: Normal, folder: Path) -> Normal:
    """The same, once `normal.json` says that the picture beside it is whole."""
    (folder / NORMAL).write_text(json.dumps(as_json(normal)), "utf-8")
    return normal


def seen_box(alpha: np.ndarray) -> Box | None:
    """The smallest box, even in origin and size, with every pixel of `alpha` (height, width) above 0; None for none.

    Beside an odd edge it reaches one pixel outside the picture.
    """
    columns, rows = np.flatnonzero(alpha.any(axis=0)), np.flatnonzero(alpha.any(axis=1))
    if not columns.size:
        return None
    x, y = int(columns[0]) & ~1, int(rows[0]) & ~1
    right, bottom = int(columns[-1]) + 1, int(rows[-1]) + 1
    return Box(x, y, right - x + (right - x) % 2, bottom - y + (bottom - y) % 2)


def bled(picture: np.ndarray, reach: int = 8) -> np.ndarray:
    """An RGBA picture (height, width, 4; straight alpha) whose colour goes on `reach` pixels where nothing is seen.

    Scaling and halved chroma then mix an edge with its own colour, not with the black that lay hidden.
    """
    seen = (picture[..., 3] > overlay.SEEN).astype(np.uint8)
    colour = picture[..., :3] * seen[..., None]
    spread = cv2.dilate(colour, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)))
    out = picture.copy()
    out[..., :3] = np.where(seen[..., None] == 1, picture[..., :3], spread)
    return out


def _nothing_seen(name: str) -> UnreadableMedia:
    return UnreadableMedia(
        name,
        "no pixel of it is ever visible: it is transparent throughout",
        todo="export it again, with its layers shown",
    )


def _still(path: Path, media: Media, folder: Path) -> Normal:
    picture = _decoded(path, media.name)
    size = Size(picture.shape[1], picture.shape[0])
    alpha = bool((picture[..., 3] < 255).any())
    box = seen_box(picture[..., 3]) if alpha else size.box.even()
    if box is None:
        raise _nothing_seen(media.name)
    shown = _cut(bled(picture) if alpha else picture, box)
    Image.fromarray(shown if alpha else shown[..., :3]).save(folder / PICTURE_STILL, compress_level=3)
    return Normal(size, box, 1, alpha=alpha, still=True)


def _cut(picture: np.ndarray, box: Box) -> np.ndarray:
    """The box of an RGBA picture; what lies outside the picture is its nearest edge, not visible."""
    height, width = picture.shape[:2]
    below, beside = max(0, box.bottom - height), max(0, box.right - width)
    if below or beside:
        picture = np.pad(picture, ((0, below), (0, beside), (0, 0)), mode="edge")
        picture[height:, :, 3] = 0
        picture[:, width:, 3] = 0
    return np.ascontiguousarray(picture[box.y : box.bottom, box.x : box.right])


def _decoded(path: Path, name: str) -> np.ndarray:
    """A still as people see it: RGBA, 8 bits, sRGB, turned upright, its longest edge at most `STILL_MOST`."""
    todo = "open it in an image editor and export it again as PNG"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is ours
            image = Image.open(path)
        with image:
            if image.width * image.height > PIXELS_MOST:
                why = f"{image.width} x {image.height} is too large a picture"
                raise UnreadableMedia(name, why, todo="make it smaller")
            upright = _in_srgb(ImageOps.exif_transpose(_eight_bits(image))).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableMedia(name, f"the picture cannot be decoded ({error})", todo=todo) from error
    factor = STILL_MOST / max(upright.size)
    if factor < 1:
        upright = upright.resize(
            (max(1, round(upright.width * factor)), max(1, round(upright.height * factor))), Image.Resampling.LANCZOS
        )
    return np.asarray(upright)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Pillow clips 16-bit grey to white instead of scaling it."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) // 257).clip(0, 255).astype(np.uint8))
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """A picture with a colour profile (Display P3 from a Mac, Adobe RGB) as sRGB; one that is broken is let be."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    try:
        source, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(image, source, srgb, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _moving(
    path: Path,
    media: Media,
    rate: Fraction,
    folder: Path,
    ffmpeg: Ffmpeg,
    progress: Callable[[int], None] | None,
) -> Normal:
    source = laid_out(path, folder) if media.container == overlay.SEQUENCE else str(path)
    size, what = overlay.kept(media), f"normalising {media.name}"
    box = size.box.even()
    try:
        if media.alpha:
            reach = folder / "reach.gray"
            run(ffmpeg, overlay.alpha_reach(source, media, rate, str(reach)), what=what, folder=folder)
            found = seen_box(np.fromfile(reach, np.uint8).reshape(size.height, size.width) > NOISE)
            reach.unlink()
            if found is None:
                raise _nothing_seen(media.name)
            box = found
        arguments = overlay.normal_moving(source, media, rate, box, str(folder / PICTURE_MOVING))
        run(ffmpeg, arguments, what=what, progress=progress, folder=folder)
    except FfmpegFailed as error:
        todo = "export it again, as ProRes 4444 or a PNG sequence"
        raise UnreadableMedia(media.name, f"ffmpeg cannot decode it: {_why(error.tail)}", todo=todo) from error
    finally:
        shutil.rmtree(folder / LINKS, ignore_errors=True)
    return Normal(size, box, overlay.normal_frames(media, rate), alpha=media.alpha, still=False)


def _why(tail: str) -> str:
    """What ffmpeg says went wrong first, of the last lines it said."""
    said = [line.split("] ", 1)[-1] for line in tail.splitlines()]
    telling = [line for line in said if re.search("error|invalid|not found|could not|cannot", line, re.IGNORECASE)]
    return (telling or said or ["no reason given"])[0]


def probed(path: Path) -> Media:
    """What a file is, or a folder or a zip of numbered pictures.

    Raises:
        UnreadableMedia: it cannot be used: why, in one sentence, and what to do about it.
    """
    return sequence(path) if path.is_dir() or is_packed(path) else probe(path)
