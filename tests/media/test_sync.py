import wave
from pathlib import Path

import numpy as np
import pytest

from pipeline.media.sync import sync, synced
from pipeline.spans import SAMPLE_RATE


def voice_like(seconds: float, seed: int) -> np.ndarray:
    """Noise in bursts of speech's length: as unlike its own past as speech is."""
    random = np.random.default_rng(seed)
    count = int(seconds * SAMPLE_RATE)
    smooth = np.convolve(random.standard_normal(count), np.ones(24) / 24, "same")
    loud = np.repeat(random.random(count // 4800 + 1), 4800)[:count]
    return smooth * loud


def write(path: Path, sound: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(np.rint(sound / np.abs(sound).max() * 20000).astype(np.int16).tobytes())
    return path


@pytest.mark.parametrize("late", [-1.25, 0.0, 3.5])
def test_a_recorder_is_found_to_the_sample_and_its_sound_put_in_place(tmp_path: Path, late: float) -> None:
    whole = voice_like(30, 1)
    start, shift = 5 * SAMPLE_RATE, int(late * SAMPLE_RATE)
    length = 20 * SAMPLE_RATE
    noise = voice_like(20, 2) * 0.3
    camera = write(tmp_path / "camera.wav", whole[start : start + length] + noise)
    recorder = write(tmp_path / "recorder.wav", whole[start - shift : start - shift + length])
    found = sync(camera, recorder)
    assert found is not None
    assert abs(found.offset - shift) <= 6
    assert found.ratio >= 1500
    synced(recorder, found, length, tmp_path / "out.wav")
    with wave.open(str(tmp_path / "out.wav"), "rb") as out:
        assert out.getnframes() == length
        sound = np.frombuffer(out.readframes(length), np.int16)[::2]
    common = slice(max(0, -shift) + 10, length - max(0, shift) - 10)
    wanted = np.rint(whole[start : start + length] / np.abs(whole[start - shift :][:length]).max() * 20000)
    likeness = np.corrcoef(sound[common], wanted[common])[0, 1]
    assert likeness > 0.9


def test_unrelated_sound_and_silence_are_refused(tmp_path: Path) -> None:
    camera = write(tmp_path / "camera.wav", voice_like(20, 1))
    assert sync(camera, write(tmp_path / "other.wav", voice_like(20, 2))) is None
    silence = np.zeros(SAMPLE_RATE)
    silence[0] = 1
    with wave.open(str(tmp_path / "silence.wav"), "wb") as out:
        out.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        out.writeframes(np.zeros(SAMPLE_RATE, np.int16).tobytes())
    assert sync(camera, tmp_path / "silence.wav") is None


def test_a_clock_that_drifts_is_measured_and_taken_out(tmp_path: Path) -> None:
    whole = voice_like(400, 3)
    ppm = 60
    count = int(380 * SAMPLE_RATE)
    drifting = np.interp(np.arange(count) / (1 + ppm / 1e6), np.arange(len(whole)), whole)
    camera, recorder = write(tmp_path / "camera.wav", whole[:count]), write(tmp_path / "recorder.wav", drifting)
    found = sync(camera, recorder)
    assert found is not None
    assert found.drift / 1000 == pytest.approx(ppm, abs=10)
