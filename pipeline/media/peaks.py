"""How loud a film is, frame by frame: what a timeline draws."""

from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np

from pipeline.spans import SAMPLE_RATE

FULL: Final = 255
"""The byte of full scale, and of everything above."""


def peaks(sound: Path, frames: int, rate: Fraction) -> bytes:
    """A byte for each frame of a film: its loudest sample on either side, 0 silence, 255 full scale.

    `sound` is the encoded sound of the film, at 48 kHz. A frame of it is decoded at a time.
    """
    out = np.zeros(frames, np.float32)
    with av.open(str(sound)) as container:
        for part in container.decode(audio=0):
            loud = np.abs(part.to_ndarray()).max(axis=0)
            samples = np.arange(len(loud), dtype=np.int64) + (part.pts or 0)
            places = samples * rate.numerator // (SAMPLE_RATE * rate.denominator)
            there = (places >= 0) & (places < frames)  # the encoder's priming stands before the film
            np.maximum.at(out, places[there], loud[there])
    return np.minimum(np.ceil(out * FULL), FULL).astype(np.uint8).tobytes()
