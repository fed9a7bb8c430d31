"""The person: a public-domain portrait cut out of its backdrop, enlarged once, then moved by fractions of a pixel.

The portrait is `skimage.data.astronaut()`: Eileen Collins, NASA, public domain; the file ships inside scikit-image.
Names that end in `_AT` are pixels of that 512 x 512 picture; so are the coordinates of the mouth and the eyelids.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

SCALE = 3.35
"""Enlargement: the head (crown to chin, 161 px of the portrait) stands 539 px high, 25 % of a 2160-line frame."""

SATURATION = 0.82
"""The portrait is printed very bright; beside drafts, slates and graphics it sits quieter."""

OUTLINE = (
    (22, 512), (22, 470), (28, 400), (34, 340), (45, 285), (62, 262), (108, 238), (118, 190), (150, 155), (180, 150),
    (170, 115), (155, 90), (155, 55), (180, 25), (225, 12), (275, 22), (300, 60), (300, 105), (275, 130), (262, 152),
    (300, 200), (306, 236), (340, 262), (356, 300), (362, 350), (390, 345), (430, 345), (470, 370), (495, 420),
    (500, 460), (511, 500), (511, 512),
)  # fmt: skip
"""A rough outline of the person, drawn by hand; GrabCut finds the exact one within 8 px outside and 12 px inside."""

BACKDROP = (((260, 161), (264, 156), (290, 194), (282, 194), (257, 172)), ((10, 460), (23, 472), (28, 512), (10, 512)))
"""Two corners of backdrop and flag that GrabCut takes for the person."""

CROWN_AT, CHIN_AT, COLLAR_AT, HEAD_AT = 17.0, 178.0, 190.0, 225.0
ROOM = 40
"""Empty columns right of the cut-out, to move into; the portrait itself leaves room at the left and above."""
JAW_MOST = 2.8
"""How far the jaw opens, in pixels of the portrait; more tears the smile."""


def cut_out() -> NDArray[np.float32]:
    """The person alone: float BGR premultiplied by its alpha, and the alpha; 0 to 1, enlarged by `SCALE`."""
    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2BGR)
    side = round(photo.shape[0] * SCALE)
    large = cv2.resize(photo.astype(np.float32) / 255, (side, side), interpolation=cv2.INTER_LANCZOS4)
    # enlarging softens: two unsharp masks give back edges (small radius) and presence (large radius)
    large += 0.6 * (large - cv2.GaussianBlur(large, (0, 0), 2.4)) + 0.2 * (large - cv2.GaussianBlur(large, (0, 0), 9))
    grey = large @ np.array((0.0722, 0.7152, 0.2126), np.float32)
    large = grey[..., None] + SATURATION * (large - grey[..., None])
    alpha = cv2.resize(_alpha(photo), (side, side), interpolation=cv2.INTER_CUBIC)
    alpha = np.clip((cv2.GaussianBlur(alpha, (0, 0), 2.5) - 0.25) / 0.65, 0, 1)
    return np.dstack([np.clip(large, 0, 1) * alpha[..., None], alpha]).astype(np.float32)


def _alpha(photo: NDArray[np.uint8]) -> NDArray[np.float32]:
    rough = np.zeros(photo.shape[:2], np.uint8)
    cv2.fillPoly(rough, [np.array(OUTLINE)], 1)
    mask = np.full(rough.shape, cv2.GC_BGD, np.uint8)
    mask[cv2.dilate(rough, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (17, 17))) > 0] = cv2.GC_PR_BGD
    mask[rough > 0] = cv2.GC_PR_FGD
    mask[cv2.erode(rough, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (25, 25))) > 0] = cv2.GC_FGD
    for corner in BACKDROP:
        cv2.fillPoly(mask, [np.array(corner)], int(cv2.GC_BGD))
    cv2.setRNGSeed(7)  # GrabCut starts from k-means
    cv2.grabCut(photo, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), 6, cv2.GC_INIT_WITH_MASK)
    person = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(person)
    return (labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """How the person stands in one frame: shifts in pixels of the film, a turn in radians, mouth and lids 0 to 1."""

    x: float = 0.0
    y: float = 0.0
    grow: float = 0.0
    turn: float = 0.0
    nod: float = 0.0
    mouth: float = 0.0
    lids: float = 0.0


class Person:
    """Draws the person in any pose. The cut-out and the grids of pixels are made once."""

    def __init__(self) -> None:
        self.picture = cv2.copyMakeBorder(cut_out(), 0, 0, 0, ROOM, cv2.BORDER_CONSTANT)
        height, width = self.picture.shape[:2]
        self._rows, self._columns = np.mgrid[0:height, 0:width].astype(np.float32)
        y, x = self._rows / SCALE, self._columns / SCALE
        # the head turns about the neck: all of it above the jaw, nothing below the collar
        self._head = _step(y, COLLAR_AT + 25, CHIN_AT - 14) * np.exp(-(((x - HEAD_AT) / 120) ** 4))
        self._mouth = _Mouth(x, y)
        self._eyes = (_Eye(x, y, 202.3, 97.0), _Eye(x, y, 248.2, 99.8))

    def drawn(self, pose: Pose) -> NDArray[np.float32]:
        """BGR premultiplied and alpha of that pose, as large as the cut-out."""
        source = self.picture
        if pose.mouth or pose.lids:
            source = source.copy()
            self._mouth.open(source, pose.mouth * JAW_MOST)
            for eye in self._eyes:
                eye.close(source, pose.lids)
        middle, foot = HEAD_AT * SCALE, float(self.picture.shape[0])
        neck = COLLAR_AT * SCALE
        columns = (self._columns - middle) / (1 + pose.grow) + middle - pose.x
        rows = (self._rows - foot) / (1 + pose.grow) + foot - pose.y
        columns = columns + self._head * pose.turn * (self._rows - neck)
        rows = rows - self._head * (pose.turn * (self._columns - middle) + pose.nod)
        return cv2.remap(source, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_CUBIC)


class _Patch:
    """A rectangle of the cut-out, with its pixels' places in the portrait."""

    def __init__(self, x: NDArray[np.float32], y: NDArray[np.float32], box: tuple[int, int, int, int]) -> None:
        left, top, right, bottom = (round(edge * SCALE) for edge in box)
        self._where = (slice(top, bottom), slice(left, right))
        self.x, self.y = x[self._where], y[self._where]

    def pulled(self, picture: NDArray[np.float32], down: NDArray[np.float32]) -> NDArray[np.float32]:
        """The patch, each pixel taken from `down` portrait pixels above it: a view of `picture`, changed in place."""
        view = picture[self._where]
        rows, columns = np.mgrid[0 : view.shape[0], 0 : view.shape[1]].astype(np.float32)
        view[...] = cv2.remap(view.copy(), columns, (rows - down * SCALE).astype(np.float32), cv2.INTER_LINEAR)
        return view


