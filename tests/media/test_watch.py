"""Faces and outlines: on the sample lesson's portrait, on pictures pasted from it, and on real people."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from pipeline.commands.conform import ANALYSIS
from pipeline.errors import NotFound
from pipeline.footage import Media, Rush
from pipeline.geometry import Size
from pipeline.media.faces import BlazeFace, Face, Picture, decoded, merged, tiles
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.outlines import Outlines, crown, head_height, reach
from pipeline.media.watch import watch, watch_key
from pipeline.presets import Style
from pipeline.spans import Span
from pipeline.takes import Take
from pipeline.tracks import Watched, track
from pipeline.values import Key
from tests.conftest import ROOT

RATE = Fraction(25)
SMALL = Size(640, 360)
LESSON = ROOT / "scripts" / "collecte" / "rushes" / "P1C2_camera-A.mp4"


def rush(frames: int, size: Size, rate: Fraction = RATE) -> Rush:
    media = Media("a.mp4", Key("m"), "video", "mp4", size, size, rate, frames)
    return Rush("a.mp4", Key("d"), Key("k"), rate, frames, size, silent=True, media=media)


def analysed(ffmpeg: Ffmpeg, source: Path, folder: Path, step: int, *, seconds: float = 60) -> None:
    """The analysis frames of a film, as `conform` leaves them: each `step`-th, 640 px wide."""
    picture = f"select='not(mod(n,{step}))',scale=640:-2:flags=area:out_range=pc,format=yuvj420p"
    arguments = ["-v", "error", "-t", str(seconds), "-i", str(source), "-an", "-vf", picture]
    run(
        ffmpeg,
        [*arguments, "-fps_mode", "passthrough", "-c:v", "mjpeg", "-q:v", "4", str(folder / ANALYSIS)],
        what="it",
    )


def filmed(folder: Path, pictures: list[Picture]) -> None:
    """Pictures as the analysis frames of a rush, without loss."""
    with av.open(str(folder / ANALYSIS), "w") as container:
        stream = container.add_stream("ffv1", rate=5)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "bgr0"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))


@pytest.fixture(scope="module")
def portrait() -> Picture:
    """A frame of the sample lesson, 1280 x 720: a woman at a desk, the whole head 21 % of the height."""
    with av.open(str(LESSON)) as container:
        frame = next(container.decode(video=0)).to_ndarray(format="bgr24")
    return cv2.resize(frame, (1280, 720), interpolation=cv2.INTER_AREA).astype(np.uint8)


@pytest.fixture(scope="module")
def detector() -> BlazeFace:
    return BlazeFace(0.6)


@pytest.fixture(scope="module")
def outlines() -> Outlines:
    return Outlines()


def scaled(picture: Picture, width: int) -> Picture:
    height = round(picture.shape[0] * width / picture.shape[1])
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)


def pasted(portrait: Picture, head: int, x: int, y: int, size: Size = SMALL) -> Picture:
    """The portrait's head, `head` px high, its face's middle at (x, y), on a plain grey wall."""
    whole = portrait[40:300, 420:700]  # head and collar; the face's middle at (117, 130)
    small = scaled(whole, round(280 * head / 153))
    factor = small.shape[1] / 280
    canvas = np.full((size.height, size.width, 3), 150, np.uint8)
    top, left = y - round(130 * factor), x - round(117 * factor)
    canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
    return canvas


def test_the_face_is_where_the_eye_sees_it(portrait: Picture, detector: BlazeFace) -> None:
    [face] = detector.faces(portrait)
    assert face.score > 0.8
    assert abs(face.x + face.width / 2 - 540) < 12
    assert abs(face.eyes[1] - 165) < 8
    assert 140 < head_height(face) < 165


def test_a_near_look_finds_the_same_face_again(portrait: Picture, detector: BlazeFace) -> None:
    picture = scaled(portrait, 640)
    [face] = detector.faces(picture)
    moved = np.roll(picture, 20, axis=1)
    [again] = detector.near(moved, (face,))
    assert abs(again.x - face.x - 20) < 0.05 * face.width
    assert detector.near(np.full_like(picture, 150), (face,)) == ()


@pytest.mark.parametrize("head", [28, 40, 90])
@pytest.mark.parametrize("x", [100, 330, 540])
def test_heads_of_eight_per_cent_of_the_height_and_more_are_found_anywhere(
    portrait: Picture, detector: BlazeFace, head: int, x: int
) -> None:
    faces = detector.faces(pasted(portrait, head, x, 150))
    assert len(faces) == 1
    assert abs(faces[0].x + faces[0].width / 2 - x) < 0.12 * head
    assert abs(head_height(faces[0]) - head) < 0.2 * head


def test_two_people_are_two_faces(portrait: Picture, detector: BlazeFace) -> None:
    both = np.hstack([pasted(portrait, 60, 200, 150, Size(400, 360)), pasted(portrait, 80, 120, 150, Size(240, 360))])
    assert len(detector.faces(both)) == 2


def test_an_upright_picture_and_a_tiny_one_are_looked_at_too(portrait: Picture, detector: BlazeFace) -> None:
    assert len(detector.faces(pasted(portrait, 60, 180, 400, Size(360, 640)))) == 1
    assert detector.faces(np.zeros((2, 2, 3), np.uint8)) == ()


def test_the_outline_gives_hair_and_reach(portrait: Picture, detector: BlazeFace, outlines: Outlines) -> None:
    picture = scaled(portrait, 640)
    [face] = detector.faces(picture)
    mask = outlines.mask(picture)
    top = crown(mask, face)
    assert top is not None
    assert abs(top - 35) <= 8  # her hair begins at row 35 of 360
    far = reach(mask, face, ())
    assert far is not None
    assert far[0] < face.x
    assert far[2] > face.x + face.width
    assert far[3] > 250


def test_reach_ends_halfway_to_another_and_at_the_arms_length() -> None:
    mask = np.ones((100, 1000), np.uint8)
    face = Face(480, 40, 40, 40, (500, 50), (500, 60), 0.9)  # a head of 30 px
    other = Face(560, 40, 40, 40, (580, 50), (580, 60), 0.9)
    assert reach(mask, face, ()) == (388, 0, 612, 100)
    assert reach(mask, face, (other,)) == (388, 0, 540, 100)
    assert reach(np.zeros_like(mask), face, ()) is None


@pytest.mark.parametrize(("above", "wanted"), [(20, 30), (60, None), (3, None)])
def test_a_crown_too_high_or_too_low_for_a_head_is_none(above: int, wanted: int | None) -> None:
    face = Face(80, 40, 40, 40, (100, 50), (100, 60), 0.9)
    mask = np.zeros((100, 200), np.uint8)
    mask[max(0, 50 - above) :, 60:140] = 1
    assert crown(mask, face) == wanted


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((640, 360), ((0, 0, 360), (140, 0, 360), (280, 0, 360))),
        ((360, 640), ((0, 0, 360), (0, 140, 360), (0, 280, 360))),
        ((400, 360), ()),
    ],
)
def test_tiles(size: tuple[int, int], wanted: tuple[tuple[int, int, int], ...]) -> None:
    assert tiles(*size) == wanted


def test_what_the_network_says_is_read_as_shares_of_its_square() -> None:
    """Cell (10, 20) of 48 x 48: a box of 19.2 px right on the cell's middle, eyes 4.8 above, mouth 4.8 below."""
    cell = 20 * 48 + 10
    regressors, scores = np.zeros((2304, 16)), np.full(2304, -10.0)
    scores[cell] = 10
    regressors[cell, 2:4] = 19.2
    regressors[cell, [5, 7]] = -4.8
    regressors[cell, 11] = 4.8
    [row] = decoded(regressors, scores, 0.6)
    middle = (10.5 / 48, 20.5 / 48)
    assert row[:4] == pytest.approx([middle[0] - 0.05, middle[1] - 0.05, 0.1, 0.1])
    assert row[4:8] == pytest.approx([middle[0], middle[1] - 0.025, middle[0], middle[1] + 0.025])


