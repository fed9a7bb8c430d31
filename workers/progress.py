"""Progress of long work, as integers."""

from collections.abc import Callable
from dataclasses import dataclass


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
