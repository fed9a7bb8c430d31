"""Where there is voice in a sound file: Silero's judgement, its edges refined by energy where the room is quiet."""

import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import UnreadableMedia
from pipeline.later import imported

RATE = 16_000
"""Samples a second that Silero and Whisper were trained on."""
WINDOW = 512
"""Samples that Silero judges at once."""
BLOCK = 1_875
"""Windows judged at once: 60 s, so that an hour needs no more memory than a minute."""
WARMING = 64
"""Windows (2 s) judged before a block, for Silero to find its state again."""

ON, OFF = 0.5, 0.35
"""Probabilities at which voice begins and ends (Silero's own)."""
SILENCE_LEAST = 0.2
VOICE_LEAST = 0.1
"""Shorter silences are bridged, shorter voices dropped, in seconds. Speakers pause 0.25 s at a comma."""
LEVEL = -22.0
"""What stands out of the room is brought to this many dBFS before it is judged: Silero hears a faint voice badly."""
ACTIVE = 10.0
"""What stands this many decibels above the quietest tenth is taken for voice when the level is set."""
GAIN_MOST = 30.0
"""Decibels; more would only bring up the noise of a silent track."""

HOP = RATE // 100
"""Samples of one step of energy: 10 ms."""
CLEAR = 25.0
"""Edges are refined by energy where voice stands this many decibels above the room (measured: media notes §4.1)."""
ABOVE = 9.0
"""Energy this many decibels above the room is voice."""
BELOW = 30.0
"""Energy this many decibels below the voice is not voice, however quiet the room: it is the room's echo."""
BEFORE, AFTER = 0.2, 0.3
"""How far energy may move an edge outwards, at the start and at the end, in seconds."""
DIP = 5
"""Steps below the threshold that do not end a sound: the closure of a plosive lasts 50 ms."""


@dataclass(frozen=True, slots=True)
class Run:
    """Voice without a pause: samples `[start, stop)`, and its mean loudness in dBFS."""

    start: int
    stop: int
    level: float


