"""The crew on this machine: every piece in a pool of processes, every object in the video's folder."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from pipeline.draft import Draft, Plan
from pipeline.errors import Problem, ScriptError
from pipeline.footage import Asset, Footage, Media, Normal, Remark, Rush
from pipeline.manifest import manifest
from pipeline.media import conform, listen, overlays, shelf, sound, watch
from pipeline.media.conform import common_rate
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.model import SpeechModel
from pipeline.page import page as report_page
from pipeline.presets import Seeing, Style
from pipeline.references import meant
from pipeline.report import Made, report
from pipeline.script import Script
from pipeline.segments import Segment
from pipeline.spans import standard_rate
from pipeline.speech import Speech
from pipeline.timeline import Card
from pipeline.tracks import Watched
from pipeline.values import Key, digest
from storage.folder_store import FolderStore
from storage.keys import derived
from storage.objects import storage_error
from workers import publish
from workers.folder import AUDIO, DRAFTS, MOTION, RUSHES, Index, Probed, VideoFolder
from workers.pieces import (
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
from workers.pool import Pool, Times, Work
from workers.progress import Listener, Step
from workers.publish import Parts
from workers.recorders import recorded_key, with_recorders

T = TypeVar("T")

USUAL_RATE = Fraction(25)
"""The rate of a draft that has no rush and no rate of its own: EBU countries' (ITU-R BT.709 systems at 50 Hz)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a crew works with, found and checked by the front door."""

    ffmpeg: Ffmpeg
    model: SpeechModel | None
    workers: int


