"""Assets made ready once: straight alpha, cut to what is ever seen, at the timeline's rate (see `Normal`)."""

import contextlib
import json
import re
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from pipeline.commands import overlay
from pipeline.errors import FfmpegFailed, UnreadableMedia
from pipeline.footage import Media, Normal
from pipeline.geometry import Box, Size
from pipeline.media import vector
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.flashes import flashes
from pipeline.media.matte import Guess, guess
from pipeline.media.probe import probe
from pipeline.media.sequences import LINKS, is_packed, laid_out, sequence
from pipeline.media.stills import still
from pipeline.values import Key, as_json, digest

PICTURE_STILL = "picture.png"
PICTURE_MOVING = "picture.mp4"
NORMAL = "normal.json"

RECIPE = 5
"""Raised whenever the same asset would give other pixels than before, or more is to be known of it."""

NOISE = 2
"""Alpha (of 255) that lossy codecs leave where there was none; it would make every box the whole picture."""

LOSSLESS = frozenset({"png", "apng", "qtrle", "tiff", "tif", "ffv1", "rawvideo", "utvideo", "huffyuv", "webp"})
"""Codecs, and kinds of numbered pictures, that keep every pixel; a WebP may not, but then asks more, not less."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an asset is to be made ready: at the timeline's rate, for a film of `frame`.

    `alpha` is what people said of it: straight, premultiplied, or empty: as found.
    """

    rate: Fraction
    frame: Size
    alpha: str = ""

    @property
    def premultiplied(self) -> bool:
        """True when its colour was multiplied by its alpha."""
        return self.alpha == "premultiplied"


def normal_key(media: Media, wanted: Wanted, build: str) -> Key:
    """Names the normalised form of an asset. A still is the same at every rate; a file that is one needs no ffmpeg."""
    made_by: dict[str, str] = {} if media.kind == "still" else {"rate": str(wanted.rate), "build": build}
    if media.container in overlay.DRAWN:
        made_by["drawn"] = vector.drawn_by(media, wanted.frame)
    if wanted.premultiplied:
        made_by["alpha"] = wanted.alpha
    return digest({"overlay": RECIPE, "asset": media.digest, **made_by})


def normalised(
    path: Path,
    media: Media,
    wanted: Wanted,
    folder: Path,
    ffmpeg: Ffmpeg,
    progress: Callable[[int], None] | None = None,
) -> Normal:
    """Writes the normalised asset into `folder` (scratch, there already), `normal.json` last.

    `path` is the file, or the folder or zip of a picture sequence. `progress` is told the frames written.

    Raises:
        UnreadableMedia: it cannot be decoded, or no pixel of it is ever visible.
    """
    if media.container in overlay.DRAWN and (media.kind == "video" or media.container in overlay.VECTORS):
        made, file = vector.drawn(path, media, wanted.rate, wanted.frame, folder, ffmpeg)
        # what is drawn here is straight
        normal = replace(_normal(made, file, wanted, folder, ffmpeg, progress), guess="")
        made.unlink()
    else:
        normal = _normal(path, media, wanted, folder, ffmpeg, progress)
    if not normal.still:
        normal = replace(normal, flashes=flashes(normal, folder / PICTURE_MOVING, wanted.rate))
    return written(normal, folder)


def _normal(
    path: Path, media: Media, wanted: Wanted, folder: Path, ffmpeg: Ffmpeg, progress: Callable[[int], None] | None
) -> Normal:
    if media.kind == "still":
        return _still(path, media, folder, premultiplied=wanted.premultiplied)
    return _moving(path, media, wanted, folder, ffmpeg, progress)


def looked_at(path: Path, media: Media, folder: Path, ffmpeg: Ffmpeg) -> Guess:
    """What is to be asked of its alpha: what it is taken for, or nothing (see `Normal.guess`). Works in `folder`.

    Raises:
        UnreadableMedia: it cannot be decoded, or no pixel of it is ever visible.
    """
    if media.kind == "sound" or media.container in overlay.DRAWN:
        return ""
    if media.kind == "still":
        return guess([still(path, media.name)], lossless=True)
    if not media.alpha:
        return ""
    with _as_ffmpeg_reads(path, media, folder) as source:
        return _reach(source, media, media.rate or Fraction(25), folder, ffmpeg)[1]


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