def test_rows_of_one_face_are_averaged_by_score_and_another_face_kept() -> None:
    rows = np.zeros((3, 9))
    rows[:, 2:4] = 10
    rows[:, 0], rows[:, 8] = [0, 2, 50], [0.9, 0.3, 0.7]
    one, other = merged(rows)
    assert one[0] == pytest.approx(0.5)
    assert (one[8], other[0]) == (0.9, 50)


def test_sightings_are_in_pixels_of_the_conformed_picture(portrait: Picture, tmp_path: Path, course: Style) -> None:
    filmed(tmp_path, [scaled(portrait, 640)] * 3)
    told: list[int] = []
    seen = watch(tmp_path, rush(15, Size(3840, 2160)), course.seeing, told.append)
    assert seen.sampled == (0, 5, 10)
    assert [one.frame for one in seen.sightings] == [0, 5, 10]
    assert told == [1, 6, 11]
    assert seen.motion == (0, 0, 0)
    for one in seen.sightings:
        assert abs(one.centre - 1620) < 40
        assert abs(one.eyes[1] - 495) < 25
        assert one.crown is not None
        assert abs(one.crown - 210) < 50
        assert one.body is not None
        assert one.body.x < one.face.x < one.face.right < one.body.right


def test_a_head_that_moves_is_followed_to_a_tenth_of_a_face(portrait: Picture, tmp_path: Path, course: Style) -> None:
    places = [200 + 8 * index for index in range(20)]
    filmed(tmp_path, [pasted(portrait, 60, x, 150) for x in places])
    seen = watch(tmp_path, rush(100, Size(640, 360)), course.seeing)
    assert len(seen.sightings) == len(places)
    for one, x in zip(seen.sightings, places, strict=True):
        assert abs(one.centre - x) <= 6
    assert all(moved > 0 for moved in seen.motion[1:])


