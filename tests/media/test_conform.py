"""Rushes conformed for real: every frame where it belongs, sound in step, one decode."""

import json
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.commands.conform import analysis_size
from pipeline.errors import UnreadableMedia, WrongPicture
from pipeline.footage import Media, Rush
from pipeline.geometry import Size
from pipeline.media import conform as conforming
from pipeline.media import shelf
from pipeline.media.conform import FILES, common_rate, conform, conform_key, sampled_frames
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.probe import probe
from pipeline.spans import sample_at
from pipeline.values import Key, from_json
from tests.media.making import clicks, constant, counted, made, numbers, pattern, samples_of, tone

RATES = (Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001))


def conformed(path: Path, rate: Fraction | None, ffmpeg: Ffmpeg) -> tuple[Rush, Path]:
    media = probe(path)
    folder = path.parent / f"{path.name}-conformed"
    folder.mkdir()
    rate = rate or media.rate
    assert rate is not None
    return conform(path, media, rate, folder, ffmpeg), folder


def source_times(folder: Path) -> list[Fraction]:
    told = json.loads((folder / "frames.json").read_text())
    return [Fraction(told["time_base"]) * time for time in told["source"]]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_constant_rate_keeps_every_frame(rate: Fraction, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    rush, folder = conformed(constant(tmp_path / "rush.mp4", rate, 70), rate, ffmpeg)
    assert numbers(folder / "mezzanine.mp4") == tuple(range(70))
    assert (rush.frames, rush.rate) == (70, rate)
    assert source_times(folder) == [frame / rate for frame in range(70)]
    assert numbers(folder / "proxy.mp4") == tuple(range(70))
    assert numbers(folder / "analysis.mkv") == sampled_frames(70, rate, shelf.mezzanine().analysis_rate)
    with av.open(str(folder / "mezzanine.mp4")) as container:
        times = sorted(packet.pts * packet.time_base for packet in container.demux(video=0) if packet.size)
    assert times == [frame / rate for frame in range(70)]


@pytest.mark.parametrize("rate", RATES[:3], ids=str)
def test_the_milliseconds_of_matroska_do_not_lose_a_frame(rate: Fraction, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    _, folder = conformed(constant(tmp_path / "rush.mkv", rate, 60), rate, ffmpeg)
    assert numbers(folder / "mezzanine.mp4") == tuple(range(60))


@pytest.mark.parametrize(
    ("source", "rate"),
    [(50, 25), (25, 50), (60, 25), (24, 25), (30, 25), (25, 30), (10, 25), (120, 25)],
)
def test_another_rate_shows_the_nearest_frame(source: int, rate: int, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    rush, folder = conformed(constant(tmp_path / "rush.mp4", Fraction(source), 60), Fraction(rate), ffmpeg)
    times = [Fraction(frame, source) for frame in range(60)]
    assert numbers(folder / "mezzanine.mp4") == nearest(times, Fraction(rate), rush.frames)
    assert abs(rush.frames - 60 * rate / source) <= 0.5


def nearest(times: list[Fraction], rate: Fraction, frames: int) -> tuple[int, ...]:
    """For each frame the source frame that begins nearest to it, at most half a frame later; of two the earlier."""
    shown = []
    for frame in range(frames):
        at = times[0] + frame / rate
        begun = [(abs(time - at), number) for number, time in enumerate(times) if time - at < 1 / (2 * rate)]
        shown.append(min(begun)[1])
    return tuple(shown)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", ["rush.mp4", "rush.mkv"])
def test_a_variable_rate_shows_the_nearest_frame(seed: int, name: str, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    chance = random.Random(seed)
    tick = Fraction(1, 1000)
    times = [chance.choice([0, 40, 500])]
    for _ in range(69):
        times.append(times[-1] + chance.choice([11, 16, 20, 33, 40, 67, 240]))
    path = counted(tmp_path / name, times, tick)
    media = probe(path)
    assert media.variable
    assert "variable-rate" in media.remarks
    for rate in (Fraction(25), Fraction(30000, 1001)):
        folder = tmp_path / str(rate.numerator)
        folder.mkdir()
        rush = conform(path, media, rate, folder, ffmpeg)
        shown = numbers(folder / "mezzanine.mp4")
        assert shown == nearest([time * tick for time in times], rate, rush.frames)
        moved = source_times(folder)
        assert [time - moved[0] for time in moved] == [(times[number] - times[0]) * tick for number in shown]


def test_nanoseconds_fit(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = tmp_path / "rush.mp4"
    times = [number * 33_333_333 for number in range(30)]
    media = probe(counted(path, times, Fraction(1, 1_000_000_000)))
    assert media.time_base == Fraction(1, 1_000_000_000)
    _, folder = conformed(path, Fraction(30), ffmpeg)
    assert numbers(folder / "mezzanine.mp4") == tuple(range(30))


def test_the_mezzanine_is_what_segments_need(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = made(ffmpeg, tmp_path / "rush.mov", *pattern("321x241", seconds=2.6), *tone(2.6), "-pix_fmt", "yuv444p")
    rush, folder = conformed(source, None, ffmpeg)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert rush.size == Size(320, 240)
    with av.open(str(folder / "mezzanine.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        packets = [packet for packet in container.demux(video=0) if packet.size]
        assert [number for number, packet in enumerate(packets) if packet.is_keyframe] == [0, 25, 50]
        assert all(packet.pts == packet.dts for packet in packets)
        container.seek(0)
        frame = next(container.decode(video=0))
    assert frame.format.name == "yuv420p"
    assert [int(it) for it in (frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range)] == [1] * 4
    media = probe(folder / "mezzanine.mp4")
    # to have its index first, all of it would be written twice
    assert (media.frames, media.rate, media.seekable, media.variable) == (65, 25, False, False)
    proxy = probe(folder / "proxy.mp4")
    assert (proxy.frames, proxy.has_sound, proxy.seekable, proxy.audio_codec) == (65, True, True, "aac")
    assert from_json(Rush, json.loads((folder / "rush.json").read_text())) == rush
    layout = json.loads((folder / "filmstrip.json").read_text())
    strip = probe(folder / "filmstrip.jpg")
    assert strip.size == Size(layout["columns"] * layout["width"], layout["rows"] * layout["height"])
    assert (layout["pictures"], layout["step"]) == (3, 25)
    seen = probe(folder / "analysis.mkv").size
    assert seen == analysis_size(rush.size, shelf.mezzanine()) == Size(320, 240)


def test_the_same_rush_gives_the_same_bytes(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = made(ffmpeg, tmp_path / "rush.mp4", *pattern(), *tone())
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        conform(source, probe(source), Fraction(25), folder, ffmpeg)
    for name in FILES:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_rush_is_upright(degrees: int, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    corner = ("-f", "lavfi", "-i", "color=black:size=320x180:duration=0.4,drawbox=w=80:h=60:color=white:t=fill")
    plain = made(ffmpeg, tmp_path / "plain.mp4", *corner)
    turned = tmp_path / "turned.mp4"
    made(ffmpeg, turned, "-display_rotation", str(-degrees), "-i", str(plain), "-c", "copy")
    assert probe(turned).rotation == degrees
    rush, folder = conformed(turned, None, ffmpeg)
    assert rush.size == (Size(320, 180) if degrees == 180 else Size(180, 320))
    picture = first_picture(folder / "mezzanine.mp4")
    height, width = picture.shape
    corners = {0: picture[20, 20], 90: picture[20, width - 20], 180: picture[height - 20, width - 20]}
    corners[270] = picture[height - 20, 20]
    assert [turn for turn, level in corners.items() if level > 128] == [degrees]
    assert probe(folder / "mezzanine.mp4").rotation == 0


def first_picture(path: Path) -> np.ndarray:
    """The luma of the first picture as coded: 16 to 235."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        return frame.to_ndarray()[: frame.height, : frame.width]


def test_fields_become_whole_pictures(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    fields = ("-vf", "tinterlace=interleave_top,setfield=tff", "-c:v", "mpeg2video", "-q:v", "3")
    source = made(
        ffmpeg, tmp_path / "rush.ts", *pattern("320x240", "50", 2), *tone(2), *fields, "-flags", "+ilme+ildct"
    )
    media = probe(source)
    assert media.interlaced
    assert (media.rate, media.seekable) == (25, False)
    rush, folder = conformed(source, None, ffmpeg)
    assert rush.frames == media.frames == 50
    mezzanine = probe(folder / "mezzanine.mp4")
    assert not mezzanine.interlaced
    assert combing(folder / "mezzanine.mp4") < combing(source) / 2


def combing(path: Path) -> float:
    """How much neighbouring lines differ more than lines of the same field."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="gray").astype(float) for frame in container.decode(video=0)]
    return float(np.mean([np.abs(frame[1:-1] * 2 - frame[:-2] - frame[2:]).mean() for frame in frames[5:15]]))


def test_sound_stands_where_its_own_times_say(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    sound = clicks(tmp_path / "sound.wav", [24000, 72000], 96000)
    picture = constant(tmp_path / "picture.mp4", Fraction(25), 50)
    for name, offset in (("late.mkv", "0.5"), ("early.mkv", "-0.25")):
        path = made(
            ffmpeg,
            tmp_path / name,
            *("-i", str(picture), "-itsoffset", offset, "-i", str(sound), "-c:v", "copy", "-c:a", "flac"),
        )
        rush, folder = conformed(path, Fraction(25), ffmpeg)
        moved = round(float(offset) * 48000)
        heard = samples_of(folder / "sound.wav")
        assert heard.shape == (sample_at(rush.frames, rush.rate), 1)
        expected = [at + moved for at in (24000, 72000) if 0 <= at + moved < len(heard)]
        assert np.flatnonzero(np.abs(heard[:, 0]) > 10000).tolist() == pytest.approx(expected, abs=48)


def test_sound_starts_with_a_late_picture(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    sound = clicks(tmp_path / "sound.wav", [24000, 72000], 144000, channels=2)
    picture = constant(tmp_path / "picture.mp4", Fraction(25), 50)
    inputs = ("-itsoffset", "1", "-i", str(picture), "-i", str(sound))
    path = made(ffmpeg, tmp_path / "rush.mov", *inputs, "-c:v", "copy", "-c:a", "pcm_s16le")
    assert probe(path).start - probe(path).sound_start == 1
    rush, folder = conformed(path, Fraction(25), ffmpeg)
    assert numbers(folder / "mezzanine.mp4") == tuple(range(50))
    heard = samples_of(folder / "sound.wav")
    assert heard.shape == (96000, 2)
    assert np.flatnonzero(np.abs(heard[:, 0]) > 10000).tolist() == [24000]
    assert not rush.silent


@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(25)], ids=str)
def test_sound_lasts_exactly_as_long_as_the_picture(rate: Fraction, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = tmp_path / "rush.mp4"
    picture = constant(tmp_path / "picture.mp4", rate, 41)
    made(ffmpeg, path, "-i", str(picture), *tone(0.7, 44100), "-c:v", "copy", "-c:a", "aac")
    rush, folder = conformed(path, rate, ffmpeg)
    heard, voice = samples_of(folder / "sound.wav"), samples_of(folder / "voice.wav")
    assert heard.shape == (sample_at(41, rate), 1)
    assert voice.shape == (sample_at(41, rate, 16000), 1)
    assert np.abs(heard[:30000]).max() > 2000
    assert not heard[36000:].any()
    peaks = json.loads((folder / "peaks.json").read_text())
    assert len(peaks["peaks"]) == -(-len(heard) // 480)
    assert peaks["peaks"][10] == np.abs(heard[4800:5280].astype(int)).max() * 255 // 32768
    assert not rush.silent


def test_a_silent_rush_is_given_silence(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    rush, folder = conformed(constant(tmp_path / "rush.mp4", Fraction(25), 30), None, ffmpeg)
    assert rush.silent
    assert "no-sound" in rush.media.remarks
    assert samples_of(folder / "sound.wav").shape == (57600, 1)
    assert not samples_of(folder / "sound.wav").any()
    assert probe(folder / "proxy.mp4").has_sound


def test_a_broken_tail_keeps_what_decodes(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    whole = made(ffmpeg, tmp_path / "whole.mp4", *pattern(seconds=3), *tone(3), "-movflags", "+faststart")
    cut = tmp_path / "rush.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    rush, folder = conformed(cut, None, ffmpeg)
    assert 20 < rush.frames < 70
    assert samples_of(folder / "sound.wav").shape[0] == sample_at(rush.frames, rush.rate)


def test_a_call_that_changes_its_size_stays_one_film(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    large = made(ffmpeg, tmp_path / "large.ts", *pattern("640x360"), "-c:v", "mpeg2video")
    small = made(ffmpeg, tmp_path / "small.ts", *pattern("480x360"), "-c:v", "mpeg2video", "-output_ts_offset", "1")
    path = tmp_path / "call.ts"
    path.write_bytes(large.read_bytes() + small.read_bytes())
    rush, folder = conformed(path, Fraction(25), ffmpeg)
    assert rush.size == Size(640, 360)
    assert rush.frames == pytest.approx(50, abs=2)
    with av.open(str(folder / "mezzanine.mp4")) as container:
        assert {(frame.width, frame.height) for frame in container.decode(video=0)} == {(640, 360)}


def test_hdr_is_toned_down(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    """Reference white (203 cd/m², PQ code 0.58, HLG 0.75) comes near to white, skin and greys keep their order."""
    for transfer, white in (("smpte2084", 0.5807), ("arib-std-b67", 0.75)):
        levels = [round(64 + 876 * level) for level in (0.0, white / 2, white, 1.0)]
        greys = f"geq=lum='st(0,floor(X/80));{'+'.join(f'eq(ld(0),{at})*{level}' for at, level in enumerate(levels))}'"
        tags = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
        source = f"color=black:size=320x180:rate=25:duration=0.2,format=yuv420p10le,{greys}:cb=512:cr=512,{tags}"
        path = made(ffmpeg, tmp_path / f"{transfer}.mkv", "-f", "lavfi", "-i", source, "-c:v", "ffv1")
        media = probe(path)
        assert media.colour.hdr
        assert media.colour.depth == 10
        _, folder = conformed(path, None, ffmpeg)
        row = first_picture(folder / "mezzanine.mp4")[90, 40::80].astype(int).tolist()
        assert row[0] <= 17
        assert 16 + 219 * 0.88 <= row[2] <= 16 + 219 * 0.92
        assert row[3] >= 233
        assert sorted(set(row)) == row


def test_what_is_no_film_is_refused(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    sound = made(ffmpeg, tmp_path / "sound.wav", *tone())
    still = made(ffmpeg, tmp_path / "still.png", *pattern(seconds=0.04), "-frames:v", "1")
    for path, folder in ((sound, "audio/"), (still, "motion/")):
        with pytest.raises(UnreadableMedia, match="a rush needs a moving picture") as refused:
            conform(path, probe(path), Fraction(25), tmp_path, ffmpeg)
        assert folder in refused.value.todo


def test_another_picture_than_was_decoded_is_refused(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = constant(tmp_path / "rush.mp4", Fraction(25), 30)
    _, folder = conformed(path, None, ffmpeg)
    (folder / "proxy.mp4").rename(folder / "proxy-silent.mp4")
    conforming._check(folder, probe(path), Fraction(25), list(range(0, 30 * 512, 512)), 30)
    for times, frames in ((range(0, 30 * 512, 512), 29), (range(0, 20 * 512, 512), 30), (range(0, 60 * 512, 512), 30)):
        with pytest.raises(WrongPicture, match="wanted"):
            conforming._check(folder, probe(path), Fraction(25), list(times), frames)


def test_the_key_knows_all_but_the_name(tmp_path: Path) -> None:
    one = constant(tmp_path / "one.mp4", Fraction(25), 5)
    two = tmp_path / "two.mp4"
    two.write_bytes(one.read_bytes())
    key = conform_key(probe(one), Fraction(25), "build")
    assert conform_key(probe(two), Fraction(25), "build") == key
    assert conform_key(probe(one), Fraction(24), "build") != key
    assert conform_key(probe(one), Fraction(25), "other") != key
    other = constant(tmp_path / "other.mp4", Fraction(25), 6)
    assert conform_key(probe(other), Fraction(25), "build") != key


def film(rate: str, *, variable: bool = False) -> Media:
    return Media("a.mp4", Key("0" * 64), "video", "mov", rate=Fraction(rate), variable=variable)


@pytest.mark.parametrize(
    ("rates", "common"),
    [
        ([], None),
        (["25"], "25"),
        (["2997/100", "30000/1001", "25"], "30000/1001"),
        (["25", "50"], "50"),
        (["10"], "30"),
        (["12"], "24"),
        (["7"], "25"),
        (["90000/3001"], "30"),
        (["120"], "60"),
        (["240000/1001"], "60000/1001"),
        (["~12.2", "25"], "25"),
        (["~29.8"], "30000/1001"),
        (["~12.2"], "24000/1001"),
    ],
)
def test_the_common_rate(rates: list[str], common: str | None) -> None:
    films = [film(rate.removeprefix("~"), variable=rate.startswith("~")) for rate in rates]
    assert common_rate(films) == (Fraction(common) if common else None)
