"""Words and runs of voice in a rush: Silero finds the voice, Whisper the words; both are brought together in frames."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.footage import Rush
from pipeline.later import imported
from pipeline.lengths import fitted
from pipeline.media.model import SpeechModel
from pipeline.media.voice import RATE, Run, Voice, runs
from pipeline.spans import Span
from pipeline.speech import Heard, Speech
from pipeline.values import Key, digest

RECIPE = 2
"""Raised when the same sound gives other words or runs."""

GROUP_SECONDS = 28.0
"""Whisper looks at 30 s at once; runs of voice are given to it in groups no longer than this, parted in pauses."""
GROUP_LEAST = 8.0
PARTED = 1.0
"""A pause this long parts two groups once the first is long enough, in seconds: Whisper may drop what is said twice at
once, but each group costs as much as 30 s."""
MARGIN = 0.2
"""Silence given to Whisper before and after a group, in seconds."""
BEAM = 5
"""Whisper's own beam: with 1, two words more of 64 came out wrong in hesitant speech, for a fifth less time."""
TOKENS_A_SECOND, TOKENS_LEAST = 12, 16
"""More is a loop ("ummmm…", 15 s of CPU): people speak about eight tokens a second at most."""
LOOP_RATIO = 2.4
"""Text that compresses better than this repeats itself (Whisper's own `compression_ratio_threshold`)."""
TWICE = 0.5
"""A segment that begins with the last word of the one before, less sure than this, heard its end again."""
STRAY = 0.35
"""A word further than this from any voice, in seconds, was not said: Whisper invents in silence."""
UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages written without spaces between words; in others a piece without one belongs to the word before."""
TAIL = 0.25
"""The end of a word tells where it was said; its start may drift by a second into the pause before."""
SURE = 0.8
"""Share that Whisper gives a language from which on it is told to people that another one is spoken."""
SNAP = 0.6
"""The first and last words of a run reach its edges, unless these are further away, in seconds."""

Progress = Callable[[int], None]
"""Told the count of frames listened to."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """A word as Whisper gives it: seconds from the start of the rush, confidence 0 to 1."""

    text: str
    start: float
    stop: float
    confidence: float


def listen_key(rush: Rush, language: str, model: SpeechModel | None) -> Key:
    """Names what is heard in a rush."""
    made_of = {"recipe": RECIPE, "rush": rush.key, "language": language, "model": model.digest if model else ""}
    return digest({"heard": made_of})


def listen(
    voice: Path, rush: Rush, language: str, model: SpeechModel | None, progress: Progress | None = None
) -> Speech:
    """All that is heard in a rush. `voice` is its sound, 16-bit mono WAV at 16 kHz, as long as its picture.

    Every word lies within a run of voice. Without a model there are runs and no words. Silence, music and noise give
    a `Speech` with neither. Memory does not grow with the length of the rush.

    Raises:
        UnreadableMedia: `voice` is not such a file.
    """
    key = listen_key(rush, language, model)
    if rush.silent:
        return Speech(rush.name, key, "none", language, ())
    told = progress or (lambda _: None)
    share = 0.05 if model else 1.0  # of the time, that is spent on finding voice
    with Voice(voice) as sound:
        found = runs(sound, lambda done: told(round(rush.frames * done * share)))
        guesses: list[_Guess] = []
        spoken = ""
        if model is not None and found:
            groups = list(_groups(found))
            spoken = _spoken(sound, max(groups, key=lambda group: sum(run.stop - run.start for run in group)), model)
            for group in groups:
                guesses += _guessed(sound, group, language, model)
                done = (group[-1].stop / RATE) / max(1, sound.samples / RATE)
                told(round(rush.frames * (share + (1 - share) * min(1.0, done))))
    told(rush.frames)
    voiced, level = _in_frames(found, rush.rate, rush.frames)
    words = _snapped(guesses, voiced, rush.rate)
    method = "whisper" if model else "script-length"
    other = spoken if spoken != _short(language) else ""
    return Speech(rush.name, key, method, language, voiced, words, level, other)


def _groups(found: Sequence[Run]) -> Iterator[list[Run]]:
    """The runs in groups that Whisper hears at once: parted at long pauses, at the longest where one is too long."""
    group: list[Run] = [found[0]]
    for before, run in pairwise(found):
        if run.start - before.stop >= PARTED * RATE and before.stop - group[0].start >= GROUP_LEAST * RATE:
            yield from _fitting(group)
            group = []
        group.append(run)
    yield from _fitting(group)


def _fitting(group: list[Run]) -> Iterator[list[Run]]:
    """The group in parts of at most `GROUP_SECONDS`, cut at its longest pause as often as needed."""
    if group[-1].stop - group[0].start <= GROUP_SECONDS * RATE or len(group) == 1:
        yield group
        return
    pauses = [after.start - before.stop for before, after in pairwise(group)]
    cut = int(np.argmax(pauses)) + 1
    yield from _fitting(group[:cut])
    yield from _fitting(group[cut:])


def _short(language: str) -> str:
    """`fr` of `fr-CA`."""
    return language.split("-", maxsplit=1)[0].casefold()


def _spoken(sound: Voice, group: Sequence[Run], model: SpeechModel) -> str:
    """The language that is spoken in a group of runs; empty when that is not sure."""
    language, share, _ = _loaded(model).detect_language(sound.piece(group[0].start, group[-1].stop))
    return language if share >= SURE else ""


def _guessed(sound: Voice, group: Sequence[Run], language: str, model: SpeechModel) -> list[_Guess]:
    """What Whisper hears in a group of runs."""
    first = group[0].start - round(MARGIN * RATE)
    piece = sound.piece(first, group[-1].stop + round(MARGIN * RATE))
    begun = max(0, first) / RATE
    whisper = _loaded(model)
    short = _short(language)
    segments, _ = whisper.transcribe(
        piece,
        language=short if short in whisper.supported_languages else None,
        beam_size=BEAM,
        temperature=0,  # no second tries: one hard clip took seven times as long
        condition_on_previous_text=False,
        word_timestamps=True,
        max_new_tokens=min(220, TOKENS_LEAST + round(TOKENS_A_SECOND * min(30.0, len(piece) / RATE))),
    )
    out: list[_Guess] = []
    for segment in segments:
        if segment.compression_ratio > LOOP_RATIO:
            continue
        heard: Sequence[Any] = segment.words or ()
        for place, word in enumerate(heard):
            text = word.word.strip()
            guess = _Guess(text, begun + float(word.start), begun + float(word.end), float(word.probability))
            if out and place == 0 and guess.confidence < TWICE and text.casefold() == out[-1].text.casefold():
                continue
            alone = not any(letter.isalnum() for letter in text)
            if out and text and (alone or (not word.word.startswith(" ") and short not in UNSPACED)):
                last = out.pop()  # "d" and "'abord" are one word, and "?" is none
                guess = _Guess(last.text + text, last.start, guess.stop, min(last.confidence, guess.confidence))
            if text:
                out.append(guess)
    return out


@functools.cache
def _loaded(model: SpeechModel) -> Any:
    """The model in memory, loaded once in each process, from its folder alone."""
    return imported("faster_whisper").WhisperModel(
        str(model.folder), device="cpu", compute_type="int8", cpu_threads=2, num_workers=1, local_files_only=True
    )


def _in_frames(found: Sequence[Run], rate: Fraction, frames: int) -> tuple[tuple[Span, ...], tuple[int, ...]]:
    """The runs in frames, whole frames around the voice, those that touch made one; and their levels."""
    spans: list[Span] = []
    levels: list[int] = []
    for run in found:
        start = int(run.start * rate / RATE)
        stop = min(frames, -int(-run.stop * rate // RATE))
        if start >= stop:
            continue
        level = round(100 * run.level)
        if spans and start <= spans[-1].stop:
            spans[-1] = spans[-1].hull(Span(start, stop))
            levels[-1] = max(levels[-1], level)
        else:
            spans.append(Span(start, stop))
            levels.append(level)
    return tuple(spans), tuple(levels)


def _snapped(guesses: Sequence[_Guess], voiced: Sequence[Span], rate: Fraction) -> tuple[Heard, ...]:
    """The words within the runs, in order; at the edges of a run they reach to its edges. Strays are dropped."""
    speed = float(rate)
    held: list[list[_Guess]] = [[] for _ in voiced]
    least = 0
    for guess in guesses:
        at = _run_of(guess, voiced, speed)
        if at is not None and at >= least:
            held[at].append(guess)
            least = at
    out: list[Heard] = []
    for run, words in zip(voiced, held, strict=True):
        kept = words[: run.frames]  # more words than frames is a loop
        if not kept:
            continue
        times = [(round(word.start * speed) - run.start, round(word.stop * speed) - run.start) for word in kept]
        if times[0][0] <= SNAP * speed:
            times[0] = (0, times[0][1])
        if run.frames - times[-1][1] <= SNAP * speed:
            times[-1] = (times[-1][0], run.frames)
        out += [
            Heard(word.text, span.shifted(run.start), round(1000 * word.confidence))
            for word, span in zip(kept, fitted(times, run.frames), strict=True)
        ]
    return tuple(out)


def _run_of(guess: _Guess, voiced: Sequence[Span], speed: float) -> int | None:
    """The run in which a word was said: the one its end lies in, else the nearest; None when it is far from any."""
    stop = guess.stop * speed
    start = max(guess.start, guess.stop - TAIL) * speed
    apart = [max(run.start - stop, start - run.stop) for run in voiced]
    if not apart or min(apart) > STRAY * speed:
        return None
    common = [min(run.stop, stop) - max(run.start, start) for run in voiced]
    return int(np.argmax(common))
