"""What is decided of drafts: by the policy of the course, the same on the grid, in what waits, and beside the film."""

from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deciding import Verdict, decided, holding, together
from pipeline.values import Key
from storage.catalogue.courses import set_stage
from storage.catalogue.engine import Catalogue
from storage.catalogue.grid import Shown, grid
from storage.catalogue.people import add_person, give_role
from storage.catalogue.terms import PersonId, Verdicts
from storage.catalogue.verdicts import decide, history_of_verdicts, set_policy, verdicts
from storage.catalogue.waiting import blockers, waiting
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE, THREE, TWO

_people = count(1)


def test_all_of_or_first_with_a_veto() -> None:
    key, other = Key("a"), Key("b")
    approves, changes = Verdict("ann", "approve", key), Verdict("bob", "change", key)
    assert decided(holding([approves], key), {"ann", "bob"}, "all") == "waiting"
    assert decided(holding([approves], key), {"ann", "bob"}, "first") == "approved"
    assert decided(holding([approves], other), {"ann"}, "first") == "waiting"
    assert decided(holding([approves, changes], key), {"ann"}, "first") == "change"
    taken_back = [approves, changes, Verdict("bob", "approve", key)]
    assert decided(holding(taken_back, key), {"ann", "bob"}, "all") == "approved"
    assert decided({}, set[str](), "all") == "waiting"
    assert together(["approved", "waiting"], "approved") == "waiting"
    assert together([], "approved") == "approved"
    assert together(["approved"], "change") == "change"


def test_a_verdict_is_carried_while_its_line_is_shown_the_same_and_no_longer(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    reviewer = studio.people["reviewer"]
    lines = [line.id for line in studio.write(ONE, TWO, THREE).script.lines]
    first = studio.draft()
    with catalogue.writing(reviewer) as tx:
        decide(tx, first.id, reviewer, "approve")
    studio.write(ONE, TWO, THREE + " Et retenez aussi la suite.")
    second = studio.draft()
    with catalogue.reading() as tx:
        found = verdicts(tx, second.id)
        told = history_of_verdicts(tx, studio.video)
    assert [found.lines[line][1].state for line in lines] == ["approved", "approved", "waiting"]
    assert found.state == "waiting"
    assert found.lines[lines[0]][1].said[0].draft == first.number
    assert found.lines[lines[2]][1].waits == ("Reviewer",)
    assert len(told) == 4


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_grid_and_facts_say_what_the_policy_says(shared: Studio, data: Any) -> None:
    catalogue = shared.catalogue
    shared.video = video = shared.another_video()
    policy: Verdicts = data.draw(st.sampled_from(("all", "first")))
    with catalogue.writing() as tx:
        other = add_person(tx, "Autre", f"autre{next(_people)}@example.org")
        give_role(tx, other, shared.course, "reviewer")
        set_policy(tx, shared.course, policy)
        set_stage(tx, video, "review")
    lines = [line.id for line in shared.write(ONE, TWO).script.lines]
    draft = shared.draft()
    people: tuple[PersonId, ...] = (shared.people["reviewer"], shared.people["director"], other)
    for _ in range(data.draw(st.integers(0, 6))):
        person, line = data.draw(st.sampled_from(people)), data.draw(st.sampled_from([*lines, None]))
        with catalogue.writing(person) as tx:
            decide(tx, draft.id, person, data.draw(st.sampled_from(("approve", "change"))), line)
    with catalogue.reading() as tx:
        found = verdicts(tx, draft.id)
        standing = next(one for one in grid(tx, Shown())[0] if one.video == video)
        waits = [one for one in blockers(tx, video) if one.code == "verdict-missing"]
    states = [line.state for _, line in found.lines.values()]
    assert (standing.lines, standing.approved, standing.changes) == (
        len(states), states.count("approved"), states.count("change"),
    )  # fmt: skip
    waiting = {name for _, line in found.lines.values() for name in line.waits}
    assert waiting <= {one.owner_name for one in waits}
    if "waiting" not in states and "change" not in states:
        assert waits == []


def test_the_first_verdict_is_enough_for_whom_it_waits_for(catalogue: Catalogue) -> None:
    studio = Studio(catalogue)
    reviewer, director = studio.people["reviewer"], studio.people["director"]
    studio.write(ONE, TWO)
    draft = studio.draft()
    with catalogue.writing(director) as tx:
        set_stage(tx, studio.video, "review")
        decide(tx, draft.id, director, "approve")
    with catalogue.reading() as tx:
        assert "verdict-missing" in [one.code for one in waiting(tx, reviewer)]
    with catalogue.writing() as tx:
        set_policy(tx, studio.course, "first")
    with catalogue.reading() as tx:
        assert "verdict-missing" not in [one.code for one in waiting(tx, reviewer)]
