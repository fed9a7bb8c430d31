"""Sketches that go with proposals: what somebody sent is read as a picture, and a new one is drawn of its pixels."""

import contextlib
import hashlib
import warnings
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from pipeline.errors import AlreadyThere
from storage.catalogue.engine import Transaction
from storage.catalogue.files import Declared, expect_file, file_arrived, file_named, file_ready
from storage.catalogue.terms import MediaId
from storage.keys import original
from web.desk import Desk
from web.language import N_
from web.problems import NotThis

KINDS: Final = ("PNG", "JPEG", "WEBP")
"""Kinds of pictures that are read: those of cameras, screens and our own canvas. None of them can hold a script."""
PIXELS: Final = 40_000_000
"""Of a picture at most: a photo of the largest telephones; more is a trap for memory."""
ACROSS: Final = 1600
"""Pixels of the longer side as it is kept."""
NAME: Final = "sketch.jpg"


def redrawn(data: bytes) -> bytes:
    """The picture as a JPEG of our own, of its pixels alone: no metadata, nothing appended, no other kind in disguise.

    Raises:
        NotThis: it is no picture, or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(data), formats=KINDS)
            if picture.width * picture.height > PIXELS:
                raise _none()
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _none() from error
    upright.thumbnail((ACROSS, ACROSS))
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    out = BytesIO()
    paper.save(out, "JPEG", quality=88)
    return out.getvalue()


def keep_sketch(tx: Transaction, desk: Desk, picture: bytes, name: str = NAME) -> MediaId:
    """The file of a picture of ours, or one that is only ever saved, in the store under its digest; the same once."""
    sha256 = hashlib.sha256(picture).hexdigest()
    key = original(sha256, name)
    there = file_named(tx, key)
    if there is not None:
        return there.id
    with contextlib.suppress(AlreadyThere):  # from a time that was broken off
        desk.store.put(key, BytesIO(picture), sha256=sha256, size=len(picture))
    made = expect_file(tx, Declared(name, len(picture), sha256), object_name=key)
    file_arrived(tx, made.id, len(picture))
    file_ready(tx, made.id, sha256)
    return made.id


def _none() -> NotThis:
    message = N_("this is no picture that can be shown")
    return NotThis(message, N_("choose a PNG, JPEG or WebP picture"), sketch=N_("choose a PNG, JPEG or WebP picture"))
