import re
import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import FfmpegFailed, UnreadableMedia
from pipeline.footage import Media
from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.limiter import CONTEXT, limited
from pipeline.media.mixing import HOP, bus, ducking, levels
from pipeline.media.pcm import pcm
from pipeline.media.sound import SILENCE, Mixed, decoded, decoded_key, mixed, sound_key
from pipeline.presets import Loudness, Style
from pipeline.spans import Span
from pipeline.timeline import Clip, Plain, SoundClip, Timeline
from pipeline.values import Key

RATE = Fraction(30_000, 1001)
VOICE, BED, BELL = Key("voice"), Key("bed"), Key("bell")
SECOND = 48_000


def written(path: Path, samples: np.ndarray, *, rate: int = SECOND) -> Path:
    """A 16-bit WAV of samples (count,) or (count, channels), full scale 1."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).round().astype("<i2").tobytes())
    return path


def speech(seconds: int, level: float = 0.1) -> np.ndarray:
    """Something like speech: coloured noise in syllables and pauses, the same each time."""
    noise = np.random.default_rng(7).standard_normal(seconds * SECOND)
    noise = np.convolve(noise, np.ones(12) / 4, "same")
    at = np.arange(seconds * SECOND) / SECOND
    return level * noise * np.clip(np.sin(2 * np.pi * 3.1 * at), 0.05, 1) * (np.sin(2 * np.pi * at / 5) > -0.7)


def tone(seconds: float, pitch: float = 440, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * SECOND)) / SECOND)


def a_timeline(seconds: int, *sounds: SoundClip, rate: Fraction = RATE) -> Timeline:
    return Timeline(rate, Size(1920, 1080), "fr", (Clip(Plain("#161616"), round(seconds * rate)),), sounds=sounds)


def voice(start: int, stop: int, at: int, **more: object) -> SoundClip:
    return SoundClip("voice", VOICE, Span(start, stop), at, **more)  # type: ignore[arg-type]


def measured(path: Path, ffmpeg: Ffmpeg) -> tuple[float, float]:
    """Loudness and true peak as ffmpeg's own meter sums them up."""
    said = run(ffmpeg, ["-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"], what="measuring")
    summary = said[said.rindex("Summary") :]
    return tuple(float(found) for found in re.findall(r"(?:I|Peak): +(-?[\d.]+)", summary))  # type: ignore[return-value]


def heard(path: Path) -> np.ndarray:
    """The decoded sound as a player gives it: (2, samples), the encoder's priming left out."""
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


@pytest.fixture(scope="module")
def loudness(course: Style) -> Loudness:
    return course.loudness


@pytest.mark.parametrize("level", [0.004, 0.1, 0.5], ids=["whispered", "spoken", "shouted"])
def test_the_voice_comes_out_at_sixteen_under_the_peak(
    tmp_path: Path, ffmpeg: Ffmpeg, loudness: Loudness, level: float
) -> None:
    source = written(tmp_path / "v.wav", speech(12, level))
    timeline = a_timeline(12, voice(0, 6 * SECOND, 0), voice(7 * SECOND, 12 * SECOND, 6 * SECOND))
    out = tmp_path / "sound.m4a"
    found = mixed(timeline, loudness, {VOICE: source}, out, ffmpeg, 160_000)
    integrated, peak = measured(out, ffmpeg)
    assert integrated == pytest.approx(-16, abs=0.5)
    assert peak <= -1
    assert found.loudness / 100 == pytest.approx(integrated, abs=0.06)
    assert found.true_peak / 100 == pytest.approx(peak, abs=0.06)


@pytest.mark.parametrize("rate", [Fraction(25), RATE, Fraction(24_000, 1001), Fraction(60_000, 1001), Fraction(50)])
def test_the_sound_lasts_as_long_as_the_picture(
    tmp_path: Path, ffmpeg: Ffmpeg, loudness: Loudness, rate: Fraction
) -> None:
    source = written(tmp_path / "v.wav", speech(4))
    timeline = a_timeline(4, voice(0, 3 * SECOND, 0), rate=rate)
    out = tmp_path / "sound.m4a"
    assert mixed(timeline, loudness, {VOICE: source}, out, ffmpeg, 160_000).samples == timeline.samples
    assert abs(heard(out).shape[1] - timeline.samples) <= 1024
    with av.open(str(out)) as container:
        stream = container.streams.audio[0]
        assert stream.time_base is not None
        assert stream.duration is not None
        assert abs(stream.duration * stream.time_base * SECOND - timeline.samples) <= 1024


