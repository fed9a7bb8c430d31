"""Graphics beside a real speaker: his face is found again on the frames that came out, and nothing lies on it."""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.geometry import Box, Size
from pipeline.media import shelf
from pipeline.media.faces import BlazeFace
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.placing import safe, visible
from pipeline.timeline import Filmed, Overlay, Timeline
from pipeline.values import from_json
from tests.stack.running import rushes, video

pytestmark = [pytest.mark.footage, pytest.mark.speech]

SCRIPT = """---
title: The Remotion Recorder
language: en
---

# Welcome

Welcome to the Remotion Recorder! [show pulse beside loop] You are currently inside the Remotion Studio, [/show] where
you can edit your video.

# The sidebar

In the left sidebar, [show list beside left] you have a list of all your videos. [/show] [show bars beside] Just
click on one to start working on it.
"""
FREE = safe(shelf.style("course"))
PULSE = Box(180, 30, 841, 841)
"""The part of the pulse's 1200 x 900 that is ever seen: a circle of 420 about its middle."""


def there(shown: Overlay) -> Box:
    """What can ever be seen of a graphic, in the output."""
    return visible(Size(1200, 900), PULSE, shown.box) if shown.name == "pulse" else shown.box


@dataclass(frozen=True)
class Shown:
    """A frame of the draft that was filmed: its number, the graphic beside at that frame, blue-green-red pixels."""

    number: int
    beside: Overlay | None
    side: str
    picture: np.ndarray


def pictures(folder: Path, ffmpeg: Ffmpeg, name: str, count: int, codec: list[str]) -> None:
    """The numbered pictures of a folder as a film of 30 frames a second."""
    arguments = ["-framerate", "30", "-i", str(folder / "%03d.png"), "-frames:v", str(count), *codec, name]
    run(ffmpeg, arguments, what="a test animation")
    shutil.rmtree(folder)


def animated(motion: Path, ffmpeg: Ffmpeg) -> None:
    """Three graphics: one with alpha that loops, a still, a film without alpha."""
    for name, size, count in (("pulse", (1200, 900), 40), ("bars", (1280, 720), 60)):
        folder = motion / f"{name}-frames"
        folder.mkdir(parents=True)
        for number in range(count):
            image = Image.new("RGBA", size, (0, 0, 0, 0) if name == "pulse" else (16, 32, 64, 255))
            draw, wave = ImageDraw.Draw(image), np.sin(2 * np.pi * number / count)
            if name == "pulse":
                radius = int(300 + 120 * wave)
                draw.ellipse((600 - radius, 450 - radius, 600 + radius, 450 + radius), fill=(232, 164, 0, 255))
            for bar in range(6 if name == "bars" else 0):
                high = int(560 * min(1, (number + 1) / count * (bar + 2) / 4))
                draw.rectangle((100 + 190 * bar, 660 - high, 230 + 190 * bar, 660), fill=(120, 200, 240, 255))
            image.save(folder / f"{number + 1:03d}.png")
        codec = ["-c:v", "qtrle"] if name == "pulse" else ["-c:v", "libx264", "-pix_fmt", "yuv420p"]
        pictures(folder, ffmpeg, str(motion / f"{name}.{'mov' if name == 'pulse' else 'mp4'}"), count, codec)
    still = Image.new("RGB", (800, 1000), "#204080")
    for row in range(5):
        ImageDraw.Draw(still).rectangle((80, 80 + 180 * row, 720, 200 + 180 * row), fill="#e0e8f0")
    still.save(motion / "list.png")


