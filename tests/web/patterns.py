"""Drafts in a studio whose pictures say their own frames."""

from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.presets import Style
from pipeline.spans import Span
from pipeline.timeline import Clip, Filmed, Locked, Spoken, Timeline
from pipeline.values import Key, digest
from storage import keys
from storage.catalogue.drafts import Drafted, Rendered, ask_draft, draft, keep_draft
from storage.catalogue.scripts import revision
from tests.media.patterned import SIZE, film, lengths
from tests.web.serving import Served

TEXT = "Voici les données. Elles disent leur numéro."


def patterned(site: Served, rate: Fraction, style: Style, ffmpeg: Ffmpeg, folder: Path, **files: bytes) -> Drafted:
    """A draft with such a film: one line a segment. `files`: further files of it, by the stem of their names."""
    parts = lengths(rate)
    site.studio.write(*(f"{TEXT} {number}." for number in range(len(parts))))
    with site.catalogue.writing() as tx:
        script = revision(tx, site.studio.video, site.desk.framings).script
        clips = tuple(
            Clip(
                Filmed("rush", Key("rush"), Span(0, frames), SIZE, "wide", Locked(SIZE.box), 1000),
                frames,
                line.id,
                (Spoken(line.id, 0, line.words[0].text, Span(0, frames)),),
            )
            for line, frames in zip(script.lines, parts, strict=True)
        )
        names = tuple(Key(digest({"rate": rate, "part": number})) for number in range(len(parts)))
        manifest: dict[str, Any] = {
            "script": {"digest": digest("script")},
            "style": {"name": "course", "digest": digest("style")},
            "rushes": [],
            "assets": [],
            "segments": list(names),
        }
        asked = ask_draft(tx, site.studio.video, "test")
        timeline = Timeline(rate, SIZE, "fr", clips)
        keep_draft(tx, asked.id, Rendered(manifest, timeline, names, {"draft": asked.number}))
        made = draft(tx, asked.id)
    place = folder / f"draft-{made.number}"
    place.mkdir(parents=True)
    film(place / "draft.mp4", rate, style, ffmpeg)
    for scrap in place.iterdir():
        if scrap.name != "draft.mp4":
            scrap.unlink()
    for name, content in files.items():
        (place / name.replace("_", ".")).write_bytes(content)
    (place / "manifest.json").write_text("{}", "utf-8")
    site.desk.store.publish(place, keys.draft(str(site.studio.video), made.number))
    return made
