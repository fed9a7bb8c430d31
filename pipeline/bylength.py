"""Readings without a speech model: voiced runs laid against sentences by how long both last."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.lengths import fitted, placed, spoken_frames
from pipeline.presets import Hearing
from pipeline.readings import Reading, Sentence
from pipeline.script import Script, Word
from pipeline.spans import Span, merged
from pipeline.speech import Speech
from pipeline.takes import Said

SPREAD = 0.35
"""How far lengths stray: one cost for a ratio of 1.42 (survey of framing and cutting §4.2 (3), as the costs below)."""
SPLIT = 0.5
"""A sentence that ends inside a run of voice."""
PAUSED = 0.15
"""A pause inside a sentence."""
UNASSIGNED = 1.5
"""A run of voice that is no sentence."""
UNTOLD = 5.0
"""A sentence that is not said: more than any mismatch of length that still may be one."""
RUNS_MOST = 12
SENTENCES_MOST = 3
"""How many runs and sentences are laid against each other at once."""
PACES = (0.75, 0.9, 1.05, 1.25)
"""Lengths tried, as shares of the usual: beyond, words or voice are missing rather than hurried or drawn out."""
TOO_LONG = 2.5
"""Voice that lasts this many times what its sentences should is not laid against them."""


@dataclass(frozen=True, slots=True)
class _Run:
    rush: str
    span: Span
    far: frozenset[int]


def by_length(
    script: Script,
    listed: Sequence[Sentence],
    heard: Sequence[Speech],
    far: Mapping[str, frozenset[int]],
    hearing: Hearing,
    rate: Fraction,
) -> dict[str, tuple[Reading, ...]]:
    """Readings by rush: each sentence at most once, in the order of the script, as long as there is voice for them.

    `far` holds, by rush, the numbers of sentences that its name says it does not tell. Scores fall as lengths differ;
    each word is placed by its length, with confidence 0.
    """
    runs = [_Run(speech.rush, span, far[speech.rush]) for speech in heard for span in merged(speech.voiced)]
    texts = [_words(script, sentence) for sentence in listed]
    out: dict[str, list[Reading]] = {speech.rush: [] for speech in heard}
    if runs and listed:
        wanted = [spoken_frames(words, script.language, hearing, rate) for words in texts]
        pause_most = float(hearing.pause_line * rate)
        tries = [(pace, *_laid(runs, [frames * pace for frames in wanted], pause_most)) for pace in PACES]
        pace, _, laid = min(tries, key=lambda one: one[1])
        expected = [frames * pace for frames in wanted]
        for numbers, taken in laid:
            for number, pieces in zip(numbers, _shares(taken, [expected[at] for at in numbers]), strict=True):
                spans = placed(texts[number], script.language, hearing, rate)
                said = _said(listed[number], spans, pieces)
                if said:
                    voiced = sum(piece.frames for piece in pieces)
                    score = round(1000 * math.exp(-_mismatch(voiced, expected[number]) / 4))
                    span = pieces[0].hull(pieces[-1])
                    out[taken[0].rush].append(Reading(number, taken[0].rush, range(0), span, said, score))
    return {rush: tuple(found) for rush, found in out.items()}


def _words(script: Script, sentence: Sentence) -> list[Word]:
    words = script.line(sentence.line).words
    return [words[index] for index in sentence.words]


def _mismatch(found: float, expected: float) -> float:
    return (math.log(found / expected) / SPREAD) ** 2


def _laid(
    runs: Sequence[_Run], expected: Sequence[float], pause_most: float
) -> tuple[float, list[tuple[range, Sequence[_Run]]]]:
    """The cheapest way to lay sentences against runs, both in order: its cost, and which sentences which runs tell."""
    lengths = [0.0]  # voice and short pauses up to the end of each run; a long pause counts as `pause_most`
    for index, run in enumerate(runs):
        gap = 0.0
        if index and runs[index - 1].rush == run.rush:
            gap = min(run.span.start - runs[index - 1].span.stop, pause_most)
        lengths.append(lengths[-1] + gap + run.span.frames)
    texts = [0.0]
    for frames in expected:
        texts.append(texts[-1] + frames)
    best: list[list[float]] = [[math.inf] * (len(runs) + 1) for _ in texts]
    came: list[list[tuple[int, int]]] = [[(0, 0)] * (len(runs) + 1) for _ in texts]
    best[0][0] = 0.0
    for at in range(len(texts)):
        for run in range(len(runs) + 1):
            for sentences, count, cost in _steps(at, run, runs, lengths, texts):
                total = best[at][run] + cost
                if total < best[at + sentences][run + count]:
                    best[at + sentences][run + count] = total
                    came[at + sentences][run + count] = (sentences, count)
    out: list[tuple[range, Sequence[_Run]]] = []
    at, run = len(expected), len(runs)
    while at or run:
        sentences, count = came[at][run]
        if sentences and count:
            out.append((range(at - sentences, at), runs[run - count : run]))
        at, run = at - sentences, run - count
    return best[-1][-1], out[::-1]


def _steps(
    at: int, run: int, runs: Sequence[_Run], lengths: Sequence[float], texts: Sequence[float]
) -> list[tuple[int, int, float]]:
    """What may come next: so many sentences, so many runs, at what cost."""
    out: list[tuple[int, int, float]] = []
    if at + 1 < len(texts):
        out.append((1, 0, UNTOLD))
    if run == len(runs):
        return out
    out.append((0, 1, UNASSIGNED))
    begun, far = lengths[run + 1] - runs[run].span.frames, runs[run].far
    for count in range(1, min(RUNS_MOST, len(runs) - run) + 1):
        if runs[run + count - 1].rush != runs[run].rush:
            break
        voiced = lengths[run + count] - begun
        if voiced > TOO_LONG * (texts[min(at + SENTENCES_MOST, len(texts) - 1)] - texts[at]):
            break
        for sentences in range(1, min(SENTENCES_MOST, len(texts) - 1 - at) + 1):
            cost = _mismatch(voiced, texts[at + sentences] - texts[at]) + SPLIT * (sentences - 1) + PAUSED * (count - 1)
            if far:
                cost += UNTOLD * sum(at + k in far for k in range(sentences))
            out.append((sentences, count, cost))
    return out


def _shares(runs: Sequence[_Run], expected: Sequence[float]) -> list[list[Span]]:
    """The voiced frames of the runs dealt to sentences in the proportion of their lengths; at least one frame each."""
    total = sum(run.span.frames for run in runs)
    whole = sum(expected)
    if total < len(expected):
        return [[runs[0].span] for _ in expected]
    out: list[list[Span]] = []
    done, passed = 0, 0.0
    for index, frames in enumerate(expected):
        passed += frames
        stop = min(max(round(total * passed / whole), done + 1), total - (len(expected) - 1 - index))
        out.append(_between(runs, done, stop))
        done = stop
    return out


def _between(runs: Sequence[_Run], start: int, stop: int) -> list[Span]:
    """The frames `[start, stop)` of the voice of the runs, counted without the pauses."""
    out: list[Span] = []
    before = 0
    for run in runs:
        low, high = max(start - before, 0), min(stop - before, run.span.frames)
        if low < high:
            out.append(Span(run.span.start + low, run.span.start + high))
        before += run.span.frames
    return out


def _said(sentence: Sentence, spans: Sequence[Span], pieces: Sequence[Span]) -> tuple[Said, ...]:
    """Each word within one piece of voice, at the share of the voice where its length puts it; none if too short."""
    voiced = sum(piece.frames for piece in pieces)
    if voiced < len(spans):
        return ()
    scale = Fraction(voiced, spans[-1].stop)
    out: list[Said] = []
    dealt = before = 0
    for index, piece in enumerate(pieces):
        last = index + 1 == len(pieces)
        least = len(spans) - dealt - (voiced - before - piece.frames)  # what the pieces after it cannot hold
        mine: list[tuple[int, int]] = []
        while dealt + len(mine) < len(spans) and len(mine) < piece.frames:
            span = spans[dealt + len(mine)]
            middle = (span.start + span.stop) * scale / 2 - before
            if not last and len(mine) >= least and middle >= piece.frames:
                break
            mine.append((round(span.start * scale) - before, round(span.stop * scale) - before))
        for number, placed_at in enumerate(fitted(mine, piece.frames), dealt):
            out.append(Said(sentence.words[number], placed_at.shifted(piece.start), 0))
        dealt += len(mine)
        before += piece.frames
    return tuple(out)
