"""What the name of a rush says: the video, the shot and the take it was filmed for, and how that is known.

Nothing is guessed: where a name may mean two things both are told and none is chosen, and each answer has its reason,
a code of `naming` in `presets/words`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.takes import Shot

_PIECES = re.compile(r"[^\W\d_]+|\d+")
_TAKE = frozenset({"take", "takes", "prise", "t", "tk", "pr"})
_SHOT = frozenset({"shot", "plan", "s", "sc", "sh", "seq", "scene", "sequence"})
_CAMERA = frozenset({"cam", "camera"})
_NUMBER_SIGN = frozenset({"n", "no", "num", "numero", "nr"})

_COPY = re.compile(r"[ _-]*(\(\d+\)|[-_ ](copy|copie)( \d+)?)$")
"""What systems add to the name of a second copy."""

CAMERA_NAMES = tuple(
    re.compile(pattern)
    for pattern in (
        r"[a-z]\d{3}_?c\d{3}(_.*)?",  # ARRI, RED, Sony Venice, Canon, Varicam: A001C003_230412_R1AB
        r"[a-z]\d{3}_\d{8}_c\d{3}",  # Blackmagic: A001_04121530_C003
        r"[a-z]{0,6}[-_ ]?\d{4,}([-_ ]\d+)*((m|s)\d\d)?",  # C0001, IMG_0002, GX010012, P1000123, 00001, ZOOM0001
        r"[a-z]{3,6}[-_ ]?\d{3}",  # recorders: STE-000, REC001
        r"\d{6}[-_ ]?(s\d+)?t?\d{3}([-_ ].*)?",  # recorders: 230412-T001, 230412_001_Tr1
        r"\d\dy\d\dm\d\d.*t\d{3}.*",  # Sound Devices: 23Y04M12_T001
        r"(img|vid|pxl|dji|whatsapp video|screen ?recording|enregistrement de l'ecran)[-_ ]?\d{4}.*",
        r"\d{4}-\d\d-\d\d[ _t](at |a )?\d\d[-.:h]\d\d([-.:m]\d\d)?",  # screen recorders: 2023-04-12 10-11-12
    )
)
"""Names that cameras and recorders count by themselves: their numbers mean no shot and no take."""


@dataclass(frozen=True, slots=True)
class Filmed:
    """A video as names are held against it: its script's id and its shots."""

    video: str
    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What one name says.

    `video` is empty, `shot` and `take` are None, where the name does not say, or says two things: those are then in
    `choices`, as people would write them. `why` is the reason, `fields` fill its sentence.
    """

    name: str
    video: str = ""
    shot: str | None = None
    take: int | None = None
    why: str = "no-shot"
    choices: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def sure(self) -> bool:
        """True when the video is known, and nothing in the name speaks against it or may mean two things."""
        return bool(self.video) and self.why in SURE


SURE = frozenset({"shot-said", "shot-named", "shot-number", "folder", "no-shot", "camera-name", "take-only"})
"""Reasons that leave nothing to ask: the shot is known, or the name tells none and listening will."""


def simplified(text: str) -> str:
    """Lower case without accents, ligatures opened: `Séquence n°2, Cœur` is `sequence no2, coeur`.

    >>> simplified("SE\u0301QUENCE")
    'sequence'
    """
    opened = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE").replace("\u2019", "'")
    marked = unicodedata.normalize("NFKD", opened.casefold())
    return "".join(letter for letter in marked if not unicodedata.combining(letter)).casefold()


def matched(name: str, videos: Sequence[Filmed], given: str = "") -> Match:
    """What a name says of these videos; `given` is the video that people named when they added the file.

    `name` may have folders before it (`P1C2/plan 02/prise 3.mov`): what the file's own name leaves open, the nearest
    folder that tells it decides.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    stem = path.stem if path.suffix and not path.suffix[1:].isdigit() else path.name
    texts = [stem, *(folder for folder in reversed(path.parent.parts) if folder not in {"", ".", "/"})]
    video, named = _video(texts, videos, given)
    if named:
        return Match(
            name, why="two-videos" if len(named) > 1 else "other-video", choices=named, fields={"given": given}
        )
    if video is None:
        return Match(name, why="no-video", choices=tuple(one.video for one in videos))
    return _within(name, texts, video)


def _video(texts: Sequence[str], videos: Sequence[Filmed], given: str) -> tuple[Filmed | None, tuple[str, ...]]:
    """The video that is meant, or those that may be meant instead of it."""
    for text in texts:
        pieces = _pieces(text)
        found = {one.video: _spans(_pieces(one.video), pieces) for one in videos if one.video}
        spans = [(span, video) for video, places in found.items() for span in places]
        named = {video for span, video in spans if not any(_covers(other, span) for other, _ in spans)}
        if not named:
            continue
        if len(named) > 1 or (given and given not in named):
            return None, tuple(sorted(named))
        return next(one for one in videos if one.video in named), ()
    fallback = given or (videos[0].video if len(videos) == 1 else "")
    return next((one for one in videos if one.video == fallback and (given or len(videos) == 1)), None), ()


