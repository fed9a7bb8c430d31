"""The crew on this machine: every piece in a pool of processes, what is made found again by its key."""

import contextlib
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TypeVar

from pipeline.segments import Segment
from workers.crew import PieceCrew, Tools
from workers.home import Home
from workers.pieces import Making
from workers.pool import Pool, Work
from workers.progress import Listener
from workers.workshop import Workshop

T = TypeVar("T")


class LocalCrew(PieceCrew):
    """Does the slow work of one video on this machine. Use as a context: leaving it ends its processes."""

    def __init__(self, home: Home, shop: Workshop, tools: Tools, listener: Listener) -> None:
        super().__init__(home, shop, tools, listener)
        self._pool = Pool(tools.workers, listener, self.times)
        self._open = contextlib.ExitStack()
        self._counts: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.shop.work.locked())
            self.shop.work.swept()
            stack.callback(self.shop.work.swept)
            stack.enter_context(self._pool)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def _fates(self, pieces: Sequence[Segment]) -> dict[str, int]:
        """How many segments there are, how many of them were rendered now, how many were there (or repeat)."""
        distinct, there = self._counts["render"]
        rendered = distinct - there
        return {"total": len(pieces), "rendered": rendered, "reused": len(pieces) - rendered}

    def _made(self, phase: str, unit: str, makings: Sequence[tuple[Making[T], int]]) -> list[T]:
        """The value of each, those made before found, the rest done in the pool."""
        if not makings:
            self._counts[phase] = (0, 0)
            return []
        kind, keys = makings[0][0].kind, [making.key for making, _ in makings]
        with self.times.phase(phase):
            found = [making.found() for making, _ in makings]
        missing = [pair for pair, value in zip(makings, found, strict=True) if value is None]
        reused = len(makings) - len(missing)
        reused_units = sum(units for (_, units), value in zip(makings, found, strict=True) if value is not None)
        work = [Work(making, units) for making, units in missing]
        made = iter(self._pool.done(phase, unit, work, reused, reused_units))
        self._counts[phase] = (len(makings), reused)
        values = [next(made) if value is None else value for value in found]
        with self.times.phase(phase):
            self.home.kept(kind, keys)
        return values
