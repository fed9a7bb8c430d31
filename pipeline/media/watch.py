"""Where faces are in a rush, seen on its analysis frames."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from pipeline.commands.conform import ANALYSIS, sampled_frames
from pipeline.errors import NotFound
from pipeline.footage import Rush
from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.media.faces import BlazeFace, Detector, Face, Picture
from pipeline.media.outlines import Outlines, crown, reach
from pipeline.presets import Seeing
from pipeline.tracks import Sighting, Watched
from pipeline.values import Key, digest

RECIPE = 2
"""Raised whenever the same rush would give other sightings than before."""

WHOLE_LOOK = 1
"""Seconds between two looks at the whole picture, and for which a lost face is still looked for where it was."""


def watch_key(rush: Rush, seeing: Seeing) -> Key:
    """Names what `watch` gives for that rush."""
    made_of = {"rush": rush.key, "seeing": digest(seeing), "faces": BlazeFace.name, "outlines": Outlines.name}
    return digest({"made": "watched", "recipe": RECIPE, **made_of})


def watch(folder: Path, rush: Rush, seeing: Seeing, progress: Callable[[int], None] | None = None) -> Watched:
    """All faces in the rush, from the conformed objects in `folder`; `progress` is told frames of the rush.

    Raises:
        NotFound: the analysis frames are not there, or a model file is absent or is another.
    """
    detector: Detector = BlazeFace(seeing.score_least / 1000)
    outlines = Outlines()
    recorded = shelf.mezzanine().analysis_rate
    stride = max(1, recorded // seeing.rate)
    sampled = sampled_frames(rush.frames, rush.rate, recorded)[::stride]
    each = max(1, WHOLE_LOOK * recorded // stride)
    sightings: list[Sighting] = []
    motion: list[int] = []
    remembered: list[tuple[Face, int]] = []
    before: Picture | None = None
    for index, (frame, picture) in enumerate(
        zip(sampled, islice(pictures(folder / ANALYSIS, seeing.width), 0, None, stride), strict=False)
    ):
        if index % each == 0:
            known = detector.faces(picture)
        else:
            known = detector.near(picture, tuple(face for face, _ in remembered))
        remembered = [(face, seen) for face, seen in remembered if index - seen < each and not _among(face, known)]
        remembered += [(face, index) for face in known]
        if known:
            mask = outlines.mask(picture)
            found = [_sighting(frame, face, known, mask, rush.size) for face in known]
            sightings += sorted((one for one in found if one is not None), key=lambda one: (-one.score, one.face))
        motion.append(0 if before is None else round(100 * float(np.mean(cv2.absdiff(picture, before)))))
        before = picture
        if progress is not None:
            progress(frame + 1)
    seen = sampled[: len(motion)]
    return Watched(rush.name, watch_key(rush, seeing), rush.size, seen, tuple(sightings), tuple(motion))


def pictures(path: Path, width: int) -> Iterator[Picture]:
    """The frames of a film, in order, at most `width` pixels wide.

    Raises:
        NotFound: there is no film to read.
    """
    film = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not film.isOpened():
            raise NotFound(f"wanted the analysis frames {path.name} of a conformed rush, found none in {path.parent}")
        while True:
            there, picture = film.read()
            if not there:
                return
            if picture.shape[1] > width:
                height = round(picture.shape[0] * width / picture.shape[1])
                picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
            yield picture.astype(np.uint8, copy=False)
    finally:
        film.release()


def _among(face: Face, faces: tuple[Face, ...]) -> bool:
    """True when its middle lies in one of the faces."""
    x, y = face.x + face.width / 2, face.y + face.height / 2
    return any(one.x <= x < one.x + one.width and one.y <= y < one.y + one.height for one in faces)


def _sighting(frame: int, face: Face, faces: tuple[Face, ...], mask: Picture, size: Size) -> Sighting | None:
    height, width = mask.shape[:2]
    across, down = size.width / width, size.height / height
    others = tuple(other for other in faces if other is not face)
    far = reach(mask, face, others)
    top = crown(mask, face)
    seen = Box(
        round(face.x * across),
        round(face.y * down),
        max(1, round(face.width * across)),
        max(1, round(face.height * down)),
    )
    if seen.common(size.box) is None:
        return None
    body = None
    if far is not None:
        x, y = round(far[0] * across), round(far[1] * down)
        body = Box(x, y, max(1, round(far[2] * across) - x), max(1, round(far[3] * down) - y))
    return Sighting(
        frame,
        seen,
        (round(face.eyes[0] * across), round(face.eyes[1] * down)),
        (round(face.mouth[0] * across), round(face.mouth[1] * down)),
        round(face.score * 1000),
        body,
        None if top is None else round(top * down),
    )
