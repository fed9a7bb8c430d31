"""Two drafts of a video as pages and programs are told of them: what changed, and which frames stand side by side."""

from typing import Any

from pipeline.aligned import aligned
from pipeline.change_list import Changed
from pipeline.change_words import ToldList, told_list
from pipeline.errors import Clash
from pipeline.saying import Saying
from storage.catalogue.comparing import compared
from storage.catalogue.drafts import Drafted
from storage.catalogue.engine import Transaction
from web.desk import Desk, Language
from web.language import N_


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
    return told_list(numbers, found, saying, desk.reviewing.handle_seconds)


def played(told: ToldList) -> dict[str, Any]:
    """What the page's JavaScript goes through: parts to play and marks for the timeline. Spans are half-open pairs."""
    return {
        "parts": [[one.start, one.stop] for one in told.parts],
        "marks": [
            {"start": span.start, "stop": span.stop, "words": one.sentence}
            for one in told.entries
            for span in one.spans
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
