"""Two drafts of a video as pages and programs are told of them: what changed, and which frames stand side by side."""

from typing import Any

from pipeline.aligned import aligned
from pipeline.change_list import Changed
from pipeline.change_words import ToldList, told_list
from pipeline.errors import Clash
from pipeline.saying import Saying
from storage.catalogue.comparing import compared
from storage.catalogue.drafts import Drafted, drafts
from storage.catalogue.engine import Transaction
from storage.catalogue.guests import drafts_open
from storage.catalogue.opened import last_opened
from web.desk import Desk, Language
from web.language import N_
from web.visitor import Visitor


def changed(tx: Transaction, desk: Desk, before: Drafted, after: Drafted) -> Changed:
    """What changed from one draft to another.

    Raises:
        Clash: one of them is not done.
    """
    for one in (before, after):
        if one.state != "done":
            raise Clash(N_("one of the two drafts is not done: there is nothing to compare"), todo=N_("choose another"))
    return compared(tx, before, after, desk.framings)


def in_words(desk: Desk, numbers: tuple[int, int], found: Changed, language: Language) -> ToldList:
    """The same, in the words of a language. `numbers`: of the old draft and of the new."""
    saying = Saying(desk.words[language], desk.framings, found.listed.rate)
    return told_list(numbers, found, saying, desk.reviewing)


def played(told: ToldList) -> dict[str, Any]:
    """What the page's JavaScript goes through: parts to play and marks for the timeline. Spans are half-open pairs."""
    return {
        "parts": [[one.start, one.stop] for one in told.parts],
        "marks": [
            {"start": span.start, "stop": span.stop, "words": one.sentence}
            for one in told.entries
            for span in (*one.spans, *one.heard)
        ],
    }


def beside(found: Changed) -> list[dict[str, Any]]:
    """The frames of two drafts side by side: `was` of the old, `now` of the new, null where a draft has no such line.

    `number`: that of the line, null for what stands in none.
    """
    scripts = (found.after.script, found.before.script)
    numbers: dict[str, int] = {}
    for script in scripts:
        for number, line in enumerate(script.lines, 1):
            numbers.setdefault(line.id, number)
    return [
        {
            "number": numbers.get(one.line),
            "was": None if one.was is None else [one.was.start, one.was.stop],
            "now": None if one.now is None else [one.now.start, one.now.stop],
        }
        for one in aligned(found.before.shown, found.after.shown)
    ]


def others(tx: Transaction, visitor: Visitor, drafted: Drafted) -> tuple[int, ...]:
    """The numbers of the finished drafts that whoever asks may compare one with, first to last. Two queries at most."""
    done = [one.number for one in drafts(tx, drafted.video) if one.state == "done" and one.number != drafted.number]
    if visitor.guest is None:
        return tuple(done)
    first, last = drafts_open(tx, visitor.guest, [drafted.video]).get(drafted.video, (0, -1))
    return tuple(number for number in done if first <= number <= last)


def choices(tx: Transaction, visitor: Visitor, drafted: Drafted, since: int | None) -> dict[str, Any]:
    """What the part of the room about changes is drawn with: drafts to compare with, and the one that is chosen.

    Without `since` that is the one before. `watched`: the one before this that they opened last.
    """
    known = others(tx, visitor, drafted)
    before = max((number for number in known if number < drafted.number), default=None)
    person = visitor.person
    watched = last_opened(tx, person.id, drafted.video, drafted.number) if person is not None else None
    chosen = since if since in known else before
    return {"others": known[::-1], "before": before, "watched": watched, "since": chosen}
