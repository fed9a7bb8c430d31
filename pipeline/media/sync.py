"""Where an external recorder's file stands against a rush, and the rush's sound taken from it."""

import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import resample_poly

from pipeline.media.pcm import Pcm, pcm
from pipeline.spans import SAMPLE_RATE

LISTENED_RATE = 8_000
"""Samples a second at which two sounds are compared: speech's band, and an hour fits in memory (30 min: 3.6 s of CPU,
error 0.025 ms, measured on speech with reverberation at 8 dB SNR)."""

PEAK_RATIO = Fraction(3, 2)
"""The first peak of the correlation against the second, at least: 1.8 when right, 1.15 on a repeated programme, 0.93 on
unrelated sound."""

WINDOW_SECONDS, WINDOW_APART = 20, 120
"""Drift is measured on windows of this length, at most this far apart (8 of 15 windows kept; 40.1 ppm found for 40)."""

WINDOW_RATIO = 2.0
WINDOWS_TRIED = 5
DRIFT_LEAST = 10e-6


@dataclass(frozen=True, slots=True)
class Sync:
    """`offset`: the recorder's sample (48 kHz) at the rush's first sample; negative when it began later.

    `drift` in parts per billion: how much faster the recorder's clock runs. `ratio` in thousandths: how sure.
    """

    offset: int
    drift: int
    ratio: int


def sync(rush: Path, recorder: Path) -> Sync | None:
    """Where `recorder` stands against `rush` (both 16-bit WAV at 48 kHz), or None when they do not match.

    GCC-PHAT (Knapp & Carter 1976) on both, resampled to 8 kHz, then a line through windows for the drift.
    """
    one, other = _listened(rush), _listened(recorder)
    if not one.any() or not other.any():
        return None
    lag, ratio = _lag(one, other)
    if ratio < PEAK_RATIO:
        lag, ratio = _surest(one, other)
    if ratio < PEAK_RATIO:
        return None
    drift = _drift(one, other, lag)
    offset = round(lag * SAMPLE_RATE / LISTENED_RATE)
    return Sync(offset, round(drift * 1e9), round(ratio * 1000))


def synced(recorder: Path, found: Sync, samples: int, out: Path) -> None:
    """Writes `samples` samples of the recorder as they belong beside the rush; silence where it did not record.

    A drift of more than 10 ppm is taken out by resampling between neighbouring samples.
    """
    source = pcm(recorder)
    speed = 1 + found.drift / 1e9 if abs(found.drift / 1e9) > DRIFT_LEAST else 1.0
    with wave.open(str(out), "wb") as sink:
        sink.setparams((2, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        for start in range(0, samples, SAMPLE_RATE * 10):
            count = min(SAMPLE_RATE * 10, samples - start)
            sink.writeframes(
                _read_at(source, found.offset + np.arange(start, start + count, dtype=np.float64) * speed).tobytes()
            )


def _read_at(source: Pcm, at: NDArray[np.float64]) -> NDArray[np.int16]:
    """The sound between samples, by straight lines: 16-bit stereo, silence outside the file."""
    first = int(np.floor(at[0]))
    block = source.stereo(first, int(np.floor(at[-1])) + 2).T.astype(np.float64)
    low = np.floor(at).astype(np.int64) - first
    share = (at - np.floor(at))[:, None]
    return np.rint((block[low] * (1 - share) + block[low + 1] * share) * 32767).astype(np.int16)


def _listened(path: Path) -> NDArray[np.float32]:
    source = pcm(path)
    parts: list[NDArray[np.float32]] = []
    for start in range(0, source.length, SAMPLE_RATE * 60):
        mono = source.stereo(start, min(start + SAMPLE_RATE * 60, source.length)).mean(axis=0)
        parts.append(resample_poly(mono, 1, SAMPLE_RATE // LISTENED_RATE).astype(np.float32))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _lag(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[int, float]:
    """The sample of `other` at the first of `one`, and how far the best peak stands above the next."""
    size = cast("int", next_fast_len(len(one) + len(other)))
    cross: NDArray[np.complex64] = np.asarray(rfft(other, size)) * np.conj(np.asarray(rfft(one, size)))
    cross /= np.maximum(np.abs(cross), 1e-9)
    peaks: NDArray[np.float32] = np.abs(np.asarray(irfft(cross, size)))
    best = int(peaks.argmax())
    height = float(peaks[best])
    near = LISTENED_RATE // 100
    peaks[np.arange(best - near, best + near + 1) % size] = 0
    second = float(peaks.max())
    lag = best if best < len(other) else best - size
    return lag, height / second if second else float("inf")


def _surest(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[int, float]:
    """The same from the surest of a few short windows: two clocks that drift apart smear the peak of the whole."""
    window = WINDOW_SECONDS * LISTENED_RATE
    starts = np.linspace(0, max(0, len(one) - window), WINDOWS_TRIED, dtype=np.int64)
    found = [(start, *_lag(one[start : start + window], other)) for start in np.unique(starts)]
    start, lag, ratio = max(found, key=lambda row: row[2])
    return int(lag - start), ratio


def _drift(one: NDArray[np.float32], other: NDArray[np.float32], lag: int) -> float:
    """The slope of the lag along the rush, 0.0 where fewer than three windows are sure."""
    window, margin = WINDOW_SECONDS * LISTENED_RATE, LISTENED_RATE // 2
    places: list[tuple[int, int]] = []
    apart = min(WINDOW_APART * LISTENED_RATE, max(window, len(one) // 10))
    for start in range(margin, len(one) - window, apart):
        low = start + lag - margin
        part = other[max(low, 0) : low + window + 2 * margin]
        if low < 0 or len(part) < window:
            continue
        found, ratio = _lag(one[start : start + window], part)
        if ratio > WINDOW_RATIO:
            places.append((start, found - margin))
    if len(places) < 3:
        return 0.0
    at, lags = np.array(places, np.float64).T
    return float(np.polyfit(at, lags, 1)[0])
