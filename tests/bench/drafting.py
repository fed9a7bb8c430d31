"""Drafts made as people make them, by the `rushes` command, and what was decided for them."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import draft as path_of_a_draft
from pipeline.draft import Plan
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg, found
from pipeline.segments import Segment
from storage.folder_store import FolderStore
from storage.keys import Kind
from tests.bench.spent import Spent, command
from workers.crew import Tools
from workers.folder import VideoFolder
from workers.home import FolderHome
from workers.local import LocalCrew
from workers.pieces import Rendering
from workers.progress import silent
from workers.revisions import revision
from workers.workshop import Workshop

NO_MODEL = {"RUSHES_SPEECH_MODEL": "none", "RUSHES_WORKERS": "1"}
"""Goals are for what is there without the speech model; one worker, for ffmpeg has both cores."""


def ffmpeg() -> Ffmpeg:
    """The ffmpeg that drafts use."""
    return found(os.environ.get("RUSHES_FFMPEG"))


def drafted(folder: Path) -> Spent:
    """What the next draft of that folder takes, from the command's first moment to its last."""
    return command([sys.executable, "-m", "studio.cli", "draft", str(folder), "--progress", "none"], **NO_MODEL)


def started() -> Spent:
    """What the command takes to start and say its version."""
    return command([sys.executable, "-m", "studio.cli", "--version"], **NO_MODEL)


def forget(folder: Path, *kinds: Kind) -> None:
    """Removes all that was made of those kinds."""
    for kind in kinds:
        shutil.rmtree(folder / ".rushes" / "derived" / kind, ignore_errors=True)


@contextmanager
def crew(folder: Path) -> Iterator[LocalCrew]:
    """A crew for that folder, its work unseen."""
    place = VideoFolder(folder)
    with LocalCrew(FolderHome(place), shop_in(folder), Tools(ffmpeg(), None, 1), silent) as one:
        yield one


def shop_in(folder: Path) -> Workshop:
    """Where pieces of that folder's drafts are made."""
    store = FolderStore(VideoFolder(folder).hidden)
    return Workshop(store, store)


def planned(folder: Path) -> Plan:
    """All that is decided for the folder's next draft; what it needs was made before."""
    with crew(folder) as one:
        script = revision(VideoFolder(folder), shelf.framings())
        return path_of_a_draft.plan(script, shelf.style(script.style or "course"), one)


def rendering(shop: Workshop, piece: Segment) -> Rendering:
    """The piece of work that renders a segment."""
    return Rendering(shop, piece.key, piece, ffmpeg())
