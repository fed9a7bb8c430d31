"""The farm of a studio whose app is served: what workers would do, done here when a test says so."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.copies import COPY_KINDS
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg
from storage.catalogue.briefs import BRIEFING
from storage.catalogue.jobs import Job
from storage.catalogue.terms import DraftId
from storage.catalogue.uploads import LOOKING
from storage.folder_store import FolderStore
from tests.web.serving import Served
from workers.crew import Tools
from workers.farm import JOIN
from workers.places import Studio
from workers.station import Station


@dataclass
class Told:
    """What the farm was told, in order."""

    things: list[Job | DraftId] = field(default_factory=list)

    def jobs(self, jobs: Sequence[Job]) -> bool:
        self.things += jobs
        return True

    def advance(self, draft: DraftId) -> bool:
        self.things.append(draft)
        return True

    def depth(self, queue: str) -> int:
        return 0


class Farm:
    """A station in this process, over the store and catalogue of an app; it waits for no quiet moment."""

    def __init__(self, site: Served, ffmpeg: Ffmpeg, folder: Path) -> None:
        self._told = Told()
        numbers = replace(shelf.farm(), quiet_seconds=0, longest_wait_seconds=0, resend_seconds=0, lease_seconds=0)
        studio = Studio(site.catalogue, site.desk.store, FolderStore(folder / "work"))
        self.station = Station(studio, Tools(ffmpeg, None, 1), "here", self._told, numbers)

    def work(self) -> int:
        """Does all there is to do; how many things that were."""
        done = 0
        while True:
            self.station.sweep()
            if not self._told.things:
                return done
            while self._told.things:
                self._do(self._told.things.pop(0))
                done += 1

    def _do(self, thing: Job | DraftId) -> None:
        if not isinstance(thing, Job):
            self.station.advance(thing)
            return
        station, kind = self.station, thing.work.kind
        tasks = {JOIN: station.join, BRIEFING: station.brief, LOOKING: station.ingest}
        tasks |= dict.fromkeys(COPY_KINDS, station.copy)
        tasks.get(kind, station.make)(thing.id)
