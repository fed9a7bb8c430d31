"""The crew of one process: every piece made here, one after the other, for a job that is itself one of many."""

from collections.abc import Sequence
from typing import TypeVar

from pipeline.segments import Segment
from workers.crew import PieceCrew
from workers.pieces import Making

T = TypeVar("T")


def _unshown(_: int) -> None:
    """What a piece says of its progress, where nobody looks at it alone."""


class AloneCrew(PieceCrew):
    """Makes what was not made before in this very process."""

    def _made(self, phase: str, unit: str, makings: Sequence[tuple[Making[T], int]]) -> list[T]:
        """The value of each piece."""
        del unit
        if not makings:
            return []
        with self.times.phase(phase):
            values = [making(_unshown) for making, _ in makings]
        self.home.kept(makings[0][0].kind, [making.key for making, _ in makings])
        return values

    def _fates(self, pieces: Sequence[Segment]) -> dict[str, int]:
        """How many segments there are; which of them were there, nobody has counted."""
        return {"total": len(pieces), "rendered": len(pieces), "reused": 0}
