"""What there is to cut from: media files as probed, rushes as conformed, assets as normalised."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.flashes import Flashing
from pipeline.geometry import Box, Size
from pipeline.spans import Span
from pipeline.values import Key

NO_RECORDER = Key("")
"""A rush that only the camera recorded."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Colour as tagged in the file: code points of ITU-T H.273 (2 = unknown), depth in bits."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    full_range: bool = False
    depth: int = 8

    @property
    def hdr(self) -> bool:
        """True for PQ (16) and HLG (18) transfers, which must be tone-mapped."""
        return self.transfer in {16, 18}


@dataclass(frozen=True, slots=True)
class Media:
    """A media file as probed; nothing in it depends on where the file lies.

    `size` is the stored picture, in stored pixels, None for sound alone. `upright` is what people see: rotated,
    pixels made square. `frames` is the count of pictures in the file; for variable rate, `rate` is the mean.
    `start` and `sound_start` are seconds on the file's own clock, whose tick for pictures is `time_base` seconds;
    `picture_track` and `sound_track` are the indices of the streams used.
    """

    name: str
    digest: Key
    kind: Literal["video", "still", "sound"]
    container: str
    size: Size | None = None
    upright: Size | None = None
    rate: Fraction | None = None
    frames: int = 0
    variable: bool = False
    start: Fraction = Fraction(0)
    duration: Fraction = Fraction(0)
    video_codec: str = ""
    pixel_format: str = ""
    colour: Colour = Colour()
    alpha: bool = False
    interlaced: bool = False
    rotation: int = 0
    mirrored: bool = False
    timecode: str | None = None
    audio_codec: str = ""
    sample_rate: int = 0
    channels: int = 0
    samples: int = 0
    sound_start: Fraction = Fraction(0)
    seekable: bool = True
    remarks: tuple[str, ...] = ()
    time_base: Fraction = Fraction(1, 1000)
    picture_track: int = 0
    sound_track: int = 0

    @property
    def has_sound(self) -> bool:
        """True when there is at least one sample of sound."""
        return self.sample_rate > 0


@dataclass(frozen=True, slots=True)
class Rush:
    """A camera file conformed to the timeline's rate: upright, square pixels, SDR; a frame number is a time.

    `key` names the conformed objects . Sound at 48 kHz always lasts exactly as long as the picture: silence where the
    camera recorded none. `recorder` names the sound of an external recorder put in its place, empty when there is none.
    """

    name: str
    digest: Key
    key: Key
    rate: Fraction
    frames: int
    size: Size
    silent: bool
    media: Media
    recorder: Key = NO_RECORDER


@dataclass(frozen=True, slots=True)
class About:
    """What people say of an asset: whose it is, where it comes from, what it shows in words.

    `loops`: made so that its first frame follows its last. `alpha`: how its colour was stored where its file does not
    tell; empty: as it is found to be.
    """

    licence: str = ""
    source: str = ""
    alternative: str = ""
    loops: bool = False
    alpha: Literal["", "straight", "premultiplied"] = ""


UNKNOWN = About()
"""An asset of which nobody said anything."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Something attached to a script that is not a rush, normalised.

    `key` names the normalised object. `size` is the picture as made; `box` the part of it that is ever visible
    (the normalised object holds only that). `frames` at the timeline's rate; a still has 1 and holds for ever.
    `flashes`: where, in its own frames, it flashes more than anyone should be shown.
    """

    name: str
    digest: Key
    kind: Literal["moving", "still", "sound"]
    key: Key
    size: Size | None = None
    box: Box | None = None
    frames: int = 1
    alpha: bool = False
    samples: int = 0
    about: About = UNKNOWN
    flashes: tuple[Flashing, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something people should know, for `warnings` of the report. `line` is a line's id, or empty.

    `message` is the detail of its sentence, `facts` fill it in by name: ids of framings under `framing`, `old`, `new`
    and (several, parted by spaces) `can`, a reason of refusal under `why`, rates under
    `own` and `film`, a language under `spoken`, anything else as it is.
    """

    code: str
    message: str = ""
    line: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """What people said of a rush: that it is of a shot; with a span, that the take there is the one they chose."""

    rush: str
    shot: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Footage:
    """All a script can be cut from. `assets` by the reference as written in the script; what is absent is missing.

    Where lines that write the same are cast differently, an asset is by `line:reference`, and goes before.
    """

    rate: Fraction
    rushes: tuple[Rush, ...] = ()
    assets: tuple[tuple[str, Asset], ...] = ()
    recorders: tuple[tuple[str, Asset], ...] = ()
    remarks: tuple[Remark, ...] = ()
    marks: tuple[Marked, ...] = ()

    def asset(self, reference: str, line: str) -> Asset | None:
        """The asset that the script calls `reference` on that line (by id), or None when it is missing."""
        known = dict(self.assets)
        return known.get(f"{line}:{reference}", known.get(reference))

    def rush(self, name: str) -> Rush:
        """The rush of that file name.

        Raises:
            KeyError: there is none.
        """
        return {rush.name: rush for rush in self.rushes}[name]


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised overlay as stored beside its picture, in `normal.json`.

    `size` is the whole picture as made; `box` the part that is ever visible, even in origin and size: the stored
    picture holds only that. A still is `picture.png` (RGBA, straight alpha). A moving one is `picture.mp4` at the
    timeline's rate: with `alpha`, the colour stands above its alpha (grey) in one picture of twice the height.
    `flashes`: where it flashes more than anyone should be shown.
    """

    size: Size
    box: Box
    frames: int
    alpha: bool
    still: bool
    flashes: tuple[Flashing, ...] = ()
