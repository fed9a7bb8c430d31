"""The slow pieces of a draft, each: found by key, or done and stored under it. They run in any process.

A piece is a value that can be sent to another process. What it makes is one object of the store: files, and beside
them `value.json`, the value the draft goes on with.
"""

import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from pipeline.commands.conform import MEZZANINE, SOUND, VOICE
from pipeline.commands.inputs import LINK
from pipeline.commands.segment import segment_arguments
from pipeline.commands.sound import voice_arguments
from pipeline.errors import PipelineError
from pipeline.footage import Media, Normal, Rush
from pipeline.media import cards, conform, join, listen, overlays, render, shelf, sound, sync, watch
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.model import SpeechModel
from pipeline.presets import Brand, Seeing, Style
from pipeline.segments import Segment, Source
from pipeline.spans import sample_at
from pipeline.speech import Speech
from pipeline.timeline import Card, Timeline
from pipeline.tracks import Watched
from pipeline.values import FORMAT, Key, as_json, canonical, from_json
from storage.folder_store import FolderStore
from storage.keys import Kind, derived, safe_name
from storage.objects import storage_error
from storage.reading import Stored

STILL = "still.jpg"
"""The picture of a segment's middle, beside it."""
MADE_OF = "made-of.json"
"""What a segment was made of, beside it: the very bytes that its key is the digest of."""

Progress = Callable[[int], None]
VALUE = "value.json"
LINK_SECONDS = 6 * 3600
"""How long a link for ffmpeg lives: longer than the longest rush takes to decode."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a recorder stands against a rush; None when it did not record the same."""

    sync: sync.Sync | None