def _within(name: str, texts: Sequence[str], video: Filmed) -> Match:
    """The shot and the take among those of one video."""
    takes: set[int] = set()
    counted = False
    for depth, text in enumerate(texts):
        pieces = _without(_pieces(text), _pieces(video.video))
        if depth == 0 and any(pattern.fullmatch(_COPY.sub("", simplified(text))) for pattern in CAMERA_NAMES):
            counted = True
            continue
        pieces = _without_camera(pieces)
        said, rest = _takes(pieces)
        takes = takes or said
        found, why = _shots(rest, video.shots, taken=bool(said))
        if why == "no-such-shot":
            shots = tuple(shot.id for shot in video.shots)
            return Match(name, video.video, why=why, choices=shots, fields={"shot": next(iter(found))})
        if len(found) > 1:
            return Match(name, video.video, why="two-shots", choices=tuple(sorted(found)))
        if found:
            return _taken(name, video.video, next(iter(found)), takes, "folder" if depth else why)
    return _taken(name, video.video, None, takes, "camera-name" if counted else "no-shot")


def _taken(name: str, video: str, shot: str | None, takes: set[int], why: str) -> Match:
    if len(takes) > 1:
        return Match(name, video, shot, why="two-takes", choices=tuple(str(take) for take in sorted(takes)))
    take = next(iter(takes), None)
    if shot is None and take is not None:
        why = "take-only"
    return Match(name, video, shot, take, why)


def _takes(pieces: Sequence[str]) -> tuple[set[int], tuple[str, ...]]:
    """The numbers of the takes that are named, and the pieces left of the first."""
    places = [place for place, piece in enumerate(pieces) if place and piece.isdigit() and _says(pieces, place, _TAKE)]
    numbers = {int(pieces[place]) for place in places}
    if not places:
        return numbers, tuple(pieces)
    first = places[0] - (2 if pieces[places[0] - 1] in _NUMBER_SIGN else 1)
    return numbers, tuple(pieces[: max(0, first)])


def _shots(pieces: Sequence[str], shots: Sequence[Shot], *, taken: bool) -> tuple[set[str], str]:
    """The shots that may be meant, and how they are known: the surest way that finds any."""
    spans: list[tuple[tuple[int, int], str]] = []
    for shot in shots:
        wanted = _pieces(shot.id)
        spans += [(span, shot.id) for span in _spans(wanted, pieces) if not shot.id.isdecimal()]
    named = {shot for span, shot in spans if not any(_covers(other, span) for other, _ in spans)}
    covered = {place for (start, stop), _ in spans for place in range(start, stop)}
    numbers: dict[int, set[str]] = {}
    for shot in shots:
        if shot.id.isdecimal():
            numbers.setdefault(int(shot.id), set()).add(shot.id)
    digits = [place for place, piece in enumerate(pieces) if piece.isdigit() and place not in covered]
    spoken = [int(pieces[place]) for place in digits if place and _says(pieces, place, _SHOT)]
    said = {shot for number in spoken for shot in numbers.get(number, ())}
    if said or named:
        return said | named, "shot-said" if said else "shot-named"
    if spoken:
        return {str(spoken[0])}, "no-such-shot"
    stands = [place for place in digits if _stands(pieces, place, numbers, taken=taken)]
    return {shot for place in stands for shot in numbers[int(pieces[place])]}, "shot-number"


def _stands(pieces: Sequence[str], place: int, numbers: Mapping[int, set[str]], *, taken: bool) -> bool:
    """True for a bare number that can only be a shot's: it begins the name, or a take follows it.

    Of two that begin it both may be meant (`02-03`).
    """
    piece = pieces[place]
    written = numbers.get(int(piece), set())
    if not written or len(piece) > 3:
        return False
    begins = place == 0 or (place == 1 and not taken and pieces[0].isdigit())
    return (taken and place + 1 == len(pieces)) or len(pieces) == 1 or (begins and piece in written)


def _says(pieces: Sequence[str], place: int, words: frozenset[str]) -> bool:
    """True when one of the words stands before the number there, `n°` or `no` between them or not."""
    before = pieces[place - 1]
    return before in words or (before in _NUMBER_SIGN and place > 1 and pieces[place - 2] in words)


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(_PIECES.findall(_COPY.sub("", simplified(text))))


def _spans(wanted: Sequence[str], pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Where the wanted pieces stand one after the other, half-open."""
    size = len(wanted)
    return [
        (at, at + size)
        for at in range(len(pieces) - size + 1)
        if size and tuple(pieces[at : at + size]) == tuple(wanted)
    ]


def _covers(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and one[0] <= other[0] and other[1] <= one[1]


def _without(pieces: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    places = _spans(wanted, pieces)
    return pieces[: places[0][0]] + pieces[places[0][1] :] if places else pieces


def _without_camera(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """The pieces without a camera's letter or number: `camera-A`, `cam 2`, `A-cam`."""
    for place, piece in enumerate(pieces):
        if piece[:-1] in _CAMERA and piece not in _CAMERA:  # camA
            return pieces[:place] + pieces[place + 1 :]
        if piece not in _CAMERA:
            continue
        if place and len(pieces[place - 1]) == 1 and pieces[place - 1].isalpha():
            return pieces[: place - 1] + pieces[place + 1 :]
        after = pieces[place + 1 : place + 2]
        if after and (len(after[0]) == 1 or after[0].isdigit()):
            return pieces[:place] + pieces[place + 2 :]
        return pieces[:place] + pieces[place + 1 :]
    return pieces


def unsure(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Those that people should look at before they are taken as they are."""
    return tuple(match for match in matches if not match.sure)
