"""A cold draft of a lesson of half a minute filmed in 4K, against one plain ffmpeg command that makes the same edit."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.commands.segment import segment_arguments
from pipeline.draft import Plan
from pipeline.segments import Segment, Source
from tests.bench import drafting, footage, single
from tests.bench.figures import Figure
from tests.bench.quality import LOSSLESS, vmaf
from tests.bench.spent import Clock, Spent, clocked, command
from workers.pieces import Rendering
from workers.pool import Pool, Times, Work
from workers.progress import silent
from workers.workshop import Workshop

VMAF_WITHIN = 1.0
"""Pictures whose VMAF differs by less are as good (goal of the design: equal VMAF ± 1)."""


@dataclass(frozen=True)
class Timed:
    """A segment rendered in a worker; its value is what it took there."""

    piece: Rendering

    def __call__(self, progress: Callable[[int], None]) -> Clock:
        with clocked() as clock:
            self.piece(progress)
        return clock


@dataclass
class Lesson:
    """The lesson that the short measures share: made, drafted and timed once each."""

    place: Path

    @cached_property
    def rush(self) -> Path:
        out = self.place / footage.RUSH
        if not out.exists():
            footage.camera(drafting.ffmpeg(), out)
        return out

    @cached_property
    def folder(self) -> Path:
        return footage.lesson(self.place / "lesson", self.rush)

    @cached_property
    def cold(self) -> Spent:
        """The first draft, from nothing."""
        return drafting.drafted(self.folder)

    @cached_property
    def again(self) -> Spent:
        """The draft with all there but segments and sound."""
        assert self.cold
        drafting.forget(self.folder, "segment", "mix")
        return drafting.drafted(self.folder)

    def phases(self, draft: int) -> dict[str, float]:
        """CPU by phase, as that draft's report tells it."""
        report = json.loads((self.folder / "drafts" / f"{draft:03d}" / "report.json").read_text("utf-8"))
        return {phase: spent["cpu_s"] for phase, spent in report["timing"].items()}

    @cached_property
    def plan(self) -> Plan:
        assert self.again
        return drafting.planned(self.folder)

    @cached_property
    def shop(self) -> Workshop:
        return drafting.shop_in(self.folder)

    @cached_property
    def rendered(self) -> tuple[tuple[Clock, ...], float]:
        """What each segment takes in a worker, and handing them out here; other bytes than before are wrong."""
        before = self.pictures()
        drafting.forget(self.folder, "segment")
        work = [Work(Timed(drafting.rendering(self.shop, piece)), piece.frames) for piece in self.plan.segments]
        with Pool(1, silent, Times()) as pool, clocked() as here:
            clocks = pool.done("render", "frames", work)
        assert self.pictures() == before, "the same keys gave other bytes in another worker"
        return tuple(clocks), here.own

    def pictures(self) -> list[str]:
        """The digests of the rendered segments, in order."""
        places = [self.shop.work.path(drafting.rendering(self.shop, piece).name) for piece in self.plan.segments]
        return [hashlib.sha256((place / "picture.mp4").read_bytes()).hexdigest() for place in places]

    def single(self, out: Path, pieces: tuple[Segment, ...] | None = None, *options: str, **how: object) -> Spent:
        """The reference run on these segments, or on all."""
        pieces = self.plan.segments if pieces is None else pieces
        paths, normals = self.overlays(pieces)
        arguments = single.single(pieces, self.rush, paths, normals, **how)  # type: ignore[arg-type]
        return command([drafting.ffmpeg().path, "-v", "error", "-nostdin", "-y", *arguments, *options, str(out)])

    def overlays(self, pieces: tuple[Segment, ...]) -> tuple[dict, dict]:
        """Paths and normal forms of all that lies over these segments."""
        paths, normals = {}, {}
        for piece in pieces:
            here, known = drafting.rendering(self.shop, piece).inputs()
            paths |= here
            normals |= known
        return paths, normals

    @cached_property
    def reference(self) -> float:
        """CPU of the reference with its sound: the mean of two."""
        sounds = single.spoken(self.plan.timeline.sounds)
        spent = [self.single(self.place / "single.mp4", None, sounds=sounds).cpu for _ in range(2)]
        return sum(spent) / len(spent)

    def straight(self) -> float:
        """CPU of the same segments rendered from the rush itself, which is upright, constant and SDR as it is."""
        total = 0.0
        for piece in self.plan.segments:
            paths, normals = self.overlays((piece,))
            if isinstance(piece.base, Source):
                paths[piece.base.key] = str(self.rush)
            arguments = segment_arguments(piece, paths, normals, str(self.place / "straight.mp4"))
            total += command([drafting.ffmpeg().path, "-v", "error", "-nostdin", "-y", *arguments]).cpu
        return total


