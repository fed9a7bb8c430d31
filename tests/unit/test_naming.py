"""What the names of rushes say, on names as cameras and people write them."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.naming import Filmed, Match, matched, simplified
from pipeline.takes import Shot


def filmed(video: str, *shots: str) -> Filmed:
    return Filmed(video, tuple(Shot(shot, ()) for shot in shots))


P1C2 = filmed("P1C2", "01", "02", "03", "intro", "12b", "démo finale")
P1C20 = filmed("P1C20", "01", "02")
COURSE = (P1C2, P1C20, filmed("bienvenue-a-tous", "01"))

SAID = [
    ("P1C2_camera-A.mp4", "P1C2", None, None, "no-shot"),
    ("P1C2-02-take3.mov", "P1C2", "02", 3, "shot-number"),
    ("P1C2 plan 02 prise 3.mp4", "P1C2", "02", 3, "shot-said"),
    ("p1c2_PLAN02_PRISE03.MP4", "P1C2", "02", 3, "shot-said"),
    ("P1C2-S02-T3.mp4", "P1C2", "02", 3, "shot-said"),
    ("P1-C2 séquence n°2 prise n° 4.mov", "P1C2", "02", 4, "shot-said"),
    ("P1C2 Scene 3.mov", "P1C2", "03", None, "shot-said"),
    ("P1C2_02.mp4", "P1C2", "02", None, "shot-number"),
    ("P1C2_2.mp4", "P1C2", "02", None, "shot-number"),
    ("P1C2-02-camA-take1.mov", "P1C2", "02", 1, "shot-number"),
    ("P1C2 cam 2 plan 3.mov", "P1C2", "03", None, "shot-said"),
    ("P1C2_A-cam_02_t5.mov", "P1C2", "02", 5, "shot-number"),
    ("P1C2 INTRO take 2.mov", "P1C2", "intro", 2, "shot-named"),
    ("P1C2 shot12b.mov", "P1C2", "12b", None, "shot-named"),
    ("P1C2 De\u0301mo Finale pr2.mov", "P1C2", "démo finale", 2, "shot-named"),
    ("P1C2/plan 02/prise 3.mp4", "P1C2", "02", 3, "folder"),
    ("P1C2/plan 02/C0001.MP4", "P1C2", "02", None, "folder"),
    ("P1C2/C0001.MP4", "P1C2", None, None, "camera-name"),
    ("P1C20-02.mov", "P1C20", "02", None, "shot-number"),
    ("Bienvenue à tous - prise 2.mov", "bienvenue-a-tous", None, 2, "take-only"),
    ("P1C2 prise 4.mov", "P1C2", None, 4, "take-only"),
    ("P1C2 02 (2).mov", "P1C2", "02", None, "shot-number"),
    ("P1C2 plan 2 prise 1 - copie.mov", "P1C2", "02", 1, "shot-said"),
]


@pytest.mark.parametrize(("name", "video", "shot", "take", "why"), SAID)
def test_what_people_write(name: str, video: str, shot: str | None, take: int | None, why: str) -> None:
    found = matched(name, COURSE)
    assert (found.video, found.shot, found.take, found.why) == (video, shot, take, why)
    assert found.sure


COUNTED = [
    "A001C003_230412_R1AB.MXF",
    "A001_C003_0412AB_001.R3D",
    "A001_04121530_C003.mov",
    "C0001.MP4",
    "00002.MTS",
    "IMG_0002.MOV",
    "IMG_0002 (1).MOV",
    "MVI_0003.MP4",
    "DSC_0002.MOV",
    "GX010002.MP4",
    "GH020002.MP4",
    "DJI_0002.MP4",
    "DJI_20230412101112_0002_D.MP4",
    "P1000002.MP4",
    "PXL_20230412_101112345.mp4",
    "VID_20230412_101112.mp4",
    "20230412_101112.mp4",
    "2023-04-12 10-11-12.mkv",
    "Screen Recording 2023-04-12 at 10.11.12.mov",
    "Enregistrement de l\u2019écran 2023-04-12 à 10.11.02.mov",
    "WhatsApp Video 2023-04-12 at 02.01.03.mp4",
    "webcam1711527012951.mp4",
    "ZOOM0002.WAV",
    "STE-002.wav",
    "DR0000_0002.wav",
    "230412_002.WAV",
    "230412-T002.WAV",
]


@pytest.mark.parametrize("name", COUNTED)
def test_numbers_that_a_camera_counts_mean_nothing(name: str) -> None:
    found = matched(name, COURSE, "P1C2")
    assert (found.video, found.shot, found.take, found.why) == ("P1C2", None, None, "camera-name")


ASKED = [
    ("P1C2-02-03.mov", "two-shots", ("02", "03")),
    ("P1C2 plan 1 plan 2.mov", "two-shots", ("01", "02")),
    ("P1C2 intro plan 2.mov", "two-shots", ("02", "intro")),
    ("P1C2 plan 2 prise 1 prise 4.mov", "two-takes", ("1", "4")),
    ("P1C2 plan 9.mov", "no-such-shot", tuple(shot.id for shot in P1C2.shots)),
    ("P1C2 P1C20 02.mov", "two-videos", ("P1C2", "P1C20")),
    ("plan 02.mov", "no-video", ("P1C2", "P1C20", "bienvenue-a-tous")),
]


@pytest.mark.parametrize(("name", "why", "choices"), ASKED)
def test_what_may_mean_two_things_is_told_and_not_chosen(name: str, why: str, choices: tuple[str, ...]) -> None:
    found = matched(name, COURSE)
    assert (found.why, found.choices, found.sure) == (why, choices, False)
    if why != "two-takes":
        assert found.shot is None
    assert found.take is None


def test_a_name_against_the_video_that_was_given() -> None:
    assert matched("plan 2.mov", COURSE, "P1C2").shot == "02"
    other = matched("P1C20 plan 2.mov", COURSE, "P1C2")
    assert (other.video, other.why, other.choices, other.fields) == ("", "other-video", ("P1C20",), {"given": "P1C2"})


def test_two_ids_of_one_number_are_told() -> None:
    assert matched("plan 2.mov", (filmed("v", "2", "02"),)).choices == ("02", "2")


IDS = st.sampled_from(["01", "02", "03", "10", "11", "intro", "12b"])
BETWEEN = st.sampled_from([" ", "_", "-", " - ", "."])
SHOTS = ("01", "02", "03", "10", "11", "intro", "12b")


@given(shot=IDS, take=st.integers(1, 99), between=BETWEEN, word=st.sampled_from(["plan", "Shot", "SÉQ", "Scène"]))
def test_whatever_is_written_out_is_found(shot: str, take: int, between: str, word: str) -> None:
    name = between.join(["P1C2", word, shot, "prise", str(take)]) + ".mov"
    found = matched(name, (filmed("P1C2", *SHOTS), P1C20))
    assert (found.video, found.shot, found.take) == ("P1C2", shot, take)


@given(name=st.text(alphabet=string.ascii_letters + string.digits + " _-.éÉœ°/", max_size=40))
def test_no_name_is_guessed_at(name: str) -> None:
    found = matched(name, (filmed("P1C2", *SHOTS), P1C20))
    assert found.name == name
    assert found.video in {"", "P1C2", "P1C20"}
    assert found.shot in {None, *SHOTS}
    if found.shot is not None:
        assert found.video
        digits = "".join(letter for letter in found.shot if letter.isdigit()).lstrip("0")
        assert digits in name
    if not found.sure:
        assert found.choices or found.why == "no-video"


@given(name=st.text(alphabet="plan prise take0123P1C2éèç-_. ", max_size=30))
def test_case_accents_and_composition_change_nothing(name: str) -> None:
    videos = (filmed("P1C2", *SHOTS),)

    def told(text: str) -> tuple[object, ...]:
        found: Match = matched(text, videos)
        return found.video, found.shot, found.take, found.why

    assert told(name) == told(unicodedata.normalize("NFD", name))
    assert told(name) == told(name.upper())
    assert simplified(simplified(name)) == simplified(name)


@given(shots=st.permutations(SHOTS), name=st.text(alphabet="plan prise 0123-", max_size=20))
def test_the_order_of_the_shots_chooses_nothing(shots: list[str], name: str) -> None:
    one, other = matched(name, (filmed("v", *SHOTS),)), matched(name, (filmed("v", *shots),))
    assert (one.shot, one.take, one.why) == (other.shot, other.take, other.why)
