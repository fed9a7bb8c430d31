"""What a brief shows, made on this machine: frames of the film, and reference clips with captions burnt in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.brief import Brief, areas, excerpt, reference
from pipeline.captions import captions
from pipeline.draft import Plan
from pipeline.footage import Normal
from pipeline.labels import Label, labelled, laid
from pipeline.media import guides, join
from pipeline.presets import Brand
from pipeline.segments import Segment, segments
from pipeline.spans import Span
from pipeline.timeline import Timeline
from pipeline.values import Key
from pipeline.words import Words
from storage.keys import derived
from workers.alone import AloneCrew
from workers.crew import PieceCrew
from workers.local import LocalCrew
from workers.pieces import PICTURE, Making, Progress

FRAME, AREAS, GUIDE, CLIP = "frame", "areas", "guide.png", "reference.mp4"
"""Files of a brief; frames are numbered after the parts of the film that are seen under the animation."""


@dataclass(frozen=True)
class Labelling(Making[Normal]):
    """A label of a reference clip."""

    label: Label
    brand: Brand
    kind = "overlay"
    gives = Normal

    def make(self, folder: Path, progress: Progress) -> Normal:
        """Draws it."""
        del progress
        return guides.label(self.label, self.brand, folder)


@dataclass(frozen=True, slots=True)
class Shown:
    """What was written of one brief: by their file names, frames with their areas as JPEG; how the clip is made up.

    `handle` frames of the clip stand before the animation's first; `frames` are all of them.
    """

    frames_shown: tuple[tuple[str, bytes], ...]
    handle: int
    frames: int
    files: tuple[str, ...]


class BriefMaking(PieceCrew):
    """Makes briefs. Only what they show is rendered, and what was made before is found."""

    def shown(self, plan: Plan, wanted: Sequence[tuple[Brief, Path]], words: Words) -> tuple[Shown, ...]:
        """Writes the files of each brief into its folder, which is there and empty."""
        clips = [self._labelled(plan, brief, words) for brief, _ in wanted]
        stills = [
            [excerpt(plan.timeline, Span(under.still, under.still + 1), brief) for under in brief.under]
            for brief, _ in wanted
        ]
        films = [clip for clip, _ in clips] + [still for some in stills for still in some]
        self.compose(tuple(card for film in films for card in film.cards), plan.style)
        pieces = [segments(film, plan.style, self.build) for film in films]
        self.render(tuple(piece for some in pieces for piece in some))
        rendered = iter(pieces)
        made = [next(rendered) for _ in clips]
        return tuple(
            self._written(plan, brief, folder, piece, (handle, [next(rendered) for _ in brief.under]), words)
            for (brief, folder), piece, (_, handle) in zip(wanted, made, clips, strict=True)
        )

    def _labelled(self, plan: Plan, brief: Brief, words: Words) -> tuple[Timeline, int]:
        """The reference clip as a timeline, its labels made; and how many frames stand before the animation."""
        film, handle = reference(plan.timeline, brief)
        own = Span(handle, handle + brief.at.frames)
        start = brief.at.start - handle
        said, size, brand = words.say("brief.handle"), plan.style.size, plan.style
        labels = labelled(captions(plan.timeline), start, own, film.frames, said, size, brand.brand_key)
        distinct: dict[Key, Label] = {label.key: label for label, _ in labels}
        makings = [(Labelling(self.shop, key, label, brand.brand), 1) for key, label in distinct.items()]
        self._made("cards", "cards", makings)
        return replace(film, overlays=(*film.overlays, *(laid(label, span) for label, span in labels))), handle

    def _written(
        self,
        plan: Plan,
        brief: Brief,
        folder: Path,
        clip: tuple[Segment, ...],
        seen: tuple[int, list[tuple[Segment, ...]]],
        words: Words,
    ) -> Shown:
        handle, stills = seen
        style, rate = plan.style, plan.timeline.rate
        named = {name: words.say(f"brief.area.{name}") for name in ("safe", "captions", "free", "face")}
        if brief.place == "full":
            named["face"] = words.say("brief.area.face_under")
        guides.guide(areas(brief.under, style), style.size, style.brand, named).save(folder / GUIDE)
        files, shown = [GUIDE], list[tuple[str, bytes]]()
        for number, (under, [still]) in enumerate(zip(brief.under, stills, strict=True), 1):
            layer = guides.guide(areas([under], style), style.size, style.brand, named)
            picture = self._picture(still)
            [(_, frame)] = join.stills(picture, rate, [0], width=style.size.width)
            drawn = guides.drawn(frame, layer)
            for name, data in ((f"{FRAME}-{number}.jpg", frame), (f"{AREAS}-{number}.jpg", drawn)):
                (folder / name).write_bytes(data)
                files.append(name)
            shown.append((files[-1], drawn))
        frames = [piece.frames for piece in clip]
        join.silent([self._picture(piece) for piece in clip], frames, rate, folder / CLIP, brief.reference)
        return Shown(tuple(shown), handle, sum(frames), (*files, CLIP))

    def _picture(self, piece: Segment) -> Path:
        return self.shop.file(derived("segment", piece.key), PICTURE)


class BriefCrew(BriefMaking, LocalCrew):
    """Makes briefs on this machine, in a pool of processes."""


class BriefAlone(BriefMaking, AloneCrew):
    """Makes briefs in this process."""
