"""The crew on this machine: every piece in a pool of processes, every object in the video's folder."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from pipeline.draft import Draft, Plan
from pipeline.errors import Problem, ScriptError
from pipeline.footage import Asset, Footage, Media, Remark, Rush
from pipeline.manifest import manifest
from pipeline.media import conform, listen, overlays, shelf, sound, watch
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.model import SpeechModel
from pipeline.media.probe import common_rate
from pipeline.page import page as report_page
from pipeline.presets import Seeing, Style
from pipeline.references import meant
from pipeline.report import Made, report
from pipeline.script import Script
from pipeline.segments import Segment
from pipeline.speech import Speech
from pipeline.timeline import Card
from pipeline.tracks import Watched
from pipeline.values import Key
from storage.keys import derived
from storage.objects import FolderStore, storage_error
from workers import publish
from workers.folder import AUDIO, DRAFTS, MOTION, RUSHES, Index, Probed, VideoFolder
from workers.pieces import (
    Composing,
    Conforming,
    Listening,
    Making,
    Mixing,
    Normalising,
    Rendering,
    Sounding,
    Watching,
)
from workers.pool import Pool, Times, Work
from workers.progress import Listener, Step
from workers.publish import Parts

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
        index = Index(self.folder.hidden / "index.json")
        asked = _asked(script, files)
        wanted = [*files[RUSHES].items(), *((name, path) for _, name, path in asked)]
        total = len(wanted)

        def show(count: int) -> None:
            self._listener(Step("probe", count, total, "files", finished=count == total))

        probed = index.probed(wanted, show)
        index.keep()
        rushes = probed[: len(files[RUSHES])]
        remarks = [_unreadable(file, "rush-unreadable") for file in rushes if file.media is None]
        usable = [file for file in rushes if file.media is not None and file.media.kind == "video"]
        remarks += [Remark("rush-not-video", file.name) for file in rushes if file.media and file.media.kind != "video"]
        rate = style.rate or common_rate([file.media for file in usable if file.media]) or USUAL_RATE
        conformed = self._made("conform", "frames", [self._conforming(file, rate) for file in usable])
        assets: list[tuple[str, Asset]] = []
        named = list(zip((reference for reference, _, _ in asked), probed[len(rushes) :], strict=True))
        for (reference, file), made in zip(named, self._normal(named, rate), strict=True):
            if made is None:
                remarks.append(_unreadable(file, "asset-unreadable"))
            else:
                assets.append((reference, made))
        return Footage(rate, tuple(conformed), tuple(assets), remarks=tuple(remarks))

    def listen(self, rushes: tuple[Rush, ...], language: str) -> tuple[Speech, ...]:
        """Words and pauses of each rush."""
        model = self.tools.model
        makings = [
            Listening(self.store, listen.listen_key(rush, language, model), rush, language, model) for rush in rushes
        ]
        return tuple(self._made("listen", "frames", [(making, making.rush.frames) for making in makings]))

    def watch(self, rushes: tuple[Rush, ...], seeing: Seeing) -> tuple[Watched, ...]:
        """Where faces are in each rush."""
        makings = [Watching(self.store, watch.watch_key(rush, seeing), rush, seeing) for rush in rushes]
        return tuple(self._made("watch", "frames", [(making, making.rush.frames) for making in makings]))

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
        key = sound.sound_key(timeline, plan.style, self.build)
        mixing = Mixing(self.store, key, timeline, plan.style, self.tools.ffmpeg)
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
                page = report_page(told, said, publish.pictures_of(scratch, plan), shelf.page("report.html.j2"))
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

    def _normal(self, named: Sequence[tuple[str, Probed]], rate: Fraction) -> list[Asset | None]:
        """Each asset normalised (its picture, or its sound), None where it cannot be used; once each."""
        pictures: dict[Key, Normalising] = {}
        sounds: dict[Key, Sounding] = {}
        keys: list[tuple[str, Key] | None] = []
        for _, file in named:
            media = file.media
            if media is None:
                keys.append(None)
            elif media.kind == "sound":
                key = sound.decoded_key(media, self.build)
                sounds[key] = Sounding(self.store, key, file.path, media, self.tools.ffmpeg)
                keys.append(("sound", key))
            else:
                key = overlays.normal_key(media, rate, self.build)
                pictures[key] = Normalising(self.store, key, file.path, media, rate, self.tools.ffmpeg)
                keys.append(("picture", key))
        normals = dict(zip(pictures, self._made("assets", "assets", [(p, 1) for p in pictures.values()]), strict=True))
        samples = dict(zip(sounds, self._made("sounds", "files", [(s, 1) for s in sounds.values()]), strict=True))
        out: list[Asset | None] = []
        for (_, file), found in zip(named, keys, strict=True):
            if found is None:
                out.append(None)
                continue
            media, (kind, key) = _media(file), found
            if kind == "sound":
                out.append(Asset(file.name, media.digest, "sound", key, samples=samples[key]))
            else:
                normal = normals[key]
                moving = "still" if normal.still else "moving"
                out.append(
                    Asset(file.name, media.digest, moving, key, normal.size, normal.box, normal.frames, normal.alpha)
                )
        return out

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


def _unreadable(file: Probed, code: str) -> Remark:
    return Remark(code, str(file.error))


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
