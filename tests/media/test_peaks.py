from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.peaks import FULL, peaks
from pipeline.spans import SAMPLE_RATE, sample_at
from tests.media.making import clicks

RATES = [Fraction(24_000, 1001), Fraction(25), Fraction(60_000, 1001)]


@pytest.mark.parametrize("rate", RATES)
def test_a_loud_sample_is_heard_in_its_own_frame(rate: Fraction, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    frames, loud = 100, [3, 50, 98]
    middles = [sample_at(2 * frame + 1, rate * 2) for frame in loud]
    pcm = clicks(tmp_path / "clicks.wav", middles, SAMPLE_RATE * 5)
    sound = tmp_path / "sound.m4a"
    run(ffmpeg, ["-i", str(pcm), "-c:a", "aac", "-b:a", "192k", str(sound)], what="clicks")
    found = peaks(sound, frames, rate)
    assert len(found) == frames
    assert {frame for frame in range(frames) if found[frame] > FULL // 4} == set(loud)


def test_silence_is_nothing_and_full_scale_all(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    for name, source, wanted in (("quiet", "anullsrc=d=1", 0), ("loud", "aevalsrc=sin(2*PI*440*t):d=1:s=48000", FULL)):
        sound = tmp_path / f"{name}.m4a"
        run(ffmpeg, ["-f", "lavfi", "-i", source, "-ar", "48000", "-c:a", "aac", str(sound)], what=name)
        found = peaks(sound, 25, Fraction(25))
        assert all(abs(one - wanted) <= 30 for one in found[1:-1]), list(found)
