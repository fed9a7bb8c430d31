"""A small studio in the catalogue: a course with its people, a video with a script, and what tests do to them."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from typing import Any

from pipeline.media import shelf
from pipeline.reading import read
from pipeline.segments import pieces
from pipeline.values import Key, digest
from storage.catalogue.assets import Version, Wanted, add_asset, add_version
from storage.catalogue.casting import resolved
from storage.catalogue.courses import Course, add_chapter, add_course, add_part, add_video
from storage.catalogue.drafts import Drafted, Rendered, ask_draft, draft, keep_draft
from storage.catalogue.engine import Catalogue
from storage.catalogue.files import Declared, expect_file, file_arrived, file_ready
from storage.catalogue.people import add_person, give_role
from storage.catalogue.scripts import Revision, revision, save_revision
from storage.catalogue.terms import AssetId, CourseId, MediaId, PersonId, Role, VideoId
from tests.unit.lessons import lesson

_numbers = count(1)


@dataclass
class Studio:
    """A course (`C1`) with one video `V1`, and a person in each role."""

    catalogue: Catalogue
    code: str = "C1"
    course: CourseId = field(init=False)
    chapter: Any = field(init=False)
    video: VideoId = field(init=False)
    people: dict[Role, PersonId] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.catalogue.writing() as tx:
            self.course = add_course(tx, Course(self.code, "La donnée"))
            self.chapter = add_chapter(tx, add_part(tx, self.course, "Partie 1"), "Chapitre 1")
            self.video = add_video(tx, self.chapter, "V1", "Collecter")
            for role in ("director", "writer", "motion", "reviewer"):
                at = "example.org" if self.code == "C1" else f"{self.code.lower()}.example.org"
                self.people[role] = add_person(tx, role.title(), f"{role}@{at}")
                give_role(tx, self.people[role], self.course, role)

    def another_video(self) -> VideoId:
        with self.catalogue.writing() as tx:
            return add_video(tx, self.chapter, f"W{next(_numbers)}", "Une autre")

    def write(self, *paragraphs: str, video: VideoId | None = None) -> Revision:
        """The next revision of the script."""
        with self.catalogue.writing(self.people["writer"]) as tx:
            return save_revision(tx, video or self.video, read("\n\n".join(paragraphs), shelf.framings()))

    def asset(self, name: str, owner: bool = True) -> AssetId:
        with self.catalogue.writing() as tx:
            return add_asset(tx, self.course, Wanted(name, "motion", self.people["motion"] if owner else None))

    def ready_file(self, text: str = "") -> MediaId:
        """A file that was sent and read whole; other text, other bytes."""
        data = (text or f"file {next(_numbers)}").encode()
        with self.catalogue.writing() as tx:
            media = expect_file(tx, Declared("a.mov", len(data))).id
            file_arrived(tx, media, len(data))
            file_ready(tx, media, sha256(data).hexdigest())
        return media

    def send(self, asset: AssetId, text: str = "") -> Version:
        """The next version of an asset, ready."""
        media = self.ready_file(text)
        with self.catalogue.writing(self.people["motion"]) as tx:
            return add_version(tx, asset, media)

    def draft(self, video: VideoId | None = None, takes: list[int | None] | None = None) -> Drafted:
        """A draft of the last script, with what is cast now; every segment keyed by what it shows."""
        of = video or self.video
        with self.catalogue.writing() as tx:
            script = revision(tx, of, shelf.framings()).script
            made = rendered(script.source, [(cast.reference, cast.sha256) for cast in resolved(tx, of)], takes)
            names = dict(zip((line.id for line in made[1].lines), (line.id for line in script.lines), strict=True))
            asked = ask_draft(tx, of, "test")
            keep_draft(tx, asked.id, renamed(made[0], names))
            return draft(tx, asked.id)


def rendered(
    source: str, assets: list[tuple[str, str | None]], takes: list[int | None] | None = None
) -> tuple[Rendered, Any]:
    """A draft of a script as the pipeline would decide it, with the script as read."""
    case = lesson(source, takes)
    timeline = case.timeline()
    pins = tuple(sha for _, sha in assets)
    keys = tuple(Key(digest({"clip": str(clip), "assets": pins})) for clip in pieces(timeline).clips)
    manifest = {
        "script": {"id": "t", "digest": digest(source)},
        "style": {"name": "course", "digest": digest("course")},
        "rushes": [{"name": rush.name, "digest": rush.digest, "conformed": rush.key} for rush in case.footage.rushes],
        "assets": [{"reference": name, "name": name, "digest": sha, "normal": sha} for name, sha in assets if sha],
        "segments": list(keys),
    }
    return Rendered(manifest, timeline, keys, {"draft": 1}), case.script


def renamed(made: Rendered, names: dict[Any, Any]) -> Rendered:
    """The draft with the ids that its lines have in the catalogue."""
    clips = tuple(
        replace(
            clip,
            line=names.get(clip.line, clip.line),
            words=tuple(replace(word, line=names.get(word.line, word.line)) for word in clip.words),
        )
        for clip in made.timeline.clips
    )
    slates = tuple(replace(slate, line=names.get(slate.line, slate.line)) for slate in made.timeline.slates)
    return replace(made, timeline=replace(made.timeline, clips=clips, slates=slates))