def stored(kind: type[T], place: Path) -> T | None:
    """The value of the object that lies there, or None: not made yet, or by a version that wrote it otherwise."""
    try:
        data = json.loads((place / VALUE).read_text("utf-8"))
        return from_json(kind, data["value"]) if data["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, PipelineError):
        return None


def readable(place: Path | Stored) -> Path | str:
    """What ffmpeg can read: a path, or a link of our own store."""
    if isinstance(place, Path):
        return place
    where = place.store.source(place.key, LINK_SECONDS)
    return where if where.startswith(LINK) else Path(where)


@dataclass(frozen=True)
class Making(ABC, Generic[T]):
    """One object to be made. Calling it gives its value, made now or before."""

    store: FolderStore
    key: Key

    kind: ClassVar[Kind]
    """The kind of object."""
    gives: ClassVar[type[Any]]
    """The class of its value, `T`."""

    @abstractmethod
    def make(self, folder: Path, progress: Progress) -> T:
        """Writes the object's files into `folder` and gives its value."""

    @property
    def name(self) -> str:
        """The object's name in the store."""
        return derived(self.kind, self.key)

    def found(self) -> T | None:
        """Its value when it was made before, else None. An object that cannot be read counts as not made."""
        return stored(self.gives, self.store.path(self.name))

    def __call__(self, progress: Progress) -> T:
        """Its value, after making and publishing it if it was not there.

        Raises:
            StorageUnavailable: the disk is full or may not be written.
        """
        there = self.found()
        if there is not None:
            return there
        try:
            if self.store.has(self.name) and self.found() is None:
                shutil.rmtree(self.store.path(self.name))  # damaged, and in the way of a whole one
            with self.store.scratch() as folder:
                value = self.write(folder, progress)
                self.store.publish(folder, self.name)
        except OSError as error:
            raise storage_error(error, self.store.root) from error
        return value

    def write(self, folder: Path, progress: Progress) -> T:
        """Its value, after writing the whole object, `value.json` last, into an empty folder."""
        value = self.make(folder, progress)
        text = json.dumps({"format": FORMAT, "value": as_json(value)}, ensure_ascii=False)
        (folder / VALUE).write_text(text, "utf-8")
        return value


@dataclass(frozen=True)
class Conforming(Making[Rush]):
    """A rush conformed: mezzanine, proxy, analysis frames, sound. `path` as text is a link of our own store."""

    path: Path | str
    media: Media
    rate: Fraction
    ffmpeg: Ffmpeg
    kind = "conformed"
    gives = Rush

    def make(self, folder: Path, progress: Progress) -> Rush:
        """One decode of the rush, everything from it."""
        return conform.conform(self.path, self.media, self.rate, folder, self.ffmpeg, progress)


@dataclass(frozen=True)
class Watching(Making[Watched]):
    """The faces in a rush."""

    rush: Rush
    seeing: Seeing
    kind = "watched"
    gives = Watched

    def make(self, folder: Path, progress: Progress) -> Watched:
        """Looks at the analysis frames."""
        del folder
        return watch.watch(self.store.path(derived("conformed", self.rush.key)), self.rush, self.seeing, progress)


@dataclass(frozen=True)
class Listening(Making[Speech]):
    """The words in a rush."""

    rush: Rush
    language: str
    model: SpeechModel | None
    kind = "heard"
    gives = Speech

    def make(self, folder: Path, progress: Progress) -> Speech:
        """Listens to its voice."""
        del folder
        recorder = self.rush.recorder
        place = derived("recorded", recorder) if recorder else derived("conformed", self.rush.key)
        voice = self.store.path(place) / VOICE
        return listen.listen(voice, self.rush, self.language, self.model, progress)


@dataclass(frozen=True)
class Normalising(Making[Normal]):
    """An asset's picture: straight alpha, cut to what is visible, at the timeline's rate."""

    path: Path | Stored
    media: Media
    rate: Fraction
    ffmpeg: Ffmpeg
    kind = "overlay"
    gives = Normal

    def make(self, folder: Path, progress: Progress) -> Normal:
        """Decodes the asset with the right decoder and writes its normal form."""
        with self.store.scratch() as scratch:
            path = self.path
            if isinstance(path, Stored):  # small beside a rush, and its name tells some decoders what it is
                original, path = path, scratch / safe_name(path.name)
                original.store.get(original.key, path, sha256=self.media.digest)
            return overlays.normalised(path, self.media, self.rate, folder, self.ffmpeg, progress)


@dataclass(frozen=True)
class Composing(Making[Normal]):
    """A card: title, name band, key words, slate."""

    card: Card
    brand: Brand
    ffmpeg: Ffmpeg
    kind = "overlay"
    gives = Normal

    def make(self, folder: Path, progress: Progress) -> Normal:
        """Composes it in the brand."""
        del progress
        return cards.composed(self.card, self.brand, folder, self.ffmpeg, shelf.said_in(self.card.language))


@dataclass(frozen=True)
class Sounding(Making[int]):
    """Music, an effect or a recorder's file as 48 kHz PCM; its value is how many samples it has."""

    path: Path | str
    media: Media
    ffmpeg: Ffmpeg
    kind = "sound"
    gives = int

    def make(self, folder: Path, progress: Progress) -> int:
        """Decodes it once."""
        del progress
        return sound.decoded(self.path, folder / sound.PCM, self.ffmpeg)


@dataclass(frozen=True)
class Recording(Making[Recorded]):
    """A recorder's sound put beside a rush, where it recorded the same."""

    rush: Rush
    recorder: Key
    ffmpeg: Ffmpeg
    kind = "recorded"
    gives = Recorded

    def make(self, folder: Path, progress: Progress) -> Recorded:
        """Holds the two sounds against each other; writes the recorder's as long as the rush."""
        del progress
        camera = self.store.path(derived("conformed", self.rush.key)) / SOUND
        recorder = self.store.path(derived("sound", self.recorder)) / sound.PCM
        found = sync.sync(camera, recorder)
        if found is not None:
            samples = sample_at(self.rush.frames, self.rush.rate)
            sync.synced(recorder, found, samples, folder / SOUND)
            run(self.ffmpeg, voice_arguments(str(folder / SOUND), str(folder / VOICE)), what="a recorder's voice")
        return Recorded(found)


@dataclass(frozen=True)
class Rendering(Making[bool]):
    """A segment's picture, and a small still of its middle for reports: no later draft decodes it again."""

    segment: Segment
    ffmpeg: Ffmpeg
    kind = "segment"
    gives = bool

    def make(self, folder: Path, progress: Progress) -> bool:
        """One ffmpeg process, checked on write."""
        del progress
        paths, normals = self._inputs()
        picture = folder / "picture.mp4"
        render.render(self.segment, paths, normals, picture, self.ffmpeg)
        for _, still in join.stills(picture, self.segment.rate, [self.segment.frames // 2]):
            (folder / STILL).write_bytes(still)
        (folder / MADE_OF).write_bytes(canonical(as_json(self.segment)))
        return True

    def command(self, out: str) -> list[str]:
        """The arguments ffmpeg would be given; overlays not made yet are taken as filling their picture."""
        paths, normals = self._inputs()
        return segment_arguments(self.segment, paths, normals, out)

    def _inputs(self) -> tuple[dict[Key, str], dict[Key, Normal]]:
        base = self.segment.base
        paths: dict[Key, str] = {}
        if isinstance(base, Source):
            paths[base.key] = str(self.store.path(derived("conformed", base.key)) / MEZZANINE)
        normals: dict[Key, Normal] = {}
        for laid in self.segment.overlays:
            place = self.store.path(derived("overlay", laid.key))
            there = stored(Normal, place)
            if there is None:
                there = Normal(laid.box.size, laid.box.size.box, laid.frames, alpha=True, still=laid.frames == 1)
            normals[laid.key] = there
            paths[laid.key] = str(place / ("picture.png" if there.still else "picture.mp4"))
        return paths, normals


@dataclass(frozen=True)
class Mixing(Making[sound.Mixed]):
    """The sound of a draft, whole."""

    timeline: Timeline
    style: Style
    recorders: tuple[tuple[Key, Key], ...]
    ffmpeg: Ffmpeg
    kind = "mix"
    gives = sound.Mixed

    def make(self, folder: Path, progress: Progress) -> sound.Mixed:
        """Mixes from PCM and encodes once."""
        del progress
        recorded = dict(self.recorders)
        sources: dict[Key, Path] = {}
        for clip in self.timeline.sounds:
            if clip.kind != "voice":
                place = self.store.path(derived("sound", clip.key)) / sound.PCM
            elif clip.key in recorded:
                place = self.store.path(derived("recorded", recorded[clip.key])) / SOUND
            else:
                place = self.store.path(derived("conformed", clip.key)) / SOUND
            sources[clip.key] = place
        bitrate = self.style.encode.audio_bitrate
        return sound.mixed(self.timeline, self.style.loudness, sources, folder / "sound.m4a", self.ffmpeg, bitrate)
