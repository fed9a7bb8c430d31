"""Two drafts of a video, rendered and joined as every draft is, whose pictures say the frame of the rush they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.join import join
from pipeline.media.render import render
from pipeline.presets import Style
from pipeline.segments import segments
from pipeline.spans import SAMPLE_RATE, Span, sample_at
from pipeline.timeline import Clip, Filmed, Locked, Spoken, Timeline, Why
from pipeline.values import Key, digest
from storage import keys
from storage.catalogue.drafts import Rendered, ask_draft, keep_draft
from storage.catalogue.scripts import revision
from tests.media.patterned import SIZE, bits
from tests.media.pictures import written
from tests.web.serving import Served

RATE = Fraction(25)
RUSH = Key("rush")
FRAMES = 300
ALWAYS, SHORTER, GONE, ADDED, LAST = (
    "Voici les données que nous suivons.",
    "Elles partent de loin.",
    "Cette phrase ne reste pas.",
    "Une phrase de plus arrive ici.",
    "Elles arrivent au tableau de bord.",
)

Said = tuple[str, Span]
"""The words of a line, and the frames of the rush that say it."""

FIRST: tuple[Said, ...] = (
    (ALWAYS, Span(0, 50)),
    (SHORTER, Span(60, 120)),
    (GONE, Span(130, 180)),
    (LAST, Span(190, 240)),
)
SECOND: tuple[Said, ...] = (
    (ALWAYS, Span(0, 50)),
    (ADDED, Span(250, 290)),
    (SHORTER, Span(60, 106)),
    (LAST, Span(190, 240)),
)


def rush_frame(said: Sequence[Said], frame: int) -> int:
    """The frame of the rush that a frame of a draft shows."""
    for _, span in said:
        if frame < span.frames:
            return span.start + frame
        frame -= span.frames
    message = f"the draft is over {frame} frames before"
    raise IndexError(message)


@dataclass(frozen=True)
class Making:
    """What films are made with."""

    site: Served
    style: Style
    ffmpeg: Ffmpeg
    folder: Path

    def twice(self) -> None:
        """Drafts 1 and 2 of the video."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rush = written(self.folder / "rush.mp4", self.ffmpeg, SIZE, RATE, FRAMES, bits)
        for said in (FIRST, SECOND):
            self._draft(said, rush)

    def _draft(self, said: Sequence[Said], rush: Path) -> None:
        site = self.site
        site.studio.write(*(text for text, _ in said))
        with site.catalogue.writing() as tx:
            lines = revision(tx, site.studio.video, site.desk.framings).script.lines
            clips = tuple(
                Clip(
                    Filmed("rush", RUSH, span, SIZE, "wide", Locked(SIZE.box), 1000),
                    span.frames,
                    line.id,
                    tuple(Spoken(line.id, n, word.text, Span(n, n + 1)) for n, word in enumerate(line.words)),
                    (Why("sentence-end"),),
                )
                for line, (_, span) in zip(lines, said, strict=True)
            )
            timeline = Timeline(RATE, SIZE, "fr", clips)
            pieces = segments(timeline, self.style, "build")
            manifest: dict[str, Any] = {
                "script": {"digest": digest("script")},
                "style": {"name": "course", "digest": digest("style")},
                "rushes": [],
                "assets": [],
                "segments": [piece.key for piece in pieces],
            }
            asked = ask_draft(tx, site.studio.video, "test")
            names = tuple(piece.key for piece in pieces)
            keep_draft(tx, asked.id, Rendered(manifest, timeline, names, {"draft": asked.number}))
        place = self.folder / f"draft-{asked.number}"
        place.mkdir()
        pictures: list[Path] = []
        for piece in pieces:
            pictures.append(self.folder / f"{piece.key[:16]}.mp4")
            if not pictures[-1].exists():
                render(piece, {RUSH: str(rush)}, {}, pictures[-1], self.ffmpeg)
        sound = self.folder / f"{asked.number}.m4a"
        tone = f"sine=f={440 * asked.number}:r={SAMPLE_RATE},atrim=end_sample={sample_at(timeline.frames, RATE)}"
        run(self.ffmpeg, ["-f", "lavfi", "-i", tone, "-ac", "2", "-c:a", "aac", str(sound)], what="a tone")
        lengths = [piece.frames for piece in pieces]
        join(pictures, lengths, RATE, sound, place / "draft.mp4", (), "", "und")
        for scrap in place.iterdir():
            if scrap.name != "draft.mp4":
                scrap.unlink()
        (place / "manifest.json").write_text("{}", "utf-8")
        site.desk.store.publish(place, keys.draft(str(site.studio.video), asked.number))
