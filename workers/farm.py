"""The crew on the farm: every piece looked up by its key; what is missing is asked for, and the draft waits for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.draft import Draft, Plan
from pipeline.errors import PipelineError
from pipeline.footage import Rush
from pipeline.presets import Style
from pipeline.segments import Segment
from pipeline.speech import Speech
from pipeline.values import Key
from storage.catalogue.engine import Catalogue
from storage.catalogue.farming import LOST, SUPERSEDED, rendered_for
from storage.catalogue.jobs import OVER, Job, Work, ask_job, retry_job
from storage.catalogue.outputs import forget_folder, outputs, used
from storage.catalogue.terms import DraftId, JobId, VideoId
from workers.crew import PieceCrew, Tools
from workers.home import Home
from workers.orders import TASKS, order
from workers.pieces import Making, Rendering
from workers.progress import silent
from workers.workshop import Workshop

T = TypeVar("T")

JOIN = "join"
"""The job that joins a draft: what is left once every piece is there."""

AGAIN = frozenset({SUPERSEDED, LOST})
"""Causes of cancelled jobs that nobody decided: they are simply asked for again."""


class Waiting(Exception):
    """A draft cannot go on before these jobs are over."""

    def __init__(self, jobs: Sequence[JobId]) -> None:
        super().__init__(f"waits for {len(jobs)} jobs")
        self.jobs = tuple(jobs)


class PieceFailed(PipelineError):
    """A piece of the draft could not be made, or somebody cancelled it."""

    code = "piece-failed"

    def __init__(self, job: Job) -> None:
        super().__init__(job.cause, todo="mend what it says, then: rushes retry")
        self.job = job


@dataclass(frozen=True, slots=True)
class Asking:
    """For which draft a crew asks, and how the farm is told of jobs that were asked for."""

    catalogue: Catalogue
    video: VideoId
    draft: DraftId
    send: Callable[[Sequence[Job]], None]


class FarmCrew(PieceCrew):
    """Makes a draft of pieces that others make. `joins`: it may join the draft itself, once every piece is there."""

    def __init__(self, home: Home, shop: Workshop, tools: Tools, style: Style, asking: Asking, *, joins: bool) -> None:
        super().__init__(home, shop, tools, silent)
        self._style = style
        self._asking = asking
        self._joins = joins
        self._asked: dict[JobId, None] = {}

    def listen(self, rushes: tuple[Rush, ...], language: str) -> tuple[Speech, ...]:
        """Words and pauses of each rush; it is watched meanwhile."""
        self._found(self._watchings(rushes, self._style.seeing))
        return super().listen(rushes, language)

    def render(self, pieces: tuple[Segment, ...]) -> tuple[Key, ...]:
        """Asks for each segment that nobody has rendered, the longest first; the sound is mixed meanwhile."""
        self._found(self._renderings(pieces))
        return tuple(piece.key for piece in pieces)

    def join(self, plan: Plan, pictures: tuple[Key, ...]) -> Draft:
        """The draft, joined by whoever has the job of joining it.

        Raises:
            Waiting: something is still to be made.
        """
        mixing = self._mixing(plan)
        [mixed] = self._made("sound", "frames", [(mixing, plan.timeline.frames)])
        if not self._joins:
            work = Work(f"{JOIN}/{self._asking.draft}", JOIN, "light", self._asking.video, self._asking.draft, total=1)
            self._ask([work])
            raise Waiting(tuple(self._asked))
        return self._joined(plan, pictures, mixing, mixed)

    def _made(self, phase: str, unit: str, makings: Sequence[tuple[Making[T], int]]) -> list[T]:
        """The value of each piece, once all are there.

        Raises:
            Waiting: they are not.
        """
        del unit
        with self.times.phase(phase):
            found = self._found(makings)
        if self._asked:
            raise Waiting(tuple(self._asked))
        return [value for value in found if value is not None]

    def _found(self, makings: Sequence[tuple[Making[T], int]]) -> list[T | None]:
        """The value of each piece that is there; all others are asked for."""
        if not makings:
            return []
        kind = makings[0][0].kind
        with self._asking.catalogue.reading() as tx:
            known = outputs(tx, kind, [making.key for making, _ in makings])
        found = [self._value(making) if making.key in known else None for making, _ in makings]
        pairs = zip(makings, found, strict=True)
        lost = [making.name for (making, _), value in pairs if making.key in known and value is None]
        there = [one.object_name for rows in known.values() for one in rows]
        with self._asking.catalogue.writing() as tx:
            used(tx, there)
            for name in lost:
                forget_folder(tx, name)
        self._ask([self._work(*pair) for pair, value in zip(makings, found, strict=True) if value is None])
        return found

    def _value(self, making: Making[T]) -> T | None:
        """The value of what the catalogue has; that of a segment is only that it is there."""
        return making.gives(1) if isinstance(making, Rendering) else making.found()

    def _work(self, making: Making[T], units: int) -> Work:
        task, queue = TASKS[type(making)]
        return Work(
            key=f"{making.kind}/{making.key}",
            kind=task,
            queue=queue,
            video=self._asking.video,
            draft=self._asking.draft,
            details=order(making, self.tools),
            priority=units if isinstance(making, Rendering) else 0,
            total=units,
        )

    def _ask(self, wanted: Sequence[Work]) -> None:
        """Asks for work, each piece once whoever asks.

        Raises:
            PieceFailed: one failed before, or somebody cancelled it.
        """
        if not wanted:
            return
        fresh: list[Job] = []
        with self._asking.catalogue.writing() as tx:
            for work in wanted:
                job, new = ask_job(tx, work)
                if job.state == "failed" or (job.state == "cancelled" and job.cause not in AGAIN):
                    raise PieceFailed(job)
                if job.state in OVER:
                    new = retry_job(tx, job.id, work)
                self._asked[job.id] = None
                fresh += [job] if new else []
        self._asking.send(fresh)

    def _fates(self, pieces: Sequence[Segment]) -> dict[str, int]:
        """How many segments there are, how many were rendered for this draft, how many were there (or repeat)."""
        with self._asking.catalogue.reading() as tx:
            rendered = rendered_for(tx, self._asking.draft, "render")
        return {"total": len(pieces), "rendered": rendered, "reused": len(pieces) - rendered}
