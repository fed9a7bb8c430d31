"""The sound of a draft: one track, mixed from PCM sample by sample, encoded once."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from pipeline.commands.sound import decoded_arguments, encoded_arguments, measured_arguments
from pipeline.footage import Media
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.limiter import CONTEXT, limited
from pipeline.media.mixing import HOP, bus, ducking, levels, spread
from pipeline.media.pcm import Pcm, pcm
from pipeline.presets import Loudness, Style
from pipeline.timeline import Timeline
from pipeline.values import Key, as_json, digest

PCM = "sound.wav"
"""The name of decoded sound in its object."""

RECIPE = 2
"""Raised whenever the same timeline would sound otherwise than before."""

BLOCK = 100 * HOP
"""Samples handled at a time: 1 s, half a megabyte a stage, whatever the length of the film."""

SILENCE = -7000
"""Hundredths of LUFS that stand for no sound: the absolute gate of BS.1770-4, under which nothing counts."""

WITHIN = 20
"""Hundredths of an LU the encoded sound may lie off: less than half of what reviewers allow (0.5 LU)."""

ROUNDS = 4
"""Encodings tried at most; two suffice unless the limiter works hard."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """What the encoded sound measures: hundredths of LUFS and dBTP (-7000 and below: silence); its length."""

    loudness: int
    true_peak: int
    samples: int

    @property
    def heard(self) -> bool:
        """False for silence, which has no loudness."""
        return self.loudness > SILENCE


def decoded_key(media: Media, build: str) -> Key:
    """Names the decoded sound of a file."""
    return digest({"sound": RECIPE, "file": media.digest, "build": build})


def decoded(path: Path | str, out: Path, ffmpeg: Ffmpeg) -> int:
    """Writes the file's first sound to `out` (WAV, 16 bits, 48 kHz, stereo) and gives its length in samples.

    `path` as text is a link of our own store.

    Raises:
        FfmpegFailed: it has no sound, or it cannot be decoded.
    """
    name = path.name if isinstance(path, Path) else "a file in the store"  # a link holds a signature
    run(ffmpeg, decoded_arguments(str(path), str(out)), what=f"decoding the sound of {name}")
    return pcm(out).length


def sound_key(timeline: Timeline, style: Style, build: str) -> Key:
    """Names the sound of a timeline: framings and overlays do not change it."""
    made_of = {
        "mix": RECIPE,
        "sounds": as_json(timeline.sounds),
        "samples": timeline.samples,
        "loudness": as_json(style.loudness),
        "bitrate": style.encode.audio_bitrate,
        "build": build,
    }
    return digest(made_of)


def mixed(
    timeline: Timeline, loudness: Loudness, sources: Mapping[Key, Path], out: Path, ffmpeg: Ffmpeg, bitrate: int
) -> Mixed:
    """Mixes the timeline's sound and encodes it to `out` (AAC in MP4); gives what it measures, as encoded.

    `sources` are WAV files at 48 kHz by key. It lasts exactly as long as the timeline, within one AAC frame. Gain is
    one factor for the whole; where nothing sounds, there is none.

    Raises:
        UnreadableMedia: a source is not such a file.
    """
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".mix-") as name:
        folder = Path(name)
        meter = _Meter(ffmpeg, folder)
        mix = folder / "mix.f32"
        _write_mix(timeline, loudness, {key: pcm(path) for key, path in sources.items()}, sources, mix, meter)
        found, _ = meter.read(mix, mixed=True)
        if found <= SILENCE:
            _encode(mix, out, ffmpeg, bitrate)
            return Mixed(SILENCE, SILENCE, timeline.samples)
        gain = _hundredths(loudness.integrated) - found
        most = _hundredths(loudness.true_peak)
        ceiling = most - _hundredths(loudness.overshoot)
        now, peak = found, SILENCE
        for _ in range(ROUNDS):
            ready = folder / "ready.f32"
            _write_limited(mix, ready, _factor(gain), _factor(ceiling))
            _encode(ready, out, ffmpeg, bitrate)
            now, peak = meter.read(out, mixed=False)
            off = _hundredths(loudness.integrated) - now
            if abs(off) <= WITHIN and peak <= most:
                break
            gain += off
            ceiling -= max(0, peak - most)
        return Mixed(now, peak, timeline.samples)


def _encode(mix: Path, out: Path, ffmpeg: Ffmpeg, bitrate: int) -> None:
    run(ffmpeg, encoded_arguments(str(mix), str(out), bitrate), what="encoding the sound")


@dataclass(frozen=True, slots=True)
class _Meter:
    """Loudness and true peak of a file, in hundredths of LUFS and dBTP."""

    ffmpeg: Ffmpeg
    folder: Path

    def read(self, path: Path, *, mixed: bool) -> tuple[int, int]:
        out = self.folder / "measured.txt"
        out.unlink(missing_ok=True)
        arguments = measured_arguments(str(path.resolve()), out.name, mixed=mixed)
        run(self.ffmpeg, arguments, what="measuring loudness", folder=self.folder)
        lines = _tail(out).splitlines() if out.exists() else []
        values = dict(line.split("=", 1) for line in lines if line.startswith("lavfi.r128."))
        integrated = float(values.get("lavfi.r128.I", "-70"))
        peak = float(values.get("lavfi.r128.true_peak", "0"))
        level = round(integrated * 100) if integrated > SILENCE / 100 else SILENCE
        return level, round(2000 * np.log10(peak)) if peak > 0 else SILENCE


def _write_mix(
    timeline: Timeline,
    loudness: Loudness,
    samples: Mapping[Key, Pcm],
    sources: Mapping[Key, Path],
    out: Path,
    meter: _Meter,
) -> None:
    """Everything that sounds, added up at the levels it has to one another."""
    voice = bus(timeline.sounds, "voice", samples, loudness)
    keys = {sound.key for sound in timeline.sounds if sound.kind == "music"}
    effects = {sound.key: _factor(_hundredths(loudness.effect)) for sound in timeline.sounds if sound.kind == "effect"}
    effect = bus(timeline.sounds, "effect", samples, loudness, effects)
    if not keys:
        _write(out, timeline.samples, lambda start, stop: voice.stretch(start, stop) + effect.stretch(start, stop))
        return
    power = _write(out, timeline.samples, voice.stretch)
    level, _ = meter.read(out, mixed=True)
    level = _hundredths(loudness.integrated) if level <= SILENCE else level
    # as loud as the voice, and what it gives way by above: a clip's own gain says how far under speech it lies
    above = level - _hundredths(loudness.duck)
    gains = {key: _factor(above - meter.read(sources[key], mixed=False)[0]) for key in keys}
    music = bus(timeline.sounds, "music", samples, loudness, gains)
    curve = ducking(power, loudness)

    def whole(start: int, stop: int) -> np.ndarray:
        bed = music.stretch(start, stop)
        if bed.any():
            bed *= spread(curve, start, stop)
        return voice.stretch(start, stop) + effect.stretch(start, stop) + bed

    _write(out, timeline.samples, whole)


def _write(out: Path, samples: int, stretch: Callable[[int, int], np.ndarray]) -> np.ndarray:
    """Writes the stretches one after the other; gives their mean power at each `HOP`."""
    power: list[np.ndarray] = []
    with out.open("wb") as file:
        for start in range(0, samples, BLOCK):
            part = stretch(start, min(start + BLOCK, samples))
            power.append(levels(part))
            file.write(np.ascontiguousarray(part.T, "<f4").data)
    return np.concatenate(power) if power else np.zeros(0)


def _write_limited(mix: Path, out: Path, gain: float, ceiling: float) -> None:
    """The mix at its final level, no peak above the ceiling."""
    whole = np.memmap(mix, "<f4", "r").reshape(-1, 2)
    with out.open("wb") as file:
        for start in range(0, len(whole), BLOCK):
            stop = min(start + BLOCK, len(whole))
            part = np.zeros((2, stop - start + 2 * CONTEXT), np.float32)
            first, last = max(0, start - CONTEXT), min(len(whole), stop + CONTEXT)
            at = first - (start - CONTEXT)
            np.multiply(whole[first:last].T, np.float32(gain), out=part[:, at : at + last - first])
            file.write(np.ascontiguousarray(limited(part, ceiling).T, "<f4").data)


def _tail(path: Path, most: int = 4096) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - most))
        return file.read().decode()


def _hundredths(value: Fraction) -> int:
    return round(value * 100)


def _factor(hundredths: int) -> float:
    return 10 ** (hundredths / 2000)