def test_each_sound_is_heard_at_its_sample(tmp_path: Path, ffmpeg: Ffmpeg, loudness: Loudness) -> None:
    source = speech(6)
    timeline = a_timeline(6, voice(SECOND, 3 * SECOND, 2 * SECOND))
    out = tmp_path / "sound.m4a"
    mixed(timeline, loudness, {VOICE: written(tmp_path / "v.wav", source)}, out, ffmpeg, 160_000)
    found = heard(out)[0]
    wanted = np.zeros(len(found))
    wanted[2 * SECOND : 4 * SECOND] = source[SECOND : 3 * SECOND]
    spectrum = np.fft.rfft(found) * np.conj(np.fft.rfft(wanted))
    lag = int(np.argmax(np.fft.irfft(spectrum, len(found))))
    assert lag == 0
    assert np.abs(found[: 2 * SECOND - 2048]).max() < 1e-3, "nothing sounds before it"


def test_silence_stays_silence(tmp_path: Path, ffmpeg: Ffmpeg, loudness: Loudness) -> None:
    out = tmp_path / "sound.m4a"
    quiet = written(tmp_path / "q.wav", np.zeros(3 * SECOND))
    for sounds in ((), (voice(0, 3 * SECOND, 0), SoundClip("music", VOICE, Span(0, 3 * SECOND), 0))):
        timeline = a_timeline(3, *sounds)
        found = mixed(timeline, loudness, {VOICE: quiet}, out, ffmpeg, 160_000)
        assert found == Mixed(SILENCE, SILENCE, timeline.samples)
        assert np.abs(heard(out)).max() < 1e-6


def test_the_same_timeline_gives_the_same_bytes(tmp_path: Path, ffmpeg: Ffmpeg, loudness: Loudness) -> None:
    sources = {VOICE: written(tmp_path / "v.wav", speech(4)), BED: written(tmp_path / "b.wav", tone(1))}
    timeline = a_timeline(4, voice(0, 3 * SECOND, 0), SoundClip("music", BED, Span(0, 4 * SECOND), 0, loop=True))
    outs = [tmp_path / "one.m4a", tmp_path / "other.m4a"]
    for out in outs:
        mixed(timeline, loudness, sources, out, ffmpeg, 160_000)
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.wav", "one.m4a", "other.m4a", "v.wav"]


def steps(sound: np.ndarray) -> float:
    """The largest step from sample to sample."""
    return float(np.abs(np.diff(sound)).max())


@pytest.mark.parametrize("other", [0, 12_037, 60_000], ids=["back to the start", "removed", "far"])
def test_a_cut_does_not_click(tmp_path: Path, loudness: Loudness, other: int) -> None:
    sources = {VOICE: pcm(written(tmp_path / "v.wav", tone(4, 97)))}
    cut = 33_333
    laid = bus((voice(0, cut, 0), voice(other, other + 40_000, cut)), "voice", sources, loudness)
    found = laid.stretch(0, cut + 40_000)[0]
    smooth = steps(tone(1, 97))
    assert steps(found[2000:-2000]) < smooth * 1.5
    assert steps(found) < smooth * 1.5, "nor where it begins and ends"
    power = np.square(found[cut - 4000 : cut + 4000]).mean()
    assert power == pytest.approx(0.125, rel=0.25)


def test_unlike_sounds_keep_their_power_through_a_cut(tmp_path: Path, loudness: Loudness) -> None:
    noise = np.random.default_rng(3).standard_normal(4 * SECOND) * 0.1
    sources = {VOICE: pcm(written(tmp_path / "v.wav", noise))}
    cuts = [voice(start, start + 4800, place * 4800) for place, start in enumerate(range(0, 3 * SECOND, 9600))]
    found = bus(cuts, "voice", sources, loudness).stretch(0, len(cuts) * 4800)[0]
    places = np.arange(1, len(cuts)) * 4800
    around = np.mean([np.square(found[place - 240 : place + 240]).mean() for place in places])
    assert around == pytest.approx(0.01, rel=0.08)


def test_what_goes_on_is_not_touched(tmp_path: Path, loudness: Loudness) -> None:
    samples = speech(3)
    sources = {VOICE: pcm(written(tmp_path / "v.wav", samples))}
    cuts = (voice(5000, 30_000, 0), voice(30_000, 77_777, 25_000), voice(77_777, 120_000, 72_777))
    found = bus(cuts, "voice", sources, loudness).stretch(0, 115_000)
    assert np.array_equal(found[0, 2000:-2000], sources[VOICE].stereo(7000, 118_000)[0])
    assert np.array_equal(found[0], found[1]), "one channel sounds on both sides"


