"""A true-peak limiter that looks ahead: no sample between samples is louder than the ceiling."""

import numpy as np
from scipy import ndimage, signal

OVERSAMPLED = 4
"""ITU-R BS.1770-4 annex 2: true peak is measured at four times 48 kHz."""

REACH = 240
"""Samples (5 ms) on each side over which the gain goes down and up: shorter is heard as distortion."""

CONTEXT = 4 * REACH
"""Samples needed on both sides of a stretch for its gain to be what it would be in the whole."""

PEAK_OVER_SAMPLES = 0.7
"""Where samples stay this far (3 dB) under the ceiling, no peak between them reaches it in speech or music."""


def limited(stretch: np.ndarray, ceiling: float) -> np.ndarray:
    """A stretch (2, `CONTEXT` + samples + `CONTEXT`), limited, without its context. `ceiling` is a factor of 1."""
    inner = stretch[:, CONTEXT:-CONTEXT]
    if not stretch.size or np.abs(stretch).max() < ceiling * PEAK_OVER_SAMPLES:
        return inner
    over = signal.resample_poly(stretch, OVERSAMPLED, 1, axis=1)
    peaks = np.abs(over).max(axis=0).reshape(-1, OVERSAMPLED)
    # a peak between two samples is theirs both
    peak = np.maximum(peaks.max(axis=1), np.roll(peaks[:, 1:].max(axis=1), 1))
    wanted = np.minimum(1.0, ceiling / np.maximum(peak, 1e-9))
    if wanted.min() >= 1:
        return inner
    least = ndimage.minimum_filter1d(wanted, 2 * REACH + 1, mode="nearest")
    window = np.asarray(signal.get_window("hann", 2 * REACH + 3, fftbins=False))[1:-1]
    gain = signal.oaconvolve(least, window / window.sum(), mode="same")[CONTEXT:-CONTEXT]
    return inner * np.minimum(gain, wanted[CONTEXT:-CONTEXT]).astype(np.float32)
