"""The whole edit as a value: clips, overlays, sound, cards. Nothing here is rendered."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.footage import Remark
from pipeline.geometry import Box, Size
from pipeline.graphics import After, Ease, Place
from pipeline.spans import SAMPLE_RATE, Span, rounded, sample_at
from pipeline.values import Key, digest, one_of


@dataclass(frozen=True, slots=True)
class Locked:
    """A camera that does not move: one box of the conformed picture, even in origin and size."""

    box: Box


@dataclass(frozen=True, slots=True)
class Knot:
    """A box at one frame, counted from the first frame of the rush."""

    frame: int
    box: Box


@dataclass(frozen=True, slots=True)
class Moving:
    """A camera that moves through its knots (at least two, in order); before the first and after the last it rests.

    `smooth` eases in and out between two knots; `linear` goes straight from each knot to the next.
    """

    knots: tuple[Knot, ...]
    ease: Literal["smooth", "linear"] = "smooth"


Path = Locked | Moving
one_of(Path)


@dataclass(frozen=True, slots=True)
class Filmed:
    """The picture of a clip that was filmed. `span` in frames of the rush; `size` of the conformed picture.

    `framing` is the framing's id with its side (`medium-left`); `density` is source px per output px, thousandths.
    `hold`: for how many frames more the last picture of `span` stands still (`[pause]` where too little was filmed).
    """

    rush: str
    key: Key
    span: Span
    size: Size
    framing: str
    path: Path
    density: int
    take: int = 1
    hold: int = 0


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain ground, `#rrggbb`, for cards that fill the frame."""

    colour: str
    kind: Literal["title", "slate"] = "slate"


Picture = Filmed | Plain
one_of(Picture)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A script word as said (or as it will be, on a slate): its line, its index there, its frames within the clip."""

    line: str
    word: int
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for a cut: a code (see `presets/words`) and what fills it in.

    `old`, `new`: ids of the framings, takes or shots that it parts. `removed`: frames of silence that go; `frames`: how
    long something lasts. `cue`: a cue as it is written.
    """

    code: Literal[
        "first",
        "scene",
        "sentence-end",
        "pause",
        "phrase",
        "cue",
        "emphasis",
        "take-join",
        "shot-join",
        "speech-removed",
        "longest",
        "graphic",
        "title",
        "end",
        "slate",
        "after-slate",
        "after-title",
        "hold",
    ]
    old: str = ""
    new: str = ""
    removed: int = 0
    frames: int = 0
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """One stretch of picture between two cuts. Its place is the sum of the clips before it.

    `words` are the script words it carries, spans relative to its first frame. `why`: why it was cut here.
    `joins`: True where time jumps against the clip before (another take, or speech or pause removed).
    """

    picture: Picture
    frames: int
    line: str = ""
    words: tuple[Spoken, ...] = ()
    why: tuple[Why, ...] = ()
    joins: bool = False

    def __post_init__(self) -> None:
        if self.frames < 1:
            message = f"a clip lasts at least one frame, found {self.frames}"
            raise ValueError(message)
        if isinstance(self.picture, Filmed) and self.picture.span.frames + self.picture.hold != self.frames:
            message = (
                f"a clip shows its span at its own speed: {self.picture.span}"
                f" and {self.picture.hold} held in {self.frames} frames"
            )
            raise ValueError(message)


CARD_RECIPE = 2
"""Raised whenever the same card would be drawn otherwise than before."""


Template = Literal["title", "chapter", "end", "lower-third", "text", "progress", "slate-take", "slate-asset"]
"""What a card may be composed as."""


@dataclass(frozen=True, slots=True)
class Card:
    """Something composed from words in the style's brand: title, name band, key words, slate.

    `size` is the whole output picture; `frames` its length; `fields` fill the template. `brand` is the digest of the
    brand preset and fonts, so that a change of brand makes another card.
    """

    template: Template
    fields: tuple[tuple[str, str], ...]
    frames: int
    size: Size
    rate: Fraction
    language: str
    brand: Key
    recipe: int = CARD_RECIPE

    @property
    def key(self) -> Key:
        """Names the composed clip."""
        return digest(self)

    def field(self, name: str) -> str:
        """The text of that field, empty when absent."""
        return dict(self.fields).get(name, "")


@dataclass(frozen=True, slots=True)
class Travel:
    """Where an overlay comes from, or goes to: output pixels away from where it rests, at `scale` of its size."""

    x: int = 0
    y: int = 0
    scale: Fraction = Fraction(1)
    ease: Ease = "linear"


