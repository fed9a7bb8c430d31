"""When a file in a watched folder is whole: its size and time have stood still, and its name is a finished one.

Pure: what lies there and what the clock says come in, what is to be taken comes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Watching:
    """How a folder is watched, in seconds (`presets/ingest.toml`): looked at each `look`, `still` so long is whole."""

    look: Fraction
    still: Fraction


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it is seen from outside: size in bytes, time of its last change in nanoseconds."""

    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a folder: each file's stamp with the second since when it stands so, and those taken as such."""

    since: Mapping[str, tuple[Stamp, float]] = field(default_factory=dict[str, tuple[Stamp, float]])
    taken: Mapping[str, Stamp] = field(default_factory=dict[str, Stamp])

    @property
    def waiting(self) -> tuple[str, ...]:
        """The files that are not taken yet, in order."""
        return tuple(sorted(path for path, (stamp, _) in self.since.items() if self.taken.get(path) != stamp))


def looked(
    before: Standing, there: Mapping[str, Stamp], now: float, still: Fraction
) -> tuple[Standing, tuple[str, ...]]:
    """What is known after another look, and the files to be taken now, in order.

    `there` are the files that may be taken (none that is empty or has an unfinished name). A file is taken once; when
    it changes afterwards, it is another file and is taken again. One that vanished is forgotten.
    """
    since: dict[str, tuple[Stamp, float]] = {}
    for path, stamp in there.items():
        known = before.since.get(path)
        since[path] = known if known is not None and known[0] == stamp else (stamp, now)
    whole = tuple(
        path
        for path, (stamp, start) in sorted(since.items())
        if now - start >= still and before.taken.get(path) != stamp
    )
    kept = {path: stamp for path, stamp in before.taken.items() if path in there}
    return Standing(since, {**kept, **{path: since[path][0] for path in whole}}), whole
