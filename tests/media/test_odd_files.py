"""Real files that are odd: each is conformed, or refused in one clear sentence; none crashes."""

import json
from fractions import Fraction
from pathlib import Path

import av
import pytest

from pipeline.errors import UnreadableMedia
from pipeline.geometry import Size
from pipeline.media.conform import common_rate, conform, conform_key
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.probe import probe
from pipeline.spans import sample_at
from tests.media.making import samples_of

pytestmark = pytest.mark.footage

THIRTY = "30000/1001"
FILMS = {
    "odd/SAR-2by3.mp4": ("30", 60, (640, 540), "moov-at-end"),
    "odd/bbb_800x640_768kbps_30fps_avc_2b_firstpts_10_sec.mp4": ("30", 120, (1136, 640), "no-sound"),
    "odd/edit_list_positive_shift.mp4": ("30", 270, (1920, 1080), "moov-at-end"),
    "odd/h264-mjpeg.mp4": ("30", 60, (640, 360), "moov-at-end"),
    "odd/hdr10-av1.mp4": (THIRTY, 127, (720, 1280), "hdr moov-at-end"),
    "odd/hlg10-color-test.mp4": ("30", 9, (1920, 1080), "hdr"),
    "odd/internal_emulator_transformer_output_180_rotated.mp4": (THIRTY, 149, (1280, 720), "moov-at-end"),
    "odd/nasa_13013.mp4": (THIRTY, 390, (480, 270), "tiny moov-at-end"),
    "odd/playable_but_bad_container.mkv": ("30", 150, (480, 270), "tiny"),
    "odd/sample-with-large-length.avi": ("30", 58, (256, 144), "sound-clock tiny"),
    "odd/sample_android_slow_motion.mp4": ("24000/1001", 13, (1280, 720), "no-sound variable-rate"),
    "odd/sample_mdat_too_long.mp4": (THIRTY, 30, (1080, 720), ""),
    "odd/sample_portrait.mp4": (THIRTY, 30, (720, 1080), "moov-at-end"),
    "odd/sample_rotate_and_reflect.mp4": (THIRTY, 30, (720, 1080), "mirrored"),
    "odd/sample_shorter_audio.mp4": ("60", 72, (320, 240), "tiny moov-at-end"),
    "odd/sample_with_invalid_nalu.mp4": (THIRTY, 30, (1080, 720), "no-sound frames-lost"),
    "odd/silent-black-10s.mp4": ("30", 300, (320, 240), "tiny moov-at-end"),
    "odd/test_non_zero_start.mp4": ("30", 12, (200, 112), "no-sound tiny moov-at-end"),
    "odd/testsrc2_12bit_hdr.mp4": ("30", 60, (320, 180), "no-sound hdr tiny moov-at-end"),
    "odd/testsrc2_odd_height_and_width_444.mp4": ("25", 25, (320, 240), "no-sound tiny moov-at-end"),
    "odd/testsrc_with_attachment.mkv": ("30", 60, (640, 360), ""),
    "gestures/book.mkv": ("30", 109, (640, 480), "no-sound"),
    "gestures/learn.mkv": ("30", 61, (640, 480), "no-sound"),
    "gestures/walk.mkv": ("30", 89, (640, 480), "no-sound"),
    "people/mediapipe_selfie_segmentation_web.mp4": ("25", 225, (640, 360), "no-sound moov-at-end"),
}
SLOW = {
    "people/autoeditor_example_42s_speech_timecode.mp4": ("30", 1272, (1280, 720), ""),
    "people/intel_one-by-one-person-detection.mp4": ("10", 1394, (768, 432), "no-sound rate-unusual"),
    "people/vp9_webrtc_2.webm": ("25", 1035, (1280, 720), "no-sound"),
    "talking/webcam1711527012951.mp4": ("30", 248, (1920, 1080), ""),
    "talking/webcam1711527094922.mp4": ("30", 237, (1920, 1080), ""),
}
REFUSED = {
    "odd/sample_malformed_free_box.mp4": "its header is broken",
    "talking/subs1711527012951.json": "holds text",
    "talking/subs1711527094922.json": "holds text",
}


def test_every_file_is_known(footage: Path) -> None:
    there = {
        path.relative_to(footage).as_posix()
        for folder in ("odd", "people", "talking", "gestures")
        for path in (footage / folder).iterdir()
    }
    assert there - {*FILMS, *SLOW, *REFUSED, "odd/sample_audio_only.mp4"} == set()


@pytest.mark.parametrize("name", FILMS)
def test_a_film_is_conformed(name: str, footage: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    rate, frames, size, remarks = FILMS[name]
    media = probe(footage / name)
    assert common_rate([media]) == Fraction(rate)
    rush = conform(footage / name, media, Fraction(rate), tmp_path, ffmpeg)
    assert (rush.frames, rush.size) == (frames, Size(*size))
    assert rush.key == conform_key(media, Fraction(rate), ffmpeg.build)
    assert " ".join(rush.media.remarks) == remarks
    with av.open(str(tmp_path / "mezzanine.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == frames
    assert len(samples_of(tmp_path / "sound.wav")) == sample_at(frames, rush.rate)
    assert len(json.loads((tmp_path / "frames.json").read_text())["source"]) == frames


@pytest.mark.parametrize("name", SLOW)
def test_a_long_film_is_known(name: str, footage: Path) -> None:
    rate, frames, size, remarks = SLOW[name]
    media = probe(footage / name)
    assert (media.rate, media.frames, media.upright) == (Fraction(rate), frames, Size(*size))
    assert " ".join(media.remarks) == remarks


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_told(name: str, footage: Path) -> None:
    with pytest.raises(UnreadableMedia, match=REFUSED[name]) as refused:
        probe(footage / name)
    assert refused.value.todo


def test_sound_alone_is_no_rush(footage: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = footage / "odd" / "sample_audio_only.mp4"
    media = probe(path)
    assert (media.kind, media.sample_rate, media.channels) == ("sound", 44100, 1)
    with pytest.raises(UnreadableMedia, match="is sound alone"):
        conform(path, media, Fraction(25), tmp_path, ffmpeg)
