"""The slow pieces of a draft, each: found by key, or done and stored under it. They run in any process.

A piece is a value that can be sent to another process. What it makes is one object of the store: files, and beside
them `value.json`, the value the draft goes on with.
"""

import json
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from pipeline.commands.conform import ANALYSIS, MEZZANINE, SOUND, VOICE
from pipeline.commands.inputs import LINK
from pipeline.commands.segment import segment_arguments
from pipeline.commands.sound import voice_arguments
from pipeline.errors import PresetError
from pipeline.footage import Media, Normal, Rush
from pipeline.media import cards, conform, join, listen, overlays, render, shelf, sound, sync, watch
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.model import SpeechModel
from pipeline.presets import Brand, Seeing, Style, brand_key
from pipeline.segments import Laid, Segment, Source
from pipeline.spans import Span, sample_at
from pipeline.speech import Speech
from pipeline.timeline import Card, Timeline
from pipeline.tracks import Watched
from pipeline.values import FORMAT, Key, as_json, canonical
from storage.keys import Kind, derived, safe_name
from storage.objects import storage_error
from storage.reading import Stored
from workers.workshop import LINK_SECONDS, VALUE, Lost, Workshop

STILL = "still.jpg"
"""The picture of a segment's middle, beside it."""
PICTURE = "picture.mp4"
"""The picture of a segment, or of a moving asset."""
MARGIN = 48_000
"""Samples read beyond both ends of what sounds of a rush: clips that blend reach a little further."""
MADE_OF = "made-of.json"
"""What a segment was made of, beside it: the very bytes that its key is the digest of."""

