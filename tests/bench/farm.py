"""A farm of real servers and workers: what a second worker gains, what is read, what a worker costs besides ffmpeg."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import av
from sqlalchemy import select

from pipeline.about import ABOUT
from pipeline.commands.conform import MEZZANINE
from pipeline.segments import Segment, Source
from pipeline.spans import Span
from pipeline.values import from_json
from storage.catalogue.outputs import every_output, forget_folder
from storage.catalogue.tables.farm import JobRow
from storage.claims import FolderClaims
from storage.folder_store import FolderStore
from storage.keys import derived
from storage.s3_store import S3Store
from tests.bench import drafting
from tests.bench.cold import Lesson
from tests.bench.figures import Figure
from tests.bench.spent import descendants
from tests.stack.farmed import Farmed, farmed
from tests.stack.proxy import CutWire
from tests.stack.running import LESSON
from workers.app import Messages, farm_app
from workers.object_server import ObjectServer
from workers.redis_server import RedisServer, redis_program
from workers.workshop import Workshop

WARM, STEADY, SHORT = 20, 200, 3
"""Segments made before memory is looked at first, and from then on; frames of each."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """A draft on the farm: the wall of its rendering, the digests of its segments, what it was from asking to done."""

    wall: float
    bytes: dict[str, str]
    whole: float
    rendered: int


def measures(lesson: Lesson) -> list[Figure]:
    """The rows of a farm, with the sample lesson at full size."""
    with _farm(lesson.place / "farm") as (farm, server):
        farm.worker("light", "light", sweep=True)
        farm.worker("one", "ingest,render", core=0)
        _drafted(farm)  # everything but segments is there from now on
        _forget(farm)
        with _cpu_of(farm, "one") as spent:
            single = _drafted(farm)
        _forget(farm)
        farm.worker("two", "ingest,render", core=1)
        time.sleep(6)
        both = _drafted(farm)
        assert both.bytes == single.bytes, "the same keys gave other bytes in another worker"
        again = _drafted(farm)
        read, payload, grown = _read(farm, server)
        peak = max(_peak(pid) for name in ("one", "two") for pid in descendants(farm.workers[name].pid)[1:])
    own, children = spent
    return [
        Figure(
            "two workers against one, each held to one core: wall of rendering",
            both.wall / single.wall,
            0.60,
            "",
            f"{single.wall:.1f} s and {both.wall:.1f} s, {len(single.bytes)} files of segments, all the same bytes",
        ),
        Figure("our own CPU on top of ffmpeg's, in a worker", 100 * own / children, 3, "%", f"{own:.2f} s"),
        Figure("bytes read for a segment, against its payload", read / payload, 1.4, "", f"{payload / 1e6:.1f} MB"),
        Figure(
            "nothing changed: from asking for a draft until it is done",
            again.whole,
            1,
            "s",
            f"a message told the farm; {again.rendered} segments rendered",
        ),
        Figure("peak memory of a worker's process", peak, 512, "MiB", "without the speech model"),
        Figure(f"what it grows by over {STEADY} segments", grown, None, "MiB", f"from the {WARM}th on"),
    ]


@contextmanager
def _farm(folder: Path) -> Iterator[tuple[Farmed, ObjectServer]]:
    with (
        ObjectServer(folder / "seaweedfs") as server,
        RedisServer(folder / "redis", redis_program(None)) as broker,
        farmed(folder, server.place, f"sqlite:///{folder / 'catalogue.db'}", broker.url) as farm,
    ):
        farm.catalogue.upgrade()
        alone = {**farm.settings, "RUSHES_BROKER_URL": ""}
        farm.told("course", "new", "F", "La donnée")
        farm.told("video", "new", "F/V", "Suivez une donnée")
        farm.told("pause", "F/V")
        farm.write((LESSON / "script.md").read_text("utf-8"))
        for rush in sorted((LESSON / "rushes").iterdir()):
            farm.told_with(alone, "add", "F/V", rush, "--progress", "none")
        for asset in sorted(one for one in (LESSON / "motion").iterdir() if one.name != ABOUT):
            farm.told("asset", "F/V", asset.stem, asset)
        yield farm, server


def _drafted(farm: Farmed) -> Run:
    before = {job.id for job in farm.jobs("render") if job.state == "done"}
    began = time.time()
    asked = farm.ask()
    Messages(farm_app(farm.broker)).advance(asked.id)
    asked = farm.done(asked.number)
    assert asked.done_at is not None
    with farm.catalogue.reading() as tx:
        rows = tx.execute(select(JobRow.started_at, JobRow.ended_at).where(JobRow.kind == "render")).all()
        sums = {one.object_name: one.sha256 for one in every_output(tx, most=10_000) if one.kind == "segment"}
    now = [(one, other) for one, other in rows if one is not None and other is not None and one.timestamp() > began]
    wall = max(other for _, other in now).timestamp() - min(one for one, _ in now).timestamp() if now else 0.0
    assert before or now
    return Run(wall, sums, (asked.done_at - asked.created_at).total_seconds(), len(now))


def _forget(farm: Farmed) -> None:
    """No segment is there any more, in the store or with a worker."""
    with farm.catalogue.writing() as tx:
        names = {derived("segment", one.key) for one in every_output(tx, most=10_000) if one.kind == "segment"}
        for name in names:
            forget_folder(tx, name)
            farm.store.remove(name)
    for cache in farm.folder.glob("cache-*"):
        shutil.rmtree(cache / "work" / "derived" / "segment", ignore_errors=True)
        shutil.rmtree(cache / "work" / "parts" / "derived" / "segment", ignore_errors=True)


@contextmanager
def _cpu_of(farm: Farmed, name: str) -> Iterator[list[float]]:
    """CPU seconds of the pool's process itself and of the programs it ran, in the block."""
    [child] = descendants(farm.workers[name].pid)[1:]
    spent: list[float] = []
    before = _ticks(child)
    yield spent
    spent += [(after - first) / TICKS for first, after in zip(before, _ticks(child), strict=True)]