@pytest.fixture(scope="module")
def drafted(footage: Path, ffmpeg: Ffmpeg, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two takes with three graphics beside, drafted once; the folder of the draft."""
    folder = video(tmp_path_factory.mktemp("beside") / "v", SCRIPT)
    for rush in sorted((footage / "talking").glob("*.mp4")):
        shutil.copy(rush, folder / "rushes")
    animated(folder / "motion", ffmpeg)
    cache = tmp_path_factory.mktemp("cache")
    ended = rushes("draft", folder, RUSHES_SPEECH_MODEL="", RUSHES_WORKERS="2", RUSHES_CACHE=str(cache))
    assert ended.status == 0, ended.err
    return folder / "drafts" / "001"


def report(place: Path) -> dict[str, Any]:
    return json.loads((place / "report.json").read_text())


def timeline(place: Path) -> Timeline:
    return from_json(Timeline, json.loads((place / "timeline.json").read_text())["timeline"])


def frames(place: Path, step: int) -> Iterator[Shown]:
    edit = timeline(place)
    spans = list(zip(edit.clips, edit.spans(), strict=True))
    with av.open(str(place / "draft.mp4")) as container:
        for number, frame in enumerate(container.decode(video=0)):
            clip = next(clip for clip, span in spans if span.holds(number))
            if number % step or not isinstance(clip.picture, Filmed):
                continue
            up = next((one for one in edit.overlays if one.place == "beside" and one.at.holds(number)), None)
            side = clip.picture.framing.partition("-")[2]
            yield Shown(number, up, side, frame.to_ndarray(format="bgr24"))


def test_the_graphics_are_there_where_their_words_are(drafted: Path) -> None:
    edit = timeline(drafted)
    beside = [one for one in edit.overlays if one.place == "beside"]
    assert [one.name for one in beside] == ["pulse", "list", "bars"]
    assert [one.after for one in beside] == ["loop", "hold", "hold"]
    starts = {
        (word.line, word.word): span.start + word.span.start
        for clip, span in zip(edit.clips, edit.spans(), strict=True)
        for word in clip.words
    }
    assert {one.at.start for one in beside} <= set(starts.values())
    assert report(drafted)["slates"] == []
    assert report(drafted)["metrics"]["jump_cuts"] == 0


def test_a_graphic_never_covers_the_face_and_the_face_stands_in_its_third(drafted: Path) -> None:
    detector = BlazeFace(0.6)
    middles: defaultdict[str, list[float]] = defaultdict(list)
    for shown in frames(drafted, step=3):
        if shown.beside is None:
            continue
        [face, *_] = detector.faces(shown.picture)
        found = Box(round(face.x), round(face.y), round(face.width), round(face.height))
        assert there(shown.beside).common(found) is None, shown.number
        width = shown.picture.shape[1]
        middle = (face.x + face.width / 2) / width
        middles[shown.beside.name].append(1 - middle if shown.side == "right" else middle)
    assert set(middles) == {"pulse", "list", "bars"}
    for name, found in middles.items():
        assert 0.28 <= median(found) <= 0.33, (name, median(found))
        assert sum(0.26 <= one <= 0.35 for one in found) >= 0.95 * len(found), (name, min(found), max(found))


def test_nothing_of_a_graphic_is_outside_the_safe_area(drafted: Path) -> None:
    edit = timeline(drafted)
    beside = [one for one in edit.overlays if one.place == "beside"]
    for one in beside:
        for travel in (one.enter.travel, one.leave.travel):
            assert there(one).shifted(travel.x, travel.y).within(FREE), one.name
        assert there(one).within(FREE)
    # and on the film: the bars' ground is seen where it should be, and not a pixel further
    bars = next(one for one in beside if one.name == "bars")
    middle = (bars.at.start + bars.at.stop) // 2
    shown = next(one for one in frames(drafted, step=1) if one.number == middle)
    near = np.abs(shown.picture.astype(int) - (64, 32, 16)).max(axis=2) <= 12
    columns = np.flatnonzero(near[bars.box.y + 10])
    assert abs(columns.min() - bars.box.x) <= 2
    assert abs(columns.max() + 1 - bars.box.right) <= 2
    assert Fraction(int(columns.max()) + 1, edit.size.width) <= Fraction(95, 100)
