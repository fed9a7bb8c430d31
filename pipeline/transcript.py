"""The transcript: what is said, scene by scene, and what is shown, in brackets, where it is shown (WCAG 2.2, 1.2.3)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.alternatives import alternative
from pipeline.footage import Footage
from pipeline.script import Line, Script, Speaker
from pipeline.spans import SAMPLE_RATE
from pipeline.timeline import Card, Overlay, Plain, Spoken, Timeline
from pipeline.words import Words

MARKED = re.compile(r"([\\*_`\[\]<>#|~])")
"""What Markdown would read as a mark."""

BRACKETED = frozenset({"shown", "heard"})
"""Kinds of passages that stand in brackets."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of a paragraph: words `said`, or still `unfilmed`; in brackets, what is `shown`, or `heard` beside."""

    kind: Literal["said", "unfilmed", "shown", "heard"]
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A scene: its title, the first frame of it that says or shows anything, and its paragraphs, one a line."""

    title: str
    frame: int
    paragraphs: tuple[tuple[Passage, ...], ...]


def transcript(script: Script, footage: Footage, timeline: Timeline, words: Words) -> tuple[Told, ...]:
    """The transcript of a film, scene by scene; what the film neither says nor shows is not in it."""
    said: dict[str, list[tuple[int, Passage]]] = {}
    for clip, place in zip(timeline.clips, timeline.spans(), strict=True):
        kind = "unfilmed" if isinstance(clip.picture, Plain) else "said"
        for word in clip.words:
            passage = Passage(kind, _spelled(word))
            said.setdefault(word.line, []).append((place.start + word.span.start, passage))
    cards = {card.key: card for card in timeline.cards}
    shown: dict[str, list[tuple[int, Passage]]] = {}
    for overlay in timeline.overlays:
        text = _shown(overlay, cards.get(overlay.key), script, footage, words)
        if text:
            shown.setdefault(overlay.line, []).append((overlay.at.start, Passage("shown", text)))
    for line, frame, text in _sounds(script, footage, timeline, words):
        shown.setdefault(line, []).append((frame, Passage("heard", text)))
    out: list[Told] = []
    for scene in script.scenes:
        timed = [_timed(line, said, shown) for line in scene.lines]
        kept = [some for some in timed if some]
        if kept:
            out.append(Told(scene.title, min(some[0][0] for some in kept), tuple(_joined(some) for some in kept)))
    return tuple(out)


def _spelled(word: Spoken) -> str:
    return " ".join(word.text.split())


def _timed(
    line: Line, said: dict[str, list[tuple[int, Passage]]], shown: dict[str, list[tuple[int, Passage]]]
) -> list[tuple[int, Passage]]:
    """What a line says and shows, in order of time; what begins with a word stands before it."""
    both = [*shown.get(line.id, ()), *said.get(line.id, ())]
    return sorted(both, key=lambda pair: (pair[0], pair[1].kind not in BRACKETED))


def _joined(passages: Sequence[tuple[int, Passage]]) -> tuple[Passage, ...]:
    out: list[Passage] = []
    for _, passage in passages:
        if out and out[-1].kind == passage.kind not in BRACKETED:
            out[-1] = Passage(passage.kind, f"{out[-1].text} {passage.text}")
        else:
            out.append(passage)
    return tuple(out)


def _shown(overlay: Overlay, card: Card | None, script: Script, footage: Footage, words: Words) -> str:
    """What is seen, in brackets; empty for the slate of words that nobody has said yet."""
    if card is None:
        what = alternative(overlay.name, overlay.line, script, footage)
        return words.say("transcript.shown", what=_sentence(what) or overlay.name)
    if card.field("reference"):
        return words.say("transcript.missing", what=card.field("reference"))
    if card.template == "slate-take":
        return ""
    text = ", ".join(part for name in ("text", "name", "role") if (part := card.field(name)))
    code = "title" if card.template in {"title", "chapter"} else "text" if card.field("text") else "band"
    return words.say(f"transcript.{code}", what=" ".join(text.split())) if text else ""


def _sounds(script: Script, footage: Footage, timeline: Timeline, words: Words) -> Iterator[tuple[str, int, str]]:
    """Music and effects that sound (WCAG 2.2, 1.2.1 and 1.2.2): the line of each, its first frame, its brackets."""
    clips = [clip for clip in timeline.sounds if clip.kind != "voice"]
    for line in script.lines:
        for cue in line.cues:
            asset = footage.asset(cue.asset, line.id) if cue.name in {"music", "sound"} else None
            kind = "music" if cue.name == "music" else "effect"
            clip = next((one for one in clips if asset and (one.kind, one.key) == (kind, asset.key)), None)
            if asset is None or clip is None:
                continue
            clips.remove(clip)
            what = _sentence(asset.about.alternative) or asset.name
            yield line.id, clip.at * timeline.rate // SAMPLE_RATE, words.say(f"transcript.{kind}", what=what)


def _sentence(text: str) -> str:
    """A text alternative without the full stop that its bracket stands for."""
    return text.strip().removesuffix(".")


def markdown(scenes: Sequence[Told], title: str, speaker: Speaker, words: Words) -> str:
    """The transcript as Markdown: scenes as headings, what is shown in italics, what is not filmed yet said so."""
    out = [f"# {_plain(title)}"] if title else []
    out += [_plain(said)] if (said := _speaker(speaker, words)) else []
    for scene in scenes:
        out += [f"## {_plain(scene.title)}"] if scene.title else []
        out += [" ".join(_marked(passage, words) for passage in paragraph) for paragraph in scene.paragraphs]
    return "\n\n".join(out) + "\n"


def text(scenes: Sequence[Told], title: str, speaker: Speaker, words: Words) -> str:
    """The same as plain text."""
    out = [title.upper()] if title else []
    out += [said] if (said := _speaker(speaker, words)) else []
    for scene in scenes:
        out += [f"\n{scene.title}"] if scene.title else []
        out += [" ".join(said_plainly(passage, words) for passage in paragraph) for paragraph in scene.paragraphs]
    return "\n\n".join(out) + "\n"


def _speaker(speaker: Speaker, words: Words) -> str:
    named = ", ".join(part for part in (speaker.name, speaker.role) if part)
    return words.say("transcript.speaker", name=named) if named else ""


def said_plainly(passage: Passage, words: Words) -> str:
    """A passage as plain text; words that are not filmed yet say so."""
    return words.say("transcript.unfilmed", words=passage.text) if passage.kind == "unfilmed" else passage.text


def _marked(passage: Passage, words: Words) -> str:
    plain = _plain(said_plainly(passage, words))
    return f"*{plain}*" if passage.kind in BRACKETED else plain


def _plain(text: str) -> str:
    return MARKED.sub(r"\\\1", text)