def _ticks(pid: int) -> tuple[int, int]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, system, children, of_children = (int(one) for one in fields[11:15])
    return own + system, children + of_children


def _peak(pid: int) -> float:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def _read(farm: Farmed, server: ObjectServer) -> tuple[int, int, float]:
    """Bytes that came from the store for every filmed segment, and bytes of the pictures they show; MiB grown by."""
    port = int(server.place.host.rpartition(":")[2])
    pieces = [from_json(Segment, job.work.details["with"]["segment"]) for job in farm.jobs("render")]
    filmed = [piece for piece in pieces if isinstance(piece.base, Source)]
    with CutWire(port) as wire:
        place = replace(server.place, host=f"127.0.0.1:{wire.port}")
        work = FolderStore(farm.folder / "reading")
        shop = Workshop(work, S3Store(place, FolderClaims(farm.folder / "reading-claims")))
        local = {key: shop.file(derived("conformed", key), MEZZANINE) for key in {one.base.key for one in filmed}}
        packets = {key: _packets(path) for key, path in local.items()}
        for path in local.values():
            path.unlink()
        for piece in filmed:
            drafting.rendering(shop, piece).inputs()  # graphics are brought once
        brought = wire.down
        for number, piece in enumerate(filmed):
            out = farm.folder / f"read-{number}"
            out.mkdir()
            drafting.rendering(shop, piece).make(out, lambda _: None)
        read = wire.down - brought
        grown = _grown(shop, filmed[0], farm.folder / "short")
    payload = sum(_payload(packets[piece.base.key], piece.base.span.start, piece.base.span.stop) for piece in filmed)
    return read, payload, grown


def _grown(shop: Workshop, piece: Segment, out: Path) -> float:
    """MiB that this process has more after many short segments than after a few."""
    assert isinstance(piece.base, Source)
    first = 0.0
    for number in range(WARM + STEADY):
        start = piece.base.span.start + number % (piece.base.span.frames - SHORT)
        base = replace(piece.base, span=Span(start, start + SHORT))
        out.mkdir(exist_ok=True)
        drafting.rendering(shop, replace(piece, base=base, frames=SHORT, overlays=())).make(out, lambda _: None)
        first = _resident() if number == WARM - 1 else first
    return _resident() - first


def _resident() -> float:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["RssAnon"].split()[0]) / 1024


def _packets(path: Path) -> list[tuple[bool, int]]:
    """Whether each picture of a mezzanine is a key frame, and its bytes, in order."""
    with av.open(str(path)) as film:
        return [(packet.is_keyframe, packet.size) for packet in film.demux(video=0) if packet.size]


def _payload(packets: list[tuple[bool, int]], start: int, stop: int) -> int:
    """Bytes from the key frame at or before a span to its end."""
    key = max(number for number, (is_key, _) in enumerate(packets[: start + 1]) if is_key)
    return sum(size for _, size in packets[key:stop])
