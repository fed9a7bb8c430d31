"""What there is on a card or in a folder: rushes with the small files that belong to them, and what is passed over.

Told from names and places alone, before anything is opened. Every file is in the answer, once.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from pipeline.naming import simplified


def _suffixes(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILMS = _suffixes("mp4 mov m4v mxf mts m2ts mkv webm avi mpg mpeg 3gp wmv insv")
SOUNDS = _suffixes("wav bwf w64 mp3 m4a aac flac aif aiff ogg opus caf")
RAW = _suffixes("r3d braw ari arx crm dng nev cine")
"""Raw pictures of cinema cameras: no free decoder reads them all; their maker's program exports them."""
PICTURES = _suffixes("jpg jpeg png heic heif tif tiff gif bmp webp cr2 cr3 nef arw raf orf rw2")
SMALL = _suffixes("xml thm lrf lrv xmp cpi bim smi ppn moff modd srt gpx gps idx cdl lut cube ale edl ctg pmpd wpl")
"""What cameras write beside a clip: times, thumbnails, light copies, looks."""
UNFINISHED = _suffixes("part partial tmp temp crdownload download filepart !ut aria2 opdownload")
"""Names that browsers and copying programs use until a file is whole."""

STRUCTURES = frozenset({"dcim", "private", "m4root", "xdroot", "bpav", "contents", "avchd", "bdmv"})
"""Folders that cameras make at the top of a card: DCF (JEITA CP-3461), Sony XAVC and XDCAM, AVCHD, P2."""
LIGHT_COPIES = frozenset({"sub", "proxy", "proxies"})
"""Folders of light copies of the clips (Sony, Panasonic, Canon)."""
SYSTEM = frozenset(
    {
        "system volume information",
        "$recycle.bin",
        "recycler",
        "lost.dir",
        "lost+found",
        "__macosx",
        "@eadir",
        "thumbs.db",
        "desktop.ini",
        "ascmhl",
    }
)
"""What systems leave on a disk. `ascmhl` is the card's history, read elsewhere."""

_AFTER_STEM = re.compile(r"[^\d\s]\w*")
"""What a camera adds to a clip's name for what belongs to it: C0001M01, C0001S03, A001C003_01."""

