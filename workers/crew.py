"""What any crew does: which pieces a draft needs, by their keys, and how it is joined from them.

Where the pieces are made is for the crew itself to say (`_made`): here (`workers.local`), or on the farm
(`workers.farm`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from pipeline.draft import Draft, Plan
from pipeline.footage import Asset, Footage, Media, Normal, Remark, Rush
from pipeline.manifest import heard_key, manifest
from pipeline.media import conform, listen, overlays, shelf, sound, watch
from pipeline.media.conform import common_rate
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.model import SpeechModel
from pipeline.page import page as report_page
from pipeline.presets import Seeing, Style
from pipeline.report import Made, report
from pipeline.script import Script
from pipeline.segments import Segment
from pipeline.spans import standard_rate
from pipeline.speech import Speech
from pipeline.timeline import Card
from pipeline.tracks import Watched
from pipeline.values import Key, digest
from storage.keys import derived
from storage.objects import storage_error
from workers import publish
from workers.folder import Probed
from workers.home import Home
from workers.noted import noted
from workers.pieces import (
    PICTURE,
    STILL,
    Composing,
    Conforming,
    Listening,
    Making,
    Mixing,
    Normalising,
    Recording,
    Rendering,
    Sounding,
    Watching,
)
from workers.pool import Times
from workers.progress import Listener, Step
from workers.publish import Finished, Parts
from workers.recorders import recorded_key, with_recorders
from workers.rules import rules
from workers.workshop import Workshop

T = TypeVar("T")

USUAL_RATE = Fraction(25)
"""The rate of a draft that has no rush and no rate of its own: EBU countries' (ITU-R BT.709 systems at 50 Hz)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a crew works with, found and checked by the front door."""

    ffmpeg: Ffmpeg
    model: SpeechModel | None
    workers: int


