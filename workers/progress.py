"""Progress of long work, as integers."""

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Step:
    """How far one phase is. `done` of `total` in `unit`; `reused` pieces were there from before (part of `done`).

    `finished`: nothing of this phase is left to do.
    """

    phase: str
    done: int
    total: int
    unit: str
    reused: int = 0
    finished: bool = False


Listener = Callable[[Step], None]


def silent(step: Step) -> None:
    """A listener that shows nothing."""
    del step


class Summed:
    """Passes the steps of one thing after the other on as those of all together.

    `expected`: units of each phase that are known before; where none are, the total grows as things come.
    """

    def __init__(self, listener: Listener, expected: dict[str, int]) -> None:
        self._listener = listener
        self._expected = expected
        self._before: dict[str, int] = {}
        self._last: dict[str, Step] = {}

    def __call__(self, step: Step) -> None:
        """Passes it on."""
        before = self._before.get(step.phase, 0)
        total = max(before + step.total, self._expected.get(step.phase, 0))
        said = replace(step, done=before + step.done, total=total, finished=False)
        self._last[step.phase] = said
        if step.finished:
            self._before[step.phase] = before + step.total
        self._listener(said)

    def end(self) -> None:
        """Says that every phase is over."""
        for step in self._last.values():
            self._listener(replace(step, total=step.done, finished=True))