def measures(lesson: Lesson) -> list[Figure]:
    """The rows of a cold draft."""
    cold, again, plan = lesson.cold, lesson.again, lesson.plan
    start = drafting.started()
    first, second = lesson.phases(1), lesson.phases(2)
    clocks, here = lesson.rendered
    reference = lesson.reference
    children = sum(clock.children for clock in clocks)
    own = sum(clock.own for clock in clocks) + here
    render = (second["render"] + children + own) / 2
    ours, theirs = quality(lesson)
    ingest, sound = first["conform"], second["sound"]
    joined = again.cpu - start.cpu - sum(spent for phase, spent in second.items() if phase not in {"probe", "join"})
    pieces = f"{plan.timeline.frames} frames in {len(clocks)} segments"
    one = "one ffmpeg pass"
    return [
        Figure(
            f"draft, mezzanine there: render and sound / {one}",
            (render + sound) / reference,
            0.65,
            basis=f"{pieces}, {reference:.0f} CPU s the pass; VMAF {ours:.1f} and {theirs:.1f}",
        ),
        Figure(
            f"  the whole command / {one}",
            again.cpu / reference,
            basis=f"of it start-up {start.cpu:.1f} s, planning and join {joined:.1f} s",
        ),
        Figure(f"draft, segments straight from the rush / {one}", (lesson.straight() + sound) / reference, 1.15),
        Figure(
            f"draft from nothing: ingest, render, sound, join / {one}",
            (ingest + render + sound + joined) / reference,
            1.15,
            basis=f"ingest alone {ingest / reference:.2f}",
        ),
        Figure("our own CPU on top of ffmpeg's, segments", own / children, 0.03, basis="worker and pool, once started"),
        peak("peak memory of any process, cold draft", cold),
        Figure("same key on two workers: segments of other bytes", 0, 0, basis=f"{len(clocks)} segments twice"),
    ]


def peak(measure: str, spent: Spent) -> Figure:
    """The row of the largest process of a command without the speech model."""
    programs = ", ".join(f"{name} {most:.0f}" for name, most in sorted(spent.peak.items()))
    return Figure(measure, max(spent.peak.values()), 512, "MiB", programs)


def quality(lesson: Lesson) -> tuple[float, float]:
    """VMAF of the draft and of the reference against the edit without loss.

    Raises:
        AssertionError: they are not as good as each other, so that ratios mean nothing.
    """
    ffmpeg, place = drafting.ffmpeg(), lesson.place
    lossless = place / "lossless.mp4"
    lesson.single(lossless, None, encode=LOSSLESS, scaler="lanczos")
    ours = vmaf(ffmpeg, lesson.folder / "drafts" / "002" / "draft.mp4", lossless)
    theirs = vmaf(ffmpeg, place / "single.mp4", lossless)
    lossless.unlink()
    assert abs(ours - theirs) <= VMAF_WITHIN, f"VMAF {ours:.1f} of the draft, {theirs:.1f} of the pass"
    return ours, theirs
