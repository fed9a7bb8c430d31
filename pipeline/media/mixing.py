"""The sound of a timeline as samples: any stretch of it on its own, exact, from PCM that is mapped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.later import imported
from pipeline.media.pcm import Pcm
from pipeline.presets import Loudness
from pipeline.spans import SAMPLE_RATE, rounded
from pipeline.timeline import SoundClip
from pipeline.values import Key

HOP = 480
"""Samples between two values of the ducking curve: 10 ms, finer than any fade of it."""

SPEECH_UNDER = 30.0
"""A stretch this many dB under the loud ones (95th percentile) is no speech: breath and room tone lie lower."""

SPEECH_LEAST = -60.0
"""dBFS; quieter is silence, whatever the rest."""

Edge = Literal["open", "cross", "ramp"]


@dataclass(frozen=True, slots=True)
class _Laid:
    """A clip with how it begins and ends: `open` hard, `cross` blending into its neighbour, `ramp` from silence."""

    clip: SoundClip
    begins: Edge
    ends: Edge


@dataclass(frozen=True, slots=True)
class Bus:
    """The sounds of one kind, to be read in stretches. `half` is half a crossfade in samples; gains are factors."""

    laid: tuple[_Laid, ...]
    sources: Mapping[Key, Pcm]
    half: int
    gains: Mapping[Key, float]

    def stretch(self, start: int, stop: int) -> np.ndarray:
        """Samples `[start, stop)` of the timeline, float32 (2, samples)."""
        out = np.zeros((2, stop - start), np.float32)
        for laid in self.laid:
            first, last = max(start, _first(laid, self.half)), min(stop, _last(laid, self.half))
            if first < last:
                gain = np.float32(self.gains.get(laid.clip.key, 1.0) * 10 ** (laid.clip.gain / 2000))
                part = _read(laid.clip, self.sources[laid.clip.key], first, last)
                out[:, first - start : last - start] += part * (_envelope(laid, first, last, self.half) * gain)
        return out


def bus(
    sounds: Sequence[SoundClip],
    kind: Literal["voice", "music", "effect"],
    sources: Mapping[Key, Pcm],
    loudness: Loudness,
    gains: Mapping[Key, float] | None = None,
) -> Bus:
    """All sounds of that kind. Voices that abut blend with equal power where they do not go on from one another."""
    clips = sorted((sound for sound in sounds if sound.kind == kind), key=lambda sound: sound.at)
    laid: list[_Laid] = []
    for index, clip in enumerate(clips):
        before = clips[index - 1] if index else None
        after = clips[index + 1] if index + 1 < len(clips) else None
        edges = (_joint(before, clip), _joint(clip, after)) if kind == "voice" else ("ramp", "ramp")
        laid.append(_Laid(clip, *edges))
    half = max(1, rounded(loudness.crossfade * SAMPLE_RATE / 2))
    return Bus(tuple(laid), sources, half, gains or {})


def _joint(one: SoundClip | None, other: SoundClip | None) -> Edge:
    if one is None or other is None or one.stop != other.at:
        return "ramp"
    goes_on = one.key == other.key and one.source.stop == other.source.start and one.gain == other.gain
    return "open" if goes_on else "cross"


def _first(laid: _Laid, half: int) -> int:
    return laid.clip.at - (half if laid.begins == "cross" else 0)


def _last(laid: _Laid, half: int) -> int:
    return laid.clip.stop + (half if laid.ends == "cross" else 0)


def _read(clip: SoundClip, source: Pcm, start: int, stop: int) -> np.ndarray:
    """What the clip's source gives at timeline samples `[start, stop)`; a loop blends its end into its beginning."""
    shift = clip.source.start - clip.at
    overlap = min(clip.blend, source.length // 3)
    period = source.length - overlap
    if not clip.loop or period < 1:
        return source.stereo(start + shift, stop + shift)
    out = np.zeros((2, stop - start), np.float32)
    at = start
    while at < stop:
        turn, place = divmod(at + shift, period)
        count = min(stop - at, (overlap if place < overlap else period) - place)
        part = source.stereo(place, place + count)
        if place < overlap and turn > 0:
            angle = (np.arange(place, place + count, dtype=np.float32) + 0.5) * (np.pi / 2 / overlap)
            part = part * np.sin(angle) + source.stereo(period + place, period + place + count) * np.cos(angle)
        out[:, at - start : at - start + count] = part
        at += count
    return out


def _envelope(laid: _Laid, start: int, stop: int, half: int) -> np.ndarray:
    """The clip's gain over timeline samples `[start, stop)`, 0 to 1. A pair of crossed clips keeps its power."""
    clip = laid.clip
    at = np.arange(start, stop, dtype=np.float64) + 0.5
    out = np.ones(stop - start)
    if laid.begins == "cross":
        out *= np.sin(_share(at, clip.at - half, 2 * half))
    elif laid.begins == "ramp":
        out *= np.sin(_share(at, clip.at, max(half, clip.fade_in)))
    if laid.ends == "cross":
        out *= np.cos(_share(at, clip.stop - half, 2 * half))
    elif laid.ends == "ramp":
        length = max(half, clip.fade_out)
        out *= np.cos(_share(at, clip.stop - length, length))
    return out.astype(np.float32)


def _share(at: np.ndarray, start: int, length: int) -> np.ndarray:
    """A quarter turn: 0 up to `start`, π/2 from `length` samples later on."""
    return np.clip((at - start) / length, 0, 1) * (np.pi / 2)


def levels(part: np.ndarray) -> np.ndarray:
    """Mean power of each whole or partial `HOP` of a stretch (2, samples)."""
    power = np.square(part).sum(axis=0)
    return np.add.reduceat(power, np.arange(0, len(power), HOP)) / (2 * HOP)


def ducking(power: np.ndarray, loudness: Loudness) -> np.ndarray:
    """The factor for music at each `HOP`, from the voice's mean power there: 1 in the clear, less under speech."""
    level = 10 * np.log10(np.maximum(power, 1e-12))
    loud = np.percentile(level[level > SPEECH_LEAST], 95) if (level > SPEECH_LEAST).any() else 0.0
    speaks = level > max(SPEECH_LEAST, float(loud) - SPEECH_UNDER)
    before = rounded(loudness.duck_before * SAMPLE_RATE / HOP)
    after = rounded(loudness.duck_after * SAMPLE_RATE / HOP)
    # held from so long before speech until so long after it, then averaged: down at the first word, up after the last
    held = np.convolve(speaks, np.ones(before + after + 1))[before : before + len(speaks)] > 0
    eased = imported("scipy.ndimage").uniform_filter1d(
        held.astype(np.float64), max(1, min(before, after)), mode="nearest"
    )
    return np.asarray(10 ** (float(loudness.duck) * eased / 20))


def spread(curve: np.ndarray, start: int, stop: int) -> np.ndarray:
    """The ducking curve at each sample of `[start, stop)`, between its values in a straight line."""
    at = np.arange(start, stop) / HOP - 0.5
    return np.interp(at, np.arange(len(curve)), curve).astype(np.float32)