class LocalCrew:
    """Does the slow work of one video's folder on this machine. Use as a context: leaving it ends its processes."""

    def __init__(self, folder: VideoFolder, tools: Tools, listener: Listener) -> None:
        self.folder = folder
        self.tools = tools
        self.times = Times()
        self.store = FolderStore(folder.hidden)
        self._listener = listener
        self._pool = Pool(tools.workers, listener, self.times)
        self._open = contextlib.ExitStack()
        self._counts: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.store.locked())
            self.store.swept()
            stack.enter_context(self._pool)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    @property
    def build(self) -> str:
        """Names the ffmpeg that renders."""
        return self.tools.ffmpeg.build

    def find(self, script: Script, style: Style) -> Footage:
        """The rushes in `rushes/`, conformed, and the assets that the script names, normalised."""
        files = {name: self.folder.files(name) for name in (RUSHES, MOTION, AUDIO)}
        asked = _asked(script, files)
        named = {path for _, _, path in asked}
        others = {name: path for name, path in files[AUDIO].items() if path not in named}
        probed = self._probed([*files[RUSHES].items(), *((name, path) for _, name, path in asked), *others.items()])
        filmed, attached = probed[: len(files[RUSHES])], probed[len(files[RUSHES]) : len(probed) - len(others)]
        usable, remarks = _usable(filmed)
        rate = style.rate or common_rate([_media(file) for file in usable]) or USUAL_RATE
        remarks += [
            Remark("rush-rate", f"{file.name}: {_media(file).rate} → {rate}")
            for file in usable
            if standard_rate(_media(file).rate or rate) != rate
        ]
        rushes = self._made("conform", "frames", [self._conforming(file, rate) for file in usable])
        rushes = [replace(rush, name=file.name) for rush, file in zip(rushes, usable, strict=True)]
        rushes, more = self._recorded(rushes, probed[len(probed) - len(others) :])
        normal = self._normal(attached, rate)
        assets: list[tuple[str, Asset]] = []
        for (reference, _, _), file, made in zip(asked, attached, normal, strict=True):
            if made is None:
                remarks.append(Remark("asset-unreadable", str(file.error)))
            else:
                assets.append((reference, made))
        return Footage(rate, tuple(rushes), tuple(assets), remarks=(*remarks, *more))

    def listen(self, rushes: tuple[Rush, ...], language: str) -> tuple[Speech, ...]:
        """Words and pauses of each rush."""
        model = self.tools.model
        makings: list[Listening] = []
        for rush in rushes:
            key = listen.listen_key(rush, language, model)
            key = digest({"heard": key, "recorder": rush.recorder}) if rush.recorder else key
            makings.append(Listening(self.store, key, rush, language, model))
        heard = self._made("listen", "frames", [(making, making.rush.frames) for making in makings])
        return tuple(replace(speech, rush=rush.name) for speech, rush in zip(heard, rushes, strict=True))

    def watch(self, rushes: tuple[Rush, ...], seeing: Seeing) -> tuple[Watched, ...]:
        """Where faces are in each rush."""
        makings = [Watching(self.store, watch.watch_key(rush, seeing), rush, seeing) for rush in rushes]
        seen = self._made("watch", "frames", [(making, making.rush.frames) for making in makings])
        return tuple(replace(watched, rush=rush.name) for watched, rush in zip(seen, rushes, strict=True))

    def compose(self, cards: tuple[Card, ...], style: Style) -> None:
        """Titles, name bands and slates."""
        distinct = {card.key: card for card in cards}
        makings = [Composing(self.store, key, card, style.brand, self.tools.ffmpeg) for key, card in distinct.items()]
        self._made("cards", "cards", [(making, 1) for making in makings])

    def render(self, pieces: tuple[Segment, ...]) -> tuple[Key, ...]:
        """Each segment rendered, the longest first; only what was not rendered before."""
        distinct = {piece.key: piece for piece in pieces}
        order = sorted(distinct.items(), key=lambda item: -item[1].frames)
        makings = [(Rendering(self.store, key, piece, self.tools.ffmpeg), piece.frames) for key, piece in order]
        self._made("render", "frames", makings)
        return tuple(piece.key for piece in pieces)

    def rendered(self, piece: Segment) -> bool:
        """True when that segment was rendered before."""
        return Rendering(self.store, piece.key, piece, self.tools.ffmpeg).found() is not None

    def command(self, piece: Segment) -> list[str]:
        """The arguments ffmpeg is given for that segment, so that a person can paste them."""
        return Rendering(self.store, piece.key, piece, self.tools.ffmpeg).command("picture.mp4")

    def join(self, plan: Plan, pictures: tuple[Key, ...]) -> Draft:
        """Sound mixed and encoded once, pictures joined by copy, published whole as the next number."""
        timeline = plan.timeline
        recorders = tuple((rush.key, rush.recorder) for rush in plan.footage.rushes if rush.recorder)
        key = sound.sound_key(timeline, plan.style, self.build)
        key = digest({"mix": key, "recorders": recorders}) if recorders else key
        mixing = Mixing(self.store, key, timeline, plan.style, recorders, self.tools.ffmpeg)
        [mixed] = self._made("sound", "frames", [(mixing, timeline.frames)])
        files = tuple(self.store.path(derived("segment", picture)) / "picture.mp4" for picture in pictures)
        parts = Parts(files, self.store.path(mixing.name) / "sound.m4a", mixed)
        drafts = self.folder.root / DRAFTS
        with self.store.scratch() as scratch, self.times.phase("join"):
            self._listener(Step("join", 0, 1, "drafts"))
            try:
                publish.write_film(scratch, plan, parts)
                number = publish.next_number(drafts)
                made = Made(number, self._fates(pictures), mixed.loudness, mixed.true_peak, self.times.rows())
                said = shelf.said_in(plan.script.language)
                told = report(plan, made, said)
                fonts = shelf.page_fonts(plan.style.brand)
                page = report_page(told, said, publish.pictures_of(scratch, plan), shelf.page("report.html.j2"), fonts)
                publish.write_pages(scratch, manifest(plan, pictures, key, self.build), told, page)
            except OSError as error:
                raise storage_error(error, scratch) from error
            draft = publish.published(scratch, drafts, number, told)
            self._listener(Step("join", 1, 1, "drafts", finished=True))
        return draft

    def _fates(self, pictures: tuple[Key, ...]) -> dict[str, int]:
        """How many segments there are, how many of them were rendered now, how many were there (or repeat)."""
        distinct, there = self._counts["render"]
        rendered = distinct - there
        return {"total": len(pictures), "rendered": rendered, "reused": len(pictures) - rendered}

    def _conforming(self, file: Probed, rate: Fraction) -> tuple[Making[Rush], int]:
        media = _media(file)
        key = conform.conform_key(media, rate, self.build)
        return Conforming(self.store, key, file.path, media, rate, self.tools.ffmpeg), max(1, media.frames)

    def _probed(self, wanted: Sequence[tuple[str, Path]]) -> list[Probed]:
        index = Index(self.folder.hidden / "index.json")

        def show(count: int) -> None:
            self._listener(Step("probe", count, len(wanted), "files", finished=count == len(wanted)))

        probed = index.probed(wanted, show)
        index.keep()
        return probed

    def _recorded(self, rushes: list[Rush], files: Sequence[Probed]) -> tuple[list[Rush], list[Remark]]:
        """The rushes with the sound of the recorders that recorded the same, and what people should know."""
        sounds = self._sounds([file for file in files if file.media and file.media.kind == "sound"])
        remarks = [Remark("sound-unreadable", str(file.error)) for file in files if file.error]
        tries = [
            Recording(self.store, recorded_key(rush, key), rush, key, self.tools.ffmpeg)
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
        keys = {sound.decoded_key(_media(file), self.build): file for file in files}
        makings = [Sounding(self.store, k, file.path, _media(file), self.tools.ffmpeg) for k, file in keys.items()]
        samples = self._made("sounds", "files", [(making, 1) for making in makings])
        return {key: (file, count) for (key, file), count in zip(keys.items(), samples, strict=True)}

    def _normal(self, files: Sequence[Probed], rate: Fraction) -> list[Asset | None]:
        """Each file as an asset (its picture, or its sound), None where it cannot be used; made once each."""
        sounds = self._sounds([file for file in files if file.media and file.media.kind == "sound"])
        pictures: dict[Key, Normalising] = {}
        for file in files:
            if file.media is not None and file.media.kind != "sound":
                key = overlays.normal_key(file.media, rate, self.build)
                pictures[key] = Normalising(self.store, key, file.path, file.media, rate, self.tools.ffmpeg)
        normals = dict(zip(pictures, self._made("assets", "assets", [(p, 1) for p in pictures.values()]), strict=True))
        return [self._asset(file, rate, sounds, normals) for file in files]

    def _asset(
        self, file: Probed, rate: Fraction, sounds: Mapping[Key, tuple[Probed, int]], normals: Mapping[Key, Normal]
    ) -> Asset | None:
        media = file.media
        if media is None:
            return None
        if media.kind == "sound":
            key = sound.decoded_key(media, self.build)
            return Asset(file.name, media.digest, "sound", key, samples=sounds[key][1])
        key = overlays.normal_key(media, rate, self.build)
        normal = normals[key]
        kind = "still" if normal.still else "moving"
        return Asset(file.name, media.digest, kind, key, normal.size, normal.box, normal.frames, normal.alpha)

    def _made(self, phase: str, unit: str, makings: Sequence[tuple[Making[T], int]]) -> list[T]:
        """The value of each, those made before found, the rest done in the pool."""
        found = [making.found() for making, _ in makings]
        missing = [pair for pair, value in zip(makings, found, strict=True) if value is None]
        reused = len(makings) - len(missing)
        reused_units = sum(units for (_, units), value in zip(makings, found, strict=True) if value is not None)
        work = [Work(making, units) for making, units in missing]
        made = iter(self._pool.done(phase, unit, work, reused, reused_units))
        self._counts[phase] = (len(makings), reused)
        return [next(made) if value is None else value for value in found]


def found_files(script: Script, folder: VideoFolder) -> dict[str, bool]:
    """Which assets the script names are in the folder, by reference.

    Raises:
        ScriptError: a reference may mean two files.
    """
    files = {name: folder.files(name) for name in (MOTION, AUDIO)}
    there = {reference for reference, _, _ in _asked(script, files)}
    return {reference: reference in there for reference, _ in script.references()}


def _media(file: Probed) -> Media:
    assert file.media is not None  # noqa: S101
    return file.media


def _usable(filmed: Sequence[Probed]) -> tuple[list[Probed], list[Remark]]:
    """The rushes that can be cut from, each picture once, and what people should know of the others."""
    usable: dict[Key, Probed] = {}
    remarks: list[Remark] = []
    for file in filmed:
        if file.media is None:
            remarks.append(Remark("rush-unreadable", str(file.error)))
        elif file.media.kind != "video":
            remarks.append(Remark("rush-not-film", file.name))
        elif file.media.digest in usable:
            remarks.append(Remark("rush-twice", f"{file.name} = {usable[file.media.digest].name}"))
        else:
            usable[file.media.digest] = file
            remarks += [Remark(f"probe.{code}", file.name) for code in file.media.remarks if code != "moov-at-end"]
    return list(usable.values()), remarks


def _asked(script: Script, files: dict[str, dict[str, Path]]) -> list[tuple[str, str, Path]]:
    """Each reference of the script that is there: (reference as the footage is asked for it, file name, path).

    Raises:
        ScriptError: a reference may mean two files.
    """
    out: dict[str, tuple[str, str, Path]] = {}
    problems: list[Problem] = []
    for line in script.lines:
        for cue in line.cues:
            if cue.name not in {"show", "music", "sound"} or cue.asset in out:
                continue
            both = files[MOTION] | files[AUDIO]
            folders = (files[MOTION], both) if cue.name == "show" else (files[AUDIO], both)
            names = next((found for folder in folders if (found := meant(cue.reference, folder, cue.version))), ())
            if len(names) > 1:
                place = cue.place_in_file
                message = f'"{cue.reference}" may mean {" or ".join(names)}'
                todo = "write its folder too, or rename one of them"
                problems.append(Problem(place.line, place.column, message, "script.md", todo))
            elif names:
                out[cue.asset] = (cue.asset, names[0], both[names[0]])
    if problems:
        raise ScriptError(tuple(problems))
    return list(out.values())