THERE = Travel()
"""It stays where it rests."""


@dataclass(frozen=True, slots=True)
class Move:
    """How an overlay comes or goes: over `frames` its opacity rises (falls) evenly while it travels; 0: at once."""

    frames: int = 0
    travel: Travel = THERE


AT_ONCE = Move()
"""A graphic that is there, or gone, from one frame to the next."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """An asset or card laid over the picture.

    `at` in timeline frames; `offset` is the source frame shown first; `box` is where the whole picture of the source,
    as made, lands in output pixels (it may reach outside). `frames` is the source's length (1: a still).
    `speed`: source frames to one that is shown; frame n is the nearest to `offset + n * speed`. `after`: what shows
    when the source is over before `at` is; a `loop` begins again. `fills`: nothing of the film is seen under it.
    `ground`: the colour, `#rrggbb`, of the rest of the frame; empty: the film is seen there. `fade`: frames of a plain
    fade at both ends, as drafts were written before they had `enter` and `leave`.
    """

    key: Key
    name: str
    kind: Literal["asset", "card"]
    at: Span
    box: Box
    frames: int
    offset: int = 0
    after: After = "hold"
    fade: int = 0
    place: Place = "over"
    line: str = ""
    enter: Move = AT_ONCE
    leave: Move = AT_ONCE
    speed: Fraction = Fraction(1)
    ground: str = ""
    fills: bool = False

    def shows(self, frame: int) -> int | None:
        """Which frame of its source is seen at a frame of the film; None where none is."""
        if not self.at.holds(frame):
            return None
        index = rounded(self.offset + (frame - self.at.start) * self.speed)
        if self.after == "loop":
            return index % self.frames
        return None if self.after == "gone" and index >= self.frames else min(index, self.frames - 1)

    @property
    def covers(self) -> Span | None:
        """The frames of `at` in which it is there whole, no longer coming, nor going yet, nor over; None: in none."""
        start = self.at.start + max(self.fade, self.enter.frames)
        stop = self.at.stop - max(self.fade, self.leave.frames)
        if self.after == "gone" and self.frames > 1:
            stop = min(stop, self.at.start + max(1, self.frames - self.offset))
        return Span(start, stop) if start < stop else None


@dataclass(frozen=True, slots=True)
class SoundClip:
    """A stretch of sound. `source` and `at` count samples at 48 kHz: `[start, stop)` of the source, and its place.

    `key` is the rush's or the asset's. `gain` in hundredths of a decibel; `fade_in`, `fade_out` in samples. Voice clips
    abut; the mixer crossfades them with equal power over `Loudness.crossfade`. A `loop` goes round, the last `blend`
    samples of each turn crossing into the first of the next.
    """

    kind: Literal["voice", "music", "effect"]
    key: Key
    source: Span
    at: int
    gain: int = 0
    fade_in: int = 0
    fade_out: int = 0
    loop: bool = False
    blend: int = 0

    @property
    def stop(self) -> int:
        """The first sample of the timeline after it."""
        return self.at + self.source.frames


@dataclass(frozen=True, slots=True)
class Chapter:
    """A scene's place: its title and first frame."""

    title: str
    frame: int


@dataclass(frozen=True, slots=True)
class Slate:
    """What stands in for something missing. `kind` `take`: no take says this line; `asset`: the asset is missing."""

    line: str
    kind: Literal["take", "asset"]
    what: str
    frames: int
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """The edit. Clips tile `[0, frames)`; overlays are in order of stacking, later ones on top."""

    rate: Fraction
    size: Size
    language: str
    clips: tuple[Clip, ...]
    overlays: tuple[Overlay, ...] = ()
    sounds: tuple[SoundClip, ...] = ()
    cards: tuple[Card, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    slates: tuple[Slate, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def frames(self) -> int:
        """Its length in frames."""
        return sum(clip.frames for clip in self.clips)

    @property
    def samples(self) -> int:
        """Its length in samples at 48 kHz."""
        return sample_at(self.frames, self.rate, SAMPLE_RATE)

    def spans(self) -> tuple[Span, ...]:
        """Where each clip stands, in timeline frames, in the order of `clips`."""
        out: list[Span] = []
        at = 0
        for clip in self.clips:
            out.append(Span(at, at + clip.frames))
            at += clip.frames
        return tuple(out)