Progress = Callable[[int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a recorder stands against a rush; None when it did not record the same."""

    sync: sync.Sync | None


def readable(place: Path | Stored) -> Path | str:
    """What ffmpeg can read: a path, or a link of our own store."""
    if isinstance(place, Path):
        return place
    where = place.store.source(place.key, LINK_SECONDS)
    return where if where.startswith(LINK) else Path(where)


@dataclass(frozen=True)
class Making(ABC, Generic[T]):
    """One object to be made. Calling it gives its value, made now or before."""

    shop: Workshop
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
        return self.shop.value(self.gives, self.name)

    def __call__(self, progress: Progress) -> T:
        """Its value, after making and publishing it if it was not there.

        Raises:
            StorageUnavailable: the disk is full or may not be written.
        """
        there = self.found()
        if there is not None:
            self.shop.share(self.name)  # the store may have been away when it was made
            return there
        try:
            with self.shop.work.scratch() as scratch:
                folder = scratch / "object"
                folder.mkdir()
                value = self.write(folder, progress)
                self.shop.publish(folder, self.name)
        except OSError as error:
            raise storage_error(error, self.shop.work.root) from error
        return value

    def write(self, folder: Path, progress: Progress) -> T:
        """Its value, after writing the whole object, `value.json` last, into an empty folder."""
        value = self.make(folder, progress)
        text = json.dumps({"format": FORMAT, "value": as_json(value)}, ensure_ascii=False)
        (folder / VALUE).write_text(text, "utf-8")
        return value


@dataclass(frozen=True)
class Conforming(Making[Rush]):
    """A rush conformed: mezzanine, proxy, analysis frames, sound."""

    path: Path | Stored
    media: Media
    rate: Fraction
    ffmpeg: Ffmpeg
    kind = "conformed"
    gives = Rush

    def make(self, folder: Path, progress: Progress) -> Rush:
        """One decode of the rush, everything from it."""
        return conform.conform(readable(self.path), self.media, self.rate, folder, self.ffmpeg, progress)


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
        analysis = self.shop.file(derived("conformed", self.rush.key), ANALYSIS)
        return watch.watch(analysis.parent, self.rush, self.seeing, progress)


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
        voice = self.shop.file(place, VOICE)
        return listen.listen(voice, self.rush, self.language, self.model, progress)


@dataclass(frozen=True)
class Normalising(Making[Normal]):
    """An asset's picture: straight alpha, cut to what is visible, at the timeline's rate."""

    path: Path | Stored
    media: Media
    wanted: overlays.Wanted
    ffmpeg: Ffmpeg
    kind = "overlay"
    gives = Normal

    @property
    def as_here(self) -> bool:
        """True when this machine would make the same of it: a drawing has the fonts there are."""
        return self.key == overlays.normal_key(self.media, self.wanted, self.ffmpeg.build)

    def make(self, folder: Path, progress: Progress) -> Normal:
        """Decodes the asset with the right decoder and writes its normal form."""
        with self.shop.work.scratch() as scratch:
            path = self.path
            if isinstance(path, Stored):  # small beside a rush, and its name tells some decoders what it is
                original, path = path, scratch / safe_name(path.name)
                original.store.get(original.key, path, sha256=self.media.digest)
            return overlays.normalised(path, self.media, self.wanted, folder, self.ffmpeg, progress)


@dataclass(frozen=True)
class Composing(Making[Normal]):
    """A card: title, name band, key words, slate."""

    card: Card
    brand: Brand
    ffmpeg: Ffmpeg
    kind = "overlay"
    gives = Normal

    @property
    def as_here(self) -> bool:
        """True when this machine has the fonts, logos and words that it is to be drawn with."""
        return self.card.brand == brand_key(self.brand, shelf.files_key())

    def make(self, folder: Path, progress: Progress) -> Normal:
        """Composes it in the brand.

        Raises:
            PresetError: this machine has other fonts, logos or words than the one that asked for it.
        """
        del progress
        if not self.as_here:
            message = f"the fonts, logos or words here are others than those that the {self.card.template} card wants"
            todo = "give every machine the same presets (RUSHES_PRESETS), or draft again without --manifest"
            raise PresetError(message, todo=todo)
        return cards.composed(self.card, self.brand, folder, self.ffmpeg, shelf.said_in(self.card.language))


@dataclass(frozen=True)
class Sounding(Making[int]):
    """Music, an effect or a recorder's file as 48 kHz PCM; its value is how many samples it has."""

    path: Path | Stored
    media: Media
    ffmpeg: Ffmpeg
    kind = "sound"
    gives = int

    def make(self, folder: Path, progress: Progress) -> int:
        """Decodes it once."""
        del progress
        return sound.decoded(readable(self.path), folder / sound.PCM, self.ffmpeg)


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
        camera = self.shop.file(derived("conformed", self.rush.key), SOUND)
        recorder = self.shop.file(derived("sound", self.recorder), sound.PCM)
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
        paths, normals = self.inputs()
        picture = folder / PICTURE
        render.render(self.segment, paths, normals, picture, self.ffmpeg, progress)
        for _, still in join.stills(picture, self.segment.rate, [self.segment.frames // 2]):
            (folder / STILL).write_bytes(still)
        (folder / MADE_OF).write_bytes(canonical(as_json(self.segment)))
        return True

    def command(self, out: str) -> list[str]:
        """The arguments ffmpeg would be given; overlays not made yet are taken as filling their picture."""

        def normal(laid: Laid) -> Normal:
            there = self.shop.value(Normal, derived("overlay", laid.key))
            return there or Normal(laid.box.size, laid.box.size.box, laid.frames, alpha=True, still=laid.frames == 1)

        paths, normals = self._inputs(lambda name, part: str(self.shop.work.path(name) / part), normal)
        return segment_arguments(self.segment, paths, normals, out)

    def inputs(self) -> tuple[dict[Key, str], dict[Key, Normal]]:
        """What ffmpeg reads for it, and how each graphic lies in its picture, by key.

        Raises:
            Lost: the store has one of them no longer.
        """
        return self._inputs(self._brought, self._normal)

    def _inputs(
        self, place: Callable[[str, str], str], normal: Callable[[Laid], Normal]
    ) -> tuple[dict[Key, str], dict[Key, Normal]]:
        base = self.segment.base
        paths: dict[Key, str] = {}
        if isinstance(base, Source):
            paths[base.key] = place(derived("conformed", base.key), MEZZANINE)
        normals: dict[Key, Normal] = {}
        for laid in self.segment.overlays:
            normals[laid.key] = normal(laid)
            part = "picture.png" if normals[laid.key].still else PICTURE
            paths[laid.key] = place(derived("overlay", laid.key), part)
        return paths, normals

    def _normal(self, laid: Laid) -> Normal:
        name = derived("overlay", laid.key)
        there = self.shop.value(Normal, name)
        if there is None:
            raise Lost(name, VALUE)
        return there

    def _brought(self, name: str, part: str) -> str:
        """A rush is read by ranges; a graphic, which several segments show, is brought here whole."""
        ranged = part == MEZZANINE and self.ffmpeg.ranged
        return self.shop.source(name, part) if ranged else str(self.shop.file(name, part))


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
        """Mixes from PCM and encodes once. Of what was filmed, only what sounds is read."""
        del progress
        bitrate = self.style.encode.audio_bitrate
        with self.shop.work.scratch() as scratch:
            sources = self._sources(scratch)
            out = folder / "sound.m4a"
            return sound.mixed(self.timeline, self.style.loudness, sources, out, self.ffmpeg, bitrate)

    def _sources(self, scratch: Path) -> dict[Key, Path]:
        recorded = dict(self.recorders)
        spoken: defaultdict[Key, list[Span]] = defaultdict(list)
        sources: dict[Key, Path] = {}
        for clip in self.timeline.sounds:
            if clip.kind == "voice":
                spoken[clip.key].append(Span(clip.source.start - MARGIN, clip.source.stop + MARGIN))
            elif clip.key not in sources:  # music is measured whole
                sources[clip.key] = self.shop.file(derived("sound", clip.key), sound.PCM)
        for key, spans in spoken.items():
            name = derived("recorded", recorded[key]) if key in recorded else derived("conformed", key)
            sources[key] = self.shop.sound(name, SOUND, spans, scratch)
        return sources
