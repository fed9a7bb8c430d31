"""What adding cards, folders and files to a video comes to: seen before anything is sent, then done, file by file."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from pipeline.arrivals import Arrival, Passed, arrivals
from pipeline.errors import WrongHash
from pipeline.media.glance import glanced
from pipeline.mhl import BadManifest, Wanted
from pipeline.naming import Filmed, Match, matched
from pipeline.pairing import Paired, Timed, Way, groups, paired
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import File, file
from storage.catalogue.filming import Filed
from storage.catalogue.finding import Kept
from storage.catalogue.jobs import job_of
from storage.catalogue.terms import VideoId
from storage.catalogue.uploads import LOOKING
from workers.beside import Sidecar, sidecars
from workers.handing import Desk, Handed
from workers.histories import Histories
from workers.ingest import Ingest
from workers.listing import listing
from workers.progress import Listener, Step

LOOK = 0.5
"""Seconds between two looks at what the farm does."""

ELSEWHERE = frozenset({"other-video", "two-videos"})
"""What a name says when a file may belong to another video: it is not taken."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A file that would be added: what its name says, what its manifest wants, whom it belongs with.

    `refused` says why its manifest cannot be trusted; `group` and `way`: see `pipeline.pairing`.
    """

    arrival: Arrival
    match: Match
    wanted: Wanted | None = None
    refused: str = ""
    group: str = ""
    way: Way | None = None

    @property
    def left(self) -> bool:
        """True when it is not taken: its manifest is damaged, or its name speaks of another video."""
        return bool(self.refused) or self.match.why in ELSEWHERE


@dataclass(frozen=True, slots=True)
class Preview:
    """All that adding would do. `missing` are files that a card's manifest lists and that are not there.

    `beside` are files that go with the clips and their cards; those are not `passed`.
    """

    video: str
    files: tuple[Coming, ...]
    passed: tuple[Passed, ...]
    missing: tuple[str, ...] = ()
    beside: tuple[Sidecar, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of the files that would be sent."""
        return sum(one.arrival.size for one in self.files if not one.left)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file: as the catalogue has it, where it was already; or why it was left."""

    coming: Coming
    file: File | None = None
    already: tuple[Kept, ...] = ()

    @property
    def well(self) -> bool:
        """True when it is ready, now or from before."""
        return self.file is not None and self.file.state == "ready"


def preview(paths: Sequence[Path], video: Filmed, others: Sequence[Filmed] = (), *, here: bool = False) -> Preview:
    """What adding those paths to a video would do; nothing is read but names, headers and manifests.

    `others` are videos that a name may speak of instead; with `here`, it does not matter whether it does.

    Raises:
        NotFound: a path leads nowhere.
        StorageUnavailable: a folder or a manifest cannot be read.
    """
    found = arrivals(listing(paths))
    histories = Histories()
    coming = [_coming(one, video, () if here else others, histories) for one in found.files]
    pairs = _paired(coming)
    group = groups(pairs)
    way = {pair.path: pair.way for pair in pairs}
    files = tuple(replace(one, group=group.get(one.arrival.path, ""), way=way.get(one.arrival.path)) for one in coming)
    missing = tuple(f"{history.root.name}/{name}" for history in histories.read() for name in history.missing())
    beside = sidecars([one.arrival for one in files if not one.left], found.passed, histories)
    kept = {path.as_posix() for one in beside for path in (Path(one.path), Path(one.path).parent)}
    passed = tuple(one for one in found.passed if one.path not in kept)
    return Preview(video.video, files, passed, missing, beside)


def _coming(arrival: Arrival, video: Filmed, others: Sequence[Filmed], histories: Histories) -> Coming:
    name = "/".join(filter(None, (arrival.card, arrival.name)))
    match = matched(name, (video, *others), video.video)
    try:
        return Coming(arrival, match, histories.wanted(Path(arrival.path)))
    except BadManifest as error:
        return Coming(arrival, match, refused=str(error))


def _paired(coming: Sequence[Coming]) -> tuple[Paired, ...]:
    sounds = [one for one in coming if one.arrival.kind == "recorder"]
    if not sounds:
        return ()
    films = [one for one in coming if one.arrival.kind == "camera"]
    return paired([_timed(one) for one in films], [_timed(one) for one in sounds])


def _timed(one: Coming) -> Timed:
    path = Path(one.arrival.path)
    glance = glanced(path)
    written = Fraction(path.stat().st_mtime_ns, 10**9)
    lasts, begins = (glance.lasts, glance.begins) if glance is not None else (Fraction(0), None)
    return Timed(one.arrival.path, lasts, begins, written, one.match.shot, one.match.take)


def add(coming: Sequence[Coming], video: VideoId, desk: Desk, ingest: Ingest, rate: Fraction | None) -> Iterator[Added]:
    """Each file added, one after the other; one that is refused or left does not hold up the next.

    Raises:
        StorageUnavailable: the store or the catalogue is away; what was done is kept, the rest waits.
    """
    for one in coming:
        if one.left:
            yield Added(one)
            continue
        path = Path(one.arrival.path)
        filed = Filed(
            one.arrival.name,
            one.arrival.card,
            one.arrival.kind,
            one.match.shot or "",
            recorder_group=one.group or None,
        )
        try:
            asked = desk.handed(video, Handed(path, filed, one.wanted, rate))
        except WrongHash as error:
            yield Added(replace(one, refused=str(error)))
            continue
        file = asked.file if asked.job is None else ingest.done(asked.job, path)
        yield Added(one, file, asked.already)


def looked_at(added: Sequence[Added], catalogue: Catalogue, listener: Listener) -> list[Added]:
    """The files once the farm has looked at them, ready or not; `listener` is told how far it is."""
    while True:
        with catalogue.reading() as tx:
            now = [one if one.file is None else replace(one, file=file(tx, one.file.id)) for one in added]
            jobs = [job_of(tx, f"{LOOKING}:{one.file.id}") for one in now if one.file is not None]
        done = sum(job.done for job in jobs if job is not None)
        total = sum(job.work.total for job in jobs if job is not None)
        over = not any(one.file is not None and one.file.state == "processing" for one in now)
        if total:
            listener(Step("conform", min(done, total), total, "frames", finished=over))
        if over:
            return now
        time.sleep(LOOK)
