"""A draft made again from its manifest: the same files, by digest, and what was made of them, by key."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pipeline.errors import NotFound
from pipeline.footage import Asset, Footage, Normal, Rush
from pipeline.manifest import WrongManifest, heard_key, pinned
from pipeline.media import listen, overlays, watch
from pipeline.presets import Seeing, Style
from pipeline.script import Script
from pipeline.segments import Segment
from pipeline.speech import Speech
from pipeline.tracks import Watched
from pipeline.values import Key
from storage.keys import Kind, derived
from workers.crew import Tools, media_of
from workers.folder import Probed
from workers.home import Home
from workers.local import LocalCrew
from workers.pieces import (
    Conforming,
    Listening,
    Making,
    Normalising,
    Recorded,
    Sounding,
    Watching,
)
from workers.progress import Listener
from workers.rules import rules
from workers.workshop import Workshop

T = TypeVar("T")

OTHER_VERSION = "use the version of Rushes that made it; what it lacks can be made by no other"


class PinnedCrew(LocalCrew):
    """Makes a draft again. What changed since makes no difference: it works from what the manifest pins.

    What is made already is taken by its key, whoever made it. What is not is made only where it would come out the
    same: by the same ffmpeg, recipes and presets, from an original with the same bytes.
    """

    def __init__(
        self, home: Home, shop: Workshop, tools: Tools, listener: Listener, manifest: Mapping[str, Any]
    ) -> None:
        super().__init__(home, shop, tools, listener)
        self._manifest = manifest
        self._pinned = pinned(manifest)

    @property
    def build(self) -> str:
        """The ffmpeg that rendered it."""
        return self._manifest["ffmpeg"]

    def find(self, script: Script, style: Style) -> Footage:
        """The footage as it was.

        Raises:
            NotFound: something is gone, and so is the file that it was made from.
        """
        del script, style
        footage = self._pinned.footage
        distinct = {asset.key: asset for _, asset in footage.assets}.values()
        conformed = [rush for rush in footage.rushes if self._lacks("conformed", rush.key, Rush)]
        pictures = [one for one in distinct if one.kind != "sound" and self._lacks("overlay", one.key, Normal)]
        sounds = [one for one in distinct if one.kind == "sound" and self._lacks("sound", one.key, int)]
        self._made("conform", "frames", [(self._conformed(rush), max(1, rush.frames)) for rush in conformed])
        self._made("assets", "assets", [(self._normalised(asset), 1) for asset in pictures])
        self._made("sounds", "files", [(self._sounded(asset), 1) for asset in sounds])
        for rush in footage.rushes:
            if rush.recorder and self._lacks("recorded", rush.recorder, Recorded):
                message = f"{rush.name}: the recorder's sound is gone that the draft was made with"
                raise NotFound(message, todo=OTHER_VERSION)
        return footage

    def listen(self, rushes: tuple[Rush, ...], language: str) -> tuple[Speech, ...]:
        """What was heard then."""
        model, makings = self.tools.model, list[tuple[Listening, int]]()
        for rush, then in zip(rushes, self._manifest["speech"], strict=True):
            making = Listening(self.shop, heard_key(Key(then["key"]), rush.recorder), rush, language, model)
            if then["key"] != listen.listen_key(rush, language, model):
                self._refuse_unmade(making, f"{rush.name} was heard with another speech model")
            makings.append((making, rush.frames))
        heard = self._made("listen", "frames", makings)
        return tuple(replace(speech, rush=rush.name) for speech, rush in zip(heard, rushes, strict=True))

    def watch(self, rushes: tuple[Rush, ...], seeing: Seeing) -> tuple[Watched, ...]:
        """What was seen then."""
        makings: list[tuple[Watching, int]] = []
        for rush, then in zip(rushes, self._manifest["watched"], strict=True):
            making = Watching(self.shop, Key(then["key"]), rush, seeing)
            if making.key != watch.watch_key(rush, seeing):
                self._refuse_unmade(making, f"{rush.name} was watched by another version")
            makings.append((making, rush.frames))
        seen = self._made("watch", "frames", makings)
        return tuple(replace(watched, rush=rush.name) for watched, rush in zip(seen, rushes, strict=True))

    def render(self, pieces: tuple[Segment, ...]) -> tuple[Key, ...]:
        """The same segments.

        Raises:
            WrongManifest: this version of Rushes decides otherwise.
        """
        if [piece.key for piece in pieces] != self._manifest["segments"]:
            message = "this version of Rushes cuts the same footage otherwise than the one that made the draft"
            raise WrongManifest(message, todo="use that version; the draft itself is as it was")
        return super().render(pieces)

    def _made(self, phase: str, unit: str, makings: Sequence[tuple[Making[T], int]]) -> list[T]:
        if any(making.found() is None for making, _ in makings):
            self._refuse_otherwise()
        return super()._made(phase, unit, makings)

    def _refuse_otherwise(self) -> None:
        """Nothing, when what is made now comes out as it did then."""
        if self.tools.ffmpeg.build != self.build:
            message = "something is to be rendered again, and the ffmpeg that rendered it was another"
            raise WrongManifest(message, todo="name the same ffmpeg in RUSHES_FFMPEG")
        then, now = self._manifest["rules"], rules(self._pinned.script.language)
        other = sorted(name for part in now for name in now[part] if then[part].get(name) != now[part][name])
        if other:
            message = f"something is to be made again, and its rules are others now: {', '.join(other)}"
            raise WrongManifest(message, todo=OTHER_VERSION)

    def _refuse_unmade(self, making: Making[Any], why: str) -> None:
        if self._lacks(making.kind, making.key, making.gives):
            raise NotFound(f"{why}, and what was found then is gone", todo=OTHER_VERSION)

    def _conformed(self, rush: Rush) -> Conforming:
        path = self._original(rush.name, rush.digest).path
        return Conforming(self.shop, rush.key, path, rush.media, rush.rate, self.tools.ffmpeg)

    def _normalised(self, asset: Asset) -> Normalising:
        file = self._original(asset.name, asset.digest)
        wanted = overlays.Wanted(self._pinned.footage.rate, self._pinned.style.size, asset.about.alpha)
        return Normalising(self.shop, asset.key, file.path, media_of(file), wanted, self.tools.ffmpeg)

    def _sounded(self, asset: Asset) -> Sounding:
        file = self._original(asset.name, asset.digest)
        return Sounding(self.shop, asset.key, file.path, media_of(file), self.tools.ffmpeg)

    def _lacks(self, kind: Kind, key: Key, gives: type[Any]) -> bool:
        """True when nobody made it, or it is gone."""
        return self.shop.value(gives, derived(kind, key)) is None

    def _original(self, name: str, digest: Key) -> Probed:
        file = self.home.original(digest, self._shows("probe"))
        if file is None:
            todo = "put the same file back, under any name; its sha256 is " + digest
            raise NotFound(f"{name} is gone that the draft was made from, and so is what was made of it", todo=todo)
        return file
