"""What is decided without touching anything, for a script of half an hour, against reading and writing it as JSON."""

import json
import random
import time
from collections.abc import Callable
from typing import TypeVar

from pipeline.captions import captions
from pipeline.choose import choose, shot_list
from pipeline.edit import edit
from pipeline.footage import Footage
from pipeline.framing import compose
from pipeline.media import shelf
from pipeline.reading import read
from pipeline.script import Script
from pipeline.segments import check, segments
from pipeline.spans import Span
from pipeline.speech import Heard, Speech
from pipeline.values import as_json
from tests.bench.cold import Lesson
from tests.bench.figures import Figure
from tests.unit.heads import at, watched
from tests.unit.lessons import RATE, key, rush

T = TypeVar("T")

SCENES, LINES, SENTENCES, WORDS = 12, 15, 2, 13
"""4,680 words: half an hour at 156 a minute."""
SYLLABLES = (
    "ba",
    "co",
    "di",
    "fou",
    "gra",
    "lé",
    "mo",
    "nu",
    "pré",
    "sou",
    "ta",
    "vin",
    "cher",
    "lon",
    "mé",
    "ro",
    "ti",
    "dor",
)
WORD, SENTENCE, LINE = 8, 14, 40
"""Frames a word lasts, and is followed by at the end of a sentence, of a line."""


def measures(lesson: Lesson) -> list[Figure]:
    """The row of what is pure."""
    del lesson
    style = shelf.style()
    chance = random.Random(30)
    text = written(chance)
    script, reading = timed(lambda: read(text, shelf.framings()))
    speech = tuple(spoken(script, scene, chance) for scene in range(SCENES))
    footage = Footage(RATE, tuple(rush(one.rush, one.voiced[-1].stop + 50) for one in speech))
    chosen, choosing = timed(lambda: choose(script, shot_list(script), footage, speech, style))
    seen = tuple(watched(at(1920, 700, 560), frames=one.frames, rush=one.name) for one in footage.rushes)
    composed, composing = timed(lambda: compose(chosen.takes, seen, style, RATE))
    timeline, editing = timed(lambda: edit(script, chosen, composed, footage, style))
    check(timeline, footage)
    pieces, cutting = timed(lambda: [piece.key for piece in segments(timeline, style, "bench")])
    shown, captioning = timed(lambda: captions(timeline))
    data = [as_json(value) for value in (script, speech, seen, timeline)]
    _, reference = timed(lambda: json.loads(json.dumps(data)))
    minutes = float(timeline.frames / RATE / 60)
    spent = {
        "read": reading,
        "choose": choosing,
        "frame": composing,
        "edit": editing,
        "segments": cutting,
        "captions": captioning,
    }
    said = f"{minutes:.0f} min, {chosen.written} words, {len(pieces)} segments: "
    said += ", ".join(f"{name} {seconds:.2f} s" for name, seconds in spent.items())
    assert shown
    assert chosen.missing == 0, f"{chosen.missing} words of a script that is said whole were not found"
    return [
        Figure(
            "deciding a draft of half an hour / JSON of the same values",
            sum(spent.values()) / reference,
            None,
            "",
            said,
        )
    ]


def timed(does: Callable[[], T]) -> tuple[T, float]:
    """What it gives and the CPU it took."""
    began = time.process_time()
    value = does()
    return value, time.process_time() - began


def written(chance: random.Random) -> str:
    """A script of that many scenes, of made-up words that hardly repeat, with a cue in every fifth line."""

    def sentence() -> str:
        words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(WORDS)]
        return f"{' '.join(words).capitalize()}."

    scenes: list[str] = []
    for scene in range(1, SCENES + 1):
        lines = [" ".join(sentence() for _ in range(SENTENCES)) for _ in range(LINES)]
        lines = [f"[cadre plan poitrine] {line}" if index % 5 == 4 else line for index, line in enumerate(lines)]
        scenes.append(f"# Scène {scene}\n\n" + "\n\n".join(lines))
    return "---\nid: P1\nlanguage: fr\n---\n\n" + "\n\n".join(scenes) + "\n"


def spoken(script: Script, scene: int, chance: random.Random) -> Speech:
    """A scene as it is heard: every line said, one in six begun and said again."""
    name = f"scene{scene:02d}.mp4"
    words: list[Heard] = []
    voiced: list[Span] = []
    now = 20
    for line in script.scenes[scene].lines:
        performances = [line.words[: len(line.words) // 2], line.words] if chance.random() < 1 / 6 else [line.words]
        for performance in performances:
            for word in performance:
                words.append(Heard(word.text, Span(now, now + WORD), 900))
                now += WORD
                if word.ends:
                    now += SENTENCE
            begun = voiced[-1].stop + LINE if voiced else 20
            voiced.append(Span(begun, now))
            now += LINE
    return Speech(name, key(name), "whisper", "fr", tuple(voiced), tuple(words), (-2000,) * len(voiced))