class PieceCrew(ABC):
    """Makes the draft of one video of pieces.

    `shop` is worked in; `home` is where files come from and drafts go to. `number` is that of the draft it makes,
    `finished` that draft, once it is made.
    """

    def __init__(self, home: Home, shop: Workshop, tools: Tools, listener: Listener) -> None:
        self.home = home
        self.tools = tools
        self.times = Times()
        self.shop = shop
        self.number = 1
        self.finished: Finished | None = None
        self._listener = listener

    @abstractmethod
    def _made(self, phase: str, unit: str, makings: Sequence[tuple[Making[T], int]]) -> list[T]:
        """The value of each piece, with the units of progress it is worth; those made before are found."""

    @abstractmethod
    def _fates(self, pieces: Sequence[Segment]) -> dict[str, int]:
        """How many segments there are, how many of them were rendered now, how many were there (or repeat)."""

    @property
    def build(self) -> str:
        """Names the ffmpeg that renders."""
        return self.tools.ffmpeg.build

    def find(self, script: Script, style: Style) -> Footage:
        """The rushes there are, conformed, and the assets that the script names, normalised."""
        with self.times.phase("probe"):
            found = self.home.found(script, self._shows("probe"))
        attached = [file for _, file in found.attached]
        usable, remarks = _usable(found.filmed)
        rate = style.rate or common_rate([media_of(file) for file in usable]) or USUAL_RATE
        remarks += [
            Remark("rush-rate", file.name, facts=(("own", str(media_of(file).rate)), ("film", str(rate))))
            for file in usable
            if standard_rate(media_of(file).rate or rate) != rate
        ]
        rushes = self._made("conform", "frames", [self._conforming(file, rate) for file in usable])
        rushes = [replace(rush, name=file.name) for rush, file in zip(rushes, usable, strict=True)]
        rushes, more = self._recorded(rushes, found.recorders)
        normal = self._normal(attached, rate, style, remarks)
        assets: list[tuple[str, Asset]] = []
        for (reference, file), made in zip(found.attached, normal, strict=True):
            if made is None:
                remarks.append(Remark("asset-unreadable", _refusal(file)))
            else:
                assets.append((reference, made))
        return Footage(rate, tuple(rushes), tuple(assets), remarks=(*remarks, *more), marks=found.marks)

    def listen(self, rushes: tuple[Rush, ...], language: str) -> tuple[Speech, ...]:
        """Words and pauses of each rush."""
        model = self.tools.model
        makings: list[Listening] = []
        for rush in rushes:
            key = heard_key(listen.listen_key(rush, language, model), rush.recorder)
            makings.append(Listening(self.shop, key, rush, language, model))
        heard = self._made("listen", "frames", [(making, making.rush.frames) for making in makings])
        return tuple(replace(speech, rush=rush.name) for speech, rush in zip(heard, rushes, strict=True))

    def watch(self, rushes: tuple[Rush, ...], seeing: Seeing) -> tuple[Watched, ...]:
        """Where faces are in each rush."""
        seen = self._made("watch", "frames", self._watchings(rushes, seeing))
        return tuple(replace(watched, rush=rush.name) for watched, rush in zip(seen, rushes, strict=True))

    def _watchings(self, rushes: tuple[Rush, ...], seeing: Seeing) -> list[tuple[Watching, int]]:
        return [(Watching(self.shop, watch.watch_key(rush, seeing), rush, seeing), rush.frames) for rush in rushes]

    def compose(self, cards: tuple[Card, ...], style: Style) -> None:
        """Titles, name bands and slates."""
        distinct = {card.key: card for card in cards}
        makings = [Composing(self.shop, key, card, style.brand, self.tools.ffmpeg) for key, card in distinct.items()]
        self._made("cards", "cards", [(making, 1) for making in makings])

    def render(self, pieces: tuple[Segment, ...]) -> tuple[Key, ...]:
        """Each segment rendered, the longest first; only what was not rendered before."""
        self._made("render", "frames", self._renderings(pieces))
        return tuple(piece.key for piece in pieces)

    def _renderings(self, pieces: Sequence[Segment]) -> list[tuple[Rendering, int]]:
        distinct = {piece.key: piece for piece in pieces}
        order = sorted(distinct.items(), key=lambda item: -item[1].frames)
        return [(Rendering(self.shop, key, piece, self.tools.ffmpeg), piece.frames) for key, piece in order]

    def rendered(self, piece: Segment) -> bool:
        """True when that segment was rendered before."""
        return Rendering(self.shop, piece.key, piece, self.tools.ffmpeg).found() is not None

    def command(self, piece: Segment) -> list[str]:
        """The arguments ffmpeg is given for that segment, so that a person can paste them."""
        return Rendering(self.shop, piece.key, piece, self.tools.ffmpeg).command("picture.mp4")

    def join(self, plan: Plan, pictures: tuple[Key, ...]) -> Draft:
        """Sound mixed and encoded once, pictures joined by copy, published whole as the next number."""
        mixing = self._mixing(plan)
        [mixed] = self._made("sound", "frames", [(mixing, plan.timeline.frames)])
        return self._joined(plan, pictures, mixing, mixed)

    def _mixing(self, plan: Plan) -> Mixing:
        recorders = tuple((rush.key, rush.recorder) for rush in plan.footage.rushes if rush.recorder)
        key = sound.sound_key(plan.timeline, plan.style, self.build)
        key = digest({"mix": key, "recorders": recorders}) if recorders else key
        return Mixing(self.shop, key, plan.timeline, plan.style, recorders, self.tools.ffmpeg)

    def _joined(self, plan: Plan, pictures: tuple[Key, ...], mixing: Mixing, mixed: sound.Mixed) -> Draft:
        names = [derived("segment", picture) for picture in pictures]
        files, stills = (tuple(self.shop.file(name, part) for name in names) for part in (PICTURE, STILL))
        parts = Parts(files, stills, self.shop.file(mixing.name, "sound.m4a"), mixed)
        with self.shop.work.scratch() as scratch:
            self._listener(Step("join", 0, 1, "drafts"))
            try:
                with self.times.phase("join"):
                    publish.write_film(scratch, plan, parts)
                loudness, peak = (mixed.loudness, mixed.true_peak) if mixed.heard else (None, None)
                made = Made(self.number, self._fates(plan.segments), loudness, peak, self.times.rows())
                said = shelf.said_in(plan.script.language)
                told = report(plan, made, said)
                fonts = shelf.page_fonts(plan.style.brand)
                small = publish.pictures_of(parts, plan)
                publish.write_strip(scratch, plan, small)
                page = report_page(told, said, small, shelf.page("report.html.j2"), fonts)
                pinned = manifest(plan, pictures, mixing.key, self.build, rules(plan.script.language))
                publish.write_pages(scratch, pinned, told, page)
            except OSError as error:
                raise storage_error(error, scratch) from error
            finished = Finished(self.number, plan, pictures, pinned, told)
            draft = self.home.published(scratch, finished)
            self.finished = finished
            self._listener(Step("join", 1, 1, "drafts", finished=True))
        return draft

    def _conforming(self, file: Probed, rate: Fraction) -> tuple[Making[Rush], int]:
        media = media_of(file)
        key = conform.conform_key(media, rate, self.build)
        making = Conforming(self.shop, key, file.path, media, rate, self.tools.ffmpeg)
        return making, max(1, media.frames)

    def _shows(self, phase: str) -> Callable[[int, int], None]:
        def show(done: int, total: int) -> None:
            self._listener(Step(phase, done, total, "files", finished=done == total))

        return show

    def _recorded(self, rushes: list[Rush], files: Sequence[Probed]) -> tuple[list[Rush], list[Remark]]:
        """The rushes with the sound of the recorders that recorded the same, and what people should know."""
        sounds = self._sounds([file for file in files if file.media and file.media.kind == "sound"])
        remarks = [Remark("sound-unreadable", _refusal(file)) for file in files if file.error]
        tries = [
            Recording(self.shop, recorded_key(rush, key), rush, key, self.tools.ffmpeg)
            for rush in rushes
            for key in sounds
            if not rush.silent
        ]
        found = self._made("sync", "files", [(one, 1) for one in tries])
        names = {key: file.name for key, (file, _) in sounds.items()}
        matched, more = with_recorders(rushes, names, list(zip(tries, found, strict=True)))
        return matched, remarks + more

    def _sounds(self, files: Sequence[Probed]) -> dict[Key, tuple[Probed, int]]:
        """Each sound decoded once: its file and its samples, by key."""
        keys = {sound.decoded_key(media_of(file), self.build): file for file in files}
        makings = [Sounding(self.shop, key, file.path, media_of(file), self.tools.ffmpeg) for key, file in keys.items()]
        samples = self._made("sounds", "files", [(making, 1) for making in makings])
        return {key: (file, count) for (key, file), count in zip(keys.items(), samples, strict=True)}

    def _normal(
        self, files: Sequence[Probed], rate: Fraction, style: Style, remarks: list[Remark]
    ) -> list[Asset | None]:
        """Each file as an asset (its picture, or its sound), None where it cannot be used; made once each.

        What people should know of them is added to `remarks`.
        """
        sounds = self._sounds([file for file in files if file.media and file.media.kind == "sound"])
        pictures: dict[Key, Normalising] = {}
        keys: list[Key] = []
        for file in files:
            wanted = overlays.Wanted(rate, style.size, file.about.alpha)
            drawn = file.media is not None and file.media.kind != "sound"
            keys.append(overlays.normal_key(media_of(file), wanted, self.build) if drawn else Key(""))
            if drawn:
                piece = Normalising(self.shop, keys[-1], file.path, media_of(file), wanted, self.tools.ffmpeg)
                pictures[keys[-1]] = piece
        normals = dict(zip(pictures, self._made("assets", "assets", [(p, 1) for p in pictures.values()]), strict=True))
        remarks += [
            remark
            for file, key in zip(files, keys, strict=True)
            if key
            for remark in noted(file.name, media_of(file), normals[key], file.about, rate)
        ]
        return [self._asset(file, key, sounds, normals) for file, key in zip(files, keys, strict=True)]

    def _asset(
        self, file: Probed, key: Key, sounds: Mapping[Key, tuple[Probed, int]], normals: Mapping[Key, Normal]
    ) -> Asset | None:
        media = file.media
        if media is None:
            return None
        if media.kind == "sound":
            key = sound.decoded_key(media, self.build)
            return Asset(file.name, media.digest, "sound", key, samples=sounds[key][1], about=file.about)
        normal = normals[key]
        kind = "still" if normal.still else "moving"
        made = Asset(file.name, media.digest, kind, key, normal.size, normal.box, normal.frames, normal.alpha)
        return replace(made, about=file.about, flashes=normal.flashes)


def media_of(file: Probed) -> Media:
    """What a file is that can be used."""
    assert file.media is not None  # noqa: S101
    return file.media


def _refusal(file: Probed) -> str:
    """Why a file cannot be used and what to do, as one line."""
    assert file.error is not None  # noqa: S101
    return "; ".join(part for part in (file.error.message, file.error.todo) if part)


def _usable(filmed: Sequence[Probed]) -> tuple[list[Probed], list[Remark]]:
    """The rushes that can be cut from, each picture once, and what people should know of the others."""
    usable: dict[Key, Probed] = {}
    remarks: list[Remark] = []
    for file in filmed:
        if file.media is None:
            remarks.append(Remark("rush-unreadable", _refusal(file)))
        elif file.media.kind != "video":
            remarks.append(Remark("rush-not-film", file.name))
        elif file.media.digest in usable:
            remarks.append(Remark("rush-twice", f"{file.name} = {usable[file.media.digest].name}"))
        else:
            usable[file.media.digest] = file
            told = {"no-sound": "rush-silent"}
            remarks += [
                Remark(told.get(code, f"probe.{code}"), file.name)
                for code in file.media.remarks
                if code != "moov-at-end"
            ]
    return list(usable.values()), remarks
