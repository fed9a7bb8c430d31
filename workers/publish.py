"""A draft written whole in a scratch folder, then published under the next number."""

import itertools
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.captions import captions, srt, vtt
from pipeline.draft import Draft, Plan
from pipeline.edges import captions_line
from pipeline.media import shelf
from pipeline.media.join import join, poster, strip
from pipeline.media.peaks import peaks
from pipeline.media.sound import Mixed
from pipeline.transcript import markdown, text, transcript
from pipeline.values import FORMAT, Key, as_json
from storage.objects import storage_error


@dataclass(frozen=True, slots=True)
class Parts:
    """What a draft is joined from: the picture and the still of each segment, in order, and the sound of the whole."""

    pictures: tuple[Path, ...]
    stills: tuple[Path, ...]
    sound: Path
    mixed: Mixed


@dataclass(frozen=True, slots=True)
class Finished:
    """A draft that is made, with everything people and the catalogue keep of it. `keys`: of its segments, in order."""

    number: int
    plan: Plan
    keys: tuple[Key, ...]
    manifest: dict[str, Any]
    report: dict[str, Any]


def next_number(drafts: Path) -> int:
    """One more than the highest draft in the folder."""
    numbers = [int(path.name) for path in drafts.glob("[0-9][0-9][0-9]*") if path.name.isdecimal()]
    return max(numbers, default=0) + 1


def write_film(folder: Path, plan: Plan, parts: Parts) -> None:
    """Writes the film and what goes beside it: captions, transcript, chapters, timeline, poster, peaks.

    Raises:
        WrongPicture: a piece is not what it should be.
    """
    timeline = plan.timeline
    frames = [piece.frames for piece in plan.segments]
    film = folder / "draft.mp4"
    title, language = plan.script.title, timeline.language
    join(parts.pictures, frames, timeline.rate, parts.sound, film, timeline.chapters, title, language)
    shown = captions(timeline)
    line = captions_line(plan.style.brand, timeline.size)
    (folder / "captions.vtt").write_text(vtt(shown, timeline.rate, line), "utf-8")
    (folder / "captions.srt").write_text(srt(shown, timeline.rate), "utf-8")
    _transcript(folder, plan)
    _json(folder / "chapters.json", [as_json(chapter) for chapter in timeline.chapters])
    _json(folder / "timeline.json", {"format": FORMAT, "timeline": as_json(timeline)})
    poster(film, folder / "poster.jpg", timeline)
    (folder / "peaks.bin").write_bytes(peaks(parts.sound, timeline.frames, timeline.rate))


def _transcript(folder: Path, plan: Plan) -> None:
    script, said = plan.script, shelf.said_in(plan.script.language)
    told = transcript(script, plan.footage, plan.timeline, said)
    for name, written in (("transcript.md", markdown), ("transcript.txt", text)):
        (folder / name).write_text(written(told, script.title, script.speaker, said), "utf-8")


def write_strip(folder: Path, plan: Plan, pictures: Mapping[int, bytes]) -> None:
    """Writes the strip: a cell a clip, of pictures by the first frame of each."""
    strip([pictures[span.start] for span in plan.timeline.spans()], folder / "strip.jpg", plan.timeline.size)


def write_pages(folder: Path, manifest: dict[str, Any], report: dict[str, Any], page: str) -> None:
    """Writes the manifest and the report, as data and as a page."""
    _json(folder / "manifest.json", manifest)
    _json(folder / "report.json", report)
    (folder / "report.html").write_text(page, "utf-8")


def pictures_of(parts: Parts, plan: Plan) -> dict[int, bytes]:
    """A small JPEG of each clip, by the clip's first frame: the middle of the segment in which its own middle lies."""
    stops = list(itertools.accumulate(piece.frames for piece in plan.segments))
    places = {span.start: bisect_right(stops, (span.start + span.stop) // 2) for span in plan.timeline.spans()}
    return {start: parts.stills[place].read_bytes() for start, place in places.items()}


def published(scratch: Path, drafts: Path, number: int, report: dict[str, Any]) -> Draft:
    """Renames a finished scratch folder to `drafts/<number>`; from then on the draft is there, whole.

    Raises:
        StorageUnavailable: it cannot be.
    """
    place = drafts / f"{number:03d}"
    try:
        drafts.mkdir(parents=True, exist_ok=True)
        scratch.chmod(0o755)
        scratch.rename(place)
    except OSError as error:
        raise storage_error(error, place) from error
    return Draft(number, str(place), report)


def _json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