def test_a_mix_does_not_depend_on_how_it_is_read(tmp_path: Path, loudness: Loudness) -> None:
    sources = {VOICE: pcm(written(tmp_path / "v.wav", speech(3))), BED: pcm(written(tmp_path / "b.wav", tone(0.3)))}
    cuts = (voice(0, 20_000, 100), voice(50_000, 90_000, 20_100))
    bed = SoundClip("music", BED, Span(0, 3 * SECOND), 0, fade_in=9000, fade_out=9000, loop=True, blend=5000)
    for found in (bus(cuts, "voice", sources, loudness), bus((bed,), "music", sources, loudness)):
        whole = found.stretch(0, 3 * SECOND)
        parts = [found.stretch(start, min(start + 7001, 3 * SECOND)) for start in range(0, 3 * SECOND, 7001)]
        assert np.allclose(np.concatenate(parts, axis=1), whole, atol=1e-6)


def test_a_loop_made_to_loop_is_repeated_to_the_sample(tmp_path: Path, loudness: Loudness) -> None:
    beat = speech(1)[:30_000]
    sources = {BED: pcm(written(tmp_path / "b.wav", beat))}
    laid = bus((SoundClip("music", BED, Span(0, 100_000), 0, loop=True),), "music", sources, loudness)
    found = laid.stretch(0, 100_000)[0]
    kept = sources[BED].stereo(0, 30_000)[0]
    for turn in (1, 2):  # the first turn begins with its ramp
        assert np.array_equal(found[turn * 30_000 : (turn + 1) * 30_000], kept)


