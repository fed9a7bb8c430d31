"""A video as its page and the API tell it: line by line, what is there, what is cast, what it waits for."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.choose import shot_list
from pipeline.inserting import framed
from pipeline.lined_script import LinedLine, lined_now
from pipeline.page import called
from pipeline.script import Cue, Line, LineId, Script
from storage.catalogue.assets import Version, versions_cast
from storage.catalogue.casting import CAST, Cast, resolved
from storage.catalogue.courses import Course, Video, course, video
from storage.catalogue.drafts import UNDER_WAY, Drafted, drafts, last_report, watchable
from storage.catalogue.engine import Transaction
from storage.catalogue.filming import TakeOf, takes
from storage.catalogue.jobs import Job
from storage.catalogue.proposals import Proposal, proposals
from storage.catalogue.rendering import fresh
from storage.catalogue.revisions import Saved, saved
from storage.catalogue.scripts import revision
from storage.catalogue.steering import jobs_of
from storage.catalogue.terms import VideoId
from storage.catalogue.waiting import Waits, blockers
from web.desk import Desk, Language
from web.film import Film, film


@dataclass(frozen=True, slots=True)
class Slot:
    """A cue of a line; `cast` is what it uses, None for cues that need no file. `versions` can be chosen."""

    cue: Cue
    cast: Cast | None
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line as it stands: its drawing, the takes of the shot it opens, its cues, what it waits for.

    `framing`: the one that the script names from the line on, empty where it names none.
    """

    id: LineId
    lined: LinedLine
    shot: str
    takes: tuple[TakeOf, ...]
    framing: str
    slots: tuple[Slot, ...]
    waits: tuple[Waits, ...]
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class SceneNow:
    """A scene as it stands. `lanes`: of its margin."""

    title: str
    lanes: int
    lines: tuple[LineNow, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that a video's page says. `jobs` are those of the last draft; `waits` belong to no line."""

    video: Video
    course: Course
    revision: Saved | None
    language: str
    scenes: tuple[SceneNow, ...]
    waits: tuple[Waits, ...]
    drafts: tuple[Drafted, ...]
    jobs: tuple[Job, ...]
    report: Mapping[str, Any]
    film: Film | None

    @property
    def last(self) -> Drafted | None:
        """The draft that was asked for last."""
        return self.drafts[-1] if self.drafts else None

    @property
    def shown(self) -> Drafted | None:
        """The last draft that can be watched."""
        return watchable(self.drafts)

    @property
    def under_way(self) -> bool:
        """Whether the last draft is being made."""
        return self.last is not None and self.last.state in UNDER_WAY

    @property
    def progress(self) -> tuple[int, int]:
        """How much of the last draft's work is done, of how much; pieces of work that run count by their share."""
        share = sum(one.done / one.work.total for one in self.jobs if one.state == "running" and one.work.total)
        done = sum(one.state == "done" for one in self.jobs)
        return round(100 * (done + share)), 100 * len(self.jobs)


def standing(tx: Transaction, desk: Desk, video_id: VideoId, language: Language) -> Standing:
    """A video as it stands, in a constant number of queries; the marks of its report in a language.

    Raises:
        NotFound: there is no such video.
    """
    of = video(tx, video_id)
    of_course = course(tx, of.course)
    versions = saved(tx, video_id)
    script = revision(tx, video_id, desk.framings).script if versions else None
    report, waits, known = last_report(tx, video_id), blockers(tx, video_id), drafts(tx, video_id)
    report = called(report, desk.words[language]) if "overlays" in report else report
    jobs = jobs_of(tx, known[-1].id) if known else ()
    scenes = () if script is None else _scenes(tx, video_id, script, report, waits)
    placed = {line.id for scene in scenes for line in scene.lines}
    return Standing(
        video=of,
        course=of_course,
        revision=versions[0] if versions else None,
        language=script.language if script is not None else "",
        scenes=scenes,
        waits=tuple(one for one in waits if one.line not in placed),
        drafts=known,
        jobs=jobs,
        report=report,
        film=film(report, f"/videos/{of_course.code}/{of.code}/drafts/{report.get('draft')}", fresh(tx, video_id)),
    )


def _scenes(
    tx: Transaction, video_id: VideoId, script: Script, report: Mapping[str, Any], waits: tuple[Waits, ...]
) -> tuple[SceneNow, ...]:
    opened = {shot.lines[0]: shot.id for shot in shot_list(script) if shot.lines}
    filmed: dict[str, list[TakeOf]] = defaultdict(list)
    for take in takes(tx, video_id):
        filmed[take.shot].append(take)
    sent: dict[Any, list[Version]] = defaultdict(list)
    for one in versions_cast(tx, video_id):
        sent[one.asset].append(one)
    cast = {(one.line, one.cue, one.reference): one for one in resolved(tx, video_id)}
    proposed: dict[LineId, list[Proposal]] = defaultdict(list)
    for one in proposals(tx, video_id):
        proposed[one.suggestion.line].append(one)
    waiting: dict[LineId | None, list[Waits]] = defaultdict(list)
    for one in waits:
        waiting[one.line].append(one)

    def slot(line: LineId, cue: Cue) -> Slot:
        kind = CAST.get(cue.name)
        found = cast.get((line, kind, cue.asset)) if kind is not None else None
        return Slot(cue, found, tuple(sent[found.asset]) if found is not None and found.asset is not None else ())

    def now(line: Line, drawn: LinedLine) -> LineNow:
        shot, cue = opened.get(line.id, ""), framed(line)
        return LineNow(
            id=line.id,
            lined=drawn,
            shot=shot,
            takes=tuple(filmed[shot]) if shot else (),
            framing=cue.reference if cue is not None else "",
            slots=tuple(slot(line.id, one) for one in line.cues),
            waits=tuple(waiting[line.id]),
            proposals=tuple(proposed[line.id]),
        )

    return tuple(
        SceneNow(
            scene.title,
            drawn.lanes,
            tuple(now(line, one) for line, one in zip(scene.lines, drawn.lines, strict=True)),
        )
        for scene, drawn in zip(script.scenes, lined_now(script, report), strict=True)
    )
