"""Media and drafts that several tests of the command look at; made once."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.media.ffmpeg import Ffmpeg
from tests.media.making import made
from tests.stack.running import LESSON, Ended, measured, rushes, video

SAID = "Bonjour ! Dans ce chapitre, nous allons suivre une donnée, étape par étape, depuis un satellite"
FIRST_LINE = f"{SAID} jusqu'à un tableau de bord."


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


@dataclass(frozen=True)
class Lesson:
    """The sample lesson drafted: what was said before anything was rendered, and while it was; peaks in megabytes."""

    folder: Path
    explained: Ended
    unrendered: frozenset[str]
    drafted: Ended
    peaks: dict[str, int]

    @property
    def draft(self) -> Path:
        """The folder of its first draft."""
        return self.folder / "drafts" / "001"


@pytest.fixture(scope="session")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    """The sample lesson drafted with the speech model, in three steps. Not to be changed.

    The speech model is in memory in the second step alone.
    """
    place = tmp_path_factory.mktemp("lesson")
    folder = place / "lesson"
    shutil.copytree(LESSON, folder)
    seen, first = measured(place / "peak", "explain", folder)
    assert seen.status == 0, seen.err
    explained = rushes("explain", folder, "--json", RUSHES_SPEECH_MODEL="")
    assert explained.status == 0, explained.err
    unrendered = frozenset(path.name for path in (folder / ".rushes" / "derived").iterdir())
    drafted, last = measured(place / "peak", "draft", folder, "--progress", "jsonl", RUSHES_SPEECH_MODEL="")
    assert drafted.status == 0, drafted.err
    return Lesson(folder, explained, unrendered, drafted, {"looked at": first, "rendered": last})
