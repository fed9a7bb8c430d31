"""The sample lesson is what the docs say it is."""

import unicodedata
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from pipeline import reading
from pipeline.about import ABOUT
from pipeline.media import shelf
from pipeline.media.faces import BlazeFace
from pipeline.script import Script
from tests.sample.performance import PERFORMANCE

LESSON = Path(__file__).parents[2] / "scripts" / "collecte"
RUSH = LESSON / "rushes" / "P1C2_camera-A.mp4"
MISSING = "carte-des-oceans"


@pytest.fixture(scope="module")
def script() -> Script:
    return reading.read((LESSON / "script.md").read_text("utf-8"), shelf.framings())


def plain(text: str) -> str:
    letters = unicodedata.normalize("NFC", text.casefold().replace("\u2019", "'"))
    return " ".join("".join(one if one.isalnum() else " " for one in letters).split())


def test_the_folder_is_small_enough_for_the_repository() -> None:
    assert sum(path.stat().st_size for path in LESSON.rglob("*") if path.is_file()) < 12_000_000


def test_the_script_has_three_scenes_and_the_cues_of_a_lesson(script: Script) -> None:
    assert [scene.title for scene in script.scenes] == ["Bienvenue", "Les trois étapes", "À vous de jouer"]
    cues = [cue for line in script.lines for cue in line.cues]
    assert {cue.name for cue in cues} == {"lower-third", "show", "text", "title", "frame", "pause"}
    assert {cue.place for cue in cues if cue.name == "show"} == {"over", "beside", "full"}
    assert any(word.emphasis for line in script.lines for word in line.words)


def test_three_assets_are_there_and_one_is_missing_on_purpose(script: Script) -> None:
    files = {path.name for path in (LESSON / "motion").iterdir()} - {ABOUT}
    there = {name.partition(".")[0] for name in files}
    named = {reference for reference, _ in script.references()}
    assert len(there) == 3
    assert named - there == {MISSING}
    assert there < named


def test_the_rush_is_4k_at_a_constant_25_frames_with_sound_and_timecode() -> None:
    with av.open(RUSH) as rush:
        picture, sound = rush.streams.video[0], rush.streams.audio[0]
        assert (picture.width, picture.height) == (3840, 2160)
        assert picture.average_rate == Fraction(25)
        assert picture.metadata["timecode"] == "10:00:00:00"
        assert (sound.rate, sound.channels) == (48_000, 1)
        stamps = sorted(packet.pts for packet in rush.demux(picture) if packet.pts is not None)
        steps = set(np.diff(stamps).tolist())
    assert len(stamps) == picture.frames
    assert 60 * 25 < len(stamps) < 90 * 25
    assert len(steps) == 1


def test_the_index_stands_at_the_front() -> None:
    head = RUSH.read_bytes()[:4096]
    assert b"moov" in head


def test_key_frames_come_at_least_each_two_seconds() -> None:
    with av.open(RUSH) as rush:
        picture = rush.streams.video[0]
        times = sorted(packet.pts * packet.time_base for packet in rush.demux(picture) if packet.is_keyframe)
    assert max(np.diff([float(time) for time in times])) <= 2.0


def test_the_detector_finds_one_face_wherever_it_looks() -> None:
    detector = BlazeFace(0.6)
    heights: list[float] = []
    with av.open(RUSH) as rush:
        picture = rush.streams.video[0]
        picture.codec_context.skip_frame = "NONKEY"
        for number, frame in enumerate(rush.decode(picture)):
            if number % 4:
                continue
            [face] = detector.faces(frame.reformat(640, 360, "bgr24").to_ndarray())
            heights.append(face.height)
    assert len(heights) > 5
    assert max(heights) - min(heights) < 0.1 * min(heights)


def test_every_line_of_the_script_is_performed_as_written(script: Script) -> None:
    said = [plain(utterance.text) for utterance in PERFORMANCE]
    for line in script.lines:
        if line.words:
            assert plain(line.text) in said, line.text


def test_the_performance_has_a_false_start_a_remark_and_two_retakes(script: Script) -> None:
    written = {plain(line.text) for line in script.lines}
    said = [plain(utterance.text) for utterance in PERFORMANCE]
    assert "pardon je recommence" in said
    assert any(said.count(text) == 2 for text in written)
    cut_short = [text for text in said if text not in written and text != "pardon je recommence"]
    assert len(cut_short) == 2
    assert any(whole.startswith(cut_short[0]) for whole in written)


def test_the_motion_files_are_what_a_designer_delivers() -> None:
    with av.open(LESSON / "motion" / "data-journey.webm") as journey:
        picture = journey.streams.video[0]
        assert picture.metadata["alpha_mode"] == "1"
        assert (picture.width, picture.height) == (1200, 900)
    with av.open(LESSON / "motion" / "tableau-de-bord.mp4") as dashboard:
        assert (dashboard.streams.video[0].width, dashboard.streams.video[0].frames) == (1920, 100)
    with Image.open(LESSON / "motion" / "trois-questions.png") as still:
        assert still.convert("RGBA").getchannel("A").getextrema() == (0, 255)


def test_the_lesson_is_credited() -> None:
    credit = (LESSON / "README.md").read_text("utf-8")
    for path in LESSON.rglob("*.*"):
        assert path.name in credit or path.name == "README.md"
    assert MISSING in credit
