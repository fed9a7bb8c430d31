"""What is heard under a stretch of a draft, as a value: the same value, the same sound, wherever it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pipeline.spans import SAMPLE_RATE, Span, rounded, sample_at
from pipeline.timeline import SoundClip, Timeline
from pipeline.values import Key, digest


@dataclass(frozen=True, slots=True)
class Mix:
    """How sounds are mixed, as far as it can differ.

    `recorders`: the recorder's file in place of a rush's own sound, by the key of the rush. `loudness`: the digest of
    that of the style.
    The gain that brings the whole film to its loudness is not in it: each line of a film would hang on every other.
    """

    recorders: Mapping[Key, Key] = field(default_factory=dict[Key, Key])
    loudness: str = ""


def mix_of(manifest: Mapping[str, Any]) -> Mix:
    """How the sound of a draft was mixed, out of its manifest, of whatever version."""
    pinned: Mapping[str, Any] = manifest.get("pinned", {})
    rushes: list[Mapping[str, Any]] = pinned.get("footage", {}).get("rushes", [])
    recorders = {Key(rush["key"]): Key(rush["recorder"]) for rush in rushes if rush.get("recorder")}
    loudness = pinned.get("style", {}).get("loudness")
    return Mix(recorders, digest(loudness) if loudness else "")


def heard(timeline: Timeline, span: Span, mix: Mix) -> list[list[object]]:
    """Every sound under these frames, in frames from the first of them: what, from where in it, how loud, how it fades.

    Rounded to frames: where a line stands decides on which sample its first frame begins.
    """
    first, after = (sample_at(frame, timeline.rate) for frame in (span.start, span.stop))
    return sorted(
        (_part(sound, Span(first, after), timeline.rate, mix) for sound in _under(timeline, first, after)), key=str
    )


def _under(timeline: Timeline, first: int, after: int) -> Iterator[SoundClip]:
    """The sounds that last at least half a frame there: what abuts may reach over by a sample of rounding."""
    least = SAMPLE_RATE / timeline.rate / 2
    for sound in timeline.sounds:
        if min(sound.stop, after) - max(sound.at, first) >= least:
            yield sound


def _part(sound: SoundClip, within: Span, rate: Fraction, mix: Mix) -> list[object]:
    def frames(samples: int) -> int:
        return rounded(samples * rate / SAMPLE_RATE)

    start, stop = max(sound.at, within.start), min(sound.stop, within.stop)
    comes = sound.fade_in if start < sound.at + sound.fade_in else 0
    goes = sound.fade_out if stop > sound.stop - sound.fade_out else 0
    return [
        sound.kind,
        mix.recorders.get(sound.key, sound.key),
        frames(sound.source.start + start - sound.at),
        frames(start - within.start),
        frames(stop - within.start),
        sound.gain,
        [comes, frames(start - sound.at)] if comes else [],
        [goes, frames(sound.stop - stop)] if goes else [],
        [sound.loop, sound.blend],
        mix.loudness,
    ]