class Voice:
    """A 16 kHz mono sound file, read piece by piece."""

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            UnreadableMedia: it is not 16-bit mono WAV at 16 kHz.
        """
        try:
            self._file = wave.open(str(path), "rb")  # noqa: SIM115
        except (OSError, EOFError, wave.Error) as error:
            raise UnreadableMedia(path.name, f"not a WAV file: {error}") from error
        found = (self._file.getframerate(), self._file.getnchannels(), self._file.getsampwidth())
        if found != (RATE, 1, 2):
            self._file.close()
            raise UnreadableMedia(path.name, f"wanted 16-bit mono sound at 16 kHz, found {found}")
        self.samples = self._file.getnframes()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def piece(self, start: int, stop: int) -> NDArray[np.float32]:
        """Samples `[start, stop)`, -1 to 1; what lies beyond the file is not given."""
        start, stop = max(0, start), min(stop, self.samples)
        self._file.setpos(min(start, self.samples))
        data = self._file.readframes(max(0, stop - start))
        return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)


def runs(voice: Voice, progress: Callable[[float], None] | None = None) -> tuple[Run, ...]:
    """The runs of voice, in order and apart. `progress` is told the share done, 0 to 1."""
    energy = _energy(voice)
    if not energy.size or energy.max() <= -90:
        return ()
    loud = energy[energy >= np.percentile(energy, 10) + ACTIVE]
    gain = 10 ** (min(GAIN_MOST, LEVEL - float(np.median(loud if loud.size else energy))) / 20)
    spans = _judged(_probabilities(voice, gain, progress))
    room = _room(energy, spans)
    edges: list[tuple[int, int]] = []
    for start, stop in spans:
        edges += _refined(energy, round(start / HOP), min(len(energy), round(stop / HOP)), room)
    out: list[Run] = []
    for start, stop in _bridged(sorted(edges), round(SILENCE_LEAST / 2 * 100)):
        if stop - start >= VOICE_LEAST * 100:
            power = float(np.mean(10 ** (energy[start:stop] / 10)))
            out.append(Run(start * HOP, min(stop * HOP, voice.samples), 10 * float(np.log10(max(power, 1e-10)))))
    return tuple(out)


def _bridged(spans: Sequence[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """The spans in order, those less than `gap` apart made one."""
    out: list[tuple[int, int]] = []
    for start, stop in spans:
        if out and start - out[-1][1] < gap:
            out[-1] = (out[-1][0], max(stop, out[-1][1]))
        else:
            out.append((start, stop))
    return out


def _energy(voice: Voice) -> NDArray[np.float64]:
    """RMS of each step of 10 ms in dBFS, at least -100."""
    out: list[NDArray[np.float64]] = []
    for start in range(0, voice.samples, BLOCK * HOP):
        piece = voice.piece(start, start + BLOCK * HOP).astype(np.float64)
        whole = piece[: len(piece) // HOP * HOP].reshape(-1, HOP)
        out.append(10 * np.log10(np.maximum(np.mean(whole**2, axis=1), 1e-10)))
    return np.concatenate(out) if out else np.zeros(0)


def _probabilities(voice: Voice, gain: float, progress: Callable[[float], None] | None) -> Iterator[float]:
    """How surely each window is voice."""
    judge = imported("faster_whisper.vad").get_vad_model()
    for start in range(0, voice.samples, BLOCK * WINDOW):
        warming = min(WARMING, start // WINDOW)
        piece = voice.piece(start - warming * WINDOW, start + BLOCK * WINDOW)
        loud = np.clip(np.pad(piece, (0, -len(piece) % WINDOW)) * gain, -1, 1).astype(np.float32)
        yield from np.asarray(judge(loud)).ravel()[warming:].tolist()
        if progress is not None:
            progress(min(1.0, (start + BLOCK * WINDOW) / voice.samples))


def _judged(probabilities: Iterator[float]) -> list[tuple[int, int]]:
    """Samples `[start, stop)` of voice, short silences bridged."""
    out: list[tuple[int, int]] = []
    begun: int | None = None
    index = 0
    for index, probability in enumerate(probabilities, 1):
        at = (index - 1) * WINDOW
        if begun is None and probability >= ON:
            begun = at
        elif begun is not None and probability < OFF:
            out.append((begun, at))
            begun = None
    if begun is not None:
        out.append((begun, index * WINDOW))
    joined = _bridged(out, SILENCE_LEAST * RATE)
    return [(start, stop) for start, stop in joined if stop - start >= VOICE_LEAST * RATE]


def _room(energy: NDArray[np.float64], spans: list[tuple[int, int]]) -> float:
    """The loudness of the room where nobody speaks, in dBFS: the median outside the voice, else the quietest tenth."""
    quiet = np.ones(len(energy), dtype=np.bool_)
    for start, stop in spans:
        quiet[max(0, start // HOP - 10) : stop // HOP + 10] = False
    return float(np.median(energy[quiet]) if quiet.sum() >= 50 else np.percentile(energy, 10))


def _refined(energy: NDArray[np.float64], first: int, last: int, room: float) -> list[tuple[int, int]]:
    """A run in steps, its edges moved to where energy rises and falls, parted where it is silent within.

    As it is where the room is not quiet.
    """
    level = float(np.percentile(energy[first : max(first + 1, last)], 70))
    if level - room < CLEAR:
        return [(first, last)]
    loud = energy > max(room + ABOVE, level - BELOW)
    sounds = [(int(at), int(at) + 1) for at in first + np.flatnonzero(loud[first:last])]
    parts = [part for part in _bridged(sounds, SILENCE_LEAST * 100) if part[1] - part[0] >= VOICE_LEAST * 100]
    if not parts:
        return [(first, last)]
    start, stop = parts[0][0], parts[-1][1]
    parts[-1] = (parts[-1][0], max(stop, _outward(loud, last - 1, 1, AFTER) + 1))
    parts[0] = (min(start, _outward(loud, first, -1, BEFORE)), parts[0][1])
    return parts


def _outward(loud: NDArray[np.bool_], edge: int, step: int, reach: float) -> int:
    """The last loud step met when walking outwards from an edge; short dips do not stop the walk."""
    found = at = edge
    quiet = 0
    for _ in range(round(reach * 100)):
        at += step
        if not 0 <= at < len(loud) or quiet > DIP:
            break
        quiet = 0 if loud[at] else quiet + 1
        found = at if loud[at] else found
    return found