def _still(path: Path, media: Media, folder: Path, *, premultiplied: bool) -> Normal:
    picture = still(path, media.name, premultiplied=premultiplied)
    size = Size(picture.shape[1], picture.shape[0])
    alpha = bool((picture[..., 3] < 255).any())
    box = seen_box(picture[..., 3]) if alpha else size.box.even()
    if box is None:
        raise _nothing_seen(media.name)
    shown = _cut(bled(picture) if alpha else picture, box)
    Image.fromarray(shown if alpha else shown[..., :3]).save(folder / PICTURE_STILL, compress_level=3)
    asked = "" if premultiplied else guess([picture], lossless=media.video_codec != "mjpeg")
    return Normal(size, box, 1, alpha=alpha, still=True, guess=asked)


def _cut(picture: np.ndarray, box: Box) -> np.ndarray:
    """The box of an RGBA picture; what lies outside the picture is its nearest edge, not visible."""
    height, width = picture.shape[:2]
    below, beside = max(0, box.bottom - height), max(0, box.right - width)
    if below or beside:
        picture = np.pad(picture, ((0, below), (0, beside), (0, 0)), mode="edge")
        picture[height:, :, 3] = 0
        picture[:, width:, 3] = 0
    return np.ascontiguousarray(picture[box.y : box.bottom, box.x : box.right])


def _moving(
    path: Path,
    media: Media,
    wanted: Wanted,
    folder: Path,
    ffmpeg: Ffmpeg,
    progress: Callable[[int], None] | None,
) -> Normal:
    size, rate, asked = overlay.kept(media), wanted.rate, ""
    box = size.box.even()
    with _as_ffmpeg_reads(path, media, folder) as source:
        if media.alpha:
            box, asked = _reach(source, media, rate, folder, ffmpeg)
        arguments = overlay.normal_moving(
            source, media, rate, box, str(folder / PICTURE_MOVING), premultiplied=wanted.premultiplied
        )
        run(ffmpeg, arguments, what=f"normalising {media.name}", progress=progress, folder=folder)
    asked = "" if wanted.premultiplied else asked
    return Normal(size, box, overlay.normal_frames(media, rate), alpha=media.alpha, still=False, guess=asked)


@contextlib.contextmanager
def _as_ffmpeg_reads(path: Path, media: Media, folder: Path) -> Generator[str]:
    """What ffmpeg is to open while the block lasts; its failing there is told as the file's."""
    try:
        yield laid_out(path, folder) if media.container == overlay.SEQUENCE else str(path)
    except FfmpegFailed as error:
        todo = "export it again, as ProRes 4444 or a PNG sequence"
        raise UnreadableMedia(media.name, f"ffmpeg cannot decode it: {_why(error.tail)}", todo=todo) from error
    finally:
        shutil.rmtree(folder / LINKS, ignore_errors=True)


def _reach(source: str, media: Media, rate: Fraction, folder: Path, ffmpeg: Ffmpeg) -> tuple[Box, Guess]:
    """What of it is ever visible, and what it is taken for where its alpha is to be asked for."""
    size, reach, samples = overlay.kept(media), folder / "reach.gray", folder / "samples.rgba"
    arguments = overlay.alpha_reach(source, media, rate, str(reach), str(samples))
    run(ffmpeg, arguments, what=f"normalising {media.name}", folder=folder)
    found = seen_box(np.fromfile(reach, np.uint8).reshape(size.height, size.width) > NOISE)
    stored = overlay.turned(media) or size
    pictures = np.memmap(samples, np.uint8, "r").reshape(-1, stored.height, stored.width, 4)
    asked = guess(pictures, lossless=media.video_codec in LOSSLESS)
    reach.unlink()
    samples.unlink()
    if found is None:
        raise _nothing_seen(media.name)
    return found, asked


def _why(tail: str) -> str:
    """What ffmpeg says went wrong first, of the last lines it said."""
    said = [line.split("] ", 1)[-1] for line in tail.splitlines()]
    telling = [line for line in said if re.search("error|invalid|not found|could not|cannot", line, re.IGNORECASE)]
    return (telling or said or ["no reason given"])[0]


def probed(path: Path) -> Media:
    """What a file is, or a folder or a zip of numbered pictures, or a drawing.

    Raises:
        UnreadableMedia: it cannot be used: why, in one sentence, and what to do about it.
    """
    kind = vector.recognised(path)
    if kind:
        return vector.drawing(path, kind)
    return sequence(path) if path.is_dir() or is_packed(path) else probe(path)
