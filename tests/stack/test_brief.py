"""`rushes brief`: what it writes of the sample lesson, and of a script alone."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from pipeline.errors import Clash, NotFound, PresetError
from tests.stack.commanding import told
from tests.stack.conftest import Lesson
from tests.stack.running import drafts, objects, report, rushes, scratch, twin, video

FILES = {"brief.json", "guide.png", "frame-1.jpg", "areas-1.jpg", "reference.mp4"}


@pytest.fixture(scope="module")
def briefed(lesson: Lesson, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample lesson with the brief of its animation that is missing."""
    folder = twin(lesson.folder, tmp_path_factory.mktemp("briefed") / "lesson")
    ended = rushes("brief", folder, "--progress", "none", RUSHES_SPEECH_MODEL="")
    assert ended.status == 0, ended.err
    assert "1 animation: " in ended.out
    return folder


def one(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / name / "brief.json").read_text("utf-8"))


def bright(film: Path, rows: slice, columns: slice) -> list[float]:
    """How bright a part of every picture of a film is, 0 to 255. One picture is held at a time."""
    with av.open(str(film)) as opened:
        return [float(frame.to_ndarray(format="gray")[rows, columns].mean()) for frame in opened.decode(video=0)]


def at(film: Path, wanted: int) -> np.ndarray:
    with av.open(str(film)) as opened:
        frames = enumerate(opened.decode(video=0))
        return next(frame.to_ndarray(format="rgb24").astype(int) for number, frame in frames if number == wanted)


def test_a_folder_for_each_animation_that_is_missing_and_one_page(briefed: Path) -> None:
    place = briefed / "brief"
    assert {path.name for path in place.iterdir()} == {"brief.html", "brief.json", "02-carte-des-oceans"}
    assert {path.name for path in (place / "02-carte-des-oceans").iterdir()} == FILES
    told = one(place, "02-carte-des-oceans")
    [slate] = report(briefed)["slates"]
    assert (told["reference"], told["film"]) == ("carte-des-oceans", [slate["frame"], slate["frame"] + slate["frames"]])
    assert told["file"] == {"name": "carte-des-oceans.mov", "version": 1, "replaces": [], "goes": "folder"}
    assert json.loads((place / "brief.json").read_text("utf-8"))["briefs"] == [told]
    said = [word for word in told["words"] if word["under"]]
    assert said[0]["text"] == "Un"
    assert abs(said[0]["frames"][0]) <= 1
    assert not told["estimated"]
    page = (place / "brief.html").read_text("utf-8")
    assert "http" not in page
    assert 'lang="fr"' in page


def test_nothing_is_drafted_and_nothing_lies_half_made(briefed: Path, lesson: Lesson) -> None:
    assert drafts(briefed) == ["001"]
    assert scratch(briefed) == []
    new = objects(briefed, "segment") - objects(lesson.folder, "segment")
    assert 1 <= len(new) <= 4  # the clip, between its cuts, and the still


def test_the_clip_is_silent_and_has_exactly_its_frames(briefed: Path) -> None:
    place = briefed / "brief"
    told = one(place, "02-carte-des-oceans")
    clip = place / "02-carte-des-oceans" / "reference.mp4"
    with av.open(str(clip)) as film:
        [stream] = film.streams
        assert (stream.type, stream.codec_context.name, stream.average_rate) == ("video", "h264", 25)
        assert (stream.width, stream.height) == (1920, 1080)
    assert told["clip"] == {"frames": told["frames"] + 50, "handle": 25}
    # the handle's word stands in the handles alone
    top = bright(clip, slice(8, 60), slice(900, 1020))
    assert len(top) == told["clip"]["frames"]
    assert max(top[:25]) + 20 < min(top[27:-27])
    assert max(top[-25:]) + 20 < min(top[27:-27])


