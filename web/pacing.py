"""How often something may be done from one place: counted in this process, for what costs nothing to count again."""

import threading
import time
from dataclasses import dataclass, field
from typing import Final

from web.language import N_
from web.problems import TooOften

MOST_NAMES: Final = 20_000
"""Names that are counted at once; 100 bytes each. More come only from an attack: all begin anew then."""
SHUT: Final = 30.0
"""Seconds until it is counted again whether something is still too often."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many times in so many seconds."""

    times: int
    seconds: int


@dataclass(slots=True)
class Paces:
    """Counts, each since its first."""

    _since: dict[str, tuple[float, int]] = field(default_factory=dict[str, tuple[float, int]])
    _shut: dict[str, float] = field(default_factory=dict[str, float])
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def shut(self, name: str) -> None:
        """Lets nobody do `name` for a while: that it is too often was counted elsewhere, at a greater cost."""
        with self._alone:
            if len(self._shut) >= MOST_NAMES:
                self._shut.clear()
            self._shut[name] = time.monotonic() + SHUT

    def is_shut(self, *names: str) -> bool:
        """Whether one of these may not be done now."""
        now = time.monotonic()
        return any(self._shut.get(name, now) > now for name in names)

    def spend(self, name: str, pace: Pace) -> None:
        """Counts one more of `name`.

        Raises:
            TooOften: that is more than its pace allows.
        """
        now = time.monotonic()
        with self._alone:
            since, times = self._since.get(name, (now, 0))
            if since + pace.seconds <= now:
                since, times = now, 0
            if len(self._since) >= MOST_NAMES:
                self._since.clear()
            self._since[name] = since, times + 1
        if times >= pace.times:
            raise TooOften(N_("that was too often"), max(60, int(since + pace.seconds - now)))