Kind = Literal["camera", "recorder"]
Why = Literal["hidden", "system", "unfinished", "empty", "raw", "picture", "light-copy", "beside-nothing", "not-media"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it lies: its absolute path with forward slashes, the folder that was given, its size in bytes.

    `root` is empty for a file that was named itself.
    """

    path: str
    root: str
    size: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A rush or a recorder's file. `card` is the name of the card or folder, `name` its path below that.

    `beside` are the paths of what the camera wrote for it.
    """

    path: str
    kind: Kind
    card: str
    name: str
    size: int
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that is not taken, and why, in a code of `arrivals.passed` in `presets/words`."""

    path: str
    why: Why


@dataclass(frozen=True, slots=True)
class Arrivals:
    """All there is, in the order of names."""

    files: tuple[Arrival, ...]
    passed: tuple[Passed, ...]


def arrivals(seen: Iterable[Seen]) -> Arrivals:
    """Sorts what lies on cards and in folders; a file that was named itself is taken whatever its suffix."""
    main: list[Arrival] = []
    passed: list[Passed] = []
    small: list[tuple[Seen, Why]] = []
    for one in sorted(seen, key=lambda one: one.path):
        path = PurePosixPath(one.path)
        suffix = path.suffix.casefold().removeprefix(".")
        why = _passed(one, path, suffix)
        if why in {"picture", "light-copy", "beside-nothing"}:
            small.append((one, why))
        elif why is not None:
            passed.append(Passed(one.path, why))
        else:
            card, name = placed(one)
            kind: Kind = "recorder" if suffix in SOUNDS else "camera"
            main.append(Arrival(one.path, kind, card, name, one.size))
    owned, more = _owned(main, small)
    files = tuple(
        Arrival(file.path, file.kind, file.card, file.name, file.size, tuple(owned.get(file.path, ()))) for file in main
    )
    return Arrivals(files, tuple(sorted([*passed, *more], key=lambda one: one.path)))


def _passed(one: Seen, path: PurePosixPath, suffix: str) -> Why | None:
    """Why a file is not a rush, None when it is one."""
    inside = path.relative_to(one.root).parts if one.root else (path.name,)
    folded = [part.casefold() for part in inside]
    film = suffix in FILMS and any(part in LIGHT_COPIES for part in folded[:-1])
    rules: tuple[tuple[Why, bool], ...] = (
        ("system", any(part in SYSTEM for part in folded)),
        ("hidden", any(part.startswith(".") for part in inside)),
        ("unfinished", suffix in UNFINISHED),
        ("empty", one.size == 0),
        ("raw", suffix in RAW),
        ("light-copy", film or suffix in {"lrf", "lrv"}),
        ("picture", suffix in PICTURES),
        ("beside-nothing", suffix in SMALL),
        ("not-media", bool(one.root) and suffix not in FILMS | SOUNDS),
    )
    return next((why for why, true in rules if true), None)


def placed(one: Seen) -> tuple[str, str]:
    """The card or folder that a file stands on, and its path below it.

    >>> placed(Seen("/media/CAM_A/PRIVATE/M4ROOT/CLIP/C0001.MP4", "/media/CAM_A/PRIVATE", 1))
    ('CAM_A', 'PRIVATE/M4ROOT/CLIP/C0001.MP4')
    >>> placed(Seen("/home/x/day 1/plan 2.mov", "/home/x/day 1", 1)), placed(Seen("/home/x/a.mov", "", 1))
    (('day 1', 'plan 2.mov'), ('', 'a.mov'))
    """
    parts = PurePosixPath(one.path).parts
    if not one.root:
        return "", parts[-1]
    root = len(PurePosixPath(one.root).parts)
    # the folder that was given may itself stand inside the structure
    start = next((at for at in range(max(1, root - 3), len(parts) - 1) if parts[at].casefold() in STRUCTURES), None)
    at = root if start is None else start
    card = parts[at - 1] if at else ""
    return card.strip("/"), "/".join(parts[at:])


def _owned(main: Sequence[Arrival], small: Sequence[tuple[Seen, Why]]) -> tuple[dict[str, list[str]], list[Passed]]:
    """What belongs to each clip, and the small files that belong to none."""
    owned: dict[str, list[str]] = defaultdict(list)
    alone: list[Passed] = []
    cards: dict[str, list[Arrival]] = defaultdict(list)
    for file in main:
        cards[_top(file.path, file.name)].append(file)
    for one, why in small:
        near = cards.get(_top(one.path, placed(one)[1]), [])
        owner = _owner(PurePosixPath(one.path), near)
        if owner is None:
            alone.append(Passed(one.path, why))
        else:
            owned[owner.path].append(one.path)
    return owned, alone


def _top(path: str, name: str) -> str:
    return path.removesuffix(name)


def _owner(path: PurePosixPath, files: Sequence[Arrival]) -> Arrival | None:
    """The clip that a small file belongs to: of the longest name that begins its own; in its own folder first."""
    best: tuple[bool, int, Arrival] | None = None
    stem = simplified(path.stem)
    for file in files:
        clip = PurePosixPath(file.path)
        wanted = simplified(clip.stem)
        rest = stem.removeprefix(wanted)
        same = rest == "" or (rest != stem and _AFTER_STEM.fullmatch(rest) is not None)
        # GoPro: GL010012.LRV is the light copy of GX010012.MP4
        same = same or (stem[:2] == "gl" and wanted[:2] in {"gx", "gh"} and stem[2:] == wanted[2:])
        rank = (clip.parent == path.parent, len(wanted))
        if same and (best is None or rank > best[:2]):
            best = (*rank, file)
    return best[2] if best else None
