"""The door for pictures that libavformat does not read: SVG, Lottie, dotLottie, animated WebP, AVIF. Known by content.

Text comes in here and nowhere else: `opening.refuse_unsafe` refuses it. It is read as a drawing or not at all, and what
a drawing refers to is never opened.
"""

import re
import sys
import zipfile
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

from pipeline.commands import overlay
from pipeline.errors import FfmpegFailed, UnreadableMedia
from pipeline.footage import Media
from pipeline.geometry import Size
from pipeline.media import lottie, played, shelf, svg
from pipeline.media.digests import digest_of
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.placing import framed
from pipeline.values import Key, digest

HEAD = 4096
"""Bytes that tell an SVG: its root stands behind an XML declaration, a DOCTYPE and comments."""

RENDERERS = {"svg": "resvg-py", "lottie": "thorvg-python", "dotlottie": "thorvg-python", "played": "pillow"}
"""The package that draws each kind."""

SECONDS_MOST = 600
"""Seconds of a drawing, as of a Lottie."""


def recognised(path: Path) -> str:
    """The kind of a plain file that is to be drawn (`overlay.DRAWN`), by its first bytes; empty for all others."""
    head = _head(path)
    if played.is_played(head):
        return played.PLAYED
    if head.startswith(b"PK") and _is_packed_lottie(path):
        return "dotlottie"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<") and re.search(rb"<(\w+:)?svg[\s>]", head):
        return "svg"
    if text.startswith(b"{") and path.stat().st_size <= svg.BYTES_MOST and lottie.is_lottie(path.read_bytes()):
        return "lottie"
    return ""


def _head(path: Path) -> bytes:
    """The first bytes of a plain file; none of what cannot be read: who probes it says why."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD) if path.is_file() else b""
    except OSError:
        return b""


def _is_packed_lottie(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False
    return "manifest.json" in names and any(re.match(r"(animations|a)/[^/]+\.json$", name) for name in names)


def drawing(path: Path, kind: str) -> Media:
    """What a file of that kind is. A drawing has the size it was made in, but is drawn at any.

    Raises:
        UnreadableMedia: it cannot be drawn: why, and what to do about it.
    """
    if kind == played.PLAYED:
        return played.played(path)
    content = lottie.unpacked(path) if kind == "dotlottie" else path.read_bytes()
    known = digest_of(path)
    if kind == "svg":
        told = svg.drawing(path.name, content)
        media = Media(path.name, known, "still", kind, told.size, told.size, frames=1, video_codec=kind, alpha=True)
        moves = told.film.lasts > 0
        lasts = told.film.lasts if moves else Fraction(0)
        return replace(
            media, kind="video" if moves else "still", frames=0 if moves else 1, duration=lasts, remarks=told.remarks
        )
    moving = lottie.animation(path.name, content)
    return Media(
        path.name, known, "video", kind, moving.size, moving.size, moving.rate, moving.frames,
        duration=moving.frames / moving.rate, video_codec="lottie", alpha=True, remarks=moving.remarks,
    )  # fmt: skip


def drawn_by(media: Media, frame: Size) -> Key:
    """Names what a drawing comes out as, its own bytes and rate apart: the size, the renderer, the fonts."""
    package = RENDERERS[media.container]
    fonts = _fonts() if media.container in overlay.VECTORS else ()
    return digest({"size": str(drawn_size(media, frame)), "by": f"{package} {version(package)}", "fonts": fonts})


def _fonts() -> tuple[Key, ...]:
    return tuple(digest(path.read_bytes().hex()) for path in shelf.font_files())


def drawn_size(media: Media, frame: Size) -> Size:
    """The size it is drawn at: that of a film of `frame` it would fill, as it lies over it; pictures, as they are."""
    made = media.upright or frame
    return framed(made, frame).size if media.container in overlay.VECTORS else made


def drawn(path: Path, media: Media, rate: Fraction, frame: Size, folder: Path, ffmpeg: Ffmpeg) -> tuple[Path, Media]:
    """The pictures of a drawing, without loss, in a file below `folder`, and what that file is.

    Raises:
        UnreadableMedia: it cannot be drawn, or takes too long.
    """
    size, still = drawn_size(media, frame), media.kind == "still"
    frames = 1 if still else overlay.normal_frames(media, rate)
    if frames > SECONDS_MOST * rate:
        why = f"is longer than {SECONDS_MOST // 60} minutes"
        raise UnreadableMedia(media.name, why, todo="make it shorter, or export it as video")
    out = folder / ("drawn.png" if still else "drawn.mov")
    told = (media.container, str(path.absolute()), str(size), str(rate), str(frames))
    painter = [sys.executable, "-P", "-m", "pipeline.media.drawing", *told]
    try:
        arguments = overlay.drawn_pictures(size, rate, str(out))
        run(ffmpeg, arguments, what=f"drawing {media.name}", folder=folder, fed=painter)
    except FfmpegFailed as error:
        todo = "simplify it, or export it as ProRes 4444 or a PNG sequence"
        said = (error.tail.splitlines() or ["no reason given"])[-1]
        raise UnreadableMedia(media.name, f"cannot be drawn ({said})", todo=todo) from error
    made = Media(
        media.name, media.digest, media.kind, "mov", size, size, None if still else rate, frames,
        video_codec="png" if still else "qtrle", alpha=media.alpha,
    )  # fmt: skip
    return out, made
