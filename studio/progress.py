"""Progress shown to people and to programs."""

import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Literal, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from pipeline.words import Words
from workers.progress import Step

Mode = Literal["auto", "bar", "jsonl", "none"]


@dataclass
class Pace:
    """How fast a phase goes: `rate` units a second and seconds left, from what was done since it began."""

    began: float
    at_start: int

    def rate(self, step: Step) -> float:
        """Units a second, 0.0 while nothing is known."""
        spent = time.monotonic() - self.began
        return (step.done - self.at_start) / spent if spent > 0 else 0.0

    def left(self, step: Step) -> float | None:
        """Seconds left, None while nothing is known."""
        rate = self.rate(step)
        return (step.total - step.done) / rate if rate else None


@dataclass
class JsonLines:
    """One JSON object a line: `phase`, `done`, `total`, `unit`, `reused`, `finished`, `rate`, `left_s`."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    _paces: dict[str, Pace] = field(default_factory=dict)

    def __call__(self, step: Step) -> None:
        """Writes one line."""
        pace = self._paces.setdefault(step.phase, Pace(time.monotonic(), step.done))
        left = pace.left(step)
        row = asdict(step) | {"rate": round(pace.rate(step), 2), "left_s": None if left is None else round(left, 1)}
        self.out.write(json.dumps(row) + "\n")
        self.out.flush()

    def close(self) -> None:
        """Nothing is left open."""


class Bars:
    """One live line a phase: bar, done of total, rate, time left, what was there from before."""

    def __init__(self, console: Console, words: Words) -> None:
        self._words = words
        self._progress = Progress(
            TextColumn("{task.description}", style="default"),
            BarColumn(complete_style="#E8A400", finished_style="default"),
            TextColumn("{task.fields[tail]}", style="dim"),
            console=console,
            transient=False,
        )
        self._tasks: dict[str, TaskID] = {}
        self._paces: dict[str, Pace] = {}

    def __call__(self, step: Step) -> None:
        """Shows the phase as it now stands."""
        if not self._tasks:
            self._progress.start()
        if step.phase not in self._tasks:
            label = self._words.say(f"phase.{step.phase}").ljust(12)
            self._tasks[step.phase] = self._progress.add_task(label, total=step.total, tail="")
            self._paces[step.phase] = Pace(time.monotonic(), step.done)
        tail = self._tail(step, self._paces[step.phase])
        self._progress.update(self._tasks[step.phase], completed=step.done, total=step.total, tail=tail)

    def _tail(self, step: Step, pace: Pace) -> str:
        say = self._words.say
        parts = [say(f"unit.{step.unit}", n=f"{step.done}/{step.total}")]
        rate, left = pace.rate(step), pace.left(step)
        if not step.finished and left is not None:
            parts += [say("cli.rate", rate=f"{rate:.1f}"), say("cli.left", left=clock(left))]
        if step.reused:
            parts.append(say("cli.reused", n=step.reused))
        return " · ".join(parts)

    def close(self) -> None:
        """Leaves the last state of each line on the terminal."""
        if self._tasks:
            self._progress.stop()


class Plain:
    """One line a phase when it is over: for logs and pipes."""

    def __init__(self, out: TextIO, words: Words) -> None:
        self._out = out
        self._words = words

    def __call__(self, step: Step) -> None:
        """Writes a line when the phase is over."""
        if step.finished:
            say = self._words.say
            reused = f" ({say('cli.reused', n=step.reused)})" if step.reused else ""
            what = say(f"unit.{step.unit}", n=step.total) + reused
            self._out.write(say("cli.phase", phase=say(f"phase.{step.phase}"), what=what) + "\n")
            self._out.flush()

    def close(self) -> None:
        """Nothing is left open."""


def clock(seconds: float) -> str:
    """Minutes and seconds, `1:05`; hours where there are any."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def shown(mode: Mode, words: Words) -> JsonLines | Bars | Plain | None:
    """The listener for a mode, None for `none`. `auto`: bars on a terminal, plain lines elsewhere (on stderr)."""
    if mode == "none":
        return None
    if mode == "jsonl":
        return JsonLines()
    console = Console(stderr=True)
    if mode == "bar" or console.is_terminal:
        return Bars(console, words)
    return Plain(sys.stderr, words)