class _Mouth:
    """The smile: teeth stay, the lower lip and the jaw go down, and the gap between them is dark."""

    DARK = (0.07, 0.06, 0.16)

    def __init__(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> None:
        self._patch = _Patch(x, y, (184, 132, 268, 196))
        x, y = self._patch.x, self._patch.y
        self._below = y - (149.6 - 10.0 * ((x - 224) / 21) ** 2)  # from the edge of the lower lip, a parabola
        lip = np.clip(1 - ((x - 224) / 19) ** 2, 0, 1)
        chin = np.exp(-(((x - 224) / 26) ** 4))
        share = _step(self._below, 2, 14)
        self._open = lip + (np.maximum(lip, chin) - lip) * share
        self._fade = _step(y, COLLAR_AT - 2, CHIN_AT - 2)
        self._gap = lip

    def open(self, picture: NDArray[np.float32], jaw: float) -> None:
        """Lets the jaw down by `jaw` pixels of the portrait."""
        if jaw <= 0.05:
            return
        moved = np.clip(self._below, 0, jaw * self._open) * self._fade
        view = self._patch.pulled(picture, moved)
        inside = np.clip((self._below + 0.3) / 0.7, 0, 1) * np.clip((jaw * self._gap - self._below + 0.3) / 0.7, 0, 1)
        shade = (inside * np.clip(self._gap * jaw / 0.8, 0, 1) * 0.85)[..., None]
        view[..., :3] += shade * (np.array(self.DARK, np.float32) - view[..., :3])


class _Eye:
    """One eye: the skin of the lid is stretched over the opening and the lashes go down with its edge."""

    def __init__(self, x: NDArray[np.float32], y: NDArray[np.float32], middle: float, lashes: float) -> None:
        self._patch = _Patch(x, y, (round(middle) - 13, round(lashes) - 8, round(middle) + 13, round(lashes) + 12))
        across = ((self._patch.x - middle) / 11.0) ** 2
        self._above = self._patch.y - (lashes + 4.5 * across - 4.5)
        self._height = 6.4 * np.clip(1 - across, 0, 1)

    def close(self, picture: NDArray[np.float32], share: float) -> None:
        """Closes the eye by `share` of its opening."""
        if share <= 0.02:
            return
        skin, lashes = 3.2, 3.0
        drop = share * self._height
        lid = np.clip(self._above, 0, skin + drop) * (1 - skin / (skin + drop))
        moved = np.where(self._above <= skin + lashes + drop, lid, 0)
        self._patch.pulled(picture, moved)


def _step(value: NDArray[np.float32], zero: float, one: float) -> NDArray[np.float32]:
    """Smoothly 0 at `zero`, 1 at `one`, constant beyond."""
    share = np.clip((value - zero) / (one - zero), 0, 1)
    return (share * share * (3 - 2 * share)).astype(np.float32)
