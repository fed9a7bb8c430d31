"""What ingest costs: one decode, every byte written once, little memory whatever the size."""

import logging
import resource
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import File
from storage.objects import ObjectStore, listed
from tests.media.making import made, tone
from tests.stack.databases import Databases
from tests.stack.ingesting import Studio
from tests.stack.storing import peak
from workers.object_server import ObjectServer

MEMORY = 512 << 20
WRITTEN = 1.1
"""Of the sum of what comes out: issue 3."""

SIZES = [256 << 20, pytest.param(6 << 30, marks=pytest.mark.soak)]


@dataclass(frozen=True)
class Cost:
    """Bytes written to disk, by this process and ffmpeg; the most memory of each; the ffmpeg commands."""

    file: File
    written: int
    memory: int
    ffmpeg_memory: int
    commands: tuple[str, ...]


def _written() -> int:
    """Bytes given to write(2), children that ended included (proc(5)); sockets do not count."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["wchar"])


def _measured(out: "Queue[Cost]", store: ObjectStore, url: str, work: Path, ffmpeg: Ffmpeg, path: Path) -> None:
    commands: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            commands.append(record.getMessage())

    log = logging.getLogger("pipeline.media.ffmpeg")
    log.setLevel(logging.DEBUG)
    log.addHandler(Kept())
    catalogue = Catalogue(url)
    studio = Studio(catalogue, store, work, ffmpeg)
    before = _written()
    file = studio.added(path)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    out.put(Cost(file, _written() - before, peak("self"), children, tuple(commands)))
    catalogue.close()


@pytest.fixture
def cost(seaweedfs: ObjectServer, databases: Databases, tmp_path: Path, ffmpeg: Ffmpeg) -> Callable[[Path], Cost]:
    """What it costs to add a file to a studio, in a process of its own."""

    def measured(path: Path) -> Cost:
        context = get_context("spawn")
        out: Queue[Cost] = context.Queue()
        with databases.migrated("postgresql") as url:
            given = (out, seaweedfs.store, url, tmp_path / "work", ffmpeg, path)
            process = context.Process(target=_measured, args=given)
            process.start()
            found = out.get(timeout=1800)
            process.join()
        return found

    return measured


def test_a_4k_rush_is_decoded_once_and_every_byte_written_once(
    cost: Callable[[Path], Cost], seaweedfs: ObjectServer, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    grainy = ("-f", "lavfi", "-i", "testsrc2=size=3840x2160:rate=25:duration=1,noise=alls=8:allf=t")
    path = made(ffmpeg, tmp_path / "4k.mp4", *grainy, *tone(1), "-preset", "ultrafast", "-shortest")
    before = {row.key for row in listed(seaweedfs.store, "")}
    found = cost(path)
    assert found.file.state == "ready", found.file.cause
    assert found.file.media is not None
    assert found.file.media.upright is not None
    assert found.file.media.upright.height == 2160
    assert sum(f"-i {path}" in command for command in found.commands) == 1
    rows = [row for row in listed(seaweedfs.store, "") if row.key not in before]
    originals = [row.size for row in rows if row.key.startswith("originals/")]
    derived = sum(row.size for row in rows if row.key.startswith("derived/"))
    assert originals == [path.stat().st_size]
    assert derived < found.written < WRITTEN * derived
    assert found.memory < MEMORY
    assert found.ffmpeg_memory < MEMORY


@pytest.mark.parametrize("size", SIZES, ids=["256M", "6G"])
def test_memory_does_not_grow_with_the_file(cost: Callable[[Path], Cost], tmp_path: Path, size: int) -> None:
    path = tmp_path / "sparse.mov"
    with path.open("wb") as file:
        file.truncate(size)
    found = cost(path)
    assert (found.file.size, found.file.state) == (size, "failed")  # zeros are no film; the original is safe
    assert found.written < 16 << 20
    assert found.memory < MEMORY
