"""How far a video has come, as the cells of a row; and what heaps of facts are called: values for the home page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from storage.catalogue.grid import Standing
from storage.catalogue.heaps import Kind
from web.language import N_

MOST_PAGES: Final = 10**6
"""Pages of the grid: far more than any studio has, and a number that every database takes."""
HEAPS: Final[Mapping[Kind, tuple[str, str]]] = {
    "late": ("stale", N_("Late")),
    "blocked": ("failed", N_("Blocked")),
    "missing": ("missing", N_("Missing")),
    "waiting": ("waiting", N_("Waiting for you")),
}
"""The state of macros/states.html that each heap is shown as, and what it is called."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One step of a video. `kind` is a state of macros/states.html, `word` a message, `more` a count, `at` its age."""

    head: str
    kind: str
    word: str
    more: str = ""
    at: datetime | None = None


def cells(one: Standing, today: date) -> tuple[Cell, ...]:
    """Script, rushes, takes, animations, draft, review and delivery of a video, in this order."""
    return (_script(one), _rushes(one), _takes(one), _animations(one), _draft(one), _review(one), _delivery(one, today))


def by_course(found: Iterable[Standing]) -> dict[tuple[str, str], list[Standing]]:
    """The videos of each course, by its code and title, in the order they came."""
    out: dict[tuple[str, str], list[Standing]] = {}
    for one in found:
        out.setdefault((one.course, one.course_title), []).append(one)
    return out


def _script(one: Standing) -> Cell:
    head = N_("Script")
    if not one.revision:
        return Cell(head, "missing", N_("not written"))
    return Cell(head, "ready", N_("revision"), str(one.revision), one.written_at)


def _rushes(one: Standing) -> Cell:
    head, of = N_("Rushes"), f"{one.rushes_ready}/{one.rushes}"
    if not one.rushes:
        return Cell(head, "missing" if one.revision else "none", N_("none"))
    if one.rushes_failed:
        return Cell(head, "failed", N_("unusable"), f"{one.rushes_failed}/{one.rushes}", one.filmed_at)
    if one.rushes_ready < one.rushes:
        return Cell(head, "running", N_("on their way"), of, one.filmed_at)
    return Cell(head, "ready", N_("ready"), str(one.rushes), one.filmed_at)


def _takes(one: Standing) -> Cell:
    head = N_("Takes")
    if one.untold:
        return Cell(head, "missing", N_("lines without one"), str(one.untold))
    if not one.takes:
        return Cell(head, "none", N_("none yet"))
    return Cell(head, "ready", N_("found"), str(one.takes))


def _animations(one: Standing) -> Cell:
    head, of = N_("Animations"), f"{one.animations_ready}/{one.animations}"
    if not one.animations:
        return Cell(head, "none", N_("none wanted"))
    if one.animations_ready < one.animations:
        return Cell(head, "waiting", N_("waiting"), of)
    return Cell(head, "ready", N_("ready"), of)


def _draft(one: Standing) -> Cell:
    head, number = N_("Last draft"), str(one.draft)
    if one.draft_state is None:
        return Cell(head, "none", N_("none yet"))
    kind, word = {
        "waiting": ("running", N_("being made")),
        "rendering": ("running", N_("being made")),
        "done": ("ready", N_("to watch")),
        "failed": ("failed", N_("failed")),
        "superseded": ("waiting", N_("given up")),
    }[one.draft_state]
    return Cell(head, kind, word, number, one.drafted_at)


def _review(one: Standing) -> Cell:
    head = N_("Review")
    if one.notes:
        return Cell(head, "change", N_("notes to settle"), str(one.notes))
    if one.stage in {"final", "published"}:
        return Cell(head, "approved", N_("approved"))
    if one.stage == "review":
        of = f"{one.approved}/{one.lines}"
        if one.changes:
            return Cell(head, "change", N_("a change is wanted"), of)
        if one.lines and one.approved == one.lines:
            return Cell(head, "approved", N_("approved"), of)
        return Cell(head, "waiting", N_("under way"), of if one.lines else "")
    return Cell(head, "none", N_("not yet"))


def _delivery(one: Standing, today: date) -> Cell:
    head = N_("Delivery")
    if one.stage == "published":
        return Cell(head, "approved", N_("published"))
    if one.due is not None and one.due < today:
        return Cell(head, "stale", N_("late"))
    if one.stage == "final":
        return Cell(head, "ready", N_("final version"))
    return Cell(head, "none", N_("not yet"))
