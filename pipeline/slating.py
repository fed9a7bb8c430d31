"""What the name of a rush says of it: the shot and the take that were called when it was filmed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.naming import Filmed, matched
from pipeline.takes import Shot


@dataclass(frozen=True, slots=True)
class Called:
    """The shot's id, where one of the script's is named, and the number of the take, where one is."""

    shot: str | None = None
    take: int | None = None


def called(name: str, script: str, shots: Sequence[Shot]) -> Called:
    """What a file name tells: `02_take3.mov`, `P1C2-S02-T3.mp4`, `intro take 2.mov`. The script's id is set aside.

    A bare number is a shot only where the name begins with it or a take follows it: `IMG_0002.mov` tells nothing, nor
    does a name that may mean two shots.
    """
    found = matched(name, (Filmed(script, tuple(shots)),), script)
    return Called(found.shot, found.take)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Orders names as people do: `take 2` before `take 10`, `plan` before `plan 1`; no two names are equal.

    >>> sorted(["take 10.mov", "take 2.mov"], key=natural)
    ['take 2.mov', 'take 10.mov']
    """
    pieces = re.findall(r"\d+|\D+", name.casefold())  # `\d` and isdecimal() agree; isdigit() takes "²" as well
    order = ((1, int(piece), "") if piece.isdecimal() else (2, 0, piece) for piece in pieces)
    return (*order, (0, 0, name))
