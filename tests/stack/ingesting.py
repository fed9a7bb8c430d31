"""A catalogue with one video, a store, and the service between them."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.mhl import Wanted
from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import File
from storage.catalogue.filming import Filed, RushFile, rushes
from storage.catalogue.jobs import Job, jobs
from storage.catalogue.terms import VideoId
from storage.folder_store import FolderStore
from storage.objects import ObjectStore
from workers.handing import Asked, Desk, Handed
from workers.ingest import Ingest
from workers.progress import Step

RATE = Fraction(25)


@dataclass
class Studio:
    """One video, and hands that bring it files."""

    catalogue: Catalogue
    store: ObjectStore
    work: Path
    ffmpeg: Ffmpeg

    def __post_init__(self) -> None:
        self.steps: list[Step] = []
        self.work.mkdir()
        with self.catalogue.writing() as tx:
            course = add_course(tx, Course("C1", "La donnée"))
            chapter = add_chapter(tx, add_part(tx, course, "Partie 1"), "Chapitre 1")
            self.video: VideoId = add_video(tx, chapter, "P1C2", "Suivez une donnée")
            self.other: VideoId = add_video(tx, chapter, "P1C3", "La suite")
        self.desk = Desk(self.catalogue, "here", self.steps.append)
        self.ingest = Ingest(self.store, self.catalogue, FolderStore(self.work), self.ffmpeg, "here", self.steps.append)

    def handed(self, path: Path, video: VideoId | None = None, wanted: Wanted | None = None, card: str = "") -> Asked:
        return self.desk.handed(video or self.video, Handed(path, Filed(path.name, card), wanted, RATE))

    def added(self, path: Path, video: VideoId | None = None, wanted: Wanted | None = None, card: str = "") -> File:
        """The file, handed in and gone through with."""
        asked = self.handed(path, video, wanted, card)
        return asked.file if asked.job is None else self.ingest.done(asked.job, path)

    def rushes(self, video: VideoId | None = None) -> tuple[RushFile, ...]:
        with self.catalogue.reading() as tx:
            return rushes(tx, video or self.video)

    def open_jobs(self) -> tuple[Job, ...]:
        with self.catalogue.reading() as tx:
            return jobs(tx, ("queued", "running"))
