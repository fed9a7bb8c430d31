"""Figures with their goals, and the table they are shown in."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured. `goal`: it is met at or below; None when there is none. `basis` says how it came about."""

    measure: str
    value: float
    goal: float | None = None
    unit: str = ""
    basis: str = ""

    @property
    def met(self) -> str:
        """Whether the goal is met, in a word."""
        return "" if self.goal is None else "met" if self.value <= self.goal else "MISSED"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that cannot be measured here, and why."""

    measure: str
    why: str


def number(value: float, unit: str = "") -> str:
    """Three figures at most, with the unit."""
    text = f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{text} {unit}".strip()


def table(rows: Iterable[Figure | Skipped]) -> str:
    """All rows as a Markdown table, skipped ones below it."""
    rows = list(rows)
    head = ("measure", "figure", "goal", "", "from")
    body = [
        (
            row.measure,
            number(row.value, row.unit),
            "" if row.goal is None else f"≤ {number(row.goal, row.unit)}",
            row.met,
            row.basis,
        )
        for row in rows
        if isinstance(row, Figure)
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = [head, tuple("-" * width for width in widths), *body]
    shown = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join(shown + [f"\n{row.measure}: skipped. {row.why}" for row in rows if isinstance(row, Skipped)])
