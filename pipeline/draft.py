"""The path of a draft: from a script to a draft, in one straight function.

Everything that is not `crew` is pure: run twice, it gives the same value.
"""

from dataclasses import dataclass
from typing import Protocol

from pipeline.choose import choose, shot_list
from pipeline.edit import edit
from pipeline.footage import Footage, Rush
from pipeline.framing import Composed, compose
from pipeline.presets import Seeing, Style
from pipeline.script import Script
from pipeline.segments import Segment, check, segments
from pipeline.speech import Speech
from pipeline.takes import Chosen
from pipeline.timeline import Card, Timeline
from pipeline.tracks import Watched
from pipeline.values import Key


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is decided before anything is rendered."""

    script: Script
    style: Style
    footage: Footage
    speech: tuple[Speech, ...]
    watched: tuple[Watched, ...]
    chosen: Chosen
    composed: tuple[Composed, ...]
    timeline: Timeline
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """One numbered, immutable render: where it was published, and its report as JSON data."""

    number: int
    place: str
    report: dict[str, object]


class Crew(Protocol):
    """Whoever does the slow work: here (`workers.local`) or on the farm. What was made before is found by its key."""

    @property
    def build(self) -> str:
        """Names the ffmpeg that renders; part of every segment's key."""
        ...

    def find(self, script: Script, style: Style) -> Footage:
        """The rushes (conformed) and assets (normalised) there are."""
        ...

    def listen(self, rushes: tuple[Rush, ...], language: str) -> tuple[Speech, ...]:
        """Words and pauses of each rush, in frames."""
        ...

    def watch(self, rushes: tuple[Rush, ...], seeing: Seeing) -> tuple[Watched, ...]:
        """Where faces are in each rush."""
        ...

    def compose(self, cards: tuple[Card, ...], style: Style) -> None:
        """Titles, name bands and slates, composed under their keys."""
        ...

    def render(self, pieces: tuple[Segment, ...]) -> tuple[Key, ...]:
        """Each segment rendered under its key; only what no one has rendered before."""
        ...

    def join(self, plan: Plan, pictures: tuple[Key, ...]) -> Draft:
        """Sound mixed and encoded once, pictures joined by copy, published whole."""
        ...


def plan(script: Script, style: Style, crew: Crew) -> Plan:
    """Every decision of the draft, with its reasons; nothing is rendered."""
    footage = crew.find(script, style)  # the rushes and assets there are, and what is missing
    speech = crew.listen(footage.rushes, script.language)  # words and pauses, in frames
    watched = crew.watch(footage.rushes, style.seeing)  # where the subject is
    shots = shot_list(script)
    chosen = choose(script, shots, footage, speech, style)  # which take says which line; retakes, false starts, gaps
    composed = compose(chosen.takes, watched, style, footage.rate)  # the boxes each take can honestly give
    timeline = edit(script, chosen, composed, footage, style)
    check(timeline, footage)  # fail now, not after an hour of rendering
    pieces = segments(timeline, style, crew.build)
    return Plan(script, style, footage, speech, watched, chosen, composed, timeline, pieces)


def draft(script: Script, style: Style, crew: Crew) -> Draft:
    """The draft of a script: planned, rendered where it was not yet, joined and published."""
    decided = plan(script, style, crew)
    crew.compose(decided.timeline.cards, style)  # titles and slates
    pictures = crew.render(decided.segments)  # only what no one has rendered before
    return crew.join(decided, pictures)
