"""Cards composed: titles, name bands, key words and slates, in the brand, as normalised overlays (see `Normal`)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipeline.commands.overlay import normal_states
from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.later import imported
from pipeline.media.card_desk import Lettering, Piece
from pipeline.media.card_layout import pieces
from pipeline.media.card_marks import rgb
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.overlays import PICTURE_MOVING, PICTURE_STILL, bled, written
from pipeline.presets import Brand
from pipeline.spans import frames_in
from pipeline.timeline import Card
from pipeline.words import Words

STILL = frozenset({"progress", "slate-take", "slate-asset"})
"""Templates that do not move: one picture, whatever their length."""


def composed(card: Card, brand: Brand, folder: Path, ffmpeg: Ffmpeg, words: Words) -> Normal:
    """Writes the card as a normalised overlay into `folder` (scratch, there already), `normal.json` last.

    Titles, name bands and key words come in, hold and go within `card.frames`; slates and the progress
    corner are stills. Raises nothing for any words: they fit or are cut short. A card with nothing to say is one
    transparent still.
    """
    shown = pieces(card, brand, words)
    box = _room(shown, card.size)
    if card.template in STILL or not shown:
        picture = _still(shown, box)
        alpha = bool((picture[..., 3] < 255).any())
        Image.fromarray(picture if alpha else picture[..., :3]).save(folder / PICTURE_STILL, compress_level=6)
        return written(Normal(card.size, box, 1, alpha=alpha, still=True), folder)
    play = _Play(card, brand)
    raw = folder / "states.raw"
    with raw.open("wb") as out:
        for picture in play.pictures(shown, box):
            bleeding = _bled(picture)
            out.write(bleeding[..., :3].tobytes())
            out.write(np.repeat(bleeding[..., 3:], 3, axis=2).tobytes())
    size = Size(box.width, box.height * 2)
    command = normal_states(
        str(raw), size, card.rate, (play.coming, play.held - 1), card.frames, str(folder / PICTURE_MOVING)
    )
    run(ffmpeg, command, what=f"composing a {card.template} card", folder=folder)
    raw.unlink()
    return written(Normal(card.size, box, card.frames, alpha=True, still=False), folder)


class _Play:
    """How a card comes and goes, in frames: `coming` frames, `held` that are all alike, `going` frames."""

    def __init__(self, card: Card, brand: Brand) -> None:
        self.frames = card.frames
        self.rate = float(card.rate)
        self.enter = min(frames_in(brand.enter_seconds, card.rate), card.frames // 4)
        self.stagger = min(frames_in(brand.stagger_seconds, card.rate), card.frames // 16)
        self.going = min(frames_in(brand.leave_seconds, card.rate), card.frames // 4)
        self.coming = self.enter + 2 * self.stagger
        self.held = self.frames - self.coming - self.going

    def pictures(self, shown: tuple[Piece, ...], box: Box) -> Iterator[np.ndarray]:
        """Each different picture once, in order: those coming, the one held, those going."""
        clip = imported("moviepy").CompositeVideoClip(
            [self._clip(piece, box) for piece in shown], size=(box.width, box.height)
        )
        going = range(self.frames - self.going, self.frames)
        for frame in (*range(self.coming + 1), *going):
            yield _picture(clip, (frame + 0.5) / self.rate)
        clip.close()

    def _clip(self, piece: Piece, box: Box) -> Any:
        clip, x, y = _drawn(piece, box)
        delay = self.stagger * min(piece.turn, 2)

        def place(time: float) -> tuple[int, int]:
            left = 1 - self._arrived(time, delay)
            return x + round(piece.dx * left), y + round(piece.dy * left)

        clip = clip.with_duration(self.frames / self.rate).with_position(place)
        mask: Any = clip.mask
        clip.mask = mask.transform(partial(self._faded, delay=delay)).with_duration(clip.duration)
        return clip

    def _faded(self, mask: Any, time: float, *, delay: int) -> np.ndarray:
        return mask(time) * self._arrived(time, delay) * self._left(time)

    def _arrived(self, time: float, delay: int) -> float:
        """0 before it comes, 1 when it stands; it slows down as it arrives (cubic)."""
        done = (int(time * self.rate) - delay + 1) / (self.enter + 1)
        return 1 - (1 - min(1.0, max(0.0, done))) ** 3

    def _left(self, time: float) -> float:
        """1 while it stands, then down in even steps."""
        return min(1.0, (self.frames - int(time * self.rate)) / (self.going + 1))


def held(card: Card, brand: Brand, words: Words) -> Image.Image:
    """The whole card as it stands once all of it has come: RGBA, straight alpha."""
    return Image.fromarray(_still(pieces(card, brand, words), card.size.box))


def _still(shown: tuple[Piece, ...], box: Box) -> np.ndarray:
    if not shown:
        return np.zeros((box.height, box.width, 4), np.uint8)
    clips = [clip.with_position((x, y)).with_duration(1) for clip, x, y in (_drawn(piece, box) for piece in shown)]
    return _bled(_picture(imported("moviepy").CompositeVideoClip(clips, size=(box.width, box.height)), 0))


def _bled(picture: np.ndarray) -> np.ndarray:
    """The same, its colour going on where nothing is seen; the last of a shade keeps its own, for it is no noise."""
    out = bled(picture)
    out[..., :3] = np.where(picture[..., 3:] > 0, picture[..., :3], out[..., :3])
    return out


def _picture(clip: Any, time: float) -> np.ndarray:
    """One picture of a composition: RGBA, straight alpha."""
    mask: Any = clip.mask
    colour: Any = clip.get_frame(time)
    return np.dstack((colour, np.rint(mask.get_frame(time) * 255).astype(np.uint8)))


def _drawn(piece: Piece, box: Box) -> tuple[Any, int, int]:
    """The piece as a clip, and where its top left stands in `box`.

    moviepy draws words on transparent black, which darkens their edges: here the transparent ground has their colour.
    """
    if not isinstance(piece, Lettering):
        return imported("moviepy").ImageClip(piece.picture, transparent=True), piece.x - box.x, piece.y - box.y
    extent = _extent(piece)
    ascent, _ = piece.face.at(piece.size).getmetrics()
    pad = piece.x - extent.x
    clip = imported("moviepy").TextClip(
        font=str(piece.face.path),
        text=piece.text,
        font_size=piece.size,
        size=(extent.width - 2 * pad, extent.height - 2 * pad),
        margin=(pad, pad),
        color=piece.colour,
        bg_color=(*rgb(piece.colour), 0),
        horizontal_align="left",
        vertical_align="top",
    )
    return clip, extent.x - box.x, piece.baseline - ascent - pad - box.y


def _extent(piece: Piece) -> Box:
    """What a piece may cover where it comes to rest."""
    if not isinstance(piece, Lettering):
        height, width = piece.picture.shape[:2]
        return Box(piece.x, piece.y, width, height)
    pad = max(2, piece.size // 6)
    ascent, descent = piece.face.at(piece.size).getmetrics()
    width = piece.face.width(piece.text, piece.size)
    return Box(piece.x - pad, piece.baseline - ascent - pad, width + 2 * pad, ascent + descent + 2 * pad)


def _room(shown: tuple[Piece, ...], size: Size) -> Box:
    """The box in which a card plays, from coming to going: even, inside the picture (but for an odd last line)."""
    boxes = [_extent(piece) for piece in shown]
    boxes += [box.shifted(piece.dx, piece.dy) for box, piece in zip(boxes, shown, strict=True)]
    if not boxes:
        return Box(0, 0, 2, 2)
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.cover(box)
    whole = whole.common(size.box) or Box(0, 0, 2, 2)
    x, y = whole.x & ~1, whole.y & ~1
    return Box(x, y, whole.right - x + (whole.right - x) % 2, whole.bottom - y + (whole.bottom - y) % 2)