def test_somebody_who_comes_in_is_seen_within_a_second_and_gone_when_gone(
    portrait: Picture, tmp_path: Path, course: Style
) -> None:
    wall = np.full((360, 640, 3), 150, np.uint8)
    there = pasted(portrait, 60, 300, 150)
    filmed(tmp_path, [wall] * 7 + [there] * 10 + [wall] * 6)
    seen = {one.frame for one in watch(tmp_path, rush(115, Size(640, 360)), course.seeing).sightings}
    assert set(range(50, 85, 5)) <= seen <= set(range(35, 85, 5))


def test_a_folder_without_analysis_frames_is_refused(tmp_path: Path, course: Style) -> None:
    with pytest.raises(NotFound, match=r"analysis\.mkv"):
        watch(tmp_path, rush(15, Size(640, 360)), course.seeing)


def test_the_key_names_all_that_makes_the_sightings(course: Style) -> None:
    one = rush(100, Size(640, 360))
    assert watch_key(one, course.seeing) == watch_key(replace(one, name="b.mp4"), course.seeing)
    assert watch_key(one, course.seeing) != watch_key(replace(one, key=Key("other")), course.seeing)
    assert watch_key(one, course.seeing) != watch_key(one, replace(course.seeing, score_least=700))


def real(ffmpeg: Ffmpeg, path: Path, folder: Path, course: Style) -> Watched:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate, size = stream.average_rate or RATE, Size(stream.width, stream.height)
    step = max(1, round(rate / 5))
    analysed(ffmpeg, path, folder, step, seconds=8)
    return watch(folder, rush(int(8 * rate), size, Fraction(rate)), course.seeing)


@pytest.mark.footage
@pytest.mark.parametrize(
    ("name", "people", "head"),
    [
        ("talking/webcam1711527012951.mp4", 1, (350, 400)),
        ("talking/webcam1711527094922.mp4", 1, (340, 390)),
        ("gestures/walk.mkv", 1, (60, 80)),
        ("gestures/learn.mkv", 1, (55, 75)),
        ("people/mediapipe_selfie_segmentation_web.mp4", 1, (145, 170)),
        ("people/vp9_webrtc_2.webm", 2, (110, 150)),
        ("people/autoeditor_example_42s_speech_timecode.mp4", 0, None),
    ],
)
def test_real_people(
    ffmpeg: Ffmpeg,
    footage: Path,
    tmp_path: Path,
    course: Style,
    name: str,
    people: int,
    head: tuple[int, int] | None,
) -> None:
    seen = real(ffmpeg, footage / name, tmp_path, course)
    counts = [sum(one.frame == frame for one in seen.sightings) for frame in seen.sampled]
    assert max(counts) == people
    assert sum(count == people for count in counts) >= 0.6 * len(counts)
    subject = track(Take("s", "a.mp4", Span(0, seen.sampled[-1] + 1), 1), seen, course.seeing, RATE)
    if head is None:
        assert subject is None
    else:
        assert subject is not None
        assert head[0] <= subject.head_height <= head[1]
        assert subject.seen >= 700