def test_turns_of_music_that_is_too_short_blend_and_keep_their_power(tmp_path: Path, loudness: Loudness) -> None:
    noise = np.random.default_rng(5).normal(0, 0.1, 4 * SECOND)
    sources = {BED: pcm(written(tmp_path / "b.wav", noise))}
    clip = SoundClip("music", BED, Span(0, 9 * SECOND), 0, loop=True, blend=SECOND)
    found = bus((clip,), "music", sources, loudness).stretch(0, 9 * SECOND)[0]
    kept = sources[BED].stereo(0, 4 * SECOND)[0]
    assert np.array_equal(found[SECOND : 3 * SECOND], kept[SECOND : 3 * SECOND]), "a turn is 3 s: 4 less the blend"
    assert np.array_equal(found[4 * SECOND : 6 * SECOND], kept[SECOND : 3 * SECOND])
    power = [np.square(found[at : at + SECOND // 4]).mean() for at in range(3 * SECOND, 4 * SECOND, SECOND // 4)]
    assert max(power) < 1.3 * np.square(noise).mean(), power
    assert min(power) > 0.7 * np.square(noise).mean(), power


def test_music_goes_round_without_a_click(tmp_path: Path, loudness: Loudness) -> None:
    sources = {BED: pcm(written(tmp_path / "b.wav", tone(0.31, 97)))}
    bed = SoundClip("music", BED, Span(5000, 3 * SECOND), 0, loop=True, blend=960)
    found = bus((bed,), "music", sources, loudness).stretch(0, 3 * SECOND - 5000)[0]
    assert steps(found) < steps(tone(1, 97)) * 1.5
    assert np.abs(found[-2000:-1000]).max() > 0.3, "it sounds to the end"


def test_a_sound_that_is_over_is_silent(tmp_path: Path, loudness: Loudness) -> None:
    sources = {BED: pcm(written(tmp_path / "b.wav", tone(0.5)))}
    found = bus((SoundClip("effect", BED, Span(0, 48_000), 0),), "effect", sources, loudness).stretch(0, 48_000)
    assert np.abs(found[:, 24_000:]).max() == 0


def test_music_gives_way_before_the_first_word_and_comes_back_after_the_last(loudness: Loudness) -> None:
    power = np.full(1000, 1e-7)
    power[400:600] = 0.01
    curve = 20 * np.log10(ducking(power, loudness))
    down, before, after = float(loudness.duck), int(loudness.duck_before * 100), int(loudness.duck_after * 100)
    assert curve[:300] == pytest.approx(0)
    assert curve[400:600] == pytest.approx(down)
    assert curve[: 400 - 2 * before] == pytest.approx(0)
    assert curve[600 + 2 * after :] == pytest.approx(0)
    assert np.abs(np.diff(curve)).max() < 0.5, "no jump is heard"


def test_nothing_is_ducked_where_no_one_speaks(loudness: Loudness) -> None:
    assert ducking(np.zeros(100), loudness) == pytest.approx(1)


def test_music_lies_so_far_under_speech_as_its_clip_says(tmp_path: Path, ffmpeg: Ffmpeg, loudness: Loudness) -> None:
    bed = np.stack([tone(12, 3000, 0.9)] * 2, axis=1)
    sources = {VOICE: written(tmp_path / "v.wav", speech(6)), BED: written(tmp_path / "b.wav", bed)}
    music = SoundClip("music", BED, Span(0, 12 * SECOND), 0, gain=-2200)
    out = tmp_path / "sound.m4a"
    mixed(a_timeline(12, voice(0, 6 * SECOND, 0), music), loudness, sources, out, ffmpeg, 160_000)
    found = heard(out).T
    parts = {"spoken": found[: 6 * SECOND], "clear": found[8 * SECOND :]}
    spoken, clear = (measured(written(tmp_path / f"{name}.wav", part), ffmpeg)[0] for name, part in parts.items())
    assert clear - spoken == pytest.approx(-22 - float(loudness.duck), abs=1)
    assert measured(out, ffmpeg)[0] == pytest.approx(-16, abs=0.5)


def test_the_limiter_holds_every_peak_and_leaves_the_rest_alone() -> None:
    rng = np.random.default_rng(5)
    sound = (rng.standard_normal((2, 3 * SECOND)) * 0.05).astype(np.float32)
    sound[:, 70_000:70_050] *= 30
    padded = np.pad(sound, ((0, 0), (CONTEXT, CONTEXT)))
    found = limited(padded, 0.8)
    assert found.shape == sound.shape
    assert np.abs(found).max() <= 0.8
    assert found[:, :69_000] == pytest.approx(sound[:, :69_000], abs=1e-6)
    assert found[:, 71_000:] == pytest.approx(sound[:, 71_000:], abs=1e-6)
    assert limited(padded * 0.1, 0.8) == pytest.approx(sound * 0.1)


def test_the_limiter_works_alike_in_pieces() -> None:
    sound = (np.random.default_rng(5).standard_normal((2, SECOND)) * 0.4).astype(np.float32)
    padded = np.pad(sound, ((0, 0), (CONTEXT, CONTEXT)))
    whole = limited(padded, 0.8)
    half = SECOND // 2
    parts = [limited(padded[:, start : start + half + 2 * CONTEXT], 0.8) for start in (0, half)]
    assert np.concatenate(parts, axis=1) == pytest.approx(whole, abs=1e-4)


def test_sound_is_decoded_to_48_khz(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source, out = written(tmp_path / "s.wav", tone(1, 440)[:44_100], rate=44_100), tmp_path / "sound.wav"
    assert decoded(source, out, ffmpeg) == pytest.approx(SECOND, abs=64)
    assert pcm(out).stereo(0, 10).shape == (2, 10)
    picture = tmp_path / "p.mp4"
    run(ffmpeg, ["-f", "lavfi", "-i", "testsrc=d=1", str(picture)], what="a picture")
    with pytest.raises(FfmpegFailed, match="decoding the sound of p"):
        decoded(picture, out, ffmpeg)


@pytest.mark.parametrize("kind", ["pcm_s16le", "pcm_s32le", "pcm_f32le"])
def test_pcm_of_every_kind_is_read_alike(tmp_path: Path, ffmpeg: Ffmpeg, kind: str) -> None:
    source, out = written(tmp_path / "s.wav", np.stack([tone(1), tone(1, 330)], 1)), tmp_path / "o.wav"
    run(ffmpeg, ["-i", str(source), "-c:a", kind, str(out)], what="another kind")
    assert pcm(out).stereo(-5, 50_000) == pytest.approx(pcm(source).stereo(-5, 50_000), abs=1e-4)
    assert pcm(out).length == SECOND


@pytest.mark.parametrize(("content", "said"), [(b"RIFFxxxxAVI ", "not a WAV"), (b"RIFF\0\0\0\0WAVE", "no data")])
def test_what_is_no_pcm_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    with pytest.raises(UnreadableMedia, match=said):
        pcm(path)
    with pytest.raises(UnreadableMedia, match="44100 Hz"):
        pcm(written(path, tone(0.1), rate=44_100))


def test_the_key_is_that_of_what_is_heard(course: Style) -> None:
    timeline = a_timeline(5, voice(0, 100, 0))
    key = sound_key(timeline, course, "build")
    assert sound_key(replace(timeline, language="en", size=Size(2, 2)), course, "build") == key
    louder = replace(course, loudness=replace(course.loudness, integrated=Fraction(-14)))
    others = {
        sound_key(a_timeline(6, voice(0, 100, 0)), course, "build"),
        sound_key(a_timeline(5, voice(0, 101, 0)), course, "build"),
        sound_key(timeline, course, "other"),
        sound_key(timeline, louder, "build"),
    }
    assert len(others | {key}) == 5
    media = Media("a.wav", Key("d"), "sound", "wav")
    assert decoded_key(media, "build") == decoded_key(replace(media, name="b.wav"), "build")
    assert decoded_key(media, "build") != decoded_key(replace(media, digest=Key("e")), "build")


def test_levels_are_mean_powers() -> None:
    assert levels(np.full((2, HOP * 2), 0.5, np.float32)) == pytest.approx([0.25, 0.25])
