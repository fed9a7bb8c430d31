"""What the teacher says before the camera, in one go: the lines of the script, a false start, a remark, two retakes."""

# ruff: noqa: RUF001 (French apostrophes)

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

FPS = 25
SAMPLE_RATE = 48_000


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing said, how fast (1 is the voice's own pace), and the seconds of silence after it."""

    text: str
    after: float
    speed: float = 0.95


PERFORMANCE = (
    Utterance(
        "Bonjour ! Dans ce chapitre, nous allons suivre une donnée, étape par étape, "
        "depuis un satellite jusqu’à un tableau de bord.",
        1.1,
    ),
    # a false start, and what she says of it
    Utterance("Retenez bien ceci : une donnée fausse", 0.9),
    Utterance("Pardon, je recommence.", 1.3, 1.05),
    Utterance("Retenez bien ceci : une donnée fausse coûte plus cher qu’une donnée absente.", 1.8),
    # a whole line, then the same again: the second is kept
    Utterance(
        "D’abord, on collecte. Un satellite mesure la température de la mer des milliers de fois par jour, "
        "puis il envoie chaque mesure vers le sol.",
        1.6,
        1.05,
    ),
    Utterance(
        "D’abord, on collecte. Un satellite mesure la température de la mer des milliers de fois par jour, "
        "puis il envoie chaque mesure vers le sol.",
        1.2,
        0.93,
    ),
    Utterance(
        "Ensuite, il faut nettoyer. Une valeur impossible se voit tout de suite ; "
        "une valeur plausible, mais fausse, demande beaucoup de patience.",
        1.0,
    ),
    Utterance(
        "Trois questions suffisent : d’où vient cette valeur, quand a-t-elle été mesurée, et par quel instrument ?", 1.3
    ),
    # a wrong word and a sentence left half said, then the line as written
    Utterance("Enfin, il faut raconter. Un bon graphique vaut mieux que vingt pages.", 1.2),
    Utterance(
        "Enfin, il faut raconter. Un bon graphique vaut mieux que cent tableaux : "
        "il répond à une question, et à une seule.",
        1.7,
    ),
    Utterance("Votre métier tient en trois verbes : mesurer, vérifier, expliquer.", 1.0),
    Utterance("Dans la prochaine vidéo, vous allez ouvrir votre premier jeu de données. À tout de suite !", 1.6),
)
BEFORE = 1.4
"""Seconds of silence before the first word."""


class Speaks(Protocol):
    """Something that says a sentence: sound from -1 to 1, 24,000 samples a second."""

    def said(self, text: str, speed: float = 1.0) -> NDArray[np.float32]:
        """The sentence as sound."""
        ...


def sound(voice: Speaks) -> NDArray[np.float32]:
    """The whole performance at 48 kHz, a whole number of frames long, with the faint noise of a room."""
    parts = [np.zeros(int(BEFORE * 24_000), np.float32)]
    for utterance in PERFORMANCE:
        parts += [voice.said(utterance.text, utterance.speed), np.zeros(int(utterance.after * 24_000), np.float32)]
    speech = resample_poly(np.concatenate(parts), 2, 1).astype(np.float32)
    frame = SAMPLE_RATE // FPS
    speech = np.pad(speech, (0, -len(speech) % frame))
    hiss = np.random.default_rng(11).standard_normal(len(speech)).astype(np.float32)
    room = np.convolve(hiss, np.full(24, 1 / 24, np.float32), "same")  # dull, as rooms are
    # a camera's own level: peaks near -6 dB; the room 62 dB below full
    return speech * (0.5 / np.abs(speech).max()) + room * (10 ** (-62 / 20) / room.std())


def loudness(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """How loud each frame is, 0 (silence) to 1: what opens the mouth."""
    frame = SAMPLE_RATE // FPS
    level = np.sqrt((speech.reshape(-1, frame) ** 2).mean(axis=1))
    return np.clip((level - 0.006) / 0.09, 0, 1).astype(np.float32)
