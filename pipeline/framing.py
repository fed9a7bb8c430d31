"""The framings a take can honestly give: boxes computed from the subject's head, density counted, the rest refused."""

from dataclasses import dataclass
from typing import Literal

from pipeline.footage import Remark
from pipeline.geometry import Box
from pipeline.takes import Take
from pipeline.timeline import Path
from pipeline.tracks import Track


@dataclass(frozen=True, slots=True)
class Framing:
    """A named shot size on one take. `box` holds the whole path; `density` source px per output px, thousandths.

    `grade`: `free`, `warned` (soft), `allowed` (only because the style allows it).
    """

    name: str
    side: Literal["", "left", "right"]
    path: Path
    box: Box
    density: int
    grade: Literal["free", "warned", "allowed"]

    @property
    def id(self) -> str:
        """Its name with its side: `medium-left`."""
        return f"{self.name}-{self.side}" if self.side else self.name


@dataclass(frozen=True, slots=True)
class Refused:
    """A framing that a take cannot give, and why (`density`, `too-wide`, `no-subject`, `no-room`)."""

    name: str
    side: Literal["", "left", "right"]
    density: int
    why: Literal["density", "too-wide", "no-subject", "no-room"]


@dataclass(frozen=True, slots=True)
class Composed:
    """The table of one take: what it can give (widest first; always at least `wide`) and what not."""

    take: Take
    framings: tuple[Framing, ...]
    refused: tuple[Refused, ...]
    track: Track | None
    remarks: tuple[Remark, ...] = ()

    def framing(self, name: str, side: str = "") -> Framing | None:
        """The framing of that name and side, or None when the take cannot give it."""
        for framing in self.framings:
            if framing.name == name and framing.side == side:
                return framing
        return None
