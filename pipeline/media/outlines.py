"""How far each person reaches in a picture: selfie segmentation through OpenCV."""

import cv2
import numpy as np

from pipeline.media import shelf
from pipeline.media.faces import Face, Picture

MODEL = "selfie_segmentation_landscape.tflite"
MODEL_SHA256 = "4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894"
"""Selfie segmentation, landscape, as Google ships it in @mediapipe/selfie_segmentation 0.1.1675465747 (Apache-2.0)."""

SIZE = (256, 144)
"""Width and height of the picture that the network takes (mediapipe `selfie_segmentation.pbtxt`)."""

PERSON = 0.5
"""From this likelihood on a pixel is a person's (mediapipe's own threshold in its effects)."""

SPAN_OF_ARMS = 7.5
"""Arms stretched out reach as far as a person is tall: 7.5 heads (the canon that the framings use)."""

ROW_FILLED = 0.4
"""A row above the face is still head when this share of the face's middle half is a person's (a cable is thinner)."""

HAIR_MOST = 1.1
"""Hair or a hat ends at most this many head heights above the eyes; what reaches higher is not the head."""

HAIR_LEAST = 0.3
"""The skull ends at least this many head heights above the eyes."""


class Outlines:
    """Finds people's outlines. One network, loaded once.

    Raises:
        NotFound: the model file is absent or is another.
    """

    name = f"selfie:{MODEL_SHA256[:16]}"

    def __init__(self) -> None:
        self._net = cv2.dnn.readNetFromTFLite(str(shelf.model(MODEL, MODEL_SHA256)))

    def mask(self, picture: Picture) -> Picture:
        """Height x width, 1 where there is a person, 0 elsewhere."""
        height, width = picture.shape[:2]
        small = cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA)
        self._net.setInput(cv2.dnn.blobFromImage(small, 1 / 255, swapRB=True))
        likely = self._net.forward()[0, 0]
        return (cv2.resize(likely, (width, height)) >= PERSON).astype(np.uint8)


def reach(mask: Picture, face: Face, others: tuple[Face, ...]) -> tuple[int, int, int, int] | None:
    """How far the person of that face reaches: (left, top, right, bottom) in pixels, half-open; None when not outlined.

    Never past arms stretched out, nor past halfway to another's face.
    """
    middle = face.x + face.width / 2
    halfway = [(middle + other.x + other.width / 2) / 2 for other in others]
    arms = SPAN_OF_ARMS * head_height(face) / 2
    left = max([0.0, middle - arms, *(x for x in halfway if x < middle)])
    right = min([float(mask.shape[1]), middle + arms, *(x for x in halfway if x >= middle)])
    first = round(left)
    part = mask[:, first : max(first + 1, round(right))]
    x, y = round(middle) - first, round(face.y + face.height / 2)
    if not (0 <= x < part.shape[1] and 0 <= y < part.shape[0] and part[y, x]):
        return None
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(part, connectivity=4)
    box_x, box_y, width, height = (int(value) for value in boxes[labels[y, x], :4])
    return first + box_x, box_y, first + box_x + width, box_y + height


def crown(mask: Picture, face: Face) -> int | None:
    """The first row of the head, hair and hat included; None where the outline does not say.

    Looked for straight above the face, in the middle half of its box, from the eyes upwards without a gap.
    """
    first, last = round(face.x + face.width / 4), round(face.x + face.width * 3 / 4)
    eyes = round(face.eyes[1])
    if first < 0 or last <= first or last > mask.shape[1] or not 0 < eyes < mask.shape[0]:
        return None
    filled = mask[: eyes + 1, first:last].mean(axis=1) >= ROW_FILLED
    gaps = np.flatnonzero(~filled)
    top = int(gaps[-1]) + 1 if len(gaps) else 0
    air = (eyes - top) / head_height(face)
    return top if HAIR_LEAST <= air <= HAIR_MOST else None


def head_height(face: Face) -> float:
    """Crown to chin in pixels: three times eyes to mouth (canon: eyes at 0.50 of the head, mouth at 0.83)."""
    return max(1.0, 3 * (face.mouth[1] - face.eyes[1]))
