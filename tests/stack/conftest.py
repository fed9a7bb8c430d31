"""Media and drafts that several tests of the command look at; made once."""

from pathlib import Path

import pytest

from pipeline.media.ffmpeg import Ffmpeg
from tests.media.making import made
from tests.stack.running import LESSON, rushes, video

SAID = "Bonjour ! Dans ce chapitre, nous allons suivre une donnée, étape par étape, depuis un satellite"
FIRST_LINE = f"{SAID} jusqu’à un tableau de bord."


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Path:
    """A small rush of the first line of the sample lesson: 8 s, 640 x 360, a face and a voice."""
    source = next((LESSON / "rushes").iterdir())
    cut = ("-ss", "1", "-t", "8", "-i", str(source), "-vf", "scale=640:360:flags=area", "-preset", "ultrafast")
    return made(ffmpeg, tmp_path_factory.mktemp("spoken") / "spoken.mp4", *cut, "-c:a", "aac")


@pytest.fixture(scope="session")
def drafted(tmp_path_factory: pytest.TempPathFactory, spoken: Path) -> Path:
    """The draft of that rush, without the speech model. Not to be changed."""
    folder = video(tmp_path_factory.mktemp("drafted") / "v", f"# One\n\n[title Hello]\n\n{FIRST_LINE}\n")
    (folder / "rushes" / "spoken.mp4").hardlink_to(spoken)
    ended = rushes("draft", folder)
    assert ended.status == 0, ended.err
    return folder
