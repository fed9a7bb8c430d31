"""What the name of a rush says of it: the shot and the take that were called when it was filmed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.takes import Shot

_PIECES = re.compile(r"[^\W\d_]+|\d+")
_TAKE = {"take", "prise", "t", "tk", "pr"}
_SHOT = {"shot", "plan", "s", "sc", "sh", "seq", "scene"}


@dataclass(frozen=True, slots=True)
class Called:
    """The shot's id, where one of the script's is named, and the number of the take, where one is."""

    shot: str | None = None
    take: int | None = None


def called(name: str, script: str, shots: Sequence[Shot]) -> Called:
    """What a file name tells: `02_take3.mov`, `P1C2-S02-T3.mp4`, `intro take 2.mov`. The script's id is set aside.

    A bare number is a shot only where the name begins with it or a take follows it: `IMG_0002.mov` tells nothing.
    """
    stem = name.rsplit(".", 1)[0] if "." in name else name
    if script:
        stem = re.sub(re.escape(script), " ", stem, count=1, flags=re.IGNORECASE)
    pieces = [piece.casefold() for piece in _PIECES.findall(stem)]
    take, rest = None, pieces
    for index in range(len(pieces) - 1, 0, -1):
        if pieces[index].isdigit() and pieces[index - 1] in _TAKE:
            take, rest = int(pieces[index]), pieces[: index - 1]
            break
    return Called(next((shot.id for shot in shots if _names(shot.id, rest, taken=take is not None)), None), take)


def _names(shot: str, pieces: Sequence[str], *, taken: bool) -> bool:
    wanted = [piece.casefold() for piece in _PIECES.findall(shot)]
    if not wanted:
        return False
    for index in range(len(pieces) - len(wanted) + 1):
        if list(pieces[index : index + len(wanted)]) != wanted and not (
            len(wanted) == 1 and wanted[0].isdigit() and _number(pieces[index]) == int(wanted[0])
        ):
            continue
        said = index > 0 and pieces[index - 1] in _SHOT
        whole = len(wanted) > 1 or not wanted[0].isdigit()
        first = index == 0 or (taken and index + 1 == len(pieces))
        if whole or said or (first and pieces[index] == wanted[0]):
            return True
    return False


def _number(piece: str) -> int | None:
    return int(piece) if piece.isdigit() else None


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts names as people do: `take 2` before `take 10`.

    >>> sorted(["take 10.mov", "take 2.mov"], key=natural)
    ['take 2.mov', 'take 10.mov']
    """
    pieces = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in pieces)
