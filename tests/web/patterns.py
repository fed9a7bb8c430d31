"""Drafts in a studio whose pictures say their own frames; and any film as a draft."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from pipeline.spans import Span
from pipeline.timeline import Clip, Filmed, Locked, Spoken, Timeline
from pipeline.values import Key, digest
from storage import keys
from storage.catalogue.drafts import Drafted, Rendered, ask_draft, draft, keep_draft
from storage.catalogue.scripts import revision
from tests.media.patterned import SIZE, film
from tests.web.serving import Served
from web.patterns import Pattern

TEXT = "Voici les données. Elles disent leur numéro."


def patterned(site: Served, pattern: Pattern, style: Style, ffmpeg: Ffmpeg, folder: Path, **files: bytes) -> Drafted:
    """A draft with such a film: one line a segment. `files`: further files of it, their names with `_` for the dot."""
    scrap = folder / "scrap"
    place = folder / "draft"
    for one in (scrap, place):
        one.mkdir(parents=True)
    film(scrap / "draft.mp4", pattern, style, ffmpeg).rename(place / "draft.mp4")
    for name, content in files.items():
        (place / name.replace("_", ".")).write_bytes(content)
    return as_draft(site, place, pattern.rate, SIZE, pattern.lengths)


def as_draft(site: Served, folder: Path, rate: Fraction, size: Size, lengths: Sequence[int]) -> Drafted:
    """A folder with a `draft.mp4` as the next draft of the studio's video: clips of so many frames, a line each."""
    site.studio.write(*(f"{TEXT} {number}." for number in range(len(lengths))))
    names = tuple(Key(digest({"rate": rate, "clip": number})) for number in range(len(lengths)))
    manifest: dict[str, Any] = {
        "script": {"digest": digest("script")},
        "style": {"name": "course", "digest": digest("style")},
        "rushes": [],
        "assets": [],
        "segments": list(names),
    }
    with site.catalogue.writing() as tx:
        script = revision(tx, site.studio.video, site.desk.framings).script
        clips = tuple(
            Clip(
                Filmed("rush", Key("rush"), Span(0, frames), size, "wide", Locked(size.box), 1000),
                frames,
                line.id,
                (Spoken(line.id, 0, line.words[0].text, Span(0, frames)),),
            )
            for line, frames in zip(script.lines, lengths, strict=True)
        )
        asked = ask_draft(tx, site.studio.video, "test")
        keep_draft(tx, asked.id, Rendered(manifest, Timeline(rate, size, "fr", clips), names, {"draft": asked.number}))
        made = draft(tx, asked.id)
    (folder / "manifest.json").write_text("{}", "utf-8")
    site.desk.store.publish(folder, keys.draft(str(site.studio.video), made.number))
    return made
