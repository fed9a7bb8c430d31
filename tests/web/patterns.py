"""Drafts in a studio whose pictures say their own frames; and any film as a draft."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from pipeline.spans import Span
from pipeline.timeline import Clip, Filmed, Locked, Spoken, Timeline
from pipeline.values import Key, digest
from storage import keys
from storage.catalogue.drafts import Drafted, Rendered, ask_draft, draft, keep_draft
from storage.catalogue.scripts import revision
from storage.objects import ObjectStore
from tests.media.patterned import SIZE, film
from tests.stack.studio import Studio
from tests.web.serving import Served
from web.patterns import Pattern

TEXT = "Voici les données. Elles disent leur numéro."


def patterned(site: Served, pattern: Pattern, style: Style, ffmpeg: Ffmpeg, folder: Path, **files: bytes) -> Drafted:
    """A draft with such a film: one line a segment. `files`: further files of it, their names with `_` for the dot."""
    place = filmed(pattern, style, ffmpeg, folder)
    for name, content in files.items():
        (place / name.replace("_", ".")).write_bytes(content)
    return as_draft(site.studio, site.desk.store, place, pattern.rate, SIZE, pattern.lengths)


def filmed(pattern: Pattern, style: Style, ffmpeg: Ffmpeg, folder: Path) -> Path:
    """The folder of a draft with such a film, below `folder`."""
    scrap = folder / "scrap"
    place = folder / "draft"
    for one in (scrap, place):
        one.mkdir(parents=True)
    film(scrap / "draft.mp4", pattern, style, ffmpeg).rename(place / "draft.mp4")
    return place


def as_draft(
    studio: Studio, store: ObjectStore, folder: Path, rate: Fraction, size: Size, lengths: Sequence[int]
) -> Drafted:
    """A folder with a `draft.mp4` as the next draft of a studio's video: clips of so many frames, a line each."""
    studio.write(*(f"{TEXT} {number}." for number in range(len(lengths))))
    names = tuple(Key(digest({"rate": rate, "clip": number})) for number in range(len(lengths)))
    manifest: dict[str, Any] = {
        "script": {"digest": digest("script")},
        "style": {"name": "course", "digest": digest("style")},
        "rushes": [],
        "assets": [],
        "segments": list(names),
    }
    with studio.catalogue.writing() as tx:
        script = revision(tx, studio.video, shelf.framings()).script
        clips = tuple(
            Clip(
                Filmed("rush", Key("rush"), Span(0, frames), size, "wide", Locked(size.box), 1000),
                frames,
                line.id,
                (Spoken(line.id, 0, line.words[0].text, Span(0, frames)),),
            )
            for line, frames in zip(script.lines, lengths, strict=True)
        )
        asked = ask_draft(tx, studio.video, "test")
        keep_draft(tx, asked.id, Rendered(manifest, Timeline(rate, size, "fr", clips), names, {"draft": asked.number}))
        made = draft(tx, asked.id)
    (folder / "manifest.json").write_text("{}", "utf-8")
    store.publish(folder, keys.draft(str(studio.video), made.number))
    return made