def test_the_frame_is_that_of_the_film_and_the_clip_shows_it(briefed: Path, lesson: Lesson) -> None:
    """Beside: the animation that is there stands in the film, and leaves the teacher where the brief shows her."""
    out = briefed / "data"
    asked = ("--cue", "data-journey", "--out", out, "--language", "en", "--progress", "none")
    ended = rushes("brief", briefed, *asked, RUSHES_SPEECH_MODEL="")
    assert ended.status == 0, ended.err
    told = one(out, "01-data-journey")
    [under] = told["under"]
    assert under["framing"] == "medium-left"
    assert under["face"]["x"] + under["face"]["width"] <= under["free"]["x"]
    frame = np.asarray(Image.open(out / "01-data-journey" / "frame-1.jpg")).astype(int)
    film = at(lesson.draft / "draft.mp4", under["still"])
    clip = at(out / "01-data-journey" / "reference.mp4", told["clip"]["handle"] + under["still"] - told["film"][0])
    beside = (slice(80, 700), slice(0, under["free"]["x"] - 20))
    assert np.abs(frame[beside] - film[beside]).mean() < 3
    assert np.abs(frame[beside] - clip[beside]).mean() < 3
    free = (slice(under["free"]["y"], 700), slice(under["free"]["x"], 1800))
    assert np.abs(frame[free] - film[free]).mean() > 6  # there the film has the animation
    captions = (slice(925, 1060), slice(500, 1420))
    assert np.abs(frame[captions] - clip[captions]).mean() > 10
    assert told["file"]["replaces"] == ["data-journey.webm"]
    with Image.open(out / "01-data-journey" / "guide.png") as guide:
        assert (guide.mode, guide.size) == ("RGBA", (1920, 1080))
    assert 'lang="en"' in (out / "brief.html").read_text("utf-8")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A script that nobody has filmed."""
    return video(
        tmp_path / "v", "# One\n\n[show map beside for 1s] Here it is.\n\n[show end@v2 corner for 1s] Goodbye.\n"
    )


def test_before_anything_is_filmed(written: Path) -> None:
    told("brief", written, "--progress", "none")
    place = written / "brief"
    rows = json.loads((place / "brief.json").read_text("utf-8"))["briefs"]
    assert [row["folder"] for row in rows] == ["01-map", "02-end"]
    assert [row["estimated"] for row in rows] == [True, True]
    assert [row["under"][0]["framing"] for row in rows] == ["slate", "slate"]
    assert [row["file"]["name"] for row in rows] == ["map.mov", "end_v2.mov"]
    frame = Image.open(BytesIO((place / "01-map" / "frame-1.jpg").read_bytes()))
    assert np.asarray(frame).mean() < 60  # black leader, white type


def test_in_another_style(written: Path) -> None:
    for asked, found in ((), "course"), (("--style", "interview"), "interview"):
        told("brief", written, *asked, "--cue", "end", "--progress", "none")
        whole = json.loads((written / "brief" / "brief.json").read_text("utf-8"))
        assert whole["style"] == found
    with pytest.raises(PresetError, match=r"unknown style 'intervew'; styles are course, interview"):
        told("brief", written, "--style", "intervew")


def test_it_is_written_again_in_place_and_what_people_put_there_stays(written: Path) -> None:
    place = written / "brief"
    told("brief", written, "--cue", "map", "--progress", "none")
    (place / "01-map" / "my-project.aep").write_text("mine", "utf-8")
    made = objects(written, "segment")
    told("brief", written, "--cue", "END", "--progress", "none")
    assert {path.name for path in place.iterdir()} == {"brief.html", "brief.json", "01-map", "02-end"}
    assert [path.name for path in (place / "01-map").iterdir()] == ["my-project.aep"]
    told("brief", written, "--cue", "map", "--progress", "none")
    assert {path.name for path in place.iterdir()} == {"brief.html", "brief.json", "01-map"}
    assert made < objects(written, "segment")


def test_what_it_refuses(written: Path) -> None:
    with pytest.raises(NotFound, match=r"nothing.*the script asks for map, end@v2"):
        told("brief", written, "--cue", "nothing")
    with pytest.raises(Clash, match="is no brief"):
        told("brief", written, "--out", written / "rushes" / "..")
    assert not (written / "brief").exists()
    none = video(written.parent / "none", "# One\n\nHello there, this is a line.\n")
    assert "No animation is missing" in told("brief", none, "--progress", "none")
    assert not (none / "brief").exists()
