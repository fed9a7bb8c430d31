"""Still pictures decoded as people see them."""

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

from pipeline.errors import UnreadableMedia
from pipeline.media.matte import unmultiplied

STILL_MOST = 3840
"""The longest edge of a still as kept: twice a 1080p frame, so that a photograph of 50 MP is not decoded again
for every segment that shows it."""

PIXELS_MOST = 120_000_000
"""A picture beyond this many pixels needs more memory than a worker has (4 bytes each, 512 MB in all)."""


def still(path: Path, name: str, *, premultiplied: bool = False) -> np.ndarray:
    """A still as people see it: RGBA, 8 bits, straight, sRGB, turned upright, its longest edge at most `STILL_MOST`."""
    todo = "open it in an image editor and export it again as PNG"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is ours
            image = Image.open(path)
        with image:
            if image.width * image.height > PIXELS_MOST:
                why = f"{image.width} x {image.height} is too large a picture"
                raise UnreadableMedia(name, why, todo="make it smaller")
            upright = in_srgb(ImageOps.exif_transpose(_eight_bits(image))).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableMedia(name, f"the picture cannot be decoded ({error})", todo=todo) from error
    if premultiplied:
        upright = Image.fromarray(unmultiplied(np.asarray(upright)))
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


def in_srgb(image: Image.Image) -> Image.Image:
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
