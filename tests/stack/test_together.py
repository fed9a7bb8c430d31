"""Who watches a draft together: said by their pages, forgotten when they are silent."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from storage.catalogue.engine import QUIET, Catalogue, Transaction
from storage.catalogue.tables.together import PresenceRow
from storage.catalogue.terms import DraftId, PersonId
from storage.catalogue.together import FORGOTTEN, GONE, Place, Present, Writing, be_here, lead, leave, present
from tests.stack.studio import Studio


def room(catalogue: Catalogue) -> tuple[Studio, DraftId, PersonId, PersonId]:
    studio = Studio(catalogue)
    studio.write("Une réplique.")
    return studio, studio.draft().id, studio.people["director"], studio.people["reviewer"]


def company(catalogue: Catalogue, draft: DraftId) -> dict[PersonId, Present]:
    with catalogue.reading() as tx:
        return {one.person: one for one in present(tx, draft)}


def said(catalogue: Catalogue, act: Callable[[Transaction], None]) -> None:
    with catalogue.writing() as tx:
        act(tx)


def test_everyone_who_is_here_is_told_with_what_their_page_shows(catalogue: Catalogue) -> None:
    studio, draft, director, reviewer = room(catalogue)
    said(catalogue, lambda tx: be_here(tx, draft, director, Place(3, 100)))
    said(catalogue, lambda tx: be_here(tx, draft, reviewer, Place(7), Writing("Trop long", 7)))
    said(catalogue, lambda tx: be_here(tx, draft, director, Place(30, -200), None))
    found = company(catalogue, draft)
    assert found[director].place == Place(30, -200)
    assert found[reviewer].writing == Writing("Trop long", 7)
    assert {one.video for one in found.values()} == {studio.video}
    assert company(catalogue, studio.draft().id) == {}, "another draft has its own company"
    said(catalogue, lambda tx: leave(tx, draft, reviewer))
    assert list(company(catalogue, draft)) == [director]


def test_one_leads_at_a_time_and_only_who_is_here(catalogue: Catalogue) -> None:
    _, draft, director, reviewer = room(catalogue)
    for person in (director, reviewer):
        said(catalogue, lambda tx, person=person: be_here(tx, draft, person, Place()))
        said(catalogue, lambda tx, person=person: lead(tx, draft, person, leads=True))
    assert [person for person, one in company(catalogue, draft).items() if one.leads] == [reviewer]
    said(catalogue, lambda tx: be_here(tx, draft, reviewer, Place(9)))
    assert company(catalogue, draft)[reviewer].leads, "who says again that they are here leads on"
    said(catalogue, lambda tx: lead(tx, draft, reviewer, leads=False))
    said(catalogue, lambda tx: leave(tx, draft, director))
    said(catalogue, lambda tx: lead(tx, draft, director, leads=True))
    assert not any(one.leads for one in company(catalogue, draft).values())


def test_who_is_silent_is_gone_and_at_last_forgotten(catalogue: Catalogue) -> None:
    _, draft, director, reviewer = room(catalogue)
    said(catalogue, lambda tx: be_here(tx, draft, reviewer, Place()))
    for since in (GONE, FORGOTTEN):
        with catalogue.writing() as tx:
            past = tx.now() - since - timedelta(seconds=1)
            tx.execute(update(PresenceRow).values(seen_at=past), execution_options=QUIET)
        assert company(catalogue, draft) == {}
    said(catalogue, lambda tx: be_here(tx, draft, director, Place()))
    with catalogue.reading() as tx:
        assert tx.get(PresenceRow, (draft, reviewer)) is None
