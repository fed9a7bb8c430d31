"""What waits for a person in heaps: the same facts as without, and no more of them than are wanted."""

from datetime import date, timedelta

import pytest

from pipeline.errors import NotFound
from pipeline.spans import Span
from storage.catalogue.courses import set_due
from storage.catalogue.engine import Catalogue
from storage.catalogue.heaps import BLOCKED, MISSING, heaps
from storage.catalogue.reviewing import Remark, add_note
from storage.catalogue.terms import PersonId, new_id
from storage.catalogue.waiting import Waits, waiting
from tests.stack.counting import counted
from tests.stack.studio import Studio

TODAY = date(2026, 6, 2)


def kind_of(one: Waits) -> str:
    if one.due is not None and one.due < TODAY:
        return "late"
    return "blocked" if one.code in BLOCKED else "missing" if one.code in MISSING else "waiting"


def busy(studio: Studio) -> PersonId:
    """A director for whom three videos wait, with facts of every heap."""
    director = studio.people["director"]
    for days in (-1, 0, 30):
        studio.write("[show collect] Une phrase, et une animation.", "Une autre phrase encore.")
        drafted = studio.draft(takes=[None, 1])
        with studio.catalogue.writing() as tx:
            for stage in ("script", "filmed", "motion"):
                set_due(tx, studio.video, stage, TODAY + timedelta(days=days), director)
            for n in range(3):
                add_note(
                    tx, drafted.id, studio.people["reviewer"], Remark(f"{n}", Span(n, 9), blocks=True, owner=director)
                )
        studio.video = studio.another_video()
    return director


@pytest.mark.parametrize("most", [1, 2, 100])
def test_heaps_hold_what_waits_soonest_first(catalogue: Catalogue, most: int) -> None:
    director = busy(Studio(catalogue))
    with catalogue.reading() as tx:
        wanted = waiting(tx, director)
        found = heaps(tx, director, TODAY, most)
    assert {heap.kind: heap.many for heap in found} == {
        kind: sum(kind_of(one) == kind for one in wanted) for kind in ("late", "blocked", "missing", "waiting")
    }
    for heap in found:
        own = [one for one in wanted if kind_of(one) == heap.kind]
        assert len(heap.facts) == min(most, len(own))
        assert set(heap.facts) <= set(own)
        assert [one.due for one in heap.facts] == [one.due for one in own[:most]], "the soonest due come first"


def test_it_takes_two_queries(catalogue: Catalogue) -> None:
    director = busy(Studio(catalogue))
    with counted(catalogue) as sent, catalogue.reading() as tx:
        heaps(tx, director, TODAY, 6)
    assert len(sent) == 2


def test_nobody_has_no_heaps(catalogue: Catalogue) -> None:
    with catalogue.reading() as tx, pytest.raises(NotFound):
        heaps(tx, PersonId(new_id()), TODAY, 6)
