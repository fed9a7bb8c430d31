"""Faces in one picture: BlazeFace full range through OpenCV, on the whole picture and three square tiles."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media import shelf

MODEL = "face_detection_full_range.tflite"
MODEL_SHA256 = "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3"
"""BlazeFace full range as Google ships it in @mediapipe/face_detection 0.4.1657300184 (Apache-2.0)."""

SIDE = 192
"""Width and height of the picture that the network takes (mediapipe `face_detection_full_range.pbtxt`)."""

CELLS = 48
"""The network looks from the centres of 48 x 48 cells, stride 4 (same file: one anchor a cell, fixed size)."""

SAME_FACE = 0.3
"""Boxes that overlap by at least this are one face, averaged by score (mediapipe's weighted non-max suppression)."""

CUT_BY_TILE = 0.01
"""A face this near (share of the tile) to an edge that a tile makes inside the picture is cut: the next tile has it."""

MAYBE = 0.3
"""From this score on, what the first look finds is looked at from near; only then does `score_least` decide. Of heads
of 5 to 12 % of the picture's height, this finds nine in ten; deciding on the first look found one in three."""

NEAR_REACH = 4.0
"""A near look is at a square of this many face heights about the face: of 2 to 6, the best scores and least noise
(real faces of 50 to 125 px: 1 to 2 % of their height; a look at the full-resolution picture gave no less)."""

THREADS = 2
"""OpenCV's threads: every worker has two (more than its cores thrash)."""

Picture = NDArray[np.uint8]
"""Height x width x 3, blue, green, red, 0 to 255."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Face:
    """A face in pixels of the picture it was found in, sub-pixel. `eyes`, `mouth`: (x, y) midpoints; `score` 0 to 1."""

    x: float
    y: float
    width: float
    height: float
    eyes: tuple[float, float]
    mouth: tuple[float, float]
    score: float


class Detector(Protocol):
    """Finds faces in a picture. Another detector is another class with these two methods."""

    @property
    def name(self) -> str:
        """Names the detector and its model in keys."""
        ...

    def faces(self, picture: Picture) -> tuple[Face, ...]:
        """All faces in the picture, best first."""
        ...

    def near(self, picture: Picture, known: tuple[Face, ...]) -> tuple[Face, ...]:
        """The faces still there, near where they were in the picture before; cheaper, sees nobody new."""
        ...


class BlazeFace:
    """BlazeFace full range: every face down to 5 % of the height of a 640 px picture, thanks to its tiles.

    Args:
        score_least: faces below this score (0 to 1) are not given.

    Raises:
        NotFound: the model file is absent or is another.
    """

    name = f"blazeface:{MODEL_SHA256[:16]}"

    def __init__(self, score_least: float) -> None:
        cv2.setNumThreads(THREADS)
        self._net = cv2.dnn.readNetFromTFLite(str(shelf.model(MODEL, MODEL_SHA256)))
        self._score_least = score_least

    def faces(self, picture: Picture) -> tuple[Face, ...]:
        """All faces in the picture, best first; each that may be one looked at again from near, to decide."""
        height, width = picture.shape[:2]
        rows = [self._seen(picture, (0, 0, max(width, height)), MAYBE)]
        rows += [_uncut(self._seen(picture, tile, MAYBE), tile, width, height) for tile in tiles(width, height)]
        found = merged(np.concatenate(rows))
        return _faces([near for row in found if (near := self._nearer(picture, row)) is not None])

    def near(self, picture: Picture, known: tuple[Face, ...]) -> tuple[Face, ...]:
        """The known faces that are still near where they were, best first."""
        rows = [self._nearer(picture, _row(face)) for face in known]
        return _faces([row for row in rows if row is not None])

    def _nearer(self, picture: Picture, row: Numbers) -> Numbers | None:
        side = NEAR_REACH * row[3]
        x, y = row[0] + row[2] / 2 - side / 2, row[1] + row[3] / 2 - side / 2
        found = merged(self._seen(picture, (round(x), round(y), max(8, round(side))), self._score_least))
        return max(found, key=lambda other: float(shared(row, other[None])[0]), default=None)

    def _seen(self, picture: Picture, square: tuple[int, int, int], score_least: float) -> Numbers:
        """Rows (x, y, width, height, eyes x, y, mouth x, y, score) found in a square (x, y, side) of the picture."""
        x, y, side = square
        scale = SIDE / side
        place = np.array([[scale, 0, -x * scale], [0, scale, -y * scale]])
        crop = picture[max(0, y) : y + side, max(0, x) : x + side]
        if crop.size > 0 and side >= SIDE:
            small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
            top, left = round(max(0, -y) * scale), round(max(0, -x) * scale)
            small = small[: SIDE - top, : SIDE - left]
            canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
        else:
            canvas = cv2.warpAffine(picture, place, (SIDE, SIDE), flags=cv2.INTER_CUBIC)
        blob = cv2.dnn.blobFromImage(canvas, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
        self._net.setInput(blob)
        outputs = {out.shape[-1]: out for out in self._net.forward(self._net.getUnconnectedOutLayersNames())}
        rows = decoded(outputs[16][0].astype(float), outputs[1][0, :, 0].astype(float), score_least)
        rows[:, :8] *= side
        rows[:, [0, 4, 6]] += x
        rows[:, [1, 5, 7]] += y
        return rows


def tiles(width: int, height: int) -> tuple[tuple[int, int, int], ...]:
    """Three squares (x, y, side) along the picture's longer side, as high as the shorter; none when it is square."""
    side, spare = min(width, height), abs(width - height)
    if spare * 4 < side:
        return ()
    places = (0, spare // 2, spare)
    return tuple((at, 0, side) if width > height else (0, at, side) for at in places)


def decoded(regressors: Numbers, scores: Numbers, score_least: float) -> Numbers:
    """The network's output as rows of (x, y, width, height, eyes x, y, mouth x, y, score), shares of its square.

    `regressors` 2304 x 16 (centre, size, then right eye, left eye, nose, mouth, two ears), in pixels of its picture
    from the cell's centre; `scores` 2304 before the sigmoid. Source: mediapipe `tensors_to_detections_calculator`.
    """
    likely = 1 / (1 + np.exp(-np.clip(scores, -100, 100)))
    kept = np.flatnonzero(likely >= score_least)
    raw = regressors[kept] / SIDE
    centre = np.stack([kept % CELLS + 0.5, kept // CELLS + 0.5], axis=1) / CELLS
    points = raw[:, 4:].reshape(-1, 6, 2) + centre[:, None]
    corner = raw[:, :2] + centre - raw[:, 2:4] / 2
    return np.concatenate([corner, raw[:, 2:4], points[:, :2].mean(axis=1), points[:, 3], likely[kept, None]], axis=1)


def merged(rows: Numbers) -> list[Numbers]:
    """One row for each face, best first: rows that overlap the best one averaged, weighted by score."""
    left = rows[np.argsort(-rows[:, 8], kind="stable")]
    out: list[Numbers] = []
    while len(left):
        same = shared(left[0], left) >= SAME_FACE
        same[0] = True
        mean = np.average(left[same], axis=0, weights=left[same, 8])
        mean[8] = left[0, 8]
        out.append(mean)
        left = left[~same]
    return out


def shared(one: Numbers, others: Numbers) -> Numbers:
    """Intersection over union of one row's box and each of the others'."""
    corner = np.maximum(one[:2], others[:, :2])
    end = np.minimum(one[:2] + one[2:4], others[:, :2] + others[:, 2:4])
    common = np.prod(np.clip(end - corner, 0, None), axis=1)
    return common / (one[2] * one[3] + others[:, 2] * others[:, 3] - common)


def _uncut(rows: Numbers, tile: tuple[int, int, int], width: int, height: int) -> Numbers:
    x, y, side = tile
    air = CUT_BY_TILE * side
    kept = np.ones(len(rows), bool)
    if x > 0:
        kept &= rows[:, 0] > x + air
    if y > 0:
        kept &= rows[:, 1] > y + air
    if x + side < width:
        kept &= rows[:, 0] + rows[:, 2] < x + side - air
    if y + side < height:
        kept &= rows[:, 1] + rows[:, 3] < y + side - air
    return rows[kept]


def _row(face: Face) -> Numbers:
    return np.array([face.x, face.y, face.width, face.height, *face.eyes, *face.mouth, face.score])


def _faces(rows: list[Numbers]) -> tuple[Face, ...]:
    """The rows as faces, best first; two near looks that ended on one face are one."""
    distinct = merged(np.array(rows)) if rows else []
    return tuple(_face(*(float(value) for value in row)) for row in distinct)


def _face(x: float, y: float, width: float, height: float, *rest: float) -> Face:
    eyes_x, eyes_y, mouth_x, mouth_y, score = rest
    return Face(x, y, width, height, (eyes_x, eyes_y), (mouth_x, mouth_y), score)
